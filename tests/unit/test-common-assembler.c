/* test-common-assembler.c
 * The assembler of byte streams: places, slices, holes, overlaps, and the messages in them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
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

static stream_t *
begin_stream(uint32_t place)
{
    stream_t *stream = g_new0(stream_t, 1);

    stream->assembler = camshark_assembler_new();
    camshark_assembler_restart(stream->assembler, place);
    stream->start = camshark_assembler_newest(stream->assembler);
    return stream;
}

static void
end_stream(stream_t *stream)
{
    camshark_assembler_free(stream->assembler);
    g_free(stream);
}

static camshark_arrival_t
feed_bytes(stream_t *stream, int64_t at, const void *bytes, uint32_t captured, uint32_t len)
{
    const camshark_slice_t slice = { (uint32_t)(stream->start + (uint64_t)at), len, captured, ++stream->frame,
                                     bytes };

    return camshark_assembler_feed(stream->assembler, &slice);
}

/* The next frame brings the letters of the alphabet that lie at a place of the stream. */
static camshark_arrival_t
feed(stream_t *stream, int64_t at, uint32_t len)
{
    return feed_bytes(stream, at, alphabet + MAX(at, 0), len, len);
}

static camshark_arrival_t
feed_and_end(stream_t *stream, int64_t at, uint32_t len)
{
    const camshark_arrival_t arrival = feed(stream, at, len);

    camshark_assembler_done(stream->assembler);
    return arrival;
}

static camshark_message_t *
begin(stream_t *stream, int64_t at, uint32_t total, camshark_keeping_t keeping)
{
    return camshark_assembler_begin(stream->assembler, stream->start + (uint64_t)at, total, keeping, stream);
}

/* What can be read at a place; '.' for a byte that is not held. */
static const char *
text_at(stream_t *stream, int64_t at, uint32_t len)
{
    camshark_assembler_read(stream->assembler, stream->start + (uint64_t)at, len, (uint8_t *)stream->text);
    for (uint32_t i = 0; i < len; i++) {
        stream->text[i] = (stream->text[i] == '\0') ? '.' : stream->text[i];
    }
    stream->text[len] = '\0';
    return stream->text;
}

static const char *
text_before(stream_t *stream, int64_t at, uint32_t len)
{
    const uint32_t got = camshark_assembler_before(stream->assembler, stream->start + (uint64_t)at, len,
                                                   (uint8_t *)stream->text);
    stream->text[got] = '\0';
    return stream->text;
}

/* "frame:offset+length " of each fragment of a message. */
static const char *
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
static const char *
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
static const char *
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

/* ---- Slices ------------------------------------------------------------------------------------------- */

static void
the_first_slice_begins_the_stream(void)
{
    camshark_assembler_t *assembler = camshark_assembler_new();
    const camshark_slice_t slice = { 1000, 3, 3, 1, alphabet };
    const camshark_arrival_t arrival = camshark_assembler_feed(assembler, &slice);

    g_assert_cmpint(arrival.kind, ==, CAMSHARK_ARRIVAL_NEXT);
    g_assert_cmpuint((uint32_t)arrival.from, ==, 1000);
    g_assert_cmpuint(camshark_assembler_front(assembler), ==, arrival.from);
    camshark_assembler_free(assembler);
}

static void
slices_in_order_are_next(void)
{
    stream_t *stream = begin_stream(7);

    g_assert_cmpint(feed_and_end(stream, 0, 5).kind, ==, CAMSHARK_ARRIVAL_NEXT);
    g_assert_cmpint(feed_and_end(stream, 5, 5).kind, ==, CAMSHARK_ARRIVAL_NEXT);
    g_assert_cmpstr(text_at(stream, 0, 12), ==, "abcdefghij..");
    end_stream(stream);
}

static void
a_slice_behind_a_gap_tells_its_length(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 5);
    const camshark_arrival_t arrival = feed_and_end(stream, 8, 2);
    g_assert_cmpint(arrival.kind, ==, CAMSHARK_ARRIVAL_AHEAD);
    g_assert_cmpuint(arrival.gap, ==, 3);
    g_assert_cmpstr(text_at(stream, 0, 10), ==, "abcde...ij");
    end_stream(stream);
}

static void
a_late_slice_fills_its_part_of_a_gap(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 5);
    feed_and_end(stream, 10, 2);
    const camshark_arrival_t arrival = feed_and_end(stream, 6, 3);
    g_assert_cmpint(arrival.kind, ==, CAMSHARK_ARRIVAL_LATE);
    g_assert_cmpuint(arrival.fresh, ==, 3);
    g_assert_cmpstr(text_at(stream, 0, 12), ==, "abcde.ghi.kl");
    end_stream(stream);
}

static void
bytes_of_an_overlap_are_those_that_came_first(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 5);
    feed_and_end(stream, 8, 2);
    const camshark_arrival_t arrival = feed_bytes(stream, 3, "0123456789", 9, 9);
    g_assert_cmpint(arrival.kind, ==, CAMSHARK_ARRIVAL_NEXT);
    g_assert_cmpuint(arrival.fresh, ==, 5);
    g_assert_cmpstr(parts_of(stream), ==, "5+3@0? 10+2@0? ");
    camshark_assembler_done(stream->assembler);
    g_assert_cmpstr(text_at(stream, 0, 12), ==, "abcde234ij78");
    end_stream(stream);
}

