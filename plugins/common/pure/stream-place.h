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

/* All zero is the start: nothing dissected yet. */
typedef struct {
    bool known;
    uint32_t next; /* sequence number behind the last byte that was dissected */
} camshark_stream_place_t;

/* Bytes between the last dissected byte and sequence number seq; 0 where nothing was dissected yet or seq
 * lies at or before that place (sequence numbers wrap, so "before" is within 2^31). */
uint32_t camshark_stream_place_lost(const camshark_stream_place_t *place, uint32_t seq);

/* Notes that everything up to, not including, sequence number end is dissected. Never moves backwards. */
void camshark_stream_place_advance(camshark_stream_place_t *place, uint32_t end);

#endif
