/* heuristics.c
 * Which TCP connections are newcamd. First pass only: what is ours is bound to the conversation then.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Nothing on the wire says "newcamd". So the heuristic only notes 14 bytes that may be a greeting, and says
 * yes when a candidate key opens what the other side answers; then the conversation is ours from the
 * greeting's frame on (docs/newcamd.md section 9.2). Two things follow. On one pass the greeting is not
 * shown, because its frame is gone by then. And a login that comes in several segments is gathered in the
 * note: asking TCP for the rest would mean to claim a connection that may not be ours. Where the key table or
 * the user names the port, it is ours from the first byte.
 */
#include "heuristics.h"

#include <string.h>

#include <epan/conversation.h>

#include "conversation.h"
#include "frame.h"
#include "keytable.h"

/* The heuristic looks no further at longer segments: a login and what a client may send right behind it are
 * shorter. */
#define ANSWER_MAX 1024

static int proto_newcamd = -1;
static dissector_handle_t handle;
static dissector_t dissect; /* what handle calls: here the layer is already counted */
static bool crypto_available;

/* The user says in the key table that this port speaks newcamd; then it may begin with a greeting, or with a
 * frame if the capture begins later. Anything else is left to others. */
static bool
is_named_port(tvbuff_t *tvb, const packet_info *pinfo)
{
    if (!newcamd_keytable_names(&pinfo->src, pinfo->srcport) &&
        !newcamd_keytable_names(&pinfo->dst, pinfo->destport)) {
        return false;
    }
    return tvb_reported_length(tvb) == NEWCAMD_GREETING_LEN ||
           (tvb_bytes_exist(tvb, 0, NEWCAMD_LENGTH_LEN) && newcamd_length_possible(tvb_get_ntohs(tvb, 0)));
}

/* A candidate key opened the login: the conversation is ours from the greeting on. */
static void
claim(packet_info *pinfo, newcamd_conversation_t *conversation, unsigned direction, uint32_t login_len,
      bool pieced)
{
    const newcamd_note_t *note = &conversation->note;
    newcamd_connection_t *connection = conversation->connection;

    conversation_set_dissector_from_frame_number(find_or_create_conversation(pinfo), note->frame, handle);
    camshark_stream_place_advance(&conversation->place[note->direction], note->place + NEWCAMD_GREETING_LEN);
    if (pieced) {
        connection->pieced_login = note->answer;
        connection->pieced_login_len = login_len;
        camshark_stream_place_advance(&conversation->place[direction], note->answer_place + login_len);
        conversation->in_step[direction] = true;

        uint8_t *plain = wmem_alloc(pinfo->pool, login_len);
        if (newcamd_session_open(&connection->session, NEWCAMD_KEY_LOGIN, note->answer, login_len, plain)) {
            newcamd_connection_message(connection, pinfo, direction, false, plain,
                                       login_len - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN,
                                       &connection->pieced_login_part);
        }
    }
}

/* Takes a segment that goes on with the answer to a noted greeting, and claims the connection if the answer
 * ends in it and a candidate key opens it. */
static bool
answer_opens(tvbuff_t *tvb, packet_info *pinfo, newcamd_conversation_t *conversation, unsigned direction)
{
    newcamd_note_t *note = &conversation->note;
    newcamd_connection_t *connection = conversation->connection;
    const bool pieced = note->answer_len > 0;
    const uint32_t login_len = newcamd_note_gather(note, tvb);

    if (login_len == 0) {
        return false;
    }
    newcamd_session_greet(&connection->session, note->direction, note->bytes, note->place,
                          note->answer_place);
    if (!newcamd_connection_login(connection, pinfo, note->answer, login_len)) {
        memset(connection, 0, sizeof *connection);
        note->frame = 0;
        return false;
    }
    claim(pinfo, conversation, direction, login_len, pieced);
    return true;
}

static wsc_bool
dissect_newcamd_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const struct tcpinfo *tcpinfo = data;
    const unsigned length = tvb_reported_length(tvb);

    /* What is ours was bound to the conversation on the first pass. */
    if (tcpinfo == NULL || pinfo->flags.in_error_pkt || PINFO_FD_VISITED(pinfo)) {
        return false;
    }
    if (is_named_port(tvb, pinfo)) {
        conversation_set_dissector(find_or_create_conversation(pinfo), handle);
        return dissect(tvb, pinfo, tree, data) > 0;
    }
    if (!crypto_available || length == 0 || length > ANSWER_MAX || tvb_captured_length(tvb) < length) {
        return false;
    }
    newcamd_conversation_t *conversation = newcamd_conversation_get(pinfo, proto_newcamd, false);
    if (conversation != NULL) {
        const unsigned direction = newcamd_conversation_direction(conversation, pinfo);
        if (newcamd_note_continues(&conversation->note, direction, tvb, tcpinfo->seq)) {
            return answer_opens(tvb, pinfo, conversation, direction) && dissect(tvb, pinfo, tree, data) > 0;
        }
    }
    if (length == NEWCAMD_GREETING_LEN) {
        newcamd_note_greeting(tvb, pinfo, proto_newcamd, tcpinfo);
    }
    return false;
}

void
newcamd_heuristics_register(int proto, dissector_handle_t newcamd, dissector_t dissector)
{
    proto_newcamd = proto;
    handle = newcamd;
    dissect = dissector;
    crypto_available = newcamd_crypto_available();
    heur_dissector_add("tcp", dissect_newcamd_heuristic, "newcamd over TCP", "newcamd_tcp", proto,
                       HEURISTIC_ENABLE);
}
