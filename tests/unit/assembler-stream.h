/* assembler-stream.h
 * A stream for tests of the assembler, and what it has, as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_TEST_ASSEMBLER_STREAM_H
#define CAMSHARK_TEST_ASSEMBLER_STREAM_H

#include <glib.h>
#include <string.h>

#include <common/pure/assembler.h>

static const uint8_t alphabet[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

typedef struct {
    camshark_assembler_t *assembler;
    uint64_t start; /* place of the stream's first byte */
    uint32_t frame; /* of the last slice */
    char text[64];  /* room for what is read */
} stream_t;

static inline stream_t *
begin_stream(uint32_t place)
{
    stream_t *stream = g_new0(stream_t, 1);

    stream->assembler = camshark_assembler_new();
    camshark_assembler_restart(stream->assembler, place);
    stream->start = camshark_assembler_newest(stream->assembler);
    return stream;
}

static inline void
end_stream(stream_t *stream)
{
    camshark_assembler_free(stream->assembler);
    g_free(stream);
}

static inline camshark_arrival_t
feed_bytes(stream_t *stream, int64_t at, const void *bytes, uint32_t captured, uint32_t len)
{
    const camshark_slice_t slice = { (uint32_t)(stream->start + (uint64_t)at), len, captured, ++stream->frame,
                                     bytes };

    return camshark_assembler_feed(stream->assembler, &slice);
}

/* The next frame brings the letters of the alphabet that lie at a place of the stream. */
static inline camshark_arrival_t
feed(stream_t *stream, int64_t at, uint32_t len)
{
    return feed_bytes(stream, at, alphabet + MAX(at, 0), len, len);
}

static inline camshark_arrival_t
feed_and_end(stream_t *stream, int64_t at, uint32_t len)
{
    const camshark_arrival_t arrival = feed(stream, at, len);

    camshark_assembler_done(stream->assembler);
    return arrival;
}

static inline camshark_message_t *
begin(stream_t *stream, int64_t at, uint32_t total, camshark_keeping_t keeping)
{
    return camshark_assembler_begin(stream->assembler, stream->start + (uint64_t)at, total, keeping, stream);
}

/* What can be read at a place; '.' for a byte that is not held. */
static inline const char *
text_at(stream_t *stream, int64_t at, uint32_t len)
{
    camshark_assembler_read(stream->assembler, stream->start + (uint64_t)at, len, (uint8_t *)stream->text);
    for (uint32_t i = 0; i < len; i++) {
        stream->text[i] = (stream->text[i] == '\0') ? '.' : stream->text[i];
    }
    stream->text[len] = '\0';
    return stream->text;
}

static inline const char *
text_before(stream_t *stream, int64_t at, uint32_t len)
{
    const uint32_t got = camshark_assembler_before(stream->assembler, stream->start + (uint64_t)at, len,
                                                   (uint8_t *)stream->text);
    stream->text[got] = '\0';
    return stream->text;
}

/* "frame:offset+length " of each fragment of a message. */
static inline const char *
fragments_of(stream_t *stream, const camshark_message_t *message)
{
    camshark_fragment_t f;
    size_t used = 0;

    stream->text[0] = '\0';
    for (uint32_t at = 0; camshark_assembler_fragment(stream->assembler, message, at, &f);
         at = f.offset + f.len) {
        used += (size_t)g_snprintf(stream->text + used, sizeof stream->text - (unsigned)used, "%u:%u+%u ",
                                   f.frame, f.offset, f.len);
    }
    return stream->text;
}

/* "offset+length " of each hole, with "cut" where that is so. */
static inline const char *
holes_of(stream_t *stream, const camshark_message_t *message)
{
    camshark_hole_t h;
    size_t used = 0;

    stream->text[0] = '\0';
    for (uint32_t at = 0; camshark_assembler_hole(stream->assembler, message, at, &h);
         at = h.offset + h.len) {
        used += (size_t)g_snprintf(stream->text + used, sizeof stream->text - (unsigned)used, "%u+%u%s ",
                                   h.offset, h.len, h.cut ? "cut" : "");
    }
    return stream->text;
}

/* "place+length@offset " of each fresh part, with "?" for nobody's and "!" for those of a finished message. */
static inline const char *
parts_of(stream_t *stream)
{
    camshark_part_t p;
    size_t used = 0;

    stream->text[0] = '\0';
    for (uint64_t at = 0; camshark_assembler_part(stream->assembler, at, &p); at = p.place + p.len) {
        used += (size_t)g_snprintf(stream->text + used, sizeof stream->text - (unsigned)used, "%d+%u@%u%s ",
                                   (int)(p.place - stream->start), p.len, p.offset,
                                   (p.message == NULL)   ? "?"
                                   : p.message->finished ? "!"
                                                         : "");
    }
    return stream->text;
}

#endif
