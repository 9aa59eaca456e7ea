/* udp-session.c
 * The BcUdp sessions of a capture: which connection ids belong together, whatever addresses carry them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A packet is looked for three times: among the sessions of its two addresses, by its receiver's id; among all with
 * that id, where it goes on or where discovery has announced it (a relay or a hole in a NAT has changed the
 * addresses); and among those of its addresses whose other direction alone is known. Else a session begins with it.
 * Anybody can make any number of sessions, so each list is followed for a few steps only: what is further behind
 * is that much older.
 */
#include <common/epan/ws-compat.h>

#include <epan/conversation.h>

#include <string.h>

#include <common/epan/per-file.h>

#include <baichuan/udp/udp-session.h>

/* How many sessions are looked at: others with the same id, or between the same addresses, are older. */
#define MAX_LOOKS 64u
/* How far ahead of the newest packet one may be that came over other addresses. */
#define MAX_JUMP 1024u

/* All begin anew with each file. Where a list is, its newest session comes first. */
static camshark_per_file_t *by_id; /* GHashTable: id of a receiver -> bc_udp_node_t */
static camshark_per_file_t
    *by_pair; /* GHashTable: number of Wireshark's conversation of two addresses -> bc_udp_node_t */
static uint32_t session_count;

static void *
make_list_map(void)
{
    return g_hash_table_new(bc_udp_id_hash, g_direct_equal);
}

/* The lists go with the file. */
static void
release_list_map(void *lists)
{
    g_hash_table_destroy(lists);
}

static void
count_sessions_anew(void)
{
    session_count = 0;
}

void
bc_udp_session_register(void)
{
    by_id = camshark_per_file_new(make_list_map, release_list_map);
    by_pair = camshark_per_file_new(make_list_map, release_list_map);
    register_init_routine(count_sessions_anew);
}

/* ---- Lists -------------------------------------------------------------------------------------------- */

/* By which the addresses and ports of a packet are known. */
static void *
udp_pair_of(packet_info *pinfo)
{
    return GUINT_TO_POINTER(find_or_create_conversation(pinfo)->conv_index);
}

/* The list with a session before its first one. */
static bc_udp_node_t *
prepend_session(bc_udp_node_t *first, bc_udp_session_t *session, unsigned direction)
{
    bc_udp_node_t *node = NULL;

    for (unsigned i = 0; i < array_length(session->nodes) && node == NULL; i++) {
        node = (session->nodes[i].session == NULL) ? &session->nodes[i] : NULL;
    }
    if (node == NULL) {
        node = wmem_new(wmem_file_scope(), bc_udp_node_t);
    }
    *node = (bc_udp_node_t){ first, session, direction };
    return node;
}

/* A session that others have pushed beyond those that are looked at comes to the front again. */
static void
join_udp_pair(packet_info *pinfo, bc_udp_session_t *session)
{
    void *pair = udp_pair_of(pinfo);
    bc_udp_node_t *first = g_hash_table_lookup(camshark_per_file_get(by_pair), pair);
    unsigned looks = 0;

    for (const bc_udp_node_t *node = first; node != NULL && looks < MAX_LOOKS; node = node->next, looks++) {
        if (node->session == session) {
            return;
        }
    }
    g_hash_table_insert(camshark_per_file_get(by_pair), pair, prepend_session(first, session, 0));
}

static bc_udp_node_t *
sessions_with_id(uint32_t id)
{
    return g_hash_table_lookup(camshark_per_file_get(by_id), GUINT_TO_POINTER(id));
}

static void
set_receiver_id(bc_udp_session_t *session, unsigned way, uint32_t id)
{
    session->receivers[way].known = true;
    session->receivers[way].id = id;
    bc_udp_node_t *node = prepend_session(sessions_with_id(id), session, way);
    g_hash_table_insert(camshark_per_file_get(by_id), GUINT_TO_POINTER(id), node);
}

static bc_udp_session_t *
new_udp_session(void)
{
    bc_udp_session_t *session = wmem_new0(wmem_file_scope(), bc_udp_session_t);

    session->number = session_count++;
    return session;
}

bc_udp_direction_t *
bc_udp_session_direction(bc_udp_session_t *session, unsigned direction)
{
    if (session->directions[direction] == NULL) {
        session->directions[direction] = wmem_new0(wmem_file_scope(), bc_udp_direction_t);
    }
    return session->directions[direction];
}

