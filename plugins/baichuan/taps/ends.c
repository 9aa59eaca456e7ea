/* ends.c
 * Statistics > Conversations and Endpoints by camera, `-z conv,baichuan` and `-z endpoints,baichuan`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A camera is its address, over TCP and BcUdp alike: few connections say more of it, and BcUdp changes its ports.
 */
#include <common/epan/ws-compat.h>

#include <common/epan/ends.h>

#include <baichuan/taps/ends.h>
#include <baichuan/taps/message-tap.h>

static camshark_said_t
said_by(const packet_info *pinfo, const void *tapped)
{
    const baichuan_tap_t *message = tapped;

    return (camshark_said_t){
        .sender = pinfo->src,
        .receiver = pinfo->dst,
        .known = message->sender != BC_SENDER_UNKNOWN,
        .from_client = message->sender == BC_SENDER_CLIENT,
        .bytes = message->bytes,
    };
}

/* What Wireshark puts before an address to have the frames of a row; only those that hold messages are meant. */
static const char *
address_filter(const address *end, conv_filter_type_e filter)
{
    static const char *const names[][2] = {
        [CONV_FT_SRC_ADDRESS] = { "baichuan.msg_id && ip.src", "baichuan.msg_id && ipv6.src" },
        [CONV_FT_DST_ADDRESS] = { "baichuan.msg_id && ip.dst", "baichuan.msg_id && ipv6.dst" },
        [CONV_FT_ANY_ADDRESS] = { "baichuan.msg_id && ip.addr", "baichuan.msg_id && ipv6.addr" },
    };

    if (filter > CONV_FT_ANY_ADDRESS || (end->type != AT_IPv4 && end->type != AT_IPv6)) {
        return CONV_FILTER_INVALID;
    }
    return names[filter][end->type == AT_IPv6];
}

static const char *
filter_pair(conv_item_t *pair, conv_filter_type_e filter)
{
    return address_filter(&pair->src_address, filter);
}

static const char *
filter_end(endpoint_item_t *end, conv_filter_type_e filter)
{
    return address_filter(&end->myaddress, filter);
}

static camshark_ends_t baichuan_ends = { said_by, { filter_pair }, { filter_end } };

static tap_packet_status
count_baichuan_pair(void *table, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped,
                    tap_flags_t flags)
{
    return camshark_ends_count_pair(&baichuan_ends, table, pinfo, tapped, flags);
}

static tap_packet_status
count_baichuan_ends(void *table, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped,
                    tap_flags_t flags)
{
    return camshark_ends_count_each(&baichuan_ends, table, pinfo, tapped, flags);
}

void
bc_ends_register(int proto)
{
    register_conversation_table(proto, true, count_baichuan_pair, count_baichuan_ends);
}
