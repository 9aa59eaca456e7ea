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
 * What TCP hands over goes one way, segment by segment:
 *
 *   is there a record?       dissect_rest(): from the second look on there is one, and all that is left is to show it
 *   was it noted otherwise?  show_unrecorded(): what went by before anybody knew that this is newcamd
 *   what is in it?           framing.c: PDUs that are whole with it, and pieces of others; nothing is asked of TCP
 *   which key opens it?      decide_frame(): on the first pass, and only for frames
 *   what does it mean?       note_pdu_message(): to the messages around it
 *   show it                  show/pdu.c, from the records alone
 *
 * What the first pass finds out goes into the records; a frame is opened once a pass.
 */
#include <newcamd/packet-newcamd.h>

#include <string.h>

#include <common/epan/ws-compat.h>

#include <epan/conversation.h>
#include <epan/packet.h>

#include <common/epan/file-memory.h>

#include <newcamd/record/segment.h>
#include <newcamd/show/key-faults.h>
#include <newcamd/show/commands.h>
#include <newcamd/record/conversation.h>
#include <newcamd/wire/frame.h>
#include <newcamd/framing.h>
#include <newcamd/heuristics.h>
#include <newcamd/ports.h>
#include <newcamd/record/clear-session.h>
#include <newcamd/record/candidates.h>
#include <newcamd/record/keytable.h>
#include <newcamd/record/settings.h>
#include <newcamd/record/learned-keys.h>
#include <newcamd/record/mid-session.h>
#include <newcamd/record/records.h>
#include <newcamd/show/pdu.h>
#include <newcamd/record/requests.h>
#include <newcamd/record/greeting-note.h>
#include <newcamd/record/login-trial.h>
#include <newcamd/taps/taps.h>

static int proto_newcamd = -1;
static dissector_handle_t newcamd_handle;

/* Tries session keys that no login of the connection has given. */
static void
try_session_keys(newcamd_segment_t *segment, newcamd_pdu_t *pdu, const uint8_t *frame)
{
    newcamd_connection_t *connection = pdu->connection;
    const newcamd_suspect_t *suspect = &connection->suspect;

    if (newcamd_mid_session_try(connection, segment->pinfo, segment->direction, pdu->place, frame,
                                pdu->length)) {
        newcamd_mid_session_note(connection, 0);
    }
    pdu->suspected =
        suspect->key_row != NULL && suspect->direction == segment->direction && suspect->place == pdu->place;
}

/* Looks for what opens the frames of a connection: its login, or a session key from elsewhere. */
static void
find_keys(newcamd_segment_t *segment, newcamd_pdu_t *pdu, const uint8_t *frame)
{
    newcamd_connection_t *connection = pdu->connection;
    newcamd_session_t *session = &connection->session;
    const uint32_t place = pdu->place;
    const bool encrypted = newcamd_length_possible(pdu->length - NEWCAMD_LENGTH_LEN);
    const address *server;
    uint32_t port;

    if (session->login == NEWCAMD_LOGIN_NOT_OPENED && encrypted &&
        !newcamd_session_is_first(session, segment->direction, place)) {
        try_session_keys(segment, pdu, frame);
    }
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
        try_session_keys(segment, pdu, frame);
        if (!newcamd_session_has_key(session) &&
            newcamd_session_is_reply_place(session, segment->direction, place)) {
            newcamd_connection_login_reply(connection, server, port, frame, pdu->length);
        }
    }
}

/* The bytes of a whole PDU. */
static const uint8_t *
bytes_of(const newcamd_segment_t *segment, const newcamd_pdu_t *pdu)
{
    return (pdu->bytes != NULL) ? pdu->bytes : tvb_get_ptr(segment->tvb, (int)pdu->offset, (int)pdu->length);
}

