/* test-common-stream-place.c
 * Places in a byte stream, and what is lost before one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include <common/pure/stream-place.h>

static void
lost_bytes_are_counted_over_the_wrap_of_sequence_numbers(void)
{
    camshark_stream_place_t place = { 0 };

    g_assert_cmpuint(camshark_stream_place_lost(&place, 1000), ==, 0);
    camshark_stream_place_advance(&place, 0xfffffff0u);
    g_assert_cmpuint(camshark_stream_place_lost(&place, 0xfffffff0u), ==, 0);
    g_assert_cmpuint(camshark_stream_place_lost(&place, 0x10u), ==, 0x20);
    g_assert_cmpuint(camshark_stream_place_lost(&place, 0xffffffe0u), ==, 0);
    camshark_stream_place_advance(&place, 0x10u);
    camshark_stream_place_advance(&place, 0xfffffff8u);
    g_assert_cmpuint(camshark_stream_place_lost(&place, 0x11u), ==, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/common/stream-place/" #f, f)
    TEST(lost_bytes_are_counted_over_the_wrap_of_sequence_numbers);
    return g_test_run();
}
