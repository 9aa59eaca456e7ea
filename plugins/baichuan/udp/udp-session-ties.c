/* udp-session-ties.c
 * What discovery messages say of BcUdp sessions: which ids belong together, which are released.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <baichuan/udp/udp-session-list.h>
#include <baichuan/udp/udp-session-ties.h>

/* A discovery message at hand. */
typedef struct {
    const packet_info *pinfo;
    const bc_udp_tie_t *tie;
    unsigned to_device; /* of the session that was found: in which way packets travel to the device */
} tying_t;

/* How many ends the message has in common with a session. */
static bc_udp_likeness_t
likeness_of_tie(const tying_t *tying, const bc_udp_session_t *session, unsigned to_device)
{
    if (!tying->tie->between) {
        return BC_UDP_NEITHER_END;
    }
    return bc_udp_session_likeness(tying->pinfo, session,
                                   tying->tie->from_client ? to_device : 1 - to_device);
}

/* The session with these two ids, or with this did if the other one is not known; an open one if the message begins
 * one. */
static bc_udp_session_t *
find_session_by_did(tying_t *tying)
{
    const bc_udp_tie_t *tie = tying->tie;
    unsigned looks = 0;

    for (const bc_udp_id_node_t *node = bc_udp_sessions_with_id(tie->did);
         node != NULL && looks < BC_UDP_MAX_LOOKS; node = node->next, looks++) {
        const bc_udp_receiver_t *client = &node->session->receivers[1 - node->direction];
        const bool fits =
            client->known
                ? client->id == tie->cid
                : !tie->ends && likeness_of_tie(tying, node->session, node->direction) != BC_UDP_NEITHER_END;
        if (fits && !(node->session->closed && tie->begins)) {
            tying->to_device = node->direction;
            return node->session;
        }
    }
    return NULL;
}

/* The same client port, and the same address of the device: its ports may differ, as those of hellos do. */
static bool
is_same_device(const tying_t *tying, const bc_udp_session_t *session, unsigned to_device)
{
    const packet_info *pinfo = tying->pinfo;
    const bool up = tying->tie->from_client;
    const bc_udp_end_t *device = &session->ends[1 - to_device];

    return tying->tie->between && session->ends_known &&
           bc_udp_session_is_end(&session->ends[to_device], up ? &pinfo->src : &pinfo->dst,
                                 up ? pinfo->srcport : pinfo->destport) &&
           bc_udp_session_is_end(device, up ? &pinfo->dst : &pinfo->src, device->port);
}

/* A session with this cid of which the did is not known, or that has another one. */
static bc_udp_session_t *
find_session_by_cid(tying_t *tying)
{
    unsigned looks = 0;

    for (const bc_udp_id_node_t *node = bc_udp_sessions_with_id(tying->tie->cid);
         node != NULL && looks < BC_UDP_MAX_LOOKS; node = node->next, looks++) {
        const unsigned to_device = 1 - node->direction;
        const bool fits = node->session->receivers[to_device].known
                              ? !node->session->closed && is_same_device(tying, node->session, to_device)
                              : likeness_of_tie(tying, node->session, to_device) != BC_UDP_NEITHER_END;
        if (fits && !(node->session->closed && tying->tie->begins)) {
            tying->to_device = to_device;
            return node->session;
        }
    }
    return NULL;
}

/* A session between the two addresses that carries data to another did, and of which the cid is not known. */
static bc_udp_session_t *
find_session_without_cid(tying_t *tying, const bc_udp_pair_node_t *pair)
{
    unsigned looks = 0;

    for (const bc_udp_pair_node_t *node = pair; node != NULL && looks < BC_UDP_MAX_LOOKS;
         node = node->next, looks++) {
        for (unsigned way = 0; way < 2; way++) {
            if (node->session->receivers[way].carries && !node->session->receivers[1 - way].known &&
                !node->session->closed && likeness_of_tie(tying, node->session, way) == BC_UDP_BOTH_ENDS) {
                tying->to_device = way;
                return node->session;
            }
        }
    }
    return NULL;
}

