"""`-z follow,baichuan,ascii,N`: the dialogue of a connection in clear, over TCP and BcUdp alike."""

import base64
import re

import pytest

from tests.dissection import harness
from tests.peers import baichuan_media as media, baichuan_udp as udp
from tests.peers.baichuan import CHANNEL, VERSION, Session
from tests.peers.pcap import Capture

KEYS = {"baichuan.password": "Secret-1"}
WIFI = '<?xml version="1.0" encoding="UTF-8" ?>\n<body>\n<Wifi version="1.1">\n<ssid>home</ssid>\n<key>wifi-Key-9</key>\n</Wifi>\n</body>\n'
WAYS = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])


def followed(reader, path, stream=0, *args):
    """[(by the second end, text), ...] of what is printed."""
    out = reader.run(path, "-q", "-z", f"follow,baichuan,ascii,{stream}", *args).out
    body = out.split("Node 1: ")[1].split("\n", 1)[1].rsplit("\n=====", 1)[0] + "\n"
    found = []
    while (head := re.match(r"(\t?)(\d+)\n", body)) is not None:
        length = int(head[2])
        found.append((bool(head[1]), body[head.end():head.end() + length]))
        body = body[head.end() + length:].lstrip("\n")
    return found


def lines(reader, path, stream=0, *args):
    return [text.split("\n")[0] for _, text in followed(reader, path, stream, *args)]


def talk(tcp, session):
    tcp.client(session.message(80))
    tcp.server(session.reply(80, VERSION))
    tcp.server(session.reply(33, VERSION, exchange=0))
    tcp.client(session.message(116))
    tcp.server(session.reply(116, code=400))


LOGIN = ["client: Login", "camera: Login", "client: Login", "camera: Login, 200"]
TALK = ["client: Get Version", "camera: Get Version, 200", "camera: Alarm Event List, 200", "client: Get Wi-Fi",
        "camera: Get Wi-Fi, 400"]


@pytest.fixture
def capture(path):
    """A TCP connection and a BcUdp session, one inside the other."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("aes").play_login(tcp)
    link = udp.Link(made).open()
    over_udp = Session("aes").play_login(link)
    talk(link, over_udp)
    talk(tcp, session)
    return made.write(path)


@WAYS
@pytest.mark.parametrize("stream", [0, 1], ids=["TCP", "BcUdp"])
def test_a_line_names_sender_message_and_status(tshark, capture, stream, args):
    shown = lines(tshark(prefs=KEYS), capture, stream, *args)
    assert shown == LOGIN + TALK


def test_a_document_is_text_below_its_line(tshark, capture):
    texts = [text for _, text in followed(tshark(prefs=KEYS), capture)]
    assert texts[5] == f"camera: Get Version, 200\n{VERSION}\n"


def test_both_ends_are_told_apart(tshark, capture):
    assert [second for second, _ in followed(tshark(prefs=KEYS), capture)] == [
        False, True, False, True, False, True, True, False, True]


def test_what_was_not_opened_is_a_line_with_the_reason(tshark, capture):
    assert "camera: Get Version, 200 [not opened: no password]" in lines(tshark(), capture)
    assert VERSION not in "".join(text for _, text in followed(tshark(), capture))


def test_media_are_a_line_a_message(tshark, path):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("aes").play_login(tcp)
    media.Stream(session, tcp).send_packets(media.film(audio=media.aac))
    shown = lines(tshark(prefs=KEYS), made.write(path))[4:]
    assert shown and all(re.fullmatch(r"camera: Start Video, 200 \[(media|Info|I-frame|P-frame|AAC)(, .*)?, \d+ bytes\]", line)
                         for line in shown)


def test_bcudp_is_in_order_and_has_nothing_twice(tshark, path):
    made = Capture()
    link = udp.Link(made).open()
    session = Session("aes").play_login(link)
    reply = session.reply(80, VERSION + " " * 4000)
    link.client(session.message(80))
    link.server(reply, order=[1, 0, 0, 2, 1, 3])
    link.server(session.reply(33, VERSION, exchange=0))
    shown = lines(tshark(prefs=KEYS), made.write(path))
    assert shown == LOGIN + TALK[:3]


def test_a_bcudp_session_is_followed_to_other_ports(tshark, path):
    made = Capture()
    link = udp.Link(made).open()
    session = Session("aes").play_login(link)
    link.client(session.message(80))
    link.ends["s"] = ("203.0.113.9", 58200)
    link.server(session.reply(80, VERSION))
    assert lines(tshark(prefs=KEYS), made.write(path))[4:] == TALK[:2]


def test_hidden_secrets_are_masked(tshark, path):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("aes").play_login(tcp)
    tcp.client(session.message(116, WIFI, ext=CHANNEL))
    made.write(path)
    shown = "".join(text for _, text in followed(tshark(prefs={**KEYS, "baichuan.hide_secrets": "TRUE"}), path))
    assert "<ssid>home</ssid>" in shown and "wifi-Key-9" not in shown
    assert "wifi-Key-9" in "".join(text for _, text in followed(tshark(prefs=KEYS), path))


def test_every_document_of_a_recorded_capture_is_in_it(keyed):
    path = harness.CAPTURES / "baichuan" / "aio_tcp_aes.pcapng"
    shown = "".join(text for _, text in followed(keyed, path))
    documents = keyed.fields(path, "baichuan.payload.xml", filter="baichuan.payload.xml", args=("-E", "occurrence=f"))
    assert len(documents) > 20
    for (document,) in documents:
        text = document.replace("\\n", "\n").encode()
        assert "".join(chr(byte) if byte < 128 else "." for byte in text) in shown  # as "ascii" has it


def test_sharkd_gives_the_same_dialogue(tshark, sharkd, capture):
    with sharkd(capture, prefs=KEYS) as session:
        answer = session.request("follow", follow="Baichuan", filter="baichuan.connection == 1")
    texts = [base64.b64decode(payload["d"]).decode() for payload in answer["payloads"]]
    assert texts == [text for _, text in followed(tshark(prefs=KEYS), capture, 1)]


def test_another_connection_has_another_dialogue(tshark, capture):
    assert followed(tshark(prefs=KEYS), capture, 7) == []
