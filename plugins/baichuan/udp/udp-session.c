/* udp-session.c
 * The BcUdp sessions of a capture: which connection ids belong together, whatever addresses carry them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A packet is looked for three times: among the sessions of its two addresses, by its receiver's id; among all with
 * that id, where it goes on or where discovery has announced it (a relay or a hole in a NAT has changed the
 * addresses); and among those of its addresses whose other direction alone is known. Else a session begins with it.
 * A session that only discovery has announced gives way to one that carries data: of several dids under one cid
 * the client uses one. Anybody can make any number of sessions, so each list is followed for a few steps only: what is
 * further behind is that much older.
 */
#include <common/epan/ws-compat.h>

#include <baichuan/udp/udp-session.h>

/* How far ahead of the newest packet one may be that came over other addresses. */
#define MAX_JUMP 1024u

/* ---- Finding the session of a packet ------------------------------------------------------------------ */

/* Whether a packet goes on where a direction is: for packets over other addresses. */
static bool
continues_direction(const bc_udp_session_t *session, unsigned direction, const bc_udp_packet_t *packet)
{
    const bc_udp_direction_t *way = session->directions[packet->data ? direction : 1 - direction];

    if (bc_udp_direction_is_silent(way) || packet->nothing || (packet->begins && packet->packet == 0)) {
        return false; /* equal beginnings are nothing special */
    }
    const bc_udp_seen_t *seen = bc_udp_direction_seen(way, packet->packet);
    if (seen != NULL) {
        return !packet->data || seen->hash == packet->hash;
    }
    return packet->packet - bc_bytestream_newest(&way->order) <= MAX_JUMP;
}

/* A packet 0 that is not the one that was seen, or where nobody expects one. */
static bool
begins_session_anew(const bc_udp_session_t *session, unsigned direction, const bc_udp_packet_t *packet)
{
    const bc_udp_direction_t *way = session->directions[direction];

    if (!packet->begins || packet->packet != 0 || bc_udp_direction_is_silent(way)) {
        return false;
    }
    const bc_udp_seen_t *seen = bc_udp_direction_seen(way, 0);
    if (seen != NULL) {
        return seen->hash != packet->hash;
    }
    const uint32_t newest = bc_bytestream_newest(&way->order);
    return MIN(newest, 0u - newest) > BC_BYTESTREAM_WINDOW; /* ids wrap, too */
}

/* Whether nothing has travelled in a session but discovery and acknowledgements of nothing. */
static bool
is_idle_session(const bc_udp_session_t *session)
{
    return !session->receivers[0].carries && !session->receivers[1].carries;
}

static bool
receives_in_pair(const packet_info *pinfo, const bc_udp_session_t *session, unsigned way, uint32_t id)
{
    return session->receivers[way].known && session->receivers[way].id == id &&
           bc_udp_session_likeness(pinfo, session, way) == BC_UDP_BOTH_ENDS;
}

/* Among the sessions that the two addresses have had: the newest one, unless that is idle and the packet goes on
 * where an older one is. */
static bc_udp_session_t *
find_session_in_pair(const packet_info *pinfo, const bc_udp_pair_node_t *pair, const bc_udp_packet_t *packet,
                     unsigned *direction)
{
    bc_udp_session_t *idle = NULL;
    unsigned looks = 0;

    for (const bc_udp_pair_node_t *node = pair; node != NULL && looks < BC_UDP_MAX_LOOKS;
         node = node->next, looks++) {
        for (unsigned way = 0; way < 2; way++) {
            if (!receives_in_pair(pinfo, node->session, way, packet->receiver)) {
                continue;
            }
            const bool is_idle = is_idle_session(node->session);
            if (!is_idle && (idle == NULL || continues_direction(node->session, way, packet))) {
                *direction = way;
                return node->session;
            }
            if (is_idle && idle == NULL) {
                *direction = way;
                idle = node->session;
            }
        }
    }
    return idle;
}

/* Among all sessions with this id: one that discovery has announced, or whose addresses have changed. */
static bc_udp_session_t *
find_session_by_id(const packet_info *pinfo, const bc_udp_packet_t *packet, unsigned *direction)
{
    bc_udp_session_t *best = NULL;
    unsigned best_rank = 0;
    unsigned looks = 0;

    for (const bc_udp_id_node_t *node = bc_udp_sessions_with_id(packet->receiver);
         node != NULL && looks < BC_UDP_MAX_LOOKS; node = node->next, looks++) {
        const bc_udp_direction_t *way = node->session->directions[node->direction];
        const bc_udp_likeness_t alike = bc_udp_session_likeness(pinfo, node->session, node->direction);
        const bool fits =
            alike == BC_UDP_BOTH_ENDS || continues_direction(node->session, node->direction, packet) ||
            (bc_udp_direction_is_silent(way) && (alike == BC_UDP_ONE_END || !node->session->ends_known));
        const unsigned rank =
            (!fits || (node->session->closed && alike != BC_UDP_BOTH_ENDS)) ? 0 : 1u + (unsigned)alike;
        if (rank > best_rank) {
            best_rank = rank;
            best = node->session;
            *direction = node->direction;
        }
    }
    return best;
}

