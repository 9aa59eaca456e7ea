/* hops.h
 * A cascade in one capture: the same ECM on its way from server to server.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A server that has no card for an ECM asks another server. What the bytes prove of that: a host to which an ECM came, and
 * which has not answered it yet, sends the same ECM to another server.
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_HOPS_H
#define CAMSHARK_NEWCAMD_RECORD_HOPS_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

/* Next hops of one request that are remembered: a server may ask several, one after the other or at once. */
#define NEWCAMD_HOPS_NEXT 8u

/* Both ends of a connection, by the direction in which each sends. File scope, never changes. */
typedef struct {
    address address[2];
    uint32_t port[2];
} newcamd_ends_t;

/* An ECM request as a hop. File scope; next, reply and own_time go from unknown to known. */
typedef struct newcamd_hop {
    uint32_t frame;                     /* of the request, */
    nstime_t time;                      /* and when that was captured */
    const struct newcamd_hop *previous; /* NULL if none is known */
    const struct newcamd_hop **next;    /* room for NEWCAMD_HOPS_NEXT of them; NULL before the first */
    unsigned next_count;
    uint32_t reply_frame; /* 0: no reply yet */
    nstime_t reply_time;
    nstime_t own_time; /* from request to reply, without the time in which it waited for the next hops */
    bool has_own_time; /* it is in a cascade, and there is such a time */
} newcamd_hop_t;

/* A request on its way into the cascades of the file. */
typedef struct {
    uint64_t ecm_hash;     /* of newcamd_subject_t */
    const address *client; /* who asks, */
    const address *server; /* and whom; in file scope, */
    uint32_t server_port;  /* on which port */
    uint32_t frame;
    const nstime_t *time;
} newcamd_hop_request_t;

/* A new hop in file scope, linked with the one before it. First pass only, as what follows. */
newcamd_hop_t *newcamd_hops_request(const newcamd_hop_request_t *request);

/* Notes the reply to a hop's request; only the first one counts. */
void newcamd_hops_reply(newcamd_hop_t *hop, uint32_t frame, const nstime_t *when);

void newcamd_hops_register(void);

#endif
