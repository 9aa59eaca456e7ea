/* stream.h
 * The packet at hand of a stream, on the first pass.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_STREAM_STREAM_H
#define CAMSHARK_BAICHUAN_STREAM_STREAM_H

#include <baichuan/record/segment.h>

/* The packet at hand. */
typedef struct {
    packet_info *pinfo;
    bc_conversation_t *conversation;
    unsigned direction;
    bc_segment_t *segment; /* of its frame: gets what is shown there */
    uint64_t patience;     /* bytes behind a hole in which what fills it may still come, */
    bool has_acknowledged; /* unless the receiver has said that it has all bytes before a place: */
    uint32_t acknowledged;
    /* For the carrier. */
    bc_decided_t *decided;
    bc_decided_t **last_decided;
} bc_stream_t;

/* Adds to what was decided in this frame. */
bc_decided_t *bc_stream_add_decided(bc_stream_t *stream);

#endif
