/* udp-outcome.h
 * What discovery tells of how a BcUdp session goes: how long a camera was asked, paths, heartbeats, the end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 6.7 and 6.12. First pass only.
 */
#ifndef CAMSHARK_BAICHUAN_UDP_UDP_OUTCOME_H
#define CAMSHARK_BAICHUAN_UDP_UDP_OUTCOME_H

#include <baichuan/udp/udp-documents.h>
#include <baichuan/udp/udp-session-ties.h>

/* A discovery message. */
typedef struct {
    const bc_udp_message_t *message;
    uint32_t cid;
    const void *record; /* of its packet */
} bc_udp_told_t;

/* Notes one that names no did. Returns how the session goes that it belongs to; NULL if there is none yet. */
bc_outcome_t *bc_udp_outcome_ask(packet_info *pinfo, const bc_udp_told_t *told);

/* Notes one between client and device that names both ids. Returns how its session goes. */
bc_outcome_t *bc_udp_outcome_tell(packet_info *pinfo, const bc_udp_told_t *told, const bc_udp_tied_t *tied);

/* To be called once, when the protocol registers. */
void bc_udp_outcome_register(void);

#endif
