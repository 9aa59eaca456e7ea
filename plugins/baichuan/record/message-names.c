/* message-names.c
 * Names of what BC headers carry as numbers: tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <stdlib.h>

#include <baichuan/wire/header.h>
#include <baichuan/record/message-names.h>

/* Of a message id, as in docs/baichuan-messages.tsv. */
typedef struct {
    uint16_t id;
    uint8_t kind; /* KIND_... */
} message_kind_t;

#define KIND_ANSWERED 1 /* the client asks and the camera answers */
#define KIND_PUSH     2 /* the camera sends it by itself */

#include <baichuan/record/message-table.h>

value_string_ext bc_message_names_ext = VALUE_STRING_EXT_INIT(message_names);

const value_string bc_magic_names[] = {
    { BC_MAGIC, "Client and device" },
    { BC_MAGIC_NVR, "NVR and camera" },
    { BC_MAGIC_MISPRINT, "NVR and camera, as misprinted" },
    { 0, NULL },
};

const value_string bc_class_names[] = {
    { BC_CLASS_DEVICE, "Modern, reply or push" },
    { BC_CLASS_REQUEST, "Modern, request" },
    { BC_CLASS_DOWNLOAD, "File download" },
    { BC_CLASS_LEGACY, "Legacy, first login message" },
    { BC_CLASS_SHORT, "Modern, short, answer to the first login message" },
    { BC_CLASS_NO_OFFSET, "Without payload offset" },
    { 0, NULL },
};

const value_string bc_status_names[] = {
    { 0, "Request or continuation" },
    { 200, "Good" },
    { 201, "Good, last part" },
    { 300, "End of replay or download" },
    { 331, "End of download by time, or media of it" },
    { 400, "Refused, not found, or asleep" },
    { 401, "Unauthorized" },
    { 405, "Not allowed" },
    { 406, "Login method refused, a newer one is needed" },
    { 415, "Bad timing, try later" },
    { 417, "sigV3 login sent with the wrong class" },
    { 421, "Not available in this kind of session" },
    { 422, "Busy: others talk, or message 192 excludes it" },
    { 471, "Not ready" },
    { 0, NULL },
};

const value_string bc_negotiation_names[] = {
    { 0xdc00, "Request: none" },
    { 0xdc01, "Request: BC XOR at most" },
    { 0xdc02, "Request: AES at most" },
    { 0xdc03, "Request: 03 (unknown)" },
    { 0xdc12, "Request: full AES at most" },
    { 0xdd00, "Reply: none" },
    { 0xdd01, "Reply: BC XOR" },
    { 0xdd02, "Reply: AES" },
    { 0xdd03, "Reply: 03 (unknown)" },
    { 0xdd12, "Reply: full AES" },
    { 0, NULL },
};

static int
compare_ids(const void *key, const void *row)
{
    const uint32_t id = *(const uint32_t *)key;
    const message_kind_t *kind = row;

    return (id > kind->id) - (id < kind->id);
}

/* KIND_... of a message; 0 if it is unknown. */
static unsigned
kind_of(uint32_t msg_id)
{
    const message_kind_t *row =
        bsearch(&msg_id, message_kinds, sizeof message_kinds / sizeof message_kinds[0],
                sizeof message_kinds[0], compare_ids);

    return (row != NULL) ? row->kind : 0;
}

const char *
bc_message_known_name(uint32_t msg_id)
{
    return try_val_to_str_ext(msg_id, &bc_message_names_ext);
}

const char *
bc_message_name(wmem_allocator_t *pool, uint32_t msg_id)
{
    const char *name = bc_message_known_name(msg_id);

    return (name != NULL) ? name : wmem_strdup_printf(pool, "Unknown message %u", msg_id);
}

bool
bc_message_may_be_push(uint32_t msg_id)
{
    return (kind_of(msg_id) & KIND_PUSH) != 0;
}

bool
bc_message_is_answered(uint32_t msg_id)
{
    return (kind_of(msg_id) & KIND_ANSWERED) != 0;
}
