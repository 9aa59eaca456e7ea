"""Media streams across messages: cut anywhere, several at once, lost in part, encrypted, with a wrong codec."""

import hashlib

import pytest

from tests.dissection import harness
from tests.dissection.baichuan.media_cases import KEYS, REASSEMBLE, Cases, packets, parts, pieces
from tests.dissection.baichuan.messages import experts, named
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan_media as media
from tests.peers.baichuan import Session
from tests.peers.pcap import Capture


@pytest.fixture(scope="module")
def cases(tmp_path_factory):
    return Cases(tmp_path_factory.mktemp("media") / "media.pcap")


@pytest.fixture(scope="module")
def runs(tshark, cases):
    """runs(name of a case, reassemble=False): the parts of its connection."""
    read = {False: parts(tshark(prefs=KEYS), cases.path), True: parts(tshark(prefs=REASSEMBLE), cases.path)}

    def get(name, reassemble=False):
        port = cases.sent[name][0]
        return [part for part in read[reassemble] if part.port == port]

    return get


@pytest.fixture(scope="module")
def payload_experts(tshark, cases):
    """payload_experts(name of a case): the expert items of its messages with a binary payload, message by message; those of
    packets with a part of one are its."""
    found, begun = {}, {}
    for layers in tshark(prefs=KEYS).packets(cases.path, "tcp", "baichuan", filter="baichuan.payload.data"):
        port = min(int(layers["tcp"]["tcp.srcport"]), int(layers["tcp"]["tcp.dstport"]))
        for tree in harness.as_list(layers["baichuan"]):
            begun.setdefault(port, []).extend(e for e in experts(tree) if e.startswith("media"))
            if "baichuan.magic" in tree:
                found.setdefault(port, []).append(begun.pop(port))
    return lambda name: found[cases.sent[name][0]]


def facts(part):
    """What a packet's part says of it, as Packet knows it."""
    names = {"Info": ("width", "height", "fps"), "I-frame": ("codec", "microseconds", "size"),
             "P-frame": ("codec", "microseconds", "size"), "AAC": ("size",), "ADPCM": ("size",)}
    return (part.get("type"),) + tuple(part.get(name) for name in names[part.get("type")])


def expected(packet):
    if packet.kind == "Info":
        return ("Info", *(str(packet.facts[name]) for name in ("width", "height", "fps")))
    video = (packet.facts["codec"], str(packet.facts["microseconds"])) if "codec" in packet.facts else ()
    return (packet.kind, *video, str(len(packet.payload)))


def by_stream(found):
    streams = {}
    for part in packets(found):
        streams.setdefault(part.number("stream"), []).append(part)
    return list(streams.values())


def digests(found):
    return [hashlib.sha256(part.data).hexdigest() for part in found]


# ---- cut anywhere ----


def test_headers_that_are_cut_at_any_byte_are_read(cases, runs):
    sent = cases.sent["cut headers"][1]
    assert len(sent) == 183
    assert [facts(part) for part in packets(runs("cut headers"))] == [expected(packet) for packet in sent]


def test_each_byte_of_a_cut_packet_is_shown_once(cases, runs):
    data = b"".join(part.data for part in runs("cut headers"))
    assert data == b"".join(packet.payload for packet in cases.sent["cut headers"][1])


def test_cut_packets_are_reassembled(cases, runs):
    sent = cases.sent["cut headers"][1]
    found = packets(runs("cut headers", reassemble=True))
    assert [facts(part) for part in found] == [expected(packet) for packet in sent]
    assert digests(found) == [packet.sha256 for packet in sent]


def test_a_packet_whose_header_is_cut_is_shown_where_the_header_ends(cases, runs):
    found = runs("cut headers")
    first = found[1]  # one byte of an I-frame
    assert (first.get("type"), first.get("header_piece")) == (None, "30")
    assert found[2].get("type") == "I-frame"
    assert found[2].number("begins_in") == first.frame


def test_parameter_sets_that_are_cut_are_dissected_whole(runs):
    """In every I-frame, wherever it is cut."""
    frames = {}
    for part in runs("cut headers"):
        if part.get("type") == "I-frame":
            frame = frames.setdefault(len(frames), [])
        elif part.get("type"):
            frame = []
        frame += named(part.tree, "h264.profile_idc")
    assert len(frames) == 49
    assert all(found == ["77"] for found in frames.values())


