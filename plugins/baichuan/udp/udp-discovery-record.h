/* udp-discovery-record.h
 * What the first pass finds out about a BcUdp discovery message: its session, and the first of several equal ones.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 6.7 and 6.8.
 */
#ifndef CAMSHARK_BAICHUAN_UDP_UDP_DISCOVERY_RECORD_H
#define CAMSHARK_BAICHUAN_UDP_UDP_DISCOVERY_RECORD_H

#include <epan/packet.h>

#include <baichuan/udp/udp-documents.h>
#include <baichuan/udp/udp-outcome.h>

/* What the first pass has found out; file scope. */
typedef struct {
    uint32_t first_frame;            /* with the same message; 0 if this is the first one */
    uint8_t direction;               /* in the session, */
    bool counts;                     /* in whose outcome it counts; then session is not NULL */
    nstime_t since;                  /* the first one */
    const bc_udp_session_t *session; /* that it names; NULL: none, but maybe the one that comes of */
    const bc_udp_asking_t *asking;   /* this; NULL: none */
} bc_udp_discovery_record_t;

/* That of a packet, which the first pass makes; NULL on a later pass that meets a packet which the first one did not see.
 *   tvb      begins with the packet, whose header must be there
 *   plain    its payload in plain text; NULL if there is none
 *   message  in that; NULL if it is none that is known */
const bc_udp_discovery_record_t *bc_udp_discovery_record_of(tvbuff_t *tvb, packet_info *pinfo,
                                                            tvbuff_t *plain, const bc_udp_message_t *message);

/* The conversation of the session that the message belongs to; NULL if there is none, or it is not known yet: which
 * session comes of a question is known when the first pass is over. Owned by the file. */
const bc_conversation_t *bc_udp_discovery_conversation(const bc_udp_discovery_record_t *record,
                                                       const packet_info *pinfo);

/* To be called once, when the protocol registers. */
void bc_udp_discovery_record_register(void);

#endif
