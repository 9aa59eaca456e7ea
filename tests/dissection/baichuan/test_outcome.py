"""How a BcUdp session went: one finding a sentence, in its last packet (docs/baichuan.md section 6.12)."""

import re

import pytest

from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan, baichuan_udp as udp
from tests.peers.baichuan import Session
from tests.peers.baichuan_udp import Link
from tests.peers.pcap import Capture

PING = baichuan.header(93, 0)
START = 1_700_000_000.0


class Camera(Link):
    """A session of which each packet comes at a time: at(seconds) says when the next one does."""

    def __init__(self, **keywords):
        super().__init__(Capture(step=0), **keywords)
        self.file = None

    def at(self, seconds):
        self.capture.time = START + seconds
        return self

    def control(self, side, name, **fields):
        return self.message(side, name, cid=self.ids["c"], did=self.ids["s"], **fields)


@pytest.fixture
def told(tshark, path):
    """told(camera): (frame, how it ended, findings, odd findings) of the only session."""

    def read(camera):
        fields = ("frame.number", "baichuan.outcome", "baichuan.outcome.finding", "_ws.expert.message")
        rows = tshark().fields(camera.capture.write(path), *fields, filter="baichuan.outcome", args=("-2",))
        assert len(rows) == 1
        frame, end, findings, experts = rows[0]
        findings = findings.split("|")
        assert findings[0] in experts.split("|")
        return int(frame), end, findings, [text for text in experts.split("|") if text in findings[1:]]

    return read


def about(findings, words):
    found = [text for text in findings if words in text]
    assert len(found) <= 1, found
    return found[0] if found else None


def test_a_disconnect_of_the_camera_is_the_end_in_the_last_packet(told):
    camera = Camera().at(0).open()
    camera.at(1).send("c", PING)
    frame = camera.at(9.2).control("s", "D2C_DISC")
    last, end, findings, odd = told(camera)
    assert last == frame
    assert end == "the camera, D2C_DISC"
    assert findings[0] == f"The camera disconnected (D2C_DISC), 9.2 s into the session (frame {frame})"
    assert about(odd, "Nothing of the client") == (
        "Nothing of the client was captured in the 8.2 s up to the end; packets of the camera in that time: 1")


def test_a_disconnect_of_the_client_is_no_fault_of_the_camera(told):
    camera = Camera().at(0).open()
    camera.at(1).send("c", PING)
    camera.at(1).send("s", PING)
    frame = camera.at(1.5).control("c", "C2D_DISC")
    camera.at(1.5).control("s", "D2C_DISC")
    _, end, findings, odd = told(camera)
    assert (end, findings[0]) == (
        "the client, C2D_DISC", f"The client disconnected (C2D_DISC), 1.5 s into the session (frame {frame})")
    assert about(findings, "Nothing of") is None


def test_who_falls_silent_is_named_where_nothing_ends_the_session(told):
    camera = Camera().at(0).open()
    camera.at(1).send("s", PING)
    for n in range(7):
        camera.at(1.1 + n).send("c", PING)
    _, end, findings, odd = told(camera)
    assert end == "timeout: the camera silent"
    assert findings[0] == "No packet ends the session in this capture, which has 7.1 s of it"
    assert about(odd, "Nothing of the camera") == (
        "Nothing of the camera was captured in the 6.1 s up to the end; packets of the client in that time: 7")


def test_a_session_that_goes_on_is_not_said_to_have_ended(told):
    camera = Camera().at(0).open()
    camera.at(1).send("c", PING)
    camera.at(1.1).send("s", PING)
    _, end, findings, odd = told(camera)
    assert (end, odd) == ("not captured", [])


def login(camera, code=200):
    session = Session()
    camera.send("c", session.hello())
    camera.send("s", session.nonce_reply())
    camera.send("c", session.login())
    camera.send("s", session.login_reply(code))
    return session


def test_a_refused_login_is_told_with_its_status_and_frame(told):
    camera = Camera().at(0).open()
    login(camera, 401)
    _, end, findings, odd = told(camera)
    assert end == "the camera, 401"
    assert re.fullmatch(r"The camera answered message 1 with 401 \(frame \d+\)", about(odd, "401"))


def test_a_logout_is_told_with_the_time_to_the_end(told):
    camera = Camera().at(0).open()
    session = login(camera)
    frame = camera.at(2).send("c", session.logout())[0]
    camera.at(2.25).send("s", session.reply(2, exchange=0x00070000))
    _, end, findings, odd = told(camera)
    assert end == "the client, logout"
    assert about(findings, "logged out") == f"The client logged out (message 2, frame {frame}) 250.0 ms before the end"


