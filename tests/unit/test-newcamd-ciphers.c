/* test-newcamd-ciphers.c
 * Handles of ciphers: one a session key, and one for all login keys in turn.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "newcamd-vectors.h"

#include <newcamd/wire/ciphers.h>

static const uint8_t weak_key[NEWCAMD_KEY14_LEN]; /* zeros: both halves are weak keys of DES */

/* Whether a handle opens the frame of a vector to what it should be. */
static bool
opens(gcry_cipher_hd_t cipher, const char *name)
{
    const bytes_t frame = unhex(vector(name)->frame), want = unhex(vector(name)->plain);
    const size_t len = frame.len - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN;
    uint8_t plain[sizeof frame.bytes];

    g_assert_true(newcamd_decrypt(cipher, frame.bytes + 2, len, frame.bytes + 2 + len, plain));
    return len == want.len && memcmp(plain, want.bytes, len) == 0;
}

/* The login key of a vector. */
static const uint8_t *
login_key(const char *name, uint8_t key[NEWCAMD_KEY14_LEN])
{
    newcamd_login_key(unhex(DESKEY).bytes, unhex(vector(name)->greeting).bytes, key);
    return key;
}

static void
a_session_key_has_one_handle_however_often_it_is_asked_for(void)
{
    newcamd_ciphers_t *ciphers = newcamd_ciphers_new();
    const bytes_t key = unhex(SESSION_A), again = unhex(SESSION_A);
    gcry_cipher_hd_t handle = newcamd_ciphers_session(ciphers, key.bytes);

    g_assert_nonnull(handle);
    g_assert_true(newcamd_ciphers_session(ciphers, again.bytes) == handle);
    g_assert_true(opens(handle, "4"));
    newcamd_ciphers_free(ciphers);
}

static void
session_keys_take_turns_in_one_handle(void)
{
    newcamd_ciphers_t *ciphers = newcamd_ciphers_new();
    const gcry_cipher_hd_t one = newcamd_ciphers_session(ciphers, unhex(SESSION_A).bytes);
    const gcry_cipher_hd_t other = newcamd_ciphers_session(ciphers, unhex(SESSION_B).bytes);

    g_assert_nonnull(one);
    g_assert_true(one == other);
    newcamd_ciphers_free(ciphers);
}

static void
login_keys_take_turns_in_one_handle(void)
{
    newcamd_ciphers_t *ciphers = newcamd_ciphers_new();
    static const char *const names[] = { "R1", "1", "1", "R1", "R11" };
    gcry_cipher_hd_t first = NULL;

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        uint8_t key[NEWCAMD_KEY14_LEN];
        gcry_cipher_hd_t handle = newcamd_ciphers_login(ciphers, login_key(names[i], key));
        first = (first != NULL) ? first : handle;
        g_assert_true(handle == first);
        g_assert_true(opens(handle, names[i]));
    }
    newcamd_ciphers_free(ciphers);
}

static void
a_session_key_keeps_its_handle_while_login_keys_take_turns(void)
{
    newcamd_ciphers_t *ciphers = newcamd_ciphers_new();
    uint8_t key[NEWCAMD_KEY14_LEN];
    gcry_cipher_hd_t session = newcamd_ciphers_session(ciphers, login_key("R1", key));

    g_assert_true(newcamd_ciphers_login(ciphers, login_key("1", key)) != session);
    g_assert_true(opens(session, "R1"));
    newcamd_ciphers_free(ciphers);
}

static void
a_key_that_libgcrypt_refuses_has_no_handle_and_spoils_none(void)
{
    newcamd_ciphers_t *ciphers = newcamd_ciphers_new();
    uint8_t key[NEWCAMD_KEY14_LEN];

    g_assert_null(newcamd_ciphers_session(ciphers, weak_key));
    g_assert_null(newcamd_ciphers_session(ciphers, weak_key));
    g_assert_null(newcamd_ciphers_login(ciphers, weak_key));
    g_assert_true(opens(newcamd_ciphers_login(ciphers, login_key("R1", key)), "R1"));
    g_assert_null(newcamd_ciphers_login(ciphers, weak_key));
    g_assert_null(newcamd_ciphers_login(ciphers, weak_key));
    g_assert_true(opens(newcamd_ciphers_login(ciphers, login_key("R1", key)), "R1"));
    newcamd_ciphers_free(ciphers);
}

int
main(int argc, char **argv)
{
    g_assert_nonnull(gcry_check_version(NULL));
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/newcamd/ciphers/" #f, f)
    TEST(a_session_key_has_one_handle_however_often_it_is_asked_for);
    TEST(session_keys_take_turns_in_one_handle);
    TEST(login_keys_take_turns_in_one_handle);
    TEST(a_session_key_keeps_its_handle_while_login_keys_take_turns);
    TEST(a_key_that_libgcrypt_refuses_has_no_handle_and_spoils_none);
    return g_test_run();
}
