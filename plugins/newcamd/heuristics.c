/* heuristics.c
 * Which TCP connections are newcamd. First pass only: what is ours is bound to the conversation then.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Nothing on the wire says "newcamd". So a heuristic only notes 14 bytes that may be a greeting, and says yes
 * when it knows more (docs/newcamd.md section 9); then the conversation is ours from the greeting's frame on.
 *
 *   newcamd_tcp       a candidate key opens what the other side answers (9.2), or the answer is in clear (9.1, H7), or a
 *                     session key opens two frames of a connection whose login is not there (8.5), or such a
 *                     connection's frames are in clear
 *   newcamd_tcp_weak  for who has no key: behind the first bytes of a connection the answer has a login's length, and the
 *                     reply to it that of an acknowledgement, or what follows it that of a card data request (9.1, H1 to
 *                     H5); or the first bytes have the mark of MultiCS (H6)
 *
 * Three things follow. On one pass nothing is shown of what came before the decision, because its frames are
 * gone by then. A login that comes in several segments is gathered in the note: asking TCP for the rest would
 * mean to claim a connection that may not be ours. Where the key table or the user names the port, it is ours
 * from the first byte.
 */
#include <newcamd/heuristics.h>

#include <string.h>

#include <epan/conversation.h>

#include <newcamd/record/conversation.h>
#include <newcamd/wire/frame.h>
#include <newcamd/framing.h>
#include <newcamd/ports.h>
#include <newcamd/record/clear-session.h>
#include <newcamd/record/candidates.h>
#include <newcamd/record/settings.h>
#include <newcamd/record/late-deskey.h>
#include <newcamd/record/mid-session.h>
#include <newcamd/record/greeting-note.h>
#include <newcamd/record/login-trial.h>

/* The heuristic looks no further at longer segments: a login and what a client may send right behind it are
 * shorter. */
#define ANSWER_MAX 1024

static dissector_handle_t handle;
static dissector_t dissect; /* what handle calls: here the layer is already counted */
static bool crypto_available;

/* Whether a segment has the length of a greeting, and is no text (section 9.1, H2). */
static bool
may_be_greeting(tvbuff_t *tvb)
{
    return tvb_reported_length(tvb) == NEWCAMD_GREETING_LEN &&
           tvb_bytes_exist(tvb, 0, NEWCAMD_GREETING_LEN) &&
           newcamd_greeting_possible(tvb_get_ptr(tvb, 0, NEWCAMD_GREETING_LEN));
}

/* What a login in pieces is to a request. */
static void
note_early_login(newcamd_connection_t *connection, const packet_info *pinfo, unsigned direction)
{
    const uint32_t frame_len = connection->early_login.len;
    uint8_t *plain = wmem_alloc(pinfo->pool, frame_len);

    if (newcamd_session_open(&connection->session, connection->early_login.key, connection->early_login.bytes,
                             frame_len, plain)) {
        const newcamd_context_t *none;
        newcamd_noted_t message = {
            .frame = pinfo->num,
            .time = &pinfo->abs_ts,
            .direction = direction,
            .bytes = plain,
            .len = frame_len - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN,
        };
        newcamd_connection_message(connection, &message, false, &connection->early_login.turn, &none);
    }
}

/* The greeting that was noted, and what came right behind it, belongs to a connection: the conversation is
 * ours from it on.
 *   first_len  bytes of the frame in note->answer that has no PDU record, or 0
 *   key        with which that frame is opened */
static void
claim_conversation(packet_info *pinfo, newcamd_conversation_t *conversation, uint32_t first_len,
                   newcamd_key_t key)
{
    newcamd_note_t *note = &conversation->early.note;
    newcamd_connection_t *connection = conversation->connection;
    const unsigned direction = 1 - note->direction;

    conversation_set_dissector_from_frame_number(find_or_create_conversation(pinfo), note->frame, handle);
    conversation->place[0] = conversation->place[1] = (camshark_stream_place_t){ 0 };
    camshark_stream_place_advance(&conversation->place[note->direction], note->place + NEWCAMD_GREETING_LEN);
    conversation->in_step[note->direction] = true;
    if (first_len > 0) {
        newcamd_early_keep_login(conversation, note->answer, first_len, key);
        camshark_stream_place_advance(&conversation->place[direction], note->answer_place + first_len);
        conversation->in_step[direction] = true;
        note_early_login(connection, pinfo, direction);
    }
    note->frame = 0;
}

