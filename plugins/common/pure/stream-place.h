/* stream-place.h
 * Where dissection stands in one direction of a TCP byte stream, and how many bytes went missing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * First pass only: what is found here is written into the PDU's record, and every pass reads the record.
 */
#ifndef CAMSHARK_COMMON_PURE_STREAM_PLACE_H
#define CAMSHARK_COMMON_PURE_STREAM_PLACE_H

#include <stdbool.h>
#include <stdint.h>

/* Missing bytes: sequence numbers of the first one, and of what follows the last one. */
typedef struct {
    uint32_t from;
    uint32_t to;
} camshark_stream_hole_t;

#define CAMSHARK_HOLES_KEPT 8u

/* All zero is the start: nothing dissected yet. Most streams never have a hole, so the room for those is the caller's,
 * who gives it before a gap is noted. */
typedef struct {
    bool known;
    uint8_t n_holes;
    uint32_t next; /* sequence number behind the last byte that was dissected */
    camshark_stream_hole_t
        *holes; /* the newest ones before next: room for CAMSHARK_HOLES_KEPT; NULL: none are noted */
} camshark_stream_place_t;

/* Bytes between the last dissected byte and sequence number seq; 0 where nothing was dissected yet or seq
 * lies at or before that place (sequence numbers wrap, so "before" is within 2^31). */
uint32_t camshark_stream_place_lost(const camshark_stream_place_t *place, uint32_t seq);

/* Notes that everything up to, not including, sequence number end is dissected. Never moves backwards. */
void camshark_stream_place_advance(camshark_stream_place_t *place, uint32_t end);

/* Notes that the bytes from one sequence number up to, not including, another one are there. To be called
 * before camshark_stream_place_advance() moves over them: what lies between the last dissected byte and from
 * is a hole then, which bytes that come later make smaller. */
void camshark_stream_place_arrived(camshark_stream_place_t *place, uint32_t from, uint32_t to);

/* Whether none of these bytes has been there, so that all of them may still come: they lie behind everything
 * that was dissected, or inside one hole. Of an empty range, whether the byte at from has not been there. */
bool camshark_stream_place_may_come(const camshark_stream_place_t *place, uint32_t from, uint32_t to);

#endif
