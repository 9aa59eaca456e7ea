"""newcamd: the table of logins, `-z newcamd,logins`."""

import pytest

from tests.dissection.newcamd import cases, session_cases
from tests.dissection.newcamd.tables import from_sharkd, printed, some
from tests.peers import newcamd, pcap

COLUMNS = ("Server", "Client", "User", "Program", "Version", "Result", "Seconds", "Messages", "Keepalives",
           "Average gap s", "Longest gap s", "End")
BOTH = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])


def dropped(path):
    """Anna's keepalives come 10 and 30 seconds after one another; 61 seconds after the last one the server closes.
    Berta, with version 524 and over IPv6, goes by herself; her ECM is answered 2.5 seconds before."""
    capture, anna = pcap.Capture(step=0), cases.login()
    berta = cases.login(seed=2, user="berta", version=524, client_id=0x8888)
    one = newcamd.connect(capture, anna)
    two = newcamd.connect(capture, berta, ("2001:db8::2", 50001), ("2001:db8::1", 16000))
    for number, wait in enumerate((0, 10, 30)):
        capture.time += wait
        one.client(anna.keepalive(msg_id=number + 2))
        one.server(anna.keepalive(msg_id=number + 2))
    two.client(berta.ecm())
    two.server(berta.cw())
    capture.time += 2.5
    two.close()
    capture.time += 58.5
    one.close("s")
    return capture.write(path)


EXPECTED = [
    ("10.0.0.1:15050", "10.0.0.2:50000", "anna", "tsdecrypt", "525", "accepted", "101.0", "10", "3", "20.0", "30.0",
     "server closed, 61.0 s after the client's last message"),
    ("[2001:db8::1]:16000", "[2001:db8::2]:50001", "berta", "OSCam", "524", "accepted", "42.5", "6", "0", "0.0", "0.0",
     "client closed, 2.5 s after the server's last message")]


@BOTH
def test_there_is_a_row_for_each_login_with_its_end(reader, path, args):
    rows = printed(reader, dropped(path), "newcamd,logins", *args)
    assert [tuple(row.values()) for row in rows] == EXPECTED
    assert tuple(rows[0]) == COLUMNS


def test_sharkd_gives_the_same_table_each_time(sharkd, path):
    with sharkd(dropped(path), tables=cases.TABLE) as session:
        for _ in range(3):
            rows = [tuple(row.values()) for row in from_sharkd(session, "newcamd,logins")]
            assert [tuple(f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in row)
                    for row in rows] == EXPECTED


@BOTH
def test_a_login_of_the_same_user_is_named_where_the_server_ends_the_one_before(reader, path, args):
    """And neither where the user or the server is another one, nor where the client had gone before."""
    capture, tcps = pcap.Capture(step=0), []
    for number, (user, port) in enumerate([("anna", 15050), ("berta", 15050), ("anna", 16000), ("anna", 15050)]):
        capture.time += 2
        peer = cases.login(seed=number + 1, user=user)
        tcps.append(newcamd.connect(capture, peer, cases.client_port(number), ("10.0.0.1", port)))
    capture.time += 0.5
    for tcp in tcps[:3]:
        tcp.close("s")
    tcps[3].close("c")
    newcamd.connect(capture, cases.login(seed=9), cases.client_port(9))
    ends = [row["End"] for row in printed(reader, capture.write(path), "newcamd,logins", *args)]

    assert ends == [
        "server closed, 6.5 s after the client's last message, "
        "0.5 s after the same user logged in again from 10.0.0.2:50003",
        "server closed, 4.5 s after the client's last message", "server closed, 2.5 s after the client's last message",
        "client closed, 0.5 s after the server's last message", "open when the capture ends"]


@BOTH
def test_a_reset_is_named(reader, path, args):
    capture, _, tcp = cases.connected()
    tcp.reset("s")
    row, = printed(reader, capture.write(path), "newcamd,logins", *args)
    assert row["End"] == "server reset the connection, 0.0 s after the client's last message"


