"""Without the key nothing is claimed of what nobody could open: its encryption is unknown, its bytes are shown as encrypted,
and media packets exist only in bytes that were clear."""

import pytest

from tests.dissection.baichuan.media_cases import packets, parts
from tests.dissection.baichuan.messages import messages
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan, baichuan_files, baichuan_media as media
from tests.peers.baichuan import CHANNEL, Session
from tests.peers.pcap import Capture

WRONG = {"baichuan.password": "Wrong-9"}
RAW = {"uat:baichuan_keys": '"","","","00112233445566778899aabbccddeeff","","another camera"'}


@pytest.fixture(params=["no key", "wrong password", "wrong raw key"])
def locked(tshark, request):
    return tshark(prefs={"no key": {}, "wrong password": WRONG, "wrong raw key": RAW}[request.param])


def play(cipher, **session):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    return capture, tcp, Session(cipher, **session).play_login(tcp)


def full_film(audio=media.aac, seconds=1):
    """A live stream in full AES, as cameras send it: long key frames go on in messages without an Extension."""
    capture, tcp, session = play("full")
    tcp.client(session.message(3, baichuan.body('<Preview version="1.1">\n<channelId>0</channelId>\n<handle>0</handle>\n'
                                                "<streamType>mainStream</streamType>\n</Preview>\n"), exchange=0x05000000))
    stream = media.Stream(session, tcp)
    for packet in media.film(seconds=seconds, fps=4, audio=audio, size=3000):
        head, rest = packet.wire[:2000], packet.wire[2000:]
        tcp.server(stream.message(head, min(media.encrypt_len(packet), len(head))))
        if rest:
            tcp.server(session.reply(3, data=rest, exchange=0x05000000))
    return capture


def test_full_aes_is_unknown_and_shown_as_encrypted(locked, tmp_path):
    found = [m for m in messages(locked, full_film().write(tmp_path / "c.pcap")) if m["msg_id"] == 3]
    assert {m["payload"]["encryption"] for m in found} == {"Unknown"}
    assert {m["extension"]["encryption"] for m in found} == {"Unknown", None}
    assert all(m["payload"]["encrypted"] and m["payload"]["data"] is None for m in found)
    assert all({"no_key", "wrong_password", "wrong_key"} & set(m["experts"]) for m in found)


def test_full_aes_has_no_media_packets(locked, tmp_path):
    path = full_film().write(tmp_path / "c.pcap")
    assert parts(locked, path) == []
    assert locked.exported(path, "baichuan") == {}
    assert "Stream 1" not in locked.run(path, "-q", "-z", "baichuan_media,tree").out


def test_with_the_key_full_aes_is_whole(tshark, tmp_path):
    opened = tshark(prefs={"baichuan.password": "Secret-1"})
    path = full_film().write(tmp_path / "c.pcap")
    assert [part.get("type") for part in packets(parts(opened, path))] == \
        [{"Info": "Info"}.get(p.kind, p.kind) for p in media.film(seconds=1, fps=4, audio=media.aac, size=3000)]
    assert {m["payload"]["encryption"] for m in messages(opened, path) if m["msg_id"] == 3} == {"AES", "Full AES", "None"}


@pytest.mark.parametrize("exchange", [0x00180001, 0x001800FA])
@pytest.mark.parametrize("msg_id", [109, 143, 298])
@pytest.mark.parametrize("cipher", ["aes", "full"])
def test_the_first_answer_is_a_text_that_was_not_opened(locked, tmp_path, cipher, msg_id, exchange):
    capture, tcp, session = play(cipher)
    xml = baichuan.body('<Snap version="1.1">\n<fileName>a.jpg</fileName>\n</Snap>\n')
    tcp.client(session.message(msg_id, xml, ext=CHANNEL, exchange=exchange))
    tcp.server(session.reply(msg_id, xml, exchange=exchange))

    found = messages(locked, capture.write(tmp_path / "c.pcap"))[-2:]
    assert [m["payload"]["encryption"] for m in found] == ["Unknown", "Unknown"]
    assert [m["payload"]["data"] for m in found] == [None, None]


def test_media_that_were_negotiated_as_clear_are_shown_without_a_key(locked, tmp_path):
    """12 dc is answered with 02 dd: texts are AES, media are clear, wherever a message cuts them."""
    capture, tcp, session = play("aes")
    film = media.film(seconds=1, fps=4, audio=media.adpcm)
    media.Stream(session, tcp).send_packets(film, cuts=(5, 40, 300, 301, 700, 1000))

    path = capture.write(tmp_path / "c.pcap")
    assert [part.get("type") for part in packets(parts(locked, path))] == [packet.kind for packet in film]
    assert all("-incomplete" not in name for name in locked.exported(path, "baichuan"))


def test_a_packet_that_goes_on_in_bytes_that_were_not_opened_is_incomplete(locked, tmp_path):
    """Full AES without a range: clear; the message behind it has one."""
    capture, tcp, session = play("full")
    film = media.film(seconds=1, fps=4)
    stream = media.Stream(session, tcp)
    stream.send(film[0].wire + film[1].wire + film[2].wire[:60])
    rest = film[2].wire[60:]
    tcp.server(session.full(3, rest, len(rest), exchange=0x05000000))
    stream.send(film[3].wire)

    path = capture.write(tmp_path / "c.pcap")
    found = [m for m in messages(locked, path) if m["msg_id"] == 3]
    assert [m["payload"]["encryption"] for m in found] == ["None", "Unknown", "None"]
    assert "media_incomplete" in found[1]["experts"]
    assert found[2]["experts"] == ["media_hole"]
    ((name, data),) = locked.exported(path, "baichuan").items()
    assert name.endswith("-incomplete.h264")
    assert data == film[1].payload + film[2].payload[:60 - len(film[2].head)] + film[3].payload


