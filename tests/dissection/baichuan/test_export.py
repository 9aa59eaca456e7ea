"""File > Export Objects of the recorded captures: every file is what the camera wrote down, and players open it."""

import collections
import hashlib
import json
import re
import struct
import subprocess

import pytest

from tests.dissection import harness

CAPTURES = sorted(path.name.removesuffix(".expected.json")
                  for path in (harness.CAPTURES / "baichuan").glob("*.expected.json"))
KEYS = {"baichuan_keys": (harness.KEYS / "baichuan_keys").read_text()}
ADPCM_PREFIX = 4  # bytes of a packet before the block

Probed = collections.namedtuple("Probed", "codec width height frames samples")
Exported = collections.namedtuple("Exported", "once twice expected")


def probe(path):
    """What ffprobe finds in a file of one stream, and that it finds nothing wrong."""
    done = subprocess.run(["ffprobe", "-v", "error", "-of", "json", "-count_frames", "-show_entries",
                           "stream=codec_name,width,height,nb_read_frames,duration_ts", str(path)],
                          capture_output=True, text=True, check=True)
    assert done.stderr == ""
    stream, = json.loads(done.stdout)["streams"]
    return Probed(stream["codec_name"], stream.get("width"), stream.get("height"), int(stream["nb_read_frames"]),
                  stream.get("duration_ts"))


@pytest.fixture(scope="module", params=CAPTURES)
def exported(tshark, request):
    folder = harness.CAPTURES / "baichuan"
    opened = tshark(files=KEYS)
    capture = folder / f"{request.param}.pcapng"
    return Exported(opened.exported(capture, "baichuan"), opened.exported(capture, "baichuan", "-2"),
                    json.loads((folder / f"{request.param}.expected.json").read_text()))


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def streams(expected):
    """(media stream, how its file names call it) of each."""
    words = {3: {0: "main", 1: "sub"}, 298: {}, 202: {}}
    return [(stream, words[stream["msg_id"]].get(stream["stream"], {298: "cover", 202: "talk"}.get(stream["msg_id"])))
            for stream in expected["media"]]


def file_of(files, word, extensions):
    """(name, bytes) of the one file of a stream with one of these extensions."""
    found = [name for name in files if re.search(rf"-ch0-(\w+-)?{word}-frame\d+\.({extensions})$", name)]
    assert len(found) == 1, (word, sorted(files))
    return found[0], files[found[0]]


def packets(stream, *types):
    return [packet for packet in stream["packets"] if packet["type"] in types]


def snapshots(expected):
    """The pieces of each picture, as messages."""
    found = collections.defaultdict(list)
    for message in expected["messages"]:
        if message["msg_id"] == 109 and message["payload_kind"] == "binary" and message.get("present") != "none":
            found[message["stream"], message["msg_num"]].append(message)
    return list(found.values())


def test_one_pass_and_two_give_the_same_files(exported):
    assert exported.once == exported.twice


def test_there_is_a_file_for_each_stream_and_picture_and_nothing_else(exported):
    video, sound = ("iframe", "pframe"), ("aac", "adpcm")
    kinds = sum(bool(packets(stream, *types)) for stream in exported.expected["media"] for types in (video, *((kind,) for kind in sound)))
    kinds += sum(bool(packets(stream, *video) and packets(stream, *sound)) for stream in exported.expected["media"])  # together
    assert len(exported.once) == kinds + len(snapshots(exported.expected))
    assert not [name for name in exported.once if "incomplete" in name]


def test_names_say_camera_channel_and_first_frame(exported):
    port = exported.expected["connections"][0]["camera"].rpartition(":")[2]
    camera = "127.0.0.1" if port == "9000" else f"127.0.0.1_{port}"
    frames = [message["frames"] for message in exported.expected["messages"] if message["payload_kind"] == "binary"]
    for name in exported.once:
        assert name.startswith(f"{camera}-ch0-"), name
        number = int(re.search(r"-frame(\d+)\.\w+$", name)[1])
        assert any(first <= number <= last for first, *_, last in frames), name