static void
a_retransmission_brings_nothing(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 5);
    const camshark_arrival_t arrival = feed_bytes(stream, 0, "01234", 5, 5);
    g_assert_cmpint(arrival.kind, ==, CAMSHARK_ARRIVAL_REPEAT);
    g_assert_cmpuint(arrival.fresh, ==, 0);
    g_assert_cmpstr(parts_of(stream), ==, "");
    camshark_assembler_done(stream->assembler);
    g_assert_cmpstr(text_at(stream, 0, 5), ==, "abcde");
    end_stream(stream);
}

static void
a_keep_alive_brings_nothing(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 5);
    g_assert_cmpint(feed_bytes(stream, 4, "\0", 1, 1).kind, ==, CAMSHARK_ARRIVAL_REPEAT);
    g_assert_cmpuint(camshark_assembler_newest(stream->assembler), ==, stream->start + 5);
    end_stream(stream);
}

static void
an_empty_slice_changes_nothing(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 5);
    g_assert_cmpint(feed_and_end(stream, 9, 0).kind, ==, CAMSHARK_ARRIVAL_EMPTY);
    g_assert_cmpuint(camshark_assembler_newest(stream->assembler), ==, stream->start + 5);
    end_stream(stream);
}

static void
places_go_on_over_the_wrap_of_32_bits(void)
{
    stream_t *stream = begin_stream(0xfffffffcu);

    feed_and_end(stream, 8, 4);
    g_assert_cmpint(feed_and_end(stream, 0, 6).kind, ==, CAMSHARK_ARRIVAL_LATE);
    g_assert_cmpint(feed_and_end(stream, 6, 2).kind, ==, CAMSHARK_ARRIVAL_LATE);
    g_assert_cmpuint(camshark_assembler_newest(stream->assembler), ==, stream->start + 12);
    g_assert_cmpuint(camshark_assembler_unwrap(stream->assembler, 2), ==, stream->start + 6);
    g_assert_cmpuint(camshark_assembler_unwrap(stream->assembler, 0xfffffffdu), ==, stream->start + 1);
    g_assert_cmpstr(text_at(stream, 0, 12), ==, "abcdefghijkl");
    end_stream(stream);
}

static void
a_stream_of_many_gigabytes_goes_on(void)
{
    stream_t *stream = begin_stream(7);
    const uint32_t len = 0x1000000;
    uint8_t *bytes = g_malloc0(len);
    int64_t at = 0;

    for (unsigned i = 0; i < 600; i++, at += len) {
        g_assert_cmpint(feed_bytes(stream, at, bytes, len, len).kind, ==, CAMSHARK_ARRIVAL_NEXT);
        camshark_assembler_finish(stream->assembler, begin(stream, at, len, CAMSHARK_KEEP));
        camshark_assembler_done(stream->assembler);
    }
    g_assert_cmpuint(camshark_assembler_newest(stream->assembler), ==, stream->start + (uint64_t)at);
    g_free(bytes);
    end_stream(stream);
}

static void
a_slice_that_was_cut_brings_what_was_captured(void)
{
    stream_t *stream = begin_stream(7);
    const camshark_arrival_t arrival = feed_bytes(stream, 0, alphabet, 4, 10);

    g_assert_cmpuint(arrival.fresh, ==, 4);
    g_assert_cmpuint(arrival.to, ==, stream->start + 10);
    camshark_assembler_done(stream->assembler);
    g_assert_cmpint(feed_and_end(stream, 10, 2).kind, ==, CAMSHARK_ARRIVAL_NEXT);
    g_assert_cmpstr(text_at(stream, 0, 12), ==, "abcd......kl");
    end_stream(stream);
}

static void
a_retransmission_brings_what_was_cut_before(void)
{
    stream_t *stream = begin_stream(7);

    feed_bytes(stream, 0, alphabet, 4, 10);
    camshark_message_t *message = begin(stream, 0, 10, CAMSHARK_KEEP);
    camshark_assembler_done(stream->assembler);
    g_assert_cmpstr(holes_of(stream, message), ==, "4+6cut ");
    g_assert_cmpint(feed_and_end(stream, 4, 3).kind, ==, CAMSHARK_ARRIVAL_LATE);
    g_assert_cmpstr(holes_of(stream, message), ==, "7+3cut ");
    g_assert_cmpint(feed_bytes(stream, 7, alphabet, 0, 3).kind, ==, CAMSHARK_ARRIVAL_REPEAT);
    end_stream(stream);
}

static void
more_bytes_than_the_slice_is_long_are_not_taken(void)
{
    stream_t *stream = begin_stream(7);

    g_assert_cmpuint(feed_bytes(stream, 0, alphabet, 20, 4).fresh, ==, 4);
    end_stream(stream);
}

static void
bytes_before_the_first_slice_are_nobodys(void)
{
    stream_t *stream = begin_stream(2);

    feed_and_end(stream, 0, 5);
    g_assert_cmpint(feed_bytes(stream, -4, "0123", 4, 4).kind, ==, CAMSHARK_ARRIVAL_LATE);
    g_assert_cmpstr(parts_of(stream), ==, "-4+4@0? ");
    g_assert_cmpuint(camshark_assembler_front(stream->assembler), ==, stream->start);
    end_stream(stream);
}

