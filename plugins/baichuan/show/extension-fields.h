/* extension-fields.h
 * The Extension of a message: what it says of the payload.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 4.
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_EXTENSION_FIELDS_H
#define CAMSHARK_BAICHUAN_SHOW_EXTENSION_FIELDS_H

#include <epan/packet.h>

void bc_extension_register(int proto);

/* Adds the fields of an Extension that is all of tvb, in plain text. */
void bc_extension_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

#endif
