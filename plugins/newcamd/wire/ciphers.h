/* ciphers.h
 * The cipher handles of a file: two, however many keys and connections there are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A handle of libgcrypt takes 2.5 KB, a new key for it less than a microsecond. Whoever sends logins chooses how many
 * session keys there are, so keys take turns in one handle. Login keys have another one: frames of both kinds follow
 * each other where a connection begins.
 */
#ifndef CAMSHARK_NEWCAMD_WIRE_CIPHERS_H
#define CAMSHARK_NEWCAMD_WIRE_CIPHERS_H

#include <newcamd/wire/crypto.h>

typedef struct newcamd_ciphers newcamd_ciphers_t;

/* To be freed with newcamd_ciphers_free(), which closes both handles. */
newcamd_ciphers_t *newcamd_ciphers_new(void);
void newcamd_ciphers_free(newcamd_ciphers_t *ciphers);

/* A handle as of newcamd_cipher_open(), which belongs to ciphers and has the key until another session key is asked
 * for. NULL if libgcrypt refuses it. */
gcry_cipher_hd_t newcamd_ciphers_session(newcamd_ciphers_t *ciphers, const uint8_t key14[NEWCAMD_KEY14_LEN]);

/* The same for a login key. */
gcry_cipher_hd_t newcamd_ciphers_login(newcamd_ciphers_t *ciphers, const uint8_t key14[NEWCAMD_KEY14_LEN]);

#endif
