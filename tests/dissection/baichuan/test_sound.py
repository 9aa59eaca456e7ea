"""Telephony > RTP: the ADPCM of cameras and talks in Wireshark's own list and player, named as what it is.

sharkd decodes a stream as the player does. What it gives is held against what ffmpeg decodes from the exported file."""

import base64
import re

import pytest

from tests.dissection import harness
from tests.dissection.baichuan.players import decoded, needs_the_same_rounding
from tests.peers import baichuan, baichuan_media, pcap

PASSWORD = {"baichuan.password": "Secret-1"}
RECORDED = harness.CAPTURES / "baichuan" / "video_tcp_aes.pcapng"
KEYS = {"baichuan_keys": (harness.KEYS / "baichuan_keys").read_text()}
WAV_HEADER = 44  # bytes before the samples that sharkd gives
BLOCKS = 20
SAMPLES = 252 * 2 + 1


def exported(tshark, capture, folder):
    """What ffmpeg decodes of each WAV file, in the order of their frames."""
    found = []
    for name, data in tshark.exported(capture, "baichuan").items():
        if name.endswith(".wav"):
            (folder / name).write_bytes(data)
            found.append((int(re.search(r"frame(\d+)", name)[1]), decoded(folder / name)))
    return [samples for _, samples in sorted(found)]


def listed(session):
    """The streams, by the order of their numbers, which are text from Wireshark 4.6 on."""
    streams = session.request("tap", tap0="rtp-streams")["taps"][0]["streams"]
    for stream in streams:
        stream["ssrc"] = int(str(stream["ssrc"]), 0)
    return sorted(streams, key=lambda stream: stream["ssrc"])


def played(session, stream):
    """The samples of a stream as Wireshark decodes them."""
    token = "rtp:{saddr}_{sport}_{daddr}_{dport}_0x{ssrc:x}".format(**stream)
    return base64.b64decode(session.request("download", token=token)["data"])[WAV_HEADER:]


def camera(path, size, video=True, lose=(), more=()):
    """ADPCM, and video between its blocks, in messages of some size that cut both."""
    capture = pcap.Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = baichuan.Session("none")
    session.play_login(tcp)
    stream = baichuan_media.Stream(session, tcp)
    film = baichuan_media.film(seconds=BLOCKS // 5)
    packets = [film[0], *more]
    for n in range(BLOCKS):
        packets += ([film[1 + n]] if video else []) + [baichuan_media.adpcm(seed=n, predictor=100 * n)]
    wire = b"".join(packet.wire for packet in packets)
    for n, at in enumerate(range(0, len(wire), size)):
        stream.send(wire[at:at + size], lose=(0,) if n in lose else ())
    return capture.write(path)


def test_the_list_has_a_stream_of_the_camera_and_one_of_its_talk(sharkd):
    with sharkd(RECORDED, files=KEYS) as session:
        found = listed(session)
    assert [(stream["sport"], stream["payload"], stream["pkts"]) for stream in found] == [
        (9010, "ADPCM 8000 from Baichuan", 24), (45378, "ADPCM 16000 from Baichuan", 12)]
    assert [stream["expectednr"] for stream in found] == [24, 12]


def test_wireshark_plays_the_samples_that_a_player_decodes(tshark, sharkd, tmp_path):
    files = exported(tshark(files=KEYS), RECORDED, tmp_path)
    with sharkd(RECORDED, files=KEYS) as session:
        found = [played(session, stream) for stream in listed(session)]
    assert [len(samples) for samples in found] == [len(samples) for samples in files]
    needs_the_same_rounding()
    assert found == files


def test_all_blocks_of_the_recorded_camera_are_files(tshark, tmp_path):
    files = exported(tshark(files=KEYS), RECORDED, tmp_path)
    assert [len(samples) for samples in files] == [2 * SAMPLES * 24, 2 * SAMPLES * 12]


@pytest.mark.parametrize("prefs", [{}, {"baichuan.reassemble_media": "TRUE"}], ids=["in parts", "reassembled"])
@pytest.mark.parametrize("size", [100, 700, 1400, 5000])
def test_blocks_that_messages_and_segments_cut_are_joined(tshark, sharkd, tmp_path, size, prefs):
    path = camera(tmp_path / "cut.pcap", size)
    with sharkd(path, prefs=prefs) as session:
        (stream,) = listed(session)
        samples = played(session, stream)
    assert (stream["pkts"], stream["expectednr"]) == (BLOCKS, BLOCKS)
    assert len(samples) == BLOCKS * SAMPLES * 2
    needs_the_same_rounding()
    assert [samples] == exported(tshark(prefs=prefs), path, tmp_path)


def test_one_pass_and_two_list_the_same(tshark, tmp_path):
    path = camera(tmp_path / "cut.pcap", 700)
    once, twice = (tshark().run(path, "-q", "-z", "rtp,streams", *args).out for args in ((), ("-2",)))
    assert once == twice
    assert re.search(rf"ADPCM 8000 from Baichuan +{BLOCKS} +0 \(0.0%\)", once)


def test_a_block_of_which_a_part_is_missing_is_not_played_and_all_others_are(sharkd, tmp_path):
    path = camera(tmp_path / "lost.pcap", 256 + 4 + 8, video=False, lose=(9,))
    with sharkd(path) as session:
        (stream,) = listed(session)
    assert BLOCKS - 3 <= stream["pkts"] < BLOCKS


def test_sound_that_was_not_opened_is_no_stream(sharkd, tmp_path):
    capture = pcap.Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = baichuan.Session("full")
    session.play_login(tcp)
    packets = [baichuan_media.info(), *(baichuan_media.adpcm(seed=n) for n in range(BLOCKS))]
    baichuan_media.Stream(session, tcp).send_full(packets, baichuan_media.encrypt_len)
    path = capture.write(tmp_path / "closed.pcap")
    for prefs, expected in ((PASSWORD, [BLOCKS]), ({}, []), ({"baichuan.password": "wrong"}, [])):
        with sharkd(path, prefs=prefs) as session:
            assert [stream["pkts"] for stream in listed(session)] == expected


def test_aac_is_no_stream_as_no_version_of_wireshark_plays_it(sharkd, tmp_path):
    path = camera(tmp_path / "aac.pcap", 700, more=[baichuan_media.aac(seed=n) for n in range(5)])
    with sharkd(path) as session:
        assert [stream["pkts"] for stream in listed(session)] == [BLOCKS]


def test_no_packet_is_called_rtp(tshark):
    assert tshark(files=KEYS).frames(RECORDED, "rtp") == []
