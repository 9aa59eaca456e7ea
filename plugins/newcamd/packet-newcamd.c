/* packet-newcamd.c
 * newcamd over TCP: one segment, PDU by PDU.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A connection begins with 14 random bytes of the side that accepted it (the greeting); after that both sides
 * send frames:
 *
 *     length (2, clear) | ciphertext (length - 8) | IV (8, clear)
 *
 * First pass: framing finds where a PDU ends, decide_frame() finds its key, both write it into the PDU's
 * record. Every pass: pdu-tree shows the PDU from the record.
 */
#include <newcamd/packet-newcamd.h>

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <newcamd/record/segment.h>
#include <newcamd/show/commands.h>
#include <newcamd/record/conversation.h>
#include <newcamd/wire/frame.h>
#include <newcamd/framing.h>
#include <newcamd/heuristics.h>
#include <newcamd/record/keytable.h>
#include <newcamd/record/learned-keys.h>
#include <newcamd/record/mid-session.h>
#include <newcamd/record/records.h>
#include <newcamd/show/pdu.h>
#include <newcamd/record/requests.h>

static int proto_newcamd = -1;
static dissector_handle_t newcamd_handle;

/* Looks for what opens the frames of a connection: its login, or a session key from elsewhere. */
static void
find_keys(newcamd_call_t *call, newcamd_pdu_t *pdu, const uint8_t *frame)
{
    newcamd_connection_t *connection = pdu->connection;
    newcamd_session_t *session = &connection->session;
    const uint32_t place = newcamd_call_place(call);
    const bool encrypted = newcamd_length_possible(pdu->length - NEWCAMD_LENGTH_LEN);
    const address *server;
    uint32_t port;

    if (session->login != NEWCAMD_LOGIN_NOT_SEEN) {
        return;
    }
    newcamd_connection_server(connection, call->pinfo, call->direction, &server, &port);
    if (newcamd_session_is_login_place(session, call->direction, place)) {
        if (newcamd_session_try_clear(session, place, newcamd_forced_header(), frame, pdu->length)) {
            connection->login_frame = call->pinfo->num;
            pdu->key = NEWCAMD_KEY_CLEAR;
        } else if (encrypted) {
            newcamd_connection_login(connection, server, port, call->pinfo->num, frame, pdu->length);
        }
    } else if (encrypted && !newcamd_session_expects_clear(session, call->direction, place)) {
        const newcamd_suspect_t *suspect = &connection->suspect;
        if (newcamd_mid_session_try(connection, call->pinfo, call->direction, place, frame, pdu->length)) {
            newcamd_mid_session_note(connection, 0);
        }
        if (!newcamd_session_has_key(session) &&
            newcamd_session_is_reply_place(session, call->direction, place)) {
            newcamd_connection_login_reply(connection, server, port, frame, pdu->length);
        }
        pdu->suspected =
            suspect->key_row != NULL && suspect->direction == call->direction && suspect->place == place;
    }
}

/* Finds the key of a frame and gives its plaintext (NULL if it stays closed, or is none). */
static uint8_t *
decide_frame(newcamd_call_t *call, newcamd_pdu_t *pdu)
{
    newcamd_connection_t *connection = pdu->connection;
    newcamd_session_t *session = &connection->session;
    const uint32_t place = newcamd_call_place(call);
    const uint8_t *frame = tvb_get_ptr(call->tvb, call->offset, (int)pdu->length);

    pdu->is_login = newcamd_session_is_login_place(session, call->direction, place);
    connection->answered |= session->greeted && call->direction == session->acceptor &&
                            (session->login == NEWCAMD_LOGIN_CLEAR ||
                             !newcamd_session_expects_clear(session, call->direction, place));
    find_keys(call, pdu, frame);
    if (pdu->key == NEWCAMD_KEY_CLEAR) {
        pdu->is_login = session->login == NEWCAMD_LOGIN_CLEAR;
        return NULL;
    }
    if (newcamd_session_expects_clear(session, call->direction, place)) {
        pdu->key = NEWCAMD_KEY_CLEAR;
        return NULL;
    }
    if (newcamd_session_key_at(session, call->direction, place) == NEWCAMD_KEY_NONE) {
        return NULL;
    }
    uint8_t *plain = wmem_alloc(call->pinfo->pool, pdu->length - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN);
    pdu->key = (uint8_t)newcamd_session_decide(session, call->direction, place, frame, pdu->length, plain);
    return (pdu->key != NEWCAMD_KEY_NONE) ? plain : NULL;
}

/* A login behind what may be a greeting in the middle of the stream: it was one, and a new connection begins.
 */
