/* test-baichuan-login.c
 * docs/baichuan.md sections 2.5, 2.6 and 2.8: what hashes prove, and what a login remembers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-bytes.h"

#include <baichuan/session/login.h>

/* The vectors of 2.8. */
#define NONCE         "9E6D1FCB9E69846D"
#define USER_HASH     "9F07915E819A076E2E14169830769D6" /* admin */
#define PASSWORD_HASH "75F8E580FB8E40537064BBB9729970F" /* 123456 */
#define LEGACY_USER   "21232F297A57A5A743894A0E4A801FC" /* admin */
#define LEGACY_PASS   "E10ADC3949BA59ABBE56E057F20F883" /* 123456 */

typedef struct {
    const bc_candidate_t *all;
    unsigned n;
} keys_t;

static bool
give(void *context, unsigned nth, bc_candidate_t *out)
{
    const keys_t *keys = context;

    if (nth < keys->n) {
        *out = keys->all[nth];
    }
    return nth < keys->n;
}

static bc_proof_t
prove(bc_login_t *login, const bc_candidate_t *all, unsigned n)
{
    keys_t keys = { all, n };
    const bc_candidates_t candidates = { .get = give, .context = &keys };
    bc_proof_t proof;

    bc_login_prove_by_hash(login, &candidates, &proof);
    return proof;
}

static bc_login_t *
login_of(const char *user_hash, const char *password_hash)
{
    bc_login_t *login = bc_login_new();

    login->nonce = g_strdup(NONCE);
    login->hash_known = true;
    g_strlcpy(login->user_hash, user_hash, sizeof login->user_hash);
    g_strlcpy(login->password_hash, password_hash, sizeof login->password_hash);
    return login;
}

static void
the_first_password_with_the_hash_gives_the_key(void)
{
    const bc_candidate_t all[] = {
        { .password = "x", .origin = "row 1" },
        { .user = "admin", .password = "123456", .origin = "row 2" },
        { .password = "123456", .origin = "row 3" },
    };
    bc_login_t *login = login_of(USER_HASH, PASSWORD_HASH);
    const bc_proof_t proof = prove(login, all, G_N_ELEMENTS(all));

    g_assert_cmpint(proof.password, ==, BC_VERDICT_YES);
    g_assert_cmpint(proof.user, ==, BC_VERDICT_YES);
    g_assert_null(proof.refused);
    g_assert_cmpstr(login->key->origin, ==, "row 2");
    /* The AES vector of 2.8: five letters A. */
    uint8_t bytes[] = { 0xbb, 0x3e, 0xd0, 0x81, 0xb5 };
    g_assert_true(bc_aes_decrypt(login->key->aes, bytes, sizeof bytes));
    g_assert_cmpmem(bytes, sizeof bytes, "AAAAA", 5);
    bc_login_free(login);
}

static void
passwords_that_fail_are_named_up_to_a_limit(void)
{
    bc_candidate_t all[20];
    bc_login_t *login = login_of(USER_HASH, PASSWORD_HASH);

    for (unsigned i = 0; i < G_N_ELEMENTS(all); i++) {
        all[i] = (bc_candidate_t){ .password = "x", .origin = "r", .fallback = i == 19 };
    }
    const bc_proof_t two = prove(login, all, 2);
    const bc_proof_t many = prove(login, all, G_N_ELEMENTS(all));
    g_assert_cmpint(two.password, ==, BC_VERDICT_NO);
    g_assert_cmpstr(two.refused, ==, "r, r"); /* still there: messages point to it */
    g_assert_cmpstr(many.refused, ==, "r, r, r, r, r, r, r, r and 11 more");
    bc_login_free(login);
}

static void
the_empty_password_alone_is_no_configured_password(void)
{
    const bc_candidate_t fallback = { .password = "", .origin = "empty password", .fallback = true };
    bc_login_t *login = login_of(USER_HASH, PASSWORD_HASH);
    keys_t keys = { &fallback, 1 };
    const bc_candidates_t candidates = { .get = give, .context = &keys };
    const bc_proof_t proof = prove(login, &fallback, 1);

    g_assert_cmpint(proof.password, ==, BC_VERDICT_NONE);
    g_assert_null(proof.refused);
    g_assert_cmpint(bc_login_problem(login, &candidates), ==, BC_PROBLEM_NO_KEY);
    bc_login_free(login);
}

