/* test-baichuan-plain-parts.c
 * Parts of a message in plain text: with any cipher, once, and a few bytes alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-bytes.h"

#include <gcrypt.h>

#include <baichuan/session/plain-parts.h>
#include <baichuan/wire/parts.h>

#define LEN 100u

static const uint8_t key[] = "0123456789ABCDEF";

/* A message of LEN bytes, the first ten of which are its Extension. */
typedef struct {
    bc_header_t header;
    uint8_t plain[LEN];
    uint8_t body[LEN];
    bc_key_t key;
    bc_decision_t decision;
    bc_message_t message;
} sample_t;

static void
encrypt_aes(uint8_t *bytes, size_t len)
{
    gcry_cipher_hd_t cipher;

    g_assert_cmpuint(gcry_cipher_open(&cipher, GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_CFB, 0), ==, 0);
    g_assert_cmpuint(gcry_cipher_setkey(cipher, key, BC_AES_BLOCK), ==, 0);
    g_assert_cmpuint(gcry_cipher_setiv(cipher, bc_default_iv, BC_AES_BLOCK), ==, 0);
    g_assert_cmpuint(gcry_cipher_encrypt(cipher, bytes, len, NULL, 0), ==, 0);
    gcry_cipher_close(cipher);
}

static void
make_sample(sample_t *sample, bc_cipher_t cipher)
{
    memset(sample, 0, sizeof *sample);
    sample->header = (bc_header_t){ .body_len = LEN, .payload_offset = 10, .channel = 3 };
    for (unsigned i = 0; i < LEN; i++) {
        sample->plain[i] = (uint8_t)(i * 7);
    }
    memcpy(sample->body, sample->plain, LEN);
    sample->key.aes = bc_aes_new(key, bc_default_iv);
    sample->decision =
        (bc_decision_t){ .key = &sample->key, .extension = BC_CIPHER_XOR, .payload = (uint8_t)cipher };
    bc_xor(sample->body, 10, 3);
    if (cipher == BC_CIPHER_XOR) {
        bc_xor(sample->body + 10, LEN - 10, 3);
    } else if (cipher == BC_CIPHER_AES) {
        encrypt_aes(sample->body + 10, LEN - 10);
    } else if (cipher == BC_CIPHER_FULL_AES) {
        sample->decision.encrypt_pos = 20;
        sample->decision.encrypt_len = 37;
        encrypt_aes(sample->body + 10 + 20, 37);
    }
    sample->message =
        (bc_message_t){ .header = &sample->header, .client = -1, .body = sample->body, .have = LEN };
}

static void
free_sample(sample_t *sample)
{
    bc_message_clear(&sample->message);
    bc_aes_free(sample->key.aes);
}

static const bc_cipher_t ciphers[] = { BC_CIPHER_NONE, BC_CIPHER_XOR, BC_CIPHER_AES, BC_CIPHER_FULL_AES };

static void
both_parts_are_opened_with_any_cipher(void)
{
    sample_t sample;

    for (unsigned i = 0; i < G_N_ELEMENTS(ciphers); i++) {
        make_sample(&sample, ciphers[i]);
        const bc_plain_t *extension = bc_plain_extension(&sample.message, &sample.decision);
        const bc_plain_t *payload = bc_plain_payload(&sample.message, &sample.decision);
        g_assert_cmpmem(extension->bytes, extension->len, sample.plain, 10);
        g_assert_cmpmem(payload->bytes, payload->len, sample.plain + 10, LEN - 10);
        free_sample(&sample);
    }
}

static void
a_part_is_opened_once(void)
{
    sample_t sample;

    make_sample(&sample, BC_CIPHER_AES);
    const uint8_t *first = bc_plain_payload(&sample.message, &sample.decision)->bytes;
    g_assert_true(bc_plain_payload(&sample.message, &sample.decision)->bytes == first);
    g_assert_true(sample.message.payload.own);
    free_sample(&sample);
}

static void
what_is_clear_is_not_copied(void)
{
    sample_t sample;

    make_sample(&sample, BC_CIPHER_NONE);
    g_assert_true(bc_plain_payload(&sample.message, &sample.decision)->bytes == sample.body + 10);
    g_assert_false(sample.message.payload.own);
    free_sample(&sample);
}

