/* udp.c
 * BC over UDP: recognising BcUdp and the LAN search, also on ports that belong to other dissectors.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * UDP asks the owners of ports before any heuristic. Some ports that cameras use have an owner: there we
 * stand in front of it, take what passes the test, and hand on everything else as if we were not there.
 * Whether a datagram is ours depends on its bytes and ports alone, so every pass decides alike.
 */
#include <common/epan/ws-compat.h>

#include <epan/conversation.h>
#include <epan/packet.h>

#include <common/epan/key-sources.h>

#include <baichuan/show/key-faults.h>
#include <baichuan/udp/udp.h>
#include <baichuan/udp/lan-search.h>
#include <baichuan/udp/packet.h>
#include <baichuan/udp/udp-ack.h>
#include <baichuan/udp/udp-data.h>
#include <baichuan/udp/udp-data-fields.h>
#include <baichuan/udp/udp-discovery.h>
#include <baichuan/wire/udp-header.h>
#include <baichuan/udp/udp-session.h>
#include <baichuan/taps/udp-stats.h>

static dissector_handle_t udp_handle;

/* Ports that may belong to somebody else; NULL: to nobody. */
static struct {
    uint16_t port;
    dissector_handle_t owner;
} ports[] = { { 2000, NULL }, { 3000, NULL }, { 9996, NULL }, { 9999, NULL } };

/* Stands in front of these owners. It is of no protocol, so that nothing shows that we were asked about what
 * is not ours. */
static dissector_handle_t port_handle;

/* The datagram's bytes as far as they were captured; NULL if there are none. */
static const uint8_t *
datagram_bytes(tvbuff_t *tvb)
{
    const int have = (int)tvb_captured_length(tvb);

    return (have > 0) ? tvb_get_ptr(tvb, 0, have) : NULL;
}

static bc_udp_type_t
bcudp_type_of(tvbuff_t *tvb)
{
    const uint8_t *bytes = datagram_bytes(tvb);

    return (bytes != NULL) ? bc_udp_recognise(bytes, tvb_captured_length(tvb), tvb_reported_length(tvb))
                           : BC_UDP_NONE;
}

static int
dissect_lan_search(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const uint8_t *bytes = datagram_bytes(tvb);
    const size_t len = tvb_captured_length(tvb);

    if (bytes == NULL || tvb_reported_length(tvb) != len) {
        return 0;
    }
    if (bc_lan_is_request(bytes, len, (uint16_t)pinfo->destport)) {
        bc_lan_search_show_request(tvb, pinfo, tree);
    } else if (bc_lan_is_reply(bytes, len, (uint16_t)pinfo->destport)) {
        bc_lan_search_show_reply(tvb, pinfo, tree);
    } else {
        return 0;
    }
    return (int)len;
}

static int
dissect_baichuan_udp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    if (pinfo->flags.in_error_pkt || pinfo->ptype != PT_UDP) {
        return 0; /* a packet quoted in ICMP is no part of a session; what did not come over UDP has none */
    }
    const bc_udp_type_t type = bcudp_type_of(tvb);
    if (type != BC_UDP_NONE) {
        camshark_key_sources_see(pinfo);
        bc_key_faults_show(tvb, pinfo, tree);
    }
    switch (type) {
    case BC_UDP_DATA:
        bc_udp_data_dissect(tvb, pinfo, tree);
        break;
    case BC_UDP_ACK:
        bc_udp_ack_dissect(tvb, pinfo, tree);
        break;
    case BC_UDP_DISCOVERY:
        bc_udp_discovery_dissect(tvb, pinfo, tree);
        break;
    case BC_UDP_ALARM:
        bc_udp_alarm_dissect(tvb, pinfo, tree);
        break;
    case BC_UDP_HUB:
        bc_udp_hub_dissect(tvb, pinfo, tree);
        break;
    case BC_UDP_NONE:
        return dissect_lan_search(tvb, pinfo, tree);
    }
    return (int)tvb_captured_length(tvb);
}