@pytest.mark.parametrize("clear", [(0,), (3,), (0, 1, 4), (5,)])
def test_sound_of_which_some_packets_were_not_opened_is_incomplete(locked, tmp_path, clear):
    capture, tcp, session = play("full")
    talk = [media.adpcm(seed=n) for n in range(6)]
    for n, packet in enumerate(talk):
        encrypted = len(packet.wire)
        ext = baichuan.extension(binaryData=1, channelId=0) if n in clear else \
            baichuan.extension(binaryData=1, channelId=0, encryptLen=encrypted)
        data = packet.wire if n in clear else baichuan.aes(session.key, packet.wire)
        tcp.client(session.message(202, ext=ext, data=data, exchange=0x0D000000, sealed=n not in clear))

    path = capture.write(tmp_path / "c.pcap")
    ((name, data),) = locked.exported(path, "baichuan").items()
    assert name.endswith("-incomplete.wav")
    assert data[60:] == b"".join(talk[n].payload[4:] for n in clear)
    assert [part.get("type") for part in packets(parts(locked, path))] == ["ADPCM"] * len(clear)


def test_files_name_no_channel_that_nobody_could_read(locked, tmp_path):
    """Byte 12 is 250 in requests of some clients, whatever the channel."""
    capture = Capture()
    peer = baichuan_files.Peer(capture.tcp(server=("10.0.0.1", 9000)), Session("aes"))
    picture = baichuan_files.jpeg(2000)
    peer.snapshot(picture, 0x001800FA)
    media.Stream(peer.session, peer.tcp, 298, 0x001900FA).send_packets(media.film())

    files = locked.exported(capture.write(tmp_path / "c.pcap"), "baichuan")
    assert picture in files.values()
    assert len(files) == 2 and all("-ch" not in name for name in files)


def test_a_text_whose_last_byte_could_begin_a_packet_begins_none(locked, tmp_path):
    """It is encrypted; some end with a byte that is a digit."""
    capture, tcp, session = play("aes")
    for n in range(64):
        xml = baichuan.body(f"<Snap>\n<fileName>{n:02}</fileName>\n</Snap>\n") + " " * n
        tcp.client(session.message(298, xml, ext=CHANNEL, exchange=0x00180001))
        tcp.server(session.reply(298, xml, exchange=0x00180001))
        media.Stream(session, tcp, 298, 0x00180001).send_packets(media.film(fps=1))

    path = capture.write(tmp_path / "c.pcap")
    assert [m["experts"] for m in messages(locked, path, filter="baichuan.expert.media_incomplete")] == []
    assert len(packets(parts(locked, path))) == 128


def test_a_clear_session_that_begins_late_is_still_clear(tshark, tmp_path):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000))
    session = Session("none")
    tcp.server(session.reply(3, ext=baichuan.extension(binaryData=1), data=b"\x80" * 100))
    tcp.server(session.reply(3, data=b"\x81" * 100))

    found = messages(tshark(), capture.write(tmp_path / "c.pcap"))
    assert [m["payload"]["encryption"] for m in found] == ["None", "None"]


def test_a_late_capture_of_full_aes_claims_nothing(tshark, tmp_path):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000))
    session = Session("full")
    stream = media.Stream(session, tcp)
    for packet in media.film(audio=media.aac):
        tcp.server(stream.message(packet.wire, media.encrypt_len(packet)))

    path = capture.write(tmp_path / "c.pcap")
    found = messages(tshark(), path)
    assert {m["payload"]["encryption"] for m in found} == {"Unknown"}
    assert all(m["experts"] == ["no_login"] for m in found)
    assert parts(tshark(), path) == []


@pytest.mark.parametrize("cipher, encryption", [("none", "None"), ("xor", "None"), ("aes", "Unknown"), ("full", "Unknown")])
def test_a_login_reply_that_is_no_text_is_not_called_clear_where_it_may_be_encrypted(tshark, tmp_path, cipher, encryption):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = Session(cipher)
    tcp.client(session.hello())
    tcp.server(session.nonce_reply())
    tcp.client(session.login())
    data = baichuan.aes(session.key, session.login_xml().encode())
    tcp.server(baichuan.header(1, len(data), baichuan.DEVICE, 200, session.xor_offset) + data)

    message = messages(tshark(), capture.write(tmp_path / "c.pcap"))[-1]
    assert message["payload"]["encryption"] == encryption
    assert (message["payload"]["encrypted"] is None) == (encryption == "None")


@pytest.mark.parametrize("prefs", [{}, WRONG, RAW, {"baichuan.password": "Secret-1"}])
def test_what_was_not_opened_obeys_the_state_rule(tshark, sharkd, tmp_path, prefs):
    path = full_film().write(tmp_path / "c.pcap")
    assert assert_state_rule(tshark, sharkd, path, {"baichuan"}, prefs=prefs) > 10


@pytest.mark.parametrize("hide", [False, True])
def test_a_configuration_that_nobody_opened_is_masked_as_it_may_be_clear(tshark, tmp_path, hide):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000))
    session = Session("aes")
    secret = b"wifi-password=Kirsche-77\n" * 3
    tcp.server(session.reply(65, ext=baichuan.extension(binaryData=1), data=secret, exchange=0x100))

    path = capture.write(tmp_path / "c.pcap")
    opened = tshark(prefs={"baichuan.hide_secrets": str(hide).upper()})
    (message,) = messages(opened, path)
    assert message["payload"]["encryption"] == "Unknown"
    shown = opened.run(path, "-T", "pdml", "-J", "baichuan").out
    baichuan_part = shown[shown.index('<proto name="baichuan"'):]
    assert (secret.hex() in baichuan_part) != hide
    assert (message["payload"]["encrypted"] == secret) != hide
