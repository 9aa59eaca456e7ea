/* tcp.h
 * BC over TCP: recognising it, and asking TCP for whole messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_TCP_TCP_H
#define CAMSHARK_BAICHUAN_TCP_TCP_H

void bc_carrier_tcp_register(int proto);
void bc_carrier_tcp_handoff(int proto);

#endif
