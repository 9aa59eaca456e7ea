/* message-tap.c
 * What the tap "newcamd" gives to its listeners: statistics.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/taps/message-tap.h>

#include <epan/tap.h>

static int newcamd_tap = -1;

bool
newcamd_tap_wanted(void)
{
    return have_tap_listener(newcamd_tap);
}

void
newcamd_tap_queue(packet_info *pinfo, const newcamd_tap_t *frame)
{
    tap_queue_packet(newcamd_tap, pinfo, wmem_memdup(pinfo->pool, frame, sizeof *frame));
}

void
newcamd_message_tap_register(void)
{
    newcamd_tap = register_tap(NEWCAMD_TAP);
}
