/* framing.c
 * Where in the byte stream of a direction a PDU begins and ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "framing.h"

#include "frame.h"

bool
newcamd_frames_fill(tvbuff_t *tvb, int offset)
{
    const int end = (int)tvb_reported_length(tvb);

    while (end - offset >= NEWCAMD_LENGTH_LEN) {
        const unsigned length = tvb_get_ntohs(tvb, offset);
        if (!newcamd_length_possible(length)) {
            return false;
        }
        offset += NEWCAMD_LENGTH_LEN + (int)length;
    }
    return offset == end;
}

newcamd_found_t
newcamd_framing_at(newcamd_call_t *call)
{
    const uint32_t there = (uint32_t)tvb_reported_length_remaining(call->tvb, call->offset);
    const bool may_ask = call->pinfo->can_desegment > 0;
    newcamd_found_t cut = { .kind = NEWCAMD_PDU_CUT_FRAME, .length = there };

    if (!tvb_bytes_exist(call->tvb, call->offset, NEWCAMD_LENGTH_LEN)) {
        return (may_ask && there < NEWCAMD_LENGTH_LEN)
                   ? (newcamd_found_t){ .ask = DESEGMENT_ONE_MORE_SEGMENT }
                   : cut;
    }
    const uint32_t length = tvb_get_ntohs(call->tvb, call->offset);
    const uint32_t frame_len = NEWCAMD_LENGTH_LEN + length;
    if (!newcamd_length_possible(length)) {
        return (newcamd_found_t){ .kind = NEWCAMD_PDU_BAD_LENGTH, .length = there };
    }
    if (tvb_bytes_exist(call->tvb, call->offset, (int)frame_len)) {
        return (newcamd_found_t){ .kind = NEWCAMD_PDU_FRAME, .length = frame_len };
    }
    cut.length = MIN(there, frame_len);
    return (may_ask && there < frame_len) ? (newcamd_found_t){ .ask = frame_len - there } : cut;
}

/* The first bytes of a conversation: exactly 14 are a greeting (section 8.4). */
static bool
is_first_of_conversation(const newcamd_call_t *call)
{
    const newcamd_conversation_t *conversation = call->conversation;

    return !conversation->connection->session.greeted && !conversation->place[0].known &&
           !conversation->place[1].known;
}

newcamd_found_t
newcamd_framing_next(newcamd_call_t *call)
{
    newcamd_conversation_t *conversation = call->conversation;
    const newcamd_session_t *session = &conversation->connection->session;
    const camshark_stream_place_t *stream = &conversation->place[call->direction];
    const uint32_t there = (uint32_t)tvb_reported_length_remaining(call->tvb, call->offset);

    if (is_first_of_conversation(call)) {
        if (there < NEWCAMD_GREETING_LEN && call->pinfo->can_desegment > 0) {
            return (newcamd_found_t){ .ask = NEWCAMD_GREETING_LEN - there };
        }
        if (there == NEWCAMD_GREETING_LEN && tvb_bytes_exist(call->tvb, call->offset, NEWCAMD_GREETING_LEN)) {
            return (newcamd_found_t){ .kind = NEWCAMD_PDU_GREETING, .length = there };
        }
    }
    if (session->greeted && newcamd_call_place(call) == session->first[call->direction]) {
        conversation->in_step[call->direction] = true;
    } else if (camshark_stream_place_lost(stream, newcamd_call_place(call)) > 0) {
        conversation->in_step[call->direction] = false;
    }
    if (!conversation->in_step[call->direction]) {
        if (!newcamd_call_is_snapped(call) && !newcamd_frames_fill(call->tvb, call->offset)) {
            return (newcamd_found_t){ .kind = NEWCAMD_PDU_OUT_OF_STEP, .length = there };
        }
        conversation->in_step[call->direction] = true;
    }
    return newcamd_framing_at(call);
}