@BOTH
def test_a_refusal_is_named_with_what_it_may_mean(reader, path, args):
    row, = printed(reader, cases.refused(path), "newcamd,logins", *args)
    assert some(row, "Result", "End") == (
        "refused: user, password, or not allowed now",
        "server closed, 0.0 s after the client's last message, which it refused")


@BOTH
def test_a_server_that_closes_without_a_reply_is_named(reader, path, args):
    capture, peer, tcp = cases.greeted()
    tcp.client(peer.login())
    tcp.close("s")
    row, = printed(reader, capture.write(path), "newcamd,logins", *args)
    assert some(row, "Result", "End") == ("closed without reply: other DESKEY, or refused silently",
                                          "server closed, 0.0 s after the client's last message")


def test_a_login_whose_reply_is_lost_is_not_called_refused(reader, path):
    capture, peer, tcp = cases.greeted()
    tcp.client(peer.login())
    tcp.skip("s", len(peer.ack()))
    tcp.client(peer.card_request())
    tcp.server(peer.card_data())
    tcp.close("s")
    row, = printed(reader, capture.write(path), "newcamd,logins")
    assert row["Result"] == "no reply in the capture"


def test_what_no_key_opens_has_a_row_that_says_so(tshark, path):
    no_key = tshark(tables={"newcamd_keys": [["", str(cases.PORT), cases.OTHER_DESKEY, "", "", ""]]})
    row, = printed(no_key, cases.every_command(path), "newcamd,logins")
    assert some(row, *COLUMNS[:6]) == ("10.0.0.1:15050", "10.0.0.2:50000", "-", "-", "-", "no key opens the login")
    assert row["Messages"] == "17" and row["End"].startswith("client closed")


def test_a_login_that_is_not_in_the_capture_is_said_to_be_missing(tshark, path):
    rows = printed(tshark(tables=session_cases.PASSWORD_TABLE), session_cases.mid_session(path), "newcamd,logins", "-2")
    assert rows and {some(row, "User", "Program", "Result") for row in rows} == {("-", "-", "login not in the capture")}


def test_each_connection_on_the_same_ports_has_its_row(reader, path):
    rows = printed(reader, cases.reconnect(path), "newcamd,logins")
    assert [some(row, "User", "Messages") for row in rows] == [("anna", "4"), ("anna", "4")]
    assert [row["End"].split(",")[0] for row in rows] == ["client closed", "client closed"]


def test_an_answer_to_a_keepalive_is_none_of_its_own(reader, path):
    capture, peer, tcp = cases.connected()
    tcp.client(peer.keepalive())
    tcp.server(peer.keepalive())
    tcp.server(peer.keepalive())
    row, = printed(reader, capture.write(path), "newcamd,logins")
    assert row["Keepalives"] == "2"


def test_hidden_secrets_leave_the_table_as_it_is(tshark, path):
    hiding = tshark(tables=cases.TABLE, prefs={"newcamd.hide_secrets": "TRUE"})
    assert [tuple(row.values()) for row in printed(hiding, dropped(path), "newcamd,logins")] == EXPECTED


def test_the_ends_of_other_connections_make_no_row(reader, path):
    capture = pcap.Capture()
    capture.tcp(("10.0.0.9", 40000), ("10.0.0.8", 80)).open().close()
    assert printed(reader, capture.write(path), "newcamd,logins") == []


def test_all_tables_can_be_asked_for_at_once(reader, path):
    words = [word for name in ("newcamd,srt", "newcamd,services", "newcamd,logins") for word in ("-z", name)]
    out = reader.run(dropped(path), "-q", *words).out
    assert "newcamd SRT Statistics" in out and "newcamd services" in out and "newcamd logins" in out


def test_a_server_that_connects_is_named_by_the_port_on_which_it_listens(reader, path):
    row, = printed(reader, session_cases.reverse_login(path), "newcamd,logins")
    assert some(row, "Server", "Client", "Result") == ("10.0.0.1:15050", "10.0.0.2:21000", "accepted")
