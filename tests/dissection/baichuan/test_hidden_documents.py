"""Hide secrets, whatever a sender declares its bytes to be: a document stays a document."""

import pytest

from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan, baichuan_media as media
from tests.peers.baichuan import Session
from tests.peers.pcap import Capture

SECRET = "wifi-Key-9"
DOCUMENT = baichuan.body(f'<Wifi version="1.1">\n<ssid>home</ssid>\n<key>{SECRET}</key>\n</Wifi>\n')
OURS = ["-V", "-O", "baichuan,xml", "-T", "json", "-J", "baichuan xml"]


def binary(session, declared):
    """Messages whose payload is a document that the sender calls something else."""
    data = DOCUMENT.encode()
    clear = baichuan.extension(binaryData=1)
    return {
        "binary": lambda: session.reply(116, ext=clear, data=data),
        "binary, opened": lambda: session.full(116, data, len(data)),
        "media": lambda: session.reply(3, ext=clear, data=data),
        "snapshot": lambda: session.reply(109, ext=clear, data=data),
        "document with zeros before it": lambda: session.reply(116, ext=clear, data=bytes(16) + data),
        "not well-formed": lambda: session.reply(116, ext=clear, data=data[:-20]),
    }[declared]()


NAMES = ["binary", "binary, opened", "media", "snapshot", "document with zeros before it", "not well-formed"]


def shown(tshark, tmp_path, declared, hide):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("full" if "opened" in declared else "aes").play_login(tcp)
    tcp.client(session.message(116))
    tcp.server(binary(session, declared))
    keyed = tshark(prefs={"baichuan.password": "Secret-1", "baichuan.hide_secrets": hide})
    out = keyed.run(made.write(tmp_path / "c.pcap"), *OURS).out
    return any(text in out for text in (SECRET, SECRET.encode().hex(":")))


@pytest.mark.parametrize("declared", NAMES)
def test_a_document_that_is_called_something_else_is_masked(tshark, tmp_path, declared):
    assert not shown(tshark, tmp_path, declared, "TRUE")


@pytest.mark.parametrize("declared", NAMES)
def test_the_same_document_is_shown_where_nothing_is_hidden(tshark, tmp_path, declared):
    assert shown(tshark, tmp_path, declared, "FALSE")


# ---- documents that are cut by the border of two messages -----------------------------------------------------------

LONG = "".join(f"{n:03}-Key-" for n in range(40))  # no 8 of its bytes are there twice
CUT = baichuan.body(f'<Wifi version="1.1">\n<ssid>home</ssid>\n<key>{LONG}</key>\n</Wifi>\n')
AFTERWARDS = "and this is shown again"
BORDERS = {
    "in the tag": CUT.index("<key>") + 2,
    "behind the tag": CUT.index(LONG),
    "in the secret": CUT.index(LONG) + 100,
    "in the end tag": CUT.index("</key>") + 4,
}


def in_the_clear(tshark, made, path, hide, **prefs):
    """Which of the things that are looked for are shown: parts of the secret, and what comes behind it."""
    keyed = tshark(prefs={"baichuan.password": "Secret-1", "baichuan.hide_secrets": hide, **prefs})
    out = keyed.run(made.write(path), *OURS, "-2").out
    parts = [LONG[at:at + 8] for at in range(0, len(LONG) - 8, 8)]
    shown = [text for text in (*parts, AFTERWARDS) if any(form in out for form in (text, text.encode().hex(":"), text.encode().hex()))]
    return sorted({"secret" if text in parts else "afterwards" for text in shown})


def send_cut(tcp, session, borders, msg_id=3, cuts=()):
    """A document in messages that are called media or a picture and end at these offsets in it; another message follows.
    cuts: offsets in each message where a packet begins."""
    data = CUT.encode()
    pieces = [data[a:b] for a, b in zip((0, *borders), (*borders, len(data)))]
    for piece in (*pieces, AFTERWARDS.encode()):
        message = session.reply(msg_id, ext=baichuan.extension(binaryData=1), data=piece)
        tcp.server(message, cuts=tuple(cut for cut in cuts if cut < len(message)))


