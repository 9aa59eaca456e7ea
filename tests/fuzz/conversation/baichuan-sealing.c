/* baichuan-sealing.c
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "../fuzz.h"
#include "baichuan-sealing.h"

#include <gcrypt.h>

#include <baichuan/wire/crypto.h>
#include <baichuan/wire/header.h>

/* The nonce with which conversation_seeds.py logs in, and the password of the generators. */
static const char nonce[] = "7C3E19A0D4F25B86";
static const char password[] = "Secret-1";

static gcry_cipher_hd_t
open_cipher(void)
{
    static gcry_cipher_hd_t cipher;

    if (cipher == NULL) {
        uint8_t key[BC_AES_BLOCK];

        FUZZ_CHECK(bc_session_key(nonce, password, key));
        FUZZ_CHECK(gcry_cipher_open(&cipher, GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_CFB, 0) == 0);
        FUZZ_CHECK(gcry_cipher_setkey(cipher, key, BC_AES_BLOCK) == 0);
    }
    return cipher;
}

static void
seal_part(unsigned how, uint8_t *bytes, size_t len, uint8_t offset)
{
    if (how == SEAL_XOR) {
        bc_xor(bytes, len, offset);
    } else if (len > 0) {
        FUZZ_CHECK(gcry_cipher_setiv(open_cipher(), bc_default_iv, BC_AES_BLOCK) == 0);
        FUZZ_CHECK(gcry_cipher_encrypt(open_cipher(), bytes, len, NULL, 0) == 0);
    }
}

static uint32_t
read_le32(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static void
write_le32(uint8_t *bytes, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
}

/* Bytes of the header, as its class says. */
static size_t
header_length(const uint8_t *message)
{
    const unsigned msg_class = message[18] | (unsigned)message[19] << 8;

    return msg_class == BC_CLASS_LEGACY || msg_class == BC_CLASS_SHORT ? BC_SHORT_HEADER : BC_LONG_HEADER;
}

uint8_t *
seal_baichuan(unsigned kind, const uint8_t *message, size_t len)
{
    uint8_t *copy = fuzz_copy(message, len);
    const size_t header_len = len < BC_SHORT_HEADER ? SIZE_MAX : header_length(copy);
    const unsigned how = kind & SEAL_HOW;

    if (header_len > len) {
        return copy;
    }
    const size_t body_len = len - header_len;
    size_t extension_len = header_len == BC_LONG_HEADER ? read_le32(copy + 20) : 0;

    extension_len = extension_len < body_len ? extension_len : body_len;
    if (kind & SEAL_LENGTH) {
        write_le32(copy + 8, (uint32_t)body_len);
    }
    if (how != 0) {
        const size_t payload_len = body_len - extension_len;
        uint8_t *body = copy + header_len;

        seal_part(how, body, extension_len, copy[12]);
        seal_part(how, body + extension_len,
                  how == SEAL_FULL && payload_len > SEAL_FULL_LEN ? SEAL_FULL_LEN : payload_len, copy[12]);
    }
    return copy;
}
