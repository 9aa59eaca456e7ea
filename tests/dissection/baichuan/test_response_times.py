"""Statistics > Service Response Time > Baichuan, `-z baichuan,srt`, and the same from sharkd."""

import re

import pytest

from tests.dissection import harness
from tests.peers.baichuan import VERSION, Session
from tests.peers.pcap import Capture

ROW = re.compile(r" *\d+  (.*?) +(\d+)((?: +\d+\.\d+){4})\n")
WAYS = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])


def table(reader, path, *args, filter=""):
    """{message: (calls, least, most, average)}, in seconds, of -z baichuan,srt."""
    statistic = "baichuan,srt" + (f",{filter}" if filter else "")
    out = reader.run(path, "-q", "-z", statistic, *args).out
    return {name: (int(calls), *map(float, times.split()[:3])) for name, calls, times in ROW.findall(out)}


@pytest.fixture
def capture(path):
    """Version (twice) after 1 and 9 ms, an unknown message, one without a reply, a push."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("aes").play_login(tcp)
    for wait in (0, 0.008):
        tcp.client(session.message(80))
        made.time += wait
        tcp.server(session.reply(80, VERSION))
    tcp.client(session.message(9999))
    tcp.server(session.reply(9999, code=400))
    tcp.client(session.message(104))
    tcp.server(session.reply(33, VERSION, exchange=0))
    return made.write(path)


@WAYS
@pytest.mark.parametrize("prefs", [{}, {"baichuan.password": "Secret-1"}], ids=["closed", "opened"])
def test_there_is_a_row_for_each_message_by_its_name(tshark, capture, prefs, args):
    found = table(tshark(prefs=prefs), capture, *args)
    assert {name: row[0] for name, row in found.items()} == {"Login": 2, "Get Version": 2, "Unknown message 9999": 1}
    assert found["Get Version"][1:] == (pytest.approx(0.001, abs=2e-6), pytest.approx(0.009, abs=2e-6),
                                             pytest.approx(0.005, abs=2e-6))


@pytest.mark.parametrize("sample", ["aio_tcp_aes", "aio_udp_aes", "none_tcp", "video_tcp_aes"])
def test_times_are_those_of_the_fields(keyed, sample):
    path = harness.CAPTURES / "baichuan" / f"{sample}.pcapng"
    fields = keyed.fields(path, "baichuan.response_time", filter="baichuan.response_time")
    times = sorted(float(text) for (texts,) in fields for text in texts.split("|"))
    found = table(keyed, path).values()
    assert sum(row[0] for row in found) == len(times)
    assert (min(row[1] for row in found), max(row[2] for row in found)) == (pytest.approx(times[0]), pytest.approx(times[-1]))


def test_a_reply_that_is_shown_later_than_it_came_took_no_longer(tshark, path):
    """The request waits for a byte that is lost; what is behind it tells so a second later."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("aes").play_login(tcp)
    tcp.client(session.message(80))
    reply = session.reply(80, VERSION + " " * 2000)
    tcp.server(reply[:1000])
    tcp.skip("s", 100)
    tcp.server(reply[1100:])
    made.time += 1
    tcp.server(session.reply(33, VERSION))
    made.write(path)
    reader = tshark(prefs={"baichuan.password": "Secret-1"})
    ((time,),) = reader.fields(path, "baichuan.response_time", filter="baichuan.msg_id == 80 && baichuan.response_time")
    assert table(reader, path)["Get Version"][1] == pytest.approx(float(time.split("|")[0]), abs=2e-6)


def test_a_display_filter_chooses_what_is_counted(keyed):
    path = harness.CAPTURES / "baichuan" / "aio_tcp_aes.pcapng"
    assert list(table(keyed, path, filter="baichuan.msg_id==80")) == ["Get Version"]


def test_no_more_than_two_hundred_rows_have_a_name_of_their_own(tshark, path):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("none").play_login(tcp)
    for number in range(300):
        tcp.client(session.message(20000 + number, exchange=number << 16))
        tcp.server(session.reply(20000 + number, exchange=number << 16))
    found = table(tshark(), made.write(path))
    assert len(found) == 201 and found["Further messages"][0] == 300 - 199


def test_sharkd_gives_the_same_table(tshark, sharkd, capture):
    with sharkd(capture) as session:
        tables = session.request("tap", tap0="srt:baichuan")["taps"][0]["tables"]
    assert tables[0]["c"] == "Message"
    rows = {row["n"]: (row["num"], row["min"], row["max"], row["tot"] / row["num"]) for row in tables[0]["r"]}
    assert rows == {name: (row[0], *(pytest.approx(seconds, abs=2e-6) for seconds in row[1:])) for name, row in
                    table(tshark(), capture).items()}
