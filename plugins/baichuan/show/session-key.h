/* session-key.h
 * The key of a login, where it is known first.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_SESSION_KEY_H
#define CAMSHARK_BAICHUAN_SHOW_SESSION_KEY_H

#include <epan/packet.h>

#include <baichuan/record/conversation.h>

/* Adds the key, and its IV if that is not the usual one, to the first message of a connection that it opens or that proves
 * it; masked if secrets are hidden.
 *   offset  of the message in tvb */
void bc_session_key_show(tvbuff_t *tvb, proto_tree *tree, int offset, const bc_record_t *record);

void bc_session_key_register(int proto);

#endif
