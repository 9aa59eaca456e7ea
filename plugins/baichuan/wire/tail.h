/* tail.h
 * The end of a message whose beginning is lost: finding the XML text in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 1.10, last paragraph. Without the header neither the cipher is known,
 * nor where in its run the bytes are; but AES-CFB reads on one block after a hole, and text tells itself from
 * bytes that are opened wrongly. Binary data has no such mark and stays as it is.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_TAIL_H
#define CAMSHARK_BAICHUAN_WIRE_TAIL_H

#include <baichuan/wire/parts.h>

/* How the text in some bytes is read. */
typedef struct {
    uint32_t text_at;  /* bytes in front of the text that can not be read */
    uint32_t text_len; /* to the end, or to that of an Extension whose payload is binary */
    uint8_t cipher;    /* bc_cipher_t: BC_CIPHER_NONE, _XOR or _AES; BC_CIPHER_UNKNOWN if there is no text */
    uint8_t alignment; /* AES: where the first whole block begins, 0 to 15. XOR: place in the key, 0 to 7 */
    uint8_t offset;    /* XOR: byte 12 of the header that is lost */
    bool whole;        /* AES: the document's first block is there, so its IV is that of the key */
} bc_tail_t;

/* Looks for text that goes to the end of bytes and reads like XML, then for an Extension that ends in the
 * first of them: clear, AES at any of the 16 alignments, or BC XOR. At most 16 times 592 bytes are decrypted
 * unless text is found, however long bytes are.
 *   aes  NULL if no key is known */
void bc_tail_find(const uint8_t *bytes, size_t len, bc_aes_t *aes, bc_tail_t *out);

/* The same for AES text that goes to the end, alone. Returns whether there is such text; out is written only
 * then. */
bool bc_tail_find_aes(const uint8_t *bytes, size_t len, bc_aes_t *aes, bc_tail_t *out);

/* Opens that text: writes tail->text_len bytes to text. aes is the cipher that bc_tail_find() had, not NULL
 * for BC_CIPHER_AES. False if there is no text in these len bytes, or libgcrypt refuses. */
bool bc_tail_open(const bc_tail_t *tail, const uint8_t *bytes, size_t len, bc_aes_t *aes, uint8_t *text);

/* Masks what may be a secret in text that begins and ends anywhere in a document. Returns whether there was
 * something to mask. */
bool bc_tail_mask_secrets(uint8_t *text, size_t len);

#endif
