/* session.h
 * What a BC connection has said so far, and what follows from it for each message: negotiation, nonce, keys,
 * which exchanges are binary.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 1.5, 2.1, 2.2, 2.6 and 4. Messages are given to bc_session_decide()
 * once each, in the order of the capture; what it decides is kept by the caller. Keys that a decision points
 * to live as long as the session. No Wireshark header is needed here, so a session can be tested alone.
 */
#ifndef CAMSHARK_BAICHUAN_SESSION_H
#define CAMSHARK_BAICHUAN_SESSION_H

#include "header.h"
#include "parts.h"

/* An AES key that is in force, with the words that say where it came from ("row 2: porch"). */
typedef struct {
    bc_aes_t *aes;
    char *origin;
} bc_key_t;

/* Something that may open a connection: a password, or (password NULL) a raw key. */
typedef struct {
    const char *password;
    const uint8_t *key; /* BC_AES_BLOCK bytes */
    const uint8_t *iv;  /* BC_AES_BLOCK bytes */
    const char *origin;
    bool fallback; /* the empty password that is always tried last; nobody has configured it */
} bc_candidate_t;

/* Where candidates come from: gives number nth and returns true, or false when there is none. It is asked
 * for 0, 1, 2 and so on; 0 begins anew. What it gives need only stay valid until the next call. */
typedef struct {
    bool (*get)(void *context, unsigned nth, bc_candidate_t *out);
    void *context;
} bc_candidates_t;

typedef enum {
    BC_PAYLOAD_NONE,
    BC_PAYLOAD_XML,
    BC_PAYLOAD_BINARY,
    BC_PAYLOAD_LEGACY_LOGIN, /* section 2.5: two hashes and zeros */
    BC_PAYLOAD_LEGACY,       /* a structure of the time before XML, section 11 */
    BC_PAYLOAD_UNREADABLE,   /* encrypted, and not opened */
} bc_payload_kind_t;

/* What keeps a message, or the messages after it, from being read. */
typedef enum {
    BC_PROBLEM_NONE,
    BC_PROBLEM_NO_LOGIN,       /* the login's nonce is not in the capture, and no raw key fits */
    BC_PROBLEM_NO_KEY,         /* no password or key is configured for this camera */
    BC_PROBLEM_WRONG_PASSWORD, /* no configured password has the hash that the login shows */
    BC_PROBLEM_WRONG_KEY,      /* configured keys or passwords were tried on a block, and none opens it */
    BC_PROBLEM_NOT_OPENED,     /* the key is known, and this part is still no XML */
} bc_problem_t;

/* All that is needed to show a message again, apart from its bytes. */
typedef struct {
    const bc_key_t *key; /* NULL if no part is AES; on a login request the key that it proves */
    uint32_t encrypt_pos;
    uint32_t encrypt_len; /* the encrypted range of the payload, for BC_CIPHER_FULL_AES; within its length */
    uint8_t extension;    /* bc_cipher_t; BC_CIPHER_UNKNOWN if the Extension was not opened */
    uint8_t payload;      /* bc_cipher_t */
    uint8_t kind;         /* bc_payload_kind_t */
    uint8_t problem;      /* bc_problem_t */
} bc_decision_t;

typedef struct bc_session bc_session_t;

bc_session_t *bc_session_new(void);
void bc_session_free(bc_session_t *session);

/* Which of the two directions (0 and 1, as the caller numbers them) the client sends in: 0, 1, or -1 as long
 * as no message has told. */
int bc_session_client(const bc_session_t *session);

/* Learns from a header who is the client. To be called before candidates are chosen for bc_session_decide(),
 * since they depend on which side is the camera. */
void bc_session_see_header(bc_session_t *session, const bc_header_t *header, unsigned direction);

/* Decides about one message, and learns from it.
 *   direction  0 or 1
 *   body, have the bytes behind the header, as many as were captured; at most header->body_len */
void bc_session_decide(bc_session_t *session, const bc_header_t *header, unsigned direction,
                       const uint8_t *body, size_t have, const bc_candidates_t *candidates,
                       bc_decision_t *out);

#endif
