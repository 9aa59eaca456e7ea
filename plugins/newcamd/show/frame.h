/* frame.h
 * One frame: its ciphertext, what opens it, and the message inside.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md sections 2 and 3.
 */
#ifndef CAMSHARK_NEWCAMD_SHOW_FRAME_H
#define CAMSHARK_NEWCAMD_SHOW_FRAME_H

#include <newcamd/record/segment.h>

/* A whole frame that is to be shown. */
typedef struct {
    newcamd_segment_t *segment; /* in which it ends */
    const newcamd_pdu_t *pdu;
    tvbuff_t *tvb; /* that of the segment, or of a login that was put together from pieces; */
    int offset;    /* where the frame begins in it */
    proto_tree *tree;
    proto_item *item; /* the PDU's line */
} newcamd_frame_t;

/* Adds all of a frame.
 *   plain  the opened plaintext, where the first pass has it already; else NULL */
void newcamd_show_frame(const newcamd_frame_t *frame, uint8_t *plain);

/* Adds the length field, two bytes at an offset that are there. *length, if not NULL, gets its value. */
proto_item *newcamd_show_length(proto_tree *tree, tvbuff_t *tvb, int offset, uint32_t *length);

/* Adds what is shown only because a later frame told what it is. */
void newcamd_show_recognized(const newcamd_segment_t *segment, const newcamd_connection_t *connection,
                             proto_tree *tree);

void newcamd_frame_register(int proto);

#endif
