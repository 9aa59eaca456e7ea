"""Which cipher a part has, and what it says in plain text, for every negotiation."""

import pytest

from tests.dissection.baichuan.messages import messages
from tests.peers import baichuan
from tests.peers.baichuan import CHANNEL, VERSION, Session
from tests.peers.pcap import Capture

PASSWORD = {"baichuan.password": "Secret-1"}
NAMES = {"none": "None", "xor": "BC XOR", "aes": "AES", "full": "AES"}


def connection(server_port=9000):
    capture = Capture()
    return capture, capture.tcp(server=("10.0.0.1", server_port)).open()


@pytest.mark.parametrize("cipher, negotiated", [
    ("none", 0x00), ("xor", 0x01), ("aes", 0x02), ("aes", 0x03), ("full", 0x12), ("aes", 0x7F), ("xor", 0x03),
    ("none", 0x02), ("aes", 0x00), ("aes", 0x01),
])
@pytest.mark.parametrize("xor_offset", [0, 0x8C])
def test_every_negotiation_is_read_by_its_bytes(tshark, tmp_path, cipher, negotiated, xor_offset):
    capture, tcp = connection()
    session = Session(cipher, negotiated=negotiated, xor_offset=xor_offset).play_login(tcp)
    exchange = 0x00070000 | xor_offset
    tcp.client(session.message(26, VERSION, ext=CHANNEL, exchange=exchange))
    tcp.server(session.reply(26, "\n" + VERSION, exchange=exchange))

    found = messages(tshark(prefs=PASSWORD), capture.write(tmp_path / "c.pcap"))
    login = "None" if negotiated == 0 else "BC XOR"
    assert [(m["msg_id"], m["extension"]["encryption"], m["payload"]["encryption"]) for m in found] == [
        (1, None, None), (1, None, login), (1, None, login), (1, None, login),
        (26, NAMES[cipher], NAMES[cipher]), (26, None, NAMES[cipher]),
    ]
    assert found[1]["nonce"] == session.nonce
    assert found[4]["extension"]["xml"] == CHANNEL
    assert [m["payload"]["xml"] for m in found[4:]] == [VERSION, "\n" + VERSION]
    assert found[1]["encrypt"] == 0xDD00 | negotiated


@pytest.mark.parametrize("encrypt_len, encrypt_pos", [(24, None), (0, None), (64, None), (1000, None), (8, 16), (100, 60)])
def test_full_aes_opens_the_range_and_keeps_the_clear_tail(tshark, tmp_path, encrypt_len, encrypt_pos):
    data = bytes(range(64))
    capture, tcp = connection()
    session = Session("full").play_login(tcp)
    tcp.server(session.full(3, data, encrypt_len, encrypt_pos))

    message = messages(tshark(prefs=PASSWORD), capture.write(tmp_path / "c.pcap"))[-1]
    assert message["payload"]["data"] == data
    assert message["payload"]["encryption"] == ("Full AES" if encrypt_len else "None")
    assert message["extension"]["encryption"] == "AES"


def test_the_encrypted_length_may_be_spelled_in_any_case(tshark, tmp_path):
    data = bytes(range(64))
    capture, tcp = connection()
    session = Session("full").play_login(tcp)
    tcp.server(session.reply(3, ext=baichuan.extension(BINARYDATA=1, encryptlen=24),
                             data=baichuan.aes(session.key, data[:24]) + data[24:]))

    path = capture.write(tmp_path / "c.pcap")
    message = messages(tshark(prefs=PASSWORD), path)[-1]
    assert (message["payload"]["encryption"], message["payload"]["data"]) == ("Full AES", data)
    assert tshark(prefs=PASSWORD).frames(path, "baichuan.extension.encrypt_len == 24 && baichuan.extension.binary_data == 1")