/* ---- Addresses ---------------------------------------------------------------------------------------- */

static bool
is_session_end(const bc_udp_end_t *end, const address *addr, uint32_t port)
{
    return end->port == port && end->type == (uint8_t)addr->type && end->len == addr->len &&
           (end->len == 0 || memcmp(end->bytes, addr->data, end->len) == 0);
}

static void
set_session_end(bc_udp_end_t *end, const address *addr, uint32_t port)
{
    *end = (bc_udp_end_t){ .type = (uint8_t)addr->type, .port = (uint16_t)port };
    end->len = (uint8_t)CLAMP(addr->len, 0, (int)sizeof end->bytes);
    if (end->len > 0) {
        memcpy(end->bytes, addr->data, end->len);
    }
}

/* The packet travels in this direction of the session. */
static void
note_session_ends(packet_info *pinfo, bc_udp_session_t *session, unsigned direction)
{
    bc_udp_end_t *from = &session->ends[direction];
    bc_udp_end_t *to = &session->ends[1 - direction];

    if (session->ends_known && is_session_end(from, &pinfo->src, pinfo->srcport) &&
        is_session_end(to, &pinfo->dst, pinfo->destport)) {
        return;
    }
    session->ends_known = true;
    set_session_end(from, &pinfo->src, pinfo->srcport);
    set_session_end(to, &pinfo->dst, pinfo->destport);
    join_udp_pair(pinfo, session);
}

typedef enum { NEITHER, ONE_SIDE, BOTH } likeness_t;

/* How many ends a packet has in common with a direction of a session. */
static likeness_t
likeness_of_ends(const packet_info *pinfo, const bc_udp_session_t *session, unsigned direction)
{
    if (!session->ends_known) {
        return NEITHER;
    }
    const bool from = is_session_end(&session->ends[direction], &pinfo->src, pinfo->srcport);
    const bool to = is_session_end(&session->ends[1 - direction], &pinfo->dst, pinfo->destport);

    return (from && to) ? BOTH : (from || to) ? ONE_SIDE : NEITHER;
}

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
    return packet->packet - way->newest <= MAX_JUMP;
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
    return MIN(way->newest, 0u - way->newest) > BC_BYTESTREAM_WINDOW; /* ids wrap, too */
}

/* Among the sessions that the two addresses have had. */
static bc_udp_session_t *
find_session_in_pair(const packet_info *pinfo, const bc_udp_node_t *pair, uint32_t receiver,
                     unsigned *direction)
{
    unsigned looks = 0;

    for (const bc_udp_node_t *node = pair; node != NULL && looks < MAX_LOOKS; node = node->next, looks++) {
        for (unsigned way = 0; way < 2; way++) {
            const bc_udp_receiver_t *candidate = &node->session->receivers[way];
            if (candidate->known && candidate->id == receiver &&
                likeness_of_ends(pinfo, node->session, way) == BOTH) {
                *direction = way;
                return node->session;
            }
        }
    }
    return NULL;
}