static void
users_are_only_compared_with_a_hash(void)
{
    const bc_candidate_t all[] = { { .user = "admin", .password = "x", .origin = "row 1" } };
    bc_login_t *login = login_of("", PASSWORD_HASH);

    g_assert_cmpint(prove(login, all, 1).user, ==, BC_VERDICT_NONE);
    bc_login_free(login);
    login = login_of(USER_HASH, PASSWORD_HASH);
    g_assert_cmpint(prove(login, all, 1).user, ==, BC_VERDICT_YES);
    bc_login_free(login);
}

static bc_proof_t
legacy(const char *user_hash, const char *password_hash, const bc_candidate_t *candidate)
{
    uint8_t fields[BC_LEGACY_LOGIN] = { 0 };
    keys_t keys = { candidate, 1 };
    const bc_candidates_t candidates = { .get = give, .context = &keys };
    bc_login_t *login = bc_login_new();
    bc_proof_t proof;

    memcpy(fields, user_hash, strlen(user_hash));
    memcpy(fields + BC_LEGACY_HASH_FIELD, password_hash, strlen(password_hash));
    bc_login_prove_legacy(login, fields, &candidates, &proof);
    g_assert_null(login->key);
    proof.refused = NULL; /* goes with the login */
    bc_login_free(login);
    return proof;
}

static void
legacy_hashes_need_no_nonce(void)
{
    const bc_candidate_t right = { .user = "admin", .password = "123456", .origin = "row 1" };
    const bc_candidate_t empty = { .user = "admin", .password = "", .origin = "row 1" };

    g_assert_cmpint(legacy(LEGACY_USER, LEGACY_PASS, &right).password, ==, BC_VERDICT_YES);
    g_assert_cmpint(legacy(LEGACY_USER, LEGACY_PASS, &right).user, ==, BC_VERDICT_YES);
    g_assert_cmpint(legacy(LEGACY_USER, "", &right).password, ==, BC_VERDICT_NO);
    g_assert_cmpint(legacy(LEGACY_USER, "", &empty).password, ==, BC_VERDICT_YES);
    g_assert_cmpint(legacy(LEGACY_USER, LEGACY_PASS, &empty).password, ==, BC_VERDICT_NO);
    g_assert_cmpint(legacy("NOT-THE-HASH", LEGACY_PASS, &right).user, ==, BC_VERDICT_NO);
    /* 32 characters without a NUL are no hash. */
    g_assert_cmpint(legacy(LEGACY_USER "3", LEGACY_PASS "3", &right).password, ==, BC_VERDICT_NO);
}

static void
a_token_proves_the_password_that_opens_it(void)
{
    static const bc_candidate_t all[] = {
        { .user = "admin", .password = "x", .origin = "row 1" },
        { .user = "admin", .password = "123456", .origin = "row 2" },
    };
    keys_t keys = { all, 1 };
    const bc_candidates_t candidates = { .get = give, .context = &keys };
    bc_login_t *login = login_of(USER_HASH, "2612364229C86E4AD373CC2ACB6C20C");
    bc_proof_t proof;
    char token[BC_TOKEN_MAX + 1];

    login->tokens = g_malloc0(BC_TOKENS * BC_TOKEN_SLOT);
    memcpy(login->tokens, "rjDahbrFQbgN7DZ8", 16);
    memcpy(login->tokens + BC_TOKEN_SLOT, "rjDahbrFQbgN7DZ8", 16);
    g_assert_true(bc_bytes_are_tokens(login->tokens, BC_TOKENS * BC_TOKEN_SLOT));
    bc_login_prove_by_token(login, &candidates, &proof);
    g_assert_cmpint(proof.password, ==, BC_VERDICT_NO);
    g_assert_cmpint(proof.user, ==, BC_VERDICT_NONE);
    g_assert_cmpstr(proof.refused, ==, "row 1");
    keys.n = 2;
    bc_login_prove_by_token(login, &candidates, &proof);
    g_assert_cmpint(proof.password, ==, BC_VERDICT_YES);
    g_assert_cmpstr(login->key->origin, ==, "row 2");
    g_assert_true(bc_token_open(login->tokens, login->key->aes, token));
    g_assert_cmpstr(token, ==, "TOKEN-ABCDEF");
    bc_login_free(login);
}

