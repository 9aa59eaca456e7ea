"""newcamd: which reply belongs to which request (docs/newcamd.md section 3.2)."""

import pytest

from tests.dissection import harness
from tests.dissection import state_rule
from tests.dissection.newcamd import cases
from tests.dissection.newcamd import request_cases

CONAX = harness.CAPTURES / "newcamd" / "oscam-tsdecrypt-conax.pcapng"
SECOND_PASS = ("-2",)


def links(tshark, capture, first=1):
    """{frame of a reply: frame of its request}"""
    replies = tshark.fields(capture, "frame.number", "newcamd.response_to",
                            filter=f"newcamd.response_to && frame.number >= {first}", args=SECOND_PASS)
    return {int(frame): int(request) for frame, request in replies}


def requests(tshark, capture, first=1):
    """{frame of a request: frame of its first reply}"""
    rows = tshark.fields(capture, "frame.number", "newcamd.response_in",
                         filter=f"newcamd.response_in && frame.number >= {first}", args=SECOND_PASS)
    return {int(frame): int(reply) for frame, reply in rows}


def experts(tshark, capture, name):
    return tshark.frames(capture, f"newcamd.expert.{name}", args=SECOND_PASS)


def test_every_reply_of_the_recording_points_to_its_request_and_back(tshark):
    reader = tshark(files={"newcamd_keys": (harness.KEYS / "newcamd_keys").read_text()})
    expected = {8: 6, 10: 9, **{frame: frame - 1 for frame in range(13, 47, 3)}}

    assert links(reader, CONAX) == expected
    assert requests(reader, CONAX) == {request: reply for reply, request in expected.items()}
    assert not reader.frames(CONAX, "newcamd && _ws.expert", args=SECOND_PASS)


def test_the_response_time_is_the_time_between_the_two_frames(tshark):
    reader = tshark(files={"newcamd_keys": (harness.KEYS / "newcamd_keys").read_text()})
    times = {int(n): float(t) for n, t in reader.fields(CONAX, "frame.number", "frame.time_relative")}
    rows = reader.fields(CONAX, "frame.number", "newcamd.response_to", "newcamd.response_time",
                         filter="newcamd.response_time")

    assert len(rows) == 14
    for frame, request, time in rows:
        assert float(time) == pytest.approx(times[int(frame)] - times[int(request)], abs=1e-9)


def test_the_response_time_can_be_filtered_as_a_time(tshark):
    reader = tshark(files={"newcamd_keys": (harness.KEYS / "newcamd_keys").read_text()})

    assert reader.frames(CONAX, "newcamd.response_time > 0.0016") == [19, 22]


def test_one_pass_shows_the_request_of_a_reply_and_not_yet_the_reply_of_a_request(reader, path):
    request_cases.out_of_order(path)

    assert reader.frames(path, "newcamd.response_to") == [6, 8, 12, 13, 14]
    assert not reader.frames(path, "newcamd.response_in")


def test_replies_in_another_order_find_their_requests_by_message_id(reader, path):
    request_cases.out_of_order(path)

    assert links(reader, path, 9) == {12: 11, 13: 9, 14: 10}
    assert requests(reader, path, 9) == {9: 13, 10: 14, 11: 12}
    assert not experts(reader, path, "unanswered")


def test_the_command_tells_requests_with_one_message_id_apart(reader, path):
    request_cases.same_id_other_command(path)

    assert links(reader, path, 9) == {11: 10, 12: 9}
    assert not experts(reader, path, "msg_id_reused")


def test_pipelined_requests_and_their_replies_in_one_segment_are_linked_one_by_one(reader, path):
    cases.pipelined(path)
    ((ids, replies),) = reader.fields(path, "newcamd.msg_id", "newcamd.response_in", filter="frame.number == 5",
                                      args=SECOND_PASS)

    assert (ids, replies) == ("1|0|2|3", "6|6|6|6")


