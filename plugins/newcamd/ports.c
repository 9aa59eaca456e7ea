/* ports.c
 * TCP ports that rows of the key table name: newcamd takes them, also from a protocol that Wireshark knows there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A port in the table of TCP has one owner, and MultiCS's first port is one of VNC's. So the owner's entry is replaced
 * while a row names the port, and put back when none does. A row may hold for one server alone, and a server may speak
 * something else now and then: what does not look like newcamd goes to the owner as if nobody had been in between.
 *
 * The table is changed where a file begins, because rows come and go in the middle of one, and because the user's own
 * choice (Decode As) has been made by then: that is left as it is.
 */
#include <newcamd/ports.h>

#include <epan/conversation.h>

#include <newcamd/record/candidates.h>
#include <newcamd/wire/frame.h>

#define PORT_TABLE "tcp.port"

static dissector_handle_t newcamd_handle;
static dissector_handle_t port_handle; /* stands in the table for it */
static GHashTable *owners;             /* port that is taken -> dissector_handle_t of its owner, or NULL */

/* Puts a handle into the entry of a port; NULL for none. Decode As stays as it is. */
static void
set_owner(unsigned port, dissector_handle_t before, dissector_handle_t owner)
{
    const dissector_handle_t chosen = dissector_get_uint_handle(find_dissector_table(PORT_TABLE), port);
    const bool decode_as = chosen != dissector_get_default_uint_handle(PORT_TABLE, port);

    if (before != NULL) {
        dissector_delete_uint(PORT_TABLE, port, before);
    }
    if (owner != NULL) {
        dissector_add_uint(PORT_TABLE, port, owner);
    }
    if (decode_as) {
        dissector_change_uint(PORT_TABLE, port, chosen);
    }
}

/* Takes the ports that are named, and gives back the others. */
static void
take_named_ports(void)
{
    GHashTable *named = newcamd_candidates_ports();
    GHashTableIter iter;
    void *port, *owner;

    g_hash_table_iter_init(&iter, owners);
    while (g_hash_table_iter_next(&iter, &port, &owner)) {
        if (!g_hash_table_contains(named, port)) {
            set_owner(GPOINTER_TO_UINT(port), port_handle, owner);
            g_hash_table_iter_remove(&iter);
        }
    }
    g_hash_table_iter_init(&iter, named);
    while (g_hash_table_iter_next(&iter, &port, NULL)) {
        if (!g_hash_table_contains(owners, port)) {
            owner = dissector_get_default_uint_handle(PORT_TABLE, GPOINTER_TO_UINT(port));
            g_hash_table_insert(owners, port, owner);
            set_owner(GPOINTER_TO_UINT(port), owner, port_handle);
        }
    }
    g_hash_table_destroy(named);
}

bool
newcamd_ports_has(tvbuff_t *tvb, const packet_info *pinfo)
{
    const bool greeting = tvb_reported_length(tvb) == NEWCAMD_GREETING_LEN &&
                          tvb_bytes_exist(tvb, 0, NEWCAMD_GREETING_LEN) &&
                          newcamd_greeting_possible(tvb_get_ptr(tvb, 0, NEWCAMD_GREETING_LEN));
    const bool frame =
        tvb_bytes_exist(tvb, 0, NEWCAMD_LENGTH_LEN) && newcamd_length_possible(tvb_get_ntohs(tvb, 0));

    return (greeting || frame) && (newcamd_candidates_name(&pinfo->src, pinfo->srcport) ||
                                   newcamd_candidates_name(&pinfo->dst, pinfo->destport));
}

static int
dissect_named_port(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const dissector_handle_t owner = g_hash_table_lookup(owners, GUINT_TO_POINTER(pinfo->match_uint));

    if (!pinfo->flags.in_error_pkt && !PINFO_FD_VISITED(pinfo) && newcamd_ports_has(tvb, pinfo)) {
        const int done = call_dissector_only(newcamd_handle, tvb, pinfo, tree, data);
        if (done > 0) { /* 0 where the user has disabled it */
            conversation_set_dissector_from_frame_number(find_or_create_conversation(pinfo), pinfo->num,
                                                         newcamd_handle);
            return done;
        }
    }
    return (owner != NULL) ? call_dissector_only(owner, tvb, pinfo, tree, data) : 0;
}

void
newcamd_ports_register(dissector_handle_t newcamd)
{
    newcamd_handle = newcamd;
    port_handle = create_dissector_handle_with_name_and_description(dissect_named_port, -1, NULL,
                                                                    "newcamd, or the owner of the port");
    owners = g_hash_table_new(g_direct_hash, g_direct_equal);
    register_init_routine(take_named_ports);
}
