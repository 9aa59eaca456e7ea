/* udp-session-list.c
 * The BcUdp sessions of a capture, by the ids of their receivers and by their addresses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/conversation.h>

#include <string.h>

#include <common/epan/file-memory.h>
#include <common/epan/per-file.h>

#include <baichuan/udp/udp-session-list.h>

/* All begin anew with each file. Where a list is, its newest session comes first. */
static camshark_per_file_t *by_id; /* GHashTable: id of a receiver -> bc_udp_id_node_t */
static camshark_per_file_t
    *by_pair; /* GHashTable: number of Wireshark's conversation of two addresses -> bc_udp_pair_node_t */
static uint32_t session_count;

static void
count_sessions_anew(void)
{
    session_count = 0;
}

void
bc_udp_session_register(void)
{
    by_id = camshark_per_file_new_hash_table(bc_udp_id_hash, g_direct_equal);
    by_pair = camshark_per_file_new_hash_table(bc_udp_id_hash, g_direct_equal);
    register_init_routine(count_sessions_anew);
}

/* ---- Lists -------------------------------------------------------------------------------------------- */

/* By which the addresses and ports of a packet are known. */
static void *
udp_pair_of(packet_info *pinfo)
{
    return GUINT_TO_POINTER(find_or_create_conversation(pinfo)->conv_index);
}

/* A session that others have pushed beyond those that are looked at comes to the front again. */
static void
join_udp_pair(packet_info *pinfo, bc_udp_session_t *session)
{
    void *pair = udp_pair_of(pinfo);
    bc_udp_pair_node_t *first = g_hash_table_lookup(camshark_per_file_get(by_pair), pair);
    unsigned looks = 0;

    for (const bc_udp_pair_node_t *node = first; node != NULL && looks < BC_UDP_MAX_LOOKS;
         node = node->next, looks++) {
        if (node->session == session) {
            return;
        }
    }
    bc_udp_pair_node_t *node =
        (session->first_pair.session == NULL) ? &session->first_pair : camshark_file_new0(bc_udp_pair_node_t);
    *node = (bc_udp_pair_node_t){ .next = first, .session = session };
    g_hash_table_insert(camshark_per_file_get(by_pair), pair, node);
}

bc_udp_pair_node_t *
bc_udp_sessions_between(packet_info *pinfo)
{
    return g_hash_table_lookup(camshark_per_file_get(by_pair), udp_pair_of(pinfo));
}

bc_udp_id_node_t *
bc_udp_sessions_with_id(uint32_t id)
{
    return g_hash_table_lookup(camshark_per_file_get(by_id), GUINT_TO_POINTER(id));
}

void
bc_udp_session_add_id(bc_udp_session_t *session, unsigned way, uint32_t id)
{
    bc_udp_id_node_t *node =
        (session->first_id.session == NULL) ? &session->first_id : camshark_file_new0(bc_udp_id_node_t);

    *node = (bc_udp_id_node_t){ .next = bc_udp_sessions_with_id(id),
                                .session = session,
                                .direction = (uint8_t)way };
    g_hash_table_insert(camshark_per_file_get(by_id), GUINT_TO_POINTER(id), node);
    session->receivers[way].open_ids++;
}

void
bc_udp_session_set_id(bc_udp_session_t *session, unsigned way, uint32_t id)
{
    session->receivers[way].known = true;
    session->receivers[way].id = id;
    bc_udp_session_add_id(session, way, id);
}

bc_udp_id_node_t *
bc_udp_session_node(const bc_udp_session_t *session, unsigned way, uint32_t id)
{
    unsigned looks = 0;

    for (bc_udp_id_node_t *node = bc_udp_sessions_with_id(id); node != NULL && looks < BC_UDP_MAX_LOOKS;
         node = node->next, looks++) {
        if (node->session == session && node->direction == way) {
            return node;
        }
    }
    return NULL;
}

bc_udp_session_t *
bc_udp_session_new(void)
{
    bc_udp_session_t *session = camshark_file_new0(bc_udp_session_t);

    session->number = session_count++;
    return session;
}

