/* test-newcamd-crypto.c
 * newcamd's keys and cipher against the vectors of docs/newcamd.md sections 4.5 to 4.7.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <common/pure/hex.h>
#include <newcamd/wire/crypto.h>

/* Section 4.5. */
typedef struct {
    const char *name, *deskey, *greeting, *password, *crypt, *login14, *login16, *session14, *session16;
} key_vector_t;

static const key_vector_t key_vectors[] = {
    { "A", "0102030405060708091011121314", "779dcc5dd20d592edcedb817c1ab", "dummy", "npSETQsrIm35MQfiUIAdn.",
      "769fcf59d70b5e26d5fda905d2bf", "764ff2ea9db92cbc266b7fb5912f4a7f", "233f32507a392a005c4234671b0d",
      "239ecd4a07d0e554012f104646386d1a" },
    { "B", "0102030405060708091011121314", "5b0f2887d6a1e7060bef2702f061", "secret123",
      "TNzadvK3GJjNJPmFgcezl/", "5a0d2b83d3a7e00e02ff3610e375", "5b074a703d9d9ec10e01bfe661868cea",
      "3831266940792427053933662a1c", "381949cd9402e54926834f263731a838" },
    { "C", "0102030405060708091011121314", "96f69122046bddbfd25a50ad7651", "test", "irWbblnpmw.5z7wgBnprh0",
      "97f49226016ddab7db4a41bf6545", "97fb2545610bb6b5b6ecd3491afb948a", "303f357b61250e1a414203010d01",
      "311fcdaeb608941c1a20514031083402" },
    { "D", "0000000000000000000000000000", "0123456789abcdeffedcba987654", "x", "znAnv9M.XU2pRYfmSs46h/",
      NULL, "0191d0ad794cae9beffeb697a8c2d9a8", "362c666e47623c3054173a7d1c03",
      "371619cde53b8979312a04e6a7e97007" },
    { "E", "ffffffffffffffffffffffffffff", "00112233445566778899aabbccdd", "correct horse battery staple",
      "4/U5.w6NPtLkJ2WyrTwm91", NULL, "fef7b6b9cbdcab32893bd9cb5420cd45", "fcaf828492e3cbeed5f3dde99ca9",
      "fd57e05149978f97ef6b7c7adf4c7352" },
    { "F", "c0ffee0badf00d1234567890abcd", "fffefdfcfbfaf9f8f7f6f5f4f3f2", "0123456789abcdef",
      "gPRp0h8EPmQj1W00e5aoH1", NULL, "3e80457f75b02ae9ea61e910d623617f", "d38b9b6dbfe7391a035b21e3fcad",
      "d3c4e66ddafe9d731a01d6641f1ff25b" },
};

static void
unhex(const char *text, uint8_t *out, size_t len)
{
    g_assert_true(camshark_hex_parse(text, "A test vector", out, len, NULL));
}

static void
assert_bytes(const uint8_t *bytes, size_t len, const char *expected)
{
    uint8_t want[64];

    g_assert_cmpuint(len, <=, sizeof want);
    unhex(expected, want, len);
    g_assert_cmpmem(bytes, len, want, len);
}

static void
a_login_key_is_deskey_xor_greeting(gconstpointer data)
{
    const key_vector_t *v = data;
    uint8_t deskey[14], greeting[14], key14[14], key16[16];

    unhex(v->deskey, deskey, 14);
    unhex(v->greeting, greeting, 14);
    newcamd_login_key(deskey, greeting, key14);
    if (v->login14 != NULL) {
        assert_bytes(key14, 14, v->login14);
    }
    newcamd_key_spread(key14, key16);
    assert_bytes(key16, 16, v->login16);
}

static void
a_password_becomes_its_crypt_string(gconstpointer data)
{
    const key_vector_t *v = data;
    char crypt[NEWCAMD_CRYPT_LEN + 1];

    g_assert_true(newcamd_md5_crypt(v->password, crypt));
    g_assert_cmpmem(crypt, strlen(NEWCAMD_CRYPT_SALT), NEWCAMD_CRYPT_SALT, strlen(NEWCAMD_CRYPT_SALT));
    g_assert_cmpstr(crypt + strlen(NEWCAMD_CRYPT_SALT), ==, v->crypt);
}

static void
a_session_key_folds_the_whole_crypt_string(gconstpointer data)
{
    const key_vector_t *v = data;
    uint8_t deskey[14], key14[14], key16[16];
    char *crypt = g_strconcat(NEWCAMD_CRYPT_SALT, v->crypt, NULL);

    unhex(v->deskey, deskey, 14);
    newcamd_session_key(deskey, (const uint8_t *)crypt, strlen(crypt), key14);
    assert_bytes(key14, 14, v->session14);
    newcamd_key_spread(key14, key16);
    assert_bytes(key16, 16, v->session16);
    g_free(crypt);
}