static void
framing_may_go_back_to_bytes_before_the_first_slice(void)
{
    stream_t *stream = begin_stream(2);

    feed_and_end(stream, 0, 5);
    feed_bytes(stream, -4, "0123", 4, 4);
    camshark_assembler_set_front(stream->assembler, stream->start - 4);
    camshark_assembler_done(stream->assembler);
    g_assert_cmpstr(text_at(stream, -4, 9), ==, "0123abcde");
    g_assert_true(camshark_message_is_whole(begin(stream, -4, 9, CAMSHARK_KEEP)));
    end_stream(stream);
}

static void
a_slice_far_away_is_not_taken(void)
{
    stream_t *stream = begin_stream(7);
    const int64_t far = CAMSHARK_ASSEMBLER_WINDOW + 6;

    feed_and_end(stream, 0, 5);
    camshark_arrival_t arrival = feed_bytes(stream, far, alphabet, 3, 3);
    g_assert_cmpint(arrival.kind, ==, CAMSHARK_ARRIVAL_FAR);
    g_assert_false(arrival.far_again);
    g_assert_true(feed_bytes(stream, far + 3, alphabet, 3, 3).far_again);
    g_assert_false(feed_bytes(stream, far + 9, alphabet, 3, 3).far_again);
    g_assert_cmpint(feed_bytes(stream, -2 * far, alphabet, 3, 3).kind, ==, CAMSHARK_ARRIVAL_FAR);
    g_assert_cmpint(feed_bytes(stream, INT64_C(0x7fffffff), alphabet, 3, 3).kind, ==, CAMSHARK_ARRIVAL_FAR);
    g_assert_cmpuint(camshark_assembler_newest(stream->assembler), ==, stream->start + 5);
    end_stream(stream);
}

static void
a_restart_forgets_and_goes_on_elsewhere(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 5);
    begin(stream, 0, 9, CAMSHARK_KEEP);
    camshark_assembler_restart(stream->assembler, 0x80000000u);
    stream->start = camshark_assembler_front(stream->assembler);
    g_assert_cmpuint((uint32_t)stream->start, ==, 0x80000000u);
    g_assert_null(camshark_assembler_oldest(stream->assembler));
    g_assert_cmpint(feed_and_end(stream, 0, 3).kind, ==, CAMSHARK_ARRIVAL_NEXT);
    g_assert_cmpstr(text_at(stream, 0, 5), ==, "abc..");
    end_stream(stream);
}

static void
bytes_of_a_slice_that_was_never_done_with_are_not_read(void)
{
    stream_t *stream = begin_stream(7);
    uint8_t *gone = g_memdup2(alphabet, 5);

    feed_bytes(stream, 0, gone, 5, 5);
    camshark_message_t *message = begin(stream, 0, 10, CAMSHARK_KEEP);
    g_free(gone);
    g_assert_cmpint(feed_and_end(stream, 5, 5).kind, ==, CAMSHARK_ARRIVAL_NEXT);
    g_assert_cmpstr(text_at(stream, 0, 10), ==, ".....fghij");
    g_assert_cmpuint(message->dropped, ==, 5);
    g_assert_cmpstr(fragments_of(stream, message), ==, "1:0+5 2:5+5 ");
    end_stream(stream);
}

/* ---- Bytes -------------------------------------------------------------------------------------------- */

static void
the_newest_slice_is_read_without_a_copy(void)
{
    stream_t *stream = begin_stream(7);
    uint8_t scratch[8];
    uint32_t got;

    feed(stream, 0, 10);
    g_assert_true(camshark_assembler_peek(stream->assembler, stream->start + 2, 4, scratch, &got) ==
                  alphabet + 2);
    g_assert_cmpuint(got, ==, 8);
    end_stream(stream);
}

static void
bytes_of_several_slices_are_copied_together(void)
{
    stream_t *stream = begin_stream(7);
    uint8_t scratch[8];
    uint32_t got;

    feed_and_end(stream, 0, 3);
    feed_and_end(stream, 3, 2);
    feed(stream, 5, 10);
    g_assert_true(camshark_assembler_peek(stream->assembler, stream->start + 2, 6, scratch, &got) == scratch);
    g_assert_cmpmem(scratch, got, "cdefgh", 6);
    end_stream(stream);
}

static void
a_look_ends_at_a_hole(void)
{
    stream_t *stream = begin_stream(7);
    uint8_t scratch[8];
    uint32_t got;

    feed_and_end(stream, 0, 3);
    feed_and_end(stream, 5, 3);
    camshark_assembler_peek(stream->assembler, stream->start + 1, 8, scratch, &got);
    g_assert_cmpuint(got, ==, 2);
    g_assert_null(camshark_assembler_peek(stream->assembler, stream->start + 3, 8, scratch, &got));
    g_assert_cmpuint(got, ==, 0);
    end_stream(stream);
}

static void
what_is_held_is_told_slice_by_slice(void)
{
    stream_t *stream = begin_stream(7);
    camshark_run_t run;

    feed_and_end(stream, 2, 3);
    feed_and_end(stream, 5, 3);
    g_assert_true(camshark_assembler_held(stream->assembler, stream->start, &run));
    g_assert_cmpuint(run.from - stream->start, ==, 2);
    g_assert_cmpuint(run.to - stream->start, ==, 5);
    g_assert_true(camshark_assembler_held(stream->assembler, run.to, &run));
    g_assert_cmpuint(run.to - stream->start, ==, 8);
    g_assert_false(camshark_assembler_held(stream->assembler, run.to, &run));
    end_stream(stream);
}

