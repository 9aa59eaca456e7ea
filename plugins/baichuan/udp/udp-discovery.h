/* udp-discovery.h
 * BcUdp packets with documents: discovery and control, alarms, hub packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 6.2 and 6.5 to 6.7.
 */
#ifndef CAMSHARK_BAICHUAN_UDP_UDP_DISCOVERY_H
#define CAMSHARK_BAICHUAN_UDP_UDP_DISCOVERY_H

#include <epan/packet.h>

/* The datagrams must be what bc_udp_recognise() says. */
void bc_udp_discovery_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);
void bc_udp_alarm_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);
void bc_udp_hub_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

void bc_udp_discovery_register(int proto);
void bc_udp_discovery_handoff(void);

#endif
