/* crypto.c
 * newcamd's keys and cipher: bytes in, bytes out, no packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/wire/crypto.h>

#include <glib.h>
#include <string.h>

#define MD5_LEN 16

static const char crypt_alphabet[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool
newcamd_crypto_available(void)
{
    return gcry_cipher_test_algo(GCRY_CIPHER_3DES) == 0 && gcry_md_test_algo(GCRY_MD_MD5) == 0;
}

static uint8_t
with_odd_parity(uint8_t byte)
{
    uint8_t bits = byte >> 1;

    bits ^= bits >> 4;
    bits ^= bits >> 2;
    bits ^= bits >> 1;
    return (uint8_t)((byte & 0xfe) | ((bits & 1) ^ 1));
}

void
newcamd_key_spread(const uint8_t key14[NEWCAMD_KEY14_LEN], uint8_t key16[NEWCAMD_KEY16_LEN])
{
    for (unsigned half = 0; half < 2; half++) {
        const uint8_t *in = key14 + 7 * half;
        uint8_t *out = key16 + 8 * half;
        uint64_t bits = 0;

        for (unsigned i = 0; i < 7; i++) {
            bits = (bits << 8) | in[i];
        }
        for (unsigned i = 0; i < 8; i++) {
            out[i] = with_odd_parity((uint8_t)(((bits >> (49 - 7 * i)) & 0x7f) << 1));
        }
    }
}

void
newcamd_login_key(const uint8_t deskey[NEWCAMD_KEY14_LEN], const uint8_t greeting[NEWCAMD_KEY14_LEN],
                  uint8_t key14[NEWCAMD_KEY14_LEN])
{
    for (unsigned i = 0; i < NEWCAMD_KEY14_LEN; i++) {
        key14[i] = deskey[i] ^ greeting[i];
    }
}

void
newcamd_session_key(const uint8_t deskey[NEWCAMD_KEY14_LEN], const uint8_t *crypt, size_t len,
                    uint8_t key14[NEWCAMD_KEY14_LEN])
{
    memmove(key14, deskey, NEWCAMD_KEY14_LEN);
    for (size_t i = 0; i < len; i++) {
        key14[i % NEWCAMD_KEY14_LEN] ^= crypt[i];
    }
}

bool
newcamd_is_crypt_char(uint8_t c)
{
    return g_ascii_isalnum((char)c) || c == '.' || c == '/';
}

/* The 22 characters: 24-bit groups of the digest, lowest 6 bits first. */
static void
encode_digest(const uint8_t digest[MD5_LEN], char *out)
{
    static const uint8_t groups[5][3] = {
        { 0, 6, 12 }, { 1, 7, 13 }, { 2, 8, 14 }, { 3, 9, 15 }, { 4, 10, 5 }
    };

    for (unsigned g = 0; g < 5; g++) {
        uint32_t value = ((uint32_t)digest[groups[g][0]] << 16) | ((uint32_t)digest[groups[g][1]] << 8) |
                         digest[groups[g][2]];
        for (unsigned i = 0; i < 4; i++, value >>= 6) {
            *out++ = crypt_alphabet[value & 0x3f];
        }
    }
    *out++ = crypt_alphabet[digest[11] & 0x3f];
    *out++ = crypt_alphabet[digest[11] >> 6];
    *out = '\0';
}

bool
newcamd_md5_crypt(const char *password, char crypt[NEWCAMD_CRYPT_LEN + 1])
{
    static const char magic[] = "$1$", salt[] = "abcdefgh";
    const size_t len = strlen(password);
    uint8_t digest[MD5_LEN];
    gcry_md_hd_t md;

    if (gcry_md_open(&md, GCRY_MD_MD5, 0) != 0) {
        return false;
    }
    gcry_md_write(md, password, len);
    gcry_md_write(md, salt, strlen(salt));
    gcry_md_write(md, password, len);
    memcpy(digest, gcry_md_read(md, GCRY_MD_MD5), MD5_LEN);

    gcry_md_reset(md);
    gcry_md_write(md, password, len);
    gcry_md_write(md, magic, strlen(magic));
    gcry_md_write(md, salt, strlen(salt));
    for (size_t left = len; left > 0; left -= MIN(left, MD5_LEN)) {
        gcry_md_write(md, digest, MIN(left, MD5_LEN));
    }
    for (size_t n = len; n > 0; n >>= 1) {
        gcry_md_write(md, (n & 1) ? "" : password, 1);
    }
    memcpy(digest, gcry_md_read(md, GCRY_MD_MD5), MD5_LEN);

    for (unsigned i = 0; i < 1000; i++) {
        gcry_md_reset(md);
        gcry_md_write(md, (i & 1) ? (const void *)password : digest, (i & 1) ? len : MD5_LEN);
        if (i % 3 != 0) {
            gcry_md_write(md, salt, strlen(salt));
        }
        if (i % 7 != 0) {
            gcry_md_write(md, password, len);
        }
        gcry_md_write(md, (i & 1) ? digest : (const void *)password, (i & 1) ? MD5_LEN : len);
        memcpy(digest, gcry_md_read(md, GCRY_MD_MD5), MD5_LEN);
    }
    gcry_md_close(md);

    memcpy(crypt, NEWCAMD_CRYPT_SALT, strlen(NEWCAMD_CRYPT_SALT));
    encode_digest(digest, crypt + strlen(NEWCAMD_CRYPT_SALT));
    return true;
}