/* Among all sessions with this id: one that discovery has announced, or whose addresses have changed. */
static bc_udp_session_t *
find_session_by_id(const packet_info *pinfo, const bc_udp_packet_t *packet, unsigned *direction)
{
    bc_udp_session_t *best = NULL;
    unsigned best_rank = 0;
    unsigned looks = 0;

    for (const bc_udp_node_t *node = sessions_with_id(packet->receiver); node != NULL && looks < MAX_LOOKS;
         node = node->next, looks++) {
        const bc_udp_direction_t *way = node->session->directions[node->direction];
        const likeness_t alike = likeness_of_ends(pinfo, node->session, node->direction);
        const bool fits =
            alike == BOTH || continues_direction(node->session, node->direction, packet) ||
            (bc_udp_direction_is_silent(way) && (alike == ONE_SIDE || !node->session->ends_known));
        const unsigned rank = (!fits || (node->session->closed && alike != BOTH)) ? 0 : 1u + (unsigned)alike;
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
    const uint32_t back = other->newest - packet->packet;

    return MIN(back, 0u - back);
}

/* Among the sessions between the two addresses of which only one direction is known. */
static bc_udp_session_t *
find_half_known_session(const packet_info *pinfo, const bc_udp_node_t *pair, const bc_udp_packet_t *packet,
                        unsigned *direction)
{
    bc_udp_session_t *best = NULL;
    uint32_t least = MAX_JUMP + 1u;
    unsigned looks = 0;

    for (const bc_udp_node_t *node = pair; node != NULL && looks < MAX_LOOKS; node = node->next, looks++) {
        for (unsigned way = 0; way < 2; way++) {
            const bc_udp_receiver_t *unknown = &node->session->receivers[way];
            if ((unknown->known && !unknown->assumed) || !node->session->receivers[1 - way].known ||
                likeness_of_ends(pinfo, node->session, way) != BOTH) {
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

/* Another session with the same id; the id of the other direction may be new. */
static bc_udp_session_t *
succeeding_session(bc_udp_session_t *session, unsigned direction)
{
    bc_udp_session_t *next = new_udp_session();

    session->closed = true;
    for (unsigned way = 0; way < 2; way++) {
        if (session->receivers[way].known) {
            set_receiver_id(next, way, session->receivers[way].id);
            next->receivers[way].assumed = way != direction;
        }
    }
    return next;
}

bc_udp_session_t *
bc_udp_session_of(packet_info *pinfo, const bc_udp_packet_t *packet, unsigned *direction)
{
    const bc_udp_node_t *pair = g_hash_table_lookup(camshark_per_file_get(by_pair), udp_pair_of(pinfo));
    bc_udp_session_t *session = find_session_in_pair(pinfo, pair, packet->receiver, direction);

    if (session == NULL) {
        session = find_session_by_id(pinfo, packet, direction);
    }
    if (session == NULL) {
        session = find_half_known_session(pinfo, pair, packet, direction);
        if (session != NULL) {
            set_receiver_id(session, *direction, packet->receiver);
        }
    }
    if (session != NULL && begins_session_anew(session, *direction, packet)) {
        session = succeeding_session(session, *direction);
    }
    if (session == NULL) {
        session = new_udp_session();
        *direction = 0;
        set_receiver_id(session, 0, packet->receiver);
    }
    session->receivers[*direction].assumed = false;
    note_session_ends(pinfo, session, *direction);
    return session;
}

/* ---- Discovery ---------------------------------------------------------------------------------------- */

/* The session with these two ids, an open one if this message begins one; in which way packets travel to the
 * device is *to_device. */
static bc_udp_session_t *
find_tied_session(const packet_info *pinfo, const bc_udp_tie_t *tie, unsigned *to_device)
{
    unsigned looks = 0;

    for (const bc_udp_node_t *node = sessions_with_id(tie->cid); node != NULL && looks < MAX_LOOKS;
         node = node->next, looks++) {
        const bc_udp_receiver_t *other = &node->session->receivers[1 - node->direction];
        if ((node->session->closed && tie->begins) || (other->known && other->id != tie->did)) {
            continue;
        }
        if (other->known ||
            (tie->between && likeness_of_ends(pinfo, node->session, 1 - node->direction) != NEITHER)) {
            *to_device = 1 - node->direction;
            return node->session;
        }
    }
    return NULL;
}

/* Data begins with packet 0, whatever comes first. */
static void
expect_packet_0(bc_udp_session_t *session)
{
    for (unsigned way = 0; way < 2; way++) {
        bc_bytestream_expect(&bc_udp_session_direction(session, way)->order, 0);
    }
}

void
bc_udp_session_tie(packet_info *pinfo, const bc_udp_tie_t *tie)
{
    unsigned to_device = 0;
    bc_udp_session_t *session = find_tied_session(pinfo, tie, &to_device);

    if (tie->ends) {
        if (session != NULL) {
            session->closed = true;
        }
        return;
    }
    if (session == NULL) {
        session = new_udp_session();
        set_receiver_id(session, 0, tie->did);
        set_receiver_id(session, 1, tie->cid);
    } else if (!session->receivers[to_device].known) {
        set_receiver_id(session, to_device, tie->did);
    }
    if (tie->between) {
        note_session_ends(pinfo, session, tie->from_client ? to_device : 1 - to_device);
    }
    if (tie->begins) {
        expect_packet_0(session);
    }
    if (tie->nonce != NULL && tie->nonce[0] != '\0') {
        bc_udp_session_converse(session);
        bc_session_give_nonce(session->conversation->session, tie->nonce);
    }
}

void
bc_udp_session_converse(bc_udp_session_t *session)
{
    if (session->conversation == NULL) {
        session->conversation = bc_conversation_new(BC_CARRIER_UDP, session->number);
    }
}
