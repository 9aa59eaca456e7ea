/* audio-header.h
 * The codec's own header at the start of an audio payload: ADTS of AAC, and the block header of ADPCM.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_AUDIO_HEADER_H
#define CAMSHARK_BAICHUAN_SHOW_AUDIO_HEADER_H

#include <epan/packet.h>

void bc_audio_header_register(int proto);

/* Adds the header at offset.
 *   len   how much of it there is: bc_media_codec_header()
 *   type  baichuan_media_type_t */
void bc_audio_header_show(tvbuff_t *tvb, proto_tree *tree, int offset, int len, uint8_t type);

#endif
