/* test-baichuan-media.c
 * docs/baichuan.md section 5: media packets in the pieces that messages hold.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-stream.h"

#include <baichuan/wire/media.h>

#define INFO "31303031 20000000 000a0000 a0050000 00 1e 790804171734 790804171734 0000"

/* An I-frame of 13 bytes with 8 bytes of additional header, a P-frame of 8 bytes without, AAC of 9 and ADPCM
 * of 12 bytes, each with its padding. */
static GByteArray *
sample(void)
{
    GByteArray *stream = g_byte_array_new();

    append(stream, INFO);
    append(stream, "33306463 48323635 0d000000 08000000 c0a8370005000000 45 75e465 c3ec0100");
    append(stream, "00000001 4001 0c0102030405 06 f09b0a");
    append(stream, "30316463 48323634 08000000 00000000 60d3d61a01000000");
    append(stream, "00000001 41020304");
    append(stream, "35357762 0900 0900 fff160404001 22fc01 f09b0a61290100");
    append(stream, "30317762 0c00 0c00 0001 0400 22001000 01020304 f09b0a61");
    return stream;
}

typedef struct {
    bc_media_header_t header;
    GByteArray *data;
    bool joined;
} packet_t;

static void
free_packet(void *data)
{
    packet_t *packet = data;

    g_byte_array_free(packet->data, TRUE);
    g_free(packet);
}

/* What a parser finds. */
typedef struct {
    bc_media_parser_t parser;
    GPtrArray *packets; /* packet_t */
    unsigned begun;
    unsigned ended;
    unsigned skipped;
    unsigned searches;
    unsigned zeros;
} reader_t;

static void
reader_init(reader_t *reader)
{
    memset(reader, 0, sizeof *reader);
    bc_media_parser_init(&reader->parser);
    reader->packets = g_ptr_array_new_with_free_func(free_packet);
}

static void
reader_clear(reader_t *reader)
{
    bc_media_parser_clear(&reader->parser);
    g_ptr_array_free(reader->packets, TRUE);
}

static void
take_piece(reader_t *reader, const uint8_t *bytes, const bc_media_piece_t *piece)
{
    if (piece->kind == BC_MEDIA_SKIPPED) {
        reader->skipped += piece->len;
        reader->searches += piece->search;
        return;
    }
    if (piece->kind == BC_MEDIA_ZEROS) {
        reader->zeros += piece->len;
        return;
    }
    reader->begun += piece->begins;
    reader->ended += piece->ends;
    if (piece->header) {
        packet_t *packet = g_new0(packet_t, 1);
        packet->header = reader->parser.header;
        packet->data = g_byte_array_new();
        packet->joined = piece->joined;
        if (piece->joined) {
            g_assert_cmpuint(reader->parser.head->len, ==, packet->header.len);
        }
        g_ptr_array_add(reader->packets, packet);
    }
    if (piece->data_len > 0) {
        packet_t *packet = g_ptr_array_index(reader->packets, reader->packets->len - 1);
        g_byte_array_append(packet->data, bytes + piece->data_at, piece->data_len);
    }
}

/* Reads one payload, whose pieces must lie in it without a hole. */
static void
read_payload(reader_t *reader, const uint8_t *bytes, uint32_t len)
{
    bc_media_piece_t piece;
    uint32_t at = 0;
    uint32_t expected = 0;

    while (bc_media_next(&reader->parser, bytes, len, &at, &piece)) {
        g_assert_cmpuint(piece.at, ==, expected);
        g_assert_cmpuint(piece.len, >, 0);
        g_assert_cmpuint(piece.data_at + piece.data_len, <=, piece.at + piece.len);
        expected = piece.at + piece.len;
        take_piece(reader, bytes, &piece);
    }
    g_assert_cmpuint(expected, ==, len);
}

static const packet_t *
packet_at(const reader_t *reader, guint i)
{
    g_assert_cmpuint(i, <, reader->packets->len);
    return g_ptr_array_index(reader->packets, i);
}

static void
assert_packet(const reader_t *reader, guint i, baichuan_media_type_t type, uint32_t size)
{
    g_assert_cmpint(packet_at(reader, i)->header.type, ==, type);
    g_assert_cmpuint(packet_at(reader, i)->header.size, ==, size);
    g_assert_cmpuint(packet_at(reader, i)->data->len, ==, size);
}

static void
assert_sample(const reader_t *reader)
{
    g_assert_cmpuint(reader->packets->len, ==, 5);
    assert_packet(reader, 0, BAICHUAN_MEDIA_INFO, 0);
    assert_packet(reader, 1, BAICHUAN_MEDIA_I_FRAME, 13);
    assert_packet(reader, 2, BAICHUAN_MEDIA_P_FRAME, 8);
    assert_packet(reader, 3, BAICHUAN_MEDIA_AAC, 9);
    assert_packet(reader, 4, BAICHUAN_MEDIA_ADPCM, 12);
    g_assert_cmphex(packet_at(reader, 1)->data->data[12], ==, 0x06);
    g_assert_cmphex(packet_at(reader, 4)->data->data[11], ==, 0x04);
    g_assert_cmpuint(reader->begun, ==, 5);
    g_assert_cmpuint(reader->ended, ==, 5);
    g_assert_cmpuint(reader->skipped, ==, 0);
}

