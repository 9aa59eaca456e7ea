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
 * What TCP hands over goes one way, for each PDU in it:
 *
 *   is there a record?       dissect_pdu(): from the second look on there is one, and all that is left is to show it
 *   was it noted otherwise?  show_unrecorded(): what went by before anybody knew that this is newcamd
 *   what is it?              framing.c: where it ends, or how many bytes TCP has to bring first
 *   which key opens it?      decide_frame(): on the first pass, and only for frames
 *   what does it mean?       note_pdu_message(): to the messages around it
 *   show it                  show/pdu.c, from the record alone
 *
 * What the first pass finds out goes into the record; a frame is opened once a pass.
 */
#include <newcamd/packet-newcamd.h>

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <common/epan/file-memory.h>

#include <newcamd/record/segment.h>
#include <newcamd/show/commands.h>
#include <newcamd/record/conversation.h>
#include <newcamd/wire/frame.h>
#include <newcamd/framing.h>
#include <newcamd/heuristics.h>
#include <newcamd/ports.h>
#include <newcamd/record/keytable.h>
#include <newcamd/record/settings.h>
#include <newcamd/record/learned-keys.h>
#include <newcamd/record/mid-session.h>
#include <newcamd/record/records.h>
#include <newcamd/show/pdu.h>
#include <newcamd/record/requests.h>
#include <newcamd/record/greeting-note.h>
#include <newcamd/record/login-trial.h>

static int proto_newcamd = -1;
static dissector_handle_t newcamd_handle;

/* Looks for what opens the frames of a connection: its login, or a session key from elsewhere. */
static void
find_keys(newcamd_segment_t *segment, newcamd_pdu_t *pdu, const uint8_t *frame)
{
    newcamd_connection_t *connection = pdu->connection;
    newcamd_session_t *session = &connection->session;
    const uint32_t place = newcamd_segment_place(segment);
    const bool encrypted = newcamd_length_possible(pdu->length - NEWCAMD_LENGTH_LEN);
    const address *server;
    uint32_t port;

    if (session->login != NEWCAMD_LOGIN_NOT_SEEN) {
        return;
    }
    newcamd_connection_server(connection, segment->pinfo, segment->direction, &server, &port);
    if (newcamd_session_is_login_place(session, segment->direction, place)) {
        if (newcamd_session_try_clear(session, place, newcamd_forced_header(), frame, pdu->length)) {
            connection->login_frame = segment->pinfo->num;
            pdu->key = NEWCAMD_KEY_CLEAR;
        } else if (encrypted) {
            newcamd_connection_login(connection, server, port, segment->pinfo->num, frame, pdu->length);
            newcamd_mid_session_learned(segment->pinfo);
        }
    } else if (encrypted && !newcamd_session_expects_clear(session, segment->direction, place)) {
        const newcamd_suspect_t *suspect = &connection->suspect;
        if (newcamd_mid_session_try(connection, segment->pinfo, segment->direction, place, frame,
                                    pdu->length)) {
            newcamd_mid_session_note(connection, 0);
        }
        if (!newcamd_session_has_key(session) &&
            newcamd_session_is_reply_place(session, segment->direction, place)) {
            newcamd_connection_login_reply(connection, server, port, frame, pdu->length);
        }
        pdu->suspected =
            suspect->key_row != NULL && suspect->direction == segment->direction && suspect->place == place;
    }
}

/* Finds the key of a frame and gives its plaintext (NULL if it stays closed, or is none). */
static uint8_t *
decide_frame(newcamd_segment_t *segment, newcamd_pdu_t *pdu)
{
    newcamd_connection_t *connection = pdu->connection;
    newcamd_session_t *session = &connection->session;
    const uint32_t place = newcamd_segment_place(segment);
    const uint8_t *frame = tvb_get_ptr(segment->tvb, segment->offset, (int)pdu->length);

    pdu->is_login = newcamd_session_is_login_place(session, segment->direction, place);
    connection->answered |= session->greeted && segment->direction == session->acceptor &&
                            (session->login == NEWCAMD_LOGIN_CLEAR ||
                             !newcamd_session_expects_clear(session, segment->direction, place));
    find_keys(segment, pdu, frame);
    if (pdu->key == NEWCAMD_KEY_CLEAR) {
        pdu->is_login = session->login == NEWCAMD_LOGIN_CLEAR;
        return NULL;
    }
    if (newcamd_session_expects_clear(session, segment->direction, place)) {
        pdu->key = NEWCAMD_KEY_CLEAR;
        return NULL;
    }
    if (newcamd_session_key_at(session, segment->direction, place) == NEWCAMD_KEY_NONE) {
        return NULL;
    }
    uint8_t *plain = wmem_alloc(segment->pinfo->pool, pdu->length - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN);
    pdu->key = (uint8_t)newcamd_session_decide(session, segment->direction, place, frame, pdu->length, plain);
    if (pdu->key == NEWCAMD_KEY_SESSION) {
        newcamd_session_settle(session, segment->direction, place);
    }
    return (pdu->key != NEWCAMD_KEY_NONE) ? plain : NULL;
}

