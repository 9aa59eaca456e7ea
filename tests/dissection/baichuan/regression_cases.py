"""One capture for each failure of the baichuan plugin that fuzzing has found, named after what was wrong. Each function
takes a path and returns it. tests/fuzz/bases.py spoils them further."""

from tests.peers.baichuan import DEVICE, PROLOG, VERSION, Session, body, header, xor
from tests.peers.pcap import Capture

PASSWORD = "behind-the-element"


def _answer(path, *documents):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    tcp.mss = 60000
    session = Session("none").play_login(tcp)
    for document in documents:
        tcp.server(session.reply(80, document))
    tcp.server(session.reply(80, VERSION))
    return made.write(path)


def doctype_behind_refused_encoding(path):
    """The document was refused for its encoding, and then read all the same: libxml2 lost what it had allocated for the
    entity."""
    return _answer(path, '<?xml version="1.0" encoding="UTF-6"?><body><!-- --></body>',
                   '<?xml version="1.0" encoding="UTF-6"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')


def crowd_of_attributes(path, count=100_000):
    """libxml2 compares every attribute with every other: 100,000 took six seconds."""
    return _answer(path, PROLOG + "<body " + "".join(f'a{n}="" ' for n in range(count)) + "/>")


def crowd_of_tags(path, count=250_000):
    """250,000 elements made a tree that took a second and 150 MB."""
    return _answer(path, PROLOG + "<body>" + "<a/>" * count + "</body>")


def password_behind_a_nested_element(path):
    """The mask of a secret ended with the first tag inside it."""
    return _answer(path, body(f"<password>x<a/>{PASSWORD}</password>"), body(f"<password><![CDATA[{PASSWORD}]]></password>"))


def lost_head_over_bytes_that_are_any_text(path, segments=100):
    """Bytes that are text under a hundred offsets of BC XOR were opened a hundred times, whatever their number."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    tcp.mss = 60000
    Session("none").play_login(tcp)
    for _ in range(segments):
        tcp.skip("s", 100)
        tcp.server(xor(b"@" * 60000, 0))
    return made.write(path)


def extension_that_fills_a_video_message(path, segments=5000):
    """The bytes that tell what a message with media is lie behind its Extension, and all so far were read with each segment."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    Session("none").play_login(tcp)
    tcp.server(header(3, 0xF00400, msg_class=DEVICE, code=200, payload_offset=0xF00000))
    for _ in range(segments):
        tcp.server(b"\x11" * 1448)
    return made.write(path)


CASES = (doctype_behind_refused_encoding, crowd_of_attributes, crowd_of_tags, password_behind_a_nested_element,
         lost_head_over_bytes_that_are_any_text,
         extension_that_fills_a_video_message)
