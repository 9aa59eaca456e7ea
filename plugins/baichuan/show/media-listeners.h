/* media-listeners.h
 * What is told of media packets to those who listen: statistics, exports, the player of sounds.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_MEDIA_LISTENERS_H
#define CAMSHARK_BAICHUAN_SHOW_MEDIA_LISTENERS_H

#include <epan/packet.h>

#include <baichuan/record/media-record.h>
#include <baichuan/record/transfers.h>
#include <baichuan/wire/header.h>

/* Tells of what a payload has of media packets.
 *   plain  the payload
 *   piece  what it is of a transfer; may be NULL */
void bc_media_tell_listeners(tvbuff_t *plain, packet_info *pinfo, const bc_header_t *header,
                             const bc_media_record_t *record, const bc_transfer_piece_t *piece);

void bc_media_listeners_register(void);

#endif
