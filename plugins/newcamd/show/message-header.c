/* message-header.c
 * The header in front of the command: message id and custom data, whose meaning depends on the message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/show/message-header.h>

#include <newcamd/record/client-names.h>
#include <newcamd/show/ca-names.h>
#include <newcamd/wire/frame.h>

/* Words in the provider field with which MultiCS client and server recognise each other. */
#define MARK_WHO 0x57484f
#define MARK_MCS 0x4d4353

/* Words with which MultiCS builds agree on a cache extension. */
#define MARK_CH 0x4348
#define MARK_OK 0x4f4b

static int hf_newcamd_msg_id = -1;
static int hf_newcamd_custom_data = -1;
static int hf_newcamd_sid = -1;
static int hf_newcamd_client_id = -1;
static int hf_newcamd_server_mark = -1;
static int hf_newcamd_server_revision = -1;
static int hf_newcamd_server_port = -1;
static int hf_newcamd_emm_block = -1;
static int hf_newcamd_emm_block_unique = -1;
static int hf_newcamd_emm_block_shared = -1;
static int hf_newcamd_emm_block_global = -1;
static int hf_newcamd_caid = -1;
static int hf_newcamd_provider = -1;
static int hf_newcamd_provider_mark = -1;
static int hf_newcamd_flags = -1;
static int hf_newcamd_cache_extension = -1;

static int ett_newcamd_custom_data = -1;
static int ett_newcamd_emm_block = -1;

static const value_string server_marks[] = {
    { 0x0000, "none" },
    { 0x6e73, "NewCS (extended protocol)" },
    { 0, NULL },
};

bool
newcamd_header_is_long(const newcamd_message_t *message)
{
    return message->header_len == NEWCAMD_HEADER_525 ||
           (message->context != NULL && message->context->damaged != 0);
}

static unsigned
sid_offset(const newcamd_message_t *message)
{
    return newcamd_header_is_long(message) ? NEWCAMD_LONG_SID_AT : NEWCAMD_SHORT_SID_AT;
}

uint16_t
newcamd_header_sid(const newcamd_message_t *message)
{
    return tvb_get_ntohs(message->tvb, sid_offset(message));
}

uint16_t
newcamd_header_caid(const newcamd_message_t *message)
{
    return newcamd_header_is_long(message) ? tvb_get_ntohs(message->tvb, NEWCAMD_LONG_CAID_AT) : 0;
}

uint32_t
newcamd_header_provider(const newcamd_message_t *message)
{
    return newcamd_header_is_long(message) ? tvb_get_ntoh24(message->tvb, NEWCAMD_LONG_PROVIDER_AT) : 0;
}

void
newcamd_server_port_show(const newcamd_message_t *message, proto_tree *tree, unsigned offset)
{
    proto_tree_add_item(tree, hf_newcamd_server_port, message->tvb, (int)offset, 2, ENC_BIG_ENDIAN);
}

static void
add_word(const newcamd_message_t *message, proto_tree *tree, int hf)
{
    proto_tree_add_uint(tree, hf, message->tvb, (int)sid_offset(message), 2, newcamd_header_sid(message));
}

static void
show_emm_block(const newcamd_message_t *message, proto_tree *tree)
{
    static int *const bits[] = { &hf_newcamd_emm_block_unique, &hf_newcamd_emm_block_shared,
                                 &hf_newcamd_emm_block_global, NULL };

    proto_tree_add_bitmask(tree, message->tvb, sid_offset(message), hf_newcamd_emm_block,
                           ett_newcamd_emm_block, bits, ENC_BIG_ENDIAN);
}

/* The field that is the service id in requests. */
static void
show_first_word(const newcamd_message_t *message, proto_tree *tree, newcamd_custom_t custom)
{
    switch (custom) {
    case NEWCAMD_CUSTOM_LOGIN:
        add_word(message, tree, hf_newcamd_client_id);
        break;
    case NEWCAMD_CUSTOM_LOGIN_ACK:
        add_word(message, tree,
                 (newcamd_header_provider(message) == MARK_MCS) ? hf_newcamd_server_revision
                                                                : hf_newcamd_server_mark);
        break;
    case NEWCAMD_CUSTOM_CARD_DATA:
        show_emm_block(message, tree);
        break;
    case NEWCAMD_CUSTOM_CARD_NEWS:
        add_word(message, tree, hf_newcamd_server_port);
        break;
    case NEWCAMD_CUSTOM_SID_LIST:
        break;
    case NEWCAMD_CUSTOM_REQUEST:
    case NEWCAMD_CUSTOM_CARD_REQUEST:
    case NEWCAMD_CUSTOM_KEEPALIVE:
        add_word(message, tree, hf_newcamd_sid);
        break;
    }
}

