/* test-baichuan-secret-names.c
 * Names of secrets, against docs/baichuan.md section 4.1.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <baichuan/wire/secret-names.h>

static unsigned
where(const char *name)
{
    return bc_secret_name((const uint8_t *)name, strlen(name));
}

static void
words_that_mean_a_secret_do_so_anywhere_in_a_name(void)
{
    static const char *const names[] = { "password",   "mailPassword2", "wifiPasswd",    "passwort",
                                         "userPwd",    "wpaPSK",        "psk_2",         "bootSecret",
                                         "secretCode", "secret",        "passPhrase",    "authCode",
                                         "myAUTHCODE", "credentials",   "cipherContent", "x:password" };

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        g_test_message("%s", names[i]);
        g_assert_cmpuint(where(names[i]), ==, BC_SECRET_ALWAYS);
    }
}

static void
a_key_ends_in_the_word_and_is_not_the_public_half_of_a_pair(void)
{
    g_assert_cmpuint(where("key"), ==, BC_SECRET_ALWAYS);
    g_assert_cmpuint(where("tokenKey"), ==, BC_SECRET_ALWAYS);
    g_assert_cmpuint(where("access_key"), ==, BC_SECRET_ALWAYS);
    g_assert_cmpuint(where("keyboard"), ==, 0);
    g_assert_cmpuint(where("publicKey"), ==, 0);
    g_assert_cmpuint(where("pubKey"), ==, 0);
}

static void
short_words_are_the_whole_name(void)
{
    g_assert_cmpuint(where("pin"), ==, BC_SECRET_ALWAYS);
    g_assert_cmpuint(where("PASS"), ==, BC_SECRET_ALWAYS);
    g_assert_cmpuint(where("pinLevel"), ==, 0);
    g_assert_cmpuint(where("spin"), ==, 0);
    g_assert_cmpuint(where("bypass"), ==, 0);
    g_assert_cmpuint(where("passes"), ==, 0);
}

static void
other_names_are_secrets_in_their_documents_only(void)
{
    g_assert_cmpuint(where("userName"), ==, BC_SECRET_LOGIN);
    g_assert_cmpuint(where("token"), ==, BC_SECRET_PUSH);
    g_assert_cmpuint(where("clientID"), ==, BC_SECRET_PUSH);
    g_assert_cmpuint(where("url"), ==, BC_SECRET_WEBHOOK);
    g_assert_cmpuint(where("urls"), ==, 0);
    g_assert_cmpuint(bc_secret_scope((const uint8_t *)"PushInfo", 8), ==, BC_SECRET_PUSH);
    g_assert_cmpuint(bc_secret_scope((const uint8_t *)"HaCfg", 5), ==, BC_SECRET_WEBHOOK);
    g_assert_cmpuint(bc_secret_scope((const uint8_t *)"Extension", 9), ==, 0);
}

static void
other_names_hold_no_secret(void)
{
    static const char *const names[] = { "",       "p",    "pw",      "uid",    "nonce", "ssid",
                                         "signal", "path", "channel", "passed", "auth",  "authType" };

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        g_assert_cmpuint(where(names[i]), ==, 0);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/secret-names/" #f, f)
    TEST(words_that_mean_a_secret_do_so_anywhere_in_a_name);
    TEST(a_key_ends_in_the_word_and_is_not_the_public_half_of_a_pair);
    TEST(short_words_are_the_whole_name);
    TEST(other_names_are_secrets_in_their_documents_only);
    TEST(other_names_hold_no_secret);
    return g_test_run();
}