def test_video_is_the_bytes_of_all_its_frames(exported):
    for stream, word in streams(exported.expected):
        if stream["es_len"]:
            assert sha256(file_of(exported.once, word, "h26[45]")[1]) == stream["es_sha256"]


def test_ffprobe_finds_codec_size_and_frames_of_video(exported, tmp_path):
    for stream, word in streams(exported.expected):
        frames = packets(stream, "iframe", "pframe")
        if not frames:
            continue
        name, data = file_of(exported.once, word, "h26[45]")
        (tmp_path / name).write_bytes(data)
        info = packets(stream, "info_v1", "info_v2")[0]
        codec = {"H264": "h264", "H265": "hevc"}[frames[0]["codec"]]
        assert probe(tmp_path / name)[:4] == (codec, info["width"], info["height"], len(frames))
        assert name.endswith(frames[0]["codec"].lower())


def test_aac_is_the_bytes_of_its_packets(exported):
    for stream, word in streams(exported.expected):
        sounds = packets(stream, "aac")
        if not sounds:
            continue
        _, data = file_of(exported.once, word, "aac")
        assert len(data) == sum(packet["size"] for packet in sounds)
        at = 0
        for packet in sounds:
            assert sha256(data[at:at + packet["size"]]) == packet["sha256"]
            at += packet["size"]


def test_ffprobe_finds_every_frame_of_aac(exported, tmp_path):
    for stream, word in streams(exported.expected):
        if packets(stream, "aac"):
            name, data = file_of(exported.once, word, "aac")
            (tmp_path / name).write_bytes(data)
            found = probe(tmp_path / name)
            assert (found.codec, found.frames) == ("aac", len(packets(stream, "aac")))


def test_adpcm_is_the_blocks_of_its_packets(exported):
    for stream, word in streams(exported.expected):
        sounds = packets(stream, "adpcm")
        if not sounds:
            continue
        _, data = file_of(exported.once, word, "wav")
        size = sounds[0]["size"] - ADPCM_PREFIX
        prefix = struct.pack("<HH", 0x0100, size // 2)
        blocks = data[60:]
        assert len(blocks) == size * len(sounds)
        assert [sha256(prefix + blocks[at:at + size]) for at in range(0, len(blocks), size)] == \
            [packet["sha256"] for packet in sounds]


def test_ffprobe_finds_every_block_of_adpcm(exported, tmp_path):
    for stream, word in streams(exported.expected):
        sounds = packets(stream, "adpcm")
        if sounds:
            name, data = file_of(exported.once, word, "wav")
            (tmp_path / name).write_bytes(data)
            found = probe(tmp_path / name)
            assert found.codec == "adpcm_ima_wav"
            samples = (sounds[0]["size"] - ADPCM_PREFIX - 4) * 2 + 1
            assert found.samples == samples * len(sounds)


def test_talk_has_the_sample_rate_that_the_client_announced(exported):
    for stream, word in streams(exported.expected):
        if stream["msg_id"] == 202:
            config, = [message["payload"] for message in exported.expected["messages"]
                       if message["msg_id"] == 201 and message["dir"] == "c2d"]
            rate = int(re.search(r"<sampleRate>(\d+)<", config)[1])
            assert struct.unpack_from("<I", file_of(exported.once, word, "wav")[1], 24)[0] == rate


def test_a_snapshot_is_the_bytes_of_its_pieces_under_the_cameras_name(exported, tmp_path):
    for pieces in snapshots(exported.expected):
        (name, data), = [(name, data) for name, data in exported.once.items()
                         if re.search(r"-ch0-main-snapshot-01_20230518140240-frame\d+\.jpg$", name)]
        at = 0
        for piece in pieces:
            assert sha256(data[at:at + piece["payload_len"]]) == piece["payload_sha256"]
            at += piece["payload_len"]
        assert at == len(data)
        (tmp_path / name).write_bytes(data)
        assert probe(tmp_path / name).codec == "mjpeg"
