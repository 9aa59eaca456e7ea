"""newcamd over TCP as it comes: cut anywhere, several messages in a segment, segments lost, frames damaged."""

import collections

import pytest

from tests.dissection import harness
from tests.dissection.newcamd import cases
from tests.peers import pcap

DECODE_AS = ("-d", f"tcp.port=={cases.PORT},newcamd")


def values(text):
    return text.split("|") if text else []


def by_stream(rows):
    """[(tcp.stream, field, ...)] to {stream: [all values of the fields in order]}."""
    found = collections.defaultdict(list)
    for stream, *fields in rows:
        for field in fields:
            found[int(stream)] += values(field)
    return found


@pytest.mark.parametrize("args", [(), ("-2",), DECODE_AS], ids=["one pass", "two passes", "Decode As"])
def test_a_login_card_request_and_ecm_cut_at_every_byte_are_read(reader, path, args):
    cases.client_cut_everywhere(path)
    found = by_stream(reader.fields(path, "tcp.stream", "newcamd.command", filter=f"tcp.dstport == {cases.PORT}", args=args))
    assert len(found) == 66 + 26 + 66 - 1
    assert {tuple(commands) for commands in found.values()} == {("0xe0", "0xe3", "0x80")}


@pytest.mark.parametrize("args", [(), ("-2",), DECODE_AS], ids=["one pass", "two passes", "Decode As"])
def test_an_ack_card_data_and_control_words_cut_at_every_byte_are_read(reader, path, args):
    cases.server_cut_everywhere(path)
    found = by_stream(reader.fields(path, "tcp.stream", "newcamd.command", filter=f"tcp.srcport == {cases.PORT}", args=args))
    assert len(found) == 26 + 50 + 42 - 1
    assert {tuple(commands) for commands in found.values()} == {("0xe1", "0xe4", "0x80")}


@pytest.mark.parametrize("args", [(), ("-2",), DECODE_AS], ids=["one pass", "two passes", "Decode As"])
def test_a_connection_of_single_bytes_is_read(reader, path, args):
    rows = reader.fields(cases.byte_by_byte(path), "newcamd.command", filter="newcamd.command", args=args)
    assert rows == [("0xe0",), ("0x80",), ("0xe1",), ("0x80",)]


LATE_TOO = ("-o", "tcp.no_subdissector_on_error:FALSE")


@pytest.mark.parametrize("args, order", [
    (("-2",), None), (("-2", *DECODE_AS), None), (DECODE_AS, None),
    (("-2", *LATE_TOO), (1, 0)), (("-2", *LATE_TOO, *DECODE_AS), (1, 0))],
    ids=["heuristic", "Decode As", "Decode As, one pass", "heuristic, late", "Decode As, late"])
def test_a_greeting_cut_at_every_byte_is_read(reader, plain, path, args, order):
    harness.need_late_segments(plain, cases.greeting_cut_everywhere(path, order, step=0.0001), cases.PORT)
    found = by_stream(reader.fields(path, "tcp.stream", "newcamd.greeting", "newcamd.command", filter="newcamd", args=args))
    assert len(found) == 13
    for stream, (greeting, *commands) in found.items():
        assert (greeting, commands) == (cases.login(seed=stream + 1).greeting.hex(), ["0xe0", "0xe1"])
    pieces = reader.fields(path, "newcamd.segment.reassembled_in", filter="newcamd.segment.reassembled_in", args=args)
    shown = reader.frames(path, "newcamd.greeting", args=args)
    assert "-2" not in args or [int(frame) for (frame,) in pieces] == shown


def test_a_greeting_in_pieces_names_the_segments(reader, path):
    cases.greeting_cut_everywhere(path)
    rows = reader.fields(path, "frame.number", "newcamd.segment", filter="newcamd.segment", args=("-2",))
    assert rows[0] == ("5", "4|5") and len(rows) == 13


def test_a_message_cut_over_segments_names_them_and_they_point_to_it(reader, path):
    cases.byte_by_byte(path)
    rows = reader.fields(path, "frame.number", "newcamd.segment", filter="newcamd.segment and newcamd.ecm", args=("-2",))
    ((frame, segments),) = rows
    assert values(segments) == [str(number) for number in range(int(frame) - 57, int(frame) + 1)]
    pieces = reader.fields(path, "frame.number", "_ws.col.Protocol", "_ws.col.Info", args=("-2",),
                           filter=f"newcamd.segment.reassembled_in == {frame}")
    assert [row[0] for row in pieces] == values(segments)[:-1]
    assert {row[1:] for row in pieces} == {("newcamd", "Part of a message")}


