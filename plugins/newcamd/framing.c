/* framing.c
 * Where in the byte stream of a direction a PDU begins and ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The first 14 bytes of a conversation are a greeting. Everything else has its length in front, so one frame tells where the
 * next one begins: as long as that works, a direction is in step. It is out of step where the capture begins in the middle,
 * behind lost bytes, and behind a length that no frame can have. Nothing marks the beginning of a frame, but most segments
 * begin with one: a segment that frames fill from its first byte to its last puts the direction in step again, and whatever
 * comes before that is shown as bytes from inside a frame.
 *
 * Bytes that come late, behind what follows them, are read alone: they change no step, and nothing is asked for, because
 * what follows them is gone.
 */
#include <newcamd/framing.h>

#include <newcamd/wire/frame.h>

bool
newcamd_frames_fill(const newcamd_session_t *session, tvbuff_t *tvb, int offset)
{
    const int end = (int)tvb_reported_length(tvb);
    const bool clear = session->login == NEWCAMD_LOGIN_CLEAR;

    while (end - offset >= NEWCAMD_LENGTH_LEN) {
        if (!tvb_bytes_exist(tvb, offset, NEWCAMD_LENGTH_LEN)) {
            return false;
        }
        const unsigned length = tvb_get_ntohs(tvb, offset);
        offset += NEWCAMD_LENGTH_LEN;
        if (clear ? !(newcamd_clear_length_possible(length) && tvb_bytes_exist(tvb, offset, (int)length) &&
                      newcamd_clear_frame_ok(tvb_get_ptr(tvb, offset, (int)length), length,
                                             session->header_len))
                  : !newcamd_length_possible(length)) {
            return false;
        }
        offset += (int)length;
    }
    return offset == end;
}

/* The connector may begin with a clear frame. */
static bool
may_open_clear(const newcamd_segment_t *segment)
{
    const newcamd_session_t *session = &segment->conversation->connection->session;

    return session->login == NEWCAMD_LOGIN_NOT_SEEN && !session->reverse &&
           newcamd_session_is_login_place(session, segment->direction, newcamd_segment_place(segment));
}

newcamd_found_t
newcamd_framing_at(newcamd_segment_t *segment)
{
    const newcamd_session_t *session = &segment->conversation->connection->session;
    const uint32_t there = (uint32_t)tvb_reported_length_remaining(segment->tvb, segment->offset);
    const bool may_ask = segment->pinfo->can_desegment > 0;
    const bool clear =
        newcamd_session_expects_clear(session, segment->direction, newcamd_segment_place(segment));
    const bool perhaps_clear = may_open_clear(segment);
    const newcamd_found_t bad = { .kind = NEWCAMD_PDU_BAD_LENGTH, .length = there };
    newcamd_found_t cut = { .kind = NEWCAMD_PDU_CUT_FRAME, .length = there };

    if (!tvb_bytes_exist(segment->tvb, segment->offset, NEWCAMD_LENGTH_LEN)) {
        return (may_ask && there < NEWCAMD_LENGTH_LEN)
                   ? (newcamd_found_t){ .ask = DESEGMENT_ONE_MORE_SEGMENT }
                   : cut;
    }
    const uint32_t length = tvb_get_ntohs(segment->tvb, segment->offset);
    const uint32_t frame_len = NEWCAMD_LENGTH_LEN + length;
    if ((clear || !newcamd_length_possible(length)) &&
        !((clear || perhaps_clear) && newcamd_clear_length_possible(length))) {
        return bad;
    }
    if (tvb_bytes_exist(segment->tvb, segment->offset, (int)frame_len)) {
        const uint8_t *bytes = tvb_get_ptr(segment->tvb, segment->offset + NEWCAMD_LENGTH_LEN, (int)length);
        if (!clear && !newcamd_length_possible(length) && newcamd_clear_opening(bytes, length) == 0) {
            return bad;
        }
        return (newcamd_found_t){ .kind = NEWCAMD_PDU_FRAME, .length = frame_len };
    }
    cut.length = MIN(there, frame_len);
    return (may_ask && there < frame_len) ? (newcamd_found_t){ .ask = frame_len - there } : cut;
}