static void
other_bytes_are_no_tokens(void)
{
    uint8_t bytes[BC_TOKENS * BC_TOKEN_SLOT] = { 0 };

    g_assert_false(bc_bytes_are_tokens(bytes, sizeof bytes));
    memset(bytes, 'A', sizeof bytes);
    g_assert_true(bc_bytes_are_tokens(bytes, sizeof bytes));
    g_assert_false(bc_bytes_are_tokens(bytes, sizeof bytes - 1));
    bytes[100] = '\0';
    g_assert_false(bc_bytes_are_tokens(bytes, sizeof bytes));
    memset(bytes + 100, 0, 28);
    g_assert_true(bc_bytes_are_tokens(bytes, sizeof bytes));
    bytes[3] = '<';
    g_assert_false(bc_bytes_are_tokens(bytes, sizeof bytes));
}

/* Candidates that others join. */
typedef struct {
    keys_t keys;
    uint32_t edition;
} news_t;

static uint32_t
edition_of(void *context)
{
    return ((const news_t *)context)->edition;
}

static bc_candidates_t
candidates_of(news_t *news)
{
    return (bc_candidates_t){ .get = give, .context = news, .edition = edition_of };
}

static void
a_password_that_comes_behind_the_login_is_compared_with_its_hashes(void)
{
    const bc_candidate_t all[] = {
        { .password = "x", .origin = "row 1" },
        { .password = "123456", .user = "admin", .origin = "row 2" },
    };
    news_t news = { { all, 1 }, 1 };
    const bc_candidates_t candidates = candidates_of(&news);
    const uint8_t part[BC_AES_BLOCK] = { 0 };
    bc_login_t *login = login_of(USER_HASH, PASSWORD_HASH);
    bc_proof_t proof;

    bc_login_prove_by_hash(login, &candidates, &proof);
    g_assert_cmpint(proof.password, ==, BC_VERDICT_NO);
    news.keys.n = 2;
    bc_login_prove_by_block(login, part, sizeof part, &candidates);
    g_assert_null(login->key);
    news.edition++;
    bc_login_prove_by_block(login, part, sizeof part, &candidates);
    g_assert_nonnull(login->key);
    g_assert_cmpstr(login->key->origin, ==, "row 2");
    g_assert_null(login->user);
    bc_login_free(login);
}

/* How often a login tries candidates on blocks that none opens, up to max blocks. */
static uint32_t
tries_on_blocks(bc_login_t *login, const bc_candidates_t *candidates, uint32_t *tries, unsigned max)
{
    const uint32_t before = *tries;

    for (unsigned i = 0; i < max; i++) {
        uint8_t part[BC_AES_BLOCK] = { (uint8_t)i, (uint8_t)(i >> 8), 1 };
        bc_login_prove_by_block(login, part, sizeof part, candidates);
    }
    return before - *tries;
}

static void
other_candidates_are_tried_on_some_blocks_more(void)
{
    static const uint8_t key[BC_AES_BLOCK] = "0123456789abcde";
    uint32_t tries = 1000;
    const bc_candidate_t all[] = { { .key = key, .iv = key, .origin = "row 1", .tries = &tries } };
    news_t news = { { all, 1 }, 1 };
    const bc_candidates_t candidates = candidates_of(&news);
    bc_login_t *login = bc_login_new();

    g_assert_cmpuint(tries_on_blocks(login, &candidates, &tries, 100), ==, 64);
    g_assert_cmpuint(tries_on_blocks(login, &candidates, &tries, 100), ==, 0);
    news.edition++;
    g_assert_cmpuint(tries_on_blocks(login, &candidates, &tries, 100), ==, 8);
    bc_login_free(login);
}

