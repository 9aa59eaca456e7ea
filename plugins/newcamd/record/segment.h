/* segment.h
 * Where one call of the dissector stands.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_SEGMENT_H
#define CAMSHARK_NEWCAMD_RECORD_SEGMENT_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <newcamd/record/conversation.h>

typedef struct {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;
    newcamd_conversation_t *conversation;
    unsigned direction;
    uint32_t first_place; /* TCP sequence number of the tvb's first byte */
    int offset;           /* of the PDU at hand */
    bool shown;           /* a PDU is in tree and columns */
} newcamd_segment_t;

/* TCP sequence number of the PDU at hand. */
static inline uint32_t
newcamd_segment_place(const newcamd_segment_t *segment)
{
    return segment->first_place + (uint32_t)segment->offset;
}

/* The PDU at hand, for faults in it. */
static inline newcamd_fault_at_t
newcamd_segment_fault_at(const newcamd_segment_t *segment, const newcamd_pdu_t *pdu)
{
    return (newcamd_fault_at_t){ segment->pinfo, &pdu->connection->faults, pdu->place };
}

/* The snap length of the capture cut this segment. */
static inline bool
newcamd_segment_is_snapped(const newcamd_segment_t *segment)
{
    return tvb_captured_length(segment->tvb) < tvb_reported_length(segment->tvb);
}

#endif
