/* parts.h
 * Extension and payload are separate cipher runs: which cipher a part has, and opening it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 2.2 and 5.1. The decrypted bytes decide, not the negotiation: clients
 * are known that send AES where BC XOR was negotiated, and cameras that answer them in XOR.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_PARTS_H
#define CAMSHARK_BAICHUAN_WIRE_PARTS_H

#include <baichuan/wire/crypto.h>

typedef enum {
    BC_CIPHER_UNKNOWN,  /* none that is known opens the part */
    BC_CIPHER_NONE,     /* clear */
    BC_CIPHER_XOR,      /* BC XOR */
    BC_CIPHER_AES,      /* the whole part */
    BC_CIPHER_FULL_AES, /* only the range that the Extension names */
} bc_cipher_t;

/* The text of baichuan.encryption: of BC_CIPHER_UNKNOWN, too, which is no claim that there is a cipher. */
const char *bc_cipher_name(bc_cipher_t cipher);

/* Whether clear bytes begin like an XML document of BC; white space before the prolog is common. */
bool bc_bytes_are_xml(const uint8_t *bytes, size_t len);

/* Whether clear bytes begin like a media packet (8 bytes at least). */
bool bc_bytes_are_media(const uint8_t *bytes, size_t len);

/* Whether clear bytes begin like an MP4 file: with the box that says so. */
bool bc_bytes_are_mp4(const uint8_t *bytes, size_t len);

/* Whether clear bytes begin like a picture (JPEG), or like a file of video (MP4). */
bool bc_bytes_are_file(const uint8_t *bytes, size_t len);

/* Whether a part begins like XML under the key that sealed another part, which nobody has opened but which is XML: all
 * texts of a login begin alike, and are encrypted with the same first bytes of key stream (section 2.4).
 *   part       of len bytes, as it was sent; false if it is shorter than a block
 *   xml_block  the first BC_AES_BLOCK bytes of the other, as they were sent */
bool bc_part_is_xml_beside(const uint8_t *part, size_t len, const uint8_t *xml_block);

/* The cipher under which a part is XML, or BC_CIPHER_UNKNOWN.
 *   offset  byte 12 of the header
 *   aes     NULL if no key is known, or if the part can not be AES */
bc_cipher_t bc_part_xml_cipher(const uint8_t *part, size_t len, uint8_t offset, bc_aes_t *aes);

/* The cipher of a binary part without an encrypted range: AES if only its decrypted bytes begin a media
 * packet, otherwise none (section 2.2). aes may be NULL. */
bc_cipher_t bc_part_binary_cipher(const uint8_t *part, size_t len, bc_aes_t *aes);

/* The same for a part with an encrypted range that begins at its first byte. */
bc_cipher_t bc_part_full_aes_cipher(const uint8_t *part, size_t len, size_t encrypted, bc_aes_t *aes);

/* Decrypts a part in place. BC_CIPHER_FULL_AES: bytes are those of the encrypted range alone. False if the
 * cipher is unknown or libgcrypt refuses. */
bool bc_part_open(bc_cipher_t cipher, uint8_t *bytes, size_t len, uint8_t offset, bc_aes_t *aes);

/* The bytes of a part that BC_CIPHER_FULL_AES encrypts: where they begin, and how many they are. */
typedef struct {
    uint32_t pos;
    uint32_t len;
} bc_encrypted_t;

/* The same for a whole part, of which with BC_CIPHER_FULL_AES only a range is encrypted; what of the range
 * lies behind the part is ignored. */
bool bc_part_open_range(bc_cipher_t cipher, uint8_t *bytes, size_t len, uint8_t offset, bc_encrypted_t range,
                        bc_aes_t *aes);

#endif
