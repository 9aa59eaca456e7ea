/* udp-session.c
 * The BcUdp sessions of a capture: which connection ids belong together, whatever addresses carry them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <baichuan/udp/udp-session.h>

/* How many sessions are looked at: others with the same id, or between the same addresses, are older. */
#define MAX_LOOKS 64u
/* How far ahead of the newest packet one may be that came over other addresses. */
#define MAX_JUMP 1024u

/* A session in a list, the newest first. */
typedef struct node {
    struct node *next;
    bc_udp_link_t *link;
    unsigned way; /* in the list of a receiver's id */
} node_t;

/* The sessions between two addresses; data of an epan conversation. */
typedef struct {
    node_t *first;
} pair_t;

/* Both begin anew with each file. */
static wmem_map_t *by_id; /* id of a receiver -> node_t */
static uint32_t session_count;

/* Of ids, which a sender chooses. */
static guint
hash_id(gconstpointer id)
{
    const uint32_t key = GPOINTER_TO_UINT(id);

    return wmem_strong_hash((const guint8 *)&key, sizeof key);
}

static void
count_sessions_anew(void)
{
    session_count = 0;
}

void
bc_udp_link_register(void)
{
    by_id = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_id, g_direct_equal);
    register_init_routine(count_sessions_anew);
}

/* ---- Lists -------------------------------------------------------------------------------------------- */

static pair_t *
pair_of(packet_info *pinfo)
{
    pair_t *pair = camshark_conversation_data(bc_records, pinfo, BC_DATA_UDP_PAIR, true, NULL);

    if (pair == NULL) {
        pair = wmem_new0(wmem_file_scope(), pair_t);
        camshark_conversation_add(bc_records, pinfo, BC_DATA_UDP_PAIR, pair);
    }
    return pair;
}

static node_t *
prepend(node_t *first, bc_udp_link_t *link, unsigned way)
{
    node_t *node = wmem_new(wmem_file_scope(), node_t);

    *node = (node_t){ first, link, way };
    return node;
}

/* A session that others have pushed beyond those that are looked at comes to the front again. */
static void
join_pair(packet_info *pinfo, bc_udp_link_t *link)
{
    pair_t *pair = pair_of(pinfo);
    unsigned looks = 0;

    for (const node_t *node = pair->first; node != NULL && looks < MAX_LOOKS; node = node->next, looks++) {
        if (node->link == link) {
            return;
        }
    }
    pair->first = prepend(pair->first, link, 0);
}

static node_t *
with_id(uint32_t id)
{
    return wmem_map_lookup(by_id, GUINT_TO_POINTER(id));
}

static void
set_id(bc_udp_link_t *link, unsigned way, uint32_t id)
{
    link->ways[way].id_known = true;
    link->ways[way].id = id;
    wmem_map_insert(by_id, GUINT_TO_POINTER(id), prepend(with_id(id), link, way));
}

static bc_udp_link_t *
new_link(void)
{
    bc_udp_link_t *link = wmem_new0(wmem_file_scope(), bc_udp_link_t);

    link->number = session_count++;
    return link;
}

/* ---- Addresses ---------------------------------------------------------------------------------------- */

static void
set_way_addresses(bc_udp_way_t *way, const address *from, uint32_t from_port, const address *to,
                  uint32_t to_port)
{
    copy_address_wmem(wmem_file_scope(), &way->from, from);
    copy_address_wmem(wmem_file_scope(), &way->to, to);
    way->from_port = from_port;
    way->to_port = to_port;
    way->addresses_known = true;
}

/* The packet travels in this direction of the session. */
static void
see_addresses(packet_info *pinfo, bc_udp_link_t *link, unsigned direction)
{
    const bc_udp_way_t *way = &link->ways[direction];

    if (way->addresses_known && way->from_port == pinfo->srcport && way->to_port == pinfo->destport &&
        addresses_equal(&way->from, &pinfo->src) && addresses_equal(&way->to, &pinfo->dst)) {
        return;
    }
    set_way_addresses(&link->ways[direction], &pinfo->src, pinfo->srcport, &pinfo->dst, pinfo->destport);
    set_way_addresses(&link->ways[1 - direction], &pinfo->dst, pinfo->destport, &pinfo->src, pinfo->srcport);
    join_pair(pinfo, link);
}

typedef enum { NEITHER, ONE_SIDE, BOTH } likeness_t;

/* How many ends of a direction the packet has in common with it, addresses and ports. */
static likeness_t
likeness(const packet_info *pinfo, const bc_udp_way_t *way)
{
    if (!way->addresses_known) {
        return NEITHER;
    }
    const bool from = way->from_port == pinfo->srcport && addresses_equal(&way->from, &pinfo->src);
    const bool to = way->to_port == pinfo->destport && addresses_equal(&way->to, &pinfo->dst);

    return (from && to) ? BOTH : (from || to) ? ONE_SIDE : NEITHER;
}

