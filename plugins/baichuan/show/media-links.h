/* media-links.h
 * Where a media packet stands: in its stream, and in which frames its other parts are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 5.6 and 5.7.
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_MEDIA_LINKS_H
#define CAMSHARK_BAICHUAN_SHOW_MEDIA_LINKS_H

#include <epan/packet.h>

#include <baichuan/record/media-record.h>

/* Adds the frames in which a packet begins, goes on and ends, as far as they are not this one and known. part belongs to
 * a packet. */
void bc_media_links_show(const bc_media_part_t *part, tvbuff_t *tvb, proto_tree *tree);

/* Adds the numbers of a packet whose header is known, and the time since the one of its type before it. */
void bc_media_place_show(const bc_media_packet_t *packet, tvbuff_t *tvb, proto_tree *tree);

void bc_media_links_register(int proto);

#endif