static void
a_try_on_the_end_of_a_message_costs_what_it_takes(void)
{
    static const uint8_t key[BC_AES_BLOCK] = "0123456789abcde";
    static const uint8_t bytes[2560];
    uint32_t tries = 60;
    const bc_candidate_t all[] = { { .key = key, .iv = key, .origin = "row 1", .tries = &tries } };
    news_t news = { { all, 1 }, 1 };
    const bc_candidates_t candidates = candidates_of(&news);
    bc_login_t *login = bc_login_new();

    bc_login_prove_by_tail(login, bytes, 100, &candidates);
    g_assert_cmpuint(tries, ==, 44);
    bc_login_prove_by_tail(login, bytes, sizeof bytes, &candidates);
    g_assert_cmpuint(tries, ==, 18);
    bc_login_prove_by_tail(login, bytes, sizeof bytes, &candidates);
    g_assert_cmpuint(tries, ==, 0);
    bc_login_free(login);
}

static void
a_raw_key_opens_a_block_with_its_pad_and_without(void)
{
    static const uint8_t key[] = "56B2622CC1E69FB7";
    static const uint8_t part[BC_AES_BLOCK] = { 0xa6, 0x2f, 0x81, 0xc3, 0x54, 0x19, 0x2d, 0x68,
                                                0x27, 0xd4, 0xaa, 0x8f, 0x6a, 0xbc, 0x6f, 0xbe };
    uint8_t pad[BC_AES_BLOCK];
    const uint8_t *const pads[] = { NULL, pad };

    g_assert_true(bc_aes_pad(key, bc_default_iv, pad));
    for (unsigned i = 0; i < G_N_ELEMENTS(pads); i++) {
        const bc_candidate_t all[] = {
            { .key = (const uint8_t *)"0123456789abcdef", .iv = bc_default_iv, .origin = "row 1" },
            { .key = key, .iv = bc_default_iv, .pad = pads[i], .origin = "row 2" },
        };
        news_t news = { { all, G_N_ELEMENTS(all) }, 1 };
        const bc_candidates_t candidates = candidates_of(&news);
        bc_login_t *login = bc_login_new();
        bc_login_prove_by_block(login, part, sizeof part, &candidates);
        g_assert_nonnull(login->key);
        g_assert_cmpstr(login->key->origin, ==, "row 2");
        bc_login_free(login);
    }
}

static void
a_candidate_without_tries_is_not_tried(void)
{
    uint32_t tries = 1;
    const bc_candidate_t all[] = {
        { .password = "x", .origin = "comment of frame 1", .tries = &tries },
        { .password = "123456", .origin = "comment of frame 2", .tries = &tries },
        { .password = "y", .origin = "row 1" },
    };
    bc_login_t *login = login_of(USER_HASH, PASSWORD_HASH);

    g_assert_cmpint(prove(login, all, G_N_ELEMENTS(all)).password, ==, BC_VERDICT_NO);
    g_assert_cmpuint(tries, ==, 0);
    g_assert_cmpstr(login->refused, ==, "comment of frame 1, row 1");
    bc_login_free(login);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/login/" #f, f)
    TEST(the_first_password_with_the_hash_gives_the_key);
    TEST(passwords_that_fail_are_named_up_to_a_limit);
    TEST(the_empty_password_alone_is_no_configured_password);
    TEST(users_are_only_compared_with_a_hash);
    TEST(legacy_hashes_need_no_nonce);
    TEST(a_token_proves_the_password_that_opens_it);
    TEST(other_bytes_are_no_tokens);
    TEST(a_password_that_comes_behind_the_login_is_compared_with_its_hashes);
    TEST(other_candidates_are_tried_on_some_blocks_more);
    TEST(a_try_on_the_end_of_a_message_costs_what_it_takes);
    TEST(a_raw_key_opens_a_block_with_its_pad_and_without);
    TEST(a_candidate_without_tries_is_not_tried);
    return g_test_run();
}