def test_the_codecs_header_of_audio_is_shown_wherever_it_is_cut(cases, runs):
    found = runs("audio cut")
    assert [value for part in found for value in named(part.tree, "baichuan.media.adts.frame_length")] == ["37"] * 9
    predictors = [value for part in found for value in named(part.tree, "baichuan.media.predictor")]
    assert predictors == [str(-100 * cut) for cut in range(8, 17)]
    steps = [value for part in found for value in named(part.tree, "baichuan.media.step_index")]
    assert steps == [str(cut) for cut in range(8, 17)]


def test_adpcm_has_its_block_size(runs):
    sizes = [value for part in runs("audio cut") for value in named(part.tree, "baichuan.media.block_size")]
    assert sizes == ["17"] * 9


def test_an_info_packet_has_its_times(runs):
    info = packets(runs("hub"))[0]
    assert (info.get("start_time"), info.get("end_time")) == ("2024-03-03 13:04:05", "2024-03-03 13:09:59")


# ---- several streams ----


def test_streams_that_run_at_once_are_kept_apart(cases, runs):
    streams = by_stream(runs("several streams"))
    assert [[facts(part) for part in stream] for stream in streams] == \
        [[expected(packet) for packet in film] for film in cases.sent["several streams"][1]]


def test_streams_that_run_at_once_are_reassembled(cases, runs):
    streams = by_stream(runs("several streams", reassemble=True))
    assert [digests(stream) for stream in streams] == \
        [[packet.sha256 for packet in film] for film in cases.sent["several streams"][1]]


def test_talk_and_the_cameras_sound_are_kept_apart(cases, runs):
    streams = by_stream(runs("talk", reassemble=True))
    ups, downs = zip(*cases.sent["talk"][1])
    assert [digests(stream) for stream in streams] == [[p.sha256 for p in ups], [p.sha256 for p in downs]]
    assert {part.msg_id for part in streams[0]} == {202}


def test_replays_downloads_and_covers_carry_media(cases, runs):
    streams = by_stream(runs("recordings"))
    assert [{part.msg_id for part in stream} for stream in streams] == [{5}, {8}, {13}, {143}, {298}, {381}]
    assert [[facts(part) for part in stream] for stream in streams] == \
        [[expected(packet) for packet in film] for film in cases.sent["recordings"][1]]


def test_a_recording_that_is_a_file_has_no_media_packets(runs):
    assert runs("file") == []


def test_a_stream_that_is_asked_for_again_is_a_new_stream(runs):
    streams = by_stream(runs("again"))
    assert [[part.get("type") for part in stream] for stream in streams] == [["Info", "I-frame", "P-frame"]] * 2
    assert [part.number("number") for part in streams[1]] == [1, 2, 3]


def test_full_aes_is_opened_first(cases, runs):
    sent = cases.sent["full aes"][1]
    found = packets(runs("full aes"))
    assert [facts(part) for part in found] == [expected(packet) for packet in sent]
    assert pieces(runs("full aes")) == sorted(packet.sha256 for packet in sent if packet.kind != "Info")
    assert digests(packets(runs("full aes", reassemble=True))) == [packet.sha256 for packet in sent]


def test_streams_without_number_are_read(tshark, tmp_path):
    """More exchanges than are remembered, each with a packet, while one stream goes on."""
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 39000)).open()
    session = Session("aes").play_login(tcp)
    wires = []
    for n in range(300):
        exchange = 0x05000000 + n
        wires.append(media.Stream(session, tcp, exchange=exchange).message(media.aac(seed=n).wire))
    tcp.server(b"".join(wires))
    found = packets(parts(tshark(prefs=KEYS), capture.write(tmp_path / "many.pcap")))
    assert len(found) == 300
    assert {part.number("number") for part in found} == {1}


# ---- order ----


def test_frames_and_sounds_are_numbered_each(cases, runs):
    video, sound = 0, 0
    for part in by_stream(runs("several streams"))[0]:
        if part.get("type") in ("I-frame", "P-frame"):
            video += 1
            assert part.number("frame_number") == video
        elif part.get("type") == "ADPCM":
            sound += 1
            assert part.number("frame_number") == sound
        else:
            assert part.get("frame_number") is None


def test_the_time_since_the_previous_packet_of_its_type_is_shown(runs):
    keys = [part for part in packets(runs("stutter")) if part.get("type") == "I-frame"]
    assert keys[0].get("time_delta") is None
    assert keys[1].number("microseconds_delta") == 760_000 + 400_000 + 5 * 40_000
    assert float(keys[1].get("time_delta")) == pytest.approx(1.36)


# ---- links ----


