/* requests.h
 * Which BC reply belongs to which request, and which messages nobody asked for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 1.5: the camera copies message id and exchange id of a request into
 * each message of its reply. Kinds of messages are those of docs/baichuan-messages.tsv.
 *
 * Some clients use one exchange id for all requests, and only their order tells which reply is whose. Where bytes are
 * missing, requests or replies may be among them, and what was asked with such an id before gets no link: one that is
 * missing is better than one that is wrong.
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_REQUESTS_H
#define CAMSHARK_BAICHUAN_RECORD_REQUESTS_H

#include <common/epan/exchange.h>

#include <baichuan/wire/message.h>

/* What few connections have. All zero: nothing. */
typedef struct {
    uint32_t
        email_test[2]; /* by the direction of the request: exchange id of the last test of e-mail settings */
    bool gap_known;    /* bytes of either direction were missing, */
    nstime_t gap;      /* last before this time */
} bc_requests_special_t;

/* The requests of one connection. First pass only. All zero is the start. */
typedef struct {
    camshark_requests_t sides[2];   /* by the direction of the request */
    bc_requests_special_t *special; /* NULL before there is anything of that */
} bc_requests_t;

typedef enum {
    BC_ROLE_UNKNOWN, /* who sent it is not known, or no request for this reply */
    BC_ROLE_REQUEST,
    BC_ROLE_REPLY,        /* first or only message of a reply */
    BC_ROLE_CONTINUATION, /* further message of a reply */
    BC_ROLE_PUSH,         /* sent by the camera by itself */
} bc_role_t;

/* What a message is to a request; a part of its record. */
typedef struct {
    camshark_exchange_t *exchange; /* NULL for BC_ROLE_UNKNOWN and most pushes */
    uint8_t role;                  /* bc_role_t */
    bool has_error_number;         /* byte 12 is not that of the request, but says what went wrong */
} bc_turn_t;

/* Notes a message, in the order in which they are decided about.
 *   frame  that shows it
 *   when   the packet that completed it was captured
 *   lost   bytes were missing before this message */
bc_turn_t bc_requests_note(bc_requests_t *requests, uint32_t frame, const nstime_t *when,
                           const bc_message_t *message, bool lost);

/* Adds a message's links and expert items.
 *   when  the packet that completed it was captured
 *   tree  the message's own */
void bc_requests_show(const bc_turn_t *turn, const bc_header_t *header, const nstime_t *when,
                      packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree);

void bc_requests_register(int proto);

#endif
