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
    rest = [("Get Version", "0"), ("Get Version", "1"), ("Alarm Event List", "1"), ("Unknown message 9999", "0")]
    expected = [message + (number,) for messages, number in
                [(login, "0"), (login, "1"), (login, "2"), (rest, "1"), (rest, "2"), (rest, "0")] for message in messages]
    assert [(name, {"True": "1", "False": "0"}.get(sender, sender), number)
            for name, sender, number in identities(reader, capture, args)] == expected


@WAYS
def test_a_connection_is_one_tcp_stream_or_one_session_of_bcudp(reader, capture, args):
    rows = {row for row in reader.fields(capture, "tcp.stream", "baichuan.udp.session", "baichuan.connection",
                                         filter="baichuan.connection", args=args + ("-E", "occurrence=f"))}
    assert rows == {("0", "", "0"), ("", "0", "1"), ("1", "", "2")}


def test_acknowledgements_have_the_connection(reader, capture):
    assert len(reader.frames(capture, "baichuan.udp_last_ack_packet && baichuan.connection == 1")) == 1


# ---- discovery ------------------------------------------------------------------------------------------------------


def discoveries(tshark, path, *args):
    """[(name, session of BcUdp, connection), ...] of the discovery packets."""
    return list(tshark().fields(path, "baichuan.udp.message", "baichuan.udp.session", "baichuan.connection",
                                filter="baichuan.udp_tid", args=args))


def test_discovery_with_both_ids_has_the_connection_of_its_session(tshark, tmp_path):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    Session("none").play_login(tcp)
    link = udp.Link(made)
    link.answer()
    Session("none").play_login(link)
    for side in "cs":
        link.message(side, f"{'C2D' if side == 'c' else 'D2C'}_HB", cid=82000, did=80)
    link.close()
    path = made.write(tmp_path / "c.pcap")
    names = ["D2C_C_R", "C2D_HB", "D2C_HB", "C2D_DISC", "D2C_DISC"]
    for args in ((), ("-2",)):
        assert discoveries(tshark, path, *args) == [(name, "0", "1") for name in names]


def test_a_hello_has_the_connection_that_came_of_it_on_later_passes(tshark, tmp_path):
    made = Capture()
    link = udp.Link(made).open()
    Session("none").play_login(link)
    path = made.write(tmp_path / "c.pcap")
    assert discoveries(tshark, path) == [("C2D_C", "", ""), ("D2C_C_R", "0", "0")]
    assert discoveries(tshark, path, "-2") == [("C2D_C", "0", "0"), ("D2C_C_R", "0", "0")]


def test_what_client_and_server_say_of_a_session_has_its_connection(tshark, tmp_path):
    made = Capture()
    link = udp.Link(made)
    server = ("203.0.113.9", 58200)

    def with_server(side, name, **fields):
        ends = (link.ends["c"], server)
        made.udp(*(ends if side == "c" else ends[::-1]), udp.discovery(udp.p2p(name, **fields), len(made.frames)))

    with_server("c", "C2R_C", uid="9527000960V21RL", cid=82000, r=3)
    with_server("s", "R2C_C_R", sid=7, rsp=0)  # names no id of a connection
    with_server("s", "R2C_T", sid=7, cid=82000, rsp=0)
    link.message("s", "D2C_T", sid=7, conn="map", cid=82000, did=80)
    link.message("c", "C2D_T", sid=7, conn="map", cid=82000)
    with_server("c", "C2R_CFM", sid=7, conn="map", rsp=0, cid=82000, did=80)
    Session("none").play_login(link)
    with_server("c", "C2R_HB", sid=7, cid=82000, did=80)
    path = made.write(tmp_path / "c.pcap")
    assert discoveries(tshark, path, "-2") == [
        ("C2R_C", "0", "0"), ("R2C_C_R", "", ""), ("R2C_T", "0", "0"), ("D2C_T", "0", "0"), ("C2D_T", "0", "0"),
        ("C2R_CFM", "0", "0"), ("C2R_HB", "0", "0")]


