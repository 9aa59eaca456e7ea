/* connection.h
 * One login of newcamd and what it gives: what its messages are to each other.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_CONNECTION_H
#define CAMSHARK_NEWCAMD_RECORD_CONNECTION_H

#include <common/epan/ws-compat.h>

#include <epan/dissectors/packet-tcp.h>
#include <epan/packet.h>

#include <newcamd/record/faults.h>
#include <newcamd/record/hops.h>
#include <newcamd/record/login-facts.h>
#include <newcamd/record/message-history.h>
#include <newcamd/record/requests.h>
#include <newcamd/record/stream.h>
#include <newcamd/session/clear-proof.h>
#include <newcamd/session/proof.h>
#include <newcamd/session/session.h>

/* A session key that opened one frame; a second one proves it (proof.h). First pass only, but for what was tried. */
typedef struct {
    const char *key_row; /* NULL: no suspect */
    bool has_deskey;     /* else the session key is all that is known */
    uint8_t deskey[NEWCAMD_KEY14_LEN], session_key[NEWCAMD_KEY14_LEN];
    newcamd_worlds_t worlds;
    unsigned expected_server;
    unsigned direction; /* of the frame, whose place follows */
    uint32_t place;
    unsigned tried;       /* frames that no key opened, and which keys were there then: */
    unsigned learned;     /* number of learned ones, */
    uint32_t edition;     /* that of candidates */
    const char *given;    /* the first of the candidates that were tried last, */
    unsigned given_count; /* and how many were; 0: given says nothing */
} newcamd_suspect_t;

/* A frame that no key opened when it came. It is kept until one is proved: then its message is noted in the
 * order of the capture like any other. */
typedef struct newcamd_closed {
    struct newcamd_closed *next;
    uint32_t frame; /* number of the captured frame in which it ends */
    nstime_t time;  /* of that */
    unsigned direction;
    uint32_t port; /* from which it was sent */
    uint32_t place;
    uint8_t *bytes; /* NULL once it is noted */
    size_t len;
    newcamd_turn_t turn; /* as in newcamd_pdu_t */
    const newcamd_context_t *context;
} newcamd_closed_t;

/* A login that no key opened, for DESKEYs that come into the key log file behind it. First pass only. */
typedef struct {
    unsigned rows;                          /* of that file which were tried on it */
    const char *key_row;                    /* the one of them that opens it; NULL: none has yet */
    uint8_t session_key[NEWCAMD_KEY14_LEN]; /* that it gives */
    unsigned len;
    uint8_t frame[NEWCAMD_LENGTH_LEN + NEWCAMD_LOGIN_LENGTH_MAX]; /* len bytes */
} newcamd_closed_login_t;

/* A login (or whatever the connector begins with) that came in pieces before anybody knew that it is one: TCP was never
 * asked to put it together, so it is kept. */
typedef struct {
    const uint8_t *bytes; /* NULL: there is none */
    uint32_t place;       /* of its first byte */
    uint32_t frame;       /* number of the frame in which it was whole, and is shown */
    uint32_t len;
    newcamd_key_t key;   /* with which it is opened */
    newcamd_turn_t turn; /* as in newcamd_pdu_t */
} newcamd_early_login_t;

/* One login and what it gives. */
typedef struct {
    const newcamd_ends_t *ends; /* of its conversation */
    bool restarted;             /* there was one before it on the same addresses and ports */
    newcamd_session_t session;
    const char *key_row;    /* which key opened the login, or what follows it; NULL until then */
    const char *tried;      /* the first DESKEY, but for the well-known one, that was tried on the login, */
    unsigned tried_count;   /* and how many were; 0: tried says nothing */
    bool password_differs;  /* that row has a password for this user, and it is not the one in the login */
    bool answered;          /* the side that does not log in has sent a frame */
    uint32_t login_frame;   /* frame number in which the login ends; 0 until then */
    uint32_t recognized_in; /* frame number that told that this is newcamd, or proved the session key, if that
                             * was not the login; else 0 */
    uint32_t claimed_from;  /* from this frame number on PDUs without a record belong to it; 0 = none do */
    newcamd_closed_login_t *closed_login; /* NULL: there is none, or nothing can come for it */
    newcamd_suspect_t suspect;
    newcamd_clear_proof_t clear_proof;      /* first pass only */
    newcamd_closed_t *closed, *last_closed; /* in their order, first pass only; NULL if there is none */
    wmem_map_t *closed_at[2];               /* the same by direction and place */
    unsigned closed_count;

    newcamd_early_login_t early_login;
    newcamd_whole_t *greeting_whole; /* of a greeting in pieces that came before anybody knew; else NULL */

    newcamd_requests_t *requests; /* NULL until the first message; first pass only */

    newcamd_message_state_t *messages; /* NULL until the first; first pass only */

    newcamd_faults_t faults;
    newcamd_login_facts_t login_facts;
    wmem_map_t *word_histories; /* of word-history.h; NULL until the first control words; first pass only */
} newcamd_connection_t;

/* As big as a login can be with its length field. */
#define NEWCAMD_ANSWER_MAX (NEWCAMD_LENGTH_LEN + NEWCAMD_LOGIN_LENGTH_MAX)

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
    bool in_pieces;             /* frames is used */
    bool first;                 /* the acceptor sent it, and nobody sent anything before (section 9.1, H1) */
    uint32_t login_len;         /* of a login-shaped answer that no key opened; 0 = none */
    uint32_t login_frame;       /* the frame in which that ended */
    unsigned direction;
    uint8_t bytes[NEWCAMD_GREETING_LEN];
    uint32_t frames
        [NEWCAMD_GREETING_LEN];   /* that brought each of them, where they came in pieces; 0: not there yet */
    uint32_t place, answer_place; /* sequence numbers of the bytes and of the first byte of the answer */
    uint32_t answer_len;          /* bytes of it in a row */
    uint8_t *
        answer; /* NEWCAMD_ANSWER_MAX bytes, and as many that tell which of them are there; allocated with the first piece */
} newcamd_note_t;

/* All that was seen of a conversation before anybody knew that it is newcamd, and has no records: the greeting that is
 * noted, and, of all connections, what PDUs without a record are found by (NULL before the first of each). */
typedef struct {
    newcamd_note_t note;      /* first pass only */
    wmem_map_t *greetings[2]; /* place of a greeting -> connection, by the direction of who sent it */
    wmem_tree_t *logins[2];   /* place of the first byte of an early login -> connection */
    wmem_tree_t *claims;      /* claimed_from -> connection */
} newcamd_early_t;

/* The end that the login of a packet is addressed to. A server that connects told on which port it listens.
 */
void newcamd_connection_server(const newcamd_connection_t *connection, const packet_info *pinfo,
                               unsigned direction, const address **server, uint32_t *port);

/* Notes a message of a direction: gives what it is to a request (as newcamd_requests_note()) and its context (as
 * newcamd_context_note()). First pass only.
 *   message  frame, time, direction; bytes and len of the whole plaintext region, checksum included, bytes NULL for
 *            what was not opened. The rest is filled in
 *   lost     bytes are missing before it */
void newcamd_connection_message(newcamd_connection_t *connection, newcamd_noted_t *message, bool lost,
                                newcamd_turn_t *turn, const newcamd_context_t **context);

/* Notes that something of a direction is not in the capture. First pass only.
 *   when  the time of what tells so */
void newcamd_connection_hole(newcamd_connection_t *connection, unsigned direction, const nstime_t *when);

#endif