/* The session of which the message speaks; NULL if there is none. */
static bc_udp_session_t *
find_tied_session(tying_t *tying, const bc_udp_pair_node_t *pair)
{
    bc_udp_session_t *session = find_session_by_did(tying);

    if (session == NULL && !tying->tie->ends) {
        session = find_session_by_cid(tying);
    }
    if (session == NULL && !tying->tie->ends) {
        session = find_session_without_cid(tying, pair);
    }
    return session;
}

/* An id of the device is released: the one in use, or one that the client does without. */
static void
release_device_id(bc_udp_session_t *session, unsigned to_device, uint32_t did)
{
    bc_udp_receiver_t *device = &session->receivers[to_device];
    bc_udp_id_node_t *node = bc_udp_session_node(session, to_device, did);

    if (node != NULL && !node->released) {
        node->released = true;
        device->open_ids--;
    }
    session->closed |= device->carries ? device->id == did : device->open_ids == 0;
}

/* The session has these two ids, whatever others the device has. */
static void
set_tied_ids(bc_udp_session_t *session, unsigned to_device, const bc_udp_tie_t *tie)
{
    if (!session->receivers[1 - to_device].known) {
        bc_udp_session_set_id(session, 1 - to_device, tie->cid);
    }
    if (!session->receivers[to_device].known) {
        bc_udp_session_set_id(session, to_device, tie->did);
        session->device_ids = 1;
    } else if (bc_udp_session_node(session, to_device, tie->did) == NULL) {
        bc_udp_session_add_id(session, to_device, tie->did);
        session->device_ids = (uint16_t)MIN(MAX(session->device_ids, 1) + 1, UINT16_MAX);
    }
    session->receivers[to_device].device = true;
}

/* The nonce that came with an id is that of a login under it. */
static void
take_tied_nonce(bc_udp_session_t *session, unsigned to_device, const bc_udp_tie_t *tie)
{
    bc_udp_id_node_t *node = bc_udp_session_node(session, to_device, tie->did);

    if (session->receivers[to_device].id == tie->did) {
        bc_udp_session_give_nonce(session, tie->nonce);
    }
    if (node != NULL && g_strcmp0(node->nonce, tie->nonce) != 0) {
        node->nonce = wmem_strdup(wmem_file_scope(), tie->nonce);
    }
}

/* The device's id is released. Returns whether the session is over with it. */
static bool
release_tied(bc_udp_session_t *session, unsigned to_device, uint32_t did)
{
    if (session == NULL || session->closed) {
        return false;
    }
    release_device_id(session, to_device, did);
    return session->closed;
}

static void
tie_session(packet_info *pinfo, bc_udp_session_t *session, unsigned to_device, const bc_udp_tie_t *tie)
{
    set_tied_ids(session, to_device, tie);
    if (tie->between &&
        (session->receivers[to_device].id == tie->did || !session->receivers[to_device].carries)) {
        bc_udp_session_note_ends(pinfo, session, tie->from_client ? to_device : 1 - to_device);
    }
    if (tie->begins) {
        bc_udp_session_expect_packet_0(session);
    }
    if (tie->nonce != NULL) {
        take_tied_nonce(session, to_device, tie);
    }
}

bc_udp_tied_t
bc_udp_session_tie(packet_info *pinfo, const bc_udp_tie_t *tie)
{
    tying_t tying = { pinfo, tie, 0 };
    bc_udp_session_t *session = find_tied_session(&tying, bc_udp_sessions_between(pinfo));
    const unsigned to_device = tying.to_device;
    bool ended = false;

    if (tie->ends) {
        ended = release_tied(session, to_device, tie->did);
    } else {
        session = (session != NULL) ? session : bc_udp_session_new();
        tie_session(pinfo, session, to_device, tie);
    }
    return (bc_udp_tied_t){ session, tie->from_client ? to_device : 1 - to_device, ended };
}
