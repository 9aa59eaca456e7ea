/* connection.c
 * One login of newcamd and what it gives: what its messages are to each other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/record/connection.h>

#include <newcamd/record/subject.h>
#include <newcamd/record/word-history.h>

void
newcamd_connection_server(const newcamd_connection_t *connection, const packet_info *pinfo,
                          unsigned direction, const address **server, uint32_t *port)
{
    const newcamd_session_t *session = &connection->session;
    const bool to_server = direction != (session->reverse ? session->server : session->acceptor);

    *server = to_server ? &pinfo->dst : &pinfo->src;
    *port = session->reverse ? session->server_port : to_server ? pinfo->destport : pinfo->srcport;
}

/* The ECM of a request among those of other connections. */
static newcamd_hop_t *
note_hop(const newcamd_connection_t *connection, const newcamd_noted_t *message, uint64_t ecm_hash)
{
    const newcamd_session_t *session = &connection->session;
    const newcamd_ends_t *ends = connection->ends;
    const newcamd_hop_request_t request = {
        .ecm_hash = ecm_hash,
        .client = &ends->address[1 - session->server],
        .server = &ends->address[session->server],
        .server_port = session->reverse ? session->server_port : ends->port[session->server],
        .frame = message->frame,
        .time = message->time,
    };

    return newcamd_hops_request(&request);
}

static void
note_request_subject(newcamd_connection_t *connection, const newcamd_noted_t *message,
                     const newcamd_turn_t *turn, const newcamd_card_t *card)
{
    newcamd_subject_note(message, card, turn->exchange);

    newcamd_subject_t *subject = turn->exchange->subject;
    if (subject != NULL && subject->is_ecm) {
        subject->hop = note_hop(connection, message, subject->ecm_hash);
    }
}

/* The first reply to an ECM: any other one tells nothing new. */
static void
note_ecm_reply(newcamd_connection_t *connection, const newcamd_noted_t *message, const newcamd_turn_t *turn)
{
    newcamd_subject_t *subject = (turn->exchange != NULL) ? turn->exchange->subject : NULL;

    if (turn->role == NEWCAMD_ROLE_REPLY && subject != NULL && subject->is_ecm) {
        newcamd_hops_reply(subject->hop, message->frame, message->time);
        newcamd_words_note(&connection->word_histories, message, subject);
    }
}

/* What a message tells that others are shown with. */
static void
note_facts(newcamd_connection_t *connection, const newcamd_noted_t *message, const newcamd_turn_t *turn,
           const newcamd_card_t *card)
{
    const unsigned tag = (message->len > message->header_len) ? message->bytes[message->header_len] : 0;

    if (turn->role == NEWCAMD_ROLE_REQUEST) {
        note_request_subject(connection, message, turn, card);
    } else {
        note_ecm_reply(connection, message, turn);
    }
    if (tag == NEWCAMD_LOGIN || tag == NEWCAMD_SERVER_LOGIN) {
        newcamd_login_facts_note(&connection->login_facts, message);
    }
}

void
newcamd_connection_message(newcamd_connection_t *connection, newcamd_noted_t *message, bool lost,
                           newcamd_turn_t *turn, const newcamd_context_t **context)
{
    message->from_server = message->direction == connection->session.server;
    message->header_len = connection->session.header_len;
    if (lost || message->bytes == NULL) {
        newcamd_requests_hole(&connection->requests, message);
    }
    if (message->bytes == NULL) {
        return;
    }
    if (newcamd_xor_sum(message->bytes, message->len) != 0) {
        newcamd_requests_hole(&connection->requests, message);
        *context = NULL;
        return;
    }
    message->len--; /* the checksum */
    message->damaged = newcamd_context_damaged(connection->messages, message);
    newcamd_requests_note(&connection->requests, message, turn);
    if (turn->role == NEWCAMD_ROLE_REPLY && turn->exchange != NULL) {
        message->request_frame = turn->exchange->request_frame;
        message->open_frame = turn->open_frame;
    }
    *context = newcamd_context_note(&connection->messages, message);
    note_facts(connection, message, turn, (*context != NULL) ? (*context)->card : NULL);
}

void
newcamd_connection_hole(newcamd_connection_t *connection, unsigned direction, const nstime_t *when)
{
    const newcamd_noted_t missing = { .time = when, .direction = direction };

    newcamd_requests_hole(&connection->requests, &missing);
}
