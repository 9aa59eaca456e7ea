/* losses.h
 * What losses leave behind: bytes that are missing, and bytes without the header of their message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_LOSSES_H
#define CAMSHARK_BAICHUAN_SHOW_LOSSES_H

#include <baichuan/record/conversation.h>

void bc_continuation_register(int proto);

/* Adds len bytes at offset that belong to no message that can be shown, with the text at their end. Returns their subtree.
 *   skip  what the first pass has noted; NULL if it did not meet them */
proto_tree *bc_continuation_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, int len,
                                 const bc_skip_t *skip);

/* Adds what is missing in front of the message whose header is at offset, if anything is. */
void bc_continuation_show_lost(const bc_loss_t *lost, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                               int offset);

#endif
