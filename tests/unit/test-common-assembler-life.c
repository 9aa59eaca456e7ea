/* test-common-assembler-life.c
 * The assembler of byte streams: what it keeps at most, and when it forgets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "assembler-stream.h"

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
#define TEST(f) g_test_add_func("/common/assembler-life/" #f, f)
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
