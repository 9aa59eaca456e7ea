/* identity.h
 * What a message is and whose, as values of fields: for columns, JSON, scripts and search engines.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_IDENTITY_H
#define CAMSHARK_BAICHUAN_SHOW_IDENTITY_H

#include <baichuan/record/conversation.h>

/* Adds name, sender (where anybody knows him) and connection of a message.
 *   offset  of the message in tvb
 *   record  NULL if there is none */
void bc_identity_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset,
                      const bc_header_t *header, const bc_record_t *record);

/* Adds the number of a connection; nothing for BC_NO_CONNECTION.
 *   offset  of what belongs to it in tvb */
void bc_connection_show(tvbuff_t *tvb, proto_tree *tree, int offset, uint32_t connection);

void bc_identity_register(int proto);

#endif
