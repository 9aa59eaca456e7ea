"""File > Export Objects of generated captures: which messages make one file, its name, and what is said of a hole."""

import base64
import functools
import re

import pytest

from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan, baichuan_files, baichuan_media, pcap
from tests.peers.baichuan_files import jpeg, mp4, noise

PASSWORD = {"baichuan.password": "Secret-1"}

class Cases:
    """A capture with a camera of its own for each case, so that one run of tshark exports all of them."""

    def __init__(self):
        self.capture = pcap.Capture()
        self.address = {}

    def peer(self, case, cipher="aes", port=9000):
        self.address[case] = f"10.0.0.{len(self.address) + 10}"
        tcp = self.capture.tcp(client=("10.0.0.2", 50000 + len(self.address)), server=(self.address[case], port))
        return baichuan_files.Peer(tcp, baichuan.Session(cipher))

    def stream(self, case, msg_id=3, exchange=0x05000000, side="s", **keywords):
        peer = self.peer(case, **keywords)
        return peer, baichuan_media.Stream(peer.session, peer.tcp, msg_id, exchange, side)


def files_of_one_transfer(cases):
    peer = cases.peer("snapshots")
    peer.snapshot(jpeg(2000), 0x00180001)
    peer.snapshot(jpeg(900, seed=2), 0x00190001, channel=2, stream="sub")
    peer.snapshot(jpeg(1200, seed=3), 0x00180001)  # under a number that was used before
    peer = cases.peer("two in a frame")
    peer.tcp.server(b"".join(peer.session.reply(109, ext=baichuan_files.BINARY, data=jpeg(100, seed=n), exchange=n)
                             for n in (0x00010000, 0x00020000)))
    peer = cases.peer("firmware")
    peer.upload(67, noise(3500), 0x00310000, "IPC_51516M5M.pak")
    peer = cases.peer("firmware counted")
    peer.upload(67, noise(3500), 0x00310000, "IPC_51516M5M.pak", counts=True)
    peer = cases.peer("configuration")
    peer.download(65, noise(1500, 5), 0x00320000, "config.cfg")
    peer.upload(66, noise(1500, 6), 0x00330000, "config.cfg")
    peer = cases.peer("log")
    peer.download(108, b"2024-03-03 13:04:05 user admin logs in\n" * 40, 0x00340000, "ipc.log")
    peer = cases.peer("a picture in a firmware")
    peer.upload(67, noise(1000) + jpeg(1000) + noise(500), 0x00310000, "x.pak")


def recordings(cases):
    peer = cases.peer("mp4")
    peer.replay_request(5, 0x00000007, "0120240303130405")
    peer.data("s", 5, baichuan_media.info().wire, 0x00000007)
    peer.data("s", 5, mp4(1000), 0x00010007, code=0)
    peer.data("s", 5, jpeg(500), 0x00020007, code=0)  # the other bytes of the number do not stay
    peer = cases.peer("download")
    peer.replay_request(8, 0x00000008, "/mnt/sda/Mp4Record/2026-09-20/RecM03_1.dat", channel=1)
    for part in (noise(800, 8), noise(800, 9)):
        peer.data("s", 8, part, 0x00000008)
    peer = cases.peer("downloaded media")
    peer.replay_request(13, 0x00000009, "0120240303130405", stream="subStream")
    stream = baichuan_media.Stream(peer.session, peer.tcp, 13, 0x00000009)
    stream.send_packets(baichuan_media.film(), cuts=(50, 400, 1000))
    peer = cases.peer("replay media")
    peer.replay_request(143, 0x00000010, "0120240303130405", channel=3)
    stream = baichuan_media.Stream(peer.session, peer.tcp, 143, 0x00000010)
    stream.send_packets(baichuan_media.film(codec="H265"), cuts=(50, 400, 1000))