def test_a_message_with_a_lost_segment_says_what_is_missing(reader, path):
    cases.lost_inside_a_frame(path)
    rows = reader.fields(path, "frame.number", "newcamd.segment.missing", filter="newcamd.expert.missing", args=("-2",))
    assert rows == [("9", "20"), ("10", "20")]


def test_where_tcp_hands_over_late_segments_a_lost_one_is_waited_for(reader, path):
    capture, peer, tcp = cases.connected()
    tcp.client(peer.ecm(msg_id=2), cuts=(20, 40), lose=(1,))
    for msg_id in range(3, 400):
        tcp.client(peer.ecm(msg_id=msg_id))
    capture.write(path)
    args = ("-2", *LATE_TOO)
    rows = reader.fields(path, "frame.number", "newcamd.segment.missing", filter="newcamd.expert.missing", args=args)
    assert rows == [("9", "20"), ("10", "20")]
    assert len(reader.frames(path, "newcamd.ecm", args=args)) == 397
    cases.lost_inside_a_frame(path)
    assert reader.frames(path, "newcamd.expert.missing", args=args) == []


def test_the_pieces_of_a_login_point_to_the_frame_that_shows_it(reader, path):
    cases.byte_by_byte(path)
    (shown,) = reader.frames(path, "newcamd.user", args=("-2",))
    rows = reader.fields(path, "newcamd.login_frame", "_ws.col.Info", filter="newcamd.login_frame", args=("-2",))
    assert rows == [(str(shown), "Part of a login")] * 65


def test_messages_pipelined_behind_the_login_are_all_there(reader, path):
    cases.pipelined(path)
    rows = reader.fields(path, "newcamd.command", "newcamd.key", "_ws.col.Info", filter="newcamd.command")
    assert [values(row[0]) for row in rows] == [["0xe0", "0xe3", "0x80", "0x81"], ["0xe1", "0xe4", "0x80", "0x81"]]
    assert [values(row[1]) for row in rows] == [["login"] + ["session"] * 3] * 2
    assert rows[0][2] == "Login anna (tsdecrypt); Card data request; ECM even, SID 0x0021; ECM odd, SID 0x0021"


def test_json_holds_every_message_of_a_segment(reader, path):
    cases.pipelined(path)
    first = reader.packets(path, "newcamd", filter="newcamd.user")[0]["newcamd"]
    assert [message["newcamd.command"] for message in first] == ["0xe0", "0xe3", "0x80", "0x81"]


def test_bytes_lost_between_frames_are_counted(reader, path):
    cases.lost_between_frames(path)
    rows = reader.fields(path, "newcamd.lost", "newcamd.msg_id", "_ws.expert.message", filter="newcamd.expert.lost")
    ((lost, msg_id, message),) = rows
    assert (lost, msg_id) == ("58", "4")
    assert "58 bytes are missing before this segment" in message and "tcp.no_subdissector_on_error" in message


def test_bytes_lost_inside_a_frame_cost_that_frame_only(reader, path):
    cases.lost_inside_a_frame(path)
    rows = reader.fields(path, "newcamd.msg_id", filter=f"newcamd.ecm and tcp.dstport == {cases.PORT}")
    assert rows == [("3|4",)]
    assert reader.fields(path, "frame.number", "newcamd.lost", filter="newcamd.lost") == [("10", "20")]
    assert len(reader.frames(path, "newcamd.cw.even")) == 1


def test_bytes_whose_frame_lost_its_head_are_shown_and_what_follows_is_read(reader, path):
    cases.lost_head_of_a_frame(path)
    ((unread, lost),) = reader.fields(path, "newcamd.unread", "newcamd.lost", filter="newcamd.expert.out_of_step")
    assert len(unread) == 2 * 38 and lost == "20"
    assert [row[0] for row in reader.fields(path, "newcamd.msg_id", filter="newcamd.ecm")] == ["3"]


def test_a_lost_ack_does_not_shift_the_keys(reader, path):
    cases.lost_ack(path)
    assert reader.fields(path, "newcamd.key", "newcamd.lost", filter="newcamd.card.caid") == [("session", "26")]


@pytest.mark.parametrize("case", [cases.lost_login, cases.midstream])
def test_a_login_that_is_not_in_the_capture_is_named(reader, path, case):
    case(path)
    rows = reader.fields(path, "newcamd.length", "newcamd.iv", "newcamd.command", "_ws.expert.message",
                         filter="newcamd.expert.login_missing", args=DECODE_AS)
    assert rows
    for length, iv, command, message in rows:
        assert length and iv and not command
        assert "greeting or login are not in the capture" in message


