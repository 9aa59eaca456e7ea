"""The byte stream is cut into messages wherever segments begin and end, and after bytes that are lost."""

import struct

import pytest

from tests.dissection import harness
from tests.dissection.baichuan.messages import after_login, messages
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan
from tests.peers.baichuan import CHANNEL, VERSION, Session
from tests.peers.pcap import Capture

PASSWORD = {"baichuan.password": "Secret-1"}
BIG = baichuan.body("<a>" + "x" * 20000 + "</a>\n")


@pytest.mark.parametrize("cut", range(1, 25))
def test_a_header_may_be_cut_by_a_segment_border_at_every_offset(tshark, sharkd, play, cut):
    p = play()
    one, two = p.session.reply(80, VERSION), p.session.reply(104, VERSION, exchange=2)
    p.tcp.server(one + two, cuts=(len(one) + cut,))
    p.tcp.server(p.session.reply(26))

    capture = p.write()
    assert [(m["msg_id"], m["payload"]["xml"], m["lost"]) for m in after_login(tshark, capture)] == [
        (80, VERSION, None), (104, VERSION, None), (26, None, None)]
    assert tshark(prefs=PASSWORD).frames(capture, "baichuan.continuation") == []
    if cut in (1, 19, 20, 23):
        assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


def test_a_header_may_come_byte_by_byte(tshark, sharkd, play):
    p = play()
    message = p.session.reply(80, VERSION)
    p.tcp.server(message + message, cuts=range(1, 2 * len(message)))

    capture = p.write()
    assert [m["payload"]["xml"] for m in after_login(tshark, capture)] == [VERSION, VERSION]
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


def test_several_messages_in_a_segment_are_all_shown(tshark, play):
    p = play()
    (frame,) = p.tcp.client(b"".join(p.session.message(i, exchange=i << 16) for i in (192, 80, 104, 102)))

    capture = p.write()
    assert [(m["frame"], m["msg_id"]) for m in after_login(tshark, capture)] == [(frame, i) for i in (192, 80, 104, 102)]
    info = tshark().fields(capture, "_ws.col.Info", filter=f"frame.number == {frame}")[0][0]
    assert info == "Subscribe Alarms, Get Version, Get General Settings, Get Disk Info"


def test_a_message_over_many_segments_is_in_the_last_one(tshark, play):
    p = play()
    frames = p.tcp.server(p.session.reply(80, BIG) + p.session.reply(104, VERSION))

    found = after_login(tshark, p.write())
    assert [(m["frame"], m["msg_id"]) for m in found] == [(frames[-1], 80), (frames[-1], 104)]
    assert found[0]["payload"]["xml"] == BIG


@pytest.mark.parametrize("lose", [1, 5, 13])
def test_a_lost_segment_leaves_a_hole_in_its_message_and_no_more(tshark, sharkd, play, lose):
    p = play()
    big = p.session.reply(80, BIG)
    p.tcp.server(big, lose=(lose,))
    p.tcp.server(p.session.reply(104, VERSION))

    capture = p.write()
    found = after_login(tshark, capture)
    assert [(m["msg_id"], m["lost"], m["experts"]) for m in found] == [(80, None, ["hole"]), (104, None, [])]
    (hole,) = tshark().fields(capture, "baichuan.hole.offset", "baichuan.hole.length", filter="baichuan.hole")
    assert [int(value) for value in hole] == [1448 * lose, min(1448, len(big) - 1448 * lose)]
    assert found[0]["payload"]["xml"] == BIG[:1448 * lose - 24]
    assert found[1]["payload"]["xml"] == VERSION
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


def test_a_lost_header_is_followed_by_a_continuation_and_then_the_next_message(tshark, sharkd, play):
    p = play()
    big = p.session.reply(80, BIG)
    frames = p.tcp.server(big + p.session.reply(104, VERSION), lose=(0,))

    capture = p.write()
    (message,) = after_login(tshark, capture)
    assert (message["msg_id"], message["lost"], message["payload"]["xml"]) == (104, 1448, VERSION)
    lengths = tshark().fields(capture, "frame.number", "baichuan.continuation.length", filter="baichuan.continuation")
    assert [int(number) for number, _ in lengths] == frames
    assert sum(int(length) for _, length in lengths) == len(big) - 1448
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


