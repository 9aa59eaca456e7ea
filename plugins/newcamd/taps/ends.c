/* ends.c
 * Statistics > Conversations and Endpoints by card server, `-z conv,newcamd` and `-z endpoints,newcamd`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A server is its address with the port on which it listens: one host may have several. A client is its address,
 * however often it connects.
 */
#include <newcamd/taps/ends.h>

#include <epan/to_str.h>

#include <common/epan/ends.h>

#include <newcamd/taps/message-tap.h>
#include <newcamd/taps/names.h>

static int hf_newcamd_end = -1;

static const char *
client_name(wmem_allocator_t *scope, const newcamd_connection_t *connection)
{
    return address_to_str(scope, &connection->ends->address[1 - newcamd_server_direction(connection)]);
}

void
newcamd_ends_show(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb, const newcamd_connection_t *connection)
{
    if (!newcamd_server_is_known(connection) || !proto_field_is_referenced(tree, hf_newcamd_end)) {
        return;
    }
    const char *names[] = { client_name(pinfo->pool, connection),
                            newcamd_server_name(pinfo->pool, connection) };
    for (unsigned i = 0; i < array_length(names); i++) {
        proto_item *item = proto_tree_add_string(tree, hf_newcamd_end, tvb, 0, 0, names[i]);
        proto_item_set_generated(item);
        proto_item_set_hidden(item);
    }
}

/* Texts are Wireshark's kind of address for what is none of those that it knows. */
static address
address_of_text(const char *text)
{
    address end;

    set_address(&end, AT_STRINGZ, (int)strlen(text) + 1, text);
    return end;
}

static camshark_said_t
said_by(const packet_info *pinfo, const void *tapped)
{
    const newcamd_tap_t *frame = tapped;
    const address client = address_of_text(client_name(pinfo->pool, frame->connection));
    const address server = address_of_text(newcamd_server_name(pinfo->pool, frame->connection));
    const bool from_client = frame->direction != newcamd_server_direction(frame->connection);

    return (camshark_said_t){
        .sender = from_client ? client : server,
        .receiver = from_client ? server : client,
        .known = true,
        .from_client = from_client,
        .bytes = frame->bytes,
    };
}

/* There is a field for both ends, whoever sends. */
static const char *
name_filter(conv_filter_type_e filter)
{
    return (filter == CONV_FT_ANY_ADDRESS) ? "newcamd.end" : CONV_FILTER_INVALID;
}

static const char *
filter_pair(conv_item_t *pair _U_, conv_filter_type_e filter)
{
    return name_filter(filter);
}

static const char *
filter_end(endpoint_item_t *end _U_, conv_filter_type_e filter)
{
    return name_filter(filter);
}

static camshark_ends_t newcamd_ends = { said_by, { filter_pair }, { filter_end } };

static tap_packet_status
count_newcamd_pair(void *table, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped,
                   tap_flags_t flags)
{
    return camshark_ends_count_pair(&newcamd_ends, table, pinfo, tapped, flags);
}

static tap_packet_status
count_newcamd_ends(void *table, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped,
                   tap_flags_t flags)
{
    return camshark_ends_count_each(&newcamd_ends, table, pinfo, tapped, flags);
}

void
newcamd_ends_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_end,
          { "End", "newcamd.end", FT_STRING, BASE_NONE, NULL, 0,
            "Either end as Conversations and Endpoints name them, hidden in the tree: address of the client; address and port of the "
            "card server, where it is known which one that is", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
    register_conversation_table(proto, true, count_newcamd_pair, count_newcamd_ends);
}
