/* udp.h
 * BC over UDP: recognising BcUdp and the LAN search, also on ports that belong to other dissectors.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_UDP_UDP_H
#define CAMSHARK_BAICHUAN_UDP_UDP_H

void bc_carrier_udp_register(int proto);
void bc_carrier_udp_handoff(int proto);

#endif
