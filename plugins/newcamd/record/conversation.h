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
#include <newcamd/record/stream.h>

typedef struct newcamd_conversation {
    newcamd_ends_t ends;
    uint32_t number; /* what its records are found by */
    newcamd_early_t early;
    newcamd_connection_t *connection; /* never NULL; first pass only, as what follows */
    newcamd_stream_t *stream[2];      /* NULL until its first segment is read */
    bool in_step[2];                  /* before that: the next byte of this direction begins a frame */
    camshark_stream_place_t place[2]; /* and is at this place */
} newcamd_conversation_t;

typedef enum {
    NEWCAMD_PDU_GREETING,
    NEWCAMD_PDU_FRAME,
    NEWCAMD_PDU_CUT_FRAME,        /* the snap length took its end */
    NEWCAMD_PDU_PIECE,            /* bytes of one that is shown elsewhere, or will be */
    NEWCAMD_PDU_REPEATED,         /* nothing that was not there before: a retransmission */
    NEWCAMD_PDU_BAD_LENGTH,       /* begins with a length that no frame can have */
    NEWCAMD_PDU_OUT_OF_STEP,      /* bytes behind a gap, from inside a frame */
    NEWCAMD_PDU_PERHAPS_GREETING, /* the same, and 14 of them */
    NEWCAMD_PDU_PIECE_OF_LOGIN    /* has no record: the connection knows its place */
} newcamd_pdu_kind_t;

typedef struct newcamd_pdu {
    struct newcamd_pdu *next; /* in the same segment; NULL for the last */
    newcamd_connection_t *connection;
    uint32_t place;                   /* sequence number of its first byte */
    uint32_t length;                  /* bytes in the stream; of a piece, those that are here */
    uint32_t offset;                  /* of its bytes in the segment */
    uint32_t here;                    /* how many these are: all, unless it came in pieces */
    uint32_t lost;                    /* bytes missing before the segment, where it is the first in it */
    const uint8_t *bytes;             /* of one that came in pieces and is whole; else NULL */
    const newcamd_context_t *context; /* of an opened message, NULL if there is none */
    const newcamd_perhaps_t *perhaps; /* of NEWCAMD_PDU_PERHAPS_GREETING */
    newcamd_whole_t *whole; /* of one that came in pieces, and of its pieces; NULL if that is not known */
    newcamd_turn_t turn;    /* what an opened message is to a request */
    uint8_t kind;           /* newcamd_pdu_kind_t */
    uint8_t key;            /* newcamd_key_t */
    uint8_t direction;
    bool unrecorded;   /* it has no record */
    bool suspected;    /* a session key opens it that was not proved then */
    bool is_login;     /* it is at the place of the login */
    bool out_of_order; /* the segment is part of what was missing before */
} newcamd_pdu_t;

void newcamd_conversation_register(void);

/* The conversation of a packet; with create a new one if there is none, else NULL. Creating is for the first
 * pass. */
newcamd_conversation_t *newcamd_conversation_get(packet_info *pinfo, bool create);

/* Direction of this packet: 0 or 1. */
unsigned newcamd_conversation_direction(const newcamd_conversation_t *conversation, const packet_info *pinfo);

/* Begins a new connection in the conversation. First pass only. */
void newcamd_conversation_restart(newcamd_conversation_t *conversation);

/* The stream of a direction; a new one where that is its first segment. First pass only. */
newcamd_stream_t *newcamd_conversation_stream(newcamd_conversation_t *conversation, unsigned direction);

/* The records of what lies in a segment from a place on, in their order; NULL if there are none. */
newcamd_pdu_t *newcamd_pdu_get(const packet_info *pinfo, const newcamd_conversation_t *conversation,
                               unsigned direction, uint32_t place);

/* A new record with the current connection, behind the last one of the segment; NULL for the first, which is found by
 * place. First pass only. */
newcamd_pdu_t *newcamd_pdu_add(const packet_info *pinfo, newcamd_conversation_t *conversation,
                               unsigned direction, uint32_t place, newcamd_pdu_t *last);

#endif
