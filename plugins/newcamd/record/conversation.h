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

#include <epan/dissectors/packet-tcp.h>
#include <epan/packet.h>

#include <common/pure/stream-place.h>

#include <newcamd/record/message-history.h>
#include <newcamd/session/proof.h>
#include <newcamd/record/requests.h>
#include <newcamd/session/session.h>

/* A session key that opened one frame; a second one proves it (proof.h). First pass only. */
typedef struct {
    const char *key_row; /* NULL: no suspect */
    uint8_t deskey[NEWCAMD_KEY14_LEN], session_key[NEWCAMD_KEY14_LEN];
    newcamd_worlds_t worlds;
    unsigned expected_server;
    unsigned direction; /* of the frame, whose place follows */
    uint32_t place;
    unsigned tried; /* frames that no key opened, and the number of learned keys then */
    unsigned learned;
} newcamd_suspect_t;

/* A frame that no key opened when it came. It is kept until one is proved: then its message is noted in the
 * order of the capture like any other. */
typedef struct newcamd_closed {
    struct newcamd_closed *next;
    uint32_t frame; /* number of the captured frame in which it ends */
    nstime_t time;  /* of that */
    unsigned direction;
    uint32_t place;
    uint8_t *bytes; /* NULL once it is noted */
    size_t len;
    newcamd_part_t part; /* as in newcamd_pdu_t */
    const newcamd_context_t *context;
} newcamd_closed_t;

typedef struct {
    bool restarted; /* there was one before it on the same addresses and ports */
    newcamd_session_t session;
    const char *key_row;    /* which key opened the login; NULL until then */
    bool password_differs;  /* that row has a password for this user, and it is not the one in the login */
    bool answered;          /* the side that does not log in has sent a frame */
    uint32_t login_frame;   /* frame number in which the login ends; 0 until then */
    uint32_t recognized_in; /* frame number that told that this is newcamd, or proved the session key, if that
                             * was not the login; else 0 */
    uint32_t claimed_from;  /* from this frame number on PDUs without a record belong to it; 0 = none do */
    newcamd_suspect_t suspect;
    newcamd_closed_t *closed, *last_closed; /* in their order, first pass only; NULL if there is none */
    wmem_map_t *closed_at[2];               /* the same by direction and place */
    unsigned closed_count;

    /* A login (or whatever the connector begins with) that came in pieces before anybody knew that it is one:
     * TCP was never asked to put it together, so it is kept here. NULL otherwise. */
    const uint8_t *pieced_login;
    uint32_t pieced_place; /* of its first byte */
    uint32_t pieced_login_len;
    newcamd_part_t pieced_login_part;

    newcamd_requests_t *requests; /* NULL until the first message; first pass only */

    newcamd_message_state_t *messages; /* NULL until the first; first pass only */
    newcamd_key_t pieced_key;
} newcamd_connection_t;

/* Whether 14 bytes in the middle of a stream are a greeting: the record of these bytes and the note point to
 * it, and it is known when the other side has logged in. */
typedef struct {
    newcamd_connection_t *connection; /* the one that they began; NULL if they did not */
} newcamd_perhaps_t;

/* The acceptor's 14 bytes, noted before it is known whether they are a greeting; and the beginning of what
 * the other side answered. First pass only. */
typedef struct {
    uint32_t frame;             /* 0 = nothing noted */
    newcamd_perhaps_t *perhaps; /* NULL where the bytes have no record */
    bool first;                 /* the acceptor sent it, and nobody sent anything before (section 9.1, H1) */
    uint32_t login_len;         /* of a login-shaped answer that no key opened; 0 = none */
    uint32_t login_frame;       /* the frame in which that ended */
    unsigned direction;
    uint8_t bytes[NEWCAMD_GREETING_LEN];
    uint32_t place, answer_place; /* sequence numbers of the bytes and of the first byte of the answer */
    uint32_t answer_len;
    uint8_t *answer; /* NEWCAMD_LENGTH_LEN + NEWCAMD_LOGIN_LENGTH_MAX bytes, allocated with the first piece */
} newcamd_note_t;

/* Bytes that were missing when what follows them was read: [start, end). */
typedef struct {
    uint32_t start, end;
} newcamd_gap_t;

#define NEWCAMD_GAPS 8 /* so many are remembered in each direction */

