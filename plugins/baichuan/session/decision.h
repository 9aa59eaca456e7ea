/* decision.h
 * What a session decides about a message: which cipher each part has, and what the payload is.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SESSION_DECISION_H
#define CAMSHARK_BAICHUAN_SESSION_DECISION_H

#include <baichuan/session/login.h>
#include <baichuan/wire/parts.h>

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

/* What the handle of a stream that is asked for was used for before in the login (section 3.3). */
typedef enum {
    BC_HANDLE_NEW,
    BC_HANDLE_REUSED,  /* of a stream that is still open */
    BC_HANDLE_STOPPED, /* of a stream that the client has stopped since */
} bc_handle_use_t;

/* All that is needed to show a message again, apart from its bytes. */
typedef struct {
    const bc_key_t *key; /* NULL if no part is AES; on a login request the key that it proves */
    uint32_t encrypt_pos;
    uint32_t encrypt_len;  /* the encrypted range of the payload, for BC_CIPHER_FULL_AES; within its length */
    uint16_t inner_prefix; /* bytes before an Extension that lies in the payload, which is AES, */
    uint16_t inner_len;    /* and its own; 0 if there is none. What follows is the payload proper. */
    uint8_t extension;     /* bc_cipher_t; BC_CIPHER_UNKNOWN if the Extension was not opened */
    uint8_t payload;       /* bc_cipher_t */
    uint8_t kind;          /* bc_payload_kind_t */
    uint8_t problem;       /* bc_problem_t */
    uint8_t password_ok;   /* bc_verdict_t, of a login request */
    uint8_t user_ok;       /* bc_verdict_t */
    uint8_t jpeg;          /* bc_jpeg_t, of a binary payload */
    uint8_t handle_use;    /* bc_handle_use_t, of a request for a stream */
    bool unopened_text;    /* of a payload that is not opened: it is a document */
    bool usual_answer;     /* this chooses AES where the client asked for 03 */
    /* With BC_PROBLEM_WRONG_PASSWORD: the rows whose passwords it is not; with BC_PROBLEM_NO_LOGIN: those whose raw keys
     * do not fit, NULL if there are none. */
    const char *refused;
} bc_decision_t;

#endif
