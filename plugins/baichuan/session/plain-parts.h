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

/* Bytes of a payload in a row, as they were sent. */
typedef struct {
    size_t at; /* of the first one in the payload proper */
    size_t len;
    const uint8_t *bytes;
    const uint8_t *before; /* those that lie directly before them: */
    size_t n_before;       /* bc_plain_needs_before() of them, or 0 if they are not known */
} bc_stretch_bytes_t;

/* How many encrypted bytes before a place of the payload proper are needed to read on from there: at most
 * BC_PLAIN_BEFORE. */
#define BC_PLAIN_BEFORE 31u
size_t bc_plain_needs_before(const bc_decision_t *decision, size_t at);

/* Opens a stretch of the payload proper. Where it is AES and the bytes before it are not known, the plain bytes begin with
 * the second whole block: they are the last ones of the stretch. bytes is NULL if it can not be opened. In memory of
 * message's, which it needs for nothing else but the header; what is clear is not copied. */
bc_plain_t bc_plain_stretch(const bc_message_t *message, const bc_decision_t *decision,
                            const bc_stretch_bytes_t *raw);

/* Opens len bytes (BC_PEEK_MAX at most) of the payload, at a place in it, and keeps nothing. False if they can
 * not be opened, or were not captured. */
bool bc_plain_peek(const bc_message_t *message, const bc_decision_t *decision, size_t at, uint8_t *out,
                   size_t len);

#endif
