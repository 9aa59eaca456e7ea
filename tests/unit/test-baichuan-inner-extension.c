/* test-baichuan-inner-extension.c
 * An Extension in front of what it describes, in one payload: docs/baichuan.md section 3.8.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-bytes.h"

#include <gcrypt.h>

#include <baichuan/wire/inner-extension.h>

#define KEY   "0D119EB629684BDF"
#define TEXT  PROLOG "<Extension version=\"1.1\">\n<binaryData>1</binaryData>\n</Extension>"
#define MEDIA "01dcH264\x10\0\0\0\0\0\0\0 1 2 3 4 5 6 7 8"
#define MP4                                                                                                  \
    "\0\0\0\x1c"                                                                                             \
    "ftypisom\0\0\0\0"
#define NO_MEDIA "nothing that anybody knows"

static GByteArray *payload;

/* Adds a run of AES, which begins with the IV. */
static void
add_run(const void *bytes, size_t len)
{
    gcry_cipher_hd_t cipher;
    uint8_t *copy = g_memdup2(bytes, len);

    g_assert_cmpint(gcry_cipher_open(&cipher, GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_CFB, 0), ==, 0);
    g_assert_cmpint(gcry_cipher_setkey(cipher, KEY, BC_AES_BLOCK), ==, 0);
    g_assert_cmpint(gcry_cipher_setiv(cipher, bc_default_iv, BC_AES_BLOCK), ==, 0);
    g_assert_cmpint(gcry_cipher_encrypt(cipher, copy, len, NULL, 0), ==, 0);
    gcry_cipher_close(cipher);
    g_byte_array_append(payload, copy, (unsigned)len);
    g_free(copy);
}

static void
add_clear(const void *bytes, size_t len)
{
    g_byte_array_append(payload, bytes, (unsigned)len);
}

/* Looks at the payload, of which that many bytes at the end were not captured, and empties it. */
static bc_inner_extension_t
find_cut(size_t missing)
{
    bc_aes_t *aes = bc_aes_new((const uint8_t *)KEY, bc_default_iv);
    uint8_t *copy = g_memdup2(payload->data, payload->len - missing);
    const bc_inner_extension_t inner = bc_inner_extension_find(copy, payload->len - missing, aes);

    g_free(copy);
    bc_aes_free(aes);
    g_byte_array_set_size(payload, 0);
    return inner;
}

#define ADD(add, text) add(text, sizeof text - 1)
#define FIND()         find_cut(0)

static void
assert_found(bc_inner_extension_t inner, unsigned prefix, size_t len, bc_cipher_t cipher)
{
    g_assert_cmpuint(inner.prefix, ==, prefix);
    g_assert_cmpuint(inner.len, ==, len);
    g_assert_cmpint(inner.cipher, ==, cipher);
}

static void
two_runs_are_told_apart_whatever_ends_the_line(void)
{
    ADD(add_run, TEXT);
    ADD(add_run, MEDIA);
    assert_found(FIND(), 0, sizeof TEXT - 1, BC_CIPHER_AES);
    ADD(add_run, TEXT "\n");
    ADD(add_run, MEDIA);
    assert_found(FIND(), 0, sizeof TEXT, BC_CIPHER_AES);
    ADD(add_run, TEXT "\r\n");
    ADD(add_run, MP4);
    assert_found(FIND(), 0, sizeof TEXT + 1, BC_CIPHER_AES);
}

static void
the_second_run_may_be_clear(void)
{
    ADD(add_run, TEXT "\n");
    ADD(add_clear, MEDIA);
    assert_found(FIND(), 0, sizeof TEXT, BC_CIPHER_NONE);
}

static void
a_second_run_that_begins_inside_a_packet_is_aes(void)
{
    ADD(add_run, TEXT "\n");
    ADD(add_run, NO_MEDIA);
    assert_found(FIND(), 0, sizeof TEXT, BC_CIPHER_AES);
}

/* What the key of the first run makes of the first byte of the second one may be a line feed; it is so behind one text
 * in 256. */
static void
a_byte_of_the_second_run_is_no_line_end(void)
{
    add_run(MEDIA, 1);
    const uint8_t first = payload->data[0];

    for (unsigned n = 0; n < 10000; n++) {
        char *text = g_strdup_printf(PROLOG "<Extension><a>%u</a></Extension>", n);
        const size_t len = strlen(text);
        g_byte_array_set_size(payload, 0);
        add_run(text, len + 1); /* its NUL shows the key stream */
        if ((payload->data[len] ^ first) == '\n') {
            g_byte_array_set_size(payload, 0);
            add_run(text, len);
            ADD(add_run, MEDIA);
            assert_found(FIND(), 0, len, BC_CIPHER_AES);
            g_free(text);
            return;
        }
        g_free(text);
    }
    g_assert_not_reached();
}

static void
a_prefix_of_32_bytes_is_passed(void)
{
    ADD(add_clear, "32 bytes of something unknown...");
    ADD(add_run, TEXT "\n");
    ADD(add_run, MEDIA);
    assert_found(FIND(), 32, sizeof TEXT, BC_CIPHER_AES);
}

static void
an_extension_with_nothing_behind_it_is_none(void)
{
    ADD(add_run, TEXT);
    g_assert_cmpuint(FIND().len, ==, 0);
    ADD(add_run, TEXT "\r\n");
    g_assert_cmpuint(FIND().len, ==, 0);
    ADD(add_run, TEXT "\n");
    ADD(add_run, MEDIA);
    g_assert_cmpuint(find_cut(sizeof MEDIA - 1 + 3).len, ==, 0);
}

static void
other_payloads_have_none(void)
{
    ADD(add_run, MEDIA);
    g_assert_cmpuint(FIND().len, ==, 0);
    ADD(add_run, PROLOG "<body>\n<FileInfoList>\n</FileInfoList>\n</body>\n");
    g_assert_cmpuint(FIND().len, ==, 0);
    ADD(add_clear, TEXT "\n" MEDIA);
    g_assert_cmpuint(FIND().len, ==, 0);
    g_assert_cmpuint(FIND().len, ==, 0); /* no byte */
}

static void
an_extension_that_does_not_end_soon_is_none(void)
{
    GString *text = g_string_new(PROLOG "<Extension>");

    while (text->len < BC_INNER_MAX) {
        g_string_append(text, "<a>1</a>");
    }
    g_string_append(text, "</Extension>\n");
    add_run(text->str, text->len);
    ADD(add_run, MEDIA);
    g_assert_cmpuint(FIND().len, ==, 0);
    g_string_free(text, TRUE);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    payload = g_byte_array_new();
#define TEST(f) g_test_add_func("/inner-extension/" #f, f)
    TEST(two_runs_are_told_apart_whatever_ends_the_line);
    TEST(the_second_run_may_be_clear);
    TEST(a_second_run_that_begins_inside_a_packet_is_aes);
    TEST(a_byte_of_the_second_run_is_no_line_end);
    TEST(a_prefix_of_32_bytes_is_passed);
    TEST(an_extension_with_nothing_behind_it_is_none);
    TEST(other_payloads_have_none);
    TEST(an_extension_that_does_not_end_soon_is_none);
    const int result = g_test_run();
    g_byte_array_free(payload, TRUE);
    return result;
}
