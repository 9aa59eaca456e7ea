/* requests.h
 * Which newcamd reply belongs to which request.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md section 3.2: a reply repeats message id and tag of its request, in the other
 * direction; where its id fits none, order decides.
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_REQUESTS_H
#define CAMSHARK_NEWCAMD_RECORD_REQUESTS_H

#include <common/epan/exchange.h>

#include <newcamd/record/faults.h>
#include <newcamd/record/message-history.h>

/* The requests of one connection. First pass only. */
typedef struct newcamd_requests newcamd_requests_t;

typedef enum {
    NEWCAMD_ROLE_NONE,
    NEWCAMD_ROLE_REQUEST,
    NEWCAMD_ROLE_REPLY,
    NEWCAMD_ROLE_DUPLICATE_REPLY, /* its request had one already */
} newcamd_role_t;

/* What a message is to a request; a part of its PDU's record. */
typedef struct {
    camshark_exchange_t *exchange; /* NULL if there is none, and for a reply without request */
    uint32_t earlier_frame;        /* of a request with the same message id; 0 if that is well */
    uint8_t role;                  /* newcamd_role_t */
    uint32_t open_frame; /* of the reply to an ECM: an older ECM that was open then; 0 if there is none */
    bool id_fits_none;   /* of a reply: no request has its message id */
    bool id_matters;     /* of a reply: the client looks at its message id */
    bool is_ecm;         /* of a request */
} newcamd_turn_t;

/* Notes an opened message, in the order of the capture, and writes its part (all zero before). *requests may be
 * NULL: it is made in file scope. */
void newcamd_requests_note(newcamd_requests_t **requests, const newcamd_noted_t *message,
                           newcamd_turn_t *turn);

/* Notes that something of this direction is missing or was not opened; direction and time of message are what counts. */
void newcamd_requests_hole(newcamd_requests_t **requests, const newcamd_noted_t *message);

/* Adds a message's links and expert items. tvb is the plaintext region. */
void newcamd_requests_show(const newcamd_turn_t *turn, const newcamd_fault_at_t *at, tvbuff_t *tvb,
                           proto_tree *tree, proto_item *item);

void newcamd_requests_register(int proto);

#endif
