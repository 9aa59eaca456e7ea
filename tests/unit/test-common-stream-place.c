/* test-common-stream-place.c
 * Places in a byte stream: what is lost, and what may still come.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <common/pure/stream-place.h>

static void
lost_bytes_are_counted_over_the_wrap_of_sequence_numbers(void)
{
    camshark_stream_place_t place = { 0 }; /* without room for holes */

    g_assert_cmpuint(camshark_stream_place_lost(&place, 1000), ==, 0);
    camshark_stream_place_advance(&place, 0xfffffff0u);
    g_assert_cmpuint(camshark_stream_place_lost(&place, 0xfffffff0u), ==, 0);
    g_assert_cmpuint(camshark_stream_place_lost(&place, 0x10u), ==, 0x20);
    g_assert_cmpuint(camshark_stream_place_lost(&place, 0xffffffe0u), ==, 0);
    camshark_stream_place_advance(&place, 0x10u);
    camshark_stream_place_advance(&place, 0xfffffff8u);
    g_assert_cmpuint(camshark_stream_place_lost(&place, 0x11u), ==, 1);
}

static void
bytes_of_a_hole_may_come_and_those_around_it_not_again(void)
{
    camshark_stream_hole_t room[CAMSHARK_HOLES_KEPT];
    camshark_stream_place_t place = { .holes = room };

    g_assert_true(camshark_stream_place_may_come(&place, 5, 10));
    camshark_stream_place_advance(&place, 100);
    camshark_stream_place_arrived(&place, 200, 300);
    camshark_stream_place_advance(&place, 300);
    g_assert_true(camshark_stream_place_may_come(&place, 100, 200));
    g_assert_true(camshark_stream_place_may_come(&place, 150, 160));
    g_assert_false(camshark_stream_place_may_come(&place, 150, 201));
    g_assert_false(camshark_stream_place_may_come(&place, 99, 150));
    g_assert_false(camshark_stream_place_may_come(&place, 200, 200));
    g_assert_true(camshark_stream_place_may_come(&place, 300, 5000));
}

static void
late_bytes_make_a_hole_smaller(void)
{
    camshark_stream_hole_t room[CAMSHARK_HOLES_KEPT];
    camshark_stream_place_t place = { .holes = room };

    camshark_stream_place_advance(&place, 0xfffffff0u);
    camshark_stream_place_arrived(&place, 0x100, 0x200);
    camshark_stream_place_advance(&place, 0x200);
    camshark_stream_place_arrived(&place, 0x10, 0x20);
    g_assert_true(camshark_stream_place_may_come(&place, 0xfffffff0u, 0x10));
    g_assert_false(camshark_stream_place_may_come(&place, 0x10, 0x11));
    g_assert_true(camshark_stream_place_may_come(&place, 0x20, 0x100));
    camshark_stream_place_arrived(&place, 0xffffff00u, 0x80);
    g_assert_false(camshark_stream_place_may_come(&place, 0xfffffff0u, 0x10));
    g_assert_true(camshark_stream_place_may_come(&place, 0x80, 0x100));
}

static void
of_many_holes_the_newest_are_known(void)
{
    camshark_stream_hole_t room[CAMSHARK_HOLES_KEPT];
    camshark_stream_place_t place = { .holes = room };

    camshark_stream_place_advance(&place, 0);
    for (uint32_t i = 1; i <= 2 * CAMSHARK_HOLES_KEPT; i++) {
        camshark_stream_place_arrived(&place, 100 * i, 100 * i + 50);
        camshark_stream_place_advance(&place, 100 * i + 50);
    }
    g_assert_cmpuint(place.n_holes, ==, CAMSHARK_HOLES_KEPT);
    g_assert_false(camshark_stream_place_may_come(&place, 60, 70));
    g_assert_true(
        camshark_stream_place_may_come(&place, 200 * CAMSHARK_HOLES_KEPT - 10, 200 * CAMSHARK_HOLES_KEPT));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/common/stream-place/" #f, f)
    TEST(lost_bytes_are_counted_over_the_wrap_of_sequence_numbers);
    TEST(bytes_of_a_hole_may_come_and_those_around_it_not_again);
    TEST(late_bytes_make_a_hole_smaller);
    TEST(of_many_holes_the_newest_are_known);
    return g_test_run();
}
