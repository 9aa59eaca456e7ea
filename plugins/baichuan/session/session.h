/* session.h
 * What a BC connection has said so far, and what follows from it for each message: negotiation, nonce, keys,
 * which exchanges are binary.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 1.5, 2.1, 2.2, 2.6, 3.3, 4 and 11. Messages are given to
 * bc_session_decide() once each, in the order of the capture; what it decides is kept by the caller. Keys
 * that a decision points to live as long as the session. No Wireshark header is needed here, so a session can
 * be tested alone.
 */
#ifndef CAMSHARK_BAICHUAN_SESSION_SESSION_H
#define CAMSHARK_BAICHUAN_SESSION_SESSION_H

#include <baichuan/wire/header.h>
#include <baichuan/session/login.h>
#include <baichuan/wire/parts.h>
#include <baichuan/wire/tail.h>

typedef enum {
    BC_PAYLOAD_NONE,
    BC_PAYLOAD_XML,
    BC_PAYLOAD_BINARY,
    BC_PAYLOAD_LEGACY_LOGIN, /* section 2.5: two hashes and zeros */
    BC_PAYLOAD_TOKENS,       /* section 2.7: two encrypted tokens */
    BC_PAYLOAD_LEGACY,       /* a structure of the time before XML, section 11 */
    BC_PAYLOAD_UNREADABLE,   /* encrypted, and not opened */
} bc_payload_kind_t;

/* Where a piece of a picture stands in it. A JPEG begins and ends with marks of its own; what lies between is
 * known by its exchange. */
typedef enum {
    BC_JPEG_NONE,
    BC_JPEG_WHOLE,
    BC_JPEG_FIRST,
    BC_JPEG_MIDDLE,
    BC_JPEG_LAST,
} bc_jpeg_t;

/* All that is needed to show a message again, apart from its bytes. */
typedef struct {
    const bc_key_t *key; /* NULL if no part is AES; on a login request the key that it proves */
    uint32_t encrypt_pos;
    uint32_t encrypt_len; /* the encrypted range of the payload, for BC_CIPHER_FULL_AES; within its length */
    uint8_t extension;    /* bc_cipher_t; BC_CIPHER_UNKNOWN if the Extension was not opened */
    uint8_t payload;      /* bc_cipher_t */
    uint8_t kind;         /* bc_payload_kind_t */
    uint8_t problem;      /* bc_problem_t */
    uint8_t password_ok;  /* bc_verdict_t, of a login request */
    uint8_t user_ok;      /* bc_verdict_t */
    uint8_t jpeg;         /* bc_jpeg_t, of a binary payload */
    uint8_t handle_use;   /* bc_handle_use_t, of a request for a stream */
    bool usual_answer;    /* this chooses AES where the client asked for 03 */
    const char *refused;  /* with BC_PROBLEM_WRONG_PASSWORD: the rows whose passwords it is not */
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
 *   when       the second in which it was captured
 *   body, have the bytes behind the header, as many as were captured; at most header->body_len */
void bc_session_decide(bc_session_t *session, const bc_header_t *header, unsigned direction, int64_t when,
                       const uint8_t *body, size_t have, const bc_candidates_t *candidates,
                       bc_decision_t *out);

/* Takes the nonce of a login without negotiation, which came before the first message (section 2.1). It is
 * copied. */
void bc_session_give_nonce(bc_session_t *session, const char *nonce);

/* Looks for text at the end of bytes whose header is lost. All that is learned from them is the key, if none
 * is known. Returns the key of AES text; NULL for other bytes. */
const bc_key_t *bc_session_find_tail(bc_session_t *session, const uint8_t *bytes, size_t len,
                                     const bc_candidates_t *candidates, bc_tail_t *out);

#endif
