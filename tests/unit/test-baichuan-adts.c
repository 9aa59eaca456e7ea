/* test-baichuan-adts.c
 * How long AAC lasts, from headers put together by hand.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include <baichuan/wire/adts.h>

/* 16,000 samples a second (index 8), one channel, 9 bytes, one block */
#define FRAME    0xFF, 0xF1, 0x60, 0x40, 0x01, 0x3F, 0xFC, 0x21, 0x10
#define OTHER    0xFF, 0xF1, 0x50, 0x40, 0x00, 0xFF, 0xFC /* 44,100 a second, 7 bytes */
#define TWO      0xFF, 0xF1, 0x60, 0x40, 0x00, 0xFF, 0xFD /* two blocks, 7 bytes */
#define BAD_RATE 0xFF, 0xF1, 0x74, 0x40, 0x00, 0xFF, 0xFC /* index 13 */

static void
assert_measured(const uint8_t *bytes, size_t len, uint32_t expected_rate, uint32_t expected_samples)
{
    uint32_t rate;
    uint32_t samples;

    g_assert_true(bc_adts_measure(bytes, len, &rate, &samples));
    g_assert_cmpuint(rate, ==, expected_rate);
    g_assert_cmpuint(samples, ==, expected_samples);
}

static void
assert_not_measured(const uint8_t *bytes, size_t len)
{
    uint32_t rate;
    uint32_t samples;

    g_assert_false(bc_adts_measure(bytes, len, &rate, &samples));
}

static void
a_frame_has_1024_samples_a_block(void)
{
    static const uint8_t one[] = { FRAME };
    static const uint8_t two[] = { TWO };

    assert_measured(one, sizeof one, 16000, 1024);
    assert_measured(two, sizeof two, 16000, 2048);
}

static void
frames_add_up(void)
{
    static const uint8_t frames[] = { FRAME, TWO, FRAME };

    assert_measured(frames, sizeof frames, 16000, 4096);
}

static void
what_is_not_whole_frames_of_one_rate_is_not_measured(void)
{
    static const uint8_t rates[] = { FRAME, OTHER };
    static const uint8_t bad[] = { BAD_RATE };
    static const uint8_t cut[] = { FRAME, 0xFF, 0xF1, 0x60 };
    static const uint8_t frame[] = { FRAME };

    assert_not_measured(rates, sizeof rates);
    assert_not_measured(bad, sizeof bad);
    assert_not_measured(cut, sizeof cut);
    assert_not_measured(frame, sizeof frame - 1);
    assert_not_measured(frame, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/adts/" #f, f)
    TEST(a_frame_has_1024_samples_a_block);
    TEST(frames_add_up);
    TEST(what_is_not_whole_frames_of_one_rate_is_not_measured);
    return g_test_run();
}