/* Finds the key of a frame and gives its plaintext (NULL if it stays closed, or is none). */
static uint8_t *
decide_frame(newcamd_segment_t *segment, newcamd_pdu_t *pdu)
{
    newcamd_connection_t *connection = pdu->connection;
    newcamd_session_t *session = &connection->session;
    const uint32_t place = pdu->place;
    const uint8_t *frame = bytes_of(segment, pdu);

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

/* Whether a segment goes on where its direction is: then no new connection begins with it. */
static bool
goes_on(const newcamd_segment_t *segment)
{
    const newcamd_stream_t *stream = segment->conversation->stream[segment->direction];

    return stream != NULL && stream->in_step &&
           newcamd_segment_place(segment) == (uint32_t)camshark_assembler_front(stream->assembler);
}

/* A login behind what may be a greeting in the middle of the stream: it was one, and a new connection begins.
 */
static void
restart_behind_greeting(newcamd_segment_t *segment)
{
    newcamd_conversation_t *conversation = segment->conversation;
    newcamd_note_t *note = &conversation->early.note;

    if (note->frame == 0 || note->perhaps == NULL || segment->offset != 0 || goes_on(segment) ||
        segment->direction == note->direction || newcamd_segment_place(segment) != note->answer_place ||
        !newcamd_note_continues(note, segment->direction, segment->tvb, newcamd_segment_place(segment))) {
        return;
    }
    newcamd_conversation_restart(conversation);
    newcamd_early_greet_noted(conversation);
    camshark_stream_place_advance(&conversation->place[note->direction], note->place + NEWCAMD_GREETING_LEN);
    conversation->in_step[note->direction] = true;
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
        memcpy(region, bytes_of(segment, pdu) + NEWCAMD_LENGTH_LEN, len);
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
    newcamd_connection_message(pdu->connection, &message, false, &pdu->turn, &pdu->context);
}

/* What is not in the capture, or not yet: what is missing before this segment, and what this side acknowledges and
 * nobody has read. */
static void
note_missing(const newcamd_reader_t *reader, const struct tcpinfo *tcpinfo)
{
    const newcamd_segment_t *segment = reader->segment;
    newcamd_connection_t *connection = segment->conversation->connection;
    const unsigned other = 1 - segment->direction;
    const newcamd_stream_t *stream = segment->conversation->stream[other];

    if (reader->arrival.kind == CAMSHARK_ARRIVAL_AHEAD) {
        newcamd_connection_hole(connection, segment->direction, &segment->pinfo->abs_ts);
    }
    if (stream != NULL
            ? camshark_assembler_unwrap(stream->assembler, tcpinfo->lastackseq) >
                  camshark_assembler_newest(stream->assembler)
            : camshark_stream_place_lost(&segment->conversation->place[other], tcpinfo->lastackseq) > 0) {
        newcamd_connection_hole(connection, other, &segment->pinfo->abs_ts);
    }
}

static void
decide_greeting(newcamd_segment_t *segment, const newcamd_pdu_t *pdu, const struct tcpinfo *tcpinfo)
{
    newcamd_conversation_t *conversation = segment->conversation;

    newcamd_early_greet(conversation, segment->direction, bytes_of(segment, pdu), pdu->place,
                        tcpinfo->lastackseq);
    camshark_stream_place_advance(&conversation->place[1 - segment->direction], tcpinfo->lastackseq);
    conversation->in_step[1 - segment->direction] = true;
}

/* Writes the record of what framing found, and gives the plaintext of a frame that was opened. */
static void
decide_pdu(newcamd_segment_t *segment, newcamd_pdu_t *pdu, const struct tcpinfo *tcpinfo, uint8_t **plain)
{
    switch ((newcamd_pdu_kind_t)pdu->kind) {
    case NEWCAMD_PDU_GREETING:
        decide_greeting(segment, pdu, tcpinfo);
        return;
    case NEWCAMD_PDU_PIECE:
    case NEWCAMD_PDU_REPEATED:
        return;
    case NEWCAMD_PDU_FRAME:
        *plain = decide_frame(segment, pdu);
        break;
    case NEWCAMD_PDU_PERHAPS_GREETING:
        newcamd_note_greeting(segment->tvb, segment->pinfo, tcpinfo);
        segment->conversation->early.note.perhaps = camshark_file_new0(newcamd_perhaps_t);
        pdu->perhaps = segment->conversation->early.note.perhaps;
        break;
    case NEWCAMD_PDU_CUT_FRAME:
    case NEWCAMD_PDU_BAD_LENGTH:
    case NEWCAMD_PDU_OUT_OF_STEP:
    case NEWCAMD_PDU_PIECE_OF_LOGIN:
        break;
    }
    note_pdu_message(segment, pdu, *plain);
}

/* What was found, as its record. */
static void
record_found(newcamd_pdu_t *pdu, const newcamd_found_t *found)
{
    pdu->kind = (uint8_t)found->kind;
    pdu->place = found->place;
    pdu->length = found->length;
    pdu->offset = found->offset;
    pdu->here = found->here;
    pdu->bytes = found->bytes;
    pdu->whole = found->whole;
}

/* Plaintext that the first pass has of a PDU. */
typedef struct opened {
    struct opened *next;
    uint8_t *plain;
} opened_t;

/* Decides about all that a segment holds or makes whole. *opened has an entry for each record, in packet scope. Nothing
 * here may leave by longjmp while the segment is read. */
static newcamd_pdu_t *
decide_segment(newcamd_segment_t *segment, const struct tcpinfo *tcpinfo, opened_t **opened)
{
    newcamd_pdu_t *first = NULL, *last = NULL;
    newcamd_found_t found;
    newcamd_reader_t reader;

    newcamd_framing_begin(&reader, segment);
    note_missing(&reader, tcpinfo);
    while (newcamd_framing_next(&reader, &found)) {
        last = newcamd_pdu_add(segment->pinfo, segment->conversation, segment->direction,
                               newcamd_segment_place(segment), last);
        record_found(last, &found);
        if (found.loose) {
            newcamd_framing_loose(&reader, &found, last);
        }
        if (first == NULL) {
            first = last;
            first->lost = (uint32_t)MIN(reader.arrival.gap, UINT32_MAX);
            first->out_of_order = reader.arrival.kind == CAMSHARK_ARRIVAL_LATE;
        }
        *opened = wmem_new0(segment->pinfo->pool, opened_t);
        decide_pdu(segment, last, tcpinfo, &(*opened)->plain);
        opened = &(*opened)->next;
    }
    newcamd_framing_end(&reader);
    return first;
}

/* Shows what lies in a segment. */
static void
show_pdus(newcamd_segment_t *segment, const newcamd_pdu_t *pdu, const opened_t *opened)
{
    for (; pdu != NULL; pdu = pdu->next) {
        segment->offset = (int)pdu->offset;
        newcamd_show_pdu(segment, pdu, (opened != NULL) ? opened->plain : NULL);
        opened = (opened != NULL) ? opened->next : NULL;
    }
}

/* A greeting that was noted before anybody knew what it is: it may have come in pieces, and is shown with the last one. */
static void
recall_greeting(const newcamd_segment_t *segment, newcamd_pdu_t *pdu)
{
    newcamd_connection_t *connection = pdu->connection;

    pdu->whole = connection->greeting_whole;
    if (pdu->whole != NULL && pdu->whole->shown_in == segment->pinfo->num) {
        pdu->bytes = connection->session.greeting;
        pdu->length = NEWCAMD_GREETING_LEN;
    } else if (pdu->whole != NULL ||
               tvb_captured_length_remaining(segment->tvb, segment->offset) < NEWCAMD_GREETING_LEN) {
        pdu->kind = NEWCAMD_PDU_PIECE;
    }
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
            newcamd_frames_fill(&connection->session, segment->tvb, segment->offset,
                                (int)tvb_reported_length(segment->tvb))) {
            kind = NEWCAMD_PDU_FRAME;
            length = NEWCAMD_LENGTH_LEN + tvb_get_ntohs(segment->tvb, segment->offset);
        }
    }
    if (connection == NULL) {
        return 0;
    }
    newcamd_pdu_t pdu = { .connection = connection,
                          .kind = (uint8_t)kind,
                          .length = length,
                          .place = newcamd_segment_place(segment),
                          .offset = (uint32_t)segment->offset,
                          .here = MIN(length, there),
                          .unrecorded = true,
                          .direction = (uint8_t)segment->direction };
    if (connection->session.login == NEWCAMD_LOGIN_CLEAR) {
        pdu.key = NEWCAMD_KEY_CLEAR;
    }
    if (kind == NEWCAMD_PDU_GREETING) {
        recall_greeting(segment, &pdu);
    }
    newcamd_show_pdu(segment, &pdu, NULL);
    return length;
}

