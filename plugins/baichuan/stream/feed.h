/* feed.h
 * From the bytes of a stream, in whatever order they come, to BC messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * First pass only. A carrier feeds what each packet brings, with its place in the stream (TCP: the sequence number). A
 * message is decided about as soon as it is whole, or as it is known that it will not become so; what was found out is
 * noted in the segments of its packets (record/segment.h), from which every pass shows them. The carrier is never asked
 * for more bytes. Where a header is lost, what follows is searched for the next one (docs/baichuan.md section 1.10).
 */
#ifndef CAMSHARK_BAICHUAN_STREAM_FEED_H
#define CAMSHARK_BAICHUAN_STREAM_FEED_H

#include <baichuan/stream/stream.h>

/* Takes the bytes that a packet brings.
 *   slice    of the packet at hand, whose bytes then are at offset 0 of what is shown, or of an earlier one
 *   when     slice's packet was captured
 *   segment  of slice's packet; stream->segment says that it is the packet at hand */
void bc_stream_feed(bc_stream_t *stream, const camshark_slice_t *slice, const nstime_t *when,
                    bc_segment_t *segment);

#define BC_STREAM_GUESSED 1000u /* lost packets whose bytes are guessed */

/* Packets that the carrier does not wait for any longer (BcUdp). */
typedef struct {
    uint32_t bytes;   /* in them, or in the first BC_STREAM_GUESSED of them, as far as can be guessed */
    uint32_t packets; /* and their number */
    uint32_t from;    /* id of the first one */
} bc_stream_gap_t;

/* Where the bytes of a packet lie that comes after it was given up. False if that is not known any more. */
bool bc_stream_place_of_late(const bc_stream_t *stream, uint32_t id, uint32_t *place);

/* Notes lost packets; what follows is fed with its place behind the gap. The bytes behind it in the same message are
 * believed once the next message begins where that one ends by arithmetic. */
void bc_stream_lose(bc_stream_t *stream, const bc_stream_gap_t *gap);

/* No more bytes will come: decides about everything that is not finished. */
void bc_stream_end(bc_stream_t *stream);

#endif
