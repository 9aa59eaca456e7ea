/* conversation.h
 * The epan side of state: one session a conversation, and for each message the record of what was decided.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The session is asked on the first pass only; every pass, the first one included, dissects from the record.
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_CONVERSATION_H
#define CAMSHARK_BAICHUAN_RECORD_CONVERSATION_H

#include <epan/packet.h>

#include <common/pure/stream-place.h>

#include <baichuan/record/media-streams.h>
#include <baichuan/record/records.h>
#include <baichuan/record/requests.h>
#include <baichuan/session/session.h>
#include <baichuan/wire/message.h>
#include <baichuan/record/transfers.h>

/* What is missing in front of a message: bytes of a TCP stream, or packets of BcUdp. All zero: nothing. */
typedef struct {
    uint32_t bytes;
    uint32_t packets;
    uint32_t holes; /* in how many places */
    uint32_t from;  /* sequence number of the first byte, or ID of the first packet, */
    uint32_t to;    /* and of what follows the last one */
} bc_loss_t;

/* The last message of which TCP did not give all bytes at once. */
typedef struct {
    bool known;
    uint32_t start; /* sequence numbers: of its header, */
    uint32_t end;   /* and of what follows it */
    uint32_t frame; /* where its header is */
} bc_unfinished_t;

/* What a carrier keeps for one direction. First pass only, in file scope. */
typedef struct {
    camshark_stream_place_t place;
    bc_loss_t lost; /* since the last message */
    bc_unfinished_t unfinished;
} bc_direction_t;

typedef struct bc_conversation {
    uint32_t number; /* and its carrier: what its records are found by */
    uint8_t carrier; /* bc_carrier_t */
    /* First pass only. */
    bc_session_t *session;
    bc_requests_t requests;
    bc_media_streams_t media;
    bc_transfers_t transfers;
    bc_direction_t *directions[2]; /* NULL before anything travels in it */
} bc_conversation_t;

/* Bytes that are no message that can be shown: its header is lost, or only its beginning was given before. */
typedef struct {
    uint32_t len;
    uint32_t header_frame; /* where the header of their message is; 0 if that is lost */
    const bc_key_t *key;   /* for tail */
    bc_tail_t tail;        /* the text at their end */
} bc_skip_t;

/* In file scope. What a pass needs to dissect a message, or bytes that are none, like the first one did. */
typedef struct {
    bc_decision_t decision;
    bc_turn_t turn;
    bc_loss_t lost;
    const bc_media_record_t *media;   /* NULL if the payload is no media */
    const bc_transfer_piece_t *piece; /* NULL if the payload is no piece of a transfer */
    const bc_skip_t *skip;            /* NULL for a message; else this is all */
    bool late; /* the message was completed after others that follow it in the stream */
} bc_record_t;

/* How a message came here. */
typedef struct {
    bc_conversation_t *conversation;
    uint32_t place;     /* of its header in the byte stream: what its record is found by */
    unsigned direction; /* 0 or 1 */
} bc_delivery_t;

/* To be called once, when the protocol registers. */
void bc_conversation_register(void);

/* Whether anything is missing. */
bool bc_loss_any(const bc_loss_t *lost);

/* The state of a conversation that is known by something else than its addresses; file scope.
 *   number  by which the carrier tells it from others */
bc_conversation_t *bc_conversation_new(bc_carrier_t carrier, uint32_t number);

/* The state of this packet's TCP conversation, made if there is none; file scope. */
bc_conversation_t *bc_conversation_get(packet_info *pinfo);

/* The state of bytes of this packet that came over no carrier which knows their order: it ends with them. File scope.
 * tvb begins with them. NULL on a later pass that meets bytes which the first one did not see. */
bc_conversation_t *bc_conversation_lone(packet_info *pinfo, tvbuff_t *tvb);

/* In which direction (0 or 1) between its two ends this packet travels, for carriers that have no ids for that. */
unsigned bc_conversation_way(const packet_info *pinfo);

/* What is kept for a direction, made if there is nothing. First pass only. */
bc_direction_t *bc_conversation_direction(bc_conversation_t *conversation, unsigned direction);

/* The message that was delivered; its parts live as long as the packet.
 *   header        must stay as long as the message is used
 *   offset, have  where the bytes behind it are in tvb, and how many of them were captured */
bc_message_t bc_conversation_message(const bc_delivery_t *delivery, packet_info *pinfo,
                                     const bc_header_t *header, tvbuff_t *tvb, int offset, int have);

/* The record of a message. On the first pass it is made: the session decides, which may open parts of the message, and
 * lost bytes are taken over from the direction. NULL on a later pass that meets a message which the first one did not
 * see. */
const bc_record_t *bc_conversation_record(const bc_delivery_t *delivery, packet_info *pinfo,
                                          bc_message_t *message);

/* Whether this frame has a record of a message, or of bytes that are none. */
bool bc_conversation_has_record(const bc_delivery_t *delivery, const packet_info *pinfo);

/* Notes that len bytes are skipped, and looks for text in them. First pass only.
 *   header_frame  see bc_skip_t */
const bc_skip_t *bc_conversation_skip(const bc_delivery_t *delivery, packet_info *pinfo, const uint8_t *bytes,
                                      uint32_t len, uint32_t header_frame);

/* What the first pass has noted about bytes; NULL if these are a message's. */
const bc_skip_t *bc_conversation_skipped(const bc_delivery_t *delivery, const packet_info *pinfo);

#endif