def question(number=0x12340000):
    return baichuan.header(234, 0, baichuan.DEVICE, 200, number)


def answer(number=0x12340000, code=0):
    return baichuan.header(234, 0, baichuan.REQUEST, code, number)


def test_an_answered_question_of_the_camera_has_its_time(told):
    camera = Camera().at(0).open()
    login(camera)
    camera.at(1).send("s", question())
    camera.at(1.5).send("c", answer())
    frame = camera.at(2).send("s", question(0x22340000))[0]
    camera.at(2.125).send("c", answer(0x22340000))
    _, _, findings, odd = told(camera)
    assert about(findings, "234") == (
        f"The client answered the last question of the camera (234, frame {frame}; 2 in all) after 125.0 ms")
    assert about(odd, "234") is None


def test_a_question_without_answer_is_told_with_how_long_the_session_went_on(told):
    camera = Camera().at(0).open()
    login(camera)
    frame = camera.at(1).send("s", question())[0]
    camera.at(5).send("c", PING)
    camera.at(9.5).control("s", "D2C_DISC")
    assert about(told(camera)[3], "234") == (
        f"The last question of the camera (234, frame {frame}; 1 in all) was not answered in the 8.5 s up to the end")


def test_another_message_of_the_client_answers_no_question(told):
    camera = Camera().at(0).open()
    login(camera)
    camera.at(1).send("s", question())
    camera.at(1.1).send("c", answer(0x77770000))
    assert "was not answered" in about(told(camera)[3], "234")


def stream(camera, wait, count=21, rate=250000):
    """Data of the camera each 10 ms, acknowledged wait seconds later."""
    for n in range(count):
        camera.at(1 + n).send("s", bytes(100))
        camera.at(1 + n + wait).ack("s", n, rate=rate)


@pytest.mark.parametrize("wait, odd", [(0.010, False), (0.020, True)], ids=["10 ms", "20 ms"])
def test_the_cadence_of_acknowledgements_is_a_median(told, wait, odd):
    camera = Camera().at(0).open()
    stream(camera, wait)
    camera.at(30).send("s", bytes(100))
    frame = camera.at(31.5).ack("s", 21, rate=250000)
    text = (f"Data waited {wait * 1000:.1f} ms for an acknowledgement of the client (median of 22), and 1.5 s at most "
            f"(frame {frame})")
    _, _, findings, odds = told(camera)
    shown = about(findings, "Data waited")
    assert abs(float(shown.split()[2]) - wait * 1000) <= 0.0625 * wait * 1000
    assert re.sub(r"[\d.]+ ms", "", shown) == re.sub(r"[\d.]+ ms", "", text)
    assert (about(odds, "Data waited") is not None) == odd


def test_a_single_acknowledgement_is_its_own_median(told):
    camera = Camera().at(0).open()
    camera.at(1).send("s", bytes(100))
    frame = camera.at(1.0625).ack("s", 0)
    assert about(told(camera)[2], "Data waited") == (
        f"Data waited 62.5 ms for an acknowledgement of the client (median of 1), and 62.5 ms at most (frame {frame})")


def test_a_client_that_acknowledges_nothing_is_told_so(told):
    camera = Camera().at(0).open()
    for n in range(3):
        camera.at(1 + n).send("s", bytes(100))
    assert about(told(camera)[3], "acknowledged none") == (
        "The client acknowledged none of 3 packets with data, the first 2.0 s before the end")


def test_a_client_that_stops_to_acknowledge_is_told_so(told):
    camera = Camera().at(0).open()
    stream(camera, 0.01, 3)
    camera.at(10).send("s", bytes(100))
    camera.at(15.5).control("c", "C2D_HB")
    assert about(told(camera)[3], "acknowledged nothing") == (
        "The client acknowledged nothing of what was sent in the 5.5 s up to the end")


@pytest.mark.parametrize("rates, text, odd", [
    ((0, 0, 0), "The client reported a receive rate of 0 in all of its 3 acknowledgements", True),
    ((0, 250000, 90000),
     "The client reported receive rates from 90000 to 250000 bytes a second, and 0 in 1 of 3 acknowledgements", False)], ids=["0", "reported"])
def test_receive_rates_are_told(told, rates, text, odd):
    camera = Camera().at(0).open()
    for n, rate in enumerate(rates):
        camera.at(1 + n / 10).send("s", bytes(100))
        camera.ack("s", n, rate=rate)
    _, _, findings, odds = told(camera)
    assert about(findings, "receive rate") == text
    assert (text in odds) == odd