/* ---- Messages ----------------------------------------------------------------------------------------- */

static void
a_message_over_several_slices_becomes_whole(void)
{
    stream_t *stream = begin_stream(7);

    feed(stream, 0, 4);
    camshark_message_t *message = begin(stream, 0, 10, CAMSHARK_KEEP);
    camshark_assembler_done(stream->assembler);
    g_assert_null(camshark_assembler_due(stream->assembler, 0));
    feed(stream, 4, 8);
    g_assert_cmpstr(parts_of(stream), ==, "4+6@4 10+2@0? ");
    g_assert_true(camshark_message_is_whole(message));
    g_assert_true(camshark_assembler_due(stream->assembler, 1000) == message);
    g_assert_cmpstr(text_at(stream, 0, 10), ==, "abcdefghij");
    end_stream(stream);
}

static void
the_frames_of_a_message_are_listed_by_offset(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 6, 2);
    feed_and_end(stream, 0, 3);
    feed(stream, 2, 10);
    camshark_message_t *message = begin(stream, 1, 9, CAMSHARK_KEEP);
    g_assert_cmpstr(fragments_of(stream, message), ==, "2:0+2 3:2+3 1:5+2 3:7+2 ");
    camshark_assembler_done(stream->assembler);
    g_assert_cmpstr(fragments_of(stream, message), ==, "2:0+2 3:2+3 1:5+2 3:7+2 ");
    end_stream(stream);
}

static void
many_messages_of_one_slice_are_never_copied(void)
{
    stream_t *stream = begin_stream(7);

    feed(stream, 0, 20);
    for (int64_t at = 0; at < 20; at += 5) {
        camshark_message_t *message = begin(stream, at, 5, CAMSHARK_KEEP);
        g_assert_true(camshark_assembler_due(stream->assembler, 0) == message);
        camshark_assembler_finish(stream->assembler, message);
    }
    camshark_assembler_done(stream->assembler);
    g_assert_cmpuint(camshark_assembler_front(stream->assembler), ==, stream->start + 20);
    g_assert_cmpstr(text_at(stream, 0, 20), ==, "....................");
    end_stream(stream);
}

static void
a_message_with_a_hole_is_due_when_its_last_byte_came(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 4);
    camshark_message_t *message = begin(stream, 0, 10, CAMSHARK_KEEP);
    feed_and_end(stream, 6, 2);
    g_assert_null(camshark_assembler_due(stream->assembler, 0));
    feed(stream, 8, 2);
    g_assert_true(camshark_assembler_due(stream->assembler, 0) == message);
    g_assert_cmpstr(holes_of(stream, message), ==, "4+2 ");
    g_assert_cmpstr(text_at(stream, 0, 10), ==, "abcd..ghij");
    end_stream(stream);
}

static void
a_message_without_its_end_is_due_when_the_next_one_comes(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 4);
    camshark_message_t *message = begin(stream, 0, 10, CAMSHARK_KEEP);
    feed_and_end(stream, 12, 3);
    g_assert_true(camshark_assembler_due(stream->assembler, 0) == message);
    g_assert_cmpstr(holes_of(stream, message), ==, "4+6 ");
    end_stream(stream);
}

static void
who_has_patience_gets_late_bytes_in_time(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 4);
    camshark_message_t *message = begin(stream, 0, 10, CAMSHARK_KEEP);
    feed_and_end(stream, 6, 8);
    g_assert_null(camshark_assembler_due(stream->assembler, 5));
    feed(stream, 4, 2);
    g_assert_true(camshark_message_is_whole(message));
    g_assert_true(camshark_assembler_due(stream->assembler, 5) == message);
    end_stream(stream);
}

static void
patience_ends(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 4);
    camshark_message_t *message = begin(stream, 0, 10, CAMSHARK_KEEP);
    feed_and_end(stream, 6, 9);
    g_assert_true(camshark_assembler_due(stream->assembler, 5) == message);
    end_stream(stream);
}

static void
a_message_whose_missing_bytes_were_cut_is_due_at_once(void)
{
    stream_t *stream = begin_stream(7);

    feed_bytes(stream, 0, alphabet, 4, 6);
    camshark_message_t *message = begin(stream, 0, 10, CAMSHARK_KEEP);
    camshark_assembler_done(stream->assembler);
    feed_bytes(stream, 6, alphabet, 1, 4);
    g_assert_true(camshark_assembler_due(stream->assembler, 1000) == message);
    g_assert_cmpuint(message->here, ==, 5);
    g_assert_cmpuint(message->seen, ==, 10);
    end_stream(stream);
}

static void
cut_and_lost_bytes_are_holes_of_their_own(void)
{
    stream_t *stream = begin_stream(7);

    feed_bytes(stream, 0, alphabet, 2, 4);
    camshark_message_t *message = begin(stream, 0, 10, CAMSHARK_KEEP);
    camshark_assembler_done(stream->assembler);
    feed_and_end(stream, 7, 1);
    g_assert_cmpstr(holes_of(stream, message), ==, "2+2cut 4+3 8+2 ");
    end_stream(stream);
}