static void
test_headers_are_read(void)
{
    GByteArray *stream = sample();
    reader_t reader;

    reader_init(&reader);
    read_payload(&reader, stream->data, stream->len);
    assert_sample(&reader);
    const bc_media_header_t *info = &packet_at(&reader, 0)->header;
    g_assert_cmpuint(info->width, ==, 2560);
    g_assert_cmpuint(info->height, ==, 1440);
    g_assert_cmpuint(info->fps, ==, 30);
    const bc_media_header_t *key = &packet_at(&reader, 1)->header;
    g_assert_cmpuint(key->channel, ==, 3);
    g_assert_cmpint(key->codec, ==, BAICHUAN_CODEC_H265);
    g_assert_cmpuint(key->len, ==, 32);
    g_assert_cmpuint(key->time, ==, 0x65e47545);
    g_assert_cmpuint(key->microseconds, ==, 0x50037a8c0);
    g_assert_cmpint(packet_at(&reader, 2)->header.codec, ==, BAICHUAN_CODEC_H264);
    g_assert_cmpuint(packet_at(&reader, 3)->header.channel, ==, 5);
    reader_clear(&reader);
    g_byte_array_free(stream, TRUE);
}

static void
test_a_stream_may_be_cut_at_any_byte(void)
{
    GByteArray *stream = sample();

    for (guint cut = 1; cut < stream->len; cut++) {
        reader_t reader;
        reader_init(&reader);
        read_payload(&reader, stream->data, cut);
        read_payload(&reader, stream->data + cut, stream->len - cut);
        assert_sample(&reader);
        reader_clear(&reader);
    }
    g_byte_array_free(stream, TRUE);
}

static void
test_a_stream_may_come_byte_by_byte(void)
{
    GByteArray *stream = sample();
    reader_t reader;

    reader_init(&reader);
    for (guint at = 0; at < stream->len; at++) {
        read_payload(&reader, stream->data + at, 1);
    }
    assert_sample(&reader);
    g_assert_true(packet_at(&reader, 1)->joined);
    reader_clear(&reader);
    g_byte_array_free(stream, TRUE);
}

/* An offset where no packet of sample() begins, so that reading has to find the next one by itself. */
static void
test_after_a_loss_reading_goes_on_with_the_next_packet(void)
{
    GByteArray *stream = sample();

    for (guint cut = 33; cut < stream->len; cut++) {
        reader_t reader;
        reader_init(&reader);
        read_payload(&reader, stream->data, 40); /* the info, and half of a header */
        g_assert_true(bc_media_parser_lose(&reader.parser));
        read_payload(&reader, stream->data + cut, stream->len - cut);
        const guint left = reader.packets->len - 1;
        g_assert_cmpuint(left, ==, cut <= 80 ? 3 : cut <= 112 ? 2 : cut <= 136 ? 1 : 0);
        if (left > 0) {
            assert_packet(&reader, reader.packets->len - 1, BAICHUAN_MEDIA_ADPCM, 12);
        }
        reader_clear(&reader);
    }
    g_byte_array_free(stream, TRUE);
}

static void
test_bytes_that_are_no_packet_are_skipped_and_told_once(void)
{
    GByteArray *stream = g_byte_array_new();
    reader_t reader;

    append(stream, INFO);
    append_fill(stream, '0', 50); /* digits, as a magic begins with one */
    append(stream, INFO);
    reader_init(&reader);
    read_payload(&reader, stream->data, stream->len);
    g_assert_cmpuint(reader.packets->len, ==, 2);
    g_assert_cmpuint(reader.skipped, ==, 50);
    g_assert_cmpuint(reader.searches, ==, 1);
    reader_clear(&reader);
    g_byte_array_free(stream, TRUE);
}

static void
test_a_header_that_turns_out_to_be_none_does_not_hide_the_one_in_it(void)
{
    GByteArray *stream = g_byte_array_new();
    reader_t reader;

    append(stream, "303064 30306463"); /* 00d 00dc: the first three may begin a magic */
    append(stream, "48323634 08000000 00000000 60d3d61a01000000 0000000165020304");
    for (guint cut = 1; cut < stream->len; cut++) {
        reader_init(&reader);
        read_payload(&reader, stream->data, cut);
        read_payload(&reader, stream->data + cut, stream->len - cut);
        g_assert_cmpuint(reader.packets->len, ==, 1);
        assert_packet(&reader, 0, BAICHUAN_MEDIA_I_FRAME, 8);
        reader_clear(&reader);
    }
    g_byte_array_free(stream, TRUE);
}

