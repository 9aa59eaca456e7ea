/* commands.c
 * What is inside newcamd messages, command by command.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * command_table says which function shows which tag and what the fields of the header are there. The
 * functions are in the command-*.c files.
 */
#include <newcamd/show/commands.h>

#include <newcamd/wire/card-data.h>
#include <newcamd/show/ca-sections.h>
#include <newcamd/show/command.h>
#include <newcamd/show/message-header.h>

typedef struct {
    uint8_t first, last; /* tags */
    newcamd_custom_t custom;
    void (*show)(newcamd_message_t *message);
} command_t;

static int hf_newcamd_command = -1;
static int hf_newcamd_command_flags = -1;
static int hf_newcamd_data_length = -1;

static expert_field ei_newcamd_unknown_command = EI_INIT;
static expert_field ei_newcamd_damaged_524 = EI_INIT;

static void
show_unknown(newcamd_message_t *message)
{
    newcamd_show_bytes(message, newcamd_data_offset(message), message->data_len);
    newcamd_say(message, "Unknown command 0x%02x", message->tag);
    expert_add_info_format(message->pinfo, message->item, &ei_newcamd_unknown_command,
                           "Command 0x%02x has no known meaning; some clients send other sections here",
                           message->tag);
}

/* Section 5.1, in the order of tags. What is not in it is unknown. Of D2, D5, D8 and EB to F2 only the names
 * are known. */
static const command_t command_table[] = {
    { 0x80, 0x81, NEWCAMD_CUSTOM_REQUEST, newcamd_show_ecm },
    { 0x82, 0x91, NEWCAMD_CUSTOM_REQUEST, newcamd_show_emm },
    { 0xc0, 0xc1, NEWCAMD_CUSTOM_REQUEST, newcamd_show_cached_control_words },
    { 0xd1, 0xd1, NEWCAMD_CUSTOM_REQUEST, newcamd_show_osd },
    { 0xd2, 0xd2, NEWCAMD_CUSTOM_REQUEST, newcamd_show_plain },
    { 0xd3, 0xd4, NEWCAMD_CUSTOM_CARD_NEWS, newcamd_show_card_news },
    { 0xd5, 0xd5, NEWCAMD_CUSTOM_REQUEST, newcamd_show_plain },
    { 0xd6, 0xd6, NEWCAMD_CUSTOM_REQUEST, newcamd_show_version },
    { 0xd7, 0xd7, NEWCAMD_CUSTOM_SID_LIST, newcamd_show_sid_list },
    { 0xd8, 0xd8, NEWCAMD_CUSTOM_REQUEST, newcamd_show_plain },
    { 0xe0, 0xe0, NEWCAMD_CUSTOM_LOGIN, newcamd_show_login },
    { 0xe1, 0xe1, NEWCAMD_CUSTOM_LOGIN_ACK, newcamd_show_plain },
    { 0xe2, 0xe2, NEWCAMD_CUSTOM_REQUEST, newcamd_show_login_refused },
    { 0xe3, 0xe3, NEWCAMD_CUSTOM_CARD_REQUEST, newcamd_show_plain },
    { 0xe4, 0xe4, NEWCAMD_CUSTOM_CARD_DATA, newcamd_show_card_data },
    { 0xe5, 0xe5, NEWCAMD_CUSTOM_REQUEST, newcamd_show_server_name },
    { 0xe6, 0xe7, NEWCAMD_CUSTOM_REQUEST, newcamd_show_plain },
    { 0xe8, 0xe8, NEWCAMD_CUSTOM_LOGIN, newcamd_show_login },
    { 0xe9, 0xe9, NEWCAMD_CUSTOM_LOGIN_ACK, newcamd_show_plain },
    { 0xea, 0xea, NEWCAMD_CUSTOM_REQUEST, newcamd_show_login_refused },
    { 0xeb, 0xf2, NEWCAMD_CUSTOM_REQUEST, newcamd_show_plain },
    { 0xfd, 0xfd, NEWCAMD_CUSTOM_KEEPALIVE, newcamd_show_keepalive },
};

static const command_t *
find_command(unsigned tag)
{
    static const command_t unknown = { 0, 0, NEWCAMD_CUSTOM_REQUEST, show_unknown };

    for (unsigned i = 0; i < array_length(command_table); i++) {
        if (tag >= command_table[i].first && tag <= command_table[i].last) {
            return &command_table[i];
        }
    }
    return &unknown;
}

static bool
is_damaged(const newcamd_message_t *message)
{
    return message->context != NULL && message->context->damaged != 0;
}

void
newcamd_command_repair(newcamd_message_t *message)
{
    if (!is_damaged(message)) {
        return;
    }
    message->tag = message->context->damaged;
    message->data_len = 0;
    if (message->tag == NEWCAMD_CARD_DATA) {
        const uint8_t *data =
            tvb_get_ptr(message->tvb, (int)newcamd_data_offset(message), NEWCAMD_CARD_HEAD_LEN);
        message->data_len = newcamd_damaged_card_data_len(data);
    }
}

static void
show_command(const newcamd_message_t *message)
{
    const int at = (int)message->header;

    if (is_damaged(message)) {
        proto_item *item = proto_tree_add_uint(message->tree, hf_newcamd_command, message->tvb, at,
                                               NEWCAMD_MESSAGE_HEAD_LEN, message->tag);
        proto_item_set_generated(item);
        expert_add_info(message->pinfo, message->item, &ei_newcamd_damaged_524);
        return;
    }
    proto_tree_add_uint(message->tree, hf_newcamd_command, message->tvb, at, 1, message->tag);
    proto_tree_add_item(message->tree, hf_newcamd_command_flags, message->tvb, at + 1, 1, ENC_NA);
    proto_tree_add_uint(message->tree, hf_newcamd_data_length, message->tvb, at + 1, 2, message->data_len);
}

void
newcamd_command_show(newcamd_message_t *message)
{
    const command_t *command = find_command(message->tag);

    newcamd_header_show(message, command->custom);
    show_command(message);
    command->show(message);
}

static void
register_fields(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_command,
          { "Command", "newcamd.command", FT_UINT8, BASE_HEX | BASE_EXT_STRING, &newcamd_command_names_ext, 0,
            "Command tag; for ECM and EMM the table id of the section", HFILL } },
        { &hf_newcamd_command_flags,
          { "Command flags", "newcamd.command_flags", FT_UINT8, BASE_HEX, NULL, 0xf0,
            "Upper four bits beside the length", HFILL } },
        { &hf_newcamd_data_length,
          { "Data length", "newcamd.data_length", FT_UINT16, BASE_DEC, NULL, 0x0fff,
            "Bytes of message data behind this field", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_newcamd_unknown_command,
          { "newcamd.expert.unknown_command", PI_UNDECODED, PI_NOTE, "Command without known meaning", EXPFILL } },
        { &ei_newcamd_damaged_524,
          { "newcamd.expert.damaged_524", PI_PROTOCOL, PI_WARN,
            "The server wrote a header of version 525 into a message of version 524, over its first three bytes "
            "(a defect of OSCam); decoded as what it was, but clients may give up here", EXPFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}

void
newcamd_commands_register(int proto)
{
    register_fields(proto);
    newcamd_message_register(proto);
    newcamd_message_header_register(proto);
    newcamd_ca_sections_register(proto);
    newcamd_command_login_register(proto);
    newcamd_command_card_register(proto);
    newcamd_command_ecm_register(proto);
    newcamd_command_emm_register(proto);
    newcamd_command_extended_register(proto);
    newcamd_command_keepalive_register(proto);
}
