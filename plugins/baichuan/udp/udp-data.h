/* udp-data.h
 * BcUdp data packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 6.3 and 6.10.
 */
#ifndef CAMSHARK_BAICHUAN_UDP_UDP_DATA_H
#define CAMSHARK_BAICHUAN_UDP_UDP_DATA_H

#include <epan/packet.h>

/* The datagram must be what bc_udp_recognise() says. */
void bc_udp_data_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

#endif
