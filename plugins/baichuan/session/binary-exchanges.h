/* binary-exchanges.h
 * Which exchanges of a BC connection carry bytes, and which of them a picture that goes on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 3.6 and 4: only the first message of such an exchange says in its
 * Extension that it is binary. Numbers of exchanges wrap, so this is forgotten after a while, and with a new
 * request that has the number.
 */
#ifndef CAMSHARK_BAICHUAN_SESSION_BINARY_EXCHANGES_H
#define CAMSHARK_BAICHUAN_SESSION_BINARY_EXCHANGES_H

#include <glib.h>

#include <baichuan/session/decision.h>
#include <baichuan/wire/message.h>

/* The binary exchanges of a connection. All zero to begin with. */
typedef struct {
    GHashTable **binary; /* two, by direction: message id and exchange id; NULL before the first */
} bc_exchanges_t;

void bc_exchanges_clear(bc_exchanges_t *exchanges);

/* A message of the client begins an exchange anew. */
void bc_exchanges_note_message(bc_exchanges_t *exchanges, const bc_message_t *message);

/* Its Extension says that the payload is binary, or that it is not. */
void bc_exchanges_note_binary(bc_exchanges_t *exchanges, const bc_message_t *message, bool binary);

/* Whether a message belongs to a binary exchange, which is not forgotten then. */
bool bc_exchanges_has(bc_exchanges_t *exchanges, const bc_message_t *message);

/* Sets which piece of a picture a binary payload is: the first by its first bytes, the others by their
 * exchange. */
void bc_exchanges_note_jpeg(bc_exchanges_t *exchanges, const bc_message_t *message, bc_decision_t *decision);

#endif
