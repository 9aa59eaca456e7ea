/* payload-fields.h
 * Values of XML payloads that people filter on: channels, streams, devices, events, recordings, refusals.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 3.3 to 3.9. What has no field of its own is in the document
 * (baichuan.payload.xml) and in the fields of the xml dissector.
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_PAYLOAD_FIELDS_H
#define CAMSHARK_BAICHUAN_SHOW_PAYLOAD_FIELDS_H

#include <epan/packet.h>

#include <baichuan/wire/header.h>

void bc_payload_fields_register(int proto);

/* Adds the fields of a payload document that is all of tvb, in plain text. Returns what it says, to stand in place of the
 * message's name in the Info column, in packet scope; NULL if it says nothing, or if nobody looks. */
const char *bc_payload_fields_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                                   const bc_header_t *header);

#endif
