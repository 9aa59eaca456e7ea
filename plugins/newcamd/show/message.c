/* message.c
 * What all functions that show a newcamd message share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/show/message.h>

#include <common/pure/printable.h>

#include <newcamd/record/subject.h>
#include <newcamd/taps/dialogue.h>
#include <newcamd/taps/follow.h>
#include <newcamd/wire/tags.h>

static int hf_newcamd_data = -1;

#define NAMED(tag, name, ...) { tag, name },

/* Section 5.1. */
static const value_string command_names[] = { NEWCAMD_TAG_TABLE(NAMED){ 0, NULL } };
value_string_ext newcamd_command_names_ext = VALUE_STRING_EXT_INIT(command_names);

/* In the Info column, behind the PDU's line, and to whoever follows. */
static void
say(packet_info *pinfo, tvbuff_t *tvb, proto_item *item, const char *sentence)
{
    col_append_sep_str(pinfo->cinfo, COL_INFO, "; ", sentence);
    proto_item_append_text(item, ", %s", sentence);
    newcamd_follow_say(pinfo, tvb, sentence);
}

/* A message in a few words: its command, and the service that it is about. */
static const char *
heading(const newcamd_message_t *message, const char *sentence)
{
    wmem_allocator_t *pool = message->pinfo->pool;
    const camshark_exchange_t *exchange = message->turn->exchange;
    const char *about =
        (exchange != NULL && exchange->subject != NULL) ? newcamd_subject_name(pool, exchange->subject) : "";
    const char *what = newcamd_command_name(message);

    if (g_str_has_prefix(sentence, "CW ")) {
        what = "CW";
    } else if (message->from_server && newcamd_tag_secret((uint8_t)message->tag) == NEWCAMD_SECRET_CW) {
        what = wmem_strdup_printf(pool, "%s%s", what, (message->data_len > 0) ? " reply" : " not decoded");
    }
    return wmem_strdup_printf(pool, "%s%s%s", what, (about[0] != '\0') ? " " : "", about);
}

void
newcamd_say(newcamd_message_t *message, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    char *sentence = wmem_strdup_vprintf(message->pinfo->pool, format, args);
    va_end(args);
    camshark_text_make_printable(sentence); /* names and texts of the other end are in it */
    say(message->pinfo, message->tvb, message->item, sentence);
    if (newcamd_dialogue_wanted()) {
        newcamd_dialogue_say(message->pinfo, heading(message, sentence), sentence);
    }
}

void
newcamd_say_pdu(const newcamd_segment_t *segment, proto_item *item, const char *sentence)
{
    say(segment->pinfo, segment->tvb, item, sentence);
    if (newcamd_dialogue_wanted()) {
        newcamd_dialogue_say(segment->pinfo, sentence, sentence);
    }
}

void
newcamd_say_piece(const newcamd_segment_t *segment, proto_item *item, const char *sentence)
{
    say(segment->pinfo, segment->tvb, item, sentence);
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
