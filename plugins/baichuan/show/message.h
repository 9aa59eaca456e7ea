/* message.h
 * One BC message, whatever carried it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_MESSAGE_H
#define CAMSHARK_BAICHUAN_SHOW_MESSAGE_H

#include <epan/packet.h>

#include <baichuan/record/segment.h>

/* Shows the message of a run; of one that passes by what lies before its payload. Returns its subtree.
 *   offset   where the run's bytes begin in tvb
 *   message  that run's, of which parts may be open already */
proto_tree *bc_message_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset,
                            const bc_run_t *run, bc_message_t *message);

/* Says that what is shown below tree is not complete where the capture ends. */
void bc_message_show_waiting(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset);

void bc_message_register(int proto);

#endif
