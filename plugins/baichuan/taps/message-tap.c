/* message-tap.c
 * What the tap "baichuan" gives to its listeners: statistics.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/taps/message-tap.h>

#include <epan/tap.h>

#include <baichuan/record/message-names.h>

static int baichuan_tap = -1;

void
bc_message_tap_queue(packet_info *pinfo, const bc_header_t *header, const bc_record_t *record,
                     const nstime_t *when)
{
    if (!have_tap_listener(baichuan_tap)) {
        return;
    }
    const baichuan_tap_t message = {
        .connection = record->connection,
        .msg_id = header->msg_id,
        .name = bc_message_name(pinfo->pool, header->msg_id),
        .sender = record->sender,
        .turn = record->turn,
        .when = *when,
    };
    tap_queue_packet(baichuan_tap, pinfo, wmem_memdup(pinfo->pool, &message, sizeof message));
}

void
bc_message_tap_register(void)
{
    baichuan_tap = register_tap(BAICHUAN_TAP);
}
