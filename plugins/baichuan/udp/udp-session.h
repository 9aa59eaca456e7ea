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

#include <baichuan/record/conversation.h>
#include <baichuan/udp/udp-direction.h>

/* One end of a session: an address and a port. BcUdp travels over IP, so 16 bytes are enough for an address. */
typedef struct {
    uint8_t type; /* address_type */
    uint8_t len;  /* bytes */
    uint16_t port;
    uint8_t bytes[16];
} bc_udp_end_t;

/* A session in a list, the newest first. */
typedef struct bc_udp_node {
    struct bc_udp_node *next;
    struct bc_udp_session *session;
    unsigned direction; /* in the list of a receiver's id */
} bc_udp_node_t;

/* Who receives the packets of a direction. */
typedef struct {
    uint32_t id;  /* of the connection */
    bool known;   /* and set */
    bool assumed; /* that of the session before, until a packet comes */
} bc_udp_receiver_t;

/* Packets of direction d travel from ends[d] to the other one. */
typedef struct bc_udp_session {
    uint32_t number;                 /* in the capture, from 0 on */
    bool closed;                     /* somebody has disconnected */
    bool ends_known;                 /* and set */
    bc_conversation_t *conversation; /* NULL before the first data packet; its directions are these */
    bc_udp_receiver_t receivers[2];
    bc_udp_direction_t *directions[2]; /* NULL before there is anything to know of one */
    bc_udp_end_t ends[2];              /* the last ones */
    bc_udp_node_t nodes[2]; /* the first ones that are needed; session is NULL in those that are not */
} bc_udp_session_t;

/* A packet that belongs to a session. */
typedef struct {
    uint32_t receiver; /* connection id */
    bool data;         /* else an acknowledgement */
    bool nothing;      /* an acknowledgement of nothing */
    uint32_t packet;   /* id of it, or of the last one that is acknowledged */
    uint32_t hash;     /* of a data packet's bytes, bc_udp_bytes_hash() */
    bool begins;       /* a data packet that can begin a session: it opens a BC conversation */
} bc_udp_packet_t;

void bc_udp_session_register(void);

/* The session of a packet, made if there is none, and the direction in which the packet travels. */
bc_udp_session_t *bc_udp_session_of(packet_info *pinfo, const bc_udp_packet_t *packet, unsigned *direction);

/* What is known of a direction, made if it is nothing yet. */
bc_udp_direction_t *bc_udp_session_direction(bc_udp_session_t *session, unsigned direction);

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
void bc_udp_session_tie(packet_info *pinfo, const bc_udp_tie_t *tie);

/* Makes the conversation of a session, if it has none. Data and nonces need it. */
void bc_udp_session_converse(bc_udp_session_t *session);

#endif
