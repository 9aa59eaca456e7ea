/* packet.h
 * What the trees of all BcUdp packets have in common.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 6.1. Offsets are bytes from the beginning of the datagram, which must be what
 * bc_udp_recognise() says; words are little endian.
 */
#ifndef CAMSHARK_BAICHUAN_UDP_PACKET_H
#define CAMSHARK_BAICHUAN_UDP_PACKET_H

#include <epan/packet.h>

/* Begins the tree of a BcUdp packet with magic and type, and the columns. Returns where its fields go.
 *   text  what the packet is, for tree and Info column
 *   item  gets the packet's own item */
proto_tree *bc_udp_packet_begin(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const char *text,
                                proto_item **item);

/* The word at an offset that has no name. */
void bc_udp_packet_show_unknown(tvbuff_t *tvb, proto_tree *tree, int offset);

/* The same, hidden: for a word that has got a name, and whose filters go on working. */
void bc_udp_packet_hide_unknown(tvbuff_t *tvb, proto_tree *tree, int offset);

/* The word at an offset that is the length of what is behind the header. */
void bc_udp_packet_show_size(tvbuff_t *tvb, proto_tree *tree, int offset);

/* The connection id of the receiver, and the word behind it: of data and acknowledgements. */
void bc_udp_packet_show_receiver(tvbuff_t *tvb, proto_tree *tree);

/* The number of the session that such a packet belongs to. */
void bc_udp_packet_show_session(tvbuff_t *tvb, proto_tree *tree, uint32_t session);

void bc_udp_packet_register(int proto);

#endif
