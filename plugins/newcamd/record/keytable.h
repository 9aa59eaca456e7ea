/* keytable.h
 * The keys of the user: the key table and the single preferences.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_KEYTABLE_H
#define CAMSHARK_NEWCAMD_RECORD_KEYTABLE_H

#include <common/epan/ws-compat.h>

#include <epan/prefs.h>

/* Registers the preferences that are keys, which become candidates (candidates.h). Returns the protocol's preferences, for
 * more. */
module_t *newcamd_keytable_register(int proto);

/* The sentence about a single preference that cannot be used, or NULL. Valid until the next preference change. */
const char *newcamd_keytable_complaint(void);

#endif