static void
restart_behind_greeting(newcamd_call_t *call)
{
    newcamd_conversation_t *conversation = call->conversation;
    newcamd_note_t *note = &conversation->note;

    if (note->frame == 0 || note->perhaps == NULL || call->offset != 0 ||
        call->direction == note->direction || newcamd_call_place(call) != note->answer_place ||
        !newcamd_note_continues(note, call->direction, call->tvb, newcamd_call_place(call))) {
        return;
    }
    newcamd_conversation_restart(conversation);
    newcamd_conversation_greet(conversation, note->direction, note->bytes, note->place, note->answer_place);
    camshark_stream_place_advance(&conversation->place[note->direction], note->place + NEWCAMD_GREETING_LEN);
    note->perhaps->connection = conversation->connection;
    note->frame = 0;
}

/* What a PDU is to the messages before it. */
static void
note_message(newcamd_call_t *call, newcamd_pdu_t *pdu, const uint8_t *plain)
{
    size_t plain_len = pdu->length - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN;

    if (pdu->key == NEWCAMD_KEY_CLEAR) {
        /* What it would look like in an encrypted frame: with a checksum. */
        const size_t len = pdu->length - NEWCAMD_LENGTH_LEN;
        uint8_t *region = wmem_alloc(call->pinfo->pool, len + 1);
        tvb_memcpy(call->tvb, region, call->offset + NEWCAMD_LENGTH_LEN, len);
        region[len] = newcamd_xor_sum(region, len);
        plain = region;
        plain_len = len + 1;
    }
    newcamd_connection_message(pdu->connection, call->pinfo->num, &call->pinfo->abs_ts, call->direction,
                               pdu->lost > 0, plain, plain_len, &pdu->part, &pdu->context);
}

/* What this side acknowledges and nobody has read is not in the capture, or not yet. */
static void
note_unseen(const newcamd_call_t *call, const struct tcpinfo *tcpinfo)
{
    const newcamd_conversation_t *conversation = call->conversation;
    const unsigned other = 1 - call->direction;

    if (camshark_stream_place_lost(&conversation->place[other], tcpinfo->lastackseq) > 0) {
        newcamd_connection_hole(conversation->connection, other, &call->pinfo->abs_ts);
    }
}

/* Writes the record of a PDU that framing found, and gives the plaintext of a frame that was opened. */
static newcamd_pdu_t *
decide_pdu(newcamd_call_t *call, const newcamd_found_t *found, const struct tcpinfo *tcpinfo, uint8_t **plain)
{
    newcamd_conversation_t *conversation = call->conversation;
    newcamd_pdu_t *pdu = newcamd_pdu_add(call->pinfo, conversation, call->direction, newcamd_call_place(call),
                                         found->kind, found->length);

    switch (found->kind) {
    case NEWCAMD_PDU_GREETING:
        newcamd_conversation_greet(conversation, call->direction,
                                   tvb_get_ptr(call->tvb, call->offset, NEWCAMD_GREETING_LEN),
                                   newcamd_call_place(call), tcpinfo->lastackseq);
        camshark_stream_place_advance(&conversation->place[1 - call->direction], tcpinfo->lastackseq);
        break;
    case NEWCAMD_PDU_FRAME:
        *plain = decide_frame(call, pdu);
        break;
    case NEWCAMD_PDU_CUT_FRAME:
        /* What the snap length took away is no more to come; without reassembly the rest comes next. */
        conversation->in_step[call->direction] = newcamd_call_is_snapped(call);
        break;
    case NEWCAMD_PDU_BAD_LENGTH:
        conversation->in_step[call->direction] = false;
        break;
    case NEWCAMD_PDU_PERHAPS_GREETING:
        newcamd_note_greeting(call->tvb, call->pinfo, tcpinfo);
        conversation->note.perhaps = wmem_new0(wmem_file_scope(), newcamd_perhaps_t);
        pdu->perhaps = conversation->note.perhaps;
        break;
    case NEWCAMD_PDU_OUT_OF_STEP:
    case NEWCAMD_PDU_PIECE_OF_LOGIN:
        break;
    }
    if (found->kind != NEWCAMD_PDU_GREETING && !pdu->repeated) {
        note_unseen(call, tcpinfo);
        note_message(call, pdu, *plain);
    }
    return pdu;
}

/* Shows a PDU that has no record, because nobody knew what it is when it was first seen. Returns its bytes; 0
 * if it is still not known. */
