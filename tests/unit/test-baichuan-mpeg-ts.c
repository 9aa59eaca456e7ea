/* test-baichuan-mpeg-ts.c
 * Packets of a transport stream, bit by bit as ISO/IEC 13818-1 and SMPTE 302M have them. That players open the whole is
 * tested with ffprobe (tests/dissection/baichuan/test_playable.py).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-bytes.h"

#include <baichuan/wire/mpeg-ts.h>

#define START "00000001 65 8884"

static const uint8_t *
packet_of(const GByteArray *out, guint number)
{
    g_assert_cmpuint(out->len, >=, (number + 1) * BC_TS_PACKET);
    return out->data + number * BC_TS_PACKET;
}

static void
assert_begins(const uint8_t *bytes, const char *hex)
{
    size_t len;
    uint8_t *expected = bytes_of(hex, &len);

    g_assert_cmpmem(bytes, len, expected, len);
    g_free(expected);
}

static GByteArray *
video_of(bc_ts_t *ts, uint64_t time, bool key, size_t filling)
{
    GByteArray *out = g_byte_array_new();
    GByteArray *frame = g_byte_array_new();
    size_t len;
    uint8_t *start = bytes_of(START, &len);

    g_byte_array_append(frame, start, (guint)len);
    g_byte_array_set_size(frame, (guint)(len + filling));
    memset(frame->data + len, 0xAB, filling);
    bc_ts_video(ts, out, time, key, frame->data, frame->len);
    g_byte_array_free(frame, TRUE);
    g_free(start);
    return out;
}

static void
tables_stand_before_a_key_frame(void)
{
    bc_ts_t ts = { .codec = BAICHUAN_CODEC_H264, .sound = BC_TS_AAC };
    GByteArray *out = video_of(&ts, 900000, true, 10);

    g_assert_cmpuint(out->len, ==, 3 * BC_TS_PACKET);
    /* 183 - 16 = 166 bytes of filling and its length */
    assert_begins(packet_of(out, 0), "474000 30 a6 00 ff");
    assert_begins(packet_of(out, 0) + BC_TS_PACKET - 17, "00 00b00d 0001c10000 0001f000 2ab104b2");
    assert_begins(packet_of(out, 1) + BC_TS_PACKET - 27,
                  "00 02b017 0001c10000 e100f000 1be100f000 0fe101f000 2f44b99b");
    g_byte_array_free(out, TRUE);
}

static void
a_frame_has_its_clock_time_and_delimiter(void)
{
    bc_ts_t ts = { .codec = BAICHUAN_CODEC_H264 };
    /* 900,000 = 0xDBBA0, the clock a quarter of a second before: 877,500 = 0xD63BC */
    GByteArray *out = video_of(&ts, 900000, false, 10);

    g_assert_cmpuint(out->len, ==, BC_TS_PACKET);
    assert_begins(packet_of(out, 0), "474100 30 92 10 00 06 b1 de 7e 00 ff");
    assert_begins(packet_of(out, 0) + BC_TS_PACKET - 37,
                  "000001e0 0000 848005 2100377741 00000001 09f0" START "abababababababababab");
    g_byte_array_free(out, TRUE);
}

static void
packets_of_a_long_frame_are_numbered(void)
{
    bc_ts_t ts = { .codec = BAICHUAN_CODEC_H264 };
    GByteArray *out = video_of(&ts, 0, false, 17 * BC_TS_PACKET);

    for (guint i = 0; i < out->len / BC_TS_PACKET; i++) {
        g_assert_cmpuint(packet_of(out, i)[0], ==, 0x47);
        g_assert_cmpuint(packet_of(out, i)[1] & 0x40, ==, (i == 0) ? 0x40 : 0);
        g_assert_cmpuint(packet_of(out, i)[3] & 0x0F, ==, i % 16);
    }
    g_assert_cmpuint(out->len % BC_TS_PACKET, ==, 0);
    g_byte_array_free(out, TRUE);
}

