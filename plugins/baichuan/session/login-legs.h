/* login-legs.h
 * The logins of a BC connection, and what each leg of them (message 1) says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 2.1, 2.5 to 2.7 and 11. A login begins with a hello, with a nonce where
 * there is one already, or with another password after one that was refused.
 */
#ifndef CAMSHARK_BAICHUAN_SESSION_LOGIN_LEGS_H
#define CAMSHARK_BAICHUAN_SESSION_LOGIN_LEGS_H

#include <baichuan/session/decision.h>
#include <baichuan/wire/message.h>

/* The logins of a connection. All of them are kept: decisions point to their keys. All zero is the start. */
typedef struct {
    bc_login_t *current; /* the one that is in force; NULL before there is anything to know of one */
} bc_logins_t;

void bc_logins_clear(bc_logins_t *logins);

/* The login that is in force; one of which nothing is known where there was none. */
const bc_login_t *bc_logins_in_force(const bc_logins_t *logins);

/* The same to note what is learned of it. */
bc_login_t *bc_logins_learn(bc_logins_t *logins);

/* Takes the nonce of a login without negotiation. It is copied. */
void bc_logins_give_nonce(bc_logins_t *logins, const char *nonce);

/* Decides about a message 1, and learns from it. */
void bc_logins_decide(bc_logins_t *logins, bc_message_t *message, const bc_candidates_t *candidates,
                      bc_decision_t *out);

/* Notes in a decision why a part can not be read, and which passwords are known to be wrong. */
void bc_login_explain(bc_login_t *login, const bc_candidates_t *candidates, bc_decision_t *out);

/* Section 11: whether a client that goes on after this login stays with the structures of the time before XML:
 * there was a legacy login, and no nonce. */
bool bc_login_is_legacy(const bc_login_t *login);

/* Whether nothing behind this login is encrypted with AES: it is legacy, or has negotiated nothing more than BC XOR. */
bool bc_login_excludes_aes(const bc_login_t *login);

#endif
