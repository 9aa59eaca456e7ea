/* message.c
 * What all functions that show a newcamd message share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/show/message.h>

static int hf_newcamd_data = -1;

/* Section 5.1. */
static const value_string command_names[] = {
    { 0x80, "ECM even" },
    { 0x81, "ECM odd" },
    { 0x82, "EMM 0x82" },
    { 0x83, "EMM 0x83" },
    { 0x84, "EMM 0x84" },
    { 0x85, "EMM 0x85" },
    { 0x86, "EMM 0x86" },
    { 0x87, "EMM 0x87" },
    { 0x88, "EMM 0x88" },
    { 0x89, "EMM 0x89" },
    { 0x8a, "EMM 0x8a" },
    { 0x8b, "EMM 0x8b" },
    { 0x8c, "EMM 0x8c" },
    { 0x8d, "EMM 0x8d" },
    { 0x8e, "EMM 0x8e" },
    { 0x8f, "EMM 0x8f" },
    { 0x90, "EMM 0x90" },
    { 0x91, "EMM 0x91" },
    { 0xc0, "Cached control words, even" },
    { 0xc1, "Cached control words, odd" },
    { 0xd1, "OSD message" },
    { 0xd2, "All cards" },
    { 0xd3, "Add card" },
    { 0xd4, "Remove card" },
    { 0xd5, "Change key" },
    { 0xd6, "Get version" },
    { 0xd7, "SID list" },
    { 0xd8, "Card discover" },
    { 0xe0, "Login" },
    { 0xe1, "Login accepted" },
    { 0xe2, "Login refused" },
    { 0xe3, "Card data request" },
    { 0xe4, "Card data" },
    { 0xe5, "Server name" },
    { 0xe6, "Server name accepted" },
    { 0xe7, "Server name refused" },
    { 0xe8, "Server login" },
    { 0xe9, "Server login accepted" },
    { 0xea, "Server login refused" },
    { 0xeb, "Admin" },
    { 0xec, "Admin acknowledge" },
    { 0xed, "Admin login" },
    { 0xee, "Admin login accepted" },
    { 0xef, "Admin login refused" },
    { 0xf0, "Admin command" },
    { 0xf1, "Admin command acknowledge" },
    { 0xf2, "Admin command refused" },
    { 0xfd, "Keepalive" },
    { 0, NULL },
};
value_string_ext newcamd_command_names_ext = VALUE_STRING_EXT_INIT(command_names);

void
newcamd_say(newcamd_message_t *message, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const char *sentence = wmem_strdup_vprintf(message->pinfo->pool, format, args);
    va_end(args);
    col_append_sep_str(message->pinfo->cinfo, COL_INFO, "; ", sentence);
    proto_item_append_text(message->item, ", %s", sentence);
}

const char *
newcamd_command_name(const newcamd_message_t *message)
{
    return val_to_str_ext_const(message->tag, &newcamd_command_names_ext, "Unknown command");
}

void
newcamd_show_bytes(const newcamd_message_t *message, unsigned offset, unsigned len)
{
    if (len > 0) {
        proto_tree_add_item(message->tree, hf_newcamd_data, message->tvb, (int)offset, (int)len, ENC_NA);
    }
}

unsigned
newcamd_name_encoding(const newcamd_message_t *message, unsigned offset, unsigned len)
{
    const char *name = (const char *)tvb_get_ptr(message->tvb, (int)offset, (int)len);

    return g_utf8_validate(name, (gssize)len, NULL) ? ENC_UTF_8 : ENC_ISO_8859_1;
}

void
newcamd_show_plain(newcamd_message_t *message)
{
    newcamd_show_bytes(message, newcamd_data_offset(message), message->data_len);
    newcamd_say(message, "%s", newcamd_command_name(message));
}

void
newcamd_message_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_data,
          { "Data", "newcamd.data", FT_BYTES, BASE_NONE, NULL, 0, "Message data without known fields", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
}
