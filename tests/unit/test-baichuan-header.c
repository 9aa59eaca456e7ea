/* test-baichuan-header.c
 * docs/baichuan.md sections 1.2 to 1.7, 1.10 and 9.1: header length, first contact, resynchronisation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-bytes.h"

#include <time.h>

#include <baichuan/wire/header.h>

/* Headers as hex text: magic, id, length, bytes 12..15, bytes 16..19. */
#define MAGIC "f0debc0a"

static bc_header_t
parse(const char *hex)
{
    size_t len;
    uint8_t *bytes = bytes_of(hex, &len);
    bc_header_t header;

    g_assert_cmpint(bc_header_parse(bytes, len, &header), ==, BC_HEADER_OK);
    g_free(bytes);
    return header;
}

static bc_header_status_t
status(const char *hex)
{
    size_t len;
    uint8_t *bytes = bytes_of(hex, &len);
    bc_header_t header;
    const bc_header_status_t result = bc_header_parse(bytes, len, &header);

    g_free(bytes);
    return result;
}

static void
all_fields_of_a_real_request(void)
{
    const bc_header_t header = parse("f0debc0a97000000a50000000000000200001464a5000000");

    g_assert_cmphex(header.magic, ==, 0x0abcdef0);
    g_assert_cmpuint(header.msg_id, ==, 151);
    g_assert_cmpuint(header.body_len, ==, 165);
    g_assert_cmpuint(header.channel, ==, 0);
    g_assert_cmpuint(header.stream, ==, 0);
    g_assert_cmphex(header.number, ==, 0x0200);
    g_assert_cmphex(header.exchange_id, ==, 0x02000000);
    g_assert_cmpuint(header.code, ==, 0);
    g_assert_cmphex(header.msg_class, ==, 0x6414);
    g_assert_cmpuint(header.payload_offset, ==, 165);
    g_assert_cmpuint(header.len, ==, 24);
    g_assert_false(header.offset_bad);
}

static void
the_xor_offset_of_a_real_preview_is_byte_12(void)
{
    g_assert_cmphex(parse("f0debc0a03000000af0000008c0000000000146400000000").channel, ==, 0x8c);
}

static void
both_magics_and_the_misprint_are_headers(void)
{
    g_assert_cmphex(parse("a0cbed0f500000000000000000000000000014640000 0000").magic, ==, 0x0fedcba0);
    g_assert_cmphex(parse("a0cded0f500000000000000000000000000014640000 0000").magic, ==, 0x0fedcda0);
    g_assert_cmpint(status("a0cced0f"), ==, BC_HEADER_NONE);
}

static void
login_classes_have_20_bytes(void)
{
    g_assert_cmpuint(parse(MAGIC "01000000 2c070000 00000001 12dc1465").len, ==, 20);
    g_assert_cmpuint(parse(MAGIC "01000000 91000000 00000001 02dd1466").len, ==, 20);
}

static void
modern_and_download_classes_have_24_bytes(void)
{
    g_assert_cmpuint(parse(MAGIC "50000000 00000000 00000000 00001464 00000000").len, ==, 24);
    g_assert_cmpuint(parse(MAGIC "08000000 10000000 00000000 c8008264 00000000").len, ==, 24);
}

static void
class_0_has_24_bytes_if_the_payload_offset_fits(void)
{
    g_assert_cmpuint(parse(MAGIC "50000000 55000000 00000000 c8000000 00000000").len, ==, 24);
    g_assert_cmpuint(parse(MAGIC "50000000 55000000 00000000 c8000000 55000000").len, ==, 24);
    g_assert_cmpuint(parse(MAGIC "50000000 55000000 00000000 c8000000 55000000").payload_offset, ==, 0x55);
}

/* Old devices: the four bytes at 20 are body already, for example ASCII zeros. */
static void
class_0_has_20_bytes_if_the_payload_offset_lies_behind_the_body(void)
{
    const bc_header_t header = parse(MAGIC "50000000 55000000 00000000 c8000000 30303030");

    g_assert_cmpuint(header.len, ==, 20);
    g_assert_cmpuint(header.payload_offset, ==, 0);
    g_assert_false(header.offset_bad);
}

static void
an_overwritten_class_has_24_bytes_if_the_offset_fits(void)
{
    g_assert_cmpuint(parse(MAGIC "05000000 00400000 07000000 fc7cb36a 86000000").len, ==, 24);
    g_assert_cmpuint(parse(MAGIC "05000000 00400000 07000000 fc7cb36a 00000000").len, ==, 24);
    g_assert_cmpuint(parse(MAGIC "05000000 00400000 07000000 fc7cb36a 13000000").len, ==, 20);
    g_assert_cmpuint(parse(MAGIC "05000000 00400000 07000000 fc7cb36a 01400000").len, ==, 20);
}

