/* message-names.h
 * Names of what BC headers carry as numbers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_MESSAGE_NAMES_H
#define CAMSHARK_BAICHUAN_RECORD_MESSAGE_NAMES_H

#include <common/epan/ws-compat.h>

#include <stdbool.h>

extern value_string_ext bc_message_names_ext; /* message ids; ids without a known name are not in it */

extern const value_string bc_magic_names[];
extern const value_string bc_class_names[];
extern const value_string bc_status_names[];      /* docs/baichuan.md section 8 */
extern const value_string bc_negotiation_names[]; /* bytes 16 and 17 of a login leg, section 2.1 */

/* The name of a message, as in docs/baichuan-messages.tsv; NULL if its id has no known name. */
const char *bc_message_known_name(uint32_t msg_id);

/* The same, and "Unknown message N" in the pool if it has none. */
const char *bc_message_name(wmem_allocator_t *pool, uint32_t msg_id);

/* Whether the camera sends messages with this id by itself, be it that clients ask with it, too. */
bool bc_message_may_be_push(uint32_t msg_id);

/* Whether clients ask with this id and the camera answers. False for ids that nobody has described. */
bool bc_message_is_answered(uint32_t msg_id);

#endif
