/* udp-session-list.h
 * The BcUdp sessions of a capture, by the ids of their receivers and by their addresses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * udp-session.c finds the session of a packet in it, and udp-session-ties.c that of a discovery message. All of it
 * begins anew with each file. First pass only.
 */
#ifndef CAMSHARK_BAICHUAN_UDP_UDP_SESSION_LIST_H
#define CAMSHARK_BAICHUAN_UDP_UDP_SESSION_LIST_H

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

/* A session in the list of those that two addresses have had, the newest first. */
typedef struct bc_udp_pair_node {
    struct bc_udp_pair_node *next;
    struct bc_udp_session *session;
} bc_udp_pair_node_t;

/* A session in the list of those that have an id of a receiver, the newest first. */
typedef struct bc_udp_id_node {
    struct bc_udp_id_node *next;
    struct bc_udp_session *session;
    uint8_t direction;
    bool released;     /* somebody has disconnected this id */
    const char *nonce; /* that came with it, as long as no packets go to it; NULL if none did */
} bc_udp_id_node_t;

/* Who receives the packets of a direction. A device may have several ids, as it opens one for each hello that it
 * answers; the client goes on with one. */
typedef struct {
    uint32_t id; /* of the connection: the one to which packets go, or the first that was announced */
    uint32_t open_ids : 28; /* how many were announced or used, and not released */
    bool known : 1;         /* id is set */
    bool assumed : 1;       /* that of the session before, until a packet comes */
    bool device : 1;        /* it is the device, as discovery has said */
    bool carries : 1;       /* data or acknowledgements of something have gone to it */
} bc_udp_receiver_t;

/* Packets of direction d travel from ends[d] to the other one. */
typedef struct bc_udp_session {
    uint32_t number;        /* in the capture, from 0 on */
    bool closed : 1;        /* the id in use or all were disconnected, or another session is the one */
    bool ends_known : 1;    /* and set */
    bool from_packet_0 : 1; /* data begins with it, as discovery has said */
    uint16_t device_ids;    /* that discovery has told, at most 65535; 0: none */
    bc_conversation_t
        *conversation; /* NULL before there is anything to know of it; its directions are these */
    bc_udp_receiver_t receivers[2];
    bc_udp_direction_t *directions[2]; /* NULL before there is anything to know of one */
    bc_udp_end_t ends[2];              /* the last ones */
    bc_udp_pair_node_t first_pair;     /* its first nodes in such lists; session is NULL before */
    bc_udp_id_node_t first_id;
} bc_udp_session_t;

/* How many sessions of a list are looked at: others with the same id, or between the same addresses, are older. */
#define BC_UDP_MAX_LOOKS 64u

/* To be called once, when the protocol registers. */
void bc_udp_session_register(void);

/* The sessions with an id of a receiver, and those that the addresses of a packet have had, the newest first; NULL if
 * there are none. */
bc_udp_id_node_t *bc_udp_sessions_with_id(uint32_t id);
bc_udp_pair_node_t *bc_udp_sessions_between(packet_info *pinfo);

/* A session of which nothing is known but its number; file scope. */
bc_udp_session_t *bc_udp_session_new(void);

/* Sets the id of a direction's receiver. */
void bc_udp_session_set_id(bc_udp_session_t *session, unsigned direction, uint32_t id);

/* Notes one more id of a receiver, which has one. */
void bc_udp_session_add_id(bc_udp_session_t *session, unsigned direction, uint32_t id);

/* What is noted of an id of a direction's receiver; NULL if it has not that id. */
bc_udp_id_node_t *bc_udp_session_node(const bc_udp_session_t *session, unsigned direction, uint32_t id);

/* How many ends a packet and a session have in common. */
typedef enum { BC_UDP_NEITHER_END, BC_UDP_ONE_END, BC_UDP_BOTH_ENDS } bc_udp_likeness_t;

/* How many a packet has in common with a direction of a session, if it travels in that. */
bc_udp_likeness_t bc_udp_session_likeness(const packet_info *pinfo, const bc_udp_session_t *session,
                                          unsigned direction);

/* Whether an end of a session is this address and port. */
bool bc_udp_session_is_end(const bc_udp_end_t *end, const address *addr, uint32_t port);

/* Notes that the packet travels in this direction of the session. */
void bc_udp_session_note_ends(packet_info *pinfo, bc_udp_session_t *session, unsigned direction);

/* What is known of a direction, made if it is nothing yet. */
bc_udp_direction_t *bc_udp_session_direction(bc_udp_session_t *session, unsigned direction);

/* Data begins with packet 0 in both directions, whatever comes first. */
void bc_udp_session_expect_packet_0(bc_udp_session_t *session);

/* Makes the conversation of a session, if it has none. Data and nonces need it. */
void bc_udp_session_converse(bc_udp_session_t *session);

/* Whether anything is known of how it goes, or a packet with data was seen. The first of those makes nothing: it is
 * caught up with when the next packet comes. */
bool bc_udp_session_has_begun(const bc_udp_session_t *session);

/* How it goes, made if nothing was noted yet. */
bc_outcome_t *bc_udp_session_outcome(bc_udp_session_t *session);

/* The nonce of a login without negotiation. Nothing is done if it is NULL or empty. */
void bc_udp_session_give_nonce(bc_udp_session_t *session, const char *nonce);

#endif
