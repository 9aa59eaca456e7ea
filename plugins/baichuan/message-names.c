/* message-names.c
 * Names of what BC headers carry as numbers: tables, no logic.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/ws-compat.h>

#include "header.h"
#include "message-names.h"
#include "message-table.h"

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
    { 0, NULL },
};

const value_string bc_status_names[] = {
    { 0, "Request or continuation" },
    { 200, "Good" },
    { 201, "Good, last part" },
    { 300, "End of replay or download" },
    { 331, "End of download by time" },
    { 400, "Refused" },
    { 401, "Unauthorized" },
    { 405, "Not allowed" },
    { 406, "Login method refused, a newer one is needed" },
    { 417, "sigV3 login sent with the wrong class" },
    { 421, "Not available in this kind of session" },
    { 422, "Talk is in use" },
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

bool
bc_message_is_push(uint32_t msg_id)
{
    for (size_t i = 0; i < sizeof push_ids / sizeof push_ids[0]; i++) {
        if (push_ids[i] == msg_id) {
            return true;
        }
    }
    return false;
}
