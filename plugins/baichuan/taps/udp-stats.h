/* udp-stats.h
 * Statistics over BcUdp packets: `-z baichuan_udp,tree`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_UDP_STATS_H
#define CAMSHARK_BAICHUAN_TAPS_UDP_STATS_H

#include <epan/packet.h>

#include <baichuan/wire/udp-header.h>

/* One packet, as the tap gets it. What follows type holds for data and acknowledgements. */
typedef struct {
    bc_udp_type_t type;
    uint32_t session;
    uint32_t receiver; /* connection id */
    bool retransmission;
    bool reordered;
    uint32_t lost; /* packets given up with this one */
    bool has_rtt;  /* of an acknowledgement, */
    nstime_t rtt;
    bool nothing;          /* it acknowledges nothing; else its */
    uint32_t receive_rate; /* bytes a second, 0: no estimate */
} bc_udp_tap_t;

/* Gives a packet to whoever listens. */
void bc_udp_stats_queue(packet_info *pinfo, const bc_udp_tap_t *packet);

void bc_udp_stats_register(void);
void bc_udp_stats_handoff(void);

#endif