static void
what_has_no_key_is_not_opened(void)
{
    sample_t sample;
    uint8_t bytes[4];

    make_sample(&sample, BC_CIPHER_AES);
    sample.decision.key = NULL;
    g_assert_null(bc_plain_payload(&sample.message, &sample.decision)->bytes);
    g_assert_false(bc_plain_peek(&sample.message, &sample.decision, 0, bytes, sizeof bytes));
    sample.decision.payload = BC_CIPHER_UNKNOWN;
    g_assert_null(bc_plain_payload(&sample.message, &sample.decision)->bytes);
    g_assert_false(bc_plain_peek(&sample.message, &sample.decision, 0, bytes, sizeof bytes));
    free_sample(&sample);
}

static void *
alloc_in_block(void *scope, size_t len)
{
    uint8_t **free_bytes = scope;
    uint8_t *taken = *free_bytes;

    *free_bytes += len;
    return taken;
}

static void
parts_live_where_the_caller_wants_them(void)
{
    uint8_t block[LEN];
    uint8_t *free_bytes = block;
    sample_t sample;

    make_sample(&sample, BC_CIPHER_AES);
    sample.message.alloc = alloc_in_block;
    sample.message.scope = &free_bytes;
    g_assert_true(bc_plain_payload(&sample.message, &sample.decision)->bytes == block);
    free_sample(&sample);
    g_assert_null(sample.message.payload.bytes);
}

static void
any_bytes_of_a_payload_can_be_looked_at_alone(void)
{
    uint8_t bytes[BC_PEEK_MAX];
    sample_t sample;

    for (unsigned i = 0; i < G_N_ELEMENTS(ciphers); i++) {
        make_sample(&sample, ciphers[i]);
        for (size_t at = 0; at <= LEN - 10; at++) {
            for (size_t len = 0; len <= BC_PEEK_MAX; len++) {
                const bool there = at + len <= LEN - 10;
                g_assert_true(bc_plain_peek(&sample.message, &sample.decision, at, bytes, len) == there);
                g_assert_true(!there || memcmp(bytes, sample.plain + 10 + at, len) == 0);
            }
        }
        free_sample(&sample);
    }
}

static void
a_message_that_is_cut_has_the_parts_that_are_there(void)
{
    sample_t sample;

    make_sample(&sample, BC_CIPHER_NONE);
    sample.message.have = 4;
    g_assert_cmpuint(bc_message_extension_len(&sample.message), ==, 4);
    g_assert_cmpuint(bc_message_payload_len(&sample.message), ==, 0);
    g_assert_cmpuint(bc_plain_extension(&sample.message, &sample.decision)->len, ==, 4);
    g_assert_null(bc_plain_payload(&sample.message, &sample.decision)->bytes);
    free_sample(&sample);
}

/* How many bytes behind a hole need the encrypted block in front of them, which is not there whole. */
static size_t
unreadable_behind(const bc_decision_t *decision, size_t at)
{
    size_t from = 0;
    size_t to = SIZE_MAX;

    if (decision->payload == BC_CIPHER_FULL_AES) {
        from = decision->encrypt_pos;
        to = from + decision->encrypt_len;
    } else if (decision->payload != BC_CIPHER_AES) {
        return 0;
    }
    size_t unreadable = 0;
    while (at + unreadable > from && at + unreadable < to) {
        const size_t block = (at + unreadable - from) / BC_AES_BLOCK * BC_AES_BLOCK + from;
        if (block >= at + BC_AES_BLOCK) {
            break;
        }
        unreadable++;
    }
    return unreadable;
}

/* A payload that lacks len bytes at a place in it. */
static void
check_hole(sample_t *sample, size_t at, size_t len)
{
    const size_t behind = at + len;
    const bc_body_piece_t piece = { (uint32_t)(10 + behind), (uint32_t)(LEN - 10 - behind),
                                    sample->body + 10 + behind };

    sample->message.have = 10 + at;
    sample->message.behind = &piece;
    sample->message.n_behind = 1;
    const bc_plain_t *plain = bc_plain_payload(&sample->message, &sample->decision);
    const size_t lost = MIN(unreadable_behind(&sample->decision, behind), piece.len);
    g_assert_cmpuint(plain->len, ==, at);
    g_assert_cmpuint(plain->all, ==, at + piece.len - lost);
    g_assert_cmpuint(plain->n_breaks, ==, 1);
    g_assert_cmpuint(plain->breaks[0], ==, at);
    g_assert_cmpmem(plain->bytes, at, sample->plain + 10, at);
    g_assert_cmpmem(plain->bytes + at, plain->all - at, sample->plain + 10 + behind + lost, piece.len - lost);
    bc_message_clear(&sample->message);
}

