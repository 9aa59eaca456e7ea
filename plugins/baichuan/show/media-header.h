/* media-header.h
 * The headers of media packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 5.1 to 5.5.
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_MEDIA_HEADER_H
#define CAMSHARK_BAICHUAN_SHOW_MEDIA_HEADER_H

#include <epan/packet.h>

#include <baichuan/wire/media.h>

/* Adds all of the header at an offset, whose header->len bytes are there: in the message's payload, or in a buffer where
 * it was put together. */
void bc_media_header_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset,
                          const bc_media_header_t *header);

/* Name of a baichuan_media_type_t, and of a baichuan_codec_t. */
const char *bc_media_type_name(uint8_t type);
const char *bc_media_codec_name(uint8_t codec);

void bc_media_header_register(int proto);

#endif