/* Whether a whole answer is a clear frame with which a connector begins. The name of a server has a header of
 * zeros (section 9.1, H7). */
static bool
answer_is_clear(const uint8_t *frame, uint32_t frame_len)
{
    static const uint8_t zeros[NEWCAMD_HEADER_525];
    const uint8_t *bytes = frame + NEWCAMD_LENGTH_LEN;
    const unsigned header_len = newcamd_clear_opening(bytes, frame_len - NEWCAMD_LENGTH_LEN);

    return header_len != 0 && (bytes[header_len] == NEWCAMD_LOGIN || memcmp(bytes, zeros, header_len) == 0);
}

/* Takes a segment that goes on with the answer to a noted greeting, and claims the connection if the answer
 * ends in it and is in clear, or a candidate key opens it. */
static bool
answer_opens(tvbuff_t *tvb, packet_info *pinfo, newcamd_conversation_t *conversation, uint32_t place)
{
    newcamd_note_t *note = &conversation->early.note;
    newcamd_connection_t *connection = conversation->connection;
    newcamd_session_t *session = &connection->session;
    const uint32_t answer_len = newcamd_note_gather(note, tvb, place);
    const uint32_t len = tvb_reported_length(tvb);
    const uint32_t end = note->answer_place + answer_len - place; /* of the answer, in this segment */
    const bool in_one = place == note->answer_place && answer_len <= len;
    newcamd_key_t key = NEWCAMD_KEY_NONE;

    if (answer_len == 0) {
        return false;
    }
    newcamd_early_greet_noted(conversation);
    note->login_frame = pinfo->num;
    if (answer_is_clear(note->answer, answer_len)) {
        key = NEWCAMD_KEY_CLEAR;
        if (!in_one) {
            newcamd_session_try_clear(session, note->answer_place, newcamd_forced_header(), note->answer,
                                      answer_len);
            connection->login_frame = pinfo->num;
        }
    } else if (newcamd_login_length_possible(answer_len - NEWCAMD_LENGTH_LEN)) {
        if (crypto_available && newcamd_connection_login(connection, &pinfo->dst, pinfo->destport, pinfo->num,
                                                         note->answer, answer_len)) {
            key = NEWCAMD_KEY_LOGIN;
            newcamd_mid_session_learned(pinfo);
        } else if (end >= len || newcamd_frames_fill(session, tvb, (int)end, (int)len)) {
            note->login_len = answer_len;
        }
    }
    if (key == NEWCAMD_KEY_NONE) {
        *session = (newcamd_session_t){ .ciphers = session->ciphers };
        connection->login_frame = 0;
        note->frame = (note->login_len > 0) ? note->frame : 0;
        return false;
    }
    claim_conversation(pinfo, conversation, in_one ? 0 : answer_len, key);
    return true;
}

/* A session key was proved: the conversation is ours, from its greeting on if that was noted with a login that no key opens,
 * else from its first frame on. */
static void
claim_proved(packet_info *pinfo, newcamd_conversation_t *conversation)
{
    newcamd_note_t *note = &conversation->early.note;
    conversation_t *tcp = find_or_create_conversation(pinfo);
    const uint32_t first = (note->login_len > 0) ? note->frame : tcp->setup_frame;

    if (note->login_len > 0) {
        newcamd_early_keep_login(conversation, note->answer, note->login_len, NEWCAMD_KEY_LOGIN);
    }
    newcamd_early_claim_from(conversation, conversation->connection, first);
    conversation_set_dissector_from_frame_number(tcp, first, handle);
    note->frame = 0;
}

/* Tries session keys on the frames of a segment that holds nothing but frames, in a conversation whose login
 * was not seen, or not opened. Claims the conversation from its first frame on if one of them is the second that a key
 * opens.
 */
