/* test-common-assembler-slices.c
 * The assembler of byte streams: places, slices, holes, overlaps, and the bytes of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "assembler-stream.h"

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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/common/assembler-slices/" #f, f)
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
    return g_test_run();
}