static void
show_header_provider(const newcamd_message_t *message, proto_tree *tree, newcamd_custom_t custom)
{
    uint32_t provider;
    proto_item *item = proto_tree_add_item_ret_uint(tree, hf_newcamd_provider, message->tvb,
                                                    NEWCAMD_LONG_PROVIDER_AT, 3, ENC_BIG_ENDIAN, &provider);
    const bool who = custom == NEWCAMD_CUSTOM_LOGIN && provider == MARK_WHO;
    const bool mcs = custom == NEWCAMD_CUSTOM_LOGIN_ACK && provider == MARK_MCS;

    if (who || mcs) {
        item = proto_tree_add_string(tree, hf_newcamd_provider_mark, message->tvb, NEWCAMD_LONG_PROVIDER_AT,
                                     3, who ? "WHO" : "MCS");
        proto_item_set_generated(item);
    } else if (custom == NEWCAMD_CUSTOM_CARD_REQUEST && provider == 1) {
        proto_item_append_text(item, " (Tvheadend sends 1 here, by mistake)");
    }
}

static void
show_flags(const newcamd_message_t *message, proto_tree *tree, newcamd_custom_t custom)
{
    uint32_t flags;
    proto_item *item = proto_tree_add_item_ret_uint(tree, hf_newcamd_flags, message->tvb,
                                                    NEWCAMD_LONG_FLAGS_AT, 1, ENC_NA, &flags);

    if (flags == 0x11 && custom == NEWCAMD_CUSTOM_LOGIN) {
        proto_item_append_text(item, " (mark of mgcamd)");
    } else if (flags == 0x14 && (custom == NEWCAMD_CUSTOM_LOGIN_ACK || custom == NEWCAMD_CUSTOM_SID_LIST)) {
        proto_item_append_text(item, " (mark of the extended protocol)");
    } else if (flags != 0 && custom == NEWCAMD_CUSTOM_REQUEST) {
        proto_item_append_text(item, " (some clients put bits 24-31 of a long provider here)");
    }
}

static void
show_cache_extension(const newcamd_message_t *message, proto_tree *tree)
{
    const bool asks = newcamd_header_sid(message) == MARK_CH;
    const bool grants = newcamd_header_caid(message) == MARK_OK;

    if (asks || grants) {
        proto_item *item = proto_tree_add_string(tree, hf_newcamd_cache_extension, message->tvb,
                                                 grants ? NEWCAMD_LONG_CAID_AT : (int)sid_offset(message), 2,
                                                 grants ? "granted" : "asked for");
        proto_item_set_generated(item);
    }
}

void
newcamd_header_show(const newcamd_message_t *message, newcamd_custom_t custom)
{
    tvbuff_t *tvb = message->tvb;

    proto_tree_add_item(message->tree, hf_newcamd_msg_id, tvb, 0, 2, ENC_BIG_ENDIAN);
    proto_item *item = proto_tree_add_item(message->tree, hf_newcamd_custom_data, tvb, 2,
                                           (int)message->header_len - 2, ENC_NA);
    proto_tree *tree = proto_item_add_subtree(item, ett_newcamd_custom_data);

    show_first_word(message, tree, custom);
    if (custom == NEWCAMD_CUSTOM_SID_LIST && newcamd_header_is_long(message)) {
        newcamd_server_port_show(message, tree, NEWCAMD_LONG_CAID_AT);
    } else if (newcamd_header_is_long(message)) {
        proto_tree_add_uint(tree, hf_newcamd_caid, tvb, NEWCAMD_LONG_CAID_AT, 2,
                            newcamd_header_caid(message));
        show_header_provider(message, tree, custom);
    }
    if (message->header_len == NEWCAMD_HEADER_525) {
        show_flags(message, tree, custom);
    }
    if (custom == NEWCAMD_CUSTOM_KEEPALIVE) {
        show_cache_extension(message, tree);
    }
}

