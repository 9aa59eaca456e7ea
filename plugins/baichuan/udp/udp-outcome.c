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

/* bc_udp_asking_t -> itself, the newest of a client; begins anew with each file */
static wmem_map_t *askings;

static unsigned
hash_asking(const void *key)
{
    const bc_udp_asking_t *asking = key;

    return wmem_strong_hash((const guint8 *)&asking->cid, sizeof asking->cid) ^
           wmem_strong_hash(asking->client.data, (size_t)asking->client.len);
}

static gboolean
equal_askings(const void *one, const void *other)
{
    const bc_udp_asking_t *a = one;
    const bc_udp_asking_t *b = other;

    return a->cid == b->cid && addresses_equal(&a->client, &b->client);
}

/* The one of a client; NULL if there is none. */
static bc_udp_asking_t *
find_asking(const address *client, uint32_t cid)
{
    const bc_udp_asking_t key = { .client = *client, .cid = cid };

    return wmem_map_lookup(askings, &key);
}

/* A new one, in the place of the one before. */
static bc_udp_asking_t *
new_asking(const address *client, uint32_t cid)
{
    bc_udp_asking_t *asking = camshark_file_new0(bc_udp_asking_t);

    asking->cid = cid;
    copy_address_wmem(wmem_file_scope(), &asking->client, client);
    wmem_map_insert(askings, asking, asking);
    return asking;
}

/* Whether a hello goes on with what was asked before. */
static bool
goes_on(const bc_udp_asking_t *asking, int64_t now)
{
    return asking != NULL && asking->hellos > 0 && bc_outcome_between(asking->last, now) <= PAUSE &&
           (asking->session == NULL || !asking->session->closed);
}

static const bc_udp_asking_t *
note_hello(const packet_info *pinfo, uint32_t cid)
{
    const int64_t now = bc_outcome_time(&pinfo->abs_ts);
    bc_udp_asking_t *asking = find_asking(&pinfo->src, cid);

    if (!goes_on(asking, now)) {
        asking = new_asking(&pinfo->src, cid);
        asking->first = now;
    }
    asking->hellos++;
    asking->last = now;
    return asking;
}

/* What came of it between the addresses of a packet of the client; NULL if that is not known. */
static bc_udp_session_t *
session_of_asking(packet_info *pinfo, const bc_udp_asking_t *asking)
{
    unsigned looks = 0;

    if (!asking->several) {
        return asking->session;
    }
    for (const bc_udp_pair_node_t *node = bc_udp_sessions_between(pinfo);
         node != NULL && looks < BC_UDP_MAX_LOOKS; node = node->next, looks++) {
        for (unsigned way = 0; way < 2; way++) {
            const bc_udp_receiver_t *client = &node->session->receivers[1 - way];
            if (client->known && client->id == asking->cid && !node->session->closed &&
                bc_udp_session_likeness(pinfo, node->session, way) == BC_UDP_BOTH_ENDS) {
                return node->session;
            }
        }
    }
    return NULL;
}

/* The client takes a path. */
static bc_udp_asked_t
note_accepted(packet_info *pinfo, const bc_udp_told_t *told)
{
    const bc_udp_asking_t *asking = find_asking(&pinfo->src, told->cid);
    bc_udp_session_t *session = (asking != NULL) ? session_of_asking(pinfo, asking) : NULL;
    bc_outcome_t *outcome = (session != NULL) ? bc_udp_session_outcome(session) : NULL;

    if (outcome == NULL || outcome->client < 0) {
        return (bc_udp_asked_t){ asking, NULL };
    }
    bc_outcome_packet(outcome, pinfo, (unsigned)outcome->client, told->record);
    bc_outcome_accept(outcome);
    return (bc_udp_asked_t){ asking, session };
}

bc_udp_asked_t
bc_udp_outcome_ask(packet_info *pinfo, const bc_udp_told_t *told)
{
    const unsigned flags = told->message->flags;

    if ((flags & BC_UDP_ASKS) != 0) {
        return (bc_udp_asked_t){ note_hello(pinfo, told->cid), NULL };
    }
    if ((flags & BC_UDP_ACCEPTS) != 0) {
        return note_accepted(pinfo, told);
    }
    if ((flags & BC_UDP_FROM_SERVER) != 0) {
        return (bc_udp_asked_t){ find_asking(&pinfo->dst, told->cid), NULL };
    }
    return (bc_udp_asked_t){ NULL, NULL };
}

/* The device is there: the client need not ask any longer. What nobody has asked for is kept with an offer alone, whose
 * answer may name the client's id only. */
static void
note_answered(packet_info *pinfo, const bc_udp_told_t *told, bc_udp_session_t *session)
{
    const bool offers = (told->message->flags & BC_UDP_OFFERS) != 0;
    bc_udp_asking_t *asking = find_asking(&pinfo->dst, told->cid);

    if (asking == NULL && !offers) {
        return;
    }
    asking = (asking != NULL) ? asking : new_asking(&pinfo->dst, told->cid);
    if (asking->hellos > 0 && asking->session == NULL) {
        bc_outcome_woke(bc_udp_session_outcome(session), pinfo, asking->hellos,
                        bc_outcome_between(asking->first, bc_outcome_time(&pinfo->abs_ts)));
    }
    asking->several |= asking->session != NULL && asking->session != session;
    asking->session = session;
}

void
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
        note_answered(pinfo, told, tied->session);
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
}

void
bc_udp_outcome_register(void)
{
    askings = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_asking, equal_askings);
}
