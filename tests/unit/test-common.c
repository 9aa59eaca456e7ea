/* test-common.c
 * What both plugins share: text in key tables, masking, places in a byte stream.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <common/pure/address-rule.h>
#include <common/pure/hex.h>
#include <common/pure/secrets.h>
#include <common/pure/stream-place.h>

static void
hex_with_spaces_and_colons_is_read(void)
{
    uint8_t out[3];

    g_assert_true(camshark_hex_parse("0a:fF 7", "X", out, 2, NULL) == false);
    g_assert_true(camshark_hex_parse("0a:fF 70", "X", out, 3, NULL));
    g_assert_cmpmem(out, 3, "\x0a\xff\x70", 3);
}

static void
hex_of_the_wrong_length_says_how_many_digits(void)
{
    uint8_t out[14];
    char *err = NULL;

    g_assert_false(camshark_hex_parse("010203040506070809101112131", "A DESKEY", out, sizeof out, &err));
    g_assert_cmpstr(err, ==, "A DESKEY is 28 hexadecimal digits, not 27.");
    g_free(err);
}

static void
hex_with_a_letter_names_the_letter(void)
{
    uint8_t out[14];
    char *err = NULL;

    g_assert_false(camshark_hex_parse("0102030405060708091011121g14", "A DESKEY", out, sizeof out, &err));
    g_assert_nonnull(strstr(err, "\"g\" is not one of them"));
    g_free(err);
}

static void
a_sentence_about_bytes_that_are_no_utf8_is_utf8(void)
{
    camshark_address_rule_t rule;
    uint16_t port;
    uint8_t out[2];
    char *err = NULL;

    g_assert_false(camshark_address_rule_parse("192.0.2.\xff", &rule, &err));
    g_assert_true(g_utf8_validate(err, -1, NULL));
    g_free(err);
    g_assert_false(camshark_port_parse("\xfe", &port, &err));
    g_assert_true(g_utf8_validate(err, -1, NULL));
    g_free(err);
    g_assert_false(camshark_hex_parse("01\xe2\x82 2", "X", out, sizeof out, &err));
    g_assert_true(g_utf8_validate(err, -1, NULL));
    g_free(err);
}

static bool
rule_matches(const char *text, const char *address, size_t len)
{
    camshark_address_rule_t rule;

    g_assert_true(camshark_address_rule_parse(text, &rule, NULL));
    return camshark_address_rule_matches(&rule, (const uint8_t *)address, len);
}

static void
an_empty_address_matches_any(void)
{
    g_assert_true(rule_matches("", "\x01\x02\x03\x04", 4));
    g_assert_true(rule_matches("  ", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16));
}

static void
a_prefix_matches_its_network_only(void)
{
    g_assert_true(rule_matches("192.0.2.1", "\xc0\x00\x02\x01", 4));
    g_assert_false(rule_matches("192.0.2.1", "\xc0\x00\x02\x02", 4));
    g_assert_true(rule_matches("192.0.2.128/25", "\xc0\x00\x02\xff", 4));
    g_assert_false(rule_matches("192.0.2.128/25", "\xc0\x00\x02\x7f", 4));
    g_assert_true(rule_matches("0.0.0.0/0", "\xc0\x00\x02\x7f", 4));
    g_assert_true(rule_matches("2001:db8::/33", "\x20\x01\x0d\xb8\x7f\0\0\0\0\0\0\0\0\0\0\1", 16));
    g_assert_false(rule_matches("2001:db8::/33", "\x20\x01\x0d\xb8\x80\0\0\0\0\0\0\0\0\0\0\1", 16));
    g_assert_false(rule_matches("192.0.2.1", "\xc0\x00\x02\x01\0\0\0\0\0\0\0\0\0\0\0\1", 16));
}

static void
a_host_name_is_refused_with_a_sentence(void)
{
    camshark_address_rule_t rule;
    char *err = NULL;

    g_assert_false(camshark_address_rule_parse("camera.example.org", &rule, &err));
    g_assert_nonnull(strstr(err, "\"camera.example.org\" is none (host names are not looked up)"));
    g_free(err);
    g_assert_false(camshark_address_rule_parse("192.0.2.1/33", &rule, NULL));
    g_assert_false(camshark_address_rule_parse("192.0.2.1/", &rule, NULL));
    g_assert_false(camshark_address_rule_parse("192.0.2.1/-1", &rule, NULL));
}

static void
a_port_above_65535_is_refused_with_a_sentence(void)
{
    uint16_t port = 1;
    char *err = NULL;

    g_assert_false(camshark_port_parse("70000", &port, &err));
    g_assert_cmpstr(err, ==, "A port is a number from 1 to 65535, or empty or 0 for any; \"70000\" is none.");
    g_free(err);
    g_assert_true(camshark_port_parse("", &port, NULL));
    g_assert_cmpuint(port, ==, 0);
    g_assert_true(camshark_port_parse(" 15050 ", &port, NULL));
    g_assert_cmpuint(port, ==, 15050);
    g_assert_false(camshark_port_parse("4294967297", &port, NULL));
}

static void
a_mask_keeps_the_length(void)
{
    uint8_t text[] = "user=secret;";

    camshark_mask(text + 5, 6);
    g_assert_cmpstr((const char *)text, ==, "user=******;");
}

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

static void
bytes_of_a_hole_may_come_and_those_around_it_not_again(void)
{
    camshark_stream_place_t place = { 0 };

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
    camshark_stream_place_t place = { 0 };

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
    camshark_stream_place_t place = { 0 };

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
#define TEST(f) g_test_add_func("/common/" #f, f)
    TEST(hex_with_spaces_and_colons_is_read);
    TEST(hex_of_the_wrong_length_says_how_many_digits);
    TEST(hex_with_a_letter_names_the_letter);
    TEST(a_sentence_about_bytes_that_are_no_utf8_is_utf8);
    TEST(an_empty_address_matches_any);
    TEST(a_prefix_matches_its_network_only);
    TEST(a_host_name_is_refused_with_a_sentence);
    TEST(a_port_above_65535_is_refused_with_a_sentence);
    TEST(a_mask_keeps_the_length);
    TEST(lost_bytes_are_counted_over_the_wrap_of_sequence_numbers);
    TEST(bytes_of_a_hole_may_come_and_those_around_it_not_again);
    TEST(late_bytes_make_a_hole_smaller);
    TEST(of_many_holes_the_newest_are_known);
    return g_test_run();
}