def full_aes(cases):
    peer = cases.peer("full aes", cipher="full")
    peer.snap_request(0x00180001)
    picture = jpeg(2000)
    peer.snap_reply(0x00180001, "a.jpg", len(picture))
    for part in baichuan_files.pieces(picture, 700):
        peer.tcp.server(peer.session.full(109, part, 128, exchange=0x00180001))
    peer, stream = cases.stream("full aes video", cipher="full")
    stream.send_full(baichuan_media.film(), baichuan_media.encrypt_len)


def media(cases):
    film = baichuan_media.film
    for case, codec in (("a wrong codec", "H264"), ("h264", "H264")):
        peer, stream = cases.stream(case)
        packets = film(codec="H265" if case == "a wrong codec" else codec)
        for packet in packets:
            packet.wire = packet.wire.replace(b"H265", codec.encode())
        stream.send_packets(packets, cuts=(32 + 32 + 3,))  # three bytes of the first key frame come alone
    peer, stream = cases.stream("another codec")
    stream.send_packets(film(), cuts=(100,))
    stream.send_packets(film(codec="H265"), cuts=(100,))
    peer, stream = cases.stream("blocks of two lengths", msg_id=202, side="c")
    stream.send_packets([baichuan_media.adpcm(252), baichuan_media.adpcm(252, seed=2), baichuan_media.adpcm(253, seed=3)])
    peer, stream = cases.stream("no key frame yet")
    stream.send_packets(film()[2:] + film()[1:])
    peer, stream = cases.stream("no request", port=9010)
    stream.send_packets(film(audio=baichuan_media.aac))


def holes(cases):
    peer = cases.peer("a chunk is lost")
    peer.file_request(67, 1, "a.pak", 3000)
    for n in range(3):
        peer.data("c", 67, noise(1000, n), 1, lose=(0,) if n == 1 else ())
    peer = cases.peer("a piece is lost")
    peer.snap_request(1)
    picture = jpeg(2000)
    for n, part in enumerate(baichuan_files.pieces(picture, 700)):
        peer.data("s", 109, part, 1, lose=(0,) if n == 1 else ())
    peer = cases.peer("it ends early")
    peer.file_request(67, 1, "a.pak", 3000)
    peer.data("c", 67, noise(1000), 1)
    peer = cases.peer("the loss is of others")
    peer.file_request(67, 1, "a.pak", 2000)
    peer.data("c", 67, noise(1000, 1), 1)
    peer.tcp.send("c", peer.session.message(93, exchange=2), lose=(0,))
    peer.data("c", 67, noise(1000, 2), 1)
    peer = cases.peer("no beginning")
    peer.data("c", 67, noise(1000), 1)
    packets = baichuan_media.film(audio=baichuan_media.aac)
    peer, stream = cases.stream("video with a hole")
    stream.send_packets(packets[:4])
    stream.send(packets[4].wire, lose=(0,))
    stream.send_packets(packets[5:])
    peer, stream = cases.stream("half a sound")
    stream.send_packets(packets[:3])
    stream.send(packets[4].wire[:50])
    stream.send(packets[4].wire[50:], lose=(0,))
    stream.send_packets(packets[5:])


def names(cases):
    peer = cases.peer("a path")
    peer.snapshot(jpeg(500), 1, name="../../../etc/cron.d/x.jpg")
    peer = cases.peer("a port", port=9010)
    peer.snapshot(jpeg(500), 1)


class Found:
    """The files of all cases."""

    def __init__(self, cases, once, twice):
        self.cases, self.once, self.twice = cases, once, twice

    def of(self, case):
        """{the part of the name behind the camera: bytes} of a case, with N for the frame. What has video and sound together is
        left out: test_playable.py has it."""
        start = re.escape(self.cases.address[case]) + r"(?:_\d+)?-"
        found = [(re.match(start + r"(.*)", name), data) for name, data in self.once.items()]
        return {re.sub(r"-frame\d+", "-frameN", match[1]): data for match, data in found if match and not match[0].endswith(".ts")}

    def names(self, case):
        return sorted(name for name in self.once if name.startswith(self.cases.address[case]))