/* With one byte of filling the adaptation field is its length alone. */
static void
packets_are_filled_up_whatever_is_left(void)
{
    for (size_t filling = 0; filling < 2 * BC_TS_PACKET; filling++) {
        bc_ts_t ts = { .codec = BAICHUAN_CODEC_H264 };
        GByteArray *out = video_of(&ts, 0, false, filling);
        size_t len = 0;
        for (guint i = 0; i < out->len / BC_TS_PACKET; i++) {
            const uint8_t *packet = packet_of(out, i);
            len += BC_TS_PACKET - 4 - ((packet[3] & 0x20) ? packet[4] + 1u : 0);
        }
        g_assert_cmpuint(len, ==, 14 + 6 + 7 + filling);
        g_byte_array_free(out, TRUE);
    }
}

static void
a_frame_that_has_its_delimiter_gets_no_second_one(void)
{
    static const uint8_t h264[] = { 0, 0, 0, 1, 0x09, 0xF0, 0, 0, 0, 1, 0x65 };
    static const uint8_t h265[] = { 0, 0, 1, 0x46, 0x01, 0x50 };
    bc_ts_t ts = { .codec = BAICHUAN_CODEC_H264 };
    GByteArray *out = g_byte_array_new();

    bc_ts_video(&ts, out, 0, false, h264, sizeof h264);
    g_assert_cmpmem(out->data + BC_TS_PACKET - sizeof h264 - 5, 5, "\x21\0\1\0\1", 5);
    g_byte_array_set_size(out, 0);
    ts.codec = BAICHUAN_CODEC_H265;
    bc_ts_video(&ts, out, 0, false, h265, sizeof h265);
    g_assert_cmpmem(out->data + BC_TS_PACKET - sizeof h265 - 5, 5, "\x21\0\1\0\1", 5);
    g_byte_array_free(out, TRUE);
}

static void
sound_that_comes_later_is_announced_in_all_tables(void)
{
    bc_ts_t ts = { .codec = BAICHUAN_CODEC_H265 };
    GByteArray *out = video_of(&ts, 0, true, 0);
    bc_ts_t with = { .codec = BAICHUAN_CODEC_H265, .sound = BC_TS_SAMPLES };
    GByteArray *expected = video_of(&with, 0, true, 0);

    g_assert_cmpmem(out->data, BC_TS_PACKET, expected->data, BC_TS_PACKET);
    g_assert_true(memcmp(out->data, expected->data, out->len) != 0);
    bc_ts_announce(&ts, out, BC_TS_SAMPLES);
    g_assert_cmpmem(out->data, out->len, expected->data, expected->len);
    g_byte_array_free(out, TRUE);
    g_byte_array_free(expected, TRUE);
}

static void
samples_are_in_two_channels_with_the_lowest_bit_first(void)
{
    static const int16_t samples[] = { 0x1234 };
    bc_ts_t ts = { .codec = BAICHUAN_CODEC_H264, .sound = BC_TS_SAMPLES };
    GByteArray *out = g_byte_array_new();

    bc_ts_samples(&ts, out, 0, 24000, samples, 1);
    g_assert_cmpuint(out->len, ==, BC_TS_PACKET);
    /* 0x34 mirrored is 2c, 0x12 is 48; two frames, of which the first begins a block */
    assert_begins(packet_of(out, 0) + BC_TS_PACKET - 28,
                  "000001bd 0016 848005 2100010001 000a0000 2c4812c480 2c4802c480");
    g_byte_array_free(out, TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/mpeg-ts/" #f, f)
    TEST(tables_stand_before_a_key_frame);
    TEST(a_frame_has_its_clock_time_and_delimiter);
    TEST(packets_of_a_long_frame_are_numbered);
    TEST(packets_are_filled_up_whatever_is_left);
    TEST(a_frame_that_has_its_delimiter_gets_no_second_one);
    TEST(sound_that_comes_later_is_announced_in_all_tables);
    TEST(samples_are_in_two_channels_with_the_lowest_bit_first);
    return g_test_run();
}
