"""The list says why a message was not opened, in a few stable words."""

import pytest

from tests.dissection.baichuan import test_keys
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan, baichuan_udp as udp
from tests.peers.baichuan import VERSION, Session
from tests.peers.pcap import Capture

ROW, TABLE = test_keys.row, test_keys.table
CLOSED = "baichuan.opened"


@pytest.fixture
def capture(tmp_path):
    """Login (frames 4 to 7) and one request of user admin, password Secret-1, at camera 10.0.0.1."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    test_keys.one_request(tcp, Session("aes").play_login(tcp))
    return made.write(tmp_path / "c.pcap")


@pytest.fixture
def late(tmp_path):
    made = Capture()
    test_keys.one_request(made.tcp(server=("10.0.0.1", 9000)), Session("aes"))
    return made.write(tmp_path / "c.pcap")


def closed(keyed, path, args=()):
    """Reason and Info of what was not opened."""
    return keyed.fields(path, CLOSED, "_ws.col.Info", filter=CLOSED, args=args)


TWICE = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])


@TWICE
@pytest.mark.parametrize("rows, reason, note", [
    ([], "no password", "[not opened: no password]"),
    ([ROW(camera="10.0.0.9", password="Secret-1")], "no password", "[not opened: no password]"),
    ([ROW(password="x")], "wrong password", "[wrong password]"),
    ([ROW(key="0123456789abcdef")], "wrong key", "[wrong key]"),
])
def test_what_was_not_opened_says_why(tshark, capture, rows, reason, note, args):
    assert closed(tshark(tables=TABLE(*rows)), capture, args) == [(reason, f"Reply 200 Get Version {note}")]


@pytest.mark.parametrize("rows", [[], [ROW(password="Secret-1")], [ROW(key="0123456789abcdef")]])
def test_a_late_capture_says_that_its_login_is_missing(tshark, late, rows):
    assert closed(tshark(tables=TABLE(*rows)), late) == [
        ("login not in the capture", "Reply 200 Get Version [login not in the capture]")]


def test_a_login_with_the_hash_of_another_password_says_so_and_is_not_called_closed(tshark, capture):
    keyed = tshark(tables=TABLE(ROW(password="x")))
    ((info, reason),) = keyed.fields(capture, "_ws.col.Info", CLOSED, filter="baichuan.username")
    assert (info, reason) == ("Login admin [wrong password]", "")


def test_a_login_that_can_be_read_is_not_called_closed_without_a_password(tshark, capture):
    ((info, reason),) = tshark().fields(capture, "_ws.col.Info", CLOSED, filter="baichuan.username")
    assert (info, reason) == ("Login admin", "")


def test_a_part_that_the_known_key_does_not_open_says_so(tshark, tmp_path):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    Session("aes").play_login(tcp)
    tcp.server(baichuan.header(80, 60, baichuan.DEVICE, 200, payload_offset=40) + b"\xa5" * 60)

    ((reason, info),) = closed(tshark(prefs={"baichuan.password": "Secret-1"}), made.write(tmp_path / "c.pcap"))
    assert reason == "key does not open this"
    assert info.endswith("[not opened: key does not open this]")


@TWICE
def test_what_was_opened_or_is_clear_says_nothing(tshark, capture, tmp_path, args):
    opened = tshark(prefs={"baichuan.password": "Secret-1"})
    assert closed(opened, capture, args) == []
    assert "[" not in opened.run(capture, "-Y", "baichuan", *args).out

    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    test_keys.one_request(tcp, Session("none").play_login(tcp))
    assert closed(tshark(), made.write(tmp_path / "clear.pcap"), args) == []


def test_two_messages_of_a_frame_have_each_their_own_reason(tshark, tmp_path):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("aes").play_login(tcp)
    tcp.server(session.reply(80, VERSION) + session.reply(33, VERSION))
    path = made.write(tmp_path / "c.pcap")
    ((reasons, info),) = closed(tshark(), path)
    assert reasons == "no password|no password"
    assert info.count("[not opened: no password]") == 2


@pytest.mark.parametrize("rows", [[], [ROW(password="x")], [ROW(key="0123456789abcdef")]])
def test_reasons_obey_the_state_rule(tshark, sharkd, capture, rows):
    assert assert_state_rule(tshark, sharkd, capture, {"baichuan"}, tables=TABLE(*rows)) == 6


def test_a_row_has_the_number_that_it_has_in_the_file(tshark, capture):
    """The second one cannot be used; the first line is a comment."""
    text = ('# a comment\n"","","x","","","first"\n\n"","","y","zz","","bad"\n"","","z","","","third"\n')
    keyed = tshark(files={"baichuan_keys": text})
    ((said,),) = keyed.fields(capture, "_ws.expert.message", filter="baichuan.username")
    assert said == "Check the password in row 1: first, row 3: third: the login's hash does not match it"


@pytest.mark.parametrize("rows, begin", [
    ([], "Add the camera's password to Keys: none is known"),
    ([ROW(password="x", comment="porch")], "Check the password in row 1: porch"),
    ([ROW(key="0123456789abcdef")], "Check the rows of Keys for this camera"),
])
def test_a_sentence_begins_with_what_helps(tshark, capture, rows, begin):
    found = tshark(tables=TABLE(*rows)).fields(capture, "_ws.expert.message", filter=CLOSED)
    assert [text.startswith(begin) for (text,) in found] == [True]


@pytest.mark.parametrize("carrier", ["TCP", "BcUdp"])
def test_a_hole_says_what_helps_where_something_does(tshark, tmp_path, carrier):
    made = Capture()
    link = made.tcp(server=("10.0.0.1", 9000)).open() if carrier == "TCP" else udp.Link(made).open()
    session = Session("none").play_login(link)
    reply = session.reply(80, VERSION + " " * 4000)
    if carrier == "TCP":
        link.server(reply[:1400])
        link.skip("s", 1400)
        link.server(reply[2800:])
    else:
        link.server(reply, lose=[1])
    link.server(session.reply(33, VERSION))
    for number in range(300):
        link.server(session.reply(33, VERSION))
    found = tshark().fields(made.write(tmp_path / "c.pcap"), "_ws.expert.message", filter="baichuan.expert.hole")
    assert found
    assert all(("Set tcp.no_subdissector_on_error to FALSE" in text) == (carrier == "TCP") for (text,) in found)
