/* commands.c
 * What is inside newcamd messages, command by command.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * wire/tags.h says which function shows which tag and what the fields of the header are there. The functions are in
 * the command-*.c files.
 */
#include <newcamd/show/commands.h>

#include <epan/tfs.h>

#include <newcamd/wire/card-data.h>
#include <newcamd/show/ca-sections.h>
#include <newcamd/show/message-header.h>
#include <newcamd/show/subject.h>
#include <newcamd/wire/tags.h>

typedef struct {
    newcamd_custom_t custom;
    void (*show)(newcamd_message_t *message); /* NULL: a tag of unknown meaning */
} command_t;

static int hf_newcamd_command = -1;
static int hf_newcamd_command_name = -1;
static int hf_newcamd_from_server = -1;
static int hf_newcamd_command_flags = -1;
static int hf_newcamd_data_length = -1;

static expert_field ei_newcamd_unknown_command = EI_INIT;
static expert_field ei_newcamd_damaged_524 = EI_INIT;

static void
show_unknown(newcamd_message_t *message)
{
    newcamd_show_bytes(message, newcamd_data_offset(message), message->data_len);
    newcamd_say(message, "Unknown command 0x%02x", message->tag);
    newcamd_fault_format(&message->at, message->item, &ei_newcamd_unknown_command,
                         "Command 0x%02x has no known meaning; some clients send other sections here",
                         message->tag);
}

#define SHOWN(tag, name, proof, c_data, s_data, c_purpose, s_purpose, request, secret, custom, shows)        \
    [tag] = { NEWCAMD_CUSTOM_##custom, newcamd_show_##shows },

static const command_t command_table[0x100] = { NEWCAMD_TAG_TABLE(SHOWN) };

static const command_t *
find_command(unsigned tag)
{
    static const command_t unknown = { NEWCAMD_CUSTOM_REQUEST, show_unknown };
    const command_t *command = &command_table[tag & 0xff];

    return (command->show != NULL) ? command : &unknown;
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
    const int at = (int)message->header_len;

    if (is_damaged(message)) {
        proto_item *item = proto_tree_add_uint(message->tree, hf_newcamd_command, message->tvb, at,
                                               NEWCAMD_MESSAGE_HEAD_LEN, message->tag);
        proto_item_set_generated(item);
        newcamd_fault(&message->at, message->item, &ei_newcamd_damaged_524);
        return;
    }
    proto_tree_add_uint(message->tree, hf_newcamd_command, message->tvb, at, 1, message->tag);
    proto_tree_add_item(message->tree, hf_newcamd_command_flags, message->tvb, at + 1, 1, ENC_NA);
    proto_tree_add_uint(message->tree, hf_newcamd_data_length, message->tvb, at + 1, 2, message->data_len);
}

/* For columns, JSON and scripts. */
static void
show_identity(const newcamd_message_t *message)
{
    const int at = (int)message->header_len;

    proto_item_set_generated(proto_tree_add_string(message->tree, hf_newcamd_command_name, message->tvb, at,
                                                   1, newcamd_command_name(message)));
    proto_item_set_generated(proto_tree_add_boolean(message->tree, hf_newcamd_from_server, message->tvb, 0, 0,
                                                    message->from_server));
}

void
newcamd_command_show(newcamd_message_t *message)
{
    const command_t *command = find_command(message->tag);

    newcamd_header_show(message, command->custom);
    show_command(message);
    show_identity(message);
    command->show(message);
}

static void
register_command_fields(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_command,
          { "Command", "newcamd.command", FT_UINT8, BASE_HEX | BASE_EXT_STRING, &newcamd_command_names_ext, 0,
            "Command tag; for ECM and EMM the table id of the section", HFILL } },
        { &hf_newcamd_command_name,
          { "Command name", "newcamd.command_name", FT_STRING, BASE_NONE, NULL, 0,
            "Name of the command, as the Info column has it", HFILL } },
        { &hf_newcamd_from_server,
          { "Sender", "newcamd.from_server", FT_BOOLEAN, BASE_NONE, TFS(&tfs_server_client), 0,
            "Whether the card server sends this; the client, if not", HFILL } },
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
    register_command_fields(proto);
    newcamd_message_register(proto);
    newcamd_message_header_register(proto);
    newcamd_ca_sections_register(proto);
    newcamd_command_login_register(proto);
    newcamd_command_card_register(proto);
    newcamd_command_ecm_register(proto);
    newcamd_command_emm_register(proto);
    newcamd_command_extended_register(proto);
    newcamd_command_keepalive_register(proto);
    newcamd_subject_register(proto);
}
