/* udp-session-ties.h
 * What discovery messages say of BcUdp sessions: which ids belong together, which are released.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 6.7 and 6.11. First pass only.
 */
#ifndef CAMSHARK_BAICHUAN_UDP_UDP_SESSION_TIES_H
#define CAMSHARK_BAICHUAN_UDP_UDP_SESSION_TIES_H

#include <epan/packet.h>

#include <baichuan/udp/udp-session-list.h>

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

/* What came of it. */
typedef struct {
    bc_udp_session_t *session; /* NULL: there is none that it ends */
    unsigned direction;        /* in which the message travels */
    bool ended;                /* with this message */
} bc_udp_tied_t;

/* Ties the two ids of a session together. */
bc_udp_tied_t bc_udp_session_tie(packet_info *pinfo, const bc_udp_tie_t *tie);

#endif