@pytest.fixture
def tcp_and_session():
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    return made, tcp, Session("aes").play_login(tcp)


@pytest.mark.parametrize("border", BORDERS.values(), ids=BORDERS)
@pytest.mark.parametrize("msg_id", [3, 109], ids=["media", "snapshot"])
def test_a_document_that_messages_share_is_masked(tshark, path, tcp_and_session, msg_id, border):
    """Message by message, with a part of the secret in the middle one."""
    made, tcp, session = tcp_and_session
    send_cut(tcp, session, (border, border + 50, CUT.index("</key>") + 5), msg_id)
    assert in_the_clear(tshark, made, path, "TRUE") == ["afterwards"]
    assert in_the_clear(tshark, made, path, "FALSE") == ["afterwards", "secret"]


@pytest.mark.parametrize("border", BORDERS.values(), ids=BORDERS)
def test_it_is_masked_where_messages_pass_by_in_packets(tshark, path, tcp_and_session, border):
    """The packet in which the second message begins has no end of the element."""
    made, tcp, session = tcp_and_session
    send_cut(tcp, session, (border,), cuts=range(190, 600, 20))
    assert in_the_clear(tshark, made, path, "TRUE") == ["afterwards"]
    assert in_the_clear(tshark, made, path, "FALSE") == ["afterwards", "secret"]


def test_it_is_masked_in_a_message_that_is_not_complete_at_the_end(tshark, path, tcp_and_session):
    made, tcp, session = tcp_and_session
    ext = baichuan.extension(binaryData=1)
    tcp.server(session.reply(109, ext=ext, data=CUT.encode()[:BORDERS["in the secret"]]))
    tcp.server(session.reply(109, ext=ext, data=CUT.encode()[BORDERS["in the secret"]:]), cuts=(250,), lose=(1,))
    assert in_the_clear(tshark, made, path, "TRUE") == []


@pytest.mark.parametrize("reassemble", ["TRUE", "FALSE"])
@pytest.mark.parametrize("border", BORDERS.values(), ids=BORDERS)
def test_it_is_masked_in_a_media_packet_that_is_put_together(tshark, path, tcp_and_session, border, reassemble):
    made, tcp, session = tcp_and_session
    wire = media.info().wire + media.video(bytes([0, 0, 0, 1, 6]) + CUT.encode() + bytes(40), False, 1).wire
    at = wire.index(CUT.encode()) + border
    for piece in (wire[:at], wire[at:], AFTERWARDS.encode()):
        tcp.server(session.reply(3, ext=baichuan.extension(binaryData=1), data=piece))
    prefs = {"baichuan.reassemble_media": reassemble}
    assert in_the_clear(tshark, made, path, "TRUE", **prefs) == ["afterwards"]
    assert in_the_clear(tshark, made, path, "FALSE", **prefs) == ["afterwards", "secret"]


def test_another_stream_is_not_masked(tshark, path, tcp_and_session):
    made, tcp, session = tcp_and_session
    ext = baichuan.extension(binaryData=1)
    tcp.server(session.reply(3, ext=ext, data=CUT.encode()[:BORDERS["in the secret"]]))
    tcp.server(session.reply(3, ext=ext, data=AFTERWARDS.encode(), exchange=0x00050000))
    assert in_the_clear(tshark, made, path, "TRUE") == ["afterwards"]


def test_a_document_that_messages_share_obeys_the_state_rule(tshark, sharkd, path, tcp_and_session):
    made, tcp, session = tcp_and_session
    for msg_id in (3, 109):
        send_cut(tcp, session, (BORDERS["in the secret"], BORDERS["in the secret"] + 60), msg_id, cuts=(150, 200))
    prefs = {"baichuan.password": "Secret-1", "baichuan.hide_secrets": "TRUE"}
    assert assert_state_rule(tshark, sharkd, made.write(path), {"baichuan"}, prefs=prefs) > 10
