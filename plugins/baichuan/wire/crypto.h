/* crypto.h
 * BC XOR, AES-128-CFB, the MD5 forms of keys and login hashes, and BcUdp's XOR and checksum.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 2.3 to 2.5 and 6.2. Lengths are bytes.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_CRYPTO_H
#define CAMSHARK_BAICHUAN_WIRE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BC_AES_BLOCK 16u
#define BC_HASH_LEN  31u /* characters of a login hash; a C string cut to 32 bytes */

/* The IV of every part, unless a login derives another one. */
extern const uint8_t bc_default_iv[BC_AES_BLOCK];

/* XORs len bytes in place. offset is byte 12 of the header. */
void bc_xor(uint8_t *bytes, size_t len, uint8_t offset);

/* The same in the middle of a part. place: of the first byte in the key, which has 8 bytes and begins anew
 * behind them; a part begins at offset. */
void bc_xor_at(uint8_t *bytes, size_t len, uint8_t offset, size_t place);

/* An open cipher with its key and IV: opened once a key, not once a packet. */
typedef struct bc_aes bc_aes_t;

/* key and iv: 16 bytes each, copied. To be freed with bc_aes_free(). NULL if libgcrypt refuses. */
bc_aes_t *bc_aes_new(const uint8_t *key, const uint8_t *iv);
void bc_aes_free(bc_aes_t *aes);

/* Decrypts len bytes in place; the IV begins anew with every call, as it does with every part of a message.
 * False if libgcrypt refuses. */
bool bc_aes_decrypt(bc_aes_t *aes, uint8_t *bytes, size_t len);

/* The same in the middle of a part: block is the BC_AES_BLOCK encrypted bytes before bytes, which begin at
 * the border of a block. */
bool bc_aes_decrypt_after(bc_aes_t *aes, const uint8_t *block, uint8_t *bytes, size_t len);

/* What the first block of every part is XORed with under a key: BC_AES_BLOCK bytes. False if libgcrypt refuses. */
bool bc_aes_pad(const uint8_t *key, const uint8_t *iv, uint8_t pad[BC_AES_BLOCK]);

/* The hash of a login's <userName> or <password>: 31 upper case hex digits of MD5(value + nonce) and a NUL.
 * With an empty nonce this is the hash of a legacy login. False if libgcrypt refuses MD5. */
bool bc_login_hash(const char *value, const char *nonce, char out[BC_HASH_LEN + 1]);

/* The AES key of a session: the first 16 characters of MD5(nonce + "-" + password) as upper case hex digits.
 * False if libgcrypt refuses MD5. */
bool bc_session_key(const char *nonce, const char *password, uint8_t out[BC_AES_BLOCK]);

/* XORs the payload of a BcUdp discovery packet in place. tid is its transmission id; of an alarm it is the
 * counter (section 6.5). */
void bc_udp_xor(uint8_t *bytes, size_t len, uint32_t tid);

/* The checksum of a BcUdp payload as it is on the wire: CRC-32 that begins with 0 and is not inverted. */
uint32_t bc_udp_crc(const uint8_t *bytes, size_t len);

#endif
