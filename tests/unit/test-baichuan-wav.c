/* test-baichuan-wav.c
 * The header of a WAV file of IMA ADPCM blocks, byte for byte as the format's own description has it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-bytes.h"

#include <baichuan/wire/wav.h>

static void
a_header_describes_two_blocks_of_256_bytes(void)
{
    /* (256 - 4) * 2 + 1 = 505 samples a block; 8000 * 256 / 505 = 4055 bytes a second. */
    static const char expected[] = "52494646 34020000 57415645"
                                   "666d7420 14000000 1100 0100 401f0000 d70f0000 0001 0400 0200 f901"
                                   "66616374 04000000 f2030000"
                                   "64617461 00020000";
    size_t len;
    uint8_t *bytes = bytes_of(expected, &len);
    uint8_t header[BC_WAV_HEADER];

    g_assert_cmpuint(len, ==, sizeof header);
    bc_wav_header(header, 8000, 256, 512);
    g_assert_cmpmem(header, sizeof header, bytes, len);
    g_free(bytes);
}

static void
the_whole_file_is_counted_with_the_padding_of_odd_data(void)
{
    uint8_t header[BC_WAV_HEADER];

    bc_wav_header(header, 16000, 255, 255);
    g_assert_cmpmem(header + 4, 4, "\x34\x01\0\0", 4); /* 60 - 8 + 255 + 1 */
    g_assert_cmpmem(header + 56, 4, "\xff\0\0\0", 4);  /* the chunk without it */
}

static void
a_last_shorter_block_is_counted_with_its_own_samples(void)
{
    uint8_t header[BC_WAV_HEADER];

    bc_wav_header(header, 16000, 256, 512 + 100); /* 2 * 505 + (100 - 4) * 2 + 1 */
    g_assert_cmpmem(header + 48, 4, "\xb3\x04\0\0", 4);
    bc_wav_header(header, 16000, 256, 512 + 3); /* less than a block's beginning */
    g_assert_cmpmem(header + 48, 4, "\xf2\x03\0\0", 4);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/wav/" #f, f)
    TEST(a_header_describes_two_blocks_of_256_bytes);
    TEST(the_whole_file_is_counted_with_the_padding_of_odd_data);
    TEST(a_last_shorter_block_is_counted_with_its_own_samples);
    return g_test_run();
}
