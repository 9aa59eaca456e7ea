/* test-baichuan-tail.c
 * docs/baichuan.md section 1.10: text at the end of a message whose beginning is lost.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-bytes.h"

#include <gcrypt.h>

#include <baichuan/wire/tail.h>
#include <baichuan/wire/xml-check.h>

#define DOCUMENT                                                                                             \
    PROLOG "<body>\n<VersionInfo version=\"1.1\">\n<name>Porch</name>\n<type>E1</type>\n"                    \
           "<serialNumber>00000000000000</serialNumber>\n<buildDay>build 21040900</buildDay>\n"              \
           "</VersionInfo>\n</body>\n"

static const char key_text[] = "56B2622CC1E69FB7";
static const uint8_t *const key = (const uint8_t *)key_text;

/* A document as it goes on the wire; to be freed. */
static uint8_t *
encrypted(const char *text)
{
    gcry_cipher_hd_t aes;
    uint8_t *bytes = (uint8_t *)g_strdup(text);

    g_assert_cmpint(gcry_cipher_open(&aes, GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_CFB, 0), ==, 0);
    g_assert_cmpint(gcry_cipher_setkey(aes, key, BC_AES_BLOCK), ==, 0);
    g_assert_cmpint(gcry_cipher_setiv(aes, bc_default_iv, BC_AES_BLOCK), ==, 0);
    g_assert_cmpint(gcry_cipher_encrypt(aes, bytes, strlen(text), NULL, 0), ==, 0);
    gcry_cipher_close(aes);
    return bytes;
}

/* The text at the end of bytes; to be freed. NULL if there is none. */
static char *
text_of(const uint8_t *bytes, size_t len, bc_cipher_t *cipher)
{
    bc_aes_t *aes = bc_aes_new(key, bc_default_iv);
    bc_tail_t tail;
    char *text = NULL;

    bc_tail_find(bytes, len, aes, &tail);
    *cipher = (bc_cipher_t)tail.cipher;
    if (tail.cipher != BC_CIPHER_UNKNOWN) {
        g_assert_cmpuint(tail.text_at + tail.text_len, <=, len);
        text = g_malloc0(tail.text_len + 1);
        g_assert_true(bc_tail_open(&tail, bytes, len, aes, (uint8_t *)text));
    }
    bc_aes_free(aes);
    return text;
}

static void
assert_text(const uint8_t *bytes, size_t len, bc_cipher_t cipher, const char *expected)
{
    bc_cipher_t found;
    char *text = text_of(bytes, len, &found);

    g_assert_cmpint(found, ==, cipher);
    g_assert_cmpstr(text, ==, expected);
    g_free(text);
}

static void
an_aes_tail_is_read_from_its_second_whole_block_on(void)
{
    const char *text = DOCUMENT;
    uint8_t *bytes = encrypted(text);
    const size_t len = strlen(text);

    for (size_t lost = 1; lost < len - 60; lost++) {
        const size_t readable = (lost + BC_AES_BLOCK - 1) / BC_AES_BLOCK * BC_AES_BLOCK + BC_AES_BLOCK;
        assert_text(bytes + lost, len - lost, BC_CIPHER_AES, text + readable);
    }
    g_free(bytes);
}

static void
an_aes_tail_that_is_the_whole_document_is_read_from_its_first_byte_on(void)
{
    uint8_t *bytes = encrypted(DOCUMENT);

    assert_text(bytes, strlen(DOCUMENT), BC_CIPHER_AES, DOCUMENT);
    g_free(bytes);
}

/* The Extension is a run of its own, which ends where the payload's begins. */
static void
a_document_behind_another_run_is_found_whole(void)
{
    uint8_t *bytes = encrypted(DOCUMENT);
    const size_t len = strlen(DOCUMENT);

    for (size_t before = 1; before < 40; before++) {
        uint8_t *both = g_malloc(before + len);
        memcpy(both, bytes + len - before, before);
        memcpy(both + before, bytes, len);
        assert_text(both, before + len, BC_CIPHER_AES, DOCUMENT);
        g_free(both);
    }
    g_free(bytes);
}

static void
a_piece_from_the_middle_is_text_if_it_is_long_enough(void)
{
    uint8_t *bytes = encrypted(DOCUMENT);
    char *expected = g_strndup(&DOCUMENT[48], 92);

    assert_text(bytes + 20, 120, BC_CIPHER_AES, expected);
    assert_text(bytes + 20, 60, BC_CIPHER_UNKNOWN, NULL);
    g_free(expected);
    g_free(bytes);
}

