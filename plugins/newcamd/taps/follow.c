/* follow.c
 * Follow > newcamd Stream: the sentences of the list, a line each. They are masked if secrets are hidden.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/taps/follow.h>

#include <epan/dissectors/packet-tcp.h>
#include <epan/follow.h>
#include <epan/tap.h>

#include <common/epan/follow-text.h>

#define FOLLOW_TAP "newcamd_follow"

static int newcamd_follow_tap = -1;

void
newcamd_follow_say(packet_info *pinfo, tvbuff_t *tvb, const char *sentence)
{
    if (have_tap_listener(newcamd_follow_tap)) {
        camshark_follow_queue(newcamd_follow_tap, pinfo, tvb,
                              wmem_strdup_printf(pinfo->pool, "%s\n", sentence));
    }
}

static char *
filter_of_stream(unsigned stream)
{
    return g_strdup_printf("tcp.stream == %u && newcamd", stream);
}

static char *
follow_tcp_packet(epan_dissect_t *edt _U_, packet_info *pinfo, unsigned *stream, unsigned *sub_stream)
{
    const struct tcp_analysis *tcp = get_tcp_conversation_data(NULL, pinfo);

    if (tcp == NULL || !proto_is_frame_protocol(pinfo->layers, "newcamd")) {
        return NULL;
    }
    *stream = tcp->stream;
    *sub_stream = 0;
    return filter_of_stream(*stream);
}

static char *
follow_tcp_index(unsigned stream, unsigned sub_stream _U_)
{
    return filter_of_stream(stream);
}

static char *
follow_tcp_addresses(address *src, address *dst, int src_port, int dst_port)
{
    char *addresses = camshark_follow_addresses(src, dst);
    char *filter =
        g_strdup_printf("newcamd && %s && tcp.port == %d && tcp.port == %d", addresses, src_port, dst_port);

    g_free(addresses);
    return filter;
}

static uint32_t G_GNUC_UNUSED
count_tcp_streams(void)
{
    return get_tcp_stream_count();
}

void
newcamd_follow_register(int proto)
{
    newcamd_follow_tap = register_tap(FOLLOW_TAP);
    register_follow_stream(proto, FOLLOW_TAP, follow_tcp_packet, follow_tcp_index, follow_tcp_addresses,
                           camshark_follow_port,
                           follow_tvb_tap_listener WSC_FOLLOW_COUNTS(count_tcp_streams));
}
