/* crypto.h
 * newcamd's keys and cipher: bytes in, bytes out, no packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md sections 2.2 (cipher) and 4 (key schedule). libgcrypt must have been initialised
 * by the program (Wireshark does, and so do the unit tests).
 */
#ifndef CAMSHARK_NEWCAMD_WIRE_CRYPTO_H
#define CAMSHARK_NEWCAMD_WIRE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <gcrypt.h>

#define NEWCAMD_KEY14_LEN                                                                                    \
    14 /* DESKEY, greeting, login key and session key as they are configured and folded */
#define NEWCAMD_KEY16_LEN  16 /* the same key as two DES keys */
#define NEWCAMD_BLOCK_LEN  8
#define NEWCAMD_CRYPT_LEN  34 /* "$1$abcdefgh$" and 22 characters, without a NUL */
#define NEWCAMD_CRYPT_SALT "$1$abcdefgh$"

/* Whether this libgcrypt has the algorithms; one in FIPS mode may refuse them. */
bool newcamd_crypto_available(void);

/* Spreads two halves of 7 bytes to two DES keys of 8 bytes, first K1, then K2 (section 4.2). Bit 0 of each
 * byte is odd parity, which DES ignores. */
void newcamd_key_spread(const uint8_t key14[NEWCAMD_KEY14_LEN], uint8_t key16[NEWCAMD_KEY16_LEN]);

/* The key of the first encrypted frame of each direction: DESKEY xor greeting (section 4.1). */
void newcamd_login_key(const uint8_t deskey[NEWCAMD_KEY14_LEN], const uint8_t greeting[NEWCAMD_KEY14_LEN],
                       uint8_t key14[NEWCAMD_KEY14_LEN]);

/* The key of all other frames: the crypt string, len bytes without its NUL, folded over the DESKEY
 * (section 4.1). The length is whatever the client sent, not only NEWCAMD_CRYPT_LEN. */
void newcamd_session_key(const uint8_t deskey[NEWCAMD_KEY14_LEN], const uint8_t *crypt, size_t len,
                         uint8_t key14[NEWCAMD_KEY14_LEN]);

/* md5-crypt of a password with newcamd's constant salt (section 4.4): the crypt string and a NUL.
 * Returns false, and writes nothing, if libgcrypt refuses MD5. */
bool newcamd_md5_crypt(const char *password, char crypt[NEWCAMD_CRYPT_LEN + 1]);

/* Whether a character may stand in the hash part of a crypt string: [./0-9A-Za-z]. */
bool newcamd_is_crypt_char(uint8_t c);

/* XOR of len bytes. Over a whole plaintext region it is 0; over all but its last byte it is the checksum
 * (section 2.1). */
uint8_t newcamd_xor_sum(const uint8_t *bytes, size_t len);

/* Opens a 3DES-EDE2-CBC handle with a key in its 14-byte form, to be closed with gcry_cipher_close().
 * Returns NULL if libgcrypt refuses the algorithm or the key (a weak DES half): treat it as "no key". */
gcry_cipher_hd_t newcamd_cipher_open(const uint8_t key14[NEWCAMD_KEY14_LEN]);

/* Decrypts len bytes (a multiple of 8) with the IV that stands behind them in the frame; plain may not
 * overlap cipher. Returns false if libgcrypt refuses. */
bool newcamd_decrypt(gcry_cipher_hd_t handle, const uint8_t *cipher, size_t len,
                     const uint8_t iv[NEWCAMD_BLOCK_LEN], uint8_t *plain);

/* A handle for trying many keys: one block rejects a wrong one (section 9.2), so opening a handle for each
 * would cost more than the trial. NULL as above; closed with gcry_cipher_close(). */
gcry_cipher_hd_t newcamd_trial_open(void);

/* Gives a handle of either kind its next key. Returns false if libgcrypt refuses it. */
bool newcamd_cipher_set_key(gcry_cipher_hd_t handle, const uint8_t key14[NEWCAMD_KEY14_LEN]);

/* Decrypts one block with that key; previous is the ciphertext block before it, or the IV. */
bool newcamd_trial_block(gcry_cipher_hd_t trial, const uint8_t block[NEWCAMD_BLOCK_LEN],
                         const uint8_t previous[NEWCAMD_BLOCK_LEN], uint8_t plain[NEWCAMD_BLOCK_LEN]);

/* Whether a key may open a login: the third plaintext block from the end lies inside the 22 hash characters
 * for both headers and every padding, so it must be made of them.
 *   trial   from newcamd_trial_open(), with the key
 *   cipher  the ciphertext region of a login frame, len bytes, a multiple of 8, at least 32
 * A wrong key passes with a chance of 2^-16; a right one always passes. */
bool newcamd_trial_may_open(gcry_cipher_hd_t trial, const uint8_t *cipher, size_t len);

#endif