static void
a_short_tail_is_text_if_a_document_ends_in_it(void)
{
    uint8_t *bytes = encrypted(DOCUMENT);
    const size_t len = strlen(DOCUMENT);

    for (size_t left = 24 + 15; left < 60; left++) {
        bc_cipher_t cipher;
        char *text = text_of(bytes + len - left, left, &cipher);
        g_assert_cmpint(cipher, ==, BC_CIPHER_AES);
        g_assert_true(g_str_has_suffix(DOCUMENT, text));
        g_free(text);
    }
    g_free(bytes);
}

static void
nuls_behind_a_document_do_not_hide_it(void)
{
    static const char text[] = DOCUMENT "\0\0";
    uint8_t *bytes = g_memdup2(text, sizeof text);

    assert_text(bytes + 50, sizeof text - 50, BC_CIPHER_NONE, &text[50]);
    g_free(bytes);
}

static void
characters_of_several_bytes_are_text(void)
{
    static const char text[] =
        PROLOG "<body>\n<name>\xc3\x9c"
               "bung \xe5\x89\x8d\xe9\x97\xa8 \xe5\x89\x8d\xe9\x97\xa8 "
               "\xe5\x89\x8d\xe9\x97\xa8 \xe5\x89\x8d\xe9\x97\xa8 \xe5\x89\x8d\xe9\x97\xa8 "
               "\xe5\x89\x8d\xe9\x97\xa8</name>\n</body>\n";
    uint8_t *bytes = encrypted(text);

    for (size_t lost = 1; lost < 60; lost++) {
        bc_cipher_t cipher;
        char *found = text_of(bytes + lost, strlen(text) - lost, &cipher);
        g_assert_cmpint(cipher, ==, BC_CIPHER_AES);
        g_assert_true(g_str_has_suffix(text, found));
        g_assert_true(g_utf8_validate(found, -1, NULL));
        g_assert_cmpuint(strlen(found) + lost + 2 * BC_AES_BLOCK + 3, >=, strlen(text));
        g_free(found);
    }
    g_free(bytes);
}

static void
an_xor_tail_is_read_whatever_its_offset_and_place(void)
{
    static const uint8_t offsets[] = { 0, 1, 2, 0x1f, 0x7f, 0x80, 0x8c, 0xfa, 0xff };

    for (size_t i = 0; i < sizeof offsets; i++) {
        uint8_t *bytes = (uint8_t *)g_strdup(DOCUMENT);
        bc_xor(bytes, strlen(DOCUMENT), offsets[i]);
        for (size_t lost = 0; lost < 100; lost++) {
            assert_text(bytes + lost, strlen(DOCUMENT) - lost, BC_CIPHER_XOR, &DOCUMENT[lost]);
        }
        g_free(bytes);
    }
}

/* Without line ends, < and > in each other's place would be text, too. */
static void
an_xor_tail_on_one_line_is_read_with_the_right_offset(void)
{
    static const char text[] = "ignal>-40</signal><name>Porch</name><a>-b</a><c/><d>e</d><type>E1</type><n";

    for (unsigned offset = 0; offset < 256; offset++) {
        uint8_t *bytes = (uint8_t *)g_strdup(text);
        bc_xor(bytes, strlen(text), (uint8_t)offset);
        assert_text(bytes, strlen(text), BC_CIPHER_XOR, text);
        g_free(bytes);
    }
}

static void
binary_bytes_are_no_text(void)
{
    GRand *rand = g_rand_new_with_seed(1);
    uint8_t bytes[1448];

    for (unsigned round = 0; round < 300; round++) {
        const size_t len = (size_t)g_rand_int_range(rand, 0, sizeof bytes);
        for (size_t i = 0; i < len; i++) {
            bytes[i] = (uint8_t)g_rand_int(rand);
        }
        assert_text(bytes, len, BC_CIPHER_UNKNOWN, NULL);
    }
    g_rand_free(rand);
    for (unsigned value = 0; value < 256; value++) {
        memset(bytes, (int)value, sizeof bytes);
        assert_text(bytes, sizeof bytes, BC_CIPHER_UNKNOWN, NULL);
    }
}

static void
text_that_is_no_xml_is_not_taken_for_it(void)
{
    static const char text[] =
        "The quick brown fox jumps over the lazy dog, and <then> goes home to its den again.";

    assert_text((const uint8_t *)text, strlen(text), BC_CIPHER_UNKNOWN, NULL);
}

#define EXTENSION                                                                                            \
    PROLOG "<Extension "                                                                                     \
           "version=\"1.1\">\n<binaryData>1</binaryData>\n<channelId>0</channelId>\n</Extension>\n"

/* Binary data that no cipher makes text of. */
static void
fill_binary(uint8_t *bytes, size_t len)
{
    GRand *rand = g_rand_new_with_seed(7);

    for (size_t i = 0; i < len; i++) {
        bytes[i] = (uint8_t)g_rand_int(rand);
    }
    g_rand_free(rand);
}

