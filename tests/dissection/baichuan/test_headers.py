"""Every form of the header: magics, classes, lengths, and what clients mean by bytes 12 to 15."""

import pytest

from tests.dissection.baichuan.messages import after_login, messages
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan
from tests.peers.baichuan import CHANNEL, VERSION, Session
from tests.peers.pcap import Capture

PASSWORD = {"baichuan.password": "Secret-1"}
# Status and class of a replay after a seek, as nodelink reports them: 2026-09-23 07:17:16 as one number.
SEEK = {"code": 0x7CFC, "msg_class": 0x6AB3}


@pytest.fixture
def connection(tmp_path):
    """connection(cipher, login=True): session, TCP connection and a function that writes the capture."""

    def make(cipher="aes", login=True, **session):
        capture = Capture()
        tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
        session = Session(cipher, **session)
        if login:
            session.play_login(tcp)
        return session, tcp, lambda: capture.write(tmp_path / "c.pcap")

    return make


@pytest.mark.parametrize("magic, name", [
    (0x0ABCDEF0, "Client and device (0x0abcdef0)"),
    (0x0FEDCBA0, "NVR and camera (0x0fedcba0)"),
    (0x0FEDCDA0, "NVR and camera, as misprinted (0x0fedcda0)"),
])
def test_every_magic_is_read_and_named(tshark, connection, magic, name):
    session, tcp, write = connection(magic=magic)
    tcp.server(session.reply(80, VERSION))

    capture = write()
    found = messages(tshark(prefs=PASSWORD), capture)
    assert [m["magic"] for m in found] == [magic] * 5
    assert found[-1]["payload"]["xml"] == VERSION
    assert f"Magic: {name}" in tshark().run(capture, "-V", "-O", "baichuan").out


def test_a_message_of_a_lost_stream_is_found_by_every_magic(tshark, connection):
    session, tcp, write = connection("none")
    for magic in (0x0ABCDEF0, 0x0FEDCBA0, 0x0FEDCDA0):
        tcp.skip("s", 10)
        session.magic = magic
        tcp.server(b"rest" + session.reply(80, VERSION))

    assert [m["magic"] for m in after_login(tshark, write())] == [0x0ABCDEF0, 0x0FEDCBA0, 0x0FEDCDA0]


@pytest.mark.parametrize("msg_class", [baichuan.REQUEST, baichuan.DEVICE, baichuan.DOWNLOAD])
def test_24_byte_classes_have_a_payload_offset(tshark, connection, msg_class):
    session, tcp, write = connection()
    tcp.server(session.message(8, VERSION, ext=CHANNEL, msg_class=msg_class))
    tcp.server(session.reply(80, VERSION))

    one, two = after_login(tshark, write())
    assert (one["msg_class"], one["bin_offset"], one["status_code"]) == (msg_class, len(CHANNEL), 0)
    assert (one["extension"]["xml"], one["payload"]["xml"]) == (CHANNEL, VERSION)
    assert (two["msg_id"], two["lost"]) == (80, None)


@pytest.mark.parametrize("msg_class", [baichuan.LEGACY, baichuan.SHORT])
def test_20_byte_classes_have_no_payload_offset(tshark, connection, msg_class):
    """Other messages than the login are not on record with these classes; bytes 16 and 17 are a status then."""
    session, tcp, write = connection("none")
    data = VERSION.encode()
    tcp.server(baichuan.header(80, len(data), msg_class, 200) + data)
    tcp.server(session.reply(104, VERSION))

    one, two = after_login(tshark, write())
    assert (one["msg_class"], one["bin_offset"], one["status_code"], one["encrypt"]) == (msg_class, None, 200, None)
    assert one["payload"]["xml"] == VERSION
    assert (two["msg_id"], two["lost"]) == (104, None)


@pytest.mark.parametrize("body", [b"", b"0000", b"2123" + b"A" * 60, VERSION.encode()])
def test_class_0_has_20_bytes_where_the_payload_offset_would_lie_behind_the_body(tshark, connection, body):
    session, tcp, write = connection("none")
    tcp.server(baichuan.header(76, len(body), baichuan.DEVICE, 200, short=True) + body + session.reply(104, VERSION))

    one, two = after_login(tshark, write())
    assert (one["msg_len"], one["bin_offset"], one["status_code"]) == (len(body), None, 200)
    assert (one["payload"]["data"] or (one["payload"]["xml"] or "").encode()) == body
    assert (two["msg_id"], two["payload"]["xml"]) == (104, VERSION)