static void
late_bytes_find_the_message_that_was_shown_without_them(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 4);
    camshark_message_t *message = begin(stream, 0, 10, CAMSHARK_KEEP);
    feed(stream, 6, 6);
    camshark_assembler_finish(stream->assembler, message);
    camshark_assembler_done(stream->assembler);
    feed(stream, 3, 4);
    g_assert_cmpstr(parts_of(stream), ==, "4+2@4! ");
    g_assert_cmpuint(message->here, ==, 10);
    g_assert_true(message->owner == stream);
    end_stream(stream);
}

static void
late_bytes_of_a_shown_message_can_be_decrypted(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 40);
    camshark_message_t *message = begin(stream, 0, 52, CAMSHARK_KEEP);
    feed(stream, 48, 4);
    camshark_assembler_finish(stream->assembler, message);
    camshark_assembler_done(stream->assembler);
    feed(stream, 40, 4);
    g_assert_cmpstr(text_before(stream, 40, 16), ==, "yzABCDEFGHIJKLMN");
    camshark_assembler_done(stream->assembler);
    feed(stream, 44, 4);
    g_assert_cmpstr(text_before(stream, 44, 8), ==, "KLMNOPQR");
    end_stream(stream);
}

static void
a_whole_message_is_forgotten_with_all_its_bytes(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 4);
    camshark_message_t *message = begin(stream, 0, 6, CAMSHARK_KEEP);
    feed(stream, 4, 5);
    camshark_assembler_finish(stream->assembler, message);
    g_assert_null(camshark_assembler_owner(stream->assembler, stream->start + 2));
    camshark_assembler_done(stream->assembler);
    g_assert_cmpstr(text_at(stream, 0, 9), ==, "......ghi");
    end_stream(stream);
}

static void
a_place_tells_its_message(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 30);
    camshark_message_t *first = begin(stream, 2, 6, CAMSHARK_KEEP),
                       *second = begin(stream, 8, 2, CAMSHARK_KEEP);
    g_assert_null(camshark_assembler_owner(stream->assembler, stream->start + 1));
    g_assert_true(camshark_assembler_owner(stream->assembler, stream->start + 2) == first);
    g_assert_true(camshark_assembler_owner(stream->assembler, stream->start + 7) == first);
    g_assert_true(camshark_assembler_owner(stream->assembler, stream->start + 8) == second);
    g_assert_null(camshark_assembler_owner(stream->assembler, stream->start + 10));
    end_stream(stream);
}

static void
messages_do_not_overlap(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 30);
    begin(stream, 5, 5, CAMSHARK_KEEP);
    g_assert_null(begin(stream, 9, 5, CAMSHARK_KEEP));
    g_assert_null(begin(stream, 0, 6, CAMSHARK_KEEP));
    g_assert_null(begin(stream, 5, 5, CAMSHARK_KEEP));
    g_assert_nonnull(begin(stream, 0, 5, CAMSHARK_KEEP));
    g_assert_nonnull(begin(stream, 10, 5, CAMSHARK_KEEP));
    end_stream(stream);
}

static void
impossible_messages_are_refused(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 5);
    g_assert_null(begin(stream, 0, 0, CAMSHARK_KEEP));
    g_assert_null(begin(stream, 0, CAMSHARK_ASSEMBLER_LONGEST + 1, CAMSHARK_KEEP));
    g_assert_null(begin(stream, 6, 1, CAMSHARK_KEEP));
    g_assert_nonnull(begin(stream, 5, CAMSHARK_ASSEMBLER_LONGEST, CAMSHARK_KEEP));
    end_stream(stream);
}

static void
a_shortened_message_gives_bytes_and_front_back(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 4);
    camshark_message_t *message = begin(stream, 0, 40, CAMSHARK_KEEP);
    feed(stream, 4, 6);
    g_assert_false(camshark_assembler_shorten(stream->assembler, message, 40));
    g_assert_true(camshark_assembler_shorten(stream->assembler, message, 7));
    g_assert_true(camshark_message_is_whole(message));
    g_assert_cmpuint(camshark_assembler_front(stream->assembler), ==, stream->start + 7);
    g_assert_cmpstr(parts_of(stream), ==, "4+3@4 7+3@0? ");
    end_stream(stream);
}

static void
a_header_cut_by_a_slice_waits_for_its_other_half(void)
{
    stream_t *stream = begin_stream(7);
    uint8_t scratch[4];
    uint32_t got;

    feed_and_end(stream, 0, 1);
    g_assert_nonnull(camshark_assembler_peek(stream->assembler, stream->start, 4, scratch, &got));
    g_assert_cmpuint(got, ==, 1);
    feed(stream, 1, 9);
    g_assert_cmpmem(camshark_assembler_peek(stream->assembler, stream->start, 4, scratch, &got), 4, "abcd",
                    4);
    g_assert_cmpstr(fragments_of(stream, begin(stream, 0, 10, CAMSHARK_KEEP)), ==, "1:0+1 2:1+9 ");
    end_stream(stream);
}

static void
messages_behind_a_hole_are_found_by_arithmetic(void)
{
    stream_t *stream = begin_stream(7);

    feed_and_end(stream, 0, 4);
    begin(stream, 0, 10, CAMSHARK_KEEP);
    feed_and_end(stream, 8, 8);
    g_assert_cmpuint(camshark_assembler_front(stream->assembler), ==, stream->start + 10);
    g_assert_true(camshark_message_is_whole(begin(stream, 10, 6, CAMSHARK_KEEP)));
    end_stream(stream);
}

/* ---- Passing by --------------------------------------------------------------------------------------- */

