/* legacy-structures.h
 * Bodies of the time before XML: C structures under the message ids that carry XML today.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 11, of which little is known.
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_LEGACY_STRUCTURES_H
#define CAMSHARK_BAICHUAN_SHOW_LEGACY_STRUCTURES_H

#include <epan/packet.h>

void bc_legacy_register(int proto);

/* Whether the structure of a message may hold secrets, and nobody knows where: passwords of users, mail and FTP were in
 * such structures as they are in documents today. */
bool bc_legacy_may_hold_secrets(uint32_t msg_id);

/* Adds a structure that is all of tvb, with the fields of it that are known; where none are, with what can be read. */
void bc_legacy_show(tvbuff_t *tvb, proto_tree *tree, uint32_t msg_id);

#endif
