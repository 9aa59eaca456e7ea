/* test-baichuan-parts.c
 * What a part of a message is encrypted with, against docs/baichuan.md sections 2.8 and 2.9.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-bytes.h"

#include <baichuan/wire/parts.h>

#define KEY "0D119EB629684BDF" /* of nonce 9E6D1FCB9E69846D, section 2.8 */

static bc_cipher_t
xml_cipher(const char *hex, uint8_t offset, const char *key)
{
    size_t len;
    uint8_t *bytes = bytes_of(hex, &len);
    bc_aes_t *aes = (key != NULL) ? bc_aes_new((const uint8_t *)key, bc_default_iv) : NULL;
    const bc_cipher_t cipher = bc_part_xml_cipher(bytes, len, offset, aes);

    bc_aes_free(aes);
    g_free(bytes);
    return cipher;
}

static void
the_decrypted_bytes_tell_the_cipher(void)
{
    g_assert_cmpint(xml_cipher("3c3f786d6c2076657273696f6e3d2231", 0x8c, KEY), ==, BC_CIPHER_NONE);
    g_assert_cmpint(xml_cipher("2312442636490e9a6d5e552434545ace311d1e6b3f071b90", 0, KEY), ==,
                    BC_CIPHER_XOR);
    g_assert_cmpint(xml_cipher("eada8c1eff81c6a2", 0x8c, NULL), ==, BC_CIPHER_XOR);
    g_assert_cmpint(xml_cipher("eada8c1eff81c6a2", 0x8d, NULL), ==, BC_CIPHER_UNKNOWN);
    g_assert_cmpint(xml_cipher("a62f81c354192d6827d4aa8f6abc6fbe", 2, "56B2622CC1E69FB7"), ==, BC_CIPHER_AES);
    g_assert_cmpint(xml_cipher("a62f81c354192d6827d4aa8f6abc6fbe", 2, KEY), ==, BC_CIPHER_UNKNOWN);
    g_assert_cmpint(xml_cipher("a62f81c354192d6827d4aa8f6abc6fbe", 2, NULL), ==, BC_CIPHER_UNKNOWN);
}

static void
white_space_before_the_prolog_is_skipped(void)
{
    g_assert_true(bc_bytes_are_xml((const uint8_t *)"\n" PROLOG, PROLOG_BYTES + 1));
    g_assert_true(bc_bytes_are_xml((const uint8_t *)" \r\n\t<body>", 10));
    g_assert_false(bc_bytes_are_xml((const uint8_t *)"\n<?xm", 5));
    g_assert_false(bc_bytes_are_xml((const uint8_t *)"    ", 4));
    g_assert_false(bc_bytes_are_xml((const uint8_t *)"x<?xml version", 14));
}

static bool
is_media(const char *hex)
{
    size_t len;
    uint8_t *bytes = bytes_of(hex, &len);
    const bool media = bc_bytes_are_media(bytes, len);

    g_free(bytes);
    return media;
}

static void
media_packets_are_known_by_their_first_bytes(void)
{
    g_assert_true(is_media("3130303120000000000a0000"));
    g_assert_true(is_media("30317762f800f80000017a00"));
    g_assert_true(is_media("3035776207020702fff16040"));
    g_assert_true(is_media("3930646348323635"));
    g_assert_false(is_media("3930646348323636"));
    g_assert_false(is_media("3130303121000000"));
    g_assert_false(is_media("35776207020702fff1604040")); /* the second but last, one byte later */
    g_assert_false(is_media("30303030"));
}

static void
full_aes_opens_its_range_only(void)
{
    size_t len;
    uint8_t *bytes = bytes_of("fa7e93c3f0ed06fd46a17931ade4b469c9273373d87769d218191a1b", &len);
    bc_aes_t *aes = bc_aes_new((const uint8_t *)KEY, bc_default_iv);

    g_assert_cmpint(bc_part_full_aes_cipher(bytes, len, 24, aes), ==, BC_CIPHER_FULL_AES);
    g_assert_true(bc_part_open(BC_CIPHER_FULL_AES, bytes, 24, 0, aes));
    for (unsigned i = 0; i < len; i++) {
        g_assert_cmpuint(bytes[i], ==, i);
    }
    bc_aes_free(aes);
    g_free(bytes);
}

static void
media_in_the_clear_stays_as_it_is(void)
{
    static const uint8_t info[] = "1001\x20\0\0\0........................";
    bc_aes_t *aes = bc_aes_new((const uint8_t *)KEY, bc_default_iv);

    g_assert_cmpint(bc_part_full_aes_cipher(info, sizeof info - 1, 32, aes), ==, BC_CIPHER_NONE);
    g_assert_cmpint(bc_part_binary_cipher(info, sizeof info - 1, aes), ==, BC_CIPHER_NONE);
    bc_aes_free(aes);
}

static bool
is_xml_beside(const char *part, const char *beside)
{
    size_t len, beside_len;
    uint8_t *bytes = bytes_of(part, &len);
    uint8_t *block = bytes_of(beside, &beside_len);
    const bool xml = bc_part_is_xml_beside(bytes, len, block);

    g_free(bytes);
    g_free(block);
    return xml;
}

/* The first blocks of <?xml and of a media packet under the key of section 2.8; the stream is fa7f91c0f4e800fa... */
static void
a_text_that_nobody_opens_tells_another_one(void)
{
    static const char xml[] = "c640e9ad98c8769f3cdb1a55cfd49857";
    static const char xml_behind_a_line[] = "f043aeb89984208c2bda0053ce878744";
    static const char media[] = "cb4fa1f1d4e800fa4ea2733a01ecba66";

    g_assert_true(is_xml_beside(xml, xml));
    g_assert_true(is_xml_beside(xml_behind_a_line, xml));
    g_assert_true(is_xml_beside(xml, xml_behind_a_line));
    g_assert_false(is_xml_beside(media, xml));
    g_assert_false(is_xml_beside("c640e9ad98c8769f3cdb1a55cfd498", xml)); /* no whole block */
}

static void
files_are_known_by_their_first_bytes(void)
{
    static const uint8_t mp4[] = "\0\0\0\x1c"
                                 "ftypisom";

    g_assert_true(bc_bytes_are_file((const uint8_t *)"\xff\xd8\xff\xe0", 4));
    g_assert_false(bc_bytes_are_file((const uint8_t *)"\xff\xd8", 2));
    g_assert_true(bc_bytes_are_file(mp4, sizeof mp4 - 1));
    g_assert_false(bc_bytes_are_file(mp4, 7));
    g_assert_false(bc_bytes_are_file(mp4 + 1, sizeof mp4 - 2));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/parts/" #f, f)
    TEST(the_decrypted_bytes_tell_the_cipher);
    TEST(white_space_before_the_prolog_is_skipped);
    TEST(media_packets_are_known_by_their_first_bytes);
    TEST(full_aes_opens_its_range_only);
    TEST(media_in_the_clear_stays_as_it_is);
    TEST(a_text_that_nobody_opens_tells_another_one);
    TEST(files_are_known_by_their_first_bytes);
    return g_test_run();
}
