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

#include <common/pure/assembler.h>

#include <baichuan/record/media-streams.h>
#include <baichuan/record/outcome.h>
#include <baichuan/record/records.h>
#include <baichuan/record/requests.h>
#include <baichuan/record/sleepers.h>
#include <baichuan/session/session.h>
#include <baichuan/session/udp-order.h>
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

/* What was decided, at the end of the capture, about a message that is not complete. */
typedef struct bc_preview {
    struct bc_preview *next;
    uint64_t start; /* of the message, */
    uint32_t here;  /* when so many of its bytes were here */
    const struct bc_record *record;
} bc_preview_t;

/* BcUdp packets that were given up, and what place their bytes got. */
typedef struct {
    uint32_t from;    /* id of the first */
    uint32_t packets; /* how many have a place */
    uint32_t place;   /* of the first one, on the wire */
    uint32_t each;    /* bytes of each, as was guessed */
} bc_gap_t;

#define BC_GAPS 8u /* that are remembered, the last ones */

/* What is missing in one direction of a stream. All zero: nothing. */
typedef struct {
    bc_loss_t next;    /* bytes before the next message that belong to none that is known */
    uint64_t next_end; /* the place behind them */
    uint64_t guessed;  /* where the first hole begins whose length is a guess that nothing has proved yet, */
    uint64_t guessed_end; /* and where the last such ends; 0: there is none */
    bc_gap_t gaps[BC_GAPS];
    uint32_t n_gaps;              /* so far */
    const bc_bytestream_t *order; /* BcUdp: packets that wait for one before them; NULL before the first */
} bc_losses_t;

/* What is kept for one direction of a stream. First pass only, in file scope. */
typedef struct {
    camshark_assembler_t *assembler; /* freed with the file */
    const void *last_segment;        /* of the last packet with new bytes */
    bc_preview_t *previews;          /* later passes */
    GHashTable *waiting;             /* frame -> bc_segment_t, of which bytes are nobody's yet; NULL: none */
    uint64_t shown;                  /* the place behind the last message that was decided about */
    bc_losses_t *losses;             /* NULL before the first one */
} bc_direction_t;

/* What the bodies of messages are pieces of. First pass only, in file scope. */
typedef struct {
    bc_media_streams_t media;
    bc_transfers_t transfers;
    wmem_map_t *trails; /* of record/secret-trails.c; NULL before the first one */
} bc_carried_t;

/* Of bytes that no carrier has ordered. */
#define BC_NO_CONNECTION 0x3FFFFFFFu

/* Anybody can begin any number of them, so what few of them have is made when it is needed. */
typedef struct bc_conversation {
    uint32_t number;          /* and its carrier: what its records are found by */
    uint32_t connection : 30; /* counted over all carriers from 0 on; or BC_NO_CONNECTION */
    uint32_t carrier : 2;     /* bc_carrier_t */
    /* First pass only. */
    bc_session_t *session;
    bc_requests_t requests;
    bc_carried_t *carried;         /* NULL before the first message with a body */
    bc_outcome_t *outcome;         /* NULL where nothing tells what belongs together */
    bc_sleepers_t *sleepers;       /* NULL before the first camera that sleeps */
    const bc_key_t *last_key;      /* that opened or proved something; NULL before */
    bc_direction_t *directions[2]; /* NULL before anything travels in it */
} bc_conversation_t;

/* Bytes that are no message that can be shown: its header is lost, or it is shown in an earlier frame. */
typedef struct {
    uint32_t
        header_frame; /* where their message is shown, for which they come too late; 0 if that is not known */
    uint32_t connection; /* as of bc_conversation_t */
    const bc_key_t *key; /* for tail */
    bc_tail_t tail;      /* the text at their end */
} bc_skip_t;

/* How a message lies in its stream. */
typedef struct {
    bc_loss_t lost; /* before it */
    bool late;      /* it was completed after others that follow it */
    bool ahead;     /* others that lie before it are not complete yet */
    bool waiting;   /* it is not complete at the end of the capture; nothing else is known then */
    nstime_t when;  /* the packet that completed it was captured */
} bc_delivery_t;