def test_a_media_packet_in_the_clear_is_not_decrypted(tshark, tmp_path):
    info = bytes.fromhex("3130303120000000000a0000a0050000001e790804171734790804171734 0000")
    capture, tcp = connection()
    session = Session("full").play_login(tcp)
    tcp.server(session.reply(3, ext=baichuan.extension(binaryData=1, encryptLen=32), data=info))

    message = messages(tshark(prefs=PASSWORD), capture.write(tmp_path / "c.pcap"))[-1]
    assert (message["payload"]["encryption"], message["payload"]["data"]) == ("None", info)


def test_a_binary_exchange_stays_binary_without_extension(tshark, tmp_path):
    capture, tcp = connection()
    session = Session("aes").play_login(tcp)
    tcp.server(session.reply(3, ext=baichuan.extension(binaryData=1), data=b"first piece", exchange=0x10000))
    tcp.server(session.reply(3, data=b"<?xml looks like text", exchange=0x10000, ext=None))
    tcp.server(session.reply(3, data=b"\0\1\2 second piece", exchange=0x10000))

    found = messages(tshark(prefs=PASSWORD), capture.write(tmp_path / "c.pcap"))[-3:]
    assert [m["payload"]["data"] for m in found] == [b"first piece", None, b"\0\1\2 second piece"]
    assert found[1]["payload"]["xml"] == "<?xml looks like text"


@pytest.mark.parametrize("requested, legacy", [(0x01, True), (0x03, False), (0x12, False)])
def test_the_first_login_message_shows_what_is_asked_for(tshark, tmp_path, requested, legacy):
    capture, tcp = connection()
    session = Session("aes", requested=requested)
    tcp.client(session.hello(legacy=legacy))
    tcp.server(session.nonce_reply())

    message = messages(tshark(), capture.write(tmp_path / "c.pcap"))[0]
    assert message["encrypt"] == 0xDC00 | requested
    assert message["bin_offset"] is None and message["status_code"] is None
    hashes = (baichuan.login_hash("admin"), baichuan.login_hash("Secret-1")) if legacy else (None, None)
    assert (message["username"], message["password"]) == hashes


def test_the_second_magic_is_read_alike(tshark, tmp_path):
    capture, tcp = connection(server_port=41000)
    session = Session("none", magic=baichuan.MAGIC_NVR).play_login(tcp)
    tcp.server(session.reply(80, VERSION))

    found = messages(tshark(), capture.write(tmp_path / "c.pcap"))
    assert {m["magic"] for m in found} == {0x0FEDCBA0}
    assert found[-1]["payload"]["xml"] == VERSION


def test_a_20_byte_header_of_class_0_leaves_its_body_whole(tshark, tmp_path):
    data = VERSION.encode()
    capture, tcp = connection()
    session = Session("none").play_login(tcp)
    tcp.server(baichuan.header(80, len(data), baichuan.DEVICE, 200, short=True) + data)
    tcp.server(session.reply(104, VERSION))

    found = messages(tshark(), capture.write(tmp_path / "c.pcap"))[-2:]
    assert [m["msg_id"] for m in found] == [80, 104]
    assert found[0]["bin_offset"] is None and found[0]["status_code"] == 200
    assert found[0]["payload"]["xml"] == VERSION


def test_structures_after_a_login_without_nonce_are_shown_as_bytes(tshark, tmp_path):
    """Section 11: a device from before XML echoes the legacy login and goes on with structures."""
    capture, tcp = connection()
    session = Session("none")
    legacy = session.hello(legacy=True)
    tcp.client(legacy)
    tcp.server(baichuan.header(1, 1836, baichuan.SHORT, 0xDD01) + legacy[20:])
    tcp.server(baichuan.header(76, 40, baichuan.DEVICE, 200) + bytes(range(40)))

    found = messages(tshark(), capture.write(tmp_path / "c.pcap"))
    assert found[1]["username"] == baichuan.login_hash("admin")
    assert found[2]["payload"]["data"] == bytes(range(40))
    assert [m["experts"] for m in found] == [[], [], []]