@pytest.fixture(scope="module")
def capture(tmp_path_factory):
    cases = Cases()
    for make in (files_of_one_transfer, recordings, full_aes, media, holes, names):
        make(cases)
    return cases, cases.capture.write(tmp_path_factory.mktemp("export") / "files.pcap")


@pytest.fixture(scope="module")
def found(capture, tshark):
    cases, path = capture
    opened = tshark(prefs=PASSWORD)
    return Found(cases, opened.exported(path, "baichuan"), opened.exported(path, "baichuan", "-2"))


def es(packets):
    return b"".join(packet.payload for packet in packets if packet.kind in ("I-frame", "P-frame"))


@functools.cache
def film(**keywords):
    return tuple(baichuan_media.film(**keywords))


def test_one_pass_and_two_give_the_same_files(found):
    assert found.once == found.twice


# ---- pictures, firmware, configurations, logs ----

def test_each_snapshot_is_a_file_also_under_a_number_that_was_used_before(found):
    names = found.names("snapshots")
    assert [re.sub(r"frame\d+", "frameN", name.partition("-")[2]) for name in names] == [
        "ch0-main-snapshot-01_20230518140240-frameN.jpg", "ch0-main-snapshot-01_20230518140240-frameN.jpg",
        "ch2-sub-snapshot-01_20230518140240-frameN.jpg"]
    assert {found.once[name] for name in names} == {jpeg(2000), jpeg(900, seed=2), jpeg(1200, seed=3)}


def test_two_files_of_one_name_in_one_frame_are_counted(found):
    assert found.of("two in a frame") == {"snapshot-frameN.jpg": jpeg(100, seed=0x00010000), "snapshot-frameN-2.jpg": jpeg(100, seed=0x00020000)}


@pytest.mark.parametrize("case", ["firmware", "firmware counted"])
def test_a_firmware_is_put_together_from_what_the_client_sends(found, case):
    assert found.of(case) == {"firmware-IPC_51516M5M-frameN.pak": noise(3500)}


def test_configurations_are_files_in_both_directions(found):
    assert set(found.of("configuration")) == {"configuration-config-frameN.cfg"}
    assert {found.once[name] for name in found.names("configuration")} == {noise(1500, 5), noise(1500, 6)}


def test_a_log_is_a_file(found):
    assert found.of("log") == {"log-ipc-frameN.log": b"2024-03-03 13:04:05 user admin logs in\n" * 40}


def test_what_looks_like_a_picture_inside_a_firmware_stays_there(found):
    assert found.of("a picture in a firmware") == {"firmware-x-frameN.pak": noise(1000) + jpeg(1000) + noise(500)}


# ---- recordings ----

def test_a_replay_of_mp4_is_a_file_without_the_info_packet(found):
    assert found.of("mp4") == {"ch0-main-replay-0120240303130405-frameN.mp4": mp4(1000) + jpeg(500)}


def test_mp4_is_not_searched_for_media_packets(found, capture, tshark):
    camera = f"ip.addr == {found.cases.address['mp4']}"
    frames = tshark(prefs=PASSWORD).fields(capture[1], "baichuan.media.type", "baichuan.expert.media_skipped",
                                           filter=f"{camera} and baichuan.payload.data")
    assert frames == [("Info", ""), ("", ""), ("", "")]


def test_a_download_of_unknown_bytes_is_a_file_with_the_cameras_extension(found):
    assert found.of("download") == {"ch1-main-download-RecM03_1-frameN.dat": noise(800, 8) + noise(800, 9)}


def test_a_download_of_media_is_a_playable_stream(found):
    assert found.of("downloaded media") == {"ch0-sub-download-0120240303130405-frameN.h264": es(film())}


def test_a_replay_of_media_is_a_playable_stream(found):
    assert found.of("replay media") == {"ch3-main-replay-0120240303130405-frameN.h265": es(film(codec="H265"))}


# ---- full AES ----

def test_full_aes_pieces_are_opened_first(found):
    assert found.of("full aes") == {"ch0-main-snapshot-a-frameN.jpg": jpeg(2000)}


