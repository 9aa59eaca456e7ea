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

#include <baichuan/session/decision.h>
#include <baichuan/wire/message.h>
#include <baichuan/wire/parts.h>
#include <baichuan/wire/tail.h>

typedef struct bc_session bc_session_t;

bc_session_t *bc_session_new(void);
void bc_session_free(bc_session_t *session);

/* Which of the two directions (0 and 1, as the caller numbers them) the client sends in: 0, 1, or -1 as long
 * as no message has told. */
int bc_session_client(const bc_session_t *session);

/* Learns from a header who is the client. To be called before candidates are chosen for bc_session_decide(),
 * since they depend on which side is the camera. */
void bc_session_see_header(bc_session_t *session, const bc_header_t *header, unsigned direction);

/* Decides about one message, and learns from it. A part that has to be read for that stays opened in the
 * message. message->client must be what bc_session_client() tells behind bc_session_see_header(). False if it goes on
 * (message->goes_on) and is to be decided about when all of it is here: then out means nothing. */
bool bc_session_decide(bc_session_t *session, bc_message_t *message, const bc_candidates_t *candidates,
                       bc_decision_t *out);

/* The user of the login request that was just decided about, where a candidate or the usual name has its hash. It is the
 * candidate's own text, and is given once; NULL if it is not known, or for other messages. */
const char *bc_session_take_user(bc_session_t *session);

/* Takes the nonce of a login without negotiation, which came before the first message (section 2.1). It is
 * copied. */
void bc_session_give_nonce(bc_session_t *session, const char *nonce);

/* Looks for text at the end of bytes whose header is lost. All that is learned from them is the key, if none
 * is known. Returns the key of AES text; NULL for other bytes. */
const bc_key_t *bc_session_find_tail(bc_session_t *session, const uint8_t *bytes, size_t len,
                                     const bc_candidates_t *candidates, bc_tail_t *out);

#endif
