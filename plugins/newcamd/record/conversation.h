/* conversation.h
 * The epan side of newcamd's state: conversations, connections, PDU records.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Three tiers, all in file scope:
 *   conversation  what Wireshark calls so: two addresses and ports. Moves on the first pass only.
 *   connection    one login and what it gives. Only ever goes from unknown to known; records point to it.
 *   PDU record    the decision about one PDU, by frame and place in the stream. Never changes.
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_CONVERSATION_H
#define CAMSHARK_NEWCAMD_RECORD_CONVERSATION_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <common/pure/stream-place.h>

#include <newcamd/record/connection.h>

typedef struct newcamd_conversation {
    address end; /* the side whose direction is 0 */
    uint32_t end_port;
    uint32_t number; /* what its records are found by */
    newcamd_early_t early;
    newcamd_connection_t *connection; /* never NULL; first pass only, as what follows */
    bool in_step[2];                  /* the next byte of this direction begins a frame */
    camshark_stream_place_t place[2];
} newcamd_conversation_t;

typedef enum {
    NEWCAMD_PDU_GREETING,
    NEWCAMD_PDU_FRAME,
    NEWCAMD_PDU_CUT_FRAME,        /* its end is not there and cannot be asked for */
    NEWCAMD_PDU_BAD_LENGTH,       /* begins with a length that no frame can have */
    NEWCAMD_PDU_OUT_OF_STEP,      /* bytes behind a gap, from inside a frame */
    NEWCAMD_PDU_PERHAPS_GREETING, /* the same, and 14 of them */
    NEWCAMD_PDU_PIECE_OF_LOGIN    /* has no record: the connection knows its place */
} newcamd_pdu_kind_t;

typedef struct {
    newcamd_connection_t *connection;
    uint32_t length; /* bytes in the stream */
    uint32_t lost;   /* bytes missing before it */
    uint8_t kind;    /* newcamd_pdu_kind_t */
    uint8_t key;     /* newcamd_key_t */
    uint8_t direction;
    newcamd_turn_t turn;              /* what an opened message is to a request */
    const newcamd_context_t *context; /* of an opened message, NULL if there is none */
    bool unrecorded;                  /* it has no record */
    bool suspected;                   /* a session key opens it that was not proved then */
    bool is_login;                    /* it is at the place of the login */
    bool out_of_order;                /* it is part of what was missing before */
    bool repeated;                    /* it was there before: a retransmission */
    const newcamd_perhaps_t *perhaps; /* of NEWCAMD_PDU_PERHAPS_GREETING */
} newcamd_pdu_t;

void newcamd_conversation_register(void);

/* The conversation of a packet; with create a new one if there is none, else NULL. Creating is for the first
 * pass. */
newcamd_conversation_t *newcamd_conversation_get(packet_info *pinfo, bool create);

/* Direction of this packet: 0 or 1. */
unsigned newcamd_conversation_direction(const newcamd_conversation_t *conversation, const packet_info *pinfo);

/* Begins a new connection in the conversation. First pass only. */
void newcamd_conversation_restart(newcamd_conversation_t *conversation);

/* The record of the PDU at a place, or NULL. */
newcamd_pdu_t *newcamd_pdu_get(const packet_info *pinfo, const newcamd_conversation_t *conversation,
                               unsigned direction, uint32_t place);

/* A new record with the current connection; its direction and place in the stream move on behind it. First
 * pass only. */
newcamd_pdu_t *newcamd_pdu_add(const packet_info *pinfo, newcamd_conversation_t *conversation,
                               unsigned direction, uint32_t place, newcamd_pdu_kind_t kind, uint32_t length);

#endif
