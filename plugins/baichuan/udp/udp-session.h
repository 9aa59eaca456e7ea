/* udp-session.h
 * The BcUdp sessions of a capture: which connection ids belong together, whatever addresses carry them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 6.3, 6.7, 6.10 and 6.11. A packet names the connection id of its receiver
 * only. The two ids of a session are tied together by discovery (cid and did), or learned: by packets that
 * travel the other way between the same addresses. Several dids under one cid are one session. Relays and hole
 * punching change addresses while the ids go on. First pass only.
 */
#ifndef CAMSHARK_BAICHUAN_UDP_UDP_SESSION_H
#define CAMSHARK_BAICHUAN_UDP_UDP_SESSION_H

#include <baichuan/udp/udp-session-list.h>

/* A packet that belongs to a session. */
typedef struct {
    uint32_t receiver; /* connection id */
    bool data;         /* else an acknowledgement */
    bool nothing;      /* an acknowledgement of nothing */
    uint32_t packet;   /* id of it, or of the last one that is acknowledged */
    uint32_t hash;     /* of a data packet's bytes, bc_udp_bytes_hash() */
    bool begins;       /* a data packet that can begin a session: it opens a BC conversation */
} bc_udp_packet_t;

/* The session of a packet, made if there is none, and the direction in which the packet travels. */
bc_udp_session_t *bc_udp_session_of(packet_info *pinfo, const bc_udp_packet_t *packet, unsigned *direction);

#endif
