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

/* Adds a structure that is all of tvb, with the fields of it that are known. */
void bc_legacy_show(tvbuff_t *tvb, proto_tree *tree, uint32_t msg_id);

#endif
