"""Media packets of the recorded captures: every one is what the camera wrote down while it was sending."""

import datetime
import hashlib

import pytest

from tests.dissection import harness
from tests.dissection.baichuan.media_cases import packets, parts, pieces
from tests.dissection.baichuan.recordings import CAPTURES, expectation

NAMES = ["aio_tcp_aes", "aio_udp_aes", "video_tcp_aes"]
TYPES = {"info_v1": "Info", "info_v2": "Info", "iframe": "I-frame", "pframe": "P-frame", "aac": "AAC", "adpcm": "ADPCM"}


@pytest.fixture(scope="module")
def read(tshark):
    """read(capture name, reassemble): its parts, from one run of tshark each."""
    cache = {}

    def get(name, reassemble=False):
        if (name, reassemble) not in cache:
            prefs = {"baichuan.reassemble_media": "TRUE"} if reassemble else {}
            keyed = tshark(files={"baichuan_keys": (harness.KEYS / "baichuan_keys").read_text()}, prefs=prefs)
            cache[name, reassemble] = parts(keyed, CAPTURES / f"{name}.pcapng")
        return cache[name, reassemble]

    return get


def by_stream(found):
    streams = {}
    for part in packets(found):
        streams.setdefault(part.number("stream"), []).append(part)
    return [streams[number] for number in sorted(streams)]


@pytest.fixture(params=NAMES)
def pairs(request, read):
    """(shown, expected) of every packet, stream by stream, with the preference off."""
    streams = by_stream(read(request.param))
    expected = expectation(request.param)["media"]
    assert [len(stream) for stream in streams] == [len(e["packets"]) for e in expected]
    return [pair for stream, e in zip(streams, expected) for pair in zip(stream, e["packets"])]


def test_every_packet_is_shown_once_with_its_type(pairs):
    for shown, expected in pairs:
        assert shown.get("type") == TYPES[expected["type"]], expected["offset"]


def test_every_video_packet_has_its_codec_size_and_time_stamp(pairs):
    for shown, expected in pairs:
        if expected["type"] in ("iframe", "pframe"):
            assert shown.get("codec") == expected["codec"], expected["offset"]
            assert shown.number("size") == expected["size"], expected["offset"]
            assert shown.number("microseconds") == expected["microseconds"], expected["offset"]


@pytest.mark.parametrize("name", NAMES)
def test_every_key_frame_has_the_time_of_the_camera(tshark, name):
    times = [p["time"] for e in expectation(name)["media"] for p in e["packets"] if p["type"] == "iframe"]
    # Text of an absolute time differs between versions of Wireshark; filters do not.
    texts = {datetime.datetime.fromtimestamp(time, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S") for time in times}
    shown = len(tshark().frames(CAPTURES / f"{name}.pcapng", "baichuan.media.time"))
    fitting = " or ".join(f'baichuan.media.time == "{text}"' for text in texts)
    assert shown == len(tshark().frames(CAPTURES / f"{name}.pcapng", fitting)) > 0


def test_every_audio_packet_has_its_size(pairs):
    for shown, expected in pairs:
        if expected["type"] in ("aac", "adpcm"):
            assert shown.number("size") == expected["size"], expected["offset"]


def test_every_info_has_width_height_and_rate(pairs):
    for shown, expected in pairs:
        if "width" in expected:
            assert [shown.number(name) for name in ("width", "height", "fps")] == \
                [expected["width"], expected["height"], expected["fps"]]


def test_every_packet_has_the_channel_digit_of_its_magic(pairs):
    for shown, expected in pairs:
        if shown.get("type") != "Info":
            assert shown.number("channel") == int(expected["magic"][0])


def test_frames_are_numbered_in_their_stream(read):
    for stream in by_stream(read("video_tcp_aes")):
        for kinds in (("I-frame", "P-frame"), ("AAC", "ADPCM")):
            numbers = [part.number("frame_number") for part in stream if part.get("type") in kinds]
            assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("reassemble", [False, True])
def test_a_packet_begins_in_the_frame_with_its_first_byte(read, reassemble):
    """With reassembly that is the one which completes the message."""
    messages = {m["n"]: m["frames"] for m in expectation("video_tcp_aes")["messages"]}
    for stream, expected in zip(by_stream(read("video_tcp_aes", reassemble)), expectation("video_tcp_aes")["media"]):
        for part, e in zip(stream, expected["packets"]):
            first, last = messages[e["first_msg"]]
            begin = part.number("begins_in") or part.frame
            assert (last if reassemble else first) <= begin <= last, e["offset"]


def test_the_pieces_of_every_packet_are_its_bytes(read):
    for name in NAMES:
        expected = [p["sha256"] for e in expectation(name)["media"] for p in e["packets"] if p["size"] > 0]
        assert pieces(read(name)) == sorted(expected)


@pytest.mark.parametrize("name", NAMES)
def test_reassembled_packets_have_all_of_their_bytes(read, name):
    for stream, expected in zip(by_stream(read(name, reassemble=True)), expectation(name)["media"]):
        assert [hashlib.sha256(part.data).hexdigest() for part in stream] == [e["sha256"] for e in expected["packets"]]


def frame_with_byte(name, stream, offset):
    """Which frame ends the message with this byte of a media stream."""
    return next(m["frames"][1] for m in expectation(name)["messages"]
                if m.get("media_stream") == stream and m["media_offset"] <= offset < m["media_offset"] + m["payload_len"])


def test_a_reassembled_packet_is_shown_where_its_payload_ends(read):
    for stream, expected in zip(by_stream(read("video_tcp_aes", reassemble=True)), expectation("video_tcp_aes")["media"]):
        for part, e in zip(stream, expected["packets"]):
            last = e["offset"] + e["header_len"] + e["size"] - 1
            assert part.frame == frame_with_byte("video_tcp_aes", expected["media_stream"], last), e["offset"]
