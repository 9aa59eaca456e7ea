/* header-fields.h
 * The fields of a BC message's header.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 1.2 to 1.6.
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_HEADER_FIELDS_H
#define CAMSHARK_BAICHUAN_SHOW_HEADER_FIELDS_H

#include <epan/packet.h>

#include <baichuan/wire/header.h>

/* Adds the fields of the header at offset, whose header->len bytes are there. */
void bc_header_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset,
                    const bc_header_t *header);

void bc_header_fields_register(int proto);

#endif
