/* test-baichuan-tokens.c
 * The tokens of a login with getAccesskey: docs/baichuan.md section 2.7.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <baichuan/wire/tokens.h>

#define KEY   "0D119EB629684BDF" /* of nonce 9E6D1FCB9E69846D, section 2.8 */
#define TOKEN "rjDahbrFQbgN7DZ8" /* TOKEN-ABCDEF, encrypted with it */

typedef struct {
    uint8_t bytes[BC_TOKENS * BC_TOKEN_SLOT];
} slots_t;

static slots_t
slots(const char *one, const char *two)
{
    slots_t s = { { 0 } };

    memcpy(s.bytes, one, strlen(one));
    memcpy(s.bytes + BC_TOKEN_SLOT, two, strlen(two));
    return s;
}

static bool
are_tokens(const char *one, const char *two)
{
    const slots_t s = slots(one, two);

    return bc_bytes_are_tokens(s.bytes, sizeof s.bytes);
}

static bool
opens(const char *text, const char *key, char out[BC_TOKEN_MAX + 1])
{
    const slots_t s = slots(text, text);
    bc_aes_t *aes = bc_aes_new((const uint8_t *)key, bc_default_iv);
    const bool opened = bc_token_open(s.bytes, aes, out);

    bc_aes_free(aes);
    return opened;
}

static void
two_slots_of_base64_are_tokens(void)
{
    g_assert_true(are_tokens(TOKEN, TOKEN));
    g_assert_true(are_tokens(TOKEN, "TUQ="));
}

static void
an_empty_slot_is_no_token(void)
{
    g_assert_false(are_tokens(TOKEN, ""));
    g_assert_false(are_tokens("", TOKEN));
}

static void
a_slot_with_anything_but_base64_is_no_token(void)
{
    g_assert_false(are_tokens("rjDahbrF-bgN7DZ8", TOKEN));
    g_assert_false(are_tokens("rjDahbrFQbgN7DZ", TOKEN)); /* not a multiple of four */
}

static void
only_nuls_stand_behind_a_token(void)
{
    slots_t s = slots(TOKEN, TOKEN);

    s.bytes[BC_TOKEN_SLOT - 1] = 'A';
    g_assert_false(bc_bytes_are_tokens(s.bytes, sizeof s.bytes));
}

/* The bytes lie in memory of their own, for the sanitizer. */
static void
other_lengths_than_two_slots_are_no_tokens(void)
{
    const slots_t s = slots(TOKEN, TOKEN);

    for (size_t len = 0; len < sizeof s.bytes; len++) {
        uint8_t *bytes = g_memdup2(s.bytes, len);
        g_assert_false(bc_bytes_are_tokens(bytes, len));
        g_free(bytes);
    }
}

static void
a_token_opens_with_its_key(void)
{
    char token[BC_TOKEN_MAX + 1];

    g_assert_true(opens(TOKEN, KEY, token));
    g_assert_cmpstr(token, ==, "TOKEN-ABCDEF");
}

static void
a_token_does_not_open_with_another_key(void)
{
    char token[BC_TOKEN_MAX + 1];

    g_assert_false(opens(TOKEN, "56B2622CC1E69FB7", token));
    g_assert_false(opens("", KEY, token));
}

static void
the_longest_token_fills_its_slot(void)
{
    char token[BC_TOKEN_MAX + 1];
    char *filled = g_strnfill(BC_TOKEN_SLOT, 'A');

    g_assert_true(are_tokens(filled, TOKEN));
    opens(filled, KEY, token); /* 48 bytes: what they are is no matter, the sanitizer sees where they go */
    g_free(filled);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/tokens/" #f, f)
    TEST(two_slots_of_base64_are_tokens);
    TEST(an_empty_slot_is_no_token);
    TEST(a_slot_with_anything_but_base64_is_no_token);
    TEST(only_nuls_stand_behind_a_token);
    TEST(other_lengths_than_two_slots_are_no_tokens);
    TEST(a_token_opens_with_its_key);
    TEST(a_token_does_not_open_with_another_key);
    TEST(the_longest_token_fills_its_slot);
    return g_test_run();
}
