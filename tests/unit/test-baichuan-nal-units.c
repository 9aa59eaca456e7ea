/* test-baichuan-nal-units.c
 * docs/baichuan.md section 5: NAL units in frames.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-stream.h"

#include <baichuan/wire/nal-units.h>

typedef struct {
    bc_nal_unit_t unit;
    GByteArray *bytes;
} found_t;

typedef struct {
    const uint8_t *piece;
    found_t found[16];
    unsigned n;
} units_t;

static void
take_unit(void *context, const bc_nal_unit_t *unit)
{
    units_t *units = context;

    g_assert_cmpuint(units->n, <, G_N_ELEMENTS(units->found));
    found_t *found = &units->found[units->n++];
    found->unit = *unit;
    found->bytes = g_byte_array_new();
    g_byte_array_append(found->bytes, unit->joined != NULL ? unit->joined : units->piece + unit->at,
                        unit->len);
}

static void
split(bc_nal_splitter_t *splitter, units_t *units, const uint8_t *bytes, uint32_t len, bool end)
{
    units->piece = bytes;
    bc_nal_split(splitter, bytes, len, end, take_unit, units);
}

static void
free_units(units_t *units)
{
    for (unsigned i = 0; i < units->n; i++) {
        g_byte_array_free(units->found[i].bytes, TRUE);
    }
    units->n = 0;
}

static void
free_splitter(bc_nal_splitter_t *splitter)
{
    bc_nal_clear(splitter);
    g_free(splitter);
}

/* Three start codes of 4 and 3 bytes: SPS, PPS, a slice of 200 bytes. */
static GByteArray *
key_frame(void)
{
    GByteArray *frame = g_byte_array_new();

    append(frame, "00000001 674d4015d9008025b0 000001 68ebc3cb 00000001 6588");
    append_fill(frame, 0xaa, 198);
    append(frame, "00000000");
    return frame;
}

static void
assert_key_frame(const units_t *units)
{
    static const uint8_t types[] = { 7, 8, 5 };
    static const unsigned lengths[] = { 9, 4, 64 };

    g_assert_cmpuint(units->n, ==, 3);
    for (unsigned i = 0; i < 3; i++) {
        g_assert_cmpuint(units->found[i].unit.type, ==, types[i]);
        g_assert_cmpuint(units->found[i].bytes->len, ==, lengths[i]);
        g_assert_cmpint(units->found[i].unit.codec, ==, BAICHUAN_CODEC_H264);
    }
    g_assert_cmphex(units->found[0].bytes->data[8], ==, 0xb0);
    g_assert_cmphex(units->found[1].bytes->data[3], ==, 0xcb);
    g_assert_cmphex(units->found[2].bytes->data[63], ==, 0xaa);
    g_assert_cmpint(units->found[0].unit.extent, ==, BC_NAL_WHOLE);
    g_assert_cmpint(units->found[2].unit.extent, ==, BC_NAL_BEGINNING);
}

static void
test_units_are_found_wherever_the_frame_is_cut(void)
{
    GByteArray *frame = key_frame();
    bc_nal_splitter_t *splitter = g_new0(bc_nal_splitter_t, 1);
    units_t units = { 0 };

    for (guint cut = 0; cut <= frame->len; cut++) {
        bc_nal_begin(splitter, BAICHUAN_CODEC_H264, true);
        split(splitter, &units, frame->data, cut, false);
        split(splitter, &units, frame->data + cut, frame->len - cut, true);
        assert_key_frame(&units);
        free_units(&units);
    }
    free_splitter(splitter);
    g_byte_array_free(frame, TRUE);
}

static void
test_units_are_found_byte_by_byte(void)
{
    GByteArray *frame = key_frame();
    bc_nal_splitter_t *splitter = g_new0(bc_nal_splitter_t, 1);
    units_t units = { 0 };

    bc_nal_begin(splitter, BAICHUAN_CODEC_H264, true);
    for (guint at = 0; at < frame->len; at++) {
        split(splitter, &units, frame->data + at, 1, at + 1 == frame->len);
    }
    assert_key_frame(&units);
    free_units(&units);
    free_splitter(splitter);
    g_byte_array_free(frame, TRUE);
}

