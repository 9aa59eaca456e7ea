/* command-extended.c
 * The extended protocol of mgcamd and NewCS: texts for the screen, cards that come and go, versions, lists of
 * service ids.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements the D commands of docs/newcamd.md sections 3.1 and 5.1.
 */
#include <newcamd/show/commands.h>

#include <newcamd/show/ca-names.h>
#include <newcamd/show/message-header.h>

#define SID_RECORD_LEN 3 /* service id and flag */

static int hf_newcamd_osd = -1;
static int hf_newcamd_extension_version = -1;
static int hf_newcamd_sid_list_count = -1;
static int hf_newcamd_sid_list_record = -1;
static int hf_newcamd_sid_list_sid = -1;
static int hf_newcamd_sid_list_flag = -1;

static int ett_newcamd_sid_list_record = -1;

static expert_field ei_newcamd_sid_list_length = EI_INIT;

static const value_string sid_flags[] = {
    { 1, "denied" },
    { 0, NULL },
};

void
newcamd_show_osd(newcamd_message_t *message)
{
    const uint8_t *text;

    proto_tree_add_item_ret_string(message->tree, hf_newcamd_osd, message->tvb,
                                   (int)newcamd_data_offset(message), (int)message->data_len,
                                   ENC_ISO_8859_1 | ENC_NA, message->pinfo->pool, &text);
    newcamd_say(message, "%s: %s", newcamd_command_name(message), (const char *)text);
}

void
newcamd_show_card_news(newcamd_message_t *message)
{
    const unsigned caid = newcamd_header_caid(message);
    const char *ca_system = newcamd_ca_system(caid);

    newcamd_show_bytes(message, newcamd_data_offset(message), message->data_len);
    if (newcamd_header_is_long(message)) {
        newcamd_say(message, "%s 0x%04X%s%s, provider %06x, port %u", newcamd_command_name(message), caid,
                    (ca_system != NULL) ? " " : "", (ca_system != NULL) ? ca_system : "",
                    newcamd_header_provider(message), newcamd_header_sid(message));
    } else {
        newcamd_say(message, "%s, port %u", newcamd_command_name(message), newcamd_header_sid(message));
    }
}

void
newcamd_show_version(newcamd_message_t *message)
{
    const uint8_t *version;

    if (!message->from_server || message->data_len == 0) {
        newcamd_show_plain(message);
        return;
    }
    proto_tree_add_item_ret_string(message->tree, hf_newcamd_extension_version, message->tvb,
                                   (int)newcamd_data_offset(message), (int)message->data_len,
                                   ENC_ASCII | ENC_NA, message->pinfo->pool, &version);
    newcamd_say(message, "Version %s", (const char *)version);
}

/* sid_at and flag_at are offsets in the message; len bytes from sid_at on are the record's. */
static void
show_sid(const newcamd_message_t *message, unsigned sid_at, unsigned flag_at, unsigned len)
{
    uint32_t sid, flag;
    proto_item *item = proto_tree_add_item(message->tree, hf_newcamd_sid_list_record, message->tvb,
                                           (int)sid_at, (int)len, ENC_NA);
    proto_tree *tree = proto_item_add_subtree(item, ett_newcamd_sid_list_record);

    proto_tree_add_item_ret_uint(tree, hf_newcamd_sid_list_sid, message->tvb, (int)sid_at, 2, ENC_BIG_ENDIAN,
                                 &sid);
    proto_tree_add_item_ret_uint(tree, hf_newcamd_sid_list_flag, message->tvb, (int)flag_at, 1, ENC_NA,
                                 &flag);
    proto_item_set_text(item, "SID 0x%04X, %s", sid,
                        wsc_val_to_str(message->pinfo->pool, flag, sid_flags, "flag 0x%02x"));
}

void
newcamd_show_sid_list(newcamd_message_t *message)
{
    unsigned at = newcamd_data_offset(message);
    const unsigned end = at + message->data_len;
    unsigned count = message->data_len / SID_RECORD_LEN;

    if (newcamd_header_is_long(message)) {
        /* The flag is the lowest of the provider's three bytes. */
        show_sid(message, NEWCAMD_LONG_SID_AT, NEWCAMD_LONG_PROVIDER_AT + 2,
                 NEWCAMD_LONG_FLAGS_AT - NEWCAMD_LONG_SID_AT);
        count++;
    }
    for (; end - at >= SID_RECORD_LEN; at += SID_RECORD_LEN) {
        show_sid(message, at, at + 2, SID_RECORD_LEN);
    }
    newcamd_show_bytes(message, at, end - at);
    proto_item_set_generated(
        proto_tree_add_uint(message->tree, hf_newcamd_sid_list_count, message->tvb, 0, 0, count));
    newcamd_say(message, "%s, %u service%s", newcamd_command_name(message), count, (count == 1) ? "" : "s");
    if (at != end) {
        expert_add_info_format(message->pinfo, message->item, &ei_newcamd_sid_list_length,
                               "A SID list has 3 bytes a service, but this one has %u bytes",
                               message->data_len);
    }
}

void
newcamd_command_extended_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_osd,
          { "OSD text", "newcamd.osd", FT_STRING, BASE_NONE, NULL, 0,
            "Text for the viewer's screen, ISO 8859-1 (seen in cardservproxy only)", HFILL } },
        { &hf_newcamd_extension_version,
          { "Protocol version", "newcamd.extension_version", FT_STRING, BASE_NONE, NULL, 0,
            "Version of the extended protocol; all servers say 1.67", HFILL } },
        { &hf_newcamd_sid_list_count,
          { "Number of services", "newcamd.sid_list.count", FT_UINT16, BASE_DEC, NULL, 0,
            "Records of the list, the one in the header included", HFILL } },
        { &hf_newcamd_sid_list_record,
          { "Service", "newcamd.sid_list.record", FT_NONE, BASE_NONE, NULL, 0,
            "One record of the list; the first one is in the header (seen in OSCam only)", HFILL } },
        { &hf_newcamd_sid_list_sid,
          { "SID", "newcamd.sid_list.sid", FT_UINT16, BASE_HEX, NULL, 0,
            "DVB service id of the record (seen in OSCam only)", HFILL } },
        { &hf_newcamd_sid_list_flag,
          { "Flag", "newcamd.sid_list.flag", FT_UINT8, BASE_DEC, VALS(sid_flags), 0,
            "1: the account may not watch the service; other values are not known (seen in OSCam only)", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_newcamd_sid_list_length,
          { "newcamd.expert.sid_list_length", PI_MALFORMED, PI_WARN,
            "The length of a SID list is no multiple of 3", EXPFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_newcamd_sid_list_record };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
