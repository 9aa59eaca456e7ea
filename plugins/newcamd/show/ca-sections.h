/* ca-sections.h
 * What is inside ECM and EMM sections.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_SHOW_CA_SECTIONS_H
#define CAMSHARK_NEWCAMD_SHOW_CA_SECTIONS_H

#include <newcamd/show/message.h>

/* Adds what is inside an ECM or EMM section below its item: head, CA system in force, address, nanos. Returns
 * what kind of section it is, for a sentence (lives as long as the packet), or NULL. docs/newcamd.md
 * section 6. */
const char *newcamd_section_show(newcamd_message_t *message, proto_item *item);

void newcamd_ca_sections_register(int proto);

#endif
