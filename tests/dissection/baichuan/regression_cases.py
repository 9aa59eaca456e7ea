"""One capture for each failure that fuzzing has found, named after what was wrong. Each function takes a path and
returns it. tests/fuzz/bases.py spoils them further."""

from tests.peers import newcamd
from tests.peers.baichuan import PROLOG, VERSION, Session, body, xor
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


def session_key_behind_a_login_that_nothing_opens(path):
    """A session was made anew without its ciphers when a login had opened with no key; then a session key opened
    what followed, and the file was left with a crash."""
    made, peer = Capture(), newcamd.Login(user="anna", password="sesame")
    tcp = made.tcp(server=("10.0.0.1", 15050)).open()
    tcp.server(peer.greeting)
    login = bytearray(peer.login())
    login[-20] ^= 1
    tcp.client(bytes(login) + b"\0\1")
    tcp.server(peer.ack())
    for msg_id in range(2, 6):
        tcp.client(peer.ecm(msg_id=msg_id))
        tcp.server(peer.cw(msg_id=msg_id))
    return made.write(path)


CASES = (doctype_behind_refused_encoding, crowd_of_attributes, crowd_of_tags, password_behind_a_nested_element,
         lost_head_over_bytes_that_are_any_text, session_key_behind_a_login_that_nothing_opens)