def test_heartbeats_are_counted_and_the_longest_time_without_is_told(told):
    camera = Camera().at(0).open()
    for second in (1, 2, 3, 8, 9):
        camera.at(second).control("c", "C2D_HB")
    assert about(told(camera)[3], "C2D_HB") == (
        "The client sent 5 heartbeats (C2D_HB); the longest time without one is 5.0 s")


def test_missing_heartbeats_are_told_with_the_time_that_was_captured(told):
    camera = Camera().at(0).open()
    camera.at(4).send("c", PING)
    assert about(told(camera)[3], "C2D_HB") == "No heartbeat of the client (C2D_HB) is among what was captured in 4.0 s"


def test_a_path_that_nobody_accepts_is_told(told):
    camera = Camera().at(0).open()
    frame = camera.at(1).control("s", "D2C_T", sid=7, conn="map")
    camera.at(3).control("s", "D2C_T", sid=7, conn="map")
    camera.at(9).control("s", "D2C_DISC")
    assert about(told(camera)[3], "D2C_T") == (
        f"Paths that the camera offered (D2C_T, first in frame {frame}): 2; none was accepted (C2D_T, C2D_A) in 8.0 s")


@pytest.mark.parametrize("name", ["C2D_A", "C2D_T"])
def test_a_path_that_is_accepted_is_no_finding(told, name):
    camera = Camera().at(0).open()
    camera.at(1).control("s", "D2C_T", sid=7, conn="map")
    if name == "C2D_A":
        camera.at(1.1).control("c", name, sid=7, conn="map")
    else:
        camera.at(1.1).message("c", name, sid=7, conn="local", cid=82000)
    assert about(told(camera)[2], "D2C_T") is None


def test_repetitions_are_told_by_their_distance_in_time(told):
    camera = Camera().at(0).open()
    for n in range(10):
        for again in range(3):
            camera.at(1 + n / 10 + again / 100).packet("s", n, bytes([n]) * 100)
    _, _, findings, odd = told(camera)
    text = "The camera sent 0 of 30 data packets (0.0 %) again 250 ms or more after the first time, and 20 sooner"
    assert about(findings, "again") == text and text not in odd
    camera.at(3).packet("s", 9, bytes([9]) * 100)
    camera.at(4).packet("s", 9, bytes([9]) * 100)
    assert about(told(camera)[3], "again") == (
        "The camera sent 2 of 32 data packets (6.2 %) again 250 ms or more after the first time, and 20 sooner")


def test_several_device_ids_are_counted(told):
    camera = Camera().at(0)
    camera.answer()
    camera.answer(96, 2018)
    camera.at(1).send("c", PING)
    assert about(told(camera)[2], "(did)") == "The camera had 2 connection IDs (did) under that of the client"


def test_how_long_a_camera_was_asked_is_told(told):
    camera = Camera()
    for n in range(24):
        camera.at(n / 2).message("c", "C2D_C", uid="9527000960V21RL", cid=82000, mtu=1350)
    frame = camera.at(12).answer()
    camera.at(12.1).send("c", PING)
    assert about(told(camera)[3], "first request") == (
        f"The camera answered (frame {frame}) 12.0 s after the first request; requests until then: 24")


def test_requests_of_an_earlier_try_are_not_counted(told):
    camera = Camera()
    camera.at(0).message("c", "C2D_C", cid=82000)
    camera.at(60).message("c", "C2D_C", cid=82000)
    camera.at(60.5).answer()
    camera.at(61).send("c", PING)
    assert about(told(camera)[2], "first request").endswith("500.0 ms after the first request; requests until then: 1")


def test_one_pass_says_nothing_of_how_a_session_went(tshark, path):
    camera = Camera().at(0).open()
    camera.at(9).control("s", "D2C_DISC")
    capture = camera.capture.write(path)
    assert tshark().frames(capture, "baichuan.outcome") == []


def test_outcomes_obey_the_state_rule(tshark, sharkd, path):
    camera = Camera().at(0).open()
    session = login(camera)
    camera.at(1).send("s", question())
    stream(camera, 0.02, 5)
    camera.control("c", "C2D_HB")
    camera.at(8).send("c", session.logout())
    camera.close()
    count = len(camera.capture.frames)
    assert assert_state_rule(tshark, sharkd, camera.capture.write(path), {"baichuan"}) == count


# ---- the table ----------------------------------------------------------------------------------------------------