@pytest.mark.parametrize("length", [0x1000000 - 24, 0x1000000, 0x1000001, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF])
def test_an_impossible_length_is_not_waited_for(tshark, sharkd, play, length):
    p = play()
    (frame,) = p.tcp.server(baichuan.header(80, length, baichuan.DEVICE, 200) + b"junk" * 10 + p.session.reply(104, VERSION))

    capture = p.write()
    found = after_login(tshark, capture)
    assert [(m["frame"], m["msg_id"], m["experts"]) for m in found] == [(frame, 80, ["length"]), (frame, 104, [])]
    assert found[0]["msg_len"] == length
    assert found[1]["payload"]["xml"] == VERSION
    assert tshark().fields(capture, "baichuan.continuation.length", filter="baichuan.continuation") == [("40",)]
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


def test_a_message_just_below_16_mib_is_waited_for(tshark, play):
    p = play()
    (frame,) = p.tcp.server(baichuan.header(80, 0x1000000 - 25, baichuan.DEVICE, 200) + b"junk" * 10 + p.session.reply(104))

    capture = p.write()
    assert after_login(tshark, capture) == []
    assert tshark().frames(capture, "baichuan.segment.length") == [frame]


def test_what_is_not_complete_at_the_end_is_shown_in_the_last_packet_of_its_direction(tshark, sharkd, play):
    """Not in one pass, which does not know that it is the last."""
    p = play()
    frames = p.tcp.server(p.session.reply(80, BIG), lose=(3, 13))
    p.tcp.client(p.session.message(104))

    capture = p.write()
    assert [m["msg_id"] for m in after_login(tshark, capture)] == [104]
    found = [m for m in messages(tshark(prefs=PASSWORD), capture, args=("-2",)) if m["msg_id"] == 80]
    assert [(m["frame"], m["experts"]) for m in found] == [(frames[-1], ["hole", "hole", "waiting"])]
    assert found[0]["payload"]["xml"] == BIG[:3 * 1448 - 24]
    assert tshark().frames(capture, "baichuan.waiting", args=["-2"]) == [frames[-1]]
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


def test_a_length_beyond_what_cameras_send_is_noted(tshark, play):
    p = play(cipher="none")
    p.tcp.mss = 60000
    p.tcp.server(p.session.reply(67, data=b"\0" * 1_000_001))

    (message,) = after_login(tshark, p.write())
    assert message["experts"] == ["large"]


def test_a_payload_offset_behind_the_body_is_flagged_and_the_next_message_found(tshark, play):
    p = play()
    p.tcp.client(baichuan.header(80, 4, payload_offset=5) + b"body" + p.session.message(104, VERSION))

    found = after_login(tshark, p.write())
    assert "payload_offset" in found[0]["experts"]
    assert found[0]["bin_offset"] == 5 and found[0]["extension"]["encryption"] is None
    assert found[1]["payload"]["xml"] == VERSION


def test_a_packet_cut_by_the_snap_length_shows_what_is_there(tshark, play):
    p = play(cipher="none")
    (frame,) = p.tcp.server(p.session.reply(80, VERSION))
    time, packet, length = p.capture.frames[frame - 1]
    p.capture.frames[frame - 1] = (time, packet[:-20], length)
    p.tcp.server(p.session.reply(104, VERSION))

    capture = p.write()
    found = after_login(tshark, capture)
    assert [m["msg_id"] for m in found] == [80, 104]
    assert found[0]["experts"] == ["cut"]
    assert found[0]["payload"]["xml"] == VERSION[:-20]
    assert found[1]["lost"] is None
    (hole,) = tshark().fields(capture, "baichuan.hole.offset", "baichuan.hole.length", filter="baichuan.hole")
    assert [int(value) for value in hole] == [24 + len(VERSION) - 20, 20]


def test_without_tcp_reassembly_messages_are_whole(tshark, play):
    p = play(cipher="none")
    frames = p.tcp.server(p.session.reply(80, BIG))
    p.tcp.server(p.session.reply(104, VERSION))
    prefs = {**PASSWORD, "tcp.desegment_tcp_streams": "FALSE"}

    found = [m for m in messages(tshark(prefs=prefs), p.write()) if m["msg_id"] != 1]
    assert [(m["frame"], m["msg_id"], m["experts"]) for m in found] == [(frames[-1], 80, []), (frames[-1] + 1, 104, [])]
    assert found[0]["payload"]["xml"] == BIG


def test_frames_with_a_part_of_a_message_say_so(tshark, play):
    p = play()
    frames = p.tcp.server(p.session.reply(80, BIG))

    capture = p.write()
    rows = tshark().fields(capture, "frame.number", "_ws.col.Protocol", "_ws.col.Info", "baichuan.segment.offset",
                           "baichuan.segment.length", "baichuan.segment.reassembled_in", filter="baichuan.segment.length",
                           args=["-2"])
    assert rows == [(str(frame), "BC", "Part of Get Version", str(1448 * i), "1448", str(frames[-1]))
                    for i, frame in enumerate(frames[:-1])]
    ((listed, count, length),) = tshark().fields(capture, "baichuan.segment", "baichuan.segment.count",
                                                 "baichuan.reassembled.length", filter=f"frame.number == {frames[-1]}")
    assert [int(frame) for frame in listed.split("|")] == frames
    assert (int(count), int(length)) == (len(frames), len(BIG) + 24)