uint8_t
newcamd_xor_sum(const uint8_t *bytes, size_t len)
{
    uint64_t sums = 0;
    uint8_t sum = 0;
    size_t i = 0;

    for (; i + sizeof sums <= len; i += sizeof sums) {
        uint64_t eight;
        memcpy(&eight, bytes + i, sizeof eight);
        sums ^= eight;
    }
    for (unsigned shift = 0; shift < 64; shift += 8) {
        sum ^= (uint8_t)(sums >> shift);
    }
    for (; i < len; i++) {
        sum ^= bytes[i];
    }
    return sum;
}

bool
newcamd_cipher_set_key(gcry_cipher_hd_t handle, const uint8_t key14[NEWCAMD_KEY14_LEN])
{
    /* Two-key EDE is three-key EDE with K3 = K1. */
    uint8_t key24[NEWCAMD_KEY16_LEN + NEWCAMD_BLOCK_LEN];

    newcamd_key_spread(key14, key24);
    memcpy(key24 + NEWCAMD_KEY16_LEN, key24, NEWCAMD_BLOCK_LEN);
    return gcry_cipher_setkey(handle, key24, sizeof key24) == 0;
}

gcry_cipher_hd_t
newcamd_cipher_open(const uint8_t key14[NEWCAMD_KEY14_LEN])
{
    gcry_cipher_hd_t handle;

    if (gcry_cipher_open(&handle, GCRY_CIPHER_3DES, GCRY_CIPHER_MODE_CBC, 0) != 0) {
        return NULL;
    }
    if (!newcamd_cipher_set_key(handle, key14)) {
        gcry_cipher_close(handle);
        return NULL;
    }
    return handle;
}

bool
newcamd_decrypt(gcry_cipher_hd_t handle, const uint8_t *cipher, size_t len,
                const uint8_t iv[NEWCAMD_BLOCK_LEN], uint8_t *plain)
{
    return gcry_cipher_setiv(handle, iv, NEWCAMD_BLOCK_LEN) == 0 &&
           gcry_cipher_decrypt(handle, plain, len, cipher, len) == 0;
}

gcry_cipher_hd_t
newcamd_trial_open(void)
{
    gcry_cipher_hd_t handle;

    if (gcry_cipher_open(&handle, GCRY_CIPHER_3DES, GCRY_CIPHER_MODE_ECB, 0) != 0) {
        return NULL;
    }
    return handle;
}

bool
newcamd_trial_block(gcry_cipher_hd_t trial, const uint8_t block[NEWCAMD_BLOCK_LEN],
                    const uint8_t previous[NEWCAMD_BLOCK_LEN], uint8_t plain[NEWCAMD_BLOCK_LEN])
{
    if (gcry_cipher_decrypt(trial, plain, NEWCAMD_BLOCK_LEN, block, NEWCAMD_BLOCK_LEN) != 0) {
        return false;
    }
    for (unsigned i = 0; i < NEWCAMD_BLOCK_LEN; i++) {
        plain[i] ^= previous[i];
    }
    return true;
}

bool
newcamd_trial_may_open(gcry_cipher_hd_t trial, const uint8_t *cipher, size_t len)
{
    const uint8_t *block = cipher + len - 3 * NEWCAMD_BLOCK_LEN;
    uint8_t plain[NEWCAMD_BLOCK_LEN];

    if (!newcamd_trial_block(trial, block, block - NEWCAMD_BLOCK_LEN, plain)) {
        return false;
    }
    for (unsigned i = 0; i < NEWCAMD_BLOCK_LEN; i++) {
        if (!newcamd_is_crypt_char(plain[i])) {
            return false;
        }
    }
    return true;
}