/* From this frame on the conversation, both of its ports, is given to us first. */
static void
claim_udp_conversation(packet_info *pinfo)
{
    if (!PINFO_FD_VISITED(pinfo)) {
        conversation_set_dissector_from_frame_number(find_or_create_conversation(pinfo), pinfo->num,
                                                     udp_handle);
    }
}

static wsc_bool
bcudp_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (pinfo->flags.in_error_pkt) {
        return false;
    }
    if (bcudp_type_of(tvb) != BC_UDP_NONE) {
        claim_udp_conversation(pinfo);
    }
    return dissect_baichuan_udp(tvb, pinfo, tree, data) > 0;
}

/* ---- Ports with an owner ------------------------------------------------------------------------------ */

static bool
is_datagram_ours(tvbuff_t *tvb, packet_info *pinfo)
{
    const uint8_t *bytes = datagram_bytes(tvb);
    const size_t len = tvb_captured_length(tvb);

    if (pinfo->flags.in_error_pkt || bytes == NULL) {
        return false;
    }
    if (bcudp_type_of(tvb) != BC_UDP_NONE) {
        return true;
    }
    return tvb_reported_length(tvb) == len && (bc_lan_is_request(bytes, len, (uint16_t)pinfo->destport) ||
                                               bc_lan_is_reply(bytes, len, (uint16_t)pinfo->destport));
}

static int
dissect_udp_port(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (is_datagram_ours(tvb, pinfo)) {
        if (bcudp_type_of(tvb) != BC_UDP_NONE) {
            claim_udp_conversation(pinfo);
        }
        const int done = call_dissector_only(udp_handle, tvb, pinfo, tree, data);
        if (done > 0) {
            return done; /* 0 where the user has disabled us */
        }
    }
    for (unsigned i = 0; i < array_length(ports); i++) {
        if (ports[i].port == pinfo->match_uint && ports[i].owner != NULL) {
            return call_dissector_only(ports[i].owner, tvb, pinfo, tree, data);
        }
    }
    return 0;
}

/* Takes the place in front of the owner of a port. Where that one was given the port by a preference, it goes
 * before those that have theirs by default; so then do we. */
static void
take_udp_port(uint16_t port, dissector_handle_t *owner)
{
    dissector_handle_t current = dissector_get_uint_handle(find_dissector_table("udp.port"), port);
    dissector_handle_t initial = dissector_get_default_uint_handle("udp.port", port);

    if (current == port_handle || initial == port_handle) {
        return; /* or the user has chosen somebody else by "Decode As" */
    }
    *owner = current;
    if (current != initial) {
        dissector_change_uint("udp.port", port, port_handle);
        return;
    }
    if (initial != NULL) {
        dissector_delete_uint("udp.port", port, initial);
    }
    dissector_add_uint("udp.port", port, port_handle);
}

/* Before each file: the user may have given ports to others since the last one. */
static void
take_udp_ports(void)
{
    for (unsigned i = 0; i < array_length(ports); i++) {
        take_udp_port(ports[i].port, &ports[i].owner);
    }
}

void
bc_carrier_udp_register(int proto)
{
    udp_handle = register_dissector("baichuan_udp", dissect_baichuan_udp, proto);
    bc_lan_search_register(proto);
    bc_udp_session_register();
    bc_udp_packet_register(proto);
    bc_udp_data_fields_register(proto);
    bc_udp_ack_register(proto);
    bc_udp_discovery_register(proto);
    bc_udp_stats_register();
    register_init_routine(take_udp_ports);
}

void
bc_carrier_udp_handoff(int proto)
{
    heur_dissector_add("udp", bcudp_heuristic, "Baichuan over UDP", "baichuan_udp", proto, HEURISTIC_ENABLE);
    dissector_add_for_decode_as("udp.port", udp_handle);
    bc_udp_discovery_handoff();
    bc_udp_stats_handoff();
    port_handle = create_dissector_handle_with_name_and_description(dissect_udp_port, -1, NULL,
                                                                    "Baichuan, or the owner of the port");
    take_udp_ports();
}