typedef struct newcamd_conversation {
    address end; /* the side whose direction is 0 */
    uint32_t end_port;
    uint32_t number; /* what its records are found by */
    newcamd_note_t note;
    newcamd_connection_t *connection; /* never NULL; first pass only, as what follows */
    bool in_step[2];                  /* the next byte of this direction begins a frame */
    camshark_stream_place_t place[2];
    /* All connections, by what PDUs without a record are found by; NULL before the first of each. Every pass. */
    wmem_map_t *greetings[2];      /* place of a greeting -> connection, by the direction of who sent it */
    wmem_tree_t *pieced_logins[2]; /* place of the first byte of a login in pieces -> connection */
    wmem_tree_t *claims;           /* claimed_from -> connection */
    newcamd_gap_t gap[2][NEWCAMD_GAPS];
    unsigned gaps[2]; /* so many there were */
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
    newcamd_part_t part;              /* what an opened message is to a request */
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

/* Notes the greeting of the current connection, as newcamd_session_greet(). First pass only, as what follows. */
void newcamd_conversation_greet(newcamd_conversation_t *conversation, unsigned acceptor,
                                const uint8_t greeting[NEWCAMD_GREETING_LEN], uint32_t place,
                                uint32_t connector_place);

/* Keeps what answers the noted greeting of the current connection, and has no PDU record.
 *   frame  frame_len bytes in file scope
 *   key    with which it is opened */
void newcamd_conversation_keep_login(newcamd_conversation_t *conversation, const uint8_t *frame,
                                     uint32_t frame_len, newcamd_key_t key);

/* PDUs without a record belong to the current connection, from this frame number on. */
void newcamd_conversation_claim_from(newcamd_conversation_t *conversation, uint32_t frame_num);

/* The record of the PDU at a place, or NULL. */
newcamd_pdu_t *newcamd_pdu_get(const packet_info *pinfo, const newcamd_conversation_t *conversation,
                               unsigned direction, uint32_t place);

/* A new record with the current connection; its direction and place in the stream move on behind it. First
 * pass only. */
newcamd_pdu_t *newcamd_pdu_add(const packet_info *pinfo, newcamd_conversation_t *conversation,
                               unsigned direction, uint32_t place, newcamd_pdu_kind_t kind, uint32_t length);

/* For PDUs that were not recognised when they were first seen and so have no record: the connection whose
 * greeting, or login in pieces, lies at a place; NULL if there is none. length  gives the bytes of it that
 * begin here */
newcamd_connection_t *newcamd_conversation_recall(const newcamd_conversation_t *conversation,
                                                  unsigned direction, uint32_t place,
                                                  newcamd_pdu_kind_t *kind, uint32_t *length);

/* The connection that a PDU without a record belongs to, in a conversation that was claimed when PDUs of it
 * had gone by; NULL if nobody claims them. */
newcamd_connection_t *newcamd_conversation_claimant(const newcamd_conversation_t *conversation,
                                                    uint32_t frame);

/* The end that the login of a packet is addressed to. A server that connects told on which port it listens.
 */
void newcamd_connection_server(const newcamd_connection_t *connection, const packet_info *pinfo,
                               unsigned direction, const address **server, uint32_t *port);

/* Tries all candidate keys for a server on a login frame (as newcamd_session_try_login()) and notes the
 * outcome.
 *   login_frame  frame number in which it ends
 * First pass only. Returns whether one opened it. */
bool newcamd_connection_login(newcamd_connection_t *connection, const address *server, uint32_t port,
                              uint32_t login_frame, const uint8_t *frame, size_t frame_len);

/* The same for the reply to a login that was not seen (as newcamd_session_try_reply()). */
bool newcamd_connection_login_reply(newcamd_connection_t *connection, const address *server, uint32_t port,
                                    const uint8_t *frame, size_t frame_len);

/* Notes a segment of 14 bytes in the packet's conversation if they may be a greeting (section 9.1, H1 and
 * H2). */
void newcamd_note_greeting(tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcpinfo);

/* Whether a segment goes on with the answer to a noted greeting, and may be (or go on with) a login (H3).
 *   place  TCP sequence number of its first byte */
bool newcamd_note_continues(const newcamd_note_t *note, unsigned direction, tvbuff_t *tvb, uint32_t place);

/* Adds such a segment to the answer. Returns the bytes of the login frame (or of a clear frame), which stands
 * in note->answer, once it is whole; else 0. What cannot be one ends the note. */
uint32_t newcamd_note_gather(newcamd_note_t *note, tvbuff_t *tvb);

/* Notes a message of a direction: gives what it is to a request (as newcamd_requests_note()) and its context
 * (as newcamd_context_note()).
 *   frame, when  number and time of the captured frame in which it ends
 *   lost         bytes are missing before it
 *   plain        NULL for what was not opened
 * First pass only. */
void newcamd_connection_message(newcamd_connection_t *connection, uint32_t frame, const nstime_t *when,
                                unsigned direction, bool lost, const uint8_t *plain, size_t plain_len,
                                newcamd_part_t *part, const newcamd_context_t **context);

/* Notes that something of a direction is not in the capture. First pass only.
 *   when  the time of what tells so */
void newcamd_connection_hole(newcamd_connection_t *connection, unsigned direction, const nstime_t *when);

#endif
