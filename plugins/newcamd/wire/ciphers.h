/* ciphers.h
 * The cipher handles of a file: no more than its keys need, however many connections there are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A handle of libgcrypt takes some KB. A session key is made of DESKEY and password (docs/newcamd.md
 * section 4.3), so all logins of a user share its handle. Login keys differ for every greeting, and open two
 * frames each: they take turns in one handle.
 */
#ifndef CAMSHARK_NEWCAMD_WIRE_CIPHERS_H
#define CAMSHARK_NEWCAMD_WIRE_CIPHERS_H

#include <newcamd/wire/crypto.h>

typedef struct newcamd_ciphers newcamd_ciphers_t;

/* To be freed with newcamd_ciphers_free(), which closes all handles. */
newcamd_ciphers_t *newcamd_ciphers_new(void);
void newcamd_ciphers_free(newcamd_ciphers_t *ciphers);

/* A handle as of newcamd_cipher_open(), which belongs to ciphers; opened when the key is first asked for.
 * NULL if libgcrypt refuses it. */
gcry_cipher_hd_t newcamd_ciphers_session(newcamd_ciphers_t *ciphers, const uint8_t key14[NEWCAMD_KEY14_LEN]);

/* The same for a login key; the handle has it until the next one is asked for. */
gcry_cipher_hd_t newcamd_ciphers_login(newcamd_ciphers_t *ciphers, const uint8_t key14[NEWCAMD_KEY14_LEN]);

#endif
