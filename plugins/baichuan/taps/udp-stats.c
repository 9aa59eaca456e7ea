/* udp-stats.c
 * Statistics over BcUdp packets: `-z baichuan_udp,tree`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/stats_tree.h>
#include <epan/tap.h>

#include <baichuan/taps/stats-tree.h>
#include <baichuan/taps/udp-stats.h>

#define TAP "baichuan_udp"

static const char packets_name[] = "BcUdp packets";
static const char rtt_name[] = "Ack round-trip time (microseconds)";
static const char rate_name[] = "Receive rate in acknowledgements (bytes a second)";
static const char no_rate_name[] = "Acknowledgements without a receive rate";

static int tap = -1;
static int packets_node = -1;
static int data_node = -1;
static int rtt_node = -1;
static int rate_node = -1;
static int no_rate_node = -1;

void
bc_udp_stats_queue(packet_info *pinfo, const bc_udp_tap_t *packet)
{
    if (have_tap_listener(tap)) {
        tap_queue_packet(tap, pinfo, wmem_memdup(pinfo->pool, packet, sizeof *packet));
    }
}

static const char *
udp_type_name(bc_udp_type_t type)
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

/* What is kept for a tree. */
typedef struct {
    GHashTable
        *lost; /* name of a node of a direction -> packets that are given up, an int; NULL before the first */
} udp_tree_t;

static GHashTable *udp_trees; /* see bc_tree_data() */

static void
free_udp_tree(void *data)
{
    udp_tree_t *named = data;

    g_clear_pointer(&named->lost, g_hash_table_destroy);
    g_free(named);
}

/* The sum of losses of a direction; NULL if there are more directions than have a node of their own. */
static int *
udp_losses_of(stats_tree *tree, const char *direction)
{
    udp_tree_t *named = bc_tree_data(&udp_trees, tree, sizeof *named, free_udp_tree);

    if (named->lost == NULL) {
        named->lost = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    }
    int *lost = g_hash_table_lookup(named->lost, direction);
    if (lost == NULL && g_hash_table_size(named->lost) < BC_TREE_NAMES) {
        lost = g_new0(int, 1);
        g_hash_table_insert(named->lost, g_strdup(direction), lost);
    }
    return lost;
}

static void
end_udp_tree(stats_tree *tree)
{
    bc_tree_data_free(udp_trees, tree);
}

static void
begin_udp_tree(stats_tree *tree)
{
    bc_tree_data_free(udp_trees, tree);
    packets_node = stats_tree_create_node(tree, packets_name, 0, STAT_DT_INT, true);
    data_node = stats_tree_create_node(tree, udp_type_name(BC_UDP_DATA), packets_node, STAT_DT_INT, true);
    rtt_node = stats_tree_create_node(tree, rtt_name, 0, STAT_DT_INT, true);
    stat_node_set_flags(tree, rtt_name, 0, true, ST_FLG_AVERAGE);
    rate_node = stats_tree_create_node(tree, rate_name, 0, STAT_DT_INT, true);
    stat_node_set_flags(tree, rate_name, 0, true, ST_FLG_AVERAGE);
    no_rate_node = stats_tree_create_node(tree, no_rate_name, 0, STAT_DT_INT, true);
}

/* lost: see udp_losses_of() */
static void
count_udp_data(stats_tree *tree, const bc_udp_tap_t *packet, const char *direction, int *lost)
{
    const int node = tick_stat_node(tree, direction, data_node, true);

    tick_stat_node(tree, packet->retransmission ? "Retransmitted" : "First transmissions", node, false);
    if (packet->reordered) {
        tick_stat_node(tree, "Reordered", node, false);
    }
    increase_stat_node(tree, "Lost", node, false, bc_tree_room(lost, packet->lost));
}

/* name: of the direction */
static void
count_receive_rate(stats_tree *tree, const bc_udp_tap_t *packet, const char *name)
{
    const int rate = bc_tree_number(packet->receive_rate);

    if (rate > 0) {
        avg_stat_node_add_value_int(tree, rate_name, 0, true, rate);
        avg_stat_node_add_value_int(tree, name, rate_node, false, rate);
    } else {
        tick_stat_node(tree, no_rate_name, 0, true);
        tick_stat_node(tree, name, no_rate_node, false);
    }
}

/* name: of the direction */
static void
count_udp_ack(stats_tree *tree, const bc_udp_tap_t *packet, const char *name)
{
    const int rtt = bc_tree_whole(nstime_to_msec(&packet->rtt) * 1000.0); /* microseconds */

    if (packet->has_rtt) {
        avg_stat_node_add_value_int(tree, rtt_name, 0, true, rtt);
        avg_stat_node_add_value_int(tree, name, rtt_node, false, rtt);
    }
    if (!packet->nothing) {
        count_receive_rate(tree, packet, name);
    }
}

/* Of data or an acknowledgement, in the node of its session and direction. */
static void
count_in_udp_direction(stats_tree *tree, packet_info *pinfo, const bc_udp_tap_t *packet)
{
    const bool data = packet->type == BC_UDP_DATA;
    const char *direction =
        wmem_strdup_printf(pinfo->pool, "Session %u, %s to connection %d", packet->session,
                           data ? "data" : "acknowledgements", (int)packet->receiver);
    int *lost = udp_losses_of(tree, direction);

    if (data && lost != NULL) {
        count_udp_data(tree, packet, direction, lost);
    } else if (data) {
        tick_stat_node(tree, "Further directions", data_node, false);
    } else {
        count_udp_ack(tree, packet, lost != NULL ? direction : "Further directions");
    }
}

static tap_packet_status
count_udp_packet(stats_tree *tree, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                 tap_flags_t flags _U_)
{
    const bc_udp_tap_t *packet = data;

    tick_stat_node(tree, packets_name, 0, true);
    tick_stat_node(tree, udp_type_name(packet->type), packets_node, packet->type == BC_UDP_DATA);
    if (packet->type == BC_UDP_DATA || packet->type == BC_UDP_ACK) {
        count_in_udp_direction(tree, pinfo, packet);
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
    stats_tree_register_plugin(TAP, TAP, "Baichuan" STATS_TREE_MENU_SEPARATOR "UDP", 0, count_udp_packet,
                               begin_udp_tree, end_udp_tree);
}