def test_a_hello_that_two_cameras_answer_has_no_connection(tshark, tmp_path):
    """Their answers have, and so has what the client says to each."""
    made = Capture()
    links = [udp.Link(made, device=(f"10.0.0.{n}", 16161), did=did) for n, did in ((1, 80), (3, 96))]
    links[0].message("c", "C2D_C", uid="9527000960V21RL", cid=82000)
    for link in links:
        link.message("s", "D2C_T", sid=7, conn="local", cid=82000, did=link.ids["s"])
    for link in links:
        link.message("c", "C2D_T", sid=7, conn="local", cid=82000)
    path = made.write(tmp_path / "c.pcap")
    assert discoveries(tshark, path, "-2") == [
        ("C2D_C", "", ""), ("D2C_T", "0", "0"), ("D2C_T", "1", "1"), ("C2D_T", "0", "0"), ("C2D_T", "1", "1")]


def test_hellos_have_the_connection_of_their_own_round(tshark, tmp_path):
    """The client comes again under its id, soon or late."""
    made = Capture()
    for did, pause in ((80, 1), (81, 60), (82, 0)):
        link = udp.Link(made, did=did).open()
        Session("none").play_login(link)
        link.close()
        made.time += pause
    path = made.write(tmp_path / "c.pcap")
    assert [row[1:] for row in discoveries(tshark, path, "-2") if row[0] == "C2D_C"] == [("0", "0"), ("1", "1"), ("2", "2")]


def test_a_hello_that_nobody_answers_has_no_connection(tshark, tmp_path):
    """Nor has one of another client with the same id, nor a document that names no id of a connection."""
    made = Capture()
    asked = udp.Link(made, client=("10.0.0.2", 53500))
    asked.message("c", "C2D_C", uid="9527000960V21RL", cid=82000)
    asked.message("c", "C2M_Q", uid="9527000960V21RL")
    udp.Link(made, client=("10.0.0.9", 53500)).open()
    path = made.write(tmp_path / "c.pcap")
    assert discoveries(tshark, path, "-2") == [("C2D_C", "", ""), ("C2M_Q", "", ""), ("C2D_C", "0", "0"), ("D2C_C_R", "0", "0")]


def test_discovery_obeys_the_state_rule(tshark, sharkd, tmp_path):
    made = Capture()
    for did in (80, 81):
        link = udp.Link(made, did=did).open()
        Session("none").play_login(link)
        link.close()
    assert assert_state_rule(tshark, sharkd, made.write(tmp_path / "c.pcap"), {"baichuan"}) > 10


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


def test_a_status_is_a_value_where_there_is_one(tshark, tmp_path):
    """A request has 0 where a reply has it, and so has a piece of a replay; the legs of a login have something else there."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("none").play_login(tcp)
    tcp.client(session.message(80))
    tcp.server(session.reply(80, VERSION))
    tcp.client(session.message(116))
    tcp.server(session.reply(116, code=400))
    tcp.server(session.reply(33, VERSION, exchange=0))
    tcp.server(session.reply(5, data=b"more of it", code=0))
    path = made.write(tmp_path / "c.pcap")

    shown = tshark().fields(path, "baichuan.msg_id", "baichuan.status_code", "baichuan.response_status", filter="baichuan.magic")
    assert shown == [("1", "", ""), ("1", "", ""), ("1", "0", ""), ("1", "200", "200"),
                     ("80", "0", ""), ("80", "200", "200"), ("116", "0", ""), ("116", "400", "400"), ("33", "200", "200"), ("5", "0", "")]


@pytest.mark.parametrize("prefs", [{}, {"baichuan.password": "Secret-1"}], ids=["closed", "opened"])
def test_identities_obey_the_state_rule(tshark, sharkd, capture, prefs):
    assert assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=prefs) > 20
