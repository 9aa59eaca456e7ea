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

/* A segment while it is read; nothing in it is for the caller. */
typedef struct {
    newcamd_segment_t *segment;
    newcamd_stream_t *stream;
    camshark_arrival_t arrival;
    uint64_t base; /* place of the tvb's first byte */
    uint64_t at;   /* all of the segment before it has been read */
} newcamd_reader_t;

/* What a segment holds, or makes whole: members as in newcamd_pdu_t. */
typedef struct {
    newcamd_pdu_kind_t kind;
    uint32_t place;
    uint32_t length;
    uint32_t offset;
    uint32_t here;
    const uint8_t *bytes;
    newcamd_whole_t *whole;
    bool loose; /* it is not known yet to which PDU these bytes belong: newcamd_framing_loose() */
} newcamd_found_t;

/* Whether frames fill a part of a segment exactly, so that its first byte begins one (section 8.4).
 *   session      of the connection: its frames may be in clear
 *   offset, end  of the part, in bytes */
bool newcamd_frames_fill(const newcamd_session_t *session, tvbuff_t *tvb, int offset, int end);

/* Takes in the segment, from segment->offset on. First pass only, as what follows: begin, all that is found, end. Its
 * tvb is not to be touched by others meanwhile. */
void newcamd_framing_begin(newcamd_reader_t *reader, newcamd_segment_t *segment);

/* The next thing that it holds or makes whole. To be called when what was found before has been decided, because that
 * tells how to go on. False if there is no more. */
bool newcamd_framing_next(newcamd_reader_t *reader, newcamd_found_t *found);

/* The record of found bytes that are loose. */
void newcamd_framing_loose(const newcamd_reader_t *reader, const newcamd_found_t *found, newcamd_pdu_t *pdu);

void newcamd_framing_end(newcamd_reader_t *reader);

#endif