def test_full_aes_video_is_opened_first(found):
    assert found.of("full aes video") == {"stream0-frameN.h264": es(film())}


def test_without_the_password_pictures_are_known_by_their_bytes_and_encrypted_ones_are_no_files(found, capture, tshark):
    cases, path = capture
    closed = Found(cases, tshark().exported(path, "baichuan"), None)
    assert {closed.once[name] for name in closed.names("snapshots")} == {jpeg(2000), jpeg(900, seed=2), jpeg(1200, seed=3)}
    assert closed.names("full aes") == closed.names("full aes video") == []


# ---- media ----

def test_the_extension_follows_the_bytes_and_not_the_header(found):
    assert found.of("a wrong codec") == {"stream0-frameN.h265": es(film(codec="H265"))}
    assert found.of("h264") == {"stream0-frameN.h264": es(film())}


def test_another_codec_is_another_file(found):
    assert found.of("another codec") == {"stream0-frameN.h264": es(film()),
                                         "stream0-frameN.h265": es(film(codec="H265"))}


def test_adpcm_blocks_of_another_length_are_another_file(found):
    first, second = sorted(found.of("blocks of two lengths").items())
    blocks = [baichuan_media.adpcm(252).payload[4:], baichuan_media.adpcm(252, seed=2).payload[4:],
              baichuan_media.adpcm(253, seed=3).payload[4:]]
    assert (first[0], second[0]) == ("ch0-talk-frameN-2.wav", "ch0-talk-frameN.wav")
    assert second[1][60:] == blocks[0] + blocks[1]
    assert first[1][60:] == blocks[2] + b"\0"


def test_frames_before_the_first_key_frame_are_left_out_and_the_name_says_so(found):
    assert found.of("no key frame yet") == {"stream0-frameN-incomplete.h264": es(film())}


def test_a_stream_without_its_request_is_named_by_its_header_but_for_the_channel(found):
    assert sorted(found.of("no request")) == ["stream0-frameN.aac", "stream0-frameN.h264"]


@pytest.mark.parametrize("audio", [False, True])
@pytest.mark.parametrize("missing", [False, True])
def test_a_stream_that_the_capture_leaves_inside_a_packet_is_incomplete(tshark, tmp_path, missing, audio):
    made = Cases()
    _, stream = made.stream("x")
    film = baichuan_media.film()
    last = baichuan_media.aac() if audio else film[-1]
    packets = [*film[:-1], baichuan_media.aac(seed=7), last]
    wire = b"".join(packet.wire for packet in packets)
    stream.send(wire[:len(wire) - 8])
    if not missing:
        stream.send(wire[len(wire) - 8:])

    names = tshark(prefs=PASSWORD).exported(made.capture.write(tmp_path / "c.pcap"), "baichuan")
    cut = {re.search(r"[^.]+$", name)[0] for name in names if "incomplete" in name}
    cut.discard("ts")
    assert len(names) == 3 and cut == ({"aac" if audio else "h264"} if missing else set())


def test_without_media_dissection_there_are_files_but_no_streams(found, capture, tshark):
    files = tshark(prefs={**PASSWORD, "baichuan.dissect_media": "FALSE"}).exported(capture[1], "baichuan")
    streams = {name for name in found.once if re.search(r"\.(h264|h265|aac|wav|ts)$", name)}
    assert set(files) == set(found.once) - streams != set(found.once)


# ---- holes ----

@pytest.mark.parametrize("case, name, data", [
    ("a chunk is lost", "firmware-a-frameN-incomplete.pak", noise(1000, 0) + noise(1000, 2)),
    ("a piece is lost", "ch0-main-snapshot-frameN-incomplete.jpg", jpeg(2000)[:700] + jpeg(2000)[1400:]),
    ("it ends early", "firmware-a-frameN-incomplete.pak", noise(1000)),
    ("no beginning", "firmware-frameN-incomplete.bin", noise(1000)),
], ids=["a chunk is lost", "a piece is lost", "it ends early", "no beginning"])
def test_a_file_with_a_hole_says_so_in_its_name(found, case, name, data):
    assert found.of(case) == {name: data}