def test_a_login_in_single_bytes_is_linked_with_its_ack(reader, path):
    cases.byte_by_byte(path)
    pairs = links(reader, path)
    ack = reader.frames(path, "newcamd.command == 0xe1")[0]

    assert pairs[ack] == reader.frames(path, "newcamd.command == 0xe0", args=SECOND_PASS)[0]


def test_requests_that_were_passed_over_are_unanswered_and_the_last_one_is_not(reader, path):
    request_cases.unanswered(path)

    assert experts(reader, path, "unanswered") == [9, 10]


def test_a_request_is_unanswered_once_the_server_talks_20_seconds_later(reader, path):
    request_cases.unanswered_in_time(path)

    assert experts(reader, path, "unanswered") == [9]


def test_a_reply_may_lie_in_lost_bytes(reader, path):
    request_cases.reply_lost(path)

    assert reader.frames(path, "newcamd.lost") == [11]
    assert not experts(reader, path, "unanswered")


def test_what_needs_no_answer_is_never_unanswered(reader, path):
    request_cases.need_no_answer(path)

    assert not experts(reader, path, "unanswered")


def test_a_keepalive_is_answered_by_a_keepalive(reader, path):
    cases.every_command(path)

    assert links(reader, path)[18] == 17


def test_a_refused_login_is_an_answer(reader, path):
    cases.refused(path)

    assert links(reader, path) == {6: 5}


def test_a_second_reply_is_named_and_has_no_response_time(reader, path):
    request_cases.duplicate(path)

    assert experts(reader, path, "duplicate_reply") == [11]
    assert links(reader, path, 9) == {10: 9, 11: 9}
    assert requests(reader, path, 9) == {9: 10}
    assert reader.frames(path, "newcamd.response_time && frame.number >= 9") == [10]


def test_where_no_id_fits_order_decides_and_the_client_would_drop_the_reply(reader, path):
    request_cases.constant_reply_id(path)

    assert links(reader, path, 9) == {10: 9, 12: 11, 14: 13}
    assert experts(reader, path, "reply_id") == [10, 12, 14]
    ((message,),) = reader.fields(path, "_ws.expert.message", filter="frame.number == 12")
    assert message == ("No request has this message id, so the client would drop this reply; by order it belongs to "
                       "the request in frame 11")


def test_a_reply_that_nobody_asked_for_is_named(reader, path):
    request_cases.reply_without_request(path)

    assert experts(reader, path, "reply_id") == [9]
    assert not links(reader, path, 9)


@pytest.mark.parametrize("build", [request_cases.request_lost, request_cases.request_lost_before_its_reply],
                         ids=lambda build: build.__name__)
@pytest.mark.parametrize("relative", ["TRUE", "FALSE"])
def test_a_reply_whose_request_may_be_lost_is_not_blamed(tshark, path, build, relative):
    reader = tshark(tables=cases.TABLE, prefs={"tcp.relative_sequence_numbers": relative})
    build(path)

    assert not experts(reader, path, "reply_id")
    assert not links(reader, path, 9)


def test_a_message_id_that_is_used_again_is_named_with_the_earlier_frame(reader, path):
    request_cases.id_reused(path)

    assert experts(reader, path, "msg_id_reused") == [13]
    ((message,),) = reader.fields(path, "_ws.expert.message", filter="frame.number == 13")
    assert message.startswith("The request in frame 9 has the same message id")
    assert links(reader, path, 9) == {10: 9, 12: 11, 14: 13}


def test_a_counter_may_wrap_after_4095_requests(reader, path):
    request_cases.id_wraps(path)

    assert not experts(reader, path, "msg_id_reused")


def test_a_counter_that_wraps_early_is_message_id_reuse(reader, path):
    request_cases.id_wraps(path, last=900)

    assert experts(reader, path, "msg_id_reused") == [909]