def test_parts_of_a_packet_are_linked_both_ways(tshark, cases):
    port = cases.sent["loss"][0]
    found = [part for part in parts(tshark(prefs=KEYS), cases.path) if part.port == port]
    two = tshark(prefs=KEYS).packets(cases.path, "tcp", "baichuan", filter=f"tcp.port == {port} and baichuan.media",
                                     args=("-2",))
    links = {}
    for layers in two:
        frame = int(layers["frame"]["frame.number"])
        for item in named(layers["baichuan"], "baichuan.media"):
            for name in ("continued_in", "begins_in", "ends_in"):
                for value in named(item, f"baichuan.media.{name}"):
                    links.setdefault((frame, name), []).append(int(value))
    begin = next(part.frame for part in found if part.get("type") == "I-frame" and part.number("frame_number") == 4)
    chain = [begin]
    while (chain[-1], "continued_in") in links:
        chain.append(links[chain[-1], "continued_in"][-1])
        if begin not in links[chain[-1], "begins_in"]:
            chain.pop()
            break
    assert len(chain) == 8  # segments
    assert links[begin, "ends_in"] == chain[-1:]
    assert all(begin in links[frame, "begins_in"] for frame in chain[1:])


def test_with_reassembly_bytes_are_shown_once_with_their_packet(cases, runs):
    found = runs("cut headers", reassemble=True)
    assert [part for part in found if part.data and not part.get("type")] == []
    assert b"".join(part.data for part in found) == b"".join(packet.payload for packet in cases.sent["cut headers"][1])
    adts = [value for part in runs("audio cut", reassemble=True)
            for value in named(part.tree, "baichuan.media.adts.frame_length")]
    assert adts == ["37"] * 9


def test_with_reassembly_the_pieces_say_where_the_packet_is(tshark, cases, runs):
    port = cases.sent["loss"][0]
    whole = [part for part in runs("loss", reassemble=True) if part.get("type") == "I-frame"]
    rows = tshark(prefs=REASSEMBLE).fields(cases.path, "baichuan.media.reassembled_in", args=("-2",),
                                           filter=f"tcp.port == {port} and baichuan.media.reassembled_in")
    assert {value for row in rows for value in row[0].split("|")} > {str(part.frame) for part in whole}


def test_a_reassembled_packet_says_from_how_many_messages(runs):
    key = next(part for part in runs("loss", reassemble=True) if part.get("type") == "I-frame")
    assert key.number("messages") == 4


# ---- losses ----


def test_after_a_loss_reading_goes_on_with_the_next_packet(cases, runs):
    assert [facts(part) for part in packets(runs("loss"))] == [expected(packet) for packet in cases.sent["loss"][1]]


def test_a_packet_with_a_hole_is_not_reassembled(cases, runs):
    sent = [packet for n, packet in enumerate(cases.sent["loss"][1]) if n != 1]
    assert digests(packets(runs("loss", reassemble=True))) == [packet.sha256 for packet in sent]


def test_a_packet_that_a_loss_has_cut_off_is_named(payload_experts):
    assert payload_experts("loss")[1] == ["media_incomplete"]
    assert [e for message in payload_experts("loss")[2:] for e in message] == ["media_hole"]


def test_the_next_packet_of_each_stream_says_that_packets_may_be_missing(payload_experts):
    assert payload_experts("loss between") == [[], [], [], ["media_hole"], []]


def test_bytes_that_are_no_packet_are_shown_and_told(tshark, cases, payload_experts):
    port = cases.sent["garbage"][0]
    rows = tshark(prefs=KEYS).fields(cases.path, "baichuan.media.skipped", filter=f"tcp.port == {port} and baichuan.media.skipped")
    assert rows == [("30" * 40,)]
    assert payload_experts("garbage") == [["media_skipped"]]


def test_packets_around_bytes_that_are_none_are_read(cases, runs):
    assert digests(runs("garbage")) == [packet.sha256 for packet in cases.sent["garbage"][1]]


