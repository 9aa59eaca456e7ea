/* ca-sections.h
 * CA systems and what is inside their ECM and EMM sections.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_SHOW_CA_SECTIONS_H
#define CAMSHARK_NEWCAMD_SHOW_CA_SECTIONS_H

#include <common/epan/ws-compat.h>

#include <newcamd/show/commands.h>

/* Names of CA systems by ranges of CAIDs, for fields; 0 is "not given". */
extern const range_string newcamd_ca_systems[];

/* Name of the CA system that a CAID belongs to, or NULL, also for 0 (docs/newcamd.md section 6.1). */
const char *newcamd_ca_system(uint32_t caid);

/* Adds what is inside an ECM or EMM section below its item: head, CA system in force, address, nanos. Returns
 * what kind of section it is, for a sentence (lives as long as the packet), or NULL. docs/newcamd.md
 * section 6. */
const char *newcamd_section_show(newcamd_message_t *message, proto_item *item);

void newcamd_ca_sections_register(int proto);

#endif