static void
an_overwritten_status_is_none(void)
{
    const bc_header_t replay = parse(MAGIC "05000000 00400000 07000000 fc7cb36a 86000000");
    g_assert_true(replay.overwritten);
    g_assert_cmpuint(replay.code, ==, 0);

    const bc_header_t known = parse(MAGIC "05000000 00400000 07000000 2c010000 86000000");
    g_assert_false(known.overwritten);
    g_assert_cmpuint(known.code, ==, 300);

    const bc_header_t other = parse(MAGIC "50000000 00400000 07000000 2c01b36a 86000000");
    g_assert_false(other.overwritten);
    g_assert_cmpuint(other.code, ==, 300);
}

static void
a_message_of_16_mib_is_impossible(void)
{
    bc_header_t header = parse(MAGIC "50000000 e7ffff00 00000000 00001464 00000000");
    g_assert_true(bc_header_possible(&header));
    header.body_len++;
    g_assert_false(bc_header_possible(&header));
    header.body_len = UINT32_MAX;
    g_assert_false(bc_header_possible(&header));
    header = parse(MAGIC "01000000 ebffff00 00000001 12dc1465");
    g_assert_true(bc_header_possible(&header));
    header.body_len++;
    g_assert_false(bc_header_possible(&header));
}

static void
a_payload_offset_behind_the_body_is_flagged_in_a_request(void)
{
    const bc_header_t header = parse(MAGIC "50000000 10000000 00000000 00001464 11000000");

    g_assert_cmpuint(header.len, ==, 24);
    g_assert_true(header.offset_bad);
    g_assert_cmpuint(header.payload_offset, ==, 0);
}

static void
a_beginning_of_any_length_asks_for_more(void)
{
    size_t len;
    uint8_t *bytes = bytes_of(MAGIC "50000000 55000000 00000000 c8000000 00000000", &len);
    bc_header_t header;

    for (size_t i = 1; i < len; i++) {
        g_assert_cmpint(bc_header_parse(bytes, i, &header), ==, BC_HEADER_MORE);
    }
    g_assert_cmpint(bc_header_parse(bytes, len, &header), ==, BC_HEADER_OK);
    g_free(bytes);
    g_assert_cmpint(status("f0df"), ==, BC_HEADER_NONE);
    g_assert_cmpint(status(MAGIC "01000000 00000000 00000001 12dc1465"), ==, BC_HEADER_OK);
}

/* ---- first contact ------------------------------------------------------------------------------------ */

static bool
first_contact(const char *hex)
{
    size_t len;
    uint8_t *bytes = bytes_of(hex, &len);
    const bool yes = bc_header_first_contact(bytes, len);

    g_free(bytes);
    return yes;
}

static void
first_contact_needs_every_field_to_be_sane(void)
{
    g_assert_true(first_contact(MAGIC "01000000 00000000 fa010000 12dc1465"));
    g_assert_true(first_contact(MAGIC "ff030000 40420f00 00000000 00001464 00000000"));
    g_assert_false(first_contact(MAGIC "00040000 00000000 00000000 00001464 00000000")); /* id 1024 */
    g_assert_false(first_contact(MAGIC "50000000 41420f00 00000000 00001464 00000000")); /* 1000001 bytes */
    g_assert_false(first_contact(MAGIC "50000000 00000000 00000000 00001264 00000000")); /* class */
    g_assert_false(first_contact(MAGIC "50000000 00000000 00000000 00001464 01000000")); /* offset */
    g_assert_false(first_contact("f1debc0a50000000 00000000 00000000 00001464 00000000"));
}

static void
first_contact_checks_the_direction_byte_of_login_legs(void)
{
    g_assert_false(first_contact(MAGIC "01000000 00000000 fa010000 12dd1465"));
    g_assert_true(first_contact(MAGIC "01000000 91000000 fa010000 02dd1466"));
    g_assert_false(first_contact(MAGIC "01000000 91000000 fa010000 02dc1466"));
}

static void
first_contact_lets_a_login_reply_of_class_0_have_20_bytes(void)
{
    g_assert_true(first_contact(MAGIC "01000000 10000000 00000000 c8000000 30303030"));
    g_assert_false(first_contact(MAGIC "50000000 10000000 00000000 c8000000 30303030"));
}

