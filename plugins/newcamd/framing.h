/* framing.h
 * Where in the byte stream of a direction a PDU begins and ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md sections 2.1 and 8.4.
 */
#ifndef CAMSHARK_NEWCAMD_FRAMING_H
#define CAMSHARK_NEWCAMD_FRAMING_H

#include <newcamd/record/segment.h>

typedef struct {
    newcamd_pdu_kind_t kind;
    uint32_t length;
    uint32_t ask; /* not 0: nothing yet, this much more has to come (or DESEGMENT_ONE_MORE_SEGMENT) */
} newcamd_found_t;

/* Whether frames fill the rest of a segment exactly, so that its first byte begins one (section 8.4).
 *   session  of the connection: its frames may be in clear */
bool newcamd_frames_fill(const newcamd_session_t *session, tvbuff_t *tvb, int offset);

/* The frame that begins at the PDU at hand. */
newcamd_found_t newcamd_framing_at(newcamd_segment_t *segment);

/* What the PDU at hand is. First pass only: the conversation's steps move on. */
newcamd_found_t newcamd_framing_next(newcamd_segment_t *segment);

#endif