/* Where nobody has seen the login, the frames may prove that the connection is in clear. */
static void
try_clear(const newcamd_segment_t *segment)
{
    if (segment->conversation->connection->session.login == NEWCAMD_LOGIN_NOT_SEEN && segment->offset == 0) {
        newcamd_clear_session_try(segment->conversation, segment->tvb, segment->pinfo,
                                  newcamd_clear_fills(segment->tvb),
                                  find_or_create_conversation(segment->pinfo)->setup_frame);
    }
}

/* Whether bytes in which nobody could read a frame were frames in clear, as later ones have proved. */
static bool
was_in_clear(const newcamd_segment_t *segment, const newcamd_pdu_t *pdu)
{
    const newcamd_connection_t *connection = pdu->connection;

    return (pdu->kind == NEWCAMD_PDU_OUT_OF_STEP || pdu->kind == NEWCAMD_PDU_BAD_LENGTH) &&
           pdu->next == NULL && pdu->here == tvb_reported_length(segment->tvb) &&
           segment->pinfo->num < connection->recognized_in &&
           connection->session.login == NEWCAMD_LOGIN_CLEAR &&
           newcamd_frames_fill(&connection->session, segment->tvb, 0, (int)pdu->here);
}

/* Shows what lies in a segment from segment->offset on. Returns the bytes of it that nobody had decided about; 0 if
 * nothing is left. */