static void
first_contact_needs_20_bytes(void)
{
    g_assert_false(first_contact(MAGIC "01000000 00000000 fa010000 12dc14"));
    g_assert_true(first_contact(MAGIC "50000000 10000000 00000000 c8000000 ffff")); /* offset not yet there */
}

/* ---- resynchronisation -------------------------------------------------------------------------------- */

#define EMPTY "f0debc0a 50000000 00000000 00000000 00001464 00000000"

static size_t
resync(const char *hex)
{
    size_t len;
    uint8_t *bytes = bytes_of(hex, &len);
    const size_t skip = bc_header_resync(bytes, len);

    g_free(bytes);
    return skip;
}

static void
resync_finds_the_next_header(void)
{
    g_assert_cmpuint(resync("00112233" EMPTY), ==, 4);
    g_assert_cmpuint(resync("f0debc" EMPTY EMPTY), ==, 3);
}

static void
resync_refuses_what_only_has_the_magic(void)
{
    g_assert_cmpuint(resync("00" MAGIC "00040000 00000000 00000000 00001464 00000000"), ==, 25); /* id */
    g_assert_cmpuint(resync("00" MAGIC "50000000 41420f00 00000000 00001464 00000000"), ==, 25); /* length */
    g_assert_cmpuint(resync("00" MAGIC "50000000 00000000 00000000 00001264 00000000"), ==, 25); /* class */
    g_assert_cmpuint(resync("00" MAGIC "50000000 00000000 00000000 00001464 01000000"), ==, 25); /* offset */
}

static void
resync_prefers_a_header_whose_end_meets_another(void)
{
    /* The first candidate would end one byte behind the second one's magic. */
    static const char doubtful[] = MAGIC "50000000 04000000 00000000 00001464 00000000";
    char *hex = g_strconcat("00", doubtful, "000000", EMPTY, EMPTY, NULL);

    g_assert_cmpuint(resync(hex), ==, 1 + 24 + 3);
    g_free(hex);
}

static void
resync_takes_a_doubtful_header_where_there_is_none_better(void)
{
    g_assert_cmpuint(resync("00" MAGIC "50000000 01000000 00000000 00001464 00000000"
                            "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"),
                     ==, 1);
}

static void
resync_takes_a_header_whose_body_goes_on_behind_the_data(void)
{
    g_assert_cmpuint(resync("0000" MAGIC "03000000 409c0000 00000000 c8000000 00000000 00112233"), ==, 2);
}

static void
resync_keeps_the_beginning_of_a_header_at_the_end(void)
{
    size_t len;
    uint8_t *header = bytes_of(EMPTY, &len);

    for (size_t kept = 1; kept < len; kept++) {
        uint8_t data[64] = { 0 };
        memcpy(data + 10, header, kept);
        g_assert_cmpuint(bc_header_resync(data, 10 + kept), ==, 10);
    }
    g_free(header);
}

static void
resync_believes_a_20_byte_header_of_class_0_only_before_another(void)
{
    static const char legacy[] = MAGIC "50000000 04000000 00000000 c8000000 30303030";
    char *met = g_strconcat("00", legacy, EMPTY, NULL);
    char *alone = g_strconcat("00", legacy, "00112233445566778899aabbccddeeff0011223344556677", NULL);

    g_assert_cmpuint(resync(met), ==, 1);
    g_assert_cmpuint(resync(alone), >, 1);
    g_free(met);
    g_free(alone);
}

static void
resync_finds_an_overwritten_header_of_recorded_data(void)
{
    g_assert_cmpuint(resync("0000" MAGIC "05000000 409c0000 07000000 fc7cb36a 86000000 00112233"), ==, 2);
    g_assert_cmpuint(resync("0000" MAGIC "05000000 409c0000 07000000 fc7cb36a 13000000 00112233"), ==, 30);
    g_assert_cmpuint(resync("0000" MAGIC "50000000 409c0000 07000000 fc7cb36a 86000000 00112233"), ==, 30);
    g_assert_cmpuint(resync("0000" MAGIC "05000000 409c0000 07000000 fc7cb36a"), ==, 2);
    g_assert_false(first_contact(MAGIC "05000000 409c0000 07000000 fc7cb36a 86000000"));
}