static void
of_what_passes_by_the_last_bytes_stay(void)
{
    stream_t *stream = begin_stream(7);

    feed(stream, 0, 40);
    camshark_message_t *message = begin(stream, 0, 52, CAMSHARK_PASS_BY);
    g_assert_cmpstr(text_at(stream, 0, 4), ==, "abcd");
    camshark_assembler_done(stream->assembler);
    g_assert_cmpstr(text_at(stream, 0, 9), ==, "........i");
    feed(stream, 40, 5);
    g_assert_cmpstr(text_before(stream, 40, 16), ==, "yzABCDEFGHIJKLMN");
    g_assert_cmpstr(text_at(stream, 40, 6), ==, "OPQRS.");
    camshark_assembler_done(stream->assembler);
    g_assert_cmpstr(text_at(stream, 0, 14), ==, ".............n");
    g_assert_cmpstr(fragments_of(stream, message), ==, "1:0+40 2:40+5 ");
    end_stream(stream);
}

static void
bytes_before_a_hole_stay_of_what_passes_by(void)
{
    stream_t *stream = begin_stream(7);

    feed(stream, 0, 20);
    begin(stream, 0, 52, CAMSHARK_PASS_BY);
    camshark_assembler_done(stream->assembler);
    feed_and_end(stream, 24, 20);
    feed_and_end(stream, 44, 4);
    feed(stream, 20, 4);
    g_assert_cmpstr(text_before(stream, 20, 16), ==, "efghijklmnopqrst");
    end_stream(stream);
}

static void
nothing_stays_behind_the_end_of_what_passed_by(void)
{
    stream_t *stream = begin_stream(7);

    feed(stream, 0, 20);
    begin(stream, 0, 30, CAMSHARK_PASS_BY);
    camshark_assembler_done(stream->assembler);
    feed_and_end(stream, 20, 10);
    g_assert_cmpstr(text_at(stream, 0, 30), ==, "..............................");
    end_stream(stream);
}

static void
one_byte_slices_that_pass_by_keep_a_block_in_front(void)
{
    stream_t *stream = begin_stream(7);

    feed(stream, 0, 1);
    begin(stream, 0, 52, CAMSHARK_PASS_BY);
    camshark_assembler_done(stream->assembler);
    for (int64_t at = 1; at < 50; at++) {
        feed_and_end(stream, at, 1);
    }
    g_assert_cmpstr(text_before(stream, 50, 16), ==, "IJKLMNOPQRSTUVWX");
    g_assert_cmpstr(text_at(stream, 0, 20), ==, "..................st");
    end_stream(stream);
}

/* ---- Bounds ------------------------------------------------------------------------------------------- */

static void
above_the_bound_bytes_are_not_kept_and_that_is_told(void)
{
    stream_t *stream = begin_stream(7);
    const uint32_t len = 0x100000, total = CAMSHARK_ASSEMBLER_LONGEST;
    uint8_t *bytes = g_malloc0(len);
    camshark_message_t *messages[2];

    for (int64_t i = 0; i < 2; i++) {
        for (uint32_t at = 0; at < total - len; at += len) {
            feed_bytes(stream, i * total + at, bytes, len, len);
            messages[i] = (at == 0) ? begin(stream, i * total, total, CAMSHARK_KEEP) : messages[i];
            camshark_assembler_done(stream->assembler);
        }
    }
    g_assert_cmpuint(messages[0]->dropped, ==, 0);
    g_assert_cmpuint(messages[1]->dropped, >, 0);
    g_assert_cmpuint(messages[1]->here, ==, total - len);
    g_free(bytes);
    end_stream(stream);
}

static void
too_many_one_byte_slices_are_listed_together(void)
{
    stream_t *stream = begin_stream(7);
    const uint32_t count = CAMSHARK_ASSEMBLER_FRAGMENTS + 1000;
    camshark_fragment_t f = { 0 };
    uint32_t fragments = 0, slices = 0;

    feed_bytes(stream, 0, "x", 1, 1);
    camshark_message_t *message = begin(stream, 0, count, CAMSHARK_KEEP);
    camshark_assembler_done(stream->assembler);
    for (int64_t at = 1; at < count; at++) {
        feed_bytes(stream, at, "x", 1, 1);
        camshark_assembler_done(stream->assembler);
    }
    for (uint32_t at = 0; camshark_assembler_fragment(stream->assembler, message, at, &f);
         at = f.offset + f.len) {
        fragments++;
        slices += 1 + f.left_out;
    }
    g_assert_cmpuint(fragments, <=, CAMSHARK_ASSEMBLER_FRAGMENTS + 1);
    g_assert_cmpuint(slices, ==, count);
    g_assert_cmpstr(text_at(stream, count - 3, 3), ==, "xxx");
    g_assert_true(camshark_message_is_whole(message));
    end_stream(stream);
}

static void
a_hundred_thousand_holes_are_bounded(void)
{
    stream_t *stream = begin_stream(7);
    const uint32_t total = 300000;

    feed_bytes(stream, 0, "x", 1, 1);
    camshark_message_t *message = begin(stream, 0, total, CAMSHARK_KEEP);
    camshark_assembler_done(stream->assembler);
    for (int64_t at = 2; at < total; at += 2) {
        feed_bytes(stream, at, "x", 1, 1);
        camshark_assembler_done(stream->assembler);
    }
    g_assert_cmpuint(message->here, ==, total / 2);
    g_assert_cmpuint(message->dropped, >=, total / 2 - CAMSHARK_ASSEMBLER_STRETCHES - 1);
    g_assert_cmpint(feed_bytes(stream, 1, "x", 1, 1).kind, ==, CAMSHARK_ARRIVAL_OLD);
    g_assert_true(camshark_assembler_due(stream->assembler, 1000000) == message);
    end_stream(stream);
}

