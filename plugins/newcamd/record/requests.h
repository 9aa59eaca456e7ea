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
    bool id_fits_none;             /* of a reply: no request has its message id */
} newcamd_part_t;

/* A message as far as it matters here. */
typedef struct {
    uint32_t frame;       /* number of the frame in which it ends */
    const nstime_t *time; /* of that frame */
    unsigned direction;   /* 0 or 1 */
    bool from_server;     /* sent by the card server */
} newcamd_sent_t;

/* Notes an opened frame, in the order of the capture, and writes its part (all zero before). *requests may be
 * NULL: it is made in file scope.
 *   plain, plain_len  the plaintext region, whose checksum is right; header  NEWCAMD_HEADER_524 or _525
 *   damaged           tag that was overwritten by its server, 0 if all is well */
void newcamd_requests_note(newcamd_requests_t **requests, const newcamd_sent_t *sent, const uint8_t *plain,
                           size_t plain_len, unsigned header, uint8_t damaged, newcamd_part_t *part);

/* Notes that something of this direction is missing or was not opened. */
void newcamd_requests_hole(newcamd_requests_t **requests, const newcamd_sent_t *sent);

/* Adds a message's links and expert items. tvb is the plaintext region. */
void newcamd_requests_show(const newcamd_part_t *part, packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree,
                           proto_item *item);

void newcamd_requests_register(int proto);

#endif