@pytest.mark.parametrize("reassemble", [False, True])
@pytest.mark.parametrize("cut", [None, 1, 2])
@pytest.mark.parametrize("zeros", [1, 4, 30])
def test_zero_bytes_behind_packets_are_a_note(tshark, tmp_path, zeros, cut, reassemble):
    """One client's talk: each packet is padded too much. cut: a message ends so many bytes into the zeros."""
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 39000)).open()
    session = Session("aes").play_login(tcp)
    talk = [media.adpcm(seed=n) for n in range(4)]
    wire = b"".join(packet.wire + bytes(zeros) for packet in talk)
    stream = media.Stream(session, tcp, 202, 0x0D000000, side="c")
    first = len(talk[0].wire) + (cut or 0)
    for piece in [wire[:first], wire[first:]] if cut else [wire]:
        stream.send(piece)

    path, opened = capture.write(tmp_path / "c.pcap"), tshark(prefs=REASSEMBLE if reassemble else KEYS)
    assert digests(packets(parts(opened, path))) == [packet.sha256 for packet in talk]
    assert opened.frames(path, "baichuan.expert.media_zeros") and not opened.frames(path, "baichuan.media.skipped")
    assert opened.frames(path, "_ws.expert.severity >= warning") == []
    assert opened.frames(path, "_ws.malformed") == []
    ((name, data),) = opened.exported(path, "baichuan").items()
    assert "incomplete" not in name and data[60:] == b"".join(packet.payload[4:] for packet in talk)


def test_a_capture_that_begins_inside_a_frame_is_read_from_the_next_packet_on(cases, runs):
    assert [facts(part) for part in packets(runs("begins late"))] == \
        [expected(packet) for packet in cases.sent["begins late"][1]]


@pytest.mark.skipif(harness.wireshark_version() >= (4, 6),
                    reason="Wireshark 4.6 takes a segment that comes late for a retransmission")
@pytest.mark.parametrize("early, shown_late", [(30, True), (100, False)], ids=["its payload", "its end"])
def test_a_message_that_comes_too_late_is_told_and_read_by_itself(tshark, tmp_path, early, shown_late):
    """early: bytes of it that come in their turn; with a media packet's header in them, that is shown there."""
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 39000)).open()
    session = Session("aes").play_login(tcp)
    stream = media.Stream(session, tcp)
    film = media.film(seconds=1, fps=4)
    stream.send(film[0].wire)
    messages = [stream.message(packet.wire) for packet in film[1:]]
    borders = [sum(len(m) for m in messages[:n]) for n in range(1, len(messages))]
    tcp.server(b"".join(messages), cuts=sorted(borders + [borders[0] + early]), order=[0, 1, 3, 2, 4])
    path = capture.write(tmp_path / "late.pcap")
    prefs = {**KEYS, "tcp.reassemble_out_of_order": "FALSE", "tcp.no_subdissector_on_error": "FALSE"}
    rows = tshark(prefs=prefs).fields(path, "baichuan.media.microseconds", filter="baichuan.expert.media_late")
    assert rows == [(str(film[2].facts["microseconds"]) if shown_late else "",)]
    assert [int(part.get("microseconds") or 0) for part in packets(parts(tshark(prefs=prefs), path))] == \
        [0] + [film[n].facts["microseconds"] for n in ((1, 3, 2, 4) if shown_late else (1, 2, 3, 4))]


def test_a_message_that_is_cut_by_the_snap_length_is_read_as_far_as_it_goes(tshark, tmp_path):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 39000)).open()
    session = Session("aes").play_login(tcp)
    stream = media.Stream(session, tcp)
    film = media.film(seconds=1, fps=4)
    frames = [stream.send(packet.wire)[0] for packet in film]
    time, packet, length = capture.frames[frames[2] - 1]
    capture.frames[frames[2] - 1] = (time, packet[:40 + 24 + 60], length)
    found = packets(parts(tshark(prefs=KEYS), capture.write(tmp_path / "cut.pcap")))
    assert [(part.get("type"), len(part.data)) for part in found][2:4] == [("P-frame", 60 - 24), ("P-frame", 109)]


# ---- hand-over ----


def test_parameter_sets_and_sei_go_to_the_h264_dissector(runs):
    key = next(part for part in runs("loss between") if part.get("type") == "I-frame")
    assert named(key.tree, "h264.nal_unit_hdr") == ["7", "8", "6", "5"]
    assert named(key.tree, "h264.pic_width_in_mbs_minus1") == ["31"]
    assert named(key.tree, "h264.sei.uuid") == ["dc45e9bd-e6d9-48b7-962c-d820d923eeef"]


def test_parameter_sets_go_to_the_h265_dissector(runs):
    key = next(part for part in runs("full aes") if part.get("type") == "I-frame")
    assert named(key.tree, "h265.pic_width_in_luma_samples") == ["432"]
    assert named(key.tree, "h265.pic_height_in_luma_samples") == ["240"]


def test_of_slices_64_bytes_are_handed_over(tshark, cases, runs):
    """What is handed over is a layer of its own in PDML, with the bytes it was given."""
    frames = {part.frame for part in runs("units")}
    pdml = tshark(prefs=KEYS).run(cases.path, "-T", "pdml", "-Y", f"frame.number in {{{min(frames)}..{max(frames)}}}").out
    sizes = [int(line.split('size="')[1].split('"')[0]) for line in pdml.splitlines() if '<proto name="h264"' in line]
    assert sizes == [len(media.SPS_264), len(media.PPS_264), 64, len(media.IDR_264) + 30]


