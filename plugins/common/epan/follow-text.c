/* follow-text.c
 * Lines of a dialogue for Follow Stream.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/follow-text.h>

#include <string.h>

#include <epan/tap.h>
#include <epan/to_str.h>

void
camshark_follow_queue(int tap, packet_info *pinfo, tvbuff_t *tvb, const char *text)
{
    const size_t len = strlen(text);

    if (len > 0 && len <= INT_MAX) {
        tap_queue_packet(tap, pinfo,
                         tvb_new_child_real_data(tvb, (const uint8_t *)text, (unsigned)len, (int)len));
    }
}

char *
camshark_follow_addresses(const address *src, const address *dst)
{
    const char *family = (src->type == AT_IPv6) ? "ipv6" : "ip";
    char *from = address_to_str(NULL, src);
    char *to = address_to_str(NULL, dst);
    char *filter = g_strdup_printf("%s.addr == %s && %s.addr == %s", family, from, family, to);

    wmem_free(NULL, from);
    wmem_free(NULL, to);
    return filter;
}

char *
camshark_follow_port(wmem_allocator_t *allocator, unsigned port)
{
    return wmem_strdup_printf(allocator, "%u", port);
}
