/* ca-names.h
 * Names of CA systems by ranges of CAIDs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_SHOW_CA_NAMES_H
#define CAMSHARK_NEWCAMD_SHOW_CA_NAMES_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

/* Names of CA systems by ranges of CAIDs, for fields; 0 is "not given". */
extern const range_string newcamd_ca_systems[];

/* Name of the CA system that a CAID belongs to, or NULL, also for 0 (docs/newcamd.md section 6.1). */
const char *newcamd_ca_system(uint32_t caid);

#endif
