"""File > Export Objects: video and its sound in one file that players open, with the camera's own times."""

import collections
import json
import re
import subprocess

import pytest

from tests.dissection import harness
from tests.dissection.baichuan.players import decoded, ffmpeg, needs_the_same_rounding
from tests.peers import baichuan, baichuan_media, pcap

RATE = 10     # frames a second
SECONDS = 2
AAC_RATE, AAC_SAMPLES = 16000, 1024
ADPCM_RATE = 8000
START = 913_440_000  # microseconds: the camera's uptime


@pytest.fixture(scope="module")
def pictures():
    """Real frames of H.264, the first one of each second a key frame."""
    stream = ffmpeg("-f", "lavfi", "-i", f"testsrc=size=160x120:rate={RATE}:duration={SECONDS}", "-c:v", "libx264", "-bf", "0", "-g", str(RATE),
                    "-threads", "1", "-x264-params", "aud=1:slices=1", "-f", "h264")
    frames = [frame[1:] for frame in stream.split(b"\0\0\0\1\x09")[1:]]  # without their delimiters
    return [frame if frame.startswith(b"\0\0\0\1") else b"\0" + frame for frame in frames]


@pytest.fixture(scope="module")
def sounds():
    """Real ADTS frames of AAC."""
    stream, frames = ffmpeg("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate={AAC_RATE}:duration={SECONDS}", "-c:a", "aac", "-f", "adts"), []
    while stream:
        length = (stream[3] & 3) << 11 | stream[4] << 3 | stream[5] >> 5
        frames.append(stream[:length])
        stream = stream[length:]
    return frames[:SECONDS * AAC_RATE // AAC_SAMPLES]  # the encoder's last ones are silence


def aac(payload):
    return baichuan_media.Packet("AAC", b"05wb" + len(payload).to_bytes(2, "little") * 2, payload)


def adpcm(seed):
    return baichuan_media.adpcm(samples=396, seed=seed, predictor=seed * 100 - 1000)  # 793 samples: nearly a frame of video


def film(pictures, sounds=(), start=START):
    """Packets in the order of their times; sounds: (packet, seconds that it lasts)."""
    packets, waiting, time = [baichuan_media.info(160, 120, RATE)], list(sounds), 0
    for n, picture in enumerate(pictures):
        packets.append(baichuan_media.video(picture, n % RATE == 0, start + n * 1_000_000 // RATE))
        while waiting and time < (n + 1) / RATE:
            packet, seconds = waiting.pop(0)
            packets.append(packet)
            time += seconds
    return packets + [packet for packet, _ in waiting]


@pytest.fixture
def files(tshark, tmp_path):
    """files(packets, lost=None): {extension: (name, path)} of what is exported of a stream; lost: the number of the message that
    the capture has not."""
    def get(packets, lost=None, size=1000):
        capture = pcap.Capture()
        tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
        session = baichuan.Session("none")
        session.play_login(tcp)
        stream = baichuan_media.Stream(session, tcp)
        wire = b"".join(packet.wire for packet in packets)
        for n, at in enumerate(range(0, len(wire), size)):
            stream.send(wire[at:at + size], lose=(0,) if n == lost else ())
        found = {}
        for name, data in tshark().exported(capture.write(tmp_path / "film.pcap"), "baichuan").items():
            path = tmp_path / name
            path.write_bytes(data)
            found[path.suffix[1:]] = path
        return found

    return get


def probed(path):
    """What ffprobe says of the streams, by kind."""
    done = subprocess.run(["ffprobe", "-v", "error", "-of", "json", "-count_frames", "-count_packets", "-show_streams", str(path)],
                          capture_output=True, text=True, check=True)
    return {stream["codec_type"]: stream for stream in json.loads(done.stdout)["streams"]}


def with_aac(pictures, sounds):
    return film(pictures, [(aac(frame), AAC_SAMPLES / AAC_RATE) for frame in sounds])


def with_adpcm(pictures):
    return film(pictures, [(adpcm(n), 793 / ADPCM_RATE) for n in range(RATE * SECONDS)])


def test_players_find_video_and_aac(files, pictures, sounds):
    found = probed(files(with_aac(pictures, sounds))["ts"])
    video, sound = found["video"], found["audio"]
    assert (video["codec_name"], video["width"], int(video["nb_read_frames"])) == ("h264", 160, RATE * SECONDS)
    assert (sound["codec_name"], sound["sample_rate"], int(sound["nb_read_frames"])) == ("aac", "16000", len(sounds))


def test_video_and_sound_last_equally_long_but_for_a_frame(files, pictures, sounds):
    for packets in (with_aac(pictures, sounds), with_adpcm(pictures)):
        found = probed(files(packets)["ts"])
        assert abs(float(found["video"]["duration"]) - float(found["audio"]["duration"])) <= 1 / RATE


def test_video_has_the_times_of_the_camera(files, pictures, sounds):
    path = files(with_aac(pictures, sounds))["ts"]
    done = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v", "-of", "csv=p=0", "-show_entries", "packet=pts", str(path)],
                          capture_output=True, text=True, check=True)
    times = [int(line.split(",")[0]) for line in done.stdout.split()]
    assert times == [(START + n * 1_000_000 // RATE) * 9 // 100 for n in range(RATE * SECONDS)]


def test_the_bytes_of_the_sound_are_those_of_its_own_file(files, pictures, sounds):
    found = files(with_aac(pictures, sounds))
    assert ffmpeg("-i", str(found["ts"]), "-map", "0:a", "-c", "copy", "-f", "adts") == found["aac"].read_bytes()


def test_adpcm_has_the_samples_that_a_player_decodes_from_its_own_file(files, pictures):
    found = files(with_adpcm(pictures))
    assert probed(found["ts"])["audio"]["codec_name"] == "s302m"
    both, one = decoded(found["ts"]), decoded(found["wav"])
    assert len(one) == 2 * 793 * RATE * SECONDS
    left, right = (b"".join(both[at:at + 2] for at in range(first, len(both), 4 * 6)) for first in (0, 2))  # 48,000 for 8,000
    assert left == right
    assert len(left) == len(one)
    needs_the_same_rounding()
    assert left == one


def test_sound_goes_on_where_the_video_is_when_time_jumps(files, pictures, sounds):
    half, quarter = len(pictures) // 2, len(sounds) // 2
    later = film(pictures[half:], [(aac(frame), AAC_SAMPLES / AAC_RATE) for frame in sounds[quarter:]], START + 60_000_000)
    packets = film(pictures[:half], [(aac(frame), AAC_SAMPLES / AAC_RATE) for frame in sounds[:quarter]]) + later
    done = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "a", "-of", "csv=p=0", "-show_entries", "packet=pts_time",
                           str(files(packets)["ts"])], capture_output=True, text=True, check=True)
    times = [float(line.split(",")[0]) for line in done.stdout.split()]
    assert [round(after - before) for before, after in zip(times, times[1:]) if after - before > 0.5] == [59]
    assert times[-1] > START / 1e6 + 60


def test_video_without_sound_is_no_such_file(files, pictures):
    assert set(files(film(pictures))) == {"h264"}


def test_sound_without_video_is_no_such_file(files, sounds):
    assert set(files([aac(frame) for frame in sounds])) == {"aac"}


def test_a_hole_is_said_in_its_name(files, pictures, sounds):
    found = files(with_aac(pictures, sounds), lost=5)
    assert re.search(r"-incomplete\.ts$", found["ts"].name)
    assert not re.search("incomplete", files(with_aac(pictures, sounds))["ts"].name)


def test_packets_of_which_a_part_is_missing_are_left_out_and_no_others(files, pictures, sounds):
    packets, lost, at, cut = with_aac(pictures, sounds), range(8000, 9000), 0, collections.Counter()
    for packet in packets:
        cut[packet.kind == "AAC"] += at < lost.stop and at + len(packet) > lost.start
        at += len(packet)
    found = probed(files(packets, lost=8)["ts"])
    assert cut[True] > 0 < cut[False]
    assert int(found["audio"]["nb_read_packets"]) == len(sounds) - cut[True]
    assert int(found["video"]["nb_read_packets"]) == len(pictures) - cut[False]


def test_the_recorded_camera_has_one_for_each_stream_with_sound(tshark):
    files = tshark(files={"baichuan_keys": (harness.KEYS / "baichuan_keys").read_text()}).exported(
        harness.CAPTURES / "baichuan" / "video_tcp_aes.pcapng", "baichuan")
    assert {re.search(r"-ch0-(\w+)-frame\d+\.ts$", name)[1] for name in files if name.endswith(".ts")} == {"main", "sub"}