def test_units_of_a_type_for_rtp_and_long_ones_are_listed_only(runs):
    assert [value for part in runs("units") for value in named(part.tree, "baichuan.media.nal_type")] == ["7", "8", "6", "28", "5", "5"]
    assert [value for part in runs("units") for value in named(part.tree, "h264.nal_unit_hdr")] == ["7", "8", "5", "5"]


def test_of_the_slices_of_an_h265_picture_the_first_one_is_handed_over(runs):
    key = packets(runs("slices"))[0]
    assert named(key.tree, "baichuan.media.nal_type") == ["32", "33", "34", "20", "20"]
    assert len(named(key.tree, "h265.slice_pic_parameter_set_id")) == 1
    assert named(key.tree, "h265.slice_segment_address") == []


def test_where_the_codec_of_the_header_is_wrong_the_bytes_decide(runs):
    video = [part for part in runs("hub") if part.get("codec")]
    assert [part.get("codec") for part in video] == ["H264"] * 3
    assert [part.get("codec_of_bytes") for part in video] == ["H265"] * 3
    assert [part.experts for part in video] == [["media_codec"]] * 3
    assert all(named(part.tree, "h265.nal_unit_type") or named(part.tree, "h265.type") for part in video)


def test_other_dissectors_do_not_write_into_the_columns(tshark, cases, runs):
    frames = [part.frame for part in packets(runs("hub"))]
    rows = tshark(prefs=KEYS).fields(cases.path, "_ws.col.Protocol", "_ws.col.Info", filter=f"frame.number == {frames[0]}")
    assert rows == [("BC", "Reply 200 Start Video (Info, I-frame, P-frame, P-frame)")]


@pytest.mark.skipif(harness.SANITIZE, reason="that build of the tests ends Wireshark where a dissector of its own fails")
def test_where_another_dissector_fails_the_rest_is_read(tshark, tmp_path):
    """This parameter set announces 21 sets of HRD parameters; Wireshark 4.0's H.265 dissector has a bug there."""
    broken = bytes.fromhex("40010c01ffff01600000030090000003000003003c9280ffffffff0142010101600000ffffffffffff")
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 39000)).open()
    session = Session("aes").play_login(tcp)
    stream = media.Stream(session, tcp)
    frame = media.video(media.annex_b(broken, media.SPS_265), True, 0, "H265")
    tcp.server(stream.message(frame.wire) + stream.message(media.aac().wire))
    path = capture.write(tmp_path / "broken.pcap")
    found = packets(parts(tshark(prefs=KEYS), path))
    assert [part.get("type") for part in found] == ["I-frame", "AAC"]
    assert named(found[0].tree, "h265.pic_width_in_luma_samples") == ["432"]
    if harness.wireshark_version() == (4, 0):
        assert tshark(prefs=KEYS).frames(path, "baichuan.expert.other_dissector") == [found[0].frame]


def test_without_the_preference_payloads_are_bytes(tshark, cases):
    plain = tshark(prefs={**KEYS, "baichuan.dissect_media": "FALSE"})
    assert plain.frames(cases.path, "baichuan.media") == []
    assert len(plain.frames(cases.path, "baichuan.payload.data")) > 300


# ---- the state rule ----


@pytest.mark.parametrize("prefs", [KEYS, REASSEMBLE], ids=["in parts", "reassembled"])
def test_media_shows_the_same_whatever_the_order(tshark, sharkd, cases, prefs):
    """H.265 slices are left out: Wireshark's dissector reads them with the parameter sets that it saw last."""
    assert assert_state_rule(tshark, sharkd, cases.path, {"baichuan"}, prefs=prefs) > 400


def test_a_new_login_ends_the_streams_of_the_one_before(tshark, tmp_path):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 39000)).open()
    film = media.film(seconds=1, fps=4)
    for _ in range(3):
        stream = media.Stream(Session("aes").play_login(tcp), tcp)
        for packet in film:
            stream.send(packet.wire)
    numbers = [row[0] for row in tshark(prefs=KEYS).fields(capture.write(tmp_path / "again.pcap"), "baichuan.media.stream",
                                                           filter="baichuan.media.stream", args=("-E", "occurrence=f"))]
    assert sorted(set(numbers)) == ["1", "2", "3"]
