/* secret-trails.h
 * Secrets that go on from one binary message of a stream to the next.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Whatever their sender calls them, the messages of a file or a stream may hold a document, which the border of two of them may
 * cut. Only for those who hide secrets, and on the first pass: what comes of it is in the records. One trail a stream, in file
 * scope, whatever its messages hold.
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_SECRET_TRAILS_H
#define CAMSHARK_BAICHUAN_RECORD_SECRET_TRAILS_H

#include <baichuan/record/conversation.h>
#include <baichuan/wire/xml-secrets.h>

/* What the stream of a message, by its direction, id and tie, leaves to what follows; made if there is nothing. File scope. There
 * was a body in the conversation before, or in this message. */
bc_secret_trail_t *bc_secret_trail_of(bc_conversation_t *conversation, const bc_message_t *message);

/* Notes a message that is shown as a whole, and about which was decided; opens its payload for that. Returns whether a secret that
 * began before it may go on in the payload. */
bool bc_secret_trails_note(bc_conversation_t *conversation, bc_message_t *message, const bc_record_t *record);

/* Whether one may go on in a message about which nothing is decided yet. Any pass. */
bool bc_secret_trails_reach(const bc_conversation_t *conversation, const bc_message_t *message);

#endif
