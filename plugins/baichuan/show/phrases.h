/* phrases.h
 * What a document says, in a few words for the Info column.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Whoever wants one for another message adds a row to show/phrase-rows.h.
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_PHRASES_H
#define CAMSHARK_BAICHUAN_SHOW_PHRASES_H

#include <epan/packet.h>

#include <baichuan/show/xml-fields.h>

/* Whether documents of a message may say something. */
bool bc_phrase_exists(uint32_t msg_id);

/* What a document says, to stand in place of the message's name: of at most 160 bytes, UTF-8, on one line, in packet scope.
 * NULL if it says nothing. */
const char *bc_phrase(packet_info *pinfo, uint32_t msg_id, const bc_xml_values_t *values);

/* To be called once, after all fields of documents are registered. */
void bc_phrases_register(void);

#endif