/* A login behind what may be a greeting in the middle of the stream: it was one, and a new connection begins.
 */
static void
restart_behind_greeting(newcamd_segment_t *segment)
{
    newcamd_conversation_t *conversation = segment->conversation;
    newcamd_note_t *note = &conversation->early.note;

    if (note->frame == 0 || note->perhaps == NULL || segment->offset != 0 ||
        segment->direction == note->direction || newcamd_segment_place(segment) != note->answer_place ||
        !newcamd_note_continues(note, segment->direction, segment->tvb, newcamd_segment_place(segment))) {
        return;
    }
    newcamd_conversation_restart(conversation);
    newcamd_early_greet(conversation, note->direction, note->bytes, note->place, note->answer_place);
    camshark_stream_place_advance(&conversation->place[note->direction], note->place + NEWCAMD_GREETING_LEN);
    note->perhaps->connection = conversation->connection;
    note->frame = 0;
}

/* What a PDU is to the messages before it. */
static void
note_pdu_message(newcamd_segment_t *segment, newcamd_pdu_t *pdu, const uint8_t *plain)
{
    size_t plain_len = pdu->length - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN;

    if (pdu->key == NEWCAMD_KEY_CLEAR) {
        /* What it would look like in an encrypted frame: with a checksum. */
        const size_t len = pdu->length - NEWCAMD_LENGTH_LEN;
        uint8_t *region = wmem_alloc(segment->pinfo->pool, len + 1);
        tvb_memcpy(segment->tvb, region, segment->offset + NEWCAMD_LENGTH_LEN, len);
        region[len] = newcamd_xor_sum(region, len);
        plain = region;
        plain_len = len + 1;
    }
    newcamd_noted_t message = {
        .frame = segment->pinfo->num,
        .time = &segment->pinfo->abs_ts,
        .direction = segment->direction,
        .bytes = plain,
        .len = (unsigned)plain_len,
    };
    newcamd_connection_message(pdu->connection, &message, pdu->lost > 0, &pdu->turn, &pdu->context);
}

/* What this side acknowledges and nobody has read is not in the capture, or not yet. */
static void
note_unseen(const newcamd_segment_t *segment, const struct tcpinfo *tcpinfo)
{
    const newcamd_conversation_t *conversation = segment->conversation;
    const unsigned other = 1 - segment->direction;

    if (camshark_stream_place_lost(&conversation->place[other], tcpinfo->lastackseq) > 0) {
        newcamd_connection_hole(conversation->connection, other, &segment->pinfo->abs_ts);
    }
}

/* Writes the record of a PDU that framing found, and gives the plaintext of a frame that was opened. */
static newcamd_pdu_t *
decide_pdu(newcamd_segment_t *segment, const newcamd_found_t *found, const struct tcpinfo *tcpinfo,
           uint8_t **plain)
{
    newcamd_conversation_t *conversation = segment->conversation;
    newcamd_pdu_t *pdu = newcamd_pdu_add(segment->pinfo, conversation, segment->direction,
                                         newcamd_segment_place(segment), found->kind, found->length);

    switch (found->kind) {
    case NEWCAMD_PDU_GREETING:
        newcamd_early_greet(conversation, segment->direction,
                            tvb_get_ptr(segment->tvb, segment->offset, NEWCAMD_GREETING_LEN),
                            newcamd_segment_place(segment), tcpinfo->lastackseq);
        camshark_stream_place_advance(&conversation->place[1 - segment->direction], tcpinfo->lastackseq);
        break;
    case NEWCAMD_PDU_FRAME:
        *plain = decide_frame(segment, pdu);
        break;
    case NEWCAMD_PDU_CUT_FRAME:
        /* What the snap length took away is no more to come; without reassembly the rest comes next. */
        conversation->in_step[segment->direction] = newcamd_segment_is_snapped(segment);
        break;
    case NEWCAMD_PDU_BAD_LENGTH:
        conversation->in_step[segment->direction] = false;
        break;
    case NEWCAMD_PDU_PERHAPS_GREETING:
        newcamd_note_greeting(segment->tvb, segment->pinfo, tcpinfo);
        conversation->early.note.perhaps = camshark_file_new0(newcamd_perhaps_t);
        pdu->perhaps = conversation->early.note.perhaps;
        break;
    case NEWCAMD_PDU_OUT_OF_STEP:
    case NEWCAMD_PDU_PIECE_OF_LOGIN:
        break;
    }
    if (found->kind != NEWCAMD_PDU_GREETING && !pdu->repeated) {
        note_unseen(segment, tcpinfo);
        note_pdu_message(segment, pdu, *plain);
    }
    return pdu;
}