def table(tshark, capture, *args):
    """[{column: text}, ...] of `-z baichuan,sessions`."""
    lines = tshark().run(capture, "-q", "-z", "baichuan,sessions", *args).out.splitlines()
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if line.count("|") >= 7]
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def two_sessions():
    first = Camera().at(0).open()
    first.at(1).send("c", PING)
    first.at(9).control("s", "D2C_DISC")
    second = Link(first.capture, client=("10.0.0.3", 40000), cid=91000, did=81)
    first.at(20)
    second.open()
    return first.capture


@pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])
def test_the_table_has_a_row_for_each_session(tshark, path, args):
    rows = table(tshark, two_sessions().write(path), *args)
    columns = ("Session", "Client", "Camera", "Packets", "Seconds", "Ended by")
    assert [tuple(row[column] for column in columns) for row in rows] == [
        ("UDP 0", "10.0.0.2:53500", "10.0.0.1:16161", "3", "9.000", "the camera, D2C_DISC"),
        ("UDP 1", "10.0.0.3:40000", "10.0.0.1:16161", "1", "0.000", "not captured")]
    assert rows[0]["Findings"].startswith("The camera disconnected (D2C_DISC), 9.0 s into the session (frame 4).")


def connection(end):
    capture = Capture(step=0.25)
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = Session().play_login(tcp)
    tcp.client(session.logout())
    end(tcp)
    return capture


ENDS = {
    "FIN of the camera": (lambda tcp: tcp.close("s"), "the camera, FIN after logout",
                          "The camera closed the connection first (FIN, frame 9), 250.0 ms behind the last message."),
    "FIN of the client": (lambda tcp: tcp.close("c"), "the client, FIN after logout",
                          "The client closed the connection first (FIN, frame 9), 250.0 ms behind the last message."),
    "RST of the camera": (lambda tcp: tcp.reset("s"), "the camera, RST after logout",
                          "The camera reset the connection (RST, frame 9), 250.0 ms behind the last message."),
    "no end": (lambda tcp: None, "the client, logout", "No packet ends the session in this capture, which has 1.0 s of it."),
}


# What the tree of the last message says: TCP keeps who closed first, that somebody reset, and when the last packet came.
IN_TREE = {
    "FIN of the camera": ("the camera, FIN after logout", 10, "The camera closed the connection first (FIN); its last packet was "
                          "captured {} behind this one"),
    "FIN of the client": ("the client, FIN after logout", 10, "The client closed the connection first (FIN); its last packet was "
                          "captured {} behind this one"),
    "RST of the camera": ("RST after logout", 9, "One side reset the connection (RST); its last packet was captured {} behind this one"),
    "no end": ("the client, logout", 8, "No packet ends the session in this capture, which has 1.0 s of it"),
}


@pytest.mark.parametrize("name", ENDS)
def test_the_last_message_of_a_tcp_connection_says_how_it_ended(tshark, path, name):
    ended_by, last_frame, text = IN_TREE[name]
    capture = connection(ENDS[name][0])
    fields = ("frame.number", "baichuan.outcome", "baichuan.outcome.finding", "baichuan.outcome.duration", "_ws.expert.message")
    rows = tshark().fields(capture.write(path), *fields, filter="baichuan.outcome", args=("-2",))
    (frame, end, findings, duration, experts), = rows
    behind = (len(capture.frames) - 8) * 250
    text = text.format(f"{behind:.1f} ms" if behind < 1000 else f"{behind / 1000:.1f} s")
    assert (frame, end, float(duration)) == ("8", ended_by, 1.0)
    assert findings.split("|")[0] == text and text in experts
    assert "The client logged out (message 2, frame 8) 0.0 ms before the end" in findings


def test_one_pass_says_nothing_of_how_a_tcp_connection_went(tshark, path):
    assert tshark().frames(connection(lambda tcp: tcp.close("s")).write(path), "baichuan.outcome") == []


def test_without_times_of_tcp_its_last_packet_has_none(tshark, path):
    capture = connection(lambda tcp: tcp.reset("s")).write(path)
    hasty = tshark(prefs={"tcp.calculate_timestamps": "FALSE"})
    (text,), = hasty.fields(capture, "baichuan.outcome.finding", filter="baichuan.outcome", args=("-2",))
    assert text.split("|")[0] == "One side reset the connection (RST)"


def test_a_connection_with_one_message_says_how_it_ended(tshark, path):
    capture = Capture(step=0.25)
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    tcp.client(Session().hello())
    tcp.close("c")
    rows = tshark().fields(capture.write(path), "frame.number", "baichuan.outcome", filter="baichuan.outcome", args=("-2",))
    assert rows == [("4", "the client, FIN")]


