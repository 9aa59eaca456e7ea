"""The stats trees at the ends of what a sender can say: clocks, sums, and how many there are."""

import re

import pytest

from tests.peers import baichuan, baichuan_media as media, baichuan_udp as udp
from tests.peers.pcap import Capture

LARGEST = 2**31 - 1  # of a node
DEVICE, CLIENT = ("10.0.0.1", 16161), ("10.0.0.2", 53500)
PING = baichuan.header(93, 0)
NAMES = 4000  # nodes with a name of their own


def cells(tshark, path, tree):
    """{item: [count, average, least, most]} of the first node with that name."""
    found = {}
    for line in tshark().run(path, "-q", "-z", f"{tree},tree").out.splitlines():
        name, *numbers = re.split(r"\s{2,}", line.strip())
        if numbers and re.fullmatch(r"-?\d+", numbers[0]):
            found.setdefault(name, [float(cell) for cell in numbers if re.fullmatch(r"-?[\d.]+", cell)])
    return found


def film(path, moments):
    """A P-frame at each of (seconds of the capture, microseconds of the device)."""
    capture = Capture(step=0)
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = baichuan.Session("none")
    session.play_login(tcp)
    for second, microseconds in moments:
        capture.time = 1_700_000_000 + second
        frame = media.video(media.p_frame_264(40), False, microseconds)
        tcp.server(session.reply(3, ext=baichuan.extension(binaryData=1), data=frame.wire))
    return capture.write(path)


def test_a_clock_as_far_back_as_there_is_counts_as_the_largest_number(tshark, tmp_path):
    path = film(tmp_path / "c.pcap", [(0, 2**63), (1, 0)])
    assert cells(tshark, path, "baichuan_media")["Reordered frames, ms back by the device"][:2] == [1, LARGEST]


def test_intervals_as_long_as_there_are_make_a_usual_one(tshark, tmp_path):
    """Twice the usual interval is more than 64 bits hold, and is no gap after itself."""
    steps = [n * (2**63 - 1) % 2**64 for n in range(7)]
    path = film(tmp_path / "c.pcap", list(enumerate(steps)))
    found = cells(tshark, path, "baichuan_media")
    assert found["Frame interval, ms by the device"][:2] == [6, LARGEST]
    assert "Gaps, ms by the device" not in found


def test_an_interval_is_a_gap_only_beyond_two_usual_ones(tshark, tmp_path):
    at = [0, 40_000, 80_000, 120_000, 160_000, 200_000]
    exact = film(tmp_path / "a.pcap", list(enumerate(at + [280_000])))
    longer = film(tmp_path / "b.pcap", list(enumerate(at + [280_001])))
    assert "Gaps, ms by the device" not in cells(tshark, exact, "baichuan_media")
    assert cells(tshark, longer, "baichuan_media")["Gaps, ms by the device"][:4] == [1, 80, 80, 80]


@pytest.mark.parametrize("seconds,counted", [(1, 1), (2, 2), (100, 100), (3600, 3600), (100_000, 3600)])
def test_seconds_of_a_stall_are_counted_up_to_an_hour(tshark, tmp_path, seconds, counted):
    path = film(tmp_path / "c.pcap", [(0, 0), (0.5, 40_000), (seconds + 0.25, 80_000)])
    for name in ("Frames a second, by full seconds", "Bytes a second, by full seconds"):
        count, average, least, most = cells(tshark, path, "baichuan_media")[name][:4]
        assert count == counted
        assert (least == 0) == (counted > 1)
        assert average == pytest.approx(most / counted, abs=0.01)


def test_a_clock_that_goes_back_adds_no_seconds(tshark, tmp_path):
    path = film(tmp_path / "c.pcap", [(0, 0), (-50, 40_000), (0.75, 80_000)])
    assert "Frames a second, by full seconds" not in cells(tshark, path, "baichuan_media")


def test_losses_add_up_to_the_largest_number(tshark, tmp_path):
    capture = Capture()
    for number in (0, 2**31 - 10, 2**32 - 100):
        capture.udp(CLIENT, DEVICE, udp.data(80, number, PING))
    assert cells(tshark, capture.write(tmp_path / "c.pcap"), "baichuan_udp")["Lost"][0] == LARGEST


def test_a_round_trip_into_the_past_is_shown_as_it_is(tshark, tmp_path):
    capture = Capture()
    link = udp.Link(capture)
    link.client(PING)
    capture.time -= 86_400 * 365
    link.ack("c", 0)
    found = cells(tshark, capture.write(tmp_path / "c.pcap"), "baichuan_udp")
    assert found["Ack round-trip time (microseconds)"][:2] == [1, -LARGEST - 1]


@pytest.fixture(scope="module")
def crowd(tshark, tmp_path_factory):
    """The tree of 10 more sessions than have a node, and of two packets each."""
    capture = Capture()
    for number in range(NAMES + 10):
        client = (f"10.3.{number >> 8}.{number & 0xFF}", 53500)
        for packet in range(2):
            capture.udp(client, DEVICE, udp.data(number + 1, packet, PING))
    return cells(tshark, capture.write(tmp_path_factory.mktemp("crowd") / "c.pcap"), "baichuan_udp")


def test_sessions_beyond_those_that_have_a_node_are_counted_together(crowd):
    assert crowd["Further directions"][0] == 20
    assert f"Session {NAMES - 1}, data to connection {NAMES}" in crowd
    assert f"Session {NAMES}, data to connection {NAMES + 1}" not in crowd


def test_no_packet_of_a_crowd_is_left_out_of_the_sum(crowd):
    assert crowd["Data"][0] == 2 * (NAMES + 10)


def test_media_streams_beyond_those_that_have_a_node_are_counted_together(tshark, tmp_path):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = baichuan.Session("none")
    session.play_login(tcp)
    frame = media.video(media.p_frame_264(40), False, 0)
    for number in range(NAMES + 10):
        tcp.server(session.reply(3, ext=baichuan.extension(binaryData=1), data=frame.wire, exchange=number << 8))
        tcp.acknowledge("c")
    found = cells(tshark, capture.write(tmp_path / "c.pcap"), "baichuan_media")
    assert found["Further streams"][0] == 10
    assert found["Baichuan media streams"][0] == NAMES + 10
