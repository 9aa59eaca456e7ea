/* message-tap.h
 * What the tap "newcamd" gives to its listeners: statistics.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One call for each frame of newcamd, in the order of the capture; none for retransmissions.
 */
#ifndef CAMSHARK_NEWCAMD_TAPS_MESSAGE_TAP_H
#define CAMSHARK_NEWCAMD_TAPS_MESSAGE_TAP_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <newcamd/record/connection.h>

#define NEWCAMD_TAP "newcamd"

/* Lives until the packet that it was found in is dissected; connection and turn.exchange as long as the file. */
typedef struct {
    const newcamd_connection_t *connection;
    newcamd_turn_t turn;
    uint32_t bytes; /* of the frame */
    uint8_t direction;
    bool opened; /* and a sound message: what follows is its */
    bool from_server;
    uint8_t tag;
    uint8_t
        flags; /* the upper four bits beside the length, as the lower ones of this; 0 of a message that was overwritten */
    uint16_t data_len; /* bytes of message data */
} newcamd_tap_t;

/* Whether anybody listens. */
bool newcamd_tap_wanted(void);

/* Gives a frame to the listeners; it is copied. */
void newcamd_tap_queue(packet_info *pinfo, const newcamd_tap_t *frame);

void newcamd_message_tap_register(void);

#endif