void
newcamd_message_header_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_msg_id,
          { "Message id", "newcamd.msg_id", FT_UINT16, BASE_DEC, NULL, 0,
            "Number that a reply repeats from its request", HFILL } },
        { &hf_newcamd_custom_data,
          { "Custom data", "newcamd.custom_data", FT_BYTES, BASE_NONE, NULL, 0,
            "Rest of the header: 4 bytes in version 524, 8 bytes in version 525", HFILL } },
        { &hf_newcamd_sid,
          { "Service id", "newcamd.sid", FT_UINT16, BASE_HEX, NULL, 0,
            "DVB service (SID) that the request is for", HFILL } },
        { &hf_newcamd_client_id,
          { "Client id", "newcamd.client_id", FT_UINT16, BASE_HEX | BASE_EXT_STRING, &newcamd_client_names_ext, 0,
            "Program that logs in, as it calls itself", HFILL } },
        { &hf_newcamd_server_mark,
          { "Server mark", "newcamd.server_mark", FT_UINT16, BASE_HEX, VALS(server_marks), 0,
            "\"ns\" of servers that speak the extended protocol, 0 of all others", HFILL } },
        { &hf_newcamd_server_revision,
          { "Server revision", "newcamd.server_revision", FT_UINT16, BASE_DEC, NULL, 0,
            "Revision of MultiCS; it tells clients that ask \"WHO\" (seen in MultiCS only)", HFILL } },
        { &hf_newcamd_server_port,
          { "Server port", "newcamd.server_port", FT_UINT16, BASE_DEC, NULL, 0,
            "TCP port on which the server listens", HFILL } },
        { &hf_newcamd_emm_block,
          { "EMM block mask", "newcamd.emm_block", FT_UINT16, BASE_HEX, NULL, 0,
            "EMMs that the client should not send (OSCam only; other servers repeat the field of the request)", HFILL } },
        { &hf_newcamd_emm_block_unique,
          { "No unique EMMs", "newcamd.emm_block.unique", FT_BOOLEAN, 16, NULL, 0x0001,
            "The client should not send EMMs for a single card (OSCam only)", HFILL } },
        { &hf_newcamd_emm_block_shared,
          { "No shared EMMs", "newcamd.emm_block.shared", FT_BOOLEAN, 16, NULL, 0x0002,
            "The client should not send EMMs for a group of cards (OSCam only)", HFILL } },
        { &hf_newcamd_emm_block_global,
          { "No global EMMs", "newcamd.emm_block.global", FT_BOOLEAN, 16, NULL, 0x0004,
            "The client should not send EMMs for all cards (OSCam only)", HFILL } },
        { &hf_newcamd_caid,
          { "CAID", "newcamd.caid", FT_UINT16, BASE_HEX | BASE_RANGE_STRING, RVALS(newcamd_ca_systems), 0,
            "CA system of the request, 0 if the server knows it by port", HFILL } },
        { &hf_newcamd_provider,
          { "Provider", "newcamd.provider", FT_UINT24, BASE_HEX, NULL, 0,
            "Provider ident of the request, 0 if not given", HFILL } },
        { &hf_newcamd_provider_mark,
          { "MultiCS mark", "newcamd.provider_mark", FT_STRING, BASE_NONE, NULL, 0,
            "\"WHO\" of a MultiCS client that has recognised a MultiCS server, \"MCS\" of its answer (seen in MultiCS only)", HFILL } },
        { &hf_newcamd_flags,
          { "Header flags", "newcamd.flags", FT_UINT8, BASE_HEX, NULL, 0,
            "Last byte of the custom data; 0x11 and 0x14 are marks of the extended protocol", HFILL } },
        { &hf_newcamd_cache_extension,
          { "Cache extension", "newcamd.cache_extension", FT_STRING, BASE_NONE, NULL, 0,
            "A client asks with \"CH\" for it, the server grants it with \"OK\" (seen in MultiCS only)", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_newcamd_custom_data, &ett_newcamd_emm_block };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}