/* EXTENSION without its first bytes, then binary data. */
static void
assert_extension(const uint8_t *extension, size_t lost, bc_cipher_t cipher, size_t readable)
{
    uint8_t bytes[1448];
    const size_t len = strlen(EXTENSION) - lost;

    fill_binary(bytes, sizeof bytes);
    memcpy(bytes, extension + lost, len);
    assert_text(bytes, sizeof bytes, cipher, &EXTENSION[readable]);
}

static void
an_extension_in_front_of_binary_data_is_read(void)
{
    const size_t len = strlen(EXTENSION);
    uint8_t *aes = encrypted(EXTENSION);
    uint8_t *xored = (uint8_t *)g_strdup(EXTENSION);

    bc_xor(xored, len, 0x8c);
    for (size_t lost = 0; lost + BC_AES_BLOCK + 32 <= len; lost++) {
        const size_t readable =
            (lost > 0) ? (lost + BC_AES_BLOCK - 1) / BC_AES_BLOCK * BC_AES_BLOCK + BC_AES_BLOCK : 0;
        assert_extension(aes, lost, BC_CIPHER_AES, readable);
    }
    for (size_t lost = 0; lost + 20 <= len; lost++) {
        assert_extension((const uint8_t *)EXTENSION, lost, BC_CIPHER_NONE, lost);
        assert_extension(xored, lost, BC_CIPHER_XOR, lost);
    }
    g_free(xored);
    g_free(aes);
}

static void
an_extension_far_inside_binary_data_is_not_looked_for(void)
{
    uint8_t bytes[1448];

    fill_binary(bytes, sizeof bytes);
    memcpy(bytes + 512, EXTENSION, strlen(EXTENSION));
    assert_text(bytes, sizeof bytes, BC_CIPHER_UNKNOWN, NULL);
}

static void
secrets_are_masked_where_their_element_is_cut_too(void)
{
    char text[] = "ret-1</password>\n<userName>admin</userName>\n<a>b</a><password>Sec";

    g_assert_true(bc_tail_mask_secrets((uint8_t *)text, strlen(text)));
    g_assert_cmpstr(text, ==, "*****</password>\n<userName>*****</userName>\n<a>b</a><password>***");
}

/* len bytes of XML under an offset whose neighbours give text, too. */
static bc_cipher_t
cipher_of_xored(size_t len, uint8_t offset)
{
    static const char end[] = "</a></body>";
    uint8_t *bytes = g_malloc(len);
    bc_tail_t tail;

    memset(bytes, '@', len);
    memcpy(bytes + len - strlen(end), end, strlen(end));
    bc_xor_at(bytes, len, offset, 0);
    bc_tail_find(bytes, len, NULL, &tail);
    g_free(bytes);
    return tail.cipher;
}

/* How many are tried is told by what is not found any more: before offset 3, offset 0 gives text. */
static void
of_offsets_under_which_many_bytes_are_text_the_first_ones_are_tried(void)
{
    g_assert_cmpint(cipher_of_xored(1000, 0), ==, BC_CIPHER_XOR);
    g_assert_cmpint(cipher_of_xored(1000, 3), ==, BC_CIPHER_XOR);
    g_assert_cmpint(cipher_of_xored(BC_XML_MAX_LEN, 0), ==, BC_CIPHER_XOR);
    g_assert_cmpint(cipher_of_xored(BC_XML_MAX_LEN, 3), ==, BC_CIPHER_UNKNOWN);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/tail/" #f, f)
    TEST(an_aes_tail_is_read_from_its_second_whole_block_on);
    TEST(an_aes_tail_that_is_the_whole_document_is_read_from_its_first_byte_on);
    TEST(a_document_behind_another_run_is_found_whole);
    TEST(a_piece_from_the_middle_is_text_if_it_is_long_enough);
    TEST(a_short_tail_is_text_if_a_document_ends_in_it);
    TEST(nuls_behind_a_document_do_not_hide_it);
    TEST(characters_of_several_bytes_are_text);
    TEST(an_xor_tail_is_read_whatever_its_offset_and_place);
    TEST(an_xor_tail_on_one_line_is_read_with_the_right_offset);
    TEST(binary_bytes_are_no_text);
    TEST(text_that_is_no_xml_is_not_taken_for_it);
    TEST(an_extension_in_front_of_binary_data_is_read);
    TEST(an_extension_far_inside_binary_data_is_not_looked_for);
    TEST(of_offsets_under_which_many_bytes_are_text_the_first_ones_are_tried);
    TEST(secrets_are_masked_where_their_element_is_cut_too);
    return g_test_run();
}