def test_a_retransmission_is_not_a_message(tshark, play):
    p = play()
    message = p.session.reply(80, VERSION)
    p.tcp.server(message)
    p.tcp.client(p.session.message(93))
    p.tcp.again("s", message, back=len(message))

    assert [m["msg_id"] for m in after_login(tshark, p.write())] == [80, 93]


@pytest.fixture
def out_of_order(play):
    p = play()
    one, two = p.session.reply(80, VERSION), p.session.reply(104, VERSION, exchange=2)
    p.tcp.server(one + two, cuts=(40, len(one)), order=(0, 2, 1))
    return p.write()


def test_what_tcp_keeps_names_the_preference_that_helps(tshark, out_of_order):
    """TCP keeps a segment that comes late from us; with its preference it hands that over."""
    torn, whole = after_login(tshark, out_of_order)
    assert (torn["msg_id"], torn["experts"], torn["payload"]["xml"]) == (80, ["hole"], VERSION[:40 - 24])
    assert (whole["msg_id"], whole["experts"], whole["payload"]["xml"]) == (104, [], VERSION)
    (text,) = tshark(prefs=PASSWORD).fields(out_of_order, "_ws.expert.message", filter="baichuan.expert.hole")
    assert "Set tcp.no_subdissector_on_error to FALSE" in text[0]

    ordered = {**PASSWORD, "tcp.reassemble_out_of_order": "TRUE"}
    found = [m for m in messages(tshark(prefs=ordered), out_of_order) if m["msg_id"] != 1]
    assert [(m["msg_id"], m["payload"]["xml"], m["experts"]) for m in found] == [(80, VERSION, []), (104, VERSION, [])]


def test_a_message_completed_late_says_so(tshark, plain, sharkd, out_of_order):
    harness.need_late_segments(plain, out_of_order, 9000)
    prefs = {**PASSWORD, "tcp.reassemble_out_of_order": "FALSE", "tcp.no_subdissector_on_error": "FALSE"}
    found = {m["msg_id"]: m for m in messages(tshark(prefs=prefs), out_of_order)}

    assert found[80]["experts"] == ["late"] and found[80]["payload"]["xml"] == VERSION
    assert found[104]["experts"] == []
    assert_state_rule(tshark, sharkd, out_of_order, {"baichuan"}, prefs=prefs)


EITHER_WAY = pytest.mark.parametrize("late_too", harness.LATE_TOO.values(), ids=harness.LATE_TOO)


@EITHER_WAY
def test_a_header_may_come_behind_the_rest_of_its_message(tshark, plain, sharkd, play, late_too):
    p = play(cipher="none")
    p.capture.step = 0.00001  # what comes later than a round trip is a retransmission to TCP, and stays its own
    one, big, last = p.session.reply(80, VERSION), p.session.reply(104, BIG), p.session.reply(26, VERSION)
    cuts = (len(one), len(one) + 500, len(one) + len(big))
    p.tcp.mss = 60000
    first, _, _, late = p.tcp.server(one + big + last, cuts=cuts, order=(0, 2, 3, 1))
    prefs = {**PASSWORD, **late_too}

    capture = p.write()
    harness.need_late_segments(plain, capture, 9000, late_too)
    found = [m for m in messages(tshark(prefs=prefs), capture) if m["msg_id"] != 1]
    assert [(m["frame"], m["msg_id"], m["experts"]) for m in found] == [(first, 80, []), (late, 104, []), (late, 26, [])]
    assert found[1]["payload"]["xml"] == BIG
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=prefs)


@EITHER_WAY
def test_a_hole_may_be_filled_by_several_late_segments(tshark, plain, sharkd, play, late_too):
    p = play()
    p.capture.step = 0.00001  # what comes later than a round trip is a retransmission to TCP, and stays its own
    one, two, three = p.session.reply(80, VERSION), p.session.reply(104, VERSION), p.session.reply(26, VERSION)
    cuts = (len(one), len(one) + 10, len(one) + 70, len(one) + len(two))
    *_, last = p.tcp.server(one + two + three, cuts=cuts, order=(0, 4, 1, 2, 3))
    prefs = {**PASSWORD, **late_too}

    capture = p.write()
    harness.need_late_segments(plain, capture, 9000, late_too)
    found = {m["msg_id"]: m for m in messages(tshark(prefs=prefs), capture)}
    assert (found[104]["frame"], found[104]["payload"]["xml"], found[104]["experts"]) == (last, VERSION, ["late"])
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=prefs)