def test_messages_that_a_server_sends_by_itself_are_no_replies(reader, path):
    request_cases.unsolicited(path)

    assert not links(reader, path, 9)
    assert not reader.frames(path, "newcamd && _ws.expert", args=SECOND_PASS)


def test_card_data_that_a_server_has_overwritten_answer_their_request(reader, path):
    request_cases.overwritten_card_data(path)

    assert links(reader, path) == {6: 5, 8: 7, 10: 9}
    assert not experts(reader, path, "unanswered")


@pytest.mark.parametrize("provider", [0x800000, 0x820000, 0xE40000, 0xFD0000, 0x042820], ids="{:06x}".format)
def test_a_card_announcement_that_a_server_has_overwritten_answers_nothing(reader, path, provider):
    request_cases.overwritten_add_card(path, provider)

    assert reader.frames(path, "newcamd.command == 0xd3") == [10]
    assert links(reader, path, 9) == {11: 9}
    assert not experts(reader, path, "duplicate_reply") + experts(reader, path, "reply_id")


def sentences(tshark, capture, name):
    rows = tshark.fields(capture, "frame.number", "_ws.expert.message", filter=f"newcamd.expert.{name}", args=SECOND_PASS)
    return {int(frame): message for frame, message in rows}


def test_only_of_the_replies_to_ecms_and_emms_clients_look_at_the_id(reader, path):
    request_cases.other_ids(path)

    assert links(reader, path) == {6: 5, 8: 7, 10: 9, 12: 11}
    assert experts(reader, path, "reply_id") == [12]


def test_an_unknown_command_that_comes_back_without_data_under_its_id_is_the_reply(reader, path):
    request_cases.unknown_returned(path)

    assert links(reader, path, 9) == {10: 9, 16: 15}
    assert requests(reader, path, 9) == {9: 10, 15: 16}
    assert not experts(reader, path, "unanswered") + experts(reader, path, "reply_id")


def test_an_ecm_refused_while_another_is_open_has_its_own_sentence(reader, path):
    request_cases.refused_while_open(path)
    said = sentences(reader, path, "ecm_not_decoded")

    assert list(said) == [11, 14]
    assert "while the ECM in frame 9 was not answered yet" in said[11] and "MultiCS" in said[11]
    assert "frame" not in said[14] and "could not decode this ECM" in said[14]


def test_an_ecm_is_not_called_open_where_its_reply_may_be_lost(reader, path):
    request_cases.refused_while_open(path, lose=True)

    assert all("could not decode this ECM" in message for message in sentences(reader, path, "ecm_not_decoded").values())


def test_a_pending_ecm_that_a_newer_one_replaced_has_its_own_sentence(reader, path):
    request_cases.replaced(path)
    said = sentences(reader, path, "unanswered")

    assert list(said) == [9]
    assert "the client sent the one in frame 10" in said[9] and "mgcamd port" in said[9]


def test_an_ecm_that_nobody_waited_for_any_more_is_not_called_replaced(reader, path):
    request_cases.replaced(path, between=12)
    said = sentences(reader, path, "unanswered")

    assert list(said) == [9] and "frame" not in said[9]


@pytest.mark.parametrize("version", [525, 524])
def test_a_reply_for_another_service_than_its_request_is_named(reader, path, version):
    request_cases.services_of_replies(path, version)

    assert sentences(reader, path, "other_sid") == {14: "This reply is for service 0x0022, and its request was for 0x0021"}


STATE = [request_cases.out_of_order, request_cases.unanswered, request_cases.unanswered_in_time,
         request_cases.duplicate, request_cases.constant_reply_id, request_cases.request_lost, request_cases.id_reused,
         request_cases.need_no_answer, request_cases.overwritten_card_data]


@pytest.mark.parametrize("build", STATE, ids=lambda build: build.__name__)
def test_requests_and_replies_obey_the_state_rule(tshark, sharkd, path, build):
    assert state_rule.assert_state_rule(tshark, sharkd, build(path), ["newcamd"], tables=cases.TABLE) >= 6