static void
what_is_behind_a_hole_is_opened_as_far_as_the_cipher_allows(void)
{
    sample_t sample;

    for (unsigned i = 0; i < G_N_ELEMENTS(ciphers); i++) {
        make_sample(&sample, ciphers[i]);
        for (size_t at = 1; at < LEN - 11; at++) {
            for (size_t len = 1; at + len < LEN - 10; len++) {
                check_hole(&sample, at, len);
            }
        }
        free_sample(&sample);
    }
}

static void
a_hole_that_reaches_into_the_payload_from_the_extension_leaves_it_closed(void)
{
    sample_t sample;

    make_sample(&sample, BC_CIPHER_XOR);
    const bc_body_piece_t piece = { 8, 50, sample.body + 8 };
    sample.message.have = 4;
    sample.message.behind = &piece;
    sample.message.n_behind = 1;
    g_assert_null(bc_plain_payload(&sample.message, &sample.decision)->bytes);
    free_sample(&sample);
}

static void *
alloc_in_list(void *scope, size_t len)
{
    void *bytes = g_malloc0(len);

    g_ptr_array_add(scope, bytes);
    return bytes;
}

/* Opens bytes of a sample's payload; with what lies before them, or as behind a hole. */
static void
check_stretch(sample_t *sample, size_t at, size_t len, bool hole)
{
    GPtrArray *memory = g_ptr_array_new_with_free_func(g_free);
    const bc_message_t message = { .header = &sample->header, .alloc = alloc_in_list, .scope = memory };
    const size_t needed = hole ? 0 : bc_plain_needs_before(&sample->decision, at);
    const uint8_t *payload = sample->body + 10;
    const bc_stretch_bytes_t raw = { at, len, payload + at, payload + at - needed, needed };

    g_assert_cmpuint(needed, <=, MIN(at, BC_PLAIN_BEFORE));
    const bc_plain_t plain = bc_plain_stretch(&message, &sample->decision, &raw);
    g_assert_nonnull(plain.bytes);
    g_assert_cmpmem(plain.bytes, plain.all, sample->plain + 10 + at + len - plain.all, plain.all);
    if (!hole || sample->decision.payload == BC_CIPHER_XOR || sample->decision.payload == BC_CIPHER_NONE) {
        g_assert_cmpuint(plain.all, ==, len);
    } else {
        g_assert_cmpuint(plain.all + 2 * BC_AES_BLOCK, >, len);
    }
    g_ptr_array_free(memory, TRUE);
}

static void
a_payload_is_opened_stretch_by_stretch(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(ciphers); i++) {
        sample_t sample;
        make_sample(&sample, ciphers[i]);
        for (size_t at = 0; at < LEN - 10; at++) {
            for (size_t len = 1; at + len <= LEN - 10; len++) {
                check_stretch(&sample, at, len, false);
                check_stretch(&sample, at, len, true);
            }
        }
        free_sample(&sample);
    }
}

static void
a_stretch_that_has_no_key_is_not_opened(void)
{
    sample_t sample;
    const bc_stretch_bytes_t raw = { 32, 20, sample.body + 42, NULL, 0 };

    make_sample(&sample, BC_CIPHER_AES);
    sample.decision.key = NULL;
    GPtrArray *memory = g_ptr_array_new_with_free_func(g_free);
    const bc_message_t message = { .header = &sample.header, .alloc = alloc_in_list, .scope = memory };
    g_assert_null(bc_plain_stretch(&message, &sample.decision, &raw).bytes);
    sample.decision.payload = BC_CIPHER_UNKNOWN;
    g_assert_null(bc_plain_stretch(&message, &sample.decision, &raw).bytes);
    g_ptr_array_free(memory, TRUE);
    free_sample(&sample);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    gcry_check_version(NULL);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
#define TEST(f) g_test_add_func("/baichuan/plain-parts/" #f, f)
    TEST(both_parts_are_opened_with_any_cipher);
    TEST(a_part_is_opened_once);
    TEST(what_is_clear_is_not_copied);
    TEST(what_has_no_key_is_not_opened);
    TEST(parts_live_where_the_caller_wants_them);
    TEST(any_bytes_of_a_payload_can_be_looked_at_alone);
    TEST(a_message_that_is_cut_has_the_parts_that_are_there);
    TEST(what_is_behind_a_hole_is_opened_as_far_as_the_cipher_allows);
    TEST(a_hole_that_reaches_into_the_payload_from_the_extension_leaves_it_closed);
    TEST(a_payload_is_opened_stretch_by_stretch);
    TEST(a_stretch_that_has_no_key_is_not_opened);
    return g_test_run();
}
