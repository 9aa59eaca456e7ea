/* framing.h
 * Cutting ordered bytes into BC messages, whatever carried them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A carrier gives the bytes of one direction in order, a buffer at a time, with their place in the stream
 * (TCP: the sequence number). After lost bytes the stream goes on in the middle of a message, and what lies
 * before the next header is skipped. What is skipped is decided once, on the first pass, so that every pass
 * leaves the same bytes for later.
 */
#ifndef CAMSHARK_BAICHUAN_STREAM_FRAMING_H
#define CAMSHARK_BAICHUAN_STREAM_FRAMING_H

#include <baichuan/show/message.h>

typedef struct {
    /* From the carrier; delivery.place is set for each message. */
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;
    bc_delivery_t delivery;
    bc_direction_t *state; /* NULL on later passes */
    uint32_t place;        /* of the first byte of tvb */
    int end;       /* bytes of tvb that are dissected; 0: all. Those behind them tell of a length only */
    bool can_wait; /* the carrier can give more bytes behind these */
    bool shown;    /* something was added, so the columns are ours */
    /* For the carrier. */
    uint32_t missing; /* bytes that the message at the end needs; 0 if nobody knows */
    uint32_t total;   /* all of its bytes; 0 if nobody knows */
} bc_stream_t;

/* Dissects the messages in stream->tvb. Returns the number of bytes that are done with: all of them, or, if
 * the carrier can wait, those in front of a message that is not complete. It is to be given again with the
 * bytes behind it; nothing was added for it. */
int bc_stream_dissect(bc_stream_t *stream);

#endif