def test_no_heuristic_claims_a_connection_without_its_login(reader, path):
    cases.midstream(path)
    assert reader.frames(path, "newcamd") == []


def test_a_wrong_checksum_is_named_and_the_message_still_shown(reader, path):
    cases.damaged(path)
    bad = reader.fields(path, "newcamd.checksum", "newcamd.cw.even", "newcamd.undecoded",
                        filter='newcamd.checksum.status == "Bad" and newcamd.expert.checksum')
    assert bad[0][:2] == ("0x5a", "11223366445566ff")
    assert bad[1][1] == ""


def test_a_frame_behind_a_damaged_one_is_read(reader, path):
    cases.damaged(path)
    assert len(reader.frames(path, 'newcamd.cw.even and newcamd.checksum.status == "Good"')) == 1


def test_an_impossible_length_is_named_and_the_next_segment_read(reader, path):
    cases.impossible_lengths(path)
    rows = reader.fields(path, "newcamd.length", "_ws.expert.message", filter="newcamd.expert.length")
    assert [row[0] for row in rows] == ["0", "16", "25", "2400", "65535"]
    assert rows[2][1] == "No frame has a length of 25: lengths are multiples of 8 from 24 to 2392"
    sids = [row[0] for row in reader.fields(path, "newcamd.sid", filter="newcamd.ecm")]
    assert sids == ["0x0000", "0x0010", "0x0019", "0x0960", "0xffff"]


def test_a_message_that_does_not_fit_its_frame_is_named(reader, path):
    cases.message_longer_than_frame(path)
    ((undecoded, message),) = reader.fields(path, "newcamd.undecoded", "_ws.expert.message",
                                            filter="newcamd.expert.data_length")
    assert undecoded and message == "The message says that 4095 bytes follow, but its frame has only 10"


def test_a_reconnect_on_the_same_ports_is_a_login_of_its_own(reader, path):
    cases.reconnect(path)
    rows = reader.fields(path, "newcamd.password_crypt", filter="newcamd.user")
    assert len(rows) == len(set(rows)) == 2
    assert len(reader.frames(path, "newcamd.cw.even")) == 1


def test_messages_are_put_together_where_tcp_reassembles_nothing(reader, path):
    cases.client_cut_everywhere(path)
    found = by_stream(reader.fields(path, "tcp.stream", "newcamd.command", filter="newcamd.command",
                                    args=("-2", "-o", "tcp.desegment_tcp_streams:FALSE")))
    assert {tuple(commands) for commands in found.values()} == {("0xe0", "0xe3", "0x80", "0xe1", "0xe4", "0x80")}


def test_frames_cut_by_the_snap_length_say_so_and_the_next_one_is_read(reader, path):
    cases.snapped(path)
    rows = reader.fields(path, "newcamd.length", "_ws.expert.message", filter="newcamd.expert.cut")
    assert [row[0] for row in rows] == ["56", ""]
    assert all("cut by the snap length" in row[1] for row in rows)
    assert reader.fields(path, "newcamd.msg_id", filter="newcamd.ecm or newcamd.cw.even") == [("100",), ("100",)]
    assert not reader.frames(path, "_ws.malformed or _ws.short")


@pytest.mark.parametrize("preference", ["tcp.reassemble_out_of_order:TRUE", "tcp.analyze_sequence_numbers:FALSE",
                                        "tcp.relative_sequence_numbers:FALSE", "tcp.try_heuristic_first:TRUE"])
def test_preferences_of_tcp_change_nothing(reader, path, preference):
    cases.client_cut_everywhere(path)
    found = by_stream(reader.fields(path, "tcp.stream", "newcamd.command", filter="newcamd.command",
                                    args=("-2", "-o", preference)))
    assert len(found) == 66 + 26 + 66 - 1
    assert {tuple(commands) for commands in found.values()} == {("0xe0", "0xe3", "0x80", "0xe1", "0xe4", "0x80")}


def test_a_packet_quoted_in_an_icmp_error_changes_nothing(reader, path):
    capture, peer, tcp = cases.connected()
    (number,) = tcp.client(peer.ecm())
    quoted = capture.frames[number - 1][1]
    icmp = b"\x03\x01\0\0\0\0\0\0" + quoted[:60]
    capture.add(pcap._ip("10.0.0.3", "10.0.0.2", 1, icmp, 2))
    tcp.server(peer.cw())
    capture.write(path)
    assert len(reader.frames(path, "newcamd.ecm")) == 1
    assert len(reader.frames(path, "newcamd.cw.even")) == 1
    assert reader.frames(path, "icmp and newcamd") == []