static bool
session_key_opens(tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcpinfo)
{
    static const newcamd_session_t nothing_known = { 0 };

    if (!crypto_available || !newcamd_frames_fill(&nothing_known, tvb, 0, (int)tvb_reported_length(tvb))) {
        return false;
    }
    newcamd_conversation_t *conversation = newcamd_conversation_get(pinfo, true);
    newcamd_note_t *note = &conversation->early.note;
    newcamd_connection_t *connection = conversation->connection;
    const unsigned direction = newcamd_conversation_direction(conversation, pinfo);
    unsigned more;

    if (note->login_len > 0 && newcamd_candidates_session_keys(pinfo, &more) == NULL &&
        !newcamd_late_deskey_hoped(connection)) {
        return false; /* the login is there, so no DESKEY of ours is the right one */
    }
    connection->login_frame = (note->login_len > 0) ? note->login_frame : 0;
    if (note->frame != 0 && !connection->session.greeted) {
        newcamd_early_greet_noted(conversation);
    }
    camshark_stream_place_advance(&conversation->place[direction], tcpinfo->seq);
    for (int offset = 0; tvb_reported_length_remaining(tvb, offset) > 0;) {
        const uint32_t place = tcpinfo->seq + (uint32_t)offset;
        const int frame_len = NEWCAMD_LENGTH_LEN + tvb_get_ntohs(tvb, offset);
        const bool has_login_key =
            note->login_len > 0 && newcamd_session_is_first(&connection->session, direction, place);
        if (!has_login_key &&
            newcamd_mid_session_try(connection, pinfo, direction, place, tvb_get_ptr(tvb, offset, frame_len),
                                    (size_t)frame_len)) {
            claim_proved(pinfo, conversation);
            newcamd_mid_session_note(connection, pinfo->num);
            return true;
        }
        offset += frame_len;
    }
    camshark_stream_place_advance(&conversation->place[direction], tcpinfo->nxtseq);
    conversation->in_step[direction] = true;
    return false;
}

/* Looks for frames in clear in a conversation whose login was not seen, and claims it from its first frame on if they
 * prove that it is newcamd. */
static bool
clear_frames_prove(tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcpinfo)
{
    const bool fills = newcamd_clear_fills(tvb);
    newcamd_conversation_t *conversation = newcamd_conversation_get(pinfo, fills);

    if (conversation == NULL) {
        return false;
    }
    conversation_t *tcp = find_or_create_conversation(pinfo);
    const unsigned direction = newcamd_conversation_direction(conversation, pinfo);
    if (newcamd_clear_session_try(conversation, tvb, pinfo, fills, tcp->setup_frame)) {
        conversation_set_dissector_from_frame_number(tcp, tcp->setup_frame, handle);
        camshark_stream_place_advance(&conversation->place[direction], tcpinfo->seq);
        conversation->in_step[direction] = true;
        return true;
    }
    if (fills) {
        camshark_stream_place_advance(&conversation->place[direction], tcpinfo->nxtseq);
        conversation->in_step[direction] = true;
    }
    return false;
}

/* Follows the beginning of a connection: the greeting, and its answer. Both heuristics do, and whoever comes
 * second changes nothing. Returns whether the connection is ours now. */
static bool
follow_greeting(tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcpinfo)
{
    const unsigned length = tvb_reported_length(tvb);
    newcamd_conversation_t *conversation = newcamd_conversation_get(pinfo, false);

    if (conversation != NULL && length <= ANSWER_MAX) {
        const unsigned direction = newcamd_conversation_direction(conversation, pinfo);
        if (newcamd_note_continues(&conversation->early.note, direction, tvb, tcpinfo->seq)) {
            return answer_opens(tvb, pinfo, conversation, tcpinfo->seq);
        }
    }
    newcamd_note_greeting(tvb, pinfo, tcpinfo);
    return false;
}

/* What is ours was bound to the conversation on the first pass; a packet quoted in an error message tells
 * nothing. */
static bool
is_of_interest(tvbuff_t *tvb, const packet_info *pinfo, const struct tcpinfo *tcpinfo)
{
    return tcpinfo != NULL && pinfo->ptype == PT_TCP && !pinfo->flags.in_error_pkt &&
           !PINFO_FD_VISITED(pinfo) && tvb_reported_length(tvb) > 0 &&
           tvb_captured_length(tvb) == tvb_reported_length(tvb);
}

