/* message-tap.h
 * What the tap "baichuan" gives to its listeners: statistics.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One call for each message that is shown with its record, in the order in which they are decided about.
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_MESSAGE_TAP_H
#define CAMSHARK_BAICHUAN_TAPS_MESSAGE_TAP_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <baichuan/record/segment.h>

#define BAICHUAN_TAP "baichuan"

/* Lives until the packet that it was found in is dissected; turn.exchange as long as the file. */
typedef struct {
    uint32_t connection; /* as of bc_conversation_t */
    uint32_t msg_id;
    const char *name; /* of the message, as the Info column has it */
    uint8_t sender;   /* bc_sender_t */
    bc_turn_t turn;
    nstime_t when;  /* the packet that completed it was captured */
    uint32_t bytes; /* of it that are in the capture */
    /* Of the first message of a key, as the key table has them: masked if secrets are hidden. NULL of others. */
    const char *session_key;
    const char *session_iv; /* empty: the usual one */
} baichuan_tap_t;

/* Gives a message to the listeners, if there are any.
 *   when  see baichuan_tap_t
 *   hide  secrets are hidden */
void bc_message_tap_queue(packet_info *pinfo, const bc_header_t *header, const bc_run_t *run,
                          const nstime_t *when, bool hide);

void bc_message_tap_register(void);

#endif
