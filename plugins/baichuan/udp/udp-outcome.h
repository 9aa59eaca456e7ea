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

/* A client that asks for a camera, until its session is over or it has not asked for a while; file scope. */
typedef struct {
    address client;
    uint32_t cid;
    uint32_t hellos : 31;
    bool several : 1;          /* more than one session came of it: nobody knows which one is meant */
    int64_t first;             /* time of the first hello, */
    int64_t last;              /* and of the last one */
    bc_udp_session_t *session; /* that came of it, the newest of several; NULL before */
} bc_udp_asking_t;

/* What a message without did belongs to. All NULL: nothing. */
typedef struct {
    const bc_udp_asking_t *asking;
    bc_udp_session_t *session; /* in whose outcome it counts; NULL if it does not */
} bc_udp_asked_t;

/* Notes one that names no did. */
bc_udp_asked_t bc_udp_outcome_ask(packet_info *pinfo, const bc_udp_told_t *told);

/* Notes one between client and device that names both ids, in the outcome of its session. */
void bc_udp_outcome_tell(packet_info *pinfo, const bc_udp_told_t *told, const bc_udp_tied_t *tied);

/* To be called once, when the protocol registers. */
void bc_udp_outcome_register(void);

#endif
