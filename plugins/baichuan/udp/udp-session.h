/* udp-session.h
 * The BcUdp sessions of a capture: which connection ids belong together, whatever addresses carry them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 6.3, 6.7 and 6.10. A packet names the connection id of its receiver
 * only. The two ids of a session are tied together by discovery (cid and did), or learned: by packets that
 * travel the other way between the same addresses. Relays and hole punching change addresses while the ids go
 * on. First pass only.
 */
#ifndef CAMSHARK_BAICHUAN_UDP_UDP_SESSION_H
#define CAMSHARK_BAICHUAN_UDP_UDP_SESSION_H

#include <epan/packet.h>

#include <baichuan/session/udp-order.h>
#include <baichuan/record/conversation.h>
#include <baichuan/udp/udp-reassembly.h>

/* A data packet that was seen, by its id. */
typedef struct {
    uint32_t frame;
    uint32_t hash; /* of its bytes */
    nstime_t time;
    bool repeated;
    bool acknowledged;
} bc_udp_seen_t;

/* One direction of a session. */
typedef struct {
    bool id_known;
    bool id_assumed; /* that of the session before, until a packet comes */
    bool addresses_known;
    uint32_t id; /* of the receiver */
    address from;
    address to;
    uint32_t from_port;
    uint32_t to_port;
    uint32_t newest;         /* packet id */
    bc_bytestream_t *stream; /* NULL before the first packet, as are the others */
    wmem_map_t *seen;        /* packet id -> bc_udp_seen_t */
    bc_udp_assembler_t *assembler;
} bc_udp_way_t;

typedef struct {
    uint32_t number;                 /* in the capture, from 0 on */
    bc_conversation_t *conversation; /* NULL before the first data packet; its directions are these ways */
    bc_udp_way_t ways[2];
    bool closed; /* somebody has disconnected */
} bc_udp_link_t;

/* A packet that belongs to a session. */
typedef struct {
    uint32_t receiver; /* connection id */
    bool data;         /* else an acknowledgement */
    bool nothing;      /* an acknowledgement of nothing */
    uint32_t packet;   /* id of it, or of the last one that is acknowledged */
    uint32_t hash;     /* of a data packet's bytes */
    bool begins;       /* a data packet that can begin a session: it opens a BC conversation */
} bc_udp_packet_t;

void bc_udp_link_register(void);

/* The session of a packet, made if there is none, and the direction in which the packet travels. */
bc_udp_link_t *bc_udp_link_of(packet_info *pinfo, const bc_udp_packet_t *packet, unsigned *direction);

/* What a discovery message says of a session. */
typedef struct {
    uint32_t cid;
    uint32_t did;
    bool between;     /* it travels between client and device themselves, so its addresses are theirs; then */
    bool from_client; /* which one sends it */
    bool begins;      /* data will begin with packet 0 */
    bool ends;
    const char *nonce; /* of a login without negotiation; NULL or empty if there is none */
} bc_udp_tie_t;

/* Ties the two ids of a session together. */
void bc_udp_link_tie(packet_info *pinfo, const bc_udp_tie_t *tie);

/* Makes what a direction needs for data. */
void bc_udp_link_open(bc_udp_link_t *link, unsigned direction);

#endif