def test_a_second_login_on_the_connection_has_its_own_key(tshark, tmp_path):
    capture, tcp = connection()
    first = Session("aes", nonce="1111111111111111").play_login(tcp)
    tcp.server(first.reply(80, VERSION))
    second = Session("aes", nonce="2222222222222222", password="Other-2").play_login(tcp)
    tcp.server(second.reply(80, VERSION))
    rows = {"baichuan_keys": [["", "", "Secret-1", "", "", "one"], ["", "", "Other-2", "", "", "two"]]}

    found = [m for m in messages(tshark(tables=rows), capture.write(tmp_path / "c.pcap")) if m["msg_id"] == 80]
    assert [(m["payload"]["xml"], m["key_row"]) for m in found] == [(VERSION, "row 1: one"), (VERSION, "row 2: two")]


def after_login(tshark, tmp_path, cipher, *parts):
    """What is shown of messages that a camera sends after a login; parts: functions that make one from the session."""
    capture, tcp = connection()
    session = Session(cipher).play_login(tcp)
    for part in parts:
        tcp.server(part(session))
    return [m for m in messages(tshark(prefs=PASSWORD), capture.write(tmp_path / "c.pcap")) if m["msg_id"] != 1]


def ciphers(message):
    return message["extension"]["encryption"], message["payload"]["encryption"]


def test_extension_and_payload_are_read_each_with_the_cipher_that_it_has(tshark, tmp_path):
    def mixed(first, second):
        def message(session):
            parts = {"none": str.encode, "xor": lambda t: baichuan.xor(t.encode(), 9),
                     "aes": lambda t: baichuan.aes(session.key, t.encode())}
            extension, payload = parts[first](CHANNEL), parts[second](VERSION)
            return baichuan.header(80, len(extension) + len(payload), baichuan.DEVICE, 200, 9, len(extension)) + extension + payload
        return message

    pairs = [(first, second) for first in ("none", "xor", "aes") for second in ("none", "xor", "aes")]
    found = after_login(tshark, tmp_path, "aes", *(mixed(*pair) for pair in pairs))
    assert [ciphers(m) for m in found] == [(NAMES[first], NAMES[second]) for first, second in pairs]
    assert {(m["extension"]["xml"], m["payload"]["xml"]) for m in found} == {(CHANNEL, VERSION)}


@pytest.mark.parametrize("cipher", ["none", "xor", "aes", "full"])
@pytest.mark.parametrize("space", ["\n", " ", "\r\n\t ", "\n" * 20])
def test_white_space_before_the_prolog_does_not_hide_a_document(tshark, tmp_path, cipher, space):
    (message,) = after_login(tshark, tmp_path, cipher, lambda session: session.reply(80, space + VERSION, ext=space + CHANNEL))
    assert ciphers(message) == (NAMES[cipher], NAMES[cipher])
    assert (message["extension"]["xml"], message["payload"]["xml"]) == (space + CHANNEL, space + VERSION)


@pytest.mark.parametrize("cipher", ["xor", "aes", "full"])
def test_a_binary_payload_without_an_encrypted_range_is_clear(tshark, tmp_path, cipher):
    firmware = bytes(range(256)) * 4
    found = after_login(tshark, tmp_path, cipher,
                        lambda session: session.reply(3, ext=baichuan.extension(binaryData=1), data=firmware),
                        lambda session: session.message(67, data=firmware, ext=baichuan.extension(binaryData=1)))
    assert [m["payload"]["data"] for m in found] == [firmware, firmware]
    assert [ciphers(m) for m in found] == [(NAMES[cipher], "None")] * 2


@pytest.mark.parametrize("requested, negotiated, usual", [(0x03, 0x02, True), (0x12, 0x02, False), (0x03, 0x03, False),
                                                          (0x02, 0x02, False)])
def test_a_request_for_03_that_is_answered_with_02_is_noted_as_usual(tshark, tmp_path, requested, negotiated, usual):
    capture, tcp = connection()
    Session("aes", requested=requested, negotiated=negotiated).play_login(tcp)

    found = messages(tshark(prefs=PASSWORD), capture.write(tmp_path / "c.pcap"))
    assert [m["experts"] for m in found] == [[], ["usual_answer"] if usual else [], [], []]
