/* export.h
 * Files out of BC messages: what File > Export Objects and tshark --export-objects list and write.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Nothing is written here: Wireshark writes what the user chooses. Without a listener nothing is done at all.
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_EXPORT_H
#define CAMSHARK_BAICHUAN_TAPS_EXPORT_H

#include <epan/packet.h>

#include <baichuan/taps/media-tap.h>
#include <baichuan/record/transfers.h>

void bc_export_register(int proto);

/* Whether somebody listens. */
bool bc_export_wanted(void);

/* Gives a message's payload, in plain text, to the list of files, if it is a piece of one.
 *   piece  may be NULL: then it is none */
void bc_export_payload(tvbuff_t *plain, packet_info *pinfo, const bc_transfer_piece_t *piece);

/* The same for the pieces of media packets in a payload. They are to live in pinfo->pool. */
void bc_export_media(packet_info *pinfo, const bc_transfer_piece_t *piece, const baichuan_media_tap_t *media,
                     uint32_t n_media);

/* Says that bytes of a file or stream are there that nobody can open.
 *   piece   may be NULL: no file is known that they are of
 *   stream  number of the media stream; 0 if it has no packet yet, or if they are no media */
void bc_export_unopened(packet_info *pinfo, const bc_transfer_piece_t *piece, uint32_t stream);

#endif
