/* message-parts.h
 * The parts of a BC message in the tree: Extension and payload.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_MESSAGE_PARTS_H
#define CAMSHARK_BAICHUAN_SHOW_MESSAGE_PARTS_H

#include <epan/packet.h>

#include <baichuan/record/segment.h>

/* A message on its way into the tree. */
typedef struct {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;
    bc_message_t *message;
    const bc_record_t *record;
    const char **
        phrase; /* out: what its document says, to stand in place of its name; left as it is if it says nothing */
    tvbuff_t *
        *document; /* out: its payload, if that is text, masked if secrets are hidden; left as it is if not */
} bc_shown_message_t;

/* Shows both parts as far as there are bytes of them.
 *   offset  of the bytes behind the header, in shown->tvb */
void bc_message_parts_show(const bc_shown_message_t *shown, int offset);

/* A stretch of a message that passes by, on its way into the tree. */
typedef struct {
    const bc_run_t *run;
    const bc_header_t *header; /* of its message */
    bc_plain_t plain;          /* its payload */
    tvbuff_t *tvb;
    int offset; /* of the stretch, there */
    packet_info *pinfo;
    proto_tree *tree;
    bool with_message; /* its message is shown there, too */
} bc_shown_stretch_t;

/* Shows what it has of the payload. */
void bc_message_parts_show_stretch(const bc_shown_stretch_t *shown);

void bc_message_parts_register(int proto);

#endif
