/* settings.h
 * Preferences that are no keys: the header version that is forced, and whether secrets are hidden.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_SETTINGS_H
#define CAMSHARK_NEWCAMD_RECORD_SETTINGS_H

#include <common/epan/ws-compat.h>

#include <epan/prefs.h>

/* The header that the user wants messages to be read with: NEWCAMD_HEADER_524 or _525; 0 for what fits. */
unsigned newcamd_forced_header(void);

/* Whether secrets are to be masked. */
bool newcamd_hide_secrets(void);

/* Whether TCP, as the user has set it, keeps segments that come late to itself. */
bool newcamd_tcp_withholds(void);

/* Registers the preferences, behind those that are there. */
void newcamd_settings_register(module_t *module);

#endif
