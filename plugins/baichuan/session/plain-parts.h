/* plain-parts.h
 * The parts of a message in plain text, as a session has decided about them: each opened once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Both kinds of pass open parts here, the first one as soon as the session has decided and later ones with the
 * decision from the record. Of a part that is long and not to be shown, bc_plain_peek() opens a few bytes alone.
 */
#ifndef CAMSHARK_BAICHUAN_SESSION_PLAIN_PARTS_H
#define CAMSHARK_BAICHUAN_SESSION_PLAIN_PARTS_H

#include <baichuan/session/decision.h>
#include <baichuan/wire/message.h>

#define BC_PEEK_MAX 16u /* bytes */

/* The Extension, or the payload, as many bytes of it as were captured. It is opened unless it is already; what
 * is clear and whole is not copied. Of a payload with holes all is opened that can be: with BC XOR all bytes, with AES
 * those behind the first whole block behind a hole. bytes is NULL if it can not be opened or if there is none. The
 * result is message's. */
const bc_plain_t *bc_plain_extension(bc_message_t *message, const bc_decision_t *decision);
const bc_plain_t *bc_plain_payload(bc_message_t *message, const bc_decision_t *decision);

/* The Extension that lies in the payload, of a message whose decision has one. The result lives as long as message's
 * other parts, but is not kept: it is opened anew each time. */
bc_plain_t bc_plain_inner_extension(const bc_message_t *message, const bc_decision_t *decision);

/* Opens len bytes (BC_PEEK_MAX at most) of the payload, at a place in it, and keeps nothing. False if they can
 * not be opened, or were not captured. */
bool bc_plain_peek(const bc_message_t *message, const bc_decision_t *decision, size_t at, uint8_t *out,
                   size_t len);

#endif