static void
holes_from_the_end_to_the_beginning_are_bounded(void)
{
    stream_t *stream = begin_stream(7);

    for (int64_t at = 300000; at > 0; at -= 2) {
        feed_bytes(stream, at, "x", 1, 1);
        camshark_assembler_done(stream->assembler);
    }
    g_assert_cmpint(feed_bytes(stream, 1, "x", 1, 1).kind, ==, CAMSHARK_ARRIVAL_OLD);
    end_stream(stream);
}

static void
slices_that_touch_are_one_stretch(void)
{
    stream_t *stream = begin_stream(7);
    const int64_t count = CAMSHARK_ASSEMBLER_STRETCHES + 10;

    for (int64_t i = 0; i < count; i++) {
        feed_bytes(stream, 10 + i, "x", 1, 1);
        camshark_assembler_done(stream->assembler);
        feed_bytes(stream, 3 * count - i, "x", 1, 1);
        camshark_assembler_done(stream->assembler);
    }
    g_assert_cmpint(feed_bytes(stream, 8, "x", 1, 1).kind, ==, CAMSHARK_ARRIVAL_LATE);
    end_stream(stream);
}

static void
above_the_bounds_a_slice_that_is_lost_takes_no_others_along(void)
{
    stream_t *stream = begin_stream(7);
    const int64_t count = CAMSHARK_ASSEMBLER_FRAGMENTS + 10;

    for (int64_t at = 0; at < count; at++) {
        feed_bytes(stream, at, "x", 1, 1);
        camshark_assembler_done(stream->assembler);
    }
    feed_bytes(stream, count, NULL, 1, 1); /* never done with */
    feed_bytes(stream, count + 1, "y", 1, 1);
    camshark_assembler_done(stream->assembler);
    g_assert_cmpstr(text_at(stream, count - 3, 5), ==, "xxx.y");
    end_stream(stream);
}

static void
a_front_behind_the_window_moves_on(void)
{
    stream_t *stream = begin_stream(7);

    for (int64_t i = 1; i < 6; i++) {
        feed_bytes(stream, i * CAMSHARK_ASSEMBLER_WINDOW / 2, alphabet, 4, 4);
        camshark_assembler_done(stream->assembler);
    }
    g_assert_cmpuint(camshark_assembler_front(stream->assembler), ==,
                     camshark_assembler_newest(stream->assembler) - CAMSHARK_ASSEMBLER_WINDOW);
    g_assert_nonnull(camshark_assembler_begin(stream->assembler, camshark_assembler_front(stream->assembler),
                                              5, CAMSHARK_PASS_BY, NULL));
    end_stream(stream);
}

static void
what_is_behind_the_window_is_old(void)
{
    stream_t *stream = begin_stream(7);
    const int64_t half = CAMSHARK_ASSEMBLER_WINDOW / 2 + 0x100000;

    feed_and_end(stream, 0, 4);
    feed_bytes(stream, half, alphabet, 4, 4);
    camshark_assembler_done(stream->assembler);
    g_assert_cmpint(feed_and_end(stream, 10, 4).kind, ==, CAMSHARK_ARRIVAL_LATE);
    feed_bytes(stream, 2 * half, alphabet, 4, 4);
    camshark_assembler_done(stream->assembler);
    g_assert_cmpint(feed_and_end(stream, 20, 4).kind, ==, CAMSHARK_ARRIVAL_OLD);
    end_stream(stream);
}

static void
an_open_message_is_due_before_it_is_forgotten(void)
{
    stream_t *stream = begin_stream(7);
    const int64_t step = CAMSHARK_ASSEMBLER_WINDOW / 2;

    feed_and_end(stream, 0, 4);
    camshark_message_t *message = begin(stream, 0, 100, CAMSHARK_KEEP);
    for (int64_t i = 1; camshark_assembler_due(stream->assembler, UINT32_MAX) == NULL; i++) {
        g_assert_cmpint(i, <, 8);
        camshark_assembler_done(stream->assembler);
        feed_bytes(stream, i * step, alphabet, 4, 4);
    }
    g_assert_true(camshark_assembler_due(stream->assembler, UINT32_MAX) == message);
    g_assert_cmpstr(text_at(stream, 0, 4), ==, "abcd");
    for (int64_t i = 0; i < 4; i++) {
        feed_and_end(stream, (int64_t)(camshark_assembler_newest(stream->assembler) - stream->start) + step,
                     0);
        feed_bytes(stream, (int64_t)(camshark_assembler_newest(stream->assembler) - stream->start) + step,
                   alphabet, 4, 4);
        camshark_assembler_done(stream->assembler);
    }
    g_assert_null(camshark_assembler_oldest(stream->assembler));
    end_stream(stream);
}

