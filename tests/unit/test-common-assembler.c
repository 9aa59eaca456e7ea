/* test-common-assembler.c
 * The assembler of byte streams: the messages in them, and what only passes by.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "assembler-stream.h"

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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/common/assembler/" #f, f)
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
    return g_test_run();
}
