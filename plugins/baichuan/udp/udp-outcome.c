/* udp-outcome.c
 * What discovery tells of how a BcUdp session goes: how long a camera was asked, paths, heartbeats, the end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Hellos name the client's id alone, so they are kept by that and the client's address until a device answers.
 */
#include <common/epan/ws-compat.h>

#include <common/epan/file-memory.h>

#include <baichuan/record/elapsed.h>
#include <baichuan/udp/udp-outcome.h>

#define PAUSE                                                                                                \
    (10 * (int64_t)BC_NS_A_SECOND) /* after which a client asks anew: it repeats after half a second */

/* A client that asks for a camera; file scope. */
typedef struct {
    address client;
    uint32_t cid;
    uint32_t hellos;
    int64_t first;         /* time of the first one, */
    int64_t last;          /* and of the last one */
    bc_outcome_t *outcome; /* of the session that came of it; NULL before */
} asking_t;

static wmem_map_t *askings; /* asking_t -> itself; begins anew with each file */

static unsigned
hash_asking(const void *key)
{
    const asking_t *asking = key;

    return wmem_strong_hash((const guint8 *)&asking->cid, sizeof asking->cid) ^
           wmem_strong_hash(asking->client.data, (size_t)asking->client.len);
}

static gboolean
equal_askings(const void *one, const void *other)
{
    const asking_t *a = one;
    const asking_t *b = other;

    return a->cid == b->cid && addresses_equal(&a->client, &b->client);
}

/* The one of a client; NULL if there is none. */
static asking_t *
find_asking(const address *client, uint32_t cid)
{
    const asking_t key = { .client = *client, .cid = cid };

    return wmem_map_lookup(askings, &key);
}

/* The same, made if there is none. */
static asking_t *
asking_of(const address *client, uint32_t cid)
{
    asking_t *asking = find_asking(client, cid);

    if (asking == NULL) {
        asking = camshark_file_new0(asking_t);
        asking->cid = cid;
        copy_address_wmem(wmem_file_scope(), &asking->client, client);
        wmem_map_insert(askings, asking, asking);
    }
    return asking;
}

static void
note_hello(asking_t *asking, const packet_info *pinfo)
{
    const int64_t now = bc_outcome_time(&pinfo->abs_ts);

    if (asking->hellos == 0 || bc_outcome_between(asking->last, now) > PAUSE) {
        asking->hellos = 0;
        asking->first = now;
        asking->outcome = NULL;
    }
    asking->hellos++;
    asking->last = now;
}

bc_outcome_t *
bc_udp_outcome_ask(packet_info *pinfo, const bc_udp_told_t *told)
{
    const unsigned flags = told->message->flags;

    if ((flags & (BC_UDP_ASKS | BC_UDP_ACCEPTS)) == 0) {
        return NULL;
    }
    if ((flags & BC_UDP_ASKS) != 0) {
        note_hello(asking_of(&pinfo->src, told->cid), pinfo);
        return NULL;
    }
    const asking_t *asking = find_asking(&pinfo->src, told->cid);
    if (asking != NULL && asking->outcome != NULL && asking->outcome->client >= 0) {
        bc_outcome_packet(asking->outcome, pinfo, (unsigned)asking->outcome->client, told->record);
        bc_outcome_accept(asking->outcome);
        return asking->outcome;
    }
    return NULL;
}

/* The device is there: the client need not ask any longer. What nobody has asked for is kept with an offer alone, whose
 * answer may name the client's id only. */
static void
note_answered(packet_info *pinfo, const bc_udp_told_t *told, bc_outcome_t *outcome)
{
    const bool offers = (told->message->flags & BC_UDP_OFFERS) != 0;
    asking_t *asking = offers ? asking_of(&pinfo->dst, told->cid) : find_asking(&pinfo->dst, told->cid);

    if (asking == NULL) {
        return;
    }
    if (asking->hellos > 0 && asking->outcome == NULL) {
        bc_outcome_woke(outcome, pinfo, asking->hellos,
                        bc_outcome_between(asking->first, bc_outcome_time(&pinfo->abs_ts)));
    }
    asking->outcome = outcome;
}

bc_outcome_t *
bc_udp_outcome_tell(packet_info *pinfo, const bc_udp_told_t *told, const bc_udp_tied_t *tied)
{
    bc_outcome_t *outcome = bc_udp_session_outcome(tied->session);
    const unsigned flags = told->message->flags;
    const bool from_client = told->message->name[0] == 'C';

    if (outcome->client < 0) {
        outcome->client = (int8_t)(from_client ? tied->direction : 1 - tied->direction);
    }
    bc_outcome_packet(outcome, pinfo, tied->direction, told->record);
    bc_outcome_device_ids(outcome, tied->session->device_ids);
    if ((flags & BC_UDP_ANSWERS) != 0) {
        note_answered(pinfo, told, outcome);
    }
    if ((flags & BC_UDP_OFFERS) != 0) {
        bc_outcome_offer(outcome, pinfo);
    }
    if ((flags & BC_UDP_ACCEPTS) != 0) {
        bc_outcome_accept(outcome);
    }
    if ((flags & BC_UDP_LIVES) != 0) {
        bc_outcome_heartbeat(outcome, pinfo);
    }
    if (tied->ended) {
        bc_outcome_end(outcome, pinfo, from_client ? BC_END_CLIENT : BC_END_DEVICE);
    }
    return outcome;
}

void
bc_udp_outcome_register(void)
{
    askings = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_asking, equal_askings);
}
