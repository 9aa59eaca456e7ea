/* test-baichuan-crypto.c
 * Vectors of docs/baichuan.md sections 2.8 and 2.9 for ciphers and hashes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-bytes.h"

#include <baichuan/wire/crypto.h>

#define NONCE "9E6D1FCB9E69846D"
#define KEY   "0D119EB629684BDF"

static void
check_xor(uint8_t offset, const void *plain, size_t len, const char *hex)
{
    size_t hex_len;
    uint8_t *bytes = bytes_of(hex, &hex_len);

    g_assert_cmpuint(hex_len, ==, len);
    bc_xor(bytes, hex_len, offset);
    g_assert_cmpmem(bytes, hex_len, plain, len);
    g_free(bytes);
}

static void
xor_of_the_prolog_at_four_offsets(void)
{
    check_xor(0x00, PROLOG, PROLOG_BYTES,
              "2312442636490e9a6d5e552434545ace311d1e6b3f071b907b44522c674b2dab590004697a5646f5");
    check_xor(0x01, PROLOG, PROLOG_BYTES,
              "100232360459887b5e4e23340644dc2f020d687b0d179d714854243c555bab4a6a1072794846c014");
    check_xor(0x8c, PROLOG, PROLOG_BYTES,
              "eada8c1eff81c6a2a4969d1cfd9c92f6f8d5d653f6cfd3a8b28c9a14ae83e59390c8cc51b39e8ecd");
    check_xor(0xfa, PROLOG, PROLOG_BYTES,
              "fa8ed8feee2593b2b4c2c9fcec38c7e6e88182b3e76b86b8a2d8cef4bf27b083809c98b1a23adbdd");
}

static void
xor_of_zeros_is_the_key_stream(void)
{
    static const uint8_t zeros[16];

    check_xor(0x00, zeros, 16, "1f2d3c4b5a6978ff1f2d3c4b5a6978ff");
    check_xor(0x8c, zeros, 16, "d6e5f47393a1b0c7d6e5f47393a1b0c7");
    check_xor(0xfa, zeros, 16, "c6b1a0938205e5d7c6b1a0938205e5d7");
}

static void
check_hash(const char *value, const char *nonce, const char *expected)
{
    char hash[BC_HASH_LEN + 1];

    g_assert_true(bc_login_hash(value, nonce, hash));
    g_assert_cmpstr(hash, ==, expected);
}

static void
legacy_hashes(void)
{
    check_hash("admin", "", "21232F297A57A5A743894A0E4A801FC");
    check_hash("123456", "", "E10ADC3949BA59ABBE56E057F20F883");
}

static void
modern_hashes(void)
{
    check_hash("admin", NONCE, "9F07915E819A076E2E14169830769D6");
    check_hash("123456", NONCE, "75F8E580FB8E40537064BBB9729970F");
    check_hash("", NONCE, "8EFECD610524A98390F118D2789BE3B");
}

static void
hashes_of_the_real_login(void)
{
    check_hash("Test", "AB5B32EC757765C2", "0DFB4D21F2A282128100524E2C4792B");
    check_hash("passTest", "AB5B32EC757765C2", "EC1AF34630047FEB2C5B9D2C5402A8D");
}

static void
token_of_an_authlogin(void)
{
    check_hash("TOKEN-ABCDEF", NONCE, "2612364229C86E4AD373CC2ACB6C20C");
}

static void
keys_are_hex_text(void)
{
    uint8_t key[BC_AES_BLOCK];

    g_assert_true(bc_session_key(NONCE, "123456", key));
    g_assert_cmpmem(key, sizeof key, KEY, 16);
    g_assert_true(bc_session_key("AB5B32EC757765C2", "passTest", key));
    g_assert_cmpmem(key, sizeof key, "56B2622CC1E69FB7", 16);
}

static void
check_aes(const void *key, const void *iv, const void *plain, size_t len, const char *hex)
{
    size_t hex_len;
    uint8_t *bytes = bytes_of(hex, &hex_len);
    bc_aes_t *aes = bc_aes_new(key, iv);

    g_assert_cmpuint(hex_len, ==, len);
    /* Twice, because the IV begins anew with each part. */
    uint8_t *again = g_memdup2(bytes, hex_len);
    g_assert_true(bc_aes_decrypt(aes, bytes, hex_len));
    g_assert_cmpmem(bytes, hex_len, plain, len);
    g_assert_true(bc_aes_decrypt(aes, again, hex_len));
    g_assert_cmpmem(again, hex_len, plain, len);
    g_free(again);
    bc_aes_free(aes);
    g_free(bytes);
}

