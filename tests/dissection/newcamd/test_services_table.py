"""newcamd: the table of services, `-z newcamd,services`."""

import pytest

from tests.dissection.newcamd import cases, request_cases, session_cases
from tests.dissection.newcamd.tables import from_sharkd, printed, some
from tests.peers import newcamd, pcap

ID = ("Server", "User", "CAID", "Provider", "SID")
COUNTS = ("ECMs", "Decoded", "Not decoded", "Unanswered", "Second replies")
WORDS = ("CWs repeated", "CWs backwards")
EMMS = ("EMMs", "EMMs accepted", "EMMs refused")
TIMES = ("Min ms", "Average ms", "95% ms", "Max ms")
OLD, NEW, NEWER = "11223366445566ff", "2122236631323396", "01020306040506ff"[:14] + "0f"


def ecm(capture, peer, tcp, number, reply="cw", wait=0.001, words=(OLD, NEW), **keywords):
    """An ECM of its own and its reply: "cw", "not decoded", or None."""
    tcp.client(peer.ecm(msg_id=number, data=newcamd.ECM_DATA + bytes([number]), **keywords))
    capture.time += wait - capture.step
    if reply == "cw":
        tcp.server(peer.cw(*words, msg_id=number))
    elif reply is not None:
        tcp.server(peer.frame(newcamd.message(newcamd.ECM_EVEN), msg_id=number))


def two_users(path):
    """Anna watches two services, Berta one at another server by IPv6; Anna's card gets EMMs."""
    capture, anna, berta = pcap.Capture(), cases.login(), cases.login(seed=2, user="berta")
    one = newcamd.connect(capture, anna)
    two = newcamd.connect(capture, berta, ("2001:db8::2", 50001), ("2001:db8::1", 16000))
    for number, (reply, wait, words) in enumerate([
            ("cw", 0.01, (OLD, NEW)), ("cw", 0.02, (OLD, NEW)), ("not decoded", 0.03, None), ("cw", 0.04, (NEWER, NEW)),
            (None, 0.001, None), ("cw", 0.05, (OLD, NEW))]):
        ecm(capture, anna, one, number + 2, reply, wait, words, sid=1, caid=0x0B00, provider=1)
    ecm(capture, anna, one, 20, sid=2, caid=0x0B00, provider=1)
    one.server(anna.cw(msg_id=20))
    for number, nibble in ((30, 1), (31, 1), (32, 0), (33, None)):
        one.client(anna.emm(msg_id=number))
        if nibble is not None:
            one.server(anna.emm_reply(nibble=nibble, msg_id=number))
    ecm(capture, berta, two, 2, sid=1)
    return capture.write(path)


EXPECTED = [
    ("10.0.0.1:15050", "anna", "0B00", "000001", "0001", "6", "4", "1", "1", "0", "1", "1", "0", "0", "0",
     "10.00", "30.00", "50.00", "50.00"),
    ("10.0.0.1:15050", "anna", "0B00", "000001", "0002", "1", "1", "0", "0", "1", "0", "0", "0", "0", "0",
     "1.00", "1.00", "1.00", "1.00"),
    ("10.0.0.1:15050", "anna", "0500", "-", "-", "0", "0", "0", "0", "0", "0", "0", "4", "2", "1") + ("0.00",) * 4,
    ("[2001:db8::1]:16000", "berta", "0500", "-", "0001", "1", "1", "0", "0", "0", "0", "0", "0", "0", "0",
     "1.00", "1.00", "1.00", "1.00"),
]


@pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])
def test_there_is_a_row_for_each_server_user_caid_provider_and_service(reader, path, args):
    rows = printed(reader, two_users(path), "newcamd,services", *args)
    assert [tuple(row.values()) for row in rows] == EXPECTED
    assert tuple(rows[0]) == ID + COUNTS + WORDS + EMMS + TIMES


def test_sharkd_gives_the_same_table(sharkd, path):
    with sharkd(two_users(path), tables=cases.TABLE) as session:
        for _ in range(2):
            rows = [tuple(row.values()) for row in from_sharkd(session, "newcamd,services")]
            assert [row[:5] + tuple(map(str, row[5:15])) for row in rows] == [row[:15] for row in EXPECTED]
            for row, expected in zip(rows, EXPECTED):
                assert row[15:] == pytest.approx(tuple(map(float, expected[15:])), abs=0.01)


def test_of_a_hundred_times_ninety_five_are_not_longer_than_the_percentile(reader, path):
    capture, peer, tcp = cases.connected()
    for number in range(100):
        ecm(capture, peer, tcp, number + 2, wait=(number * 37 % 100 + 1) / 1000)
    row, = printed(reader, capture.write(path), "newcamd,services")
    assert some(row, *TIMES) == ("1.00", "50.50", "95.00", "100.00")


@pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])
def test_a_request_counts_as_unanswered_as_soon_as_that_is_known(reader, path, args):
    """The last request of a capture may be too late to say, and one whose reply may be lost is not counted."""
    counts = {request_cases.unanswered: ("3", "1", "0", "1", "0"),
              request_cases.unanswered_in_time: ("2", "0", "0", "1", "0"),
              request_cases.reply_lost: ("2", "1", "0", "0", "0"), request_cases.duplicate: ("1", "1", "0", "0", "1")}
    for build, expected in counts.items():
        row = printed(reader, build(path), "newcamd,services", *args)[0]
        assert some(row, *COUNTS) == expected, build.__name__


def test_replies_without_request_and_closed_frames_make_no_row(reader, tshark, path):
    assert printed(reader, request_cases.reply_without_request(path), "newcamd,services") == []
    no_key = tshark(tables={"newcamd_keys": [["", str(cases.PORT), cases.OTHER_DESKEY, "", "", ""]]})
    assert printed(no_key, cases.every_command(path), "newcamd,services") == []


def test_the_user_of_a_login_that_is_not_in_the_capture_is_left_open(tshark, path):
    reader = tshark(tables=session_cases.PASSWORD_TABLE)
    rows = printed(reader, session_cases.mid_session(path), "newcamd,services", "-2")
    assert rows and {row["User"] for row in rows} == {"-"}


def test_a_display_filter_chooses_what_is_counted(reader, path):
    rows = printed(reader, two_users(path), "newcamd,services,ipv6")
    assert [row["User"] for row in rows] == ["berta"]


def test_hidden_secrets_leave_the_table_as_it_is(tshark, path):
    hiding = tshark(tables=cases.TABLE, prefs={"newcamd.hide_secrets": "TRUE"})
    assert [tuple(row.values()) for row in printed(hiding, two_users(path), "newcamd,services")] == EXPECTED


def test_control_characters_of_a_name_do_not_reach_the_table(tshark, path):
    capture, peer, tcp = cases.under_way()
    for number in (2, 3):
        tcp.client(peer.ecm(msg_id=number))
    tcp.client(peer.frame(newcamd.message(newcamd.LOGIN, b"an\x1b[2Jna\xe9\0x\0"), msg_id=4))
    tcp.client(peer.ecm(msg_id=5))
    rows = printed(tshark(tables=session_cases.PASSWORD_TABLE), capture.write(path), "newcamd,services")
    assert rows[-1]["User"] == "an?[2Jna\u00e9"


def test_what_is_beyond_four_thousand_services_is_counted_together(reader, path):
    capture, peer, tcp = cases.connected()
    for number in range(4100):
        tcp.client(peer.ecm(msg_id=number + 2, sid=number + 1, data=b""))
    rows = printed(reader, capture.write(path), "newcamd,services", "-2")
    assert len(rows) == 4001 and some(rows[-1], "Server", "ECMs") == ("Further services", "100")