static uint32_t
show_unrecorded(newcamd_call_t *call)
{
    newcamd_conversation_t *conversation = call->conversation;
    const uint32_t there = (uint32_t)tvb_reported_length_remaining(call->tvb, call->offset);
    newcamd_pdu_kind_t kind;
    uint32_t length;
    newcamd_connection_t *connection =
        newcamd_conversation_recall(conversation, call->direction, newcamd_call_place(call), &kind, &length);

    if (connection != NULL && kind == NEWCAMD_PDU_PIECE_OF_LOGIN) {
        newcamd_show_piece_of_login(call, connection, length);
        return length;
    }
    if (connection == NULL && PINFO_FD_VISITED(call->pinfo)) {
        connection = newcamd_conversation_claimant(conversation, call->pinfo->num);
        kind = NEWCAMD_PDU_OUT_OF_STEP;
        length = there;
        if (connection != NULL && !newcamd_call_is_snapped(call) &&
            newcamd_frames_fill(&connection->session, call->tvb, call->offset)) {
            kind = NEWCAMD_PDU_FRAME;
            length = NEWCAMD_LENGTH_LEN + tvb_get_ntohs(call->tvb, call->offset);
        }
    }
    if (connection == NULL) {
        return 0;
    }
    const newcamd_pdu_t pdu = { .connection = connection,
                                .kind = kind,
                                .length = length,
                                .unrecorded = true,
                                .direction = (uint8_t)call->direction };
    newcamd_show_pdu(call, &pdu, NULL);
    return length;
}

/* Shows the PDU at call->offset and returns its bytes, or 0 if more bytes were asked for. */
static uint32_t
dissect_pdu(newcamd_call_t *call, const struct tcpinfo *tcpinfo)
{
    packet_info *pinfo = call->pinfo;
    newcamd_pdu_t *pdu =
        newcamd_pdu_get(pinfo, call->conversation, call->direction, newcamd_call_place(call));
    uint8_t *plain = NULL;

    if (pdu == NULL) {
        const uint32_t length = show_unrecorded(call);
        if (length > 0) {
            return length;
        }
        if (!PINFO_FD_VISITED(pinfo)) {
            restart_behind_greeting(call);
        }
        const newcamd_found_t found =
            PINFO_FD_VISITED(pinfo) ? newcamd_framing_at(call) : newcamd_framing_next(call);
        if (found.ask != 0) {
            pinfo->desegment_offset = call->offset;
            pinfo->desegment_len = found.ask;
            return 0;
        }
        if (PINFO_FD_VISITED(pinfo)) {
            /* Nobody decided about it when it was first seen. */
            return (uint32_t)tvb_reported_length_remaining(call->tvb, call->offset);
        }
        pdu = decide_pdu(call, &found, tcpinfo, &plain);
    }
    newcamd_show_pdu(call, pdu, plain);
    return pdu->length;
}

static int
dissect_newcamd(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const struct tcpinfo *tcpinfo = data;

    /* A packet quoted in an ICMP error shows part of a segment, at a time when it tells nothing; and only TCP says
     * where in the stream bytes lie. */
    if (tcpinfo == NULL || pinfo->ptype != PT_TCP || pinfo->flags.in_error_pkt) {
        return 0;
    }
    newcamd_conversation_t *conversation = newcamd_conversation_get(pinfo, !PINFO_FD_VISITED(pinfo));
    if (conversation == NULL) {
        return 0;
    }
    newcamd_call_t call = {
        .tvb = tvb,
        .pinfo = pinfo,
        .tree = tree,
        .conversation = conversation,
        .direction = newcamd_conversation_direction(conversation, pinfo),
        .first_place = tcpinfo->seq,
    };

    while (tvb_reported_length_remaining(tvb, call.offset) > 0) {
        const uint32_t length = dissect_pdu(&call, tcpinfo);
        if (length == 0) {
            break;
        }
        call.offset += (int)length;
    }
    return (int)tvb_captured_length(tvb);
}

void
proto_register_newcamd(void)
{
    proto_newcamd = proto_register_protocol("newcamd card server protocol", "newcamd", "newcamd");
    newcamd_handle = register_dissector("newcamd", dissect_newcamd, proto_newcamd);

    newcamd_pdu_tree_register(proto_newcamd);
    newcamd_commands_register(proto_newcamd);
    newcamd_requests_register(proto_newcamd);
    newcamd_keytable_register(proto_newcamd);
    newcamd_records_register(proto_newcamd);
    newcamd_conversation_register();
    newcamd_learned_keys_register();
}

void
proto_reg_handoff_newcamd(void)
{
    newcamd_heuristics_register(proto_newcamd, newcamd_handle, dissect_newcamd);
    dissector_add_for_decode_as("tcp.port", newcamd_handle);
}
