/* findings.h
 * What can be said of how a session went: sentences with numbers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each says what was captured and no more: why a peer did what it did stands in no packet.
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_FINDINGS_H
#define CAMSHARK_BAICHUAN_RECORD_FINDINGS_H

#include <baichuan/record/outcome.h>

#define BC_FINDINGS 20u /* at most */

typedef struct {
    const char *text;
    bool odd; /* a peer that did so is known to have lost its session */
} bc_finding_t;

/* The first one says how the session ended. */
typedef struct {
    unsigned n;
    bc_finding_t list[BC_FINDINGS];
} bc_findings_t;

/* What closes (FIN) or resets (RST) a TCP connection. Whoever sees all its packets knows the first one that does. TCP
 * itself keeps less, for those who see packets with data alone. */
typedef struct {
    bc_moment_t at; /* the first one; all zero if nobody knows which one it is */
    bool closed;    /* a FIN was captured, and the first one is of */
    uint8_t by;   /* the side that sends in this direction; also of an RST, where the first packet is known */
    bool reset;   /* an RST was captured */
    int64_t last; /* time of the last packet of all */
} bc_tcp_end_t;

/* What there is to say; texts live in scope. To be asked when all of the session is known, on a later pass.
 *   tcp  NULL of BcUdp */
void bc_findings_of(wmem_allocator_t *scope, const bc_outcome_t *outcome, const bc_tcp_end_t *tcp,
                    bc_findings_t *findings);

/* Who ended it and how, in a few words. tcp: as above. */
const char *bc_findings_end(wmem_allocator_t *scope, const bc_outcome_t *outcome, const bc_tcp_end_t *tcp);

/* Nanoseconds from the first packet to the last one. */
int64_t bc_findings_duration(const bc_outcome_t *outcome);

#endif
