/* test-newcamd-tags.c
 * The table of newcamd's commands.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include <newcamd/wire/tags.h>

static void
forty_six_tags_prove_a_key(void)
{
    unsigned n = 0;

    for (unsigned tag = 0; tag <= 0xff; tag++) {
        n += newcamd_tag_proves((uint8_t)tag);
    }
    g_assert_cmpuint(n, ==, 46);
    g_assert_false(newcamd_tag_proves(0x90));
    g_assert_false(newcamd_tag_proves(0xd9));
}

static void
each_tag_has_one_row(void)
{
#define COUNTED(tag, ...) seen[tag]++;
    unsigned seen[0x100] = { 0 };

    NEWCAMD_TAG_TABLE(COUNTED)
    for (unsigned tag = 0; tag <= 0xff; tag++) {
        g_assert_cmpuint(seen[tag], <=, 1);
    }
}

static void
a_server_answers_an_ecm_with_nothing_or_control_words(void)
{
    g_assert_true(newcamd_tag_fits(0x80, true, 0));
    g_assert_true(newcamd_tag_fits(0x81, true, 16));
    g_assert_true(newcamd_tag_fits(0x81, true, 32));
    g_assert_false(newcamd_tag_fits(0x80, true, 40));
    g_assert_true(newcamd_tag_fits(0x80, false, 40));
}

static void
card_data_have_twelve_bytes_and_eleven_a_provider(void)
{
    g_assert_true(newcamd_tag_fits(0xe4, true, 12));
    g_assert_true(newcamd_tag_fits(0xe4, true, 34));
    g_assert_false(newcamd_tag_fits(0xe4, true, 13));
    g_assert_false(newcamd_tag_fits(0xe4, true, 1));
    g_assert_false(newcamd_tag_fits(0xe4, false, 12));
}

static void
a_reply_stands_under_the_tag_of_its_request(void)
{
    uint8_t request = 0;

    g_assert_cmpint(newcamd_tag_purpose(0x81, true, &request), ==, NEWCAMD_ANSWERS);
    g_assert_cmphex(request, ==, 0x80);
    g_assert_cmpint(newcamd_tag_purpose(0xe4, true, &request), ==, NEWCAMD_ANSWERS);
    g_assert_cmphex(request, ==, 0xe3);
    g_assert_cmpint(newcamd_tag_purpose(0x85, false, &request), ==, NEWCAMD_ASKS);
    g_assert_cmphex(request, ==, 0x85);
}

static void
unknown_tags_may_be_returned(void)
{
    uint8_t request = 0;

    g_assert_cmpint(newcamd_tag_purpose(0x42, false, &request), ==, NEWCAMD_MAY_RETURN);
    g_assert_cmphex(request, ==, 0x42);
    g_assert_cmpint(newcamd_tag_purpose(0xd9, true, &request), ==, NEWCAMD_MAY_RETURN);
    g_assert_cmpint(newcamd_tag_purpose(0xfd, true, &request), ==, NEWCAMD_MAY_ASK);
}

static void
logins_and_control_words_are_secret(void)
{
    g_assert_cmpint(newcamd_tag_secret(0xe0), ==, NEWCAMD_SECRET_LOGIN);
    g_assert_cmpint(newcamd_tag_secret(0xe8), ==, NEWCAMD_SECRET_LOGIN);
    g_assert_cmpint(newcamd_tag_secret(0x80), ==, NEWCAMD_SECRET_CW);
    g_assert_cmpint(newcamd_tag_secret(0xc1), ==, NEWCAMD_SECRET_DATA);
    g_assert_cmpint(newcamd_tag_secret(0xe4), ==, NEWCAMD_SECRET_NONE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/newcamd/tags/forty-six-prove-a-key", forty_six_tags_prove_a_key);
    g_test_add_func("/newcamd/tags/one-row-each", each_tag_has_one_row);
    g_test_add_func("/newcamd/tags/ecm-replies", a_server_answers_an_ecm_with_nothing_or_control_words);
    g_test_add_func("/newcamd/tags/card-data", card_data_have_twelve_bytes_and_eleven_a_provider);
    g_test_add_func("/newcamd/tags/request-of-a-reply", a_reply_stands_under_the_tag_of_its_request);
    g_test_add_func("/newcamd/tags/unknown", unknown_tags_may_be_returned);
    g_test_add_func("/newcamd/tags/secrets", logins_and_control_words_are_secret);
    return g_test_run();
}