/* What few messages have. */
typedef struct {
    const bc_delivery_t
        *delivery; /* NULL: complete with its frame, not late, not ahead, nothing lost before it */
    const bc_asleep_t *asleep; /* of a refusal of a camera that sleeps; else NULL */
    const char *user;          /* of a login request, whose hash is that of this name; else NULL */
} bc_aside_t;

/* Who sends a message. */
typedef enum { BC_SENDER_UNKNOWN, BC_SENDER_CLIENT, BC_SENDER_CAMERA } bc_sender_t;

/* In file scope. What a pass needs to dissect a message like the first one did. There is one for each message, so size
 * counts. */
typedef struct bc_record {
    bc_decision_t decision;
    bc_turn_t turn;
    const bc_media_record_t *media;   /* NULL if the payload is no media */
    const bc_transfer_piece_t *piece; /* NULL if the payload is no piece of a transfer */
    bc_aside_t *aside;                /* NULL for most */
    uint32_t connection;              /* as of bc_conversation_t */
    uint8_t sender;                   /* bc_sender_t */
    bool first_of_key;                /* no message before it in the connection has decision.key */
    bool secret; /* with secrets hidden: one that began in a message before may go on in the payload */
} bc_record_t;

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

/* How many connections of the file have a number. */
uint32_t bc_connection_count(void);

/* In which direction (0 or 1) between its two ends this packet travels, for carriers that have no ids for that. */
unsigned bc_conversation_way(const packet_info *pinfo);

/* What is kept for a direction, made if there is nothing. First pass only. */
bc_direction_t *bc_conversation_direction(bc_conversation_t *conversation, unsigned direction);

/* What is missing in a direction, to be added to. First pass only, in file scope. */
bc_losses_t *bc_direction_losses(bc_direction_t *direction);

/* Decides about a message, which may open parts of it: its record, in file scope. First pass only. */
bc_record_t *bc_conversation_decide(bc_conversation_t *conversation, packet_info *pinfo,
                                    bc_message_t *message, const bc_delivery_t *delivery);

/* Decides about a message that passes by, when its payload begins: what it is, and of what it is a piece. First pass
 * only, as those below.
 *   message  goes on; of its payload there is at least a byte
 *   lost     before it
 * Its record, in file scope; NULL if it is to be decided about when all of it is here. */
bc_record_t *bc_conversation_begin(bc_conversation_t *conversation, packet_info *pinfo, bc_message_t *message,
                                   const bc_loss_t *lost);

/* Notes a stretch of it: message's payload is that, in plain text. What it has of media; NULL if there is nothing, or all of
 * it is put into slot. */
const bc_media_record_t *bc_conversation_go_on(bc_conversation_t *conversation, packet_info *pinfo,
                                               bc_message_t *message, const bc_record_t *record,
                                               bc_media_slot_t *slot);

/* Decides what it is to others, when its end is here or will not come. */
void bc_conversation_finish(bc_conversation_t *conversation, packet_info *pinfo, bc_message_t *message,
                            const bc_delivery_t *delivery, bc_record_t *record);

/* Notes that bytes of a direction are missing before what comes next. */
void bc_conversation_lose(bc_conversation_t *conversation, unsigned direction);

/* Decides about a message of which more may come: what its parts are, and no more. A login teaches the session too
 * much for that: of it nothing is decided. Its record, in file scope. */
bc_record_t *bc_conversation_preview(bc_conversation_t *conversation, packet_info *pinfo,
                                     bc_message_t *message);

/* The same of len bytes that are no message: looks for text in them. What is missing then is for the caller to note.
 *   header_frame  see bc_skip_t */
const bc_skip_t *bc_conversation_skip(bc_conversation_t *conversation, packet_info *pinfo, unsigned direction,
                                      const uint8_t *bytes, uint32_t len, uint32_t header_frame);

#endif
