/* crypto.c
 * BC XOR, AES-128-CFB, the MD5 forms of keys and login hashes, and BcUdp's XOR and checksum.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/crypto.h>

#include <gcrypt.h>
#include <glib.h>
#include <string.h>

const uint8_t bc_default_iv[BC_AES_BLOCK] = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
};

struct bc_aes {
    gcry_cipher_hd_t handle;
    uint8_t iv[BC_AES_BLOCK];
};

void
bc_xor_at(uint8_t *bytes, size_t len, uint8_t offset, size_t place)
{
    static const uint8_t key[8] = { 0x1f, 0x2d, 0x3c, 0x4b, 0x5a, 0x69, 0x78, 0xff };
    uint8_t pad[sizeof key];
    uint64_t pads, eight;
    size_t at = 0;

    for (size_t i = 0; i < sizeof pad; i++) {
        pad[i] = key[(place + i) % sizeof key] ^ offset;
    }
    memcpy(&pads, pad, sizeof pads);
    for (; at + sizeof eight <= len; at += sizeof eight) {
        memcpy(&eight, bytes + at, sizeof eight);
        eight ^= pads;
        memcpy(bytes + at, &eight, sizeof eight);
    }
    for (; at < len; at++) {
        bytes[at] ^= pad[at % sizeof pad];
    }
}

void
bc_xor(uint8_t *bytes, size_t len, uint8_t offset)
{
    bc_xor_at(bytes, len, offset, offset);
}

bc_aes_t *
bc_aes_new(const uint8_t *key, const uint8_t *iv)
{
    bc_aes_t *aes = g_new0(bc_aes_t, 1);

    if (gcry_cipher_open(&aes->handle, GCRY_CIPHER_AES128, GCRY_CIPHER_MODE_CFB, 0) != 0) {
        g_free(aes);
        return NULL;
    }
    if (gcry_cipher_setkey(aes->handle, key, BC_AES_BLOCK) != 0) {
        bc_aes_free(aes);
        return NULL;
    }
    memcpy(aes->iv, iv, BC_AES_BLOCK);
    return aes;
}

void
bc_aes_free(bc_aes_t *aes)
{
    if (aes != NULL) {
        gcry_cipher_close(aes->handle);
        g_free(aes);
    }
}

bool
bc_aes_decrypt_after(bc_aes_t *aes, const uint8_t *block, uint8_t *bytes, size_t len)
{
    /* With the IV, CFB begins anew. */
    return gcry_cipher_setiv(aes->handle, block, BC_AES_BLOCK) == 0 &&
           gcry_cipher_decrypt(aes->handle, bytes, len, NULL, 0) == 0;
}

bool
bc_aes_decrypt(bc_aes_t *aes, uint8_t *bytes, size_t len)
{
    return bc_aes_decrypt_after(aes, aes->iv, bytes, len);
}

bool
bc_aes_pad(const uint8_t *key, const uint8_t *iv, uint8_t pad[BC_AES_BLOCK])
{
    bc_aes_t *aes = bc_aes_new(key, iv);

    memset(pad, 0, BC_AES_BLOCK);
    const bool ok = aes != NULL && bc_aes_decrypt(aes, pad, BC_AES_BLOCK);
    bc_aes_free(aes);
    return ok;
}

/* MD5 of the three texts one after the other, as 32 upper case hex digits and a NUL. */
static bool
md5_hex(const char *a, const char *b, const char *c, char out[33])
{
    gcry_md_hd_t md;

    /* Not gcry_md_hash_buffer(): in FIPS mode that one ends the process instead of saying no. */
    if (gcry_md_open(&md, GCRY_MD_MD5, 0) != 0) {
        return false;
    }
    gcry_md_write(md, a, strlen(a));
    gcry_md_write(md, b, strlen(b));
    gcry_md_write(md, c, strlen(c));
    const uint8_t *digest = gcry_md_read(md, GCRY_MD_MD5);
    for (unsigned i = 0; i < 32; i++) {
        out[i] = "0123456789ABCDEF"[(i % 2 == 0) ? digest[i / 2] >> 4 : digest[i / 2] & 0x0f];
    }
    out[32] = '\0';
    gcry_md_close(md);
    return true;
}

bool
bc_login_hash(const char *value, const char *nonce, char out[BC_HASH_LEN + 1])
{
    char hex[33];

    if (!md5_hex(value, nonce, "", hex)) {
        return false;
    }
    memcpy(out, hex, BC_HASH_LEN);
    out[BC_HASH_LEN] = '\0';
    return true;
}

bool
bc_session_key(const char *nonce, const char *password, uint8_t out[BC_AES_BLOCK])
{
    char hex[33];

    if (!md5_hex(nonce, "-", password, hex)) {
        return false;
    }
    memcpy(out, hex, BC_AES_BLOCK);
    return true;
}

void
bc_udp_xor(uint8_t *bytes, size_t len, uint32_t tid)
{
    static const uint32_t words[8] = { 0x1f2d3c4b, 0x5a6c7f8d, 0x38172e4b, 0x8271635a,
                                       0x863f1a2b, 0xa5c6f7d8, 0x8371e1b4, 0x17f2d3a5 };

    for (size_t i = 0; i < len; i++) {
        const uint32_t word = words[i / 4 % G_N_ELEMENTS(words)] + tid;
        bytes[i] = (uint8_t)(bytes[i] ^ (word >> (8 * (i % 4))));
    }
}

uint32_t
bc_udp_crc(const uint8_t *bytes, size_t len)
{
    uint32_t crc = 0;

    for (size_t i = 0; i < len; i++) {
        crc ^= bytes[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1u)));
        }
    }
    return crc;
}