/* ---- Finding the session of a packet ------------------------------------------------------------------ */

/* Whether no data has travelled in a direction. */
static bool
is_silent(const bc_udp_way_t *way)
{
    return way->seen == NULL || wmem_map_size(way->seen) == 0;
}

/* Whether a packet goes on where a direction is: for packets over other addresses. */
static bool
continues(const bc_udp_link_t *link, unsigned direction, const bc_udp_packet_t *packet)
{
    const bc_udp_way_t *way = packet->data ? &link->ways[direction] : &link->ways[1 - direction];

    if (is_silent(way) || packet->nothing || (packet->begins && packet->packet == 0)) {
        return false; /* equal beginnings are nothing special */
    }
    const bc_udp_seen_t *seen = wmem_map_lookup(way->seen, GUINT_TO_POINTER(packet->packet));
    if (seen != NULL) {
        return !packet->data || seen->hash == packet->hash;
    }
    return packet->packet - way->newest <= MAX_JUMP;
}

/* A packet 0 that is not the one that was seen, or where nobody expects one. */
static bool
begins_anew(const bc_udp_link_t *link, unsigned direction, const bc_udp_packet_t *packet)
{
    const bc_udp_way_t *way = &link->ways[direction];

    if (!packet->begins || packet->packet != 0 || is_silent(way)) {
        return false;
    }
    const bc_udp_seen_t *seen = wmem_map_lookup(way->seen, GUINT_TO_POINTER(0));
    if (seen != NULL) {
        return seen->hash != packet->hash;
    }
    return MIN(way->newest, 0u - way->newest) > BC_BYTESTREAM_WINDOW; /* ids wrap, too */
}

/* Among the sessions that the two addresses have had. */
static bc_udp_link_t *
find_in_pair(const packet_info *pinfo, const pair_t *pair, uint32_t receiver, unsigned *direction)
{
    unsigned looks = 0;

    for (const node_t *node = pair->first; node != NULL && looks < MAX_LOOKS; node = node->next, looks++) {
        for (unsigned way = 0; way < 2; way++) {
            const bc_udp_way_t *candidate = &node->link->ways[way];
            if (candidate->id_known && candidate->id == receiver && likeness(pinfo, candidate) == BOTH) {
                *direction = way;
                return node->link;
            }
        }
    }
    return NULL;
}

/* Among all sessions with this id: one that discovery has announced, or whose addresses have changed. */
static bc_udp_link_t *
find_by_id(const packet_info *pinfo, const bc_udp_packet_t *packet, unsigned *direction)
{
    bc_udp_link_t *best = NULL;
    unsigned best_rank = 0;
    unsigned looks = 0;

    for (const node_t *node = with_id(packet->receiver); node != NULL && looks < MAX_LOOKS;
         node = node->next, looks++) {
        const bc_udp_way_t *way = &node->link->ways[node->way];
        const likeness_t alike = likeness(pinfo, way);
        const bool fits = alike == BOTH || continues(node->link, node->way, packet) ||
                          (is_silent(way) && (alike == ONE_SIDE || !way->addresses_known));
        const unsigned rank = (!fits || (node->link->closed && alike != BOTH)) ? 0 : 1u + (unsigned)alike;
        if (rank > best_rank) {
            best_rank = rank;
            best = node->link;
            *direction = node->way;
        }
    }
    return best;
}

/* How well a packet fits a session of which only the other direction is known. An acknowledgement fits the
 * session whose newest packet it names. */
static uint32_t
misfit(const bc_udp_way_t *other, const bc_udp_packet_t *packet)
{
    if (packet->data || packet->nothing || is_silent(other)) {
        return MAX_JUMP;
    }
    const uint32_t back = other->newest - packet->packet;

    return MIN(back, 0u - back);
}

/* Among the sessions between the two addresses of which only one direction is known. */
static bc_udp_link_t *
find_half_known(const packet_info *pinfo, const pair_t *pair, const bc_udp_packet_t *packet,
                unsigned *direction)
{
    bc_udp_link_t *best = NULL;
    uint32_t least = MAX_JUMP + 1u;
    unsigned looks = 0;

    for (const node_t *node = pair->first; node != NULL && looks < MAX_LOOKS; node = node->next, looks++) {
        for (unsigned way = 0; way < 2; way++) {
            const bc_udp_way_t *other = &node->link->ways[1 - way];
            const bc_udp_way_t *unknown = &node->link->ways[way];
            if ((unknown->id_known && !unknown->id_assumed) || !other->id_known ||
                likeness(pinfo, unknown) != BOTH) {
                continue;
            }
            const uint32_t fit = misfit(other, packet);
            if (fit < least) {
                least = fit;
                best = node->link;
                *direction = way;
            }
        }
    }
    return best;
}

