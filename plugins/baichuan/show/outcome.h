/* outcome.h
 * How a session went, in the tree of its last packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_OUTCOME_H
#define CAMSHARK_BAICHUAN_SHOW_OUTCOME_H

#include <baichuan/record/outcome.h>

/* Adds what can be said, on a later pass and in the last packet alone; nothing if outcome is NULL.
 *   record  that of the packet at hand, as bc_outcome_packet() was given it
 *   tree    the packet's own */
void bc_outcome_show(const bc_outcome_t *outcome, const void *record, tvbuff_t *tvb, packet_info *pinfo,
                     proto_tree *tree);

void bc_outcome_register(int proto);

#endif