def test_tcp_connections_obey_the_state_rule(tshark, sharkd, path):
    capture = connection(lambda tcp: tcp.close("s")).write(path)
    assert assert_state_rule(tshark, sharkd, capture, {"baichuan"}) == 5


def lone_packet():
    camera = Camera()
    camera.at(0).send("s", PING)
    return camera.capture


def test_a_session_with_a_single_data_packet_says_that_nothing_ends_it(tshark, path):
    fields = ("frame.number", "baichuan.outcome", "baichuan.outcome.finding", "_ws.expert.message")
    text = "No packet ends the session in this capture, which has 0.0 ms of it"
    assert tshark().fields(lone_packet().write(path), *fields, filter="baichuan.outcome", args=("-2",)) == [
        ("1", "not captured", text, text)]
    assert tshark().frames(path, "baichuan.outcome") == []


@pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])
def test_such_a_session_has_a_row_of_its_own(tshark, path, args):
    row, = table(tshark, lone_packet().write(path), *args)
    assert (row["Session"], row["Packets"], row["Seconds"], row["Ended by"]) == ("UDP 0", "1", "0.000", "not captured")


def test_such_a_session_obeys_the_state_rule(tshark, sharkd, path):
    assert assert_state_rule(tshark, sharkd, lone_packet().write(path), {"baichuan"}) == 1


@pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])
@pytest.mark.parametrize("name", ENDS)
def test_the_table_has_tcp_connections_and_who_ended_them(tshark, path, name, args):
    end, ended_by, text = ENDS[name]
    rows = table(tshark, connection(end).write(path), *args)
    assert [(row["Session"], row["Packets"], row["Ended by"]) for row in rows] == [("TCP 0", "5", ended_by)]
    assert rows[0]["Findings"].startswith(text)
    assert "The client logged out (message 2, frame" in rows[0]["Findings"]


def test_the_end_of_another_connection_is_not_told(tshark, path):
    capture = connection(lambda tcp: None)
    capture.tcp(client=("10.0.0.9", 40000), server=("10.0.0.8", 15050)).open().close()
    (row,) = table(tshark, capture.write(path))
    assert row["Ended by"] == "the client, logout"


def test_the_first_packet_of_a_session_counts_though_it_is_noted_with_the_second(told):
    """Nothing but packets with data: a first one alone makes nothing that lasts."""
    camera = Camera()
    camera.at(0).send("s", bytes(100))
    camera.at(5).ack("s", 0)
    _, end, findings, odd = told(camera)
    assert findings[0] == "No packet ends the session in this capture, which has 5.0 s of it"
    assert about(odd, "Data waited") == (
        "Data waited 5.0 s for an acknowledgement of the other side (median of 1), and 5.0 s at most (frame 2)")


def test_the_table_takes_a_filter(tshark, path):
    out = tshark().run(two_sessions().write(path), "-q", "-z", "baichuan,sessions,ip.addr == 10.0.0.3").out
    assert "UDP 1" in out and "UDP 0" not in out


def test_the_table_is_there_for_programs(sharkd, path):
    with sharkd(two_sessions().write(path)) as session:
        (tap,) = session.request("tap", tap0="nstat:baichuan,sessions")["taps"]
    rows = [row for shown in tap["tables"] for row in shown["i"]]
    assert [row[:2] for row in rows] == [["UDP 0", "10.0.0.2:53500"], ["UDP 1", "10.0.0.3:40000"]]


def test_sessions_beyond_those_with_a_row_are_counted_together(tshark, path):
    capture = Capture()
    for n in range(4003):
        for packet in range(2):
            capture.udp(("10.0.0.2", 53500), ("10.0.0.1", 16161), udp.data(1000 + n, packet, PING))
    rows = table(tshark, capture.write(path))
    assert (len(rows), rows[-1]["Session"], rows[-1]["Packets"]) == (4001, "Further", "6")


def test_who_is_the_client_is_learned_from_a_disconnect(told):
    """The capture begins when the session is on its way."""
    camera = Camera(first=(500, 700))
    camera.at(0).send("s", bytes(100))
    camera.at(0.1).send("c", bytes(100))
    camera.at(5).control("s", "D2C_DISC")
    _, end, findings, odd = told(camera)
    assert end == "the camera, D2C_DISC"
    assert about(odd, "Nothing of the client").startswith("Nothing of the client was captured in the 4.9 s up to the end")