static wsc_bool
dissect_newcamd_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const struct tcpinfo *tcpinfo = data;

    newcamd_candidates_look(pinfo);
    if (!is_of_interest(tvb, pinfo, tcpinfo)) {
        return false;
    }
    if (newcamd_ports_has(tvb, pinfo)) {
        conversation_set_dissector_from_frame_number(find_or_create_conversation(pinfo), pinfo->num, handle);
        return dissect(tvb, pinfo, tree, data) > 0;
    }
    return (follow_greeting(tvb, pinfo, tcpinfo) || session_key_opens(tvb, pinfo, tcpinfo) ||
            clear_frames_prove(tvb, pinfo, tcpinfo)) &&
           dissect(tvb, pinfo, tree, data) > 0;
}

/* Whether, behind a first segment that may be a greeting and whose answer has the length of a login, a
 * segment has the length of an acknowledgement, or of the card data request that follows the login
 * (section 9.1, H4 and H5). */
static bool
follows_login(newcamd_conversation_t *conversation, const packet_info *pinfo, tvbuff_t *tvb,
              const struct tcpinfo *tcpinfo)
{
    newcamd_note_t *note = &conversation->early.note;
    const bool reply = newcamd_conversation_direction(conversation, pinfo) == note->direction;
    const uint32_t place = reply ? note->place + NEWCAMD_GREETING_LEN : note->answer_place + note->login_len;
    const int offset = (int)(place - tcpinfo->seq); /* the request may stand right behind the login */

    if (note->frame == 0 || !note->first || note->login_len == 0 || offset < 0 ||
        tvb_reported_length_remaining(tvb, offset) < NEWCAMD_LENGTH_LEN + NEWCAMD_LENGTH_MIN) {
        return false;
    }
    if (tvb_get_ntohs(tvb, offset) == NEWCAMD_LENGTH_MIN) {
        return true;
    }
    note->first = !reply; /* what is answered with something else was no login */
    return false;
}

/* Whether a segment is a greeting with the mark of MultiCS at the start of a connection (section 9.1, H6). */
static bool
is_marked_greeting(tvbuff_t *tvb, const packet_info *pinfo, const newcamd_conversation_t *conversation)
{
    return may_be_greeting(tvb) && conversation->early.note.frame == pinfo->num &&
           conversation->early.note.first && newcamd_greeting_is_multics(conversation->early.note.bytes);
}

static wsc_bool
dissect_newcamd_heuristic_weak(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const struct tcpinfo *tcpinfo = data;

    newcamd_candidates_look(pinfo);
    if (!is_of_interest(tvb, pinfo, tcpinfo)) {
        return false;
    }
    if (follow_greeting(tvb, pinfo, tcpinfo)) {
        return dissect(tvb, pinfo, tree, data) > 0;
    }
    newcamd_conversation_t *conversation = newcamd_conversation_get(pinfo, false);
    if (conversation == NULL) {
        return false;
    }
    newcamd_note_t *note = &conversation->early.note;
    if (is_marked_greeting(tvb, pinfo, conversation)) {
        note->frame = 0;
        conversation_set_dissector(find_or_create_conversation(pinfo), handle);
        return dissect(tvb, pinfo, tree, data) > 0;
    }
    if (!follows_login(conversation, pinfo, tvb, tcpinfo)) {
        return false;
    }
    newcamd_connection_t *connection = conversation->connection;
    const address *server;
    uint32_t port;
    newcamd_early_greet_noted(conversation);
    newcamd_connection_server(connection, pinfo, newcamd_conversation_direction(conversation, pinfo), &server,
                              &port);
    newcamd_connection_login(connection, server, port, note->login_frame, note->answer, note->login_len);
    newcamd_mid_session_learned(pinfo);
    connection->recognized_in = pinfo->num;
    newcamd_early_claim_from(conversation, connection, note->frame);
    claim_conversation(pinfo, conversation, note->login_len, NEWCAMD_KEY_LOGIN);
    return dissect(tvb, pinfo, tree, data) > 0;
}

void
newcamd_heuristics_register(int proto, dissector_handle_t newcamd, dissector_t dissector)
{
    handle = newcamd;
    dissect = dissector;
    crypto_available = newcamd_crypto_available();
    heur_dissector_add("tcp", dissect_newcamd_heuristic, "newcamd over TCP", "newcamd_tcp", proto,
                       HEURISTIC_ENABLE);
    heur_dissector_add("tcp", dissect_newcamd_heuristic_weak, "newcamd over TCP without a key",
                       "newcamd_tcp_weak", proto, HEURISTIC_DISABLE);
}
