/* udp-ack.h
 * BcUdp acknowledgements.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 6.4.
 */
#ifndef CAMSHARK_BAICHUAN_UDP_UDP_ACK_H
#define CAMSHARK_BAICHUAN_UDP_UDP_ACK_H

#include <epan/packet.h>

/* The datagram must be what bc_udp_recognise() says. */
void bc_udp_ack_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

void bc_udp_ack_register(int proto);

#endif
