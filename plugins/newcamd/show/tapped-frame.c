/* tapped-frame.c
 * What statistics count of a frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/show/tapped-frame.h>

#include <newcamd/taps/message-tap.h>

/* Of a message that its server has overwritten they are gone. */
static uint8_t
flags_of(const newcamd_message_t *message)
{
    const bool overwritten = message->context != NULL && message->context->damaged != 0;

    return overwritten ? 0 : tvb_get_uint8(message->tvb, (int)message->header_len + 1) >> 4;
}

void
newcamd_tap_frame(packet_info *pinfo, const newcamd_pdu_t *pdu, const newcamd_message_t *message)
{
    newcamd_tap_t tapped = {
        .connection = pdu->connection,
        .turn = pdu->turn,
        .bytes = pdu->length,
        .direction = pdu->direction,
    };

    if (!newcamd_tap_wanted()) {
        return;
    }
    if (message != NULL) {
        tapped.opened = true;
        tapped.from_server = message->from_server;
        tapped.tag = (uint8_t)message->tag;
        tapped.flags = flags_of(message);
        tapped.data_len = (uint16_t)message->data_len;
    }
    newcamd_tap_queue(pinfo, &tapped);
}
