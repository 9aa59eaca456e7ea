/* follow-text.c
 * Lines of a dialogue for Follow Stream.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/follow-text.h>

#include <string.h>

#include <epan/tap.h>

void
camshark_follow_queue(int tap, packet_info *pinfo, tvbuff_t *tvb, const char *text)
{
    const size_t len = strlen(text);

    if (len > 0 && len <= INT_MAX) {
        tap_queue_packet(tap, pinfo,
                         tvb_new_child_real_data(tvb, (const uint8_t *)text, (unsigned)len, (int)len));
    }
}