# ---- recognising it ---------------------------------------------------------------------------------------------


def midstream(port):
    """A capture that starts inside a message, with a header later in the same segment."""
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", port))
    session = Session("none")
    tcp.server(b"tail of a message" + session.reply(80, VERSION))
    return capture, tcp, session


def test_a_capture_that_starts_inside_a_message_is_recognised_on_port_9000(tshark, tmp_path):
    capture, _, _ = midstream(9000)

    (message,) = messages(tshark(), capture.write(tmp_path / "c.pcap"))
    assert (message["frame"], message["payload"]["xml"]) == (1, VERSION)


def test_on_another_port_the_next_segment_that_begins_with_a_header_is_the_first(tshark, tmp_path):
    capture, tcp, session = midstream(9100)
    tcp.server(session.reply(104, VERSION))

    assert [m["msg_id"] for m in messages(tshark(), capture.write(tmp_path / "c.pcap"))] == [104]


def test_decode_as_finds_the_first_header_on_any_port(tshark, tmp_path):
    capture, _, _ = midstream(9100)

    found = messages(tshark(), capture.write(tmp_path / "c.pcap"), args=("-d", "tcp.port==9100,baichuan"))
    assert [m["msg_id"] for m in found] == [80]


def test_a_packet_quoted_in_icmp_touches_no_state(tshark, sharkd, play):
    p = play()
    message = p.session.reply(80, VERSION)
    (frame,) = p.tcp.server(message)
    quoted = p.capture.frames[frame - 1][1]
    icmp = struct.pack("!BBHI", 3, 4, 0, 0) + quoted
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(icmp), 0, 0, 64, 1, 0, bytes([10, 0, 0, 2]), bytes([10, 0, 0, 1]))
    p.capture.add(head + icmp)
    p.tcp.server(p.session.reply(104, VERSION))

    capture = p.write()
    assert [m["msg_id"] for m in after_login(tshark, capture)] == [80, 104]
    assert [m["lost"] for m in after_login(tshark, capture)] == [None, None]
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


def test_ipv6_is_read_alike(tshark, tmp_path):
    capture = Capture()
    tcp = capture.tcp(client=("2001:db8::2", 50000), server=("2001:db8::1", 9000)).open()
    session = Session("aes").play_login(tcp)
    tcp.server(session.reply(80, VERSION))

    assert messages(tshark(prefs=PASSWORD), capture.write(tmp_path / "c.pcap"))[-1]["payload"]["xml"] == VERSION


def test_an_extension_alone_has_no_payload(tshark, play):
    p = play()
    p.tcp.client(p.session.message(26, ext=CHANNEL))

    (message,) = after_login(tshark, p.write())
    assert message["extension"]["xml"] == CHANNEL
    assert message["payload"] == {"encryption": None, "xml": None, "data": None, "encrypted": None}
    assert message["bin_offset"] == message["msg_len"] == len(CHANNEL)


@pytest.mark.parametrize("cut", [0, 100])
def test_what_waits_behind_a_lost_header_at_the_end_is_shown_in_the_last_packet(tshark, sharkd, play, cut):
    """cut: bytes that are there of the message whose header is lost."""
    p = play()
    lost = p.session.reply(80, VERSION)
    p.tcp.server(lost, cuts=(len(lost) - cut,) if cut else (), lose=(0,))
    frames = [p.tcp.server(p.session.reply(id_, VERSION, exchange=id_))[0] for id_ in (104, 26)]
    capture = p.write()
    prefs = {**PASSWORD, "tcp.no_subdissector_on_error": "FALSE"}
    assert after_login(tshark, capture, prefs) == []
    found = after_login(tshark, capture, prefs, args=["-2"])
    assert [(m["frame"], m["msg_id"], m["payload"]["xml"], m["experts"]) for m in found] == \
        [(frames[-1], id_, VERSION, ["waiting"]) for id_ in (104, 26)]
    assert [int(length) for (length,) in tshark(prefs=prefs).fields(capture, "baichuan.continuation.length", args=["-2"],
                                                                    filter="baichuan.continuation.length")] == [cut] * bool(cut)
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=prefs)


def test_the_beginning_of_a_header_at_the_end_is_no_continuation(tshark, play):
    p = play()
    p.tcp.server(p.session.reply(80, VERSION) + p.session.reply(104, VERSION)[:10])
    assert tshark(prefs=PASSWORD).frames(p.write(), "baichuan.continuation", args=["-2"]) == []