/* Messages whose end meets no other, as many as fit: each search may only look as far as the message goes. */
static void
resync_reads_no_byte_more_than_twice(void)
{
    size_t piece_len;
    uint8_t *piece = bytes_of("00" EMPTY, &piece_len);
    const size_t len = 1000000 / piece_len * piece_len;
    uint8_t *data = g_malloc(len);
    size_t at = 0;
    unsigned found = 0;

    for (size_t i = 0; i < len; i += piece_len) {
        memcpy(data + i, piece, piece_len);
    }
    const clock_t begin = clock();
    while (at < len) {
        const size_t skip = bc_header_resync(data + at, len - at);
        g_assert_cmpuint(skip, ==, 1);
        at += skip + BC_LONG_HEADER;
        found++;
    }
    g_assert_cmpuint(found, ==, len / piece_len);
    g_assert_cmpuint((clock() - begin) / CLOCKS_PER_SEC, <, 2);
    g_free(data);
    g_free(piece);
}

static void
resync_of_nothing_skips_everything(void)
{
    g_assert_cmpuint(resync("00112233445566778899aabbccddeeff"), ==, 16);
    g_assert_cmpuint(bc_header_resync((const uint8_t *)"", 0), ==, 0);
}

static void
the_class_tells_who_sends(void)
{
    bool from_client = false;
    bc_header_t header = parse(EMPTY);

    g_assert_true(bc_header_direction(&header, &from_client) && from_client);
    header = parse(MAGIC "50000000 55000000 00000000 c8000000 00000000");
    g_assert_true(bc_header_direction(&header, &from_client) && !from_client);
    header = parse(MAGIC "01000000 55000000 00000000 00000000 00000000"); /* a sigV3 request */
    g_assert_false(bc_header_direction(&header, &from_client));
    header = parse(MAGIC "05000000 00400000 07000000 fc7cb36a 86000000");
    g_assert_false(bc_header_direction(&header, &from_client));
}

static void
a_status_tells_the_camera_in_the_class_of_requests_and_in_classes_that_nobody_knows(void)
{
    bool from_client = true;
    bc_header_t header = parse(MAGIC "50000000 55000000 00000000 c8001464 00000000");

    g_assert_true(bc_header_direction(&header, &from_client) && !from_client);
    header = parse(MAGIC "50000000 55000000 00000000 c800ffff 00000000");
    g_assert_true(bc_header_direction(&header, &from_client) && !from_client);
    header = parse(MAGIC "50000000 55000000 00000000 0000ffff 00000000");
    g_assert_false(bc_header_direction(&header, &from_client));
    header = parse(MAGIC "ea000000 00000000 00000000 c8001464 00000000"); /* the client's answer to 234 */
    g_assert_true(bc_header_direction(&header, &from_client) && from_client);
}

static void
only_what_answers_or_is_pushed_has_a_status(void)
{
    const bc_header_t request = parse(EMPTY);
    const bc_header_t reply = parse(MAGIC "50000000 55000000 00000000 c8000000 00000000");
    const bc_header_t odd = parse(MAGIC "50000000 55000000 00000000 f7010000 00000000");
    const bc_header_t leg = parse(MAGIC "01000000 00000000 00000000 12dc1465");
    const bc_header_t replay = parse(MAGIC "05000000 00400000 07000000 fc7cb36a 86000000");

    g_assert_cmpuint(bc_header_status(&request), ==, 0);
    g_assert_cmpuint(bc_header_status(&reply), ==, 200);
    g_assert_cmpuint(bc_header_status(&odd), ==, 503); /* nobody knows it, but it is one */
    g_assert_cmpuint(bc_header_status(&leg), ==, 0);
    g_assert_cmpuint(bc_header_status(&replay), ==, 0);
}

/* The last word is no offset, whatever it is: four bytes of a message that is shorter than it says. */
static void
class_ffff_has_24_bytes_and_no_payload_offset(void)
{
    const bc_header_t header = parse(MAGIC "7c000000 55000000 00000000 c800ffff 30303030");

    g_assert_cmpuint(header.len, ==, 24);
    g_assert_cmpuint(header.payload_offset, ==, 0);
    g_assert_false(header.offset_bad);
    g_assert_false(header.overwritten);
    g_assert_cmpuint(parse(MAGIC "7c000000 55000000 00000000 c800ffff 20000000").payload_offset, ==, 0);
}

