/* stream.h
 * One direction of a connection: its bytes as the assembler has them, and what is known of PDUs that came in pieces.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Places are those of the assembler: 64 bits, of which the low 32 are TCP's sequence number. First pass only, but for
 * newcamd_whole_t.
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_STREAM_H
#define CAMSHARK_NEWCAMD_RECORD_STREAM_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <common/pure/assembler.h>

/* A segment's share in a PDU. */
typedef struct {
    uint32_t frame; /* number of the captured frame */
    uint32_t len;   /* bytes */
} newcamd_piece_t;

/* A PDU that is not in one piece. The records of its pieces point to it. File scope; goes from unknown to known. */
typedef struct {
    uint32_t shown_in; /* number of the frame in which it was whole, and is shown; 0: not yet, or never */
    uint32_t missing;  /* so many of its bytes are waited for no longer */
    unsigned piece_count;
    const newcamd_piece_t *pieces; /* in the order of the stream; NULL until it is whole */
} newcamd_whole_t;

/* Places behind which bytes are missing, and bytes behind those; NULL in a stream that never had a gap. */
typedef struct newcamd_gaps newcamd_gaps_t;

typedef struct newcamd_stream {
    camshark_assembler_t *assembler;
    bool in_step;  /* a PDU begins at the assembler's front */
    bool greeting; /* the PDU at greeting_place may be a greeting */
    uint64_t greeting_place;
    newcamd_gaps_t *gaps;
} newcamd_stream_t;

/* A new one, in file scope, of which nothing is known. */
newcamd_stream_t *newcamd_stream_new(void);

/* The stream goes on at a sequence number, where a PDU begins. */
void newcamd_stream_restart(newcamd_stream_t *stream, uint32_t place);

/* Whether a PDU is known to begin at a place, all before which may be missing. */
bool newcamd_stream_is_edge(const newcamd_stream_t *stream, uint64_t place);

/* Begins a PDU (as camshark_assembler_begin()). The pieces of it that came before point to it from now on. NULL if there
 * can be none. */
camshark_message_t *newcamd_stream_begin(newcamd_stream_t *stream, uint64_t place, uint32_t total);

/* What the records of a PDU's pieces point to. */
newcamd_whole_t *newcamd_stream_whole(camshark_message_t *message);

/* Gives the bytes of a whole PDU, and what it is made of, to the records: memory in file scope. It is finished then, and
 * shown in a frame. */
const uint8_t *newcamd_stream_take(newcamd_stream_t *stream, camshark_message_t *message, uint32_t frame,
                                   newcamd_whole_t **whole);

/* Notes a record of bytes of which it is not known to which PDU they belong; *whole is set when that is known. */
void newcamd_stream_loose(newcamd_stream_t *stream, uint64_t from, uint64_t to, newcamd_whole_t **whole);

/* Waits no longer for what lies too far behind the newest byte. To be called before camshark_assembler_done(). */
void newcamd_stream_forget(newcamd_stream_t *stream);

#endif
