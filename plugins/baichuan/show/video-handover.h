/* video-handover.h
 * Handing the NAL units of video frames to Wireshark's H.264 and H.265 dissectors.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_VIDEO_HANDOVER_H
#define CAMSHARK_BAICHUAN_SHOW_VIDEO_HANDOVER_H

#include <epan/packet.h>

#include <baichuan/record/media-streams.h>

void bc_video_register(int proto);
void bc_video_handoff(void);

/* Adds a NAL unit whose bytes are at at, as its extent says: whole, its beginning, or by its type alone. */
void bc_video_show_unit(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int at,
                        const bc_media_unit_t *unit);

#endif