/* Section 1.4: an offset that fits stands for 24 bytes, but what follows the message knows better. */
static void
the_next_header_tells_the_length_of_an_unknown_class(void)
{
#define FITS     MAGIC "7c000000 08000000 00000000 c8003412 0000000011223344"
#define FITS_NOT MAGIC "7c000000 08000000 00000000 c8003412 0700000011223344"
    g_assert_cmpuint(parse(FITS).len, ==, 24);
    g_assert_cmpuint(parse(FITS MAGIC "50").len, ==, 20);
    g_assert_cmpuint(parse(FITS "55667788" MAGIC).len, ==, 24);
    g_assert_cmpuint(parse(FITS_NOT).len, ==, 20);
    g_assert_cmpuint(parse(FITS_NOT MAGIC "50").len, ==, 20);
    g_assert_cmpuint(parse(FITS_NOT "55667788" MAGIC).len, ==, 24);
    g_assert_cmpuint(parse(FITS_NOT "55667788").len, ==, 24); /* four bytes that begin no header */
    g_assert_cmpuint(parse(FITS_NOT "5566778899").len, ==, 20);
    g_assert_cmpuint(parse(FITS_NOT "55667788" MAGIC).payload_offset, ==, 0);
    g_assert_true(parse(FITS_NOT "55667788" MAGIC).offset_bad);
#undef FITS
#undef FITS_NOT
}

static void
class_ffff_opens_no_conversation_but_resync_finds_it(void)
{
    size_t len;
    uint8_t *bytes = bytes_of(MAGIC "7c000000 08000000 00000000 c800ffff 00000000", &len);

    g_assert_false(bc_header_first_contact(bytes, len));
    g_free(bytes);
    g_assert_cmpuint(resync("001122" MAGIC "7c000000 08000000 00000000 c800ffff 30303030"), ==, 3);
}

static void
class_0_has_20_bytes_if_the_next_header_follows_them(void)
{
#define EIGHT MAGIC "4c000000 08000000 00000000 c8000000 0000000011223344"
    g_assert_cmpuint(parse(EIGHT).len, ==, 24);
    g_assert_cmpuint(parse(EIGHT "f0debc").len, ==, 24);
    g_assert_cmpuint(parse(EIGHT MAGIC).len, ==, 24);
    g_assert_cmpuint(parse(EIGHT MAGIC "50").len, ==, 20);
    g_assert_cmpuint(parse(EIGHT MAGIC MAGIC).len, ==, 24);
#undef EIGHT
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/header/" #f, f)
    TEST(all_fields_of_a_real_request);
    TEST(the_xor_offset_of_a_real_preview_is_byte_12);
    TEST(both_magics_and_the_misprint_are_headers);
    TEST(login_classes_have_20_bytes);
    TEST(modern_and_download_classes_have_24_bytes);
    TEST(class_0_has_24_bytes_if_the_payload_offset_fits);
    TEST(class_0_has_20_bytes_if_the_payload_offset_lies_behind_the_body);
    TEST(an_overwritten_class_has_24_bytes_if_the_offset_fits);
    TEST(an_overwritten_status_is_none);
    TEST(a_message_of_16_mib_is_impossible);
    TEST(a_payload_offset_behind_the_body_is_flagged_in_a_request);
    TEST(a_beginning_of_any_length_asks_for_more);
    TEST(first_contact_needs_every_field_to_be_sane);
    TEST(first_contact_checks_the_direction_byte_of_login_legs);
    TEST(first_contact_lets_a_login_reply_of_class_0_have_20_bytes);
    TEST(first_contact_needs_20_bytes);
    TEST(resync_finds_the_next_header);
    TEST(resync_refuses_what_only_has_the_magic);
    TEST(resync_prefers_a_header_whose_end_meets_another);
    TEST(resync_takes_a_doubtful_header_where_there_is_none_better);
    TEST(resync_takes_a_header_whose_body_goes_on_behind_the_data);
    TEST(resync_keeps_the_beginning_of_a_header_at_the_end);
    TEST(resync_believes_a_20_byte_header_of_class_0_only_before_another);
    TEST(resync_finds_an_overwritten_header_of_recorded_data);
    TEST(resync_reads_no_byte_more_than_twice);
    TEST(resync_of_nothing_skips_everything);
    TEST(the_class_tells_who_sends);
    TEST(only_what_answers_or_is_pushed_has_a_status);
    TEST(class_0_has_20_bytes_if_the_next_header_follows_them);
    TEST(a_status_tells_the_camera_in_the_class_of_requests_and_in_classes_that_nobody_knows);
    TEST(class_ffff_has_24_bytes_and_no_payload_offset);
    TEST(the_next_header_tells_the_length_of_an_unknown_class);
    TEST(class_ffff_opens_no_conversation_but_resync_finds_it);
    return g_test_run();
}
