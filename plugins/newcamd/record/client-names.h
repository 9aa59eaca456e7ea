/* client-names.h
 * Names of client programs by the ids that they log in with.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md section 7.
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_CLIENT_NAMES_H
#define CAMSHARK_NEWCAMD_RECORD_CLIENT_NAMES_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

/* For fields. */
extern value_string_ext newcamd_client_names_ext;

/* Name of a client, for sentences, in that scope. */
const char *newcamd_client_name(wmem_allocator_t *scope, unsigned client_id);

#endif
