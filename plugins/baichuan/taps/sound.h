/* sound.h
 * ADPCM for Wireshark's own player of sound.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Telephony > RTP lists and plays what is given to the tap "rtp" and has a codec. The packets of it are made up, and say so in
 * the name of their payload: there is no RTP in the capture.
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_SOUND_H
#define CAMSHARK_BAICHUAN_TAPS_SOUND_H

#include <epan/packet.h>

#include <baichuan/record/media-record.h>

/* To be called once, when protocols hand off. */
void bc_sound_handoff(void);

/* Whether somebody listens. */
bool bc_sound_wanted(void);

/* Gives a packet of ADPCM to the listeners, in the frame in which it ends.
 *   packet   has a sound
 *   payload  all of it: packet->header.size bytes
 *   rate     samples a second; nothing is done if no codec has that rate */
void bc_sound_give(packet_info *pinfo, const bc_media_packet_t *packet, const uint8_t *payload,
                   uint32_t rate);

#endif
