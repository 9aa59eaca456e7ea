/* test-baichuan-gaps.c
 * Lengths of time whose median is known without keeping them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include <baichuan/session/gaps.h>

#define MS ((int64_t)1000000)

static int64_t
median_of(const int64_t *lengths, size_t n)
{
    bc_gaps_t gaps = { 0 };

    for (size_t i = 0; i < n; i++) {
        bc_gaps_add(&gaps, lengths[i]);
    }
    return bc_gaps_median(&gaps);
}

static void
nothing_has_no_median(void)
{
    g_assert_cmpint(median_of(NULL, 0), ==, 0);
}

static void
the_median_of_equal_lengths_is_exact(void)
{
    const int64_t lengths[] = { 10 * MS, 10 * MS, 10 * MS };

    g_assert_cmpint(median_of(lengths, G_N_ELEMENTS(lengths)), ==, 10 * MS);
}

static void
a_single_long_one_does_not_move_it(void)
{
    const int64_t lengths[] = { 10 * MS, 10 * MS, 3600000 * MS, 10 * MS, 11 * MS };
    const int64_t median = median_of(lengths, G_N_ELEMENTS(lengths));

    g_assert_cmpint(median, >=, 10 * MS);
    g_assert_cmpint(median, <=, 11 * MS);
}

static void
medians_are_right_to_six_percent(void)
{
    for (int64_t middle = 5000; middle < 3000000 * MS; middle += middle / 7) {
        const int64_t lengths[] = { 0, middle, 2 * middle + 1000000000 };
        const int64_t median = median_of(lengths, G_N_ELEMENTS(lengths));
        g_assert_cmpint(median, >=, middle - middle / 16 - 1000);
        g_assert_cmpint(median, <=, middle + middle / 16 + 1000);
    }
}

static void
lengths_that_no_capture_has_are_counted(void)
{
    const int64_t lengths[] = { INT64_MAX, INT64_MIN, INT64_MAX };

    g_assert_cmpint(median_of(lengths, G_N_ELEMENTS(lengths)), >, 3600 * 1000 * MS);
    bc_gaps_t gaps = { 0 };
    bc_gaps_add(&gaps, -1);
    g_assert_cmpint(bc_gaps_median(&gaps), ==, 0);
    g_assert_cmpint(gaps.longest, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/gaps/" #f, f)
    TEST(nothing_has_no_median);
    TEST(the_median_of_equal_lengths_is_exact);
    TEST(a_single_long_one_does_not_move_it);
    TEST(medians_are_right_to_six_percent);
    TEST(lengths_that_no_capture_has_are_counted);
    return g_test_run();
}