static void
a_session_key_folds_strings_of_any_length(void)
{
    const uint8_t deskey[14] = { 0 };
    uint8_t key[14];

    newcamd_session_key(deskey, (const uint8_t *)"", 0, key);
    assert_bytes(key, 14, "0000000000000000000000000000");
    newcamd_session_key(deskey, (const uint8_t *)"ab", 2, key);
    assert_bytes(key, 14, "6162000000000000000000000000");
    /* The 15th character meets the first again: 61 xor 6f = 0e. */
    newcamd_session_key(deskey, (const uint8_t *)"abcdefghijklmno", 15, key);
    assert_bytes(key, 14, "0e62636465666768696a6b6c6d6e");
}

static void
the_bare_default_deskey_spreads_as_published(void)
{
    uint8_t deskey[14], key16[16];

    unhex("0102030405060708091011121314", deskey, 14);
    newcamd_key_spread(deskey, key16);
    assert_bytes(key16, 16, "018080614029190e0804450210914c29");
}

static void
an_empty_password_has_a_crypt_string(void)
{
    char crypt[NEWCAMD_CRYPT_LEN + 1];

    /* openssl passwd -1 -salt abcdefgh '' */
    g_assert_true(newcamd_md5_crypt("", crypt));
    g_assert_cmpstr(crypt, ==, "$1$abcdefgh$M55TzYaaccxVGbptZWaxX/");
}

static void
a_weak_key_is_no_key(void)
{
    const uint8_t zeros[14] = { 0 };

    g_assert_null(newcamd_cipher_open(zeros));
}

static void
the_worked_example_decrypts(void)
{
    uint8_t deskey[14], key[14], frame[26], plain[16];
    gcry_cipher_hd_t cipher;

    unhex("0102030405060708091011121314", deskey, 14);
    newcamd_session_key(deskey, (const uint8_t *)NEWCAMD_CRYPT_SALT "TNzadvK3GJjNJPmFgcezl/", 34, key);
    unhex("00182fa30b2bfef5455fb170de4bd2e7a07023237a6d43a7ec31", frame, 26);
    cipher = newcamd_cipher_open(key);
    g_assert_nonnull(cipher);
    g_assert_true(newcamd_decrypt(cipher, frame + 2, 16, frame + 18, plain));
    gcry_cipher_close(cipher);
    assert_bytes(plain, 16, "00000000000000000000e300006158da");
    g_assert_cmphex(newcamd_xor_sum(plain, 15), ==, 0xda);
    g_assert_cmphex(newcamd_xor_sum(plain, 16), ==, 0);
}

/* R1 of section 4.7. */
static void
one_block_rejects_a_wrong_key_and_lets_the_right_one_through(void)
{
    uint8_t deskey[14], greeting[14], key[14], frame[66];
    gcry_cipher_hd_t trial = newcamd_trial_open();

    unhex("0102030405060708091011121314", deskey, 14);
    unhex("0cfcc196e07fc6258f5b3e802b2b", greeting, 14);
    unhex("0040929c4f85f3e239498d926570c3eb76954f9efcd9c5fd623926165c35417b3b338d0b8f508c2def7ef1f65ddf"
          "cd8c87fdad36810f90b8f50097e5b69e1325f4da",
          frame, 66);
    newcamd_login_key(deskey, greeting, key);
    g_assert_true(newcamd_cipher_set_key(trial, key));
    g_assert_true(newcamd_trial_may_open(trial, frame + 2, 56));

    unsigned passed = 0;
    for (unsigned i = 0; i < 2000; i++) {
        key[0] ^= 0x02;
        key[1 + i % 13]++;
        g_assert_true(newcamd_cipher_set_key(trial, key));
        passed += newcamd_trial_may_open(trial, frame + 2, 56);
    }
    /* 2000 * 2^-16 = 0.03 expected; the keys are always the same, so this cannot flicker. */
    g_assert_cmpuint(passed, <=, 1);
    gcry_cipher_close(trial);
}

int
main(int argc, char **argv)
{
    g_assert_nonnull(gcry_check_version(NULL));
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(key_vectors); i++) {
        const key_vector_t *v = &key_vectors[i];
#define VECTOR_TEST(f)                                                                                       \
    do {                                                                                                     \
        char *path = g_strdup_printf("/newcamd/crypto/" #f "/%s", v->name);                                  \
        g_test_add_data_func(path, v, f);                                                                    \
        g_free(path);                                                                                        \
    } while (0)
        VECTOR_TEST(a_login_key_is_deskey_xor_greeting);
        VECTOR_TEST(a_password_becomes_its_crypt_string);
        VECTOR_TEST(a_session_key_folds_the_whole_crypt_string);
    }
#define TEST(f) g_test_add_func("/newcamd/crypto/" #f, f)
    TEST(a_session_key_folds_strings_of_any_length);
    TEST(the_bare_default_deskey_spreads_as_published);
    TEST(an_empty_password_has_a_crypt_string);
    TEST(a_weak_key_is_no_key);
    TEST(the_worked_example_decrypts);
    TEST(one_block_rejects_a_wrong_key_and_lets_the_right_one_through);
    return g_test_run();
}
