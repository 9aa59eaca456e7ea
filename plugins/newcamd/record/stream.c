/* stream.c
 * One direction of a connection: its bytes as the assembler has them, and what is known of PDUs that came in pieces.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is remembered of a direction is bounded: a PDU that is not whole waits until the stream has gone on PATIENCE
 * bytes behind it (not at all where TCP hands over nothing that comes late), and bytes behind a gap of which nobody knows
 * where a PDU begins wait as long as one could reach over the gap.
 */
#include <newcamd/record/stream.h>

#include <string.h>

#include <common/epan/file-memory.h>

#include <newcamd/record/settings.h>
#include <newcamd/wire/frame.h>

#define PATIENCE    16384u
#define LONGEST_PDU (NEWCAMD_LENGTH_LEN + NEWCAMD_LENGTH_MAX)

#define EDGES_KEPT  8u
#define LOOSE_KEPT  16u

typedef struct {
    uint64_t from, to;
    newcamd_whole_t **whole;
} loose_t;

/* Above the limits the oldest is forgotten. */
struct newcamd_gaps {
    uint64_t edges[EDGES_KEPT];
    unsigned edge_count;
    loose_t loose[LOOSE_KEPT];
    unsigned loose_count;
};

static wsc_cb_bool
free_assembler(wmem_allocator_t *allocator _U_, wmem_cb_event_t event _U_, void *assembler)
{
    camshark_assembler_free(assembler);
    return false;
}

newcamd_stream_t *
newcamd_stream_new(void)
{
    newcamd_stream_t *stream = camshark_file_new0(newcamd_stream_t);

    stream->assembler = camshark_assembler_new();
    wmem_register_callback(wmem_file_scope(), free_assembler, stream->assembler);
    return stream;
}

void
newcamd_stream_restart(newcamd_stream_t *stream, uint32_t place)
{
    camshark_assembler_restart(stream->assembler, place);
    stream->in_step = true;
    stream->greeting = false;
    stream->gaps = NULL;
}

static newcamd_gaps_t *
gaps_of(newcamd_stream_t *stream)
{
    if (stream->gaps == NULL) {
        stream->gaps = camshark_file_new0(newcamd_gaps_t);
    }
    return stream->gaps;
}

bool
newcamd_stream_is_edge(const newcamd_stream_t *stream, uint64_t place)
{
    if (stream->in_step && place == camshark_assembler_front(stream->assembler)) {
        return true;
    }
    for (unsigned i = 0; stream->gaps != NULL && i < stream->gaps->edge_count; i++) {
        if (stream->gaps->edges[i] == place) {
            return true;
        }
    }
    return false;
}

static void
add_edge(newcamd_stream_t *stream, uint64_t place)
{
    newcamd_gaps_t *gaps = gaps_of(stream);

    if (gaps->edge_count == EDGES_KEPT) {
        memmove(gaps->edges, gaps->edges + 1, (EDGES_KEPT - 1) * sizeof gaps->edges[0]);
        gaps->edge_count--;
    }
    gaps->edges[gaps->edge_count++] = place;
}

/* A PDU was read at an edge: the next one begins behind it, unless that is where others were read. */
static void
move_edge(newcamd_stream_t *stream, uint64_t place, uint64_t next)
{
    newcamd_gaps_t *gaps = stream->gaps;

    for (unsigned i = 0; gaps != NULL && i < gaps->edge_count; i++) {
        if (gaps->edges[i] == place) {
            gaps->edges[i] = next;
        }
    }
}

newcamd_whole_t *
newcamd_stream_whole(camshark_message_t *message)
{
    if (message->owner == NULL) {
        message->owner = camshark_file_new0(newcamd_whole_t);
    }
    return message->owner;
}