/* How well a packet fits a session of which only the other direction is known. An acknowledgement fits the
 * session whose newest packet it names. */
static uint32_t
misfit_of_packet(const bc_udp_direction_t *other, const bc_udp_packet_t *packet)
{
    if (packet->data || packet->nothing || bc_udp_direction_is_silent(other)) {
        return MAX_JUMP;
    }
    const uint32_t back = bc_bytestream_newest(&other->order) - packet->packet;

    return MIN(back, 0u - back);
}

/* Among the sessions between the two addresses of which only one direction is known. */
static bc_udp_session_t *
find_half_known_session(const packet_info *pinfo, const bc_udp_pair_node_t *pair,
                        const bc_udp_packet_t *packet, unsigned *direction)
{
    bc_udp_session_t *best = NULL;
    uint32_t least = MAX_JUMP + 1u;
    unsigned looks = 0;

    for (const bc_udp_pair_node_t *node = pair; node != NULL && looks < BC_UDP_MAX_LOOKS;
         node = node->next, looks++) {
        for (unsigned way = 0; way < 2; way++) {
            const bc_udp_receiver_t *unknown = &node->session->receivers[way];
            if ((unknown->known && !unknown->assumed) || !node->session->receivers[1 - way].known ||
                bc_udp_session_likeness(pinfo, node->session, way) != BC_UDP_BOTH_ENDS) {
                continue;
            }
            const uint32_t fit = misfit_of_packet(node->session->directions[1 - way], packet);
            if (fit < least) {
                least = fit;
                best = node->session;
                *direction = way;
            }
        }
    }
    return best;
}

/* Another session with the same id, or with another one of the same receiver (id); the id of the other direction may
 * be new. */
static bc_udp_session_t *
succeeding_session(bc_udp_session_t *session, unsigned direction, uint32_t id)
{
    bc_udp_session_t *next = bc_udp_session_new();

    session->closed = true;
    for (unsigned way = 0; way < 2; way++) {
        if (session->receivers[way].known) {
            bc_udp_session_set_id(next, way, (way == direction) ? id : session->receivers[way].id);
            next->receivers[way].assumed = way != direction;
            next->receivers[way].device = session->receivers[way].device;
        }
    }
    return next;
}

/* A packet to another id of the device than the one in use: it comes into use. If there was an answer under the one
 * before, that was a session of its own. */
static bc_udp_session_t *
follow_device_id(bc_udp_session_t *session, unsigned direction, const bc_udp_packet_t *packet)
{
    bc_udp_receiver_t *device = &session->receivers[direction];
    const bc_udp_id_node_t *node;

    if (device->id == packet->receiver || !device->device || packet->nothing ||
        (device->carries && !packet->data) ||
        (node = bc_udp_session_node(session, direction, packet->receiver)) == NULL) {
        return session;
    }
    if (device->carries && !bc_udp_direction_is_silent(session->directions[1 - direction])) {
        session = succeeding_session(session, direction, packet->receiver);
    } else {
        device->id = packet->receiver;
    }
    bc_udp_session_give_nonce(session, node->nonce);
    return session;
}

/* The session of a packet between two addresses, if one of its ids is not known yet, or was announced with another
 * did. announced: the session with its id, in which nothing has travelled yet; or NULL. */
static bc_udp_session_t *
complete_session(const packet_info *pinfo, const bc_udp_pair_node_t *pair, const bc_udp_packet_t *packet,
                 bc_udp_session_t *announced, unsigned *direction)
{
    unsigned way = 0;
    bc_udp_session_t *half = find_half_known_session(pinfo, pair, packet, &way);

    if (announced != NULL) {
        if (half == NULL || !announced->receivers[1 - *direction].device ||
            !half->receivers[1 - way].carries) {
            return announced;
        }
        announced->closed = true;
    }
    if (half != NULL) {
        *direction = way;
        bc_udp_session_set_id(half, way, packet->receiver);
    }
    return half;
}

bc_udp_session_t *
bc_udp_session_of(packet_info *pinfo, const bc_udp_packet_t *packet, unsigned *direction)
{
    const bc_udp_pair_node_t *pair = bc_udp_sessions_between(pinfo);
    bc_udp_session_t *session = find_session_in_pair(pinfo, pair, packet, direction);

    if (session == NULL) {
        session = find_session_by_id(pinfo, packet, direction);
    }
    if (session == NULL || is_idle_session(session)) {
        session = complete_session(pinfo, pair, packet, session, direction);
    }
    if (session != NULL) {
        session = follow_device_id(session, *direction, packet);
    }
    if (session != NULL && begins_session_anew(session, *direction, packet)) {
        session = succeeding_session(session, *direction, packet->receiver);
    }
    if (session == NULL) {
        session = bc_udp_session_new();
        *direction = 0;
        bc_udp_session_set_id(session, 0, packet->receiver);
    }
    session->receivers[*direction].assumed = false;
    session->receivers[*direction].carries |= !packet->nothing;
    bc_udp_session_note_ends(pinfo, session, *direction);
    return session;
}
