"""What a message is, who sends it and on which connection, as values of fields: the same on all passes and in any order."""

import pytest

from tests.dissection import harness
from tests.dissection.baichuan.messages import named
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan_udp as udp
from tests.peers.baichuan import DOWNLOAD, VERSION, Session
from tests.peers.pcap import Capture

WAYS = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])


def identities(tshark, path, args=()):
    """(name, from the camera, connection) of every message."""
    found = []
    for layers in tshark.packets(path, "baichuan", filter="baichuan.magic", args=args):
        for tree in harness.as_list(layers["baichuan"]):
            if "baichuan.magic" in tree:
                found.append(tuple(next(iter(named(tree, f"baichuan.{name}")), None)
                                   for name in ("msg_name", "from_camera", "connection")))
    return found


def talk(tcp, session):
    tcp.client(session.message(80))
    tcp.server(session.reply(80, VERSION))
    tcp.server(session.reply(33, VERSION))
    tcp.client(session.message(9999))


def mixed(path):
    """A TCP connection, a BcUdp session and another TCP connection, one inside the other."""
    capture = Capture()
    first = capture.tcp(client=("10.0.0.2", 50000), server=("10.0.0.1", 9000)).open()
    session = Session("aes").play_login(first)
    peer = udp.Link(capture).open()
    over_udp = Session("aes").play_login(peer)
    second = capture.tcp(client=("10.0.0.2", 50001), server=("10.0.0.1", 9000)).open()
    other = Session("xor").play_login(second)
    talk(peer, over_udp)
    talk(second, other)
    talk(first, session)
    peer.ack("s", 3)
    return capture.write(path)


@pytest.fixture
def capture(tmp_path):
    return mixed(tmp_path / "c.pcap")


@pytest.fixture(params=[{}, {"baichuan.password": "Secret-1"}], ids=["closed", "opened"])
def reader(tshark, request):
    return tshark(prefs=request.param)


@WAYS
def test_a_message_has_name_sender_and_connection(reader, capture, args):
    login = [("Login", "0"), ("Login", "1"), ("Login", "0"), ("Login", "1")]
    rest = [("Get Version Info", "0"), ("Get Version Info", "1"), ("Alarm Event List", "1"), ("Unknown message 9999", "0")]
    expected = [message + (number,) for messages, number in
                [(login, "0"), (login, "1"), (login, "2"), (rest, "1"), (rest, "2"), (rest, "0")] for message in messages]
    assert [(name, {"True": "1", "False": "0"}.get(sender, sender), number)
            for name, sender, number in identities(reader, capture, args)] == expected


@WAYS
def test_a_connection_is_one_tcp_stream_or_one_session_of_bcudp(reader, capture, args):
    rows = {row for row in reader.fields(capture, "tcp.stream", "baichuan.udp.session", "baichuan.connection",
                                         filter="baichuan.connection", args=args + ("-E", "occurrence=f"))}
    assert rows == {("0", "", "0"), ("", "0", "1"), ("1", "", "2")}


def test_acknowledgements_have_the_connection_and_discovery_has_none(reader, capture):
    assert len(reader.frames(capture, "baichuan.udp_last_ack_packet && baichuan.connection == 1")) == 1
    assert reader.frames(capture, "baichuan.udp_tid && baichuan.connection") == []
    assert len(reader.frames(capture, "baichuan.udp_tid")) == 2


def test_parts_of_a_message_and_what_lost_its_header_have_the_connection(reader, tmp_path):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("aes").play_login(tcp)
    long = session.reply(80, VERSION + " " * 3000)
    tcp.server(long[:1000])
    tcp.server(long[1000:])
    tcp.skip("s", 500)
    tcp.server(long[500:])
    path = made.write(tmp_path / "c.pcap")
    frames = reader.frames(path, "baichuan", args=("-2",))
    assert reader.frames(path, "baichuan.connection == 0", args=("-2",)) == frames
    assert reader.frames(path, "baichuan.segment.length && !baichuan.msg_name", args=("-2",)) != []
    assert reader.frames(path, "baichuan.continuation && baichuan.connection == 0", args=("-2",)) != []


@WAYS
def test_who_sends_is_left_out_where_nothing_tells(tshark, tmp_path, args):
    """A message of the class of downloads that has no status."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000))
    tcp.client(Session("none").message(8, msg_class=DOWNLOAD))
    ((name, sender, number),) = identities(tshark(), made.write(tmp_path / "c.pcap"), args)
    assert (name, sender, number) == ("Download Video", None, "0")


@pytest.mark.parametrize("prefs", [{}, {"baichuan.password": "Secret-1"}], ids=["closed", "opened"])
def test_identities_obey_the_state_rule(tshark, sharkd, capture, prefs):
    assert assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=prefs) > 20
