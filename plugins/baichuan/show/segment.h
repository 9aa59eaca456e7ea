/* segment.h
 * What is shown of one packet of a stream: the messages that it completes, and of which others it has a part.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_SEGMENT_H
#define CAMSHARK_BAICHUAN_SHOW_SEGMENT_H

#include <baichuan/record/segment.h>

/* The packet at hand. */
typedef struct {
    packet_info *pinfo;
    proto_tree *tree;
    bc_conversation_t *conversation;
    unsigned direction;
    bc_decided_t *decided; /* first pass: the messages and stretches of its runs; else NULL */
} bc_segment_view_t;

/* Shows what the first pass has noted.
 *   tvb  the packet's bytes of the stream
 * Returns the tree of the last thing that is shown; view->tree if nothing is. */
proto_tree *bc_segment_show(const bc_segment_t *segment, tvbuff_t *tvb, const bc_segment_view_t *view);

/* Shows a message that passes by, with what is left of it, as that of a run. Later passes.
 *   tvb  the packet's bytes of the stream */
void bc_segment_show_passing(const bc_run_t *run, tvbuff_t *tvb, const bc_segment_view_t *view);

void bc_segment_register(int proto);

#endif