static void
test_an_info_packet_at_the_start_of_a_message_begins_anew(void)
{
    GByteArray *stream = sample();
    reader_t reader;

    reader_init(&reader);
    read_payload(&reader, stream->data, 70); /* inside the I-frame */
    read_payload(&reader, stream->data, stream->len);
    g_assert_cmpuint(reader.packets->len, ==, 2 + 5);
    g_assert_cmpuint(reader.ended, ==, 1 + 5);
    g_assert_cmpuint(reader.skipped, ==, 0);
    reader_clear(&reader);
    g_byte_array_free(stream, TRUE);
}

static void
test_padding_may_be_missing(void)
{
    GByteArray *stream = g_byte_array_new();
    reader_t reader;

    for (unsigned i = 0; i < 3; i++) {
        append(stream, "30357762 0900 0900 fff160404001 22fc01");
    }
    for (guint cut = 17; cut <= stream->len; cut += 17) {
        reader_init(&reader);
        read_payload(&reader, stream->data, cut);
        read_payload(&reader, stream->data + cut, stream->len - cut);
        g_assert_cmpuint(reader.packets->len, ==, 3);
        g_assert_cmpuint(reader.skipped, ==, 0);
        reader_clear(&reader);
    }
    g_byte_array_free(stream, TRUE);
}

static void
zero_bytes_behind_a_packet_hide_none(void)
{
    GByteArray *stream = g_byte_array_new();
    reader_t reader;

    for (unsigned i = 0; i < 3; i++) {
        append(stream, "30357762 0900 0900 fff160404001 22fc01 f09b0a61290100");
        append(stream, "00000000");
    }
    for (guint cut = 0; cut <= stream->len; cut++) {
        reader_init(&reader);
        read_payload(&reader, stream->data, cut);
        read_payload(&reader, stream->data + cut, stream->len - cut);
        g_assert_cmpuint(reader.packets->len, ==, 3);
        g_assert_cmpuint(reader.ended, ==, 3);
        g_assert_cmpuint(reader.skipped + reader.searches, ==, 0);
        g_assert_cmpuint(reader.zeros, ==, 12);
        reader_clear(&reader);
    }
    g_byte_array_free(stream, TRUE);
}

static void
test_impossible_lengths_are_no_header(void)
{
    static const char *const bad[] = {
        "30306463 48323634 01000001 00000000 0000000000000000", /* more than 16 MiB */
        "30306463 48323634 00000000 01000100 0000000000000000", /* so long an additional header */
        "30306463 48323637 00000000 00000000 0000000000000000", /* H267 */
        "30357762 0900 0800 fff1",                              /* two sizes */
        "31303033 20000000 000a0000 a0050000 00 1e 790804171734 790804171734 0000",
        "31303031 21000000 000a0000 a0050000 00 1e 790804171734 790804171734 0000",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        bc_media_header_t header;
        size_t len;
        uint8_t *bytes = bytes_of(bad[i], &len);
        g_assert_cmpint(bc_media_header_parse(bytes, len, false, &header, NULL), ==, BC_MEDIA_NONE);
        g_free(bytes);
    }
}

static void
a_packet_with_another_one_behind_it_proves_that_bytes_are_clear(void)
{
    GByteArray *stream = sample();

    g_assert_true(bc_media_proved(stream->data, stream->len));
    g_assert_true(bc_media_proved(stream->data + 33, stream->len - 33));
    g_assert_false(bc_media_proved(stream->data, 40));                    /* the second header is cut */
    g_assert_false(bc_media_proved(stream->data + stream->len - 24, 24)); /* the last one alone */
    g_assert_false(bc_media_proved(stream->data, 0));
    g_byte_array_free(stream, TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/media/headers-are-read", test_headers_are_read);
    g_test_add_func("/media/cut-at-any-byte", test_a_stream_may_be_cut_at_any_byte);
    g_test_add_func("/media/byte-by-byte", test_a_stream_may_come_byte_by_byte);
    g_test_add_func("/media/after-a-loss", test_after_a_loss_reading_goes_on_with_the_next_packet);
    g_test_add_func("/media/no-packet", test_bytes_that_are_no_packet_are_skipped_and_told_once);
    g_test_add_func("/media/no-header", test_a_header_that_turns_out_to_be_none_does_not_hide_the_one_in_it);
    g_test_add_func("/media/info-begins-anew", test_an_info_packet_at_the_start_of_a_message_begins_anew);
    g_test_add_func("/media/no-padding", test_padding_may_be_missing);
    g_test_add_func("/media/zeros", zero_bytes_behind_a_packet_hide_none);
    g_test_add_func("/media/impossible", test_impossible_lengths_are_no_header);
    g_test_add_func("/media/proved", a_packet_with_another_one_behind_it_proves_that_bytes_are_clear);
    return g_test_run();
}