/* The first bytes of a conversation: exactly 14 are a greeting (section 8.4). */
static bool
is_first_of_conversation(const newcamd_segment_t *segment)
{
    const newcamd_conversation_t *conversation = segment->conversation;

    return !conversation->connection->session.greeted && !conversation->place[0].known &&
           !conversation->place[1].known;
}

/* Bytes at a place that was passed before: TCP hands them over as they came. */
static newcamd_found_t
late_at(newcamd_segment_t *segment)
{
    const uint32_t there = (uint32_t)tvb_reported_length_remaining(segment->tvb, segment->offset);
    const newcamd_session_t *session = &segment->conversation->connection->session;

    if (newcamd_frames_fill(session, segment->tvb, segment->offset) && !newcamd_segment_is_snapped(segment)) {
        return newcamd_framing_at(segment);
    }
    return (newcamd_found_t){ .kind = NEWCAMD_PDU_OUT_OF_STEP, .length = there };
}

/* 14 bytes in the middle of a stream that begin no frame: without a SYN in the capture this is how a new
 * connection on the same ports begins (section 8.4). */
static bool
is_perhaps_greeting(const newcamd_segment_t *segment)
{
    return segment->offset == 0 && tvb_reported_length(segment->tvb) == NEWCAMD_GREETING_LEN &&
           tvb_bytes_exist(segment->tvb, 0, NEWCAMD_GREETING_LEN) &&
           newcamd_greeting_possible(tvb_get_ptr(segment->tvb, 0, NEWCAMD_GREETING_LEN));
}

/* The PDU at hand where its direction may be out of step. */
static newcamd_found_t
next_in_stream(newcamd_segment_t *segment)
{
    newcamd_conversation_t *conversation = segment->conversation;
    const newcamd_session_t *session = &conversation->connection->session;
    const camshark_stream_place_t *stream = &conversation->place[segment->direction];
    const uint32_t place = newcamd_segment_place(segment);

    if (newcamd_session_is_first(session, segment->direction, place)) {
        conversation->in_step[segment->direction] = true;
    } else if (camshark_stream_place_lost(stream, place) > 0) {
        conversation->in_step[segment->direction] = false;
    } else if (stream->known && place != stream->next) {
        return late_at(segment);
    }
    if (!conversation->in_step[segment->direction]) {
        if (!newcamd_segment_is_snapped(segment) &&
            !newcamd_frames_fill(session, segment->tvb, segment->offset)) {
            return (newcamd_found_t){ .kind = NEWCAMD_PDU_OUT_OF_STEP,
                                      .length = (uint32_t)tvb_reported_length_remaining(segment->tvb,
                                                                                        segment->offset) };
        }
        conversation->in_step[segment->direction] = true;
    }
    return newcamd_framing_at(segment);
}

newcamd_found_t
newcamd_framing_next(newcamd_segment_t *segment)
{
    const uint32_t there = (uint32_t)tvb_reported_length_remaining(segment->tvb, segment->offset);

    if (is_first_of_conversation(segment)) {
        if (there < NEWCAMD_GREETING_LEN && segment->pinfo->can_desegment > 0) {
            return (newcamd_found_t){ .ask = NEWCAMD_GREETING_LEN - there };
        }
        if (there == NEWCAMD_GREETING_LEN &&
            tvb_bytes_exist(segment->tvb, segment->offset, NEWCAMD_GREETING_LEN)) {
            return (newcamd_found_t){ .kind = NEWCAMD_PDU_GREETING, .length = there };
        }
    }
    newcamd_found_t found = next_in_stream(segment);
    if (found.kind == NEWCAMD_PDU_OUT_OF_STEP && found.ask == 0 && is_perhaps_greeting(segment)) {
        found.kind = NEWCAMD_PDU_PERHAPS_GREETING;
    }
    return found;
}