static void
of_too_many_open_messages_the_oldest_is_due_and_then_forgotten(void)
{
    stream_t *stream = begin_stream(7);
    const uint32_t len = 4 * (CAMSHARK_ASSEMBLER_MESSAGES + 2);
    uint8_t *bytes = g_malloc0(len);

    feed_bytes(stream, 0, bytes, 1, 1);
    camshark_assembler_done(stream->assembler);
    feed_bytes(stream, len - 1, bytes, 1, 1);
    for (uint32_t i = 0; i < CAMSHARK_ASSEMBLER_MESSAGES; i++) {
        g_assert_null(camshark_assembler_due(stream->assembler, len));
        begin(stream, 4 * i, 4, CAMSHARK_KEEP);
    }
    g_assert_nonnull(camshark_assembler_due(stream->assembler, len));
    begin(stream, 4 * CAMSHARK_ASSEMBLER_MESSAGES, 4, CAMSHARK_KEEP);
    g_assert_null(camshark_assembler_owner(stream->assembler, stream->start));
    g_assert_nonnull(camshark_assembler_owner(stream->assembler, stream->start + 4));
    g_free(bytes);
    end_stream(stream);
}

static void
of_too_many_shown_messages_with_holes_the_oldest_is_forgotten(void)
{
    stream_t *stream = begin_stream(7);

    for (int64_t i = 0; i < CAMSHARK_ASSEMBLER_MESSAGES + 2; i++) {
        feed_bytes(stream, 4 * i, alphabet, 2, 2);
        camshark_assembler_finish(stream->assembler, begin(stream, 4 * i, 4, CAMSHARK_KEEP));
        camshark_assembler_done(stream->assembler);
    }
    g_assert_null(camshark_assembler_owner(stream->assembler, stream->start + 4));
    g_assert_nonnull(camshark_assembler_owner(stream->assembler, stream->start + 8));
    feed(stream, 2, 2);
    g_assert_cmpstr(parts_of(stream), ==, "2+2@0? ");
    end_stream(stream);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/common/assembler/" #f, f)
    TEST(the_first_slice_begins_the_stream);
    TEST(slices_in_order_are_next);
    TEST(a_slice_behind_a_gap_tells_its_length);
    TEST(a_late_slice_fills_its_part_of_a_gap);
    TEST(bytes_of_an_overlap_are_those_that_came_first);
    TEST(a_retransmission_brings_nothing);
    TEST(a_keep_alive_brings_nothing);
    TEST(an_empty_slice_changes_nothing);
    TEST(places_go_on_over_the_wrap_of_32_bits);
    TEST(a_stream_of_many_gigabytes_goes_on);
    TEST(a_slice_that_was_cut_brings_what_was_captured);
    TEST(a_retransmission_brings_what_was_cut_before);
    TEST(more_bytes_than_the_slice_is_long_are_not_taken);
    TEST(bytes_before_the_first_slice_are_nobodys);
    TEST(framing_may_go_back_to_bytes_before_the_first_slice);
    TEST(a_slice_far_away_is_not_taken);
    TEST(a_restart_forgets_and_goes_on_elsewhere);
    TEST(bytes_of_a_slice_that_was_never_done_with_are_not_read);
    TEST(the_newest_slice_is_read_without_a_copy);
    TEST(bytes_of_several_slices_are_copied_together);
    TEST(a_look_ends_at_a_hole);
    TEST(what_is_held_is_told_slice_by_slice);
    TEST(a_message_over_several_slices_becomes_whole);
    TEST(the_frames_of_a_message_are_listed_by_offset);
    TEST(many_messages_of_one_slice_are_never_copied);
    TEST(a_message_with_a_hole_is_due_when_its_last_byte_came);
    TEST(a_message_without_its_end_is_due_when_the_next_one_comes);
    TEST(who_has_patience_gets_late_bytes_in_time);
    TEST(patience_ends);
    TEST(a_message_whose_missing_bytes_were_cut_is_due_at_once);
    TEST(cut_and_lost_bytes_are_holes_of_their_own);
    TEST(late_bytes_find_the_message_that_was_shown_without_them);
    TEST(late_bytes_of_a_shown_message_can_be_decrypted);
    TEST(a_whole_message_is_forgotten_with_all_its_bytes);
    TEST(a_place_tells_its_message);
    TEST(messages_do_not_overlap);
    TEST(impossible_messages_are_refused);
    TEST(a_shortened_message_gives_bytes_and_front_back);
    TEST(a_header_cut_by_a_slice_waits_for_its_other_half);
    TEST(messages_behind_a_hole_are_found_by_arithmetic);
    TEST(of_what_passes_by_the_last_bytes_stay);
    TEST(bytes_before_a_hole_stay_of_what_passes_by);
    TEST(nothing_stays_behind_the_end_of_what_passed_by);
    TEST(one_byte_slices_that_pass_by_keep_a_block_in_front);
    TEST(above_the_bound_bytes_are_not_kept_and_that_is_told);
    TEST(too_many_one_byte_slices_are_listed_together);
    TEST(a_hundred_thousand_holes_are_bounded);
    TEST(holes_from_the_end_to_the_beginning_are_bounded);
    TEST(slices_that_touch_are_one_stretch);
    TEST(above_the_bounds_a_slice_that_is_lost_takes_no_others_along);
    TEST(a_front_behind_the_window_moves_on);
    TEST(what_is_behind_the_window_is_old);
    TEST(an_open_message_is_due_before_it_is_forgotten);
    TEST(of_too_many_open_messages_the_oldest_is_due_and_then_forgotten);
    TEST(of_too_many_shown_messages_with_holes_the_oldest_is_forgotten);
    return g_test_run();
}