/* Pieces that came before point to the PDU that they belong to. */
static void
tie_loose(newcamd_stream_t *stream, camshark_message_t *message)
{
    const uint64_t from = camshark_message_start(message), to = camshark_message_end(message);
    newcamd_gaps_t *gaps = stream->gaps;

    for (unsigned i = 0; gaps != NULL && i < gaps->loose_count; i++) {
        loose_t *loose = &gaps->loose[i];
        if (loose->from < to && from < loose->to && *loose->whole == NULL) {
            *loose->whole = newcamd_stream_whole(message);
        }
    }
}

camshark_message_t *
newcamd_stream_begin(newcamd_stream_t *stream, uint64_t place, uint32_t total)
{
    camshark_assembler_t *assembler = stream->assembler;
    const uint64_t front = camshark_assembler_front(assembler);
    camshark_message_t *message = camshark_assembler_begin(assembler, place, total, CAMSHARK_KEEP, NULL);

    if (message == NULL) {
        return NULL;
    }
    if (place > front && stream->in_step) {
        add_edge(stream, front);
    }
    move_edge(stream, place, place + total);
    stream->in_step |= place >= front;
    tie_loose(stream, message);
    return message;
}

static void
note_pieces(const newcamd_stream_t *stream, const camshark_message_t *message, newcamd_whole_t *whole)
{
    camshark_fragment_t fragment;
    unsigned count = 0;

    for (uint32_t at = 0; camshark_assembler_fragment(stream->assembler, message, at, &fragment);
         at = fragment.offset + fragment.len) {
        count++;
    }
    newcamd_piece_t *pieces = wmem_alloc_array(wmem_file_scope(), newcamd_piece_t, count);
    for (uint32_t at = 0; camshark_assembler_fragment(stream->assembler, message, at, &fragment);
         at = fragment.offset + fragment.len) {
        pieces[whole->piece_count++] = (newcamd_piece_t){ .frame = fragment.frame, .len = fragment.len };
    }
    whole->pieces = pieces;
}

const uint8_t *
newcamd_stream_take(newcamd_stream_t *stream, camshark_message_t *message, uint32_t frame,
                    newcamd_whole_t **whole)
{
    uint8_t *bytes = wmem_alloc(wmem_file_scope(), message->total);

    *whole = newcamd_stream_whole(message);
    (*whole)->shown_in = frame;
    note_pieces(stream, message, *whole);
    camshark_assembler_read(stream->assembler, camshark_message_start(message), message->total, bytes);
    camshark_assembler_finish(stream->assembler, message);
    return bytes;
}

void
newcamd_stream_loose(newcamd_stream_t *stream, uint64_t from, uint64_t to, newcamd_whole_t **whole)
{
    newcamd_gaps_t *gaps = gaps_of(stream);

    if (gaps->loose_count == LOOSE_KEPT) {
        memmove(gaps->loose, gaps->loose + 1, (LOOSE_KEPT - 1) * sizeof gaps->loose[0]);
        gaps->loose_count--;
    }
    gaps->loose[gaps->loose_count++] = (loose_t){ from, to, whole };
}

void
newcamd_stream_forget(newcamd_stream_t *stream)
{
    camshark_assembler_t *assembler = stream->assembler;
    const uint64_t newest = camshark_assembler_newest(assembler);
    const bool waits = camshark_assembler_oldest(assembler) != NULL && !newcamd_tcp_withholds();
    camshark_message_t *message;

    while ((message = camshark_assembler_due(assembler, waits ? PATIENCE : 0)) != NULL) {
        newcamd_stream_whole(message)->missing = message->total - message->here;
        camshark_assembler_finish(assembler, message);
    }
    const uint64_t front = camshark_assembler_front(assembler);
    if (stream->in_step && newest > front + LONGEST_PDU) {
        message =
            camshark_assembler_begin(assembler, front, (uint32_t)(newest - front), CAMSHARK_PASS_BY, NULL);
        if (message != NULL) {
            camshark_assembler_finish(assembler, message);
        }
        stream->in_step = false;
    }
    if (!stream->in_step && newest > front) {
        camshark_assembler_set_front(assembler, newest);
    }
}
