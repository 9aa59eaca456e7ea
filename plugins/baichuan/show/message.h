/* message.h
 * One BC message, whatever carried it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_MESSAGE_H
#define CAMSHARK_BAICHUAN_SHOW_MESSAGE_H

#include <epan/packet.h>

#include <baichuan/record/conversation.h>

/* Dissects the message whose header is at offset. Of its body as much is shown as tvb holds; a length
 * that is not possible is not believed, and only the header is shown. */
void bc_message_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset,
                        const bc_header_t *header, const bc_delivery_t *delivery);

void bc_message_register(int proto);

#endif
