"""Statistics > Flow Graph > Baichuan dialogue, `-z flow,baichuan,standard`, and the same from sharkd."""

import pytest

from tests.dissection import dialogues
from tests.peers import baichuan_media as media, baichuan_udp as udp
from tests.peers.baichuan import Session, body
from tests.peers.pcap import Capture

VERSION = body('<VersionInfo version="1.1">\n<type>E1</type>\n<firmwareVersion>v1.2.3</firmwareVersion>\n</VersionInfo>\n')
KEYS = {"baichuan.password": "Secret-1"}
WAYS = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])
LOGIN = [("Login", "Login: negotiation", True), ("Login", "Login: nonce", False), ("Login", "Login admin", True),
         ("200 Login", "Reply 200 Login", False)]
TALK = [("Get Version", "Get Version", True),
        ("200 Get Version", "Reply 200 Version E1 v1.2.3", False),
        ("Alarm Event List", "Push Alarm Event List", False),
        ("Get Wi-Fi", "Get Wi-Fi", True), ("400 Get Wi-Fi", "Reply 400 Get Wi-Fi", False)]


def talk(carrier, session):
    carrier.client(session.message(80))
    carrier.server(session.reply(80, VERSION))
    carrier.server(session.reply(33, VERSION, exchange=0))
    carrier.client(session.message(116))
    carrier.server(session.reply(116, code=400))


def over_tcp(capture):
    return capture.tcp(server=("10.0.0.1", 9000)).open()


def over_udp(capture):
    return udp.Link(capture).open()


def two_streams(path, number=3, between=0):
    """Main and sub stream, a packet of each in turn; after so many of them the camera is asked something."""
    made = Capture()
    tcp = over_tcp(made)
    session = Session("aes").play_login(tcp)
    streams = [media.Stream(session, tcp, exchange=exchange) for exchange in (0x05000000, 0x06000000)]
    for count in range(number):
        for stream in streams:
            stream.send(media.video(media.key_frame_264(300), True, count * 40000).wire)
        if count + 1 == between:
            tcp.client(session.message(116))
    return made.write(path)


@WAYS
@pytest.mark.parametrize("carrier", [over_tcp, over_udp])
def test_a_message_is_an_arrow_with_name_and_status(tshark, path, carrier, args):
    made = Capture()
    link = carrier(made)
    talk(link, Session("aes").play_login(link))
    assert dialogues.printed(tshark(prefs=KEYS), made.write(path), "baichuan", *args) == LOGIN + TALK


def test_messages_that_share_a_frame_are_an_arrow_each(tshark, path):
    made = Capture()
    tcp = over_tcp(made)
    session = Session("aes").play_login(tcp)
    tcp.client(session.message(80) + session.message(116))
    arrows = dialogues.printed(tshark(prefs=KEYS), made.write(path), "baichuan")
    assert [label for label, _, _ in arrows[4:]] == ["Get Version", "Get Wi-Fi"]


@WAYS
def test_media_of_a_stream_are_one_arrow_as_long_as_nothing_else_is_said(tshark, path, args):
    arrows = dialogues.printed(tshark(prefs=KEYS), two_streams(path, 7, between=4), "baichuan", *args)[4:]
    assert [label for label, _, _ in arrows] == ["200 Start Video"] * 2 + ["Get Wi-Fi"] + ["200 Start Video"] * 2
    assert [comment.split(" [")[1].split(",")[0] for label, comment, _ in arrows if "Video" in label] == [
        "4 messages"] * 2 + ["3 messages"] * 2


def test_the_arrow_of_several_messages_says_how_many_bytes_and_until_which_frame(tshark, path):
    two_streams(path)
    reader = tshark(prefs=KEYS)
    frames = reader.fields(path, "frame.number", "tcp.len", filter="baichuan.msg_id == 3")
    sizes = [int(size) for _, size in frames]
    (_, comment, _) = dialogues.printed(reader, path, "baichuan")[4]
    assert comment == f"Reply 200 Start Video (I-frame) [3 messages, {sum(sizes[::2])} bytes, to frame {frames[-2][0]}]"


def test_media_that_nobody_can_open_are_one_arrow_too(tshark, path):
    made = Capture()
    tcp = over_tcp(made)
    session = Session("full").play_login(tcp)
    stream = media.Stream(session, tcp)
    for packet in media.film(seconds=1):
        tcp.server(stream.message(packet.wire, media.encrypt_len(packet)))
    arrows = dialogues.printed(tshark(), made.write(path), "baichuan")
    assert len(arrows) == 5 and "[not opened: no password]" in arrows[4][1] and "messages" in arrows[4][1]


def test_what_was_not_opened_says_why(tshark, path):
    made = Capture()
    tcp = over_tcp(made)
    talk(tcp, Session("aes").play_login(tcp))
    arrows = dialogues.printed(tshark(), made.write(path), "baichuan")
    assert ("200 Get Version", "Reply 200 Get Version [not opened: no password]", False) in arrows


def test_a_display_filter_chooses_what_is_drawn(tshark, path):
    made = Capture()
    tcp = over_tcp(made)
    talk(tcp, Session("aes").play_login(tcp))
    arrows = dialogues.printed(tshark(prefs=KEYS), made.write(path), "baichuan", filter="baichuan.msg_id==80")
    assert arrows == TALK[:2]


def test_sharkd_draws_the_same_as_often_as_it_is_asked(tshark, sharkd, path):
    two_streams(path, 6, between=2)
    expected = [arrow[1:] for arrow in dialogues.printed(tshark(prefs=KEYS), path, "baichuan")]
    with sharkd(path, prefs=KEYS) as session:
        for _ in range(3):
            assert dialogues.from_sharkd(session, "baichuan") == expected
