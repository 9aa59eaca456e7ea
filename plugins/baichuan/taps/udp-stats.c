/* udp-stats.c
 * Statistics over BcUdp packets: `-z baichuan_udp,tree`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/stats_tree.h>
#include <epan/tap.h>

#include <baichuan/taps/udp-stats.h>

#define TAP "baichuan_udp"

static const char packets_name[] = "BcUdp packets";
static const char rtt_name[] = "Ack round-trip time (microseconds)";

static int tap = -1;
static int packets_node = -1;
static int data_node = -1;
static int rtt_node = -1;

void
bc_udp_stats_queue(packet_info *pinfo, const bc_udp_tap_t *packet)
{
    if (have_tap_listener(tap)) {
        tap_queue_packet(tap, pinfo, wmem_memdup(pinfo->pool, packet, sizeof *packet));
    }
}

static const char *
type_name(bc_udp_type_t type)
{
    switch (type) {
    case BC_UDP_DATA:
        return "Data";
    case BC_UDP_ACK:
        return "Acknowledgements";
    case BC_UDP_DISCOVERY:
        return "Discovery";
    case BC_UDP_ALARM:
        return "Alarms";
    case BC_UDP_HUB:
        return "Hub packets";
    case BC_UDP_NONE:
        break;
    }
    return "Others";
}

static void
init(stats_tree *tree)
{
    packets_node = stats_tree_create_node(tree, packets_name, 0, STAT_DT_INT, true);
    data_node = stats_tree_create_node(tree, type_name(BC_UDP_DATA), packets_node, STAT_DT_INT, true);
    rtt_node = stats_tree_create_node(tree, rtt_name, 0, STAT_DT_INT, true);
    stat_node_set_flags(tree, rtt_name, 0, true, ST_FLG_AVERAGE);
}

static void
count_data(stats_tree *tree, const bc_udp_tap_t *packet, const char *direction)
{
    const int node = tick_stat_node(tree, direction, data_node, true);

    tick_stat_node(tree, packet->retransmission ? "Retransmitted" : "First transmissions", node, false);
    if (packet->reordered) {
        tick_stat_node(tree, "Reordered", node, false);
    }
    increase_stat_node(tree, "Lost", node, false, (int)MIN(packet->lost, INT32_MAX));
}

static void
count_rtt(stats_tree *tree, const bc_udp_tap_t *packet, const char *direction)
{
    const int microseconds = (int)MIN(nstime_to_msec(&packet->rtt) * 1000.0, INT32_MAX);

    avg_stat_node_add_value_int(tree, rtt_name, 0, true, microseconds);
    avg_stat_node_add_value_int(tree, direction, rtt_node, false, microseconds);
}

static tap_packet_status
count(stats_tree *tree, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    const bc_udp_tap_t *packet = data;

    tick_stat_node(tree, packets_name, 0, true);
    tick_stat_node(tree, type_name(packet->type), packets_node, packet->type == BC_UDP_DATA);
    if (packet->type == BC_UDP_DATA || packet->type == BC_UDP_ACK) {
        const char *direction = wmem_strdup_printf(
            pinfo->pool, "Session %u, %s to connection %d", packet->session,
            packet->type == BC_UDP_DATA ? "data" : "acknowledgements", (int)packet->receiver);
        if (packet->type == BC_UDP_DATA) {
            count_data(tree, packet, direction);
        } else if (packet->has_rtt) {
            count_rtt(tree, packet, direction);
        }
    }
    return TAP_PACKET_REDRAW;
}

void
bc_udp_stats_register(void)
{
    tap = register_tap(TAP);
}

void
bc_udp_stats_handoff(void)
{
    stats_tree_register_plugin(TAP, TAP, "Baichuan UDP", 0, count, init, NULL);
}