/* Another session with the same id; the id of the other direction may be new. */
static bc_udp_link_t *
successor(bc_udp_link_t *link, unsigned direction)
{
    bc_udp_link_t *next = new_link();

    link->closed = true;
    for (unsigned way = 0; way < 2; way++) {
        if (link->ways[way].id_known) {
            set_id(next, way, link->ways[way].id);
            next->ways[way].id_assumed = way != direction;
        }
    }
    return next;
}

bc_udp_link_t *
bc_udp_link_of(packet_info *pinfo, const bc_udp_packet_t *packet, unsigned *direction)
{
    const pair_t *pair = pair_of(pinfo);
    bc_udp_link_t *link = find_in_pair(pinfo, pair, packet->receiver, direction);

    if (link == NULL) {
        link = find_by_id(pinfo, packet, direction);
    }
    if (link == NULL) {
        link = find_half_known(pinfo, pair, packet, direction);
        if (link != NULL) {
            set_id(link, *direction, packet->receiver);
        }
    }
    if (link != NULL && begins_anew(link, *direction, packet)) {
        link = successor(link, *direction);
    }
    if (link == NULL) {
        link = new_link();
        *direction = 0;
        set_id(link, 0, packet->receiver);
    }
    link->ways[*direction].id_assumed = false;
    see_addresses(pinfo, link, *direction);
    return link;
}

/* ---- Discovery ---------------------------------------------------------------------------------------- */

/* The session with these two ids, an open one if this message begins one; in which way packets travel to the
 * device is *to_device. */
static bc_udp_link_t *
find_tied(const packet_info *pinfo, const bc_udp_tie_t *tie, unsigned *to_device)
{
    unsigned looks = 0;

    for (const node_t *node = with_id(tie->cid); node != NULL && looks < MAX_LOOKS;
         node = node->next, looks++) {
        const bc_udp_way_t *other = &node->link->ways[1 - node->way];
        if ((node->link->closed && tie->begins) || (other->id_known && other->id != tie->did)) {
            continue;
        }
        if (other->id_known || (tie->between && likeness(pinfo, other) != NEITHER)) {
            *to_device = 1 - node->way;
            return node->link;
        }
    }
    return NULL;
}

/* Data begins with packet 0, whatever comes first. */
static void
expect_beginning(bc_udp_link_t *link)
{
    for (unsigned way = 0; way < 2; way++) {
        bc_udp_link_open(link, way);
        bc_bytestream_expect(link->ways[way].stream, 0);
    }
}

void
bc_udp_link_tie(packet_info *pinfo, const bc_udp_tie_t *tie)
{
    unsigned to_device = 0;
    bc_udp_link_t *link = find_tied(pinfo, tie, &to_device);

    if (tie->ends) {
        if (link != NULL) {
            link->closed = true;
        }
        return;
    }
    if (link == NULL) {
        link = new_link();
        set_id(link, 0, tie->did);
        set_id(link, 1, tie->cid);
    } else if (!link->ways[to_device].id_known) {
        set_id(link, to_device, tie->did);
    }
    if (tie->between) {
        see_addresses(pinfo, link, tie->from_client ? to_device : 1 - to_device);
    }
    if (tie->begins) {
        expect_beginning(link);
    }
    if (tie->nonce != NULL && tie->nonce[0] != '\0') {
        bc_udp_link_open(link, 0);
        bc_session_give_nonce(link->conversation->session, tie->nonce);
    }
}

/* ---- What a direction needs for data ------------------------------------------------------------------ */

static wsc_bool
free_way(wmem_allocator_t *scope _U_, wmem_cb_event_t event _U_, void *data)
{
    bc_udp_way_t *way = data;

    bc_bytestream_free(way->stream);
    bc_udp_assembler_free(way->assembler);
    return false;
}

void
bc_udp_link_open(bc_udp_link_t *link, unsigned direction)
{
    bc_udp_way_t *way = &link->ways[direction];

    if (link->conversation == NULL) {
        link->conversation = bc_conversation_new(BC_CARRIER_UDP, link->number);
    }
    if (way->stream == NULL) {
        way->stream = bc_bytestream_new();
        way->assembler = bc_udp_assembler_new();
        way->seen = wmem_map_new(wmem_file_scope(), hash_id, g_direct_equal);
        wmem_register_callback(wmem_file_scope(), free_way, way);
    }
}