static void
aes_of_zeros(void)
{
    static const uint8_t zeros[16];

    check_aes(KEY, bc_default_iv, zeros, 16, "fa7f91c0f4e800fa4ea8733aa1e9ba66");
}

static void
aes_of_less_than_a_block(void)
{
    check_aes(KEY, bc_default_iv, "AAAAA", 5, "bb3ed081b5");
}

static void
aes_of_two_blocks_and_a_half(void)
{
    uint8_t plain[40];

    for (unsigned i = 0; i < sizeof plain; i++) {
        plain[i] = (uint8_t)i;
    }
    check_aes(KEY, bc_default_iv, plain, sizeof plain,
              "fa7e93c3f0ed06fd46a17931ade4b469c9273373d87769d20018347593218328ce81064bde207fc3");
}

static void
aes_of_an_extension(void)
{
    static const char plain[] =
        PROLOG "<Extension version=\"1.1\">\n<channelId>0</channelId>\n</Extension>\n";

    check_aes(
        KEY, bc_default_iv, plain, strlen(plain),
        "c640e9ad98c8769f3cdb1a55cfd4985710bee2e828f6d0d6cd7b76bc8c7cc3fe19a62165915a813b8fd3982c5f89c2af"
        "15522d4636680f88be315457a82b18b6034d190760fec619ab8d824daab3da39e7dcf0a523ad946e48a5b2790364a096"
        "74269354f447f534");
}

/* The base64 field rjDahbrFQbgN7DZ8 of an authLogin. */
static void
aes_of_a_token(void)
{
    check_aes(KEY, bc_default_iv, "TOKEN-ABCDEF", 12, "ae30da85bac541b80dec367c");
}

static void
aes_with_the_key_and_iv_of_a_sigv3_login(void)
{
    size_t len;
    uint8_t *key = bytes_of("06881bd01dbca5c8fbefedcf3617dd2d", &len);
    uint8_t *iv = bytes_of("878e6778e1394b9ddd60703b8c413d66", &len);

    check_aes(key, iv, PROLOG, PROLOG_BYTES,
              "43beac48c83870c05978eb246509bdc13bb3c776cacc3812f83767774f949ac8f1015b626924f0e4");
    g_free(key);
    g_free(iv);
}

static void
the_first_block_of_all_xml_is_the_same(void)
{
    check_aes("56B2622CC1E69FB7", bc_default_iv, PROLOG, 16, "a62f81c354192d6827d4aa8f6abc6fbe");
}

/* Frame 19 of the real capture, section 2.9 R6: a tail of cipher text can be opened without its beginning,
 * with the block before as IV. Here from the vector of two blocks and a half. */
static void
cfb_recovers_after_one_block(void)
{
    size_t len;
    uint8_t *bytes =
        bytes_of("fa7e93c3f0ed06fd46a17931ade4b469c9273373d87769d20018347593218328ce81064bde207fc3", &len);
    bc_aes_t *aes = bc_aes_new((const uint8_t *)KEY, bytes);

    g_assert_true(bc_aes_decrypt(aes, bytes + 16, 24));
    g_assert_cmpuint(bytes[16], ==, 16);
    g_assert_cmpuint(bytes[39], ==, 39);
    bc_aes_free(aes);
    g_free(bytes);
}

static void
the_pad_opens_the_first_block(void)
{
    size_t len;
    uint8_t *bytes = bytes_of("a62f81c354192d6827d4aa8f6abc6fbe", &len);
    uint8_t pad[BC_AES_BLOCK];

    g_assert_true(bc_aes_pad((const uint8_t *)"56B2622CC1E69FB7", bc_default_iv, pad));
    for (size_t i = 0; i < len; i++) {
        bytes[i] ^= pad[i];
    }
    g_assert_cmpmem(bytes, len, PROLOG, 16);
    g_free(bytes);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/crypto/" #f, f)
    TEST(xor_of_the_prolog_at_four_offsets);
    TEST(xor_of_zeros_is_the_key_stream);
    TEST(legacy_hashes);
    TEST(modern_hashes);
    TEST(hashes_of_the_real_login);
    TEST(token_of_an_authlogin);
    TEST(keys_are_hex_text);
    TEST(aes_of_zeros);
    TEST(aes_of_less_than_a_block);
    TEST(aes_of_two_blocks_and_a_half);
    TEST(aes_of_an_extension);
    TEST(aes_of_a_token);
    TEST(aes_with_the_key_and_iv_of_a_sigv3_login);
    TEST(the_first_block_of_all_xml_is_the_same);
    TEST(cfb_recovers_after_one_block);
    TEST(the_pad_opens_the_first_block);
    return g_test_run();
}