static void
test_the_bytes_decide_about_the_codec(void)
{
    static const struct {
        const char *unit;
        baichuan_codec_t codec;
    } units[] = {
        { "4001", BAICHUAN_CODEC_H265 }, { "4201", BAICHUAN_CODEC_H265 }, { "4401", BAICHUAN_CODEC_H265 },
        { "2601", BAICHUAN_CODEC_H265 }, { "2801", BAICHUAN_CODEC_H265 }, { "0201", BAICHUAN_CODEC_H265 },
        { "0001", BAICHUAN_CODEC_H265 }, { "4e01", BAICHUAN_CODEC_H265 }, { "674d", BAICHUAN_CODEC_H264 },
        { "6742", BAICHUAN_CODEC_H264 }, { "68eb", BAICHUAN_CODEC_H264 }, { "28ee", BAICHUAN_CODEC_H264 },
        { "6588", BAICHUAN_CODEC_H264 }, { "419a", BAICHUAN_CODEC_H264 }, { "0605", BAICHUAN_CODEC_H264 },
        { "0910", BAICHUAN_CODEC_H264 }, { "0000", BAICHUAN_CODEC_NONE }, { "ffff", BAICHUAN_CODEC_NONE },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
        size_t len;
        uint8_t *bytes = bytes_of(units[i].unit, &len);
        g_assert_cmpint(bc_nal_codec(bytes), ==, units[i].codec);
        g_free(bytes);
    }
}

static void
test_units_for_rtp_alone_are_kept_back(void)
{
    bc_nal_splitter_t *splitter = g_new0(bc_nal_splitter_t, 1);
    GByteArray *frame = g_byte_array_new();
    units_t units = { 0 };

    append(frame, "00000001 674d4015 00000001 7c8001 00000001 7801");
    bc_nal_begin(splitter, BAICHUAN_CODEC_H264, true);
    split(splitter, &units, frame->data, frame->len, true);
    g_assert_cmpuint(units.n, ==, 3);
    g_assert_cmpint(units.found[1].unit.extent, ==, BC_NAL_KEPT_BACK); /* 28 */
    g_assert_cmpint(units.found[2].unit.extent, ==, BC_NAL_KEPT_BACK); /* 24 */
    free_units(&units);
    g_byte_array_free(frame, TRUE);
    free_splitter(splitter);
}

static void
test_not_more_than_4_kib_of_a_frame_are_kept(void)
{
    bc_nal_splitter_t *splitter = g_new0(bc_nal_splitter_t, 1);
    GByteArray *frame = g_byte_array_new();
    units_t units = { 0 };

    append(frame, "00000001 0605");
    append_fill(frame, 0x55, 3000);
    append(frame, "00000001 0605");
    append_fill(frame, 0x55, 3000);
    append(frame, "00000001 6588");
    append_fill(frame, 0x55, 100);
    bc_nal_begin(splitter, BAICHUAN_CODEC_H264, true);
    for (guint at = 0; at < frame->len; at += 700) {
        split(splitter, &units, frame->data + at, MIN(700, frame->len - at), at + 700 >= frame->len);
    }
    g_assert_cmpuint(units.n, ==, 3);
    g_assert_cmpint(units.found[0].unit.extent, ==, BC_NAL_WHOLE);
    g_assert_cmpuint(units.found[0].unit.len, ==, 3002);
    g_assert_cmpint(units.found[1].unit.extent, ==, BC_NAL_TOO_LONG);
    g_assert_cmpint(units.found[2].unit.extent, ==, BC_NAL_BEGINNING);
    free_units(&units);
    g_byte_array_free(frame, TRUE);
    free_splitter(splitter);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/nal/cut-anywhere", test_units_are_found_wherever_the_frame_is_cut);
    g_test_add_func("/nal/byte-by-byte", test_units_are_found_byte_by_byte);
    g_test_add_func("/nal/codec", test_the_bytes_decide_about_the_codec);
    g_test_add_func("/nal/kept-back", test_units_for_rtp_alone_are_kept_back);
    g_test_add_func("/nal/budget", test_not_more_than_4_kib_of_a_frame_are_kept);
    return g_test_run();
}