/* Shows a PDU that has no record, because nobody knew what it is when it was first seen. Returns its bytes; 0
 * if it is still not known. */
static uint32_t
show_unrecorded(newcamd_segment_t *segment)
{
    newcamd_conversation_t *conversation = segment->conversation;
    const uint32_t there = (uint32_t)tvb_reported_length_remaining(segment->tvb, segment->offset);
    newcamd_pdu_kind_t kind;
    uint32_t length;
    newcamd_connection_t *connection = newcamd_early_recall(conversation, segment->direction,
                                                            newcamd_segment_place(segment), &kind, &length);

    if (connection != NULL && kind == NEWCAMD_PDU_PIECE_OF_LOGIN) {
        newcamd_show_piece_of_login(segment, connection, length);
        return length;
    }
    if (connection == NULL && PINFO_FD_VISITED(segment->pinfo)) {
        connection = newcamd_early_claimant(conversation, segment->pinfo->num);
        kind = NEWCAMD_PDU_OUT_OF_STEP;
        length = there;
        if (connection != NULL && !newcamd_segment_is_snapped(segment) &&
            newcamd_frames_fill(&connection->session, segment->tvb, segment->offset)) {
            kind = NEWCAMD_PDU_FRAME;
            length = NEWCAMD_LENGTH_LEN + tvb_get_ntohs(segment->tvb, segment->offset);
        }
    }
    if (connection == NULL) {
        return 0;
    }
    const newcamd_pdu_t pdu = { .connection = connection,
                                .kind = kind,
                                .length = length,
                                .unrecorded = true,
                                .direction = (uint8_t)segment->direction };
    newcamd_show_pdu(segment, &pdu, NULL);
    return length;
}

/* Shows the PDU at call->offset and returns its bytes, or 0 if more bytes were asked for. */
static uint32_t
dissect_pdu(newcamd_segment_t *segment, const struct tcpinfo *tcpinfo)
{
    packet_info *pinfo = segment->pinfo;
    newcamd_pdu_t *pdu =
        newcamd_pdu_get(pinfo, segment->conversation, segment->direction, newcamd_segment_place(segment));
    uint8_t *plain = NULL;

    if (pdu == NULL) {
        const uint32_t length = show_unrecorded(segment);
        if (length > 0) {
            return length;
        }
        if (!PINFO_FD_VISITED(pinfo)) {
            restart_behind_greeting(segment);
        }
        const newcamd_found_t found =
            PINFO_FD_VISITED(pinfo) ? newcamd_framing_at(segment) : newcamd_framing_next(segment);
        if (found.ask != 0) {
            pinfo->desegment_offset = segment->offset;
            pinfo->desegment_len = found.ask;
            return 0;
        }
        if (PINFO_FD_VISITED(pinfo)) {
            /* Nobody decided about it when it was first seen. */
            return (uint32_t)tvb_reported_length_remaining(segment->tvb, segment->offset);
        }
        pdu = decide_pdu(segment, &found, tcpinfo, &plain);
    }
    newcamd_show_pdu(segment, pdu, plain);
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
    newcamd_segment_t segment = {
        .tvb = tvb,
        .pinfo = pinfo,
        .tree = tree,
        .conversation = conversation,
        .direction = newcamd_conversation_direction(conversation, pinfo),
        .first_place = tcpinfo->seq,
    };

    while (tvb_reported_length_remaining(tvb, segment.offset) > 0) {
        const uint32_t length = dissect_pdu(&segment, tcpinfo);
        if (length == 0) {
            break;
        }
        segment.offset += (int)length;
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
    newcamd_settings_register(newcamd_keytable_register(proto_newcamd));
    newcamd_records_register(proto_newcamd);
    newcamd_conversation_register();
    newcamd_learned_keys_register();
    newcamd_mid_session_register();
}

void
proto_reg_handoff_newcamd(void)
{
    newcamd_heuristics_register(proto_newcamd, newcamd_handle, dissect_newcamd);
    newcamd_ports_register(newcamd_handle);
    dissector_add_for_decode_as("tcp.port", newcamd_handle);
}
