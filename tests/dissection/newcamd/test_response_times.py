"""newcamd: Statistics > Service Response Time, `-z newcamd,srt`, and the same from sharkd."""

import re

import pytest

from tests.dissection.newcamd import cases, hop_cases, request_cases
from tests.peers import newcamd

ROW = re.compile(r" *\d+  (.*?) +(\d+)((?: +\d+\.\d+){4})\n")


def table(tshark, path, *args, filter="", **keywords):
    """{row: (calls, least, most, average)}, in seconds, of -z newcamd,srt."""
    statistic = "newcamd,srt" + (f",{filter}" if filter else "")
    out = tshark(tables=cases.TABLE, **keywords).run(path, "-q", "-z", statistic, *args).out
    return {name: (int(calls), *map(float, times.split()[:3])) for name, calls, times in ROW.findall(out)}


def several_caids(path):
    """Replies to ECMs of three CAIDs, 1 ms and 9 ms after them; one of them is not decoded."""
    capture, peer, tcp = cases.connected()
    for number, (caid, wait) in enumerate([(0, 0), (0x0B00, 0), (0x0B00, 0.008), (0x1830, 0)]):
        tag = newcamd.ECM_EVEN + number % 2
        tcp.client(peer.ecm(tag, msg_id=number + 2, caid=caid))
        capture.time += wait
        refusal = peer.frame(newcamd.message(tag), msg_id=5)
        tcp.server(refusal if caid == 0x1830 else peer.cw(tag=tag, msg_id=number + 2))
    return capture.write(path)


@pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])
def test_there_is_a_row_for_each_command_and_caid(tshark, path, args):
    several_caids(path)
    once = (1,) + (pytest.approx(0.001, abs=2e-6),) * 3
    assert table(tshark, path, *args) == {
        "Login": once, "Card data request": once, "ECM, CAID 0500": once,
        "ECM, CAID 0B00": (2, *(pytest.approx(seconds, abs=2e-6) for seconds in (0.001, 0.009, 0.005))),
        "ECM, CAID 1830": once}


def test_every_kind_of_request_has_its_row(tshark, path):
    cases.every_command(path)
    assert {name: row[0] for name, row in table(tshark, path).items()} == {
        "Login": 1, "Card data request": 1, "ECM, CAID 0500": 3, "EMM 0x88, CAID 0500": 1, "EMM 0x8a, CAID 0500": 1,
        "Keepalive": 1}


def test_second_replies_and_those_without_request_are_not_counted(tshark, path):
    request_cases.duplicate(path)
    assert table(tshark, path)["ECM, CAID 0500"][0] == 1
    request_cases.reply_without_request(path)
    assert sorted(table(tshark, path)) == ["Card data request", "Login"]


def test_retransmissions_are_not_counted(tshark, path):
    capture, peer, tcp = cases.connected()
    tcp.client(peer.ecm())
    reply = peer.cw()
    tcp.server(reply)
    tcp.again("s", reply, len(reply))
    assert table(tshark, capture.write(path), prefs={"tcp.analyze_sequence_numbers": "FALSE"})["ECM, CAID 0500"][0] == 1


def test_a_display_filter_chooses_what_is_counted(tshark, path):
    hop_cases.three_hops(path)
    assert table(tshark, path)["ECM, CAID 0500"] == (3, *map(pytest.approx, (0.3, 0.42, 0.36)))
    assert table(tshark, path, filter="tcp.port==15051")["ECM, CAID 0500"] == (1, *map(pytest.approx, (0.36,) * 3))


def test_no_more_than_two_hundred_rows_have_a_name_of_their_own(tshark, path):
    capture, peer, tcp = cases.connected()
    for number in range(300):
        tcp.client(peer.ecm(msg_id=number + 2, caid=number + 1, data=b""))
        tcp.server(peer.cw(msg_id=number + 2))
    rows = table(tshark, capture.write(path))

    assert len(rows) == 201 and rows["Further CAIDs"][0] == 300 - 198
    assert sum(row[0] for row in rows.values()) == 302


def test_sharkd_gives_the_same_table(tshark, sharkd, path):
    several_caids(path)
    with sharkd(path, tables=cases.TABLE) as session:
        tables = session.request("tap", tap0="srt:newcamd")["taps"][0]["tables"]
    assert tables[0]["c"] == "Command and CAID"
    rows = {row["n"]: (row["num"], row["min"], row["max"], row["tot"] / row["num"]) for row in tables[0]["r"]}
    assert rows == {name: (row[0], *(pytest.approx(seconds, abs=2e-6) for seconds in row[1:])) for name, row in
                    table(tshark, path).items()}
