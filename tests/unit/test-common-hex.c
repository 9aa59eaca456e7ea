/* test-common-hex.c
 * Hex digits in cells of key tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <common/pure/hex.h>

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
    uint8_t out[2];
    char *err = NULL;

    g_assert_false(camshark_hex_parse("01\xe2\x82 2", "X", out, sizeof out, &err));
    g_assert_true(g_utf8_validate(err, -1, NULL));
    g_free(err);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/common/hex/" #f, f)
    TEST(hex_with_spaces_and_colons_is_read);
    TEST(hex_of_the_wrong_length_says_how_many_digits);
    TEST(hex_with_a_letter_names_the_letter);
    TEST(a_sentence_about_bytes_that_are_no_utf8_is_utf8);
    return g_test_run();
}
