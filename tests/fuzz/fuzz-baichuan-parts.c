/* fuzz-baichuan-parts.c
 * Which cipher a part has, opening it, an Extension in it, and the text at the end of bytes whose header is lost.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Input: 1 byte (bit 0: a key is known; bits 1 and 2: the bytes are first encrypted here with BC XOR or AES),
 * 1 byte offset of BC XOR, 1 byte that are cut off at the beginning after encryption, then the bytes.
 */
#include "fuzz.h"

#include <gcrypt.h>

#include <baichuan/wire/inner-extension.h>
#include <baichuan/wire/parts.h>
#include <baichuan/wire/tail.h>
#include <baichuan/wire/tokens.h>

#define XOR 2u
#define AES 4u

static const uint8_t key[] = "0123456789ABCDEF";

static void
encrypt_aes(uint8_t *bytes, size_t len)
{
    gcry_cipher_hd_t cipher;

    FUZZ_CHECK(gcry_cipher_open(&cipher, GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_CFB, 0) == 0);
    FUZZ_CHECK(gcry_cipher_setkey(cipher, key, BC_AES_BLOCK) == 0);
    FUZZ_CHECK(gcry_cipher_setiv(cipher, bc_default_iv, BC_AES_BLOCK) == 0);
    FUZZ_CHECK(len == 0 || gcry_cipher_encrypt(cipher, bytes, len, NULL, 0) == 0);
    gcry_cipher_close(cipher);
}

static void
look_at_part(const uint8_t *bytes, size_t len, uint8_t offset, bc_aes_t *aes)
{
    const bc_cipher_t ciphers[] = { bc_part_xml_cipher(bytes, len, offset, aes),
                                    bc_part_binary_cipher(bytes, len, aes),
                                    bc_part_full_aes_cipher(bytes, len, len / 2, aes) };

    for (unsigned i = 0; i < G_N_ELEMENTS(ciphers); i++) {
        uint8_t *copy = fuzz_copy(bytes, len);
        const size_t open_len = (ciphers[i] == BC_CIPHER_FULL_AES) ? len / 2 : len;
        const bool ok = bc_part_open(ciphers[i], copy, open_len, offset, aes);
        if (ok && i == 0) {
            FUZZ_CHECK(bc_bytes_are_xml(copy, len));
        }
        FUZZ_CHECK(ok || ciphers[i] == BC_CIPHER_UNKNOWN || aes == NULL || len == 0);
        FUZZ_CHECK(bc_cipher_name(ciphers[i]) != NULL || ciphers[i] == BC_CIPHER_UNKNOWN);
        bc_part_open_range(ciphers[i], copy, len, offset, (bc_encrypted_t){ offset, (uint32_t)len }, aes);
        bc_bytes_are_media(copy, len);
        g_free(copy);
    }
}

static void
look_for_inner_extension(const uint8_t *bytes, size_t len, bc_aes_t *aes)
{
    if (aes != NULL) {
        const bc_inner_extension_t inner = bc_inner_extension_find(bytes, len, aes);
        FUZZ_CHECK(inner.len == 0 || (size_t)inner.prefix + inner.len < len);
        FUZZ_CHECK(inner.prefix == 0 || inner.prefix == BC_INNER_PREFIX);
    }
}

static void
look_at_tokens(const uint8_t *bytes, size_t len, bc_aes_t *aes)
{
    char token[BC_TOKEN_MAX + 1];

    if (aes != NULL && bc_bytes_are_tokens(bytes, len)) {
        for (unsigned i = 0; i < BC_TOKENS; i++) {
            if (bc_token_open(bytes + i * BC_TOKEN_SLOT, aes, token)) {
                FUZZ_CHECK(strlen(token) <= BC_TOKEN_MAX);
            }
        }
    }
}

static void
look_at_tail(const uint8_t *bytes, size_t len, bc_aes_t *aes)
{
    bc_tail_t tail;

    bc_tail_find(bytes, len, aes, &tail);
    if (tail.cipher == BC_CIPHER_UNKNOWN) {
        return;
    }
    FUZZ_CHECK(tail.text_at < len && tail.text_len <= len - tail.text_at);
    uint8_t *text = g_malloc(MAX(tail.text_len, 1));
    FUZZ_CHECK(bc_tail_open(&tail, bytes, len, aes, text));
    bc_tail_mask_secrets(text, tail.text_len);
    g_free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bc_aes_t *known;
    fuzz_input_t input = { data, size };
    const unsigned options = fuzz_byte(&input);
    const uint8_t offset = fuzz_byte(&input);
    const size_t cut = fuzz_byte(&input);

    if (known == NULL) {
        gcry_check_version(NULL);
        gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
        known = bc_aes_new(key, bc_default_iv);
        FUZZ_CHECK(known != NULL);
    }
    uint8_t *whole = fuzz_copy(input.at, input.left);
    if (options & XOR) {
        bc_xor(whole, input.left, offset);
    } else if (options & AES) {
        encrypt_aes(whole, input.left);
    }
    const size_t from = MIN(cut, input.left);
    uint8_t *bytes = fuzz_copy(whole + from, input.left - from);
    g_free(whole);
    look_at_part(bytes, input.left - from, offset, (options & 1) ? known : NULL);
    look_for_inner_extension(bytes, input.left - from, (options & 1) ? known : NULL);
    look_at_tokens(bytes, input.left - from, (options & 1) ? known : NULL);
    look_at_tail(bytes, input.left - from, (options & 1) ? known : NULL);
    g_free(bytes);
    return 0;
}
