"""The stats tree of media streams: what each sends, how regularly, and what is missing."""

import re

import pytest

from tests.dissection.baichuan.media_cases import KEYS, Cases
from tests.peers import baichuan_media as media

KEY, INTER = len(media.key_frame_264(200)), len(media.p_frame_264(40))  # of the case "stutter"


@pytest.fixture(scope="module")
def tree(tshark, tmp_path_factory):
    """tree(name of a case): {stream: {item: [count, average, least, most]}}, as far as the columns are filled."""
    cases = Cases(tmp_path_factory.mktemp("media") / "media.pcap")
    # One tree of the whole capture: streams are told apart by their ports.
    out = tshark(prefs=KEYS).run(cases.path, "-q", "-z", "baichuan_media,tree").out
    streams = {}
    for line in out.splitlines():
        found = re.match(r"( {1,2})(\S.*?)  +(\d.*)$", line)
        if found and len(found[1]) == 1:
            item = streams.setdefault(found[2], {})
            item["packets"] = [float(found[3].split()[0])]
        elif found:
            item[found[2]] = [float(cell) for cell in found[3].split() if re.fullmatch(r"-?[\d.]+", cell)]

    def get(name):
        port = cases.sent[name][0]
        return [items for stream, items in streams.items() if f":{port} " in stream + " " or f":{port}," in stream]

    return get


def test_there_is_a_node_for_each_stream_with_its_packets(tree):
    assert sorted(stream["packets"][0] for stream in tree("several streams")) == [5, 9, 9, 9]


def test_a_node_names_the_ends_and_the_message(tshark, tmp_path):
    cases = Cases(tmp_path / "media.pcap")
    out = tshark(prefs=KEYS).run(cases.path, "-q", "-z", f"baichuan_media,tree,tcp.port=={cases.sent['talk'][0]}").out
    assert f"10.0.0.2:50000 to 10.0.0.1:{cases.sent['talk'][0]}, Talk Audio" in out
    assert f"10.0.0.1:{cases.sent['talk'][0]} to 10.0.0.2:50000, Start Video" in out


def test_frames_a_second_are_counted(tree):
    """50 frames in 2.32 seconds. The gap lies in both full ones: they hold 20 and 21 frames."""
    stutter, = tree("stutter")
    assert stutter["Frames a second, over all"][0] == 22
    assert stutter["Frames a second, by full seconds"][:4] == [2, 20.5, 20, 21]


def test_bytes_a_second_are_counted(tree):
    stutter, = tree("stutter")
    assert stutter["Bytes a second, over all"][0] == pytest.approx((2 * KEY + 48 * INTER) / 2.32, abs=1)


def test_the_interval_of_key_frames_is_shown(tree):
    stutter, = tree("stutter")
    assert stutter["I-frame interval, ms by the device"][:4] == [1, 1360, 1360, 1360]


def test_intervals_of_frames_are_shown_by_both_clocks(tree):
    stutter, = tree("stutter")
    assert stutter["Frame interval, ms by the device"][0] == 48
    assert stutter["Frame interval, ms in the capture"][0] == 49
    assert stutter["Frame interval, ms in the capture"][2:4] == [40, 400]


def test_a_gap_in_the_time_stamps_is_counted(tree):
    stutter, = tree("stutter")
    assert stutter["Gaps, ms by the device"][:4] == [1, 400, 400, 400]


def test_frames_in_the_wrong_order_are_counted(tree):
    stutter, = tree("stutter")
    assert stutter["Reordered frames, ms back by the device"][:4] == [1, 40, 40, 40]


def test_sizes_are_shown_by_type(tree):
    stutter, = tree("stutter")
    assert stutter["I-frames, bytes"][:4] == [2, KEY, KEY, KEY]
    assert stutter["P-frames, bytes"][:4] == [48, INTER, INTER, INTER]


def test_holes_in_the_capture_are_counted(tree):
    stream, = tree("loss between")
    assert stream["Holes in the capture"][0] == 1


def test_regular_streams_have_no_gaps(tree):
    for stream in tree("several streams"):
        assert not {"Gaps, ms by the device", "Reordered frames, ms back by the device", "Holes in the capture"} & set(stream)
