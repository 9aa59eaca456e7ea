/* tapped-frame.h
 * What statistics count of a frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_SHOW_TAPPED_FRAME_H
#define CAMSHARK_NEWCAMD_SHOW_TAPPED_FRAME_H

#include <newcamd/record/conversation.h>
#include <newcamd/show/message.h>

/* Gives a frame to whoever counts.
 *   message  NULL if it is closed, or makes no sense */
void newcamd_tap_frame(packet_info *pinfo, const newcamd_pdu_t *pdu, const newcamd_message_t *message);

#endif
