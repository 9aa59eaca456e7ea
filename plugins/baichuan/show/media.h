/* media.h
 * Media packets inside BC messages: tree, columns, tap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_MEDIA_H
#define CAMSHARK_BAICHUAN_SHOW_MEDIA_H

#include <epan/packet.h>
#include <epan/prefs.h>

#include <baichuan/wire/header.h>
#include <baichuan/record/media-streams.h>
#include <baichuan/record/transfers.h>

/* Registers fields, expert items, preferences and the tap "baichuan_media". */
void bc_media_register(int proto, module_t *module);
void bc_media_handoff(void);

/* What the Info column says of a message with media: the types of its packets. NULL if there is nothing to
 * say. */
const char *bc_media_summary(packet_info *pinfo, const bc_media_record_t *record);

/* Adds the media packets of a message and gives them to the tap.
 *   plain   the payload in plain text
 *   record  what the first pass has found in it; may be NULL
 *   piece   of which transfer it is; may be NULL */
void bc_media_show(tvbuff_t *plain, packet_info *pinfo, proto_tree *tree, const bc_header_t *header,
                   const bc_media_record_t *record, const bc_transfer_piece_t *piece);

/* Says of a payload that nobody can open which media packet it leaves incomplete.
 *   item    the payload's
 *   record  what the first pass has noted; may be NULL */
void bc_media_show_unopened(packet_info *pinfo, proto_item *item, const bc_media_record_t *record);

#endif
