/* udp-data.h
 * BcUdp data packets and their acknowledgements.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 6.3, 6.4 and 6.10.
 */
#ifndef CAMSHARK_BAICHUAN_UDP_UDP_DATA_H
#define CAMSHARK_BAICHUAN_UDP_UDP_DATA_H

#include <epan/packet.h>

/* The datagrams must be what bc_udp_recognise() says. */
void bc_udp_data_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);
void bc_udp_ack_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

/* Begins the tree of a BcUdp packet with magic and type, and the columns.
 *   text  what the packet is, for tree and Info column */
proto_tree *bc_udp_begin(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const char *text,
                         proto_item **item);

/* The word at an offset that has no name. */
void bc_udp_show_unknown(tvbuff_t *tvb, proto_tree *tree, int offset);

/* The length of what is behind a header. */
void bc_udp_show_size(tvbuff_t *tvb, proto_tree *tree, int offset);

void bc_udp_data_register(int proto);

#endif
