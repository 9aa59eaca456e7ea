/* command-keepalive.c
 * Keepalives, and whether the other side returns them as they are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md section 5.6.
 */
#include <newcamd/show/commands.h>

static int hf_newcamd_echo = -1;

static const value_string echo_names[] = {
    { NEWCAMD_ECHO_SAME, "same" },
    { NEWCAMD_ECHO_CHANGED, "changed" },
    { 0, NULL },
};

void
newcamd_show_keepalive(newcamd_message_t *message)
{
    const newcamd_context_t *context = message->context;

    newcamd_show_bytes(message, newcamd_data_offset(message), message->data_len);
    if (context == NULL || context->echo == NEWCAMD_ECHO_NONE) {
        newcamd_say(message, "%s", newcamd_command_name(message));
        return;
    }
    proto_item_set_generated(
        proto_tree_add_uint(message->tree, hf_newcamd_echo, message->tvb, 0, 0, context->echo));
    newcamd_say(message, "%s, %s echo", newcamd_command_name(message),
                val_to_str_const(context->echo, echo_names, ""));
}

void
newcamd_command_keepalive_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_echo,
          { "Echo", "newcamd.keepalive.echo", FT_UINT8, BASE_DEC, VALS(echo_names), 0,
            "Whether header and data of the other side's keepalive came back as they were; many servers make a new one", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
}