@pytest.mark.parametrize("first", [0, 1, 40])
def test_class_0_has_20_bytes_where_the_next_header_says_so(tshark, sharkd, connection, first):
    """A structure whose first number is small looks like a header of 24 bytes with a payload offset."""
    session, tcp, write = connection("none")
    body = first.to_bytes(4, "little") + b"structure" * 8
    old = baichuan.header(76, len(body), baichuan.DEVICE, 200, short=True) + body
    tcp.server(old + old + session.reply(104, VERSION))
    tcp.server(session.reply(80, VERSION))

    capture = write()
    found = after_login(tshark, capture)
    assert [(m["msg_id"], m["bin_offset"], m["lost"]) for m in found] == [
        (76, None, None), (76, None, None), (104, 0, None), (80, 0, None)]
    assert {m["payload"]["data"] for m in found if m["msg_id"] == 76} == {body}
    assert tshark().frames(capture, "baichuan.continuation") == []
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


# ---- headers that are overwritten after a seek --------------------------------------------------------------------


@pytest.fixture
def replay(connection):
    """A replay of which the second and third message are positioned, and what follows it."""
    session, tcp, write = connection()
    tcp.server(session.reply(5, ext=baichuan.extension(binaryData=1), data=b"1" * 2000, exchange=7))
    tcp.server(session.message(5, ext=baichuan.extension(binaryData=1), data=b"2" * 2000, exchange=7, **SEEK))
    tcp.server(session.message(5, data=b"3" * 2000, exchange=7, **SEEK))
    tcp.server(session.reply(104, VERSION))
    return write()


def test_an_overwritten_header_has_24_bytes_and_the_time_of_the_recording(tshark, sharkd, replay):
    found = after_login(tshark, replay)
    assert [(m["msg_id"], m["lost"]) for m in found] == [(5, None), (5, None), (5, None), (104, None)]
    assert [m["payload"]["data"] for m in found[:3]] == [b"1" * 2000, b"2" * 2000, b"3" * 2000]
    assert [(m["status_code"], m["msg_class"]) for m in found[1:3]] == [(None, None)] * 2
    # What is recorded here is no media stream; nothing else is wrong.
    assert {expert for m in found[:3] for expert in m["experts"]} <= {"media_incomplete"}
    day = 'baichuan.recording_time >= "2026-09-23 00:00:00" and baichuan.recording_time < "2026-09-24 00:00:00"'
    assert len(tshark().frames(replay, day)) == len(tshark().frames(replay, "baichuan.recording_time")) == 2
    assert_state_rule(tshark, sharkd, replay, {"baichuan"}, prefs=PASSWORD)


@pytest.mark.parametrize("msg_class, day", [(0x6614, "2024-04-08"), (0x6514, "2023-09-27")])
def test_a_recording_of_a_day_that_looks_like_a_class_of_20_bytes_has_24(tshark, connection, msg_class, day):
    session, tcp, write = connection()
    tcp.server(session.message(5, ext=baichuan.extension(binaryData=1), data=b"2" * 200, exchange=7, code=0x0203,
                               msg_class=msg_class, short=False))
    tcp.server(session.reply(104, VERSION))

    capture = write()
    found = after_login(tshark, capture)
    assert [(m["msg_id"], m["lost"]) for m in found] == [(5, None), (104, None)]
    assert found[0]["payload"]["data"] == b"2" * 200
    assert len(tshark().frames(capture, f'baichuan.recording_time >= "{day} 00:00:00" && baichuan.recording_time <= "{day} 23:59:59"')) == 1


def test_an_overwritten_header_is_found_after_a_loss(tshark, connection):
    session, tcp, write = connection()
    tcp.skip("s", 100)
    tcp.server(b"\1" * 50 + session.message(5, data=b"3" * 20000, exchange=7, **SEEK))
    tcp.server(session.reply(104, VERSION))

    assert [(m["msg_id"], m["lost"]) for m in after_login(tshark, write())] == [(5, 100), (104, None)]


# ---- bytes 12 to 15 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("writer, wire, channel, stream, number, exchange", [
    ("the vendor's client of 2020", "00010006", 0, 1, 0x0600, 0x06000100),
    ("the vendor's app of 2026", "8a000000", 0x8A, 0, 0, 0x8A),
    ("neolink and others", "02010900", 2, 1, 9, 0x00090102),
    ("reolink_aio: host and a 24 bit counter", "fa563412", 250, 0x56, 0x1234, 0x123456FA),
])
def test_bytes_12_to_15_are_shown_in_every_reading(tshark, connection, writer, wire, channel, stream, number, exchange):
    session, tcp, write = connection("xor")
    tcp.client(session.message(80, VERSION, exchange=int.from_bytes(bytes.fromhex(wire), "little")))

    (message,) = after_login(tshark, write())
    assert (message["channel_id"], message["xml_encryption_offset"]) == (channel, channel)
    assert (message["stream_id"], message["message_handle"], message["exchange_id"]) == (stream, number, exchange)
    assert message["payload"]["xml"] == VERSION
