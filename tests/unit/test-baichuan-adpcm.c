/* test-baichuan-adpcm.c
 * Samples of IMA ADPCM, worked out by hand from the tables of steps.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include <baichuan/wire/adpcm.h>

static void
assert_samples(const uint8_t *block, size_t len, const int16_t *expected, size_t n)
{
    int16_t samples[16];

    g_assert_cmpuint(bc_adpcm_samples(len), ==, n);
    bc_adpcm_decode(block, len, samples);
    g_assert_cmpmem(samples, n * sizeof *samples, expected, n * sizeof *expected);
}

static void
a_block_begins_with_its_first_sample(void)
{
    static const uint8_t block[] = { 0x18, 0xFC, 5, 0 };
    static const int16_t expected[] = { -1000 };

    assert_samples(block, sizeof block, expected, G_N_ELEMENTS(expected));
}

static void
the_low_four_bits_come_first_and_the_steps_grow(void)
{
    /* Steps 7, 16, 34 (indices 0, 8, 16): 15 * 7 / 8 = 13, 15 * 16 / 8 = 30; bits 0 of step 34: 4; then step 31: -3 * 31 / 8 = -11 */
    static const uint8_t block[] = { 0, 0, 0, 0, 0x77, 0x90 };
    static const int16_t expected[] = { 0, 13, 43, 47, 36 };

    assert_samples(block, sizeof block, expected, G_N_ELEMENTS(expected));
}

static void
samples_and_steps_stay_in_their_ranges(void)
{
    static const uint8_t block[] = { 0xFF, 0x7F, 255, 0, 0xF7, 0xFF };
    static const int16_t expected[] = { 32767, 32767, -28671, -32768, -32768 };

    assert_samples(block, sizeof block, expected, G_N_ELEMENTS(expected));
}

static void
less_than_a_start_is_no_sample(void)
{
    static const uint8_t block[] = { 1, 2, 3 };

    assert_samples(block, sizeof block, NULL, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/adpcm/" #f, f)
    TEST(a_block_begins_with_its_first_sample);
    TEST(the_low_four_bits_come_first_and_the_steps_grow);
    TEST(samples_and_steps_stay_in_their_ranges);
    TEST(less_than_a_start_is_no_sample);
    return g_test_run();
}
