/* connection.c
 * One login of newcamd and what it gives: what its messages are to each other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/record/connection.h>

#include <newcamd/record/subject.h>

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

/* What a request is about, and that it is answered. */
static void
note_subject(const newcamd_connection_t *connection, const newcamd_noted_t *message,
             const newcamd_turn_t *turn, const newcamd_card_t *card)
{
    camshark_exchange_t *exchange = turn->exchange;

    if (turn->role == NEWCAMD_ROLE_REQUEST) {
        newcamd_subject_note(message, card, exchange);
        if (exchange->subject != NULL && exchange->subject->is_ecm) {
            exchange->subject->hop = note_hop(connection, message, exchange->subject->ecm_hash);
        }
    } else if (exchange != NULL && exchange->subject != NULL && exchange->subject->hop != NULL) {
        newcamd_hops_reply(exchange->subject->hop, message->frame, message->time);
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
    note_subject(connection, message, turn, (*context != NULL) ? (*context)->card : NULL);
}

void
newcamd_connection_hole(newcamd_connection_t *connection, unsigned direction, const nstime_t *when)
{
    const newcamd_noted_t missing = { .time = when, .direction = direction };

    newcamd_requests_hole(&connection->requests, &missing);
}