bc_udp_direction_t *
bc_udp_session_direction(bc_udp_session_t *session, unsigned direction)
{
    if (session->directions[direction] == NULL) {
        session->directions[direction] = camshark_file_new0(bc_udp_direction_t);
        if (session->from_packet_0) {
            bc_bytestream_expect(&session->directions[direction]->order, 0);
        }
    }
    return session->directions[direction];
}

/* Anybody can begin any number of sessions, so the directions are made when data comes. */
void
bc_udp_session_expect_packet_0(bc_udp_session_t *session)
{
    session->from_packet_0 = true;
    for (unsigned way = 0; way < 2; way++) {
        if (session->directions[way] != NULL) {
            bc_bytestream_expect(&session->directions[way]->order, 0);
        }
    }
}

/* ---- Addresses ---------------------------------------------------------------------------------------- */

bool
bc_udp_session_is_end(const bc_udp_end_t *end, const address *addr, uint32_t port)
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

void
bc_udp_session_note_ends(packet_info *pinfo, bc_udp_session_t *session, unsigned direction)
{
    bc_udp_end_t *from = &session->ends[direction];
    bc_udp_end_t *to = &session->ends[1 - direction];

    if (session->ends_known && bc_udp_session_is_end(from, &pinfo->src, pinfo->srcport) &&
        bc_udp_session_is_end(to, &pinfo->dst, pinfo->destport)) {
        return;
    }
    session->ends_known = true;
    set_session_end(from, &pinfo->src, pinfo->srcport);
    set_session_end(to, &pinfo->dst, pinfo->destport);
    join_udp_pair(pinfo, session);
}

bc_udp_likeness_t
bc_udp_session_likeness(const packet_info *pinfo, const bc_udp_session_t *session, unsigned direction)
{
    if (!session->ends_known) {
        return BC_UDP_NEITHER_END;
    }
    const bool from = bc_udp_session_is_end(&session->ends[direction], &pinfo->src, pinfo->srcport);
    const bool to = bc_udp_session_is_end(&session->ends[1 - direction], &pinfo->dst, pinfo->destport);

    return (from && to) ? BC_UDP_BOTH_ENDS : (from || to) ? BC_UDP_ONE_END : BC_UDP_NEITHER_END;
}

/* ---- Conversations ----------------------------------------------------------------------------------- */

bool
bc_udp_session_has_begun(const bc_udp_session_t *session)
{
    return (session->conversation != NULL && session->conversation->outcome != NULL) ||
           !bc_udp_direction_is_silent(session->directions[0]) ||
           !bc_udp_direction_is_silent(session->directions[1]);
}

/* Anybody can begin any number of sessions, so the first packet with data has left nothing but itself. */
static void
catch_up(bc_outcome_t *outcome, const bc_udp_session_t *session)
{
    for (unsigned way = 0; way < 2; way++) {
        if (!bc_udp_direction_is_silent(session->directions[way])) {
            const bc_udp_seen_t *first = &session->directions[way]->first;
            bc_outcome_catch_up(outcome, way, first->frame, &first->time);
        }
    }
}

bc_outcome_t *
bc_udp_session_outcome(bc_udp_session_t *session)
{
    bc_udp_session_converse(session);
    bc_outcome_t *outcome = session->conversation->outcome;

    if (outcome == NULL) {
        outcome = bc_outcome_new(BC_CARRIER_UDP, session->number);
        outcome->connection = session->conversation->connection;
        session->conversation->outcome = outcome;
        catch_up(outcome, session);
    }
    for (unsigned way = 0; way < 2; way++) {
        if (session->receivers[way].device) {
            outcome->client = (int8_t)way;
        }
    }
    return outcome;
}

void
bc_udp_session_converse(bc_udp_session_t *session)
{
    if (session->conversation == NULL) {
        session->conversation = bc_conversation_new(BC_CARRIER_UDP, session->number);
    }
}

void
bc_udp_session_give_nonce(bc_udp_session_t *session, const char *nonce)
{
    if (nonce != NULL && nonce[0] != '\0') {
        bc_udp_session_converse(session);
        bc_session_give_nonce(session->conversation->session, nonce);
    }
}
