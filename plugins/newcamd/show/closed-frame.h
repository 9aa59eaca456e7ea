/* closed-frame.h
 * Frames that stay closed: why, what would help, and what their length hints at.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_SHOW_CLOSED_FRAME_H
#define CAMSHARK_NEWCAMD_SHOW_CLOSED_FRAME_H

#include <newcamd/record/segment.h>

/* Adds the expert items of a frame that no key opens, and what it may be (docs/newcamd.md section 8.4).
 * Returns what is to be said of it, in the packet's pool. */
const char *newcamd_show_closed(newcamd_segment_t *segment, const newcamd_pdu_t *pdu, proto_tree *tree,
                                proto_item *item);

/* Says so where the other side closed the connection instead of answering a login. */
void newcamd_show_unanswered_login(newcamd_segment_t *segment, const newcamd_pdu_t *pdu, proto_item *item);

/* Says so where a preference cannot be used. */
void newcamd_show_bad_preference(newcamd_segment_t *segment, proto_item *item);

void newcamd_closed_frame_register(int proto);

#endif