def test_a_loss_between_the_pieces_of_a_file_whose_length_is_right_is_no_hole(found):
    assert found.of("the loss is of others") == {"firmware-a-frameN.pak": noise(1000, 1) + noise(1000, 2)}


def test_a_stream_with_a_hole_says_so_in_the_names_of_video_and_sound(found):
    packets = baichuan_media.film(audio=baichuan_media.aac)
    assert found.of("video with a hole") == {
        "stream0-frameN-incomplete.h264": es(packets),
        "stream0-frameN-incomplete.aac": b"".join(p.payload for p in packets[:4] + packets[5:] if p.kind == "AAC")}


def test_a_part_of_a_sound_is_left_out(found):
    packets = baichuan_media.film(audio=baichuan_media.aac)
    sounds = [p.payload for p in packets if p.kind == "AAC"]
    assert found.of("half a sound")["stream0-frameN-incomplete.aac"] == sounds[0] + b"".join(sounds[2:])


# ---- names ----

def test_a_camera_can_not_name_a_folder(found):
    assert list(found.of("a path")) == ["ch0-main-snapshot-x-frameN.jpg"]


def test_an_unusual_port_is_part_of_the_cameras_name(found):
    name, = found.names("a port")
    assert name.startswith(found.cases.address["a port"] + "_9010-ch0-")


def test_a_file_that_is_there_is_not_overwritten(tshark, stage, tmp_path):
    cases = Cases()
    cases.peer("one").snapshot(jpeg(500), 1)
    path = cases.capture.write(tmp_path / "one.pcap")
    folder = stage.writable_folder()
    for _ in range(2):
        tshark(prefs=PASSWORD).run(path, "-q", "--export-objects", f"baichuan,{folder}")
    assert [file.read_bytes() for file in folder.iterdir()] == [jpeg(500)] * 2


# ---- the list ----

def listed(session):
    """(frame, host, type, name, bytes) of each file, as the window lists and saves them."""
    tap, = session.request("tap", tap0="eo:baichuan")["taps"]
    return [(entry["pkt"], entry["hostname"], entry["type"], entry["filename"],
             base64.b64decode(session.request("download", token=entry["_download"])["data"])) for entry in tap["objects"]]


def test_the_list_is_the_same_each_time_it_is_asked_for(capture, found, sharkd):
    with sharkd(capture[1], prefs=PASSWORD) as session:
        lists = [listed(session) for _ in range(5)]
    assert lists == lists[:1] * 5
    assert {name: data for *_, name, data in lists[0]} == found.once


def test_the_list_says_host_type_and_that_bytes_are_missing(capture, sharkd):
    cases, path = capture
    with sharkd(path, prefs=PASSWORD) as session:
        types = {(host, kind) for _, host, kind, _, _ in listed(session)}
    assert (cases.address["full aes"], "image/jpeg") in types
    assert (cases.address["a piece is lost"], "image/jpeg, incomplete") in types
    assert (cases.address["a port"] + ":9010", "image/jpeg") in types
    assert (cases.address["replay media"], "video/H265") in types
    assert (cases.address["blocks of two lengths"], "audio/wav") in types


# ---- secrets ----

def test_hide_secrets_masks_configuration_files_and_nothing_else(capture, found, tshark):
    cases, path = capture
    masked = tshark(prefs={**PASSWORD, "baichuan.hide_secrets": "TRUE"}).exported(path, "baichuan")
    assert {name for name in masked if masked[name] != found.once[name]} == set(found.names("configuration"))
    assert {masked[name] for name in found.names("configuration")} == {b"*" * 1500}


# ---- the tree ----

def test_messages_with_files_show_the_same_whatever_the_order(capture, tshark, sharkd):
    assert assert_state_rule(tshark, sharkd, capture[1], {"baichuan"}, prefs=PASSWORD) > 200