static uint32_t
dissect_rest(newcamd_segment_t *segment, const struct tcpinfo *tcpinfo)
{
    newcamd_pdu_t *pdu = newcamd_pdu_get(segment->pinfo, segment->conversation, segment->direction,
                                         newcamd_segment_place(segment));
    opened_t *opened = NULL;

    if (pdu != NULL && was_in_clear(segment, pdu)) {
        return show_unrecorded(segment);
    }
    if (pdu == NULL) {
        const uint32_t length = show_unrecorded(segment);
        if (length > 0 || PINFO_FD_VISITED(segment->pinfo)) {
            return length;
        }
        restart_behind_greeting(segment);
        try_clear(segment);
        pdu = decide_segment(segment, tcpinfo, &opened);
    }
    show_pdus(segment, pdu, opened);
    return 0;
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
    newcamd_candidates_look(pinfo);
    newcamd_key_faults_show(tvb, pinfo, tree);
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
        const uint32_t length = dissect_rest(&segment, tcpinfo);
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
    newcamd_faults_register(proto_newcamd);
    newcamd_settings_register(newcamd_keytable_register(proto_newcamd));
    newcamd_records_register(proto_newcamd);
    newcamd_conversation_register();
    newcamd_learned_keys_register();
    newcamd_mid_session_register();
    newcamd_hops_register();
    newcamd_taps_register(proto_newcamd);
}

void
proto_reg_handoff_newcamd(void)
{
    newcamd_heuristics_register(proto_newcamd, newcamd_handle, dissect_newcamd);
    newcamd_ports_register(newcamd_handle);
    dissector_add_for_decode_as("tcp.port", newcamd_handle);
}
