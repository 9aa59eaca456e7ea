/* ciphers.c
 * The cipher handles of a file: two, however many keys and connections there are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/wire/ciphers.h>

#include <glib.h>
#include <string.h>

typedef struct {
    gcry_cipher_hd_t cipher;          /* NULL: no key until now, or libgcrypt refused the last one */
    uint8_t key14[NEWCAMD_KEY14_LEN]; /* the one that it has */
} keyed_handle_t;

struct newcamd_ciphers {
    keyed_handle_t session;
    keyed_handle_t login;
};

newcamd_ciphers_t *
newcamd_ciphers_new(void)
{
    return g_new0(newcamd_ciphers_t, 1);
}

void
newcamd_ciphers_free(newcamd_ciphers_t *ciphers)
{
    gcry_cipher_close(ciphers->session.cipher);
    gcry_cipher_close(ciphers->login.cipher);
    g_free(ciphers);
}

static gcry_cipher_hd_t
handle_with_key(keyed_handle_t *handle, const uint8_t key14[NEWCAMD_KEY14_LEN])
{
    if (handle->cipher != NULL && memcmp(handle->key14, key14, NEWCAMD_KEY14_LEN) == 0) {
        return handle->cipher;
    }
    if (handle->cipher == NULL) {
        handle->cipher = newcamd_cipher_open(key14);
    } else if (!newcamd_cipher_set_key(handle->cipher, key14)) {
        gcry_cipher_close(handle->cipher);
        handle->cipher = NULL;
    }
    memcpy(handle->key14, key14, NEWCAMD_KEY14_LEN);
    return handle->cipher;
}

gcry_cipher_hd_t
newcamd_ciphers_session(newcamd_ciphers_t *ciphers, const uint8_t key14[NEWCAMD_KEY14_LEN])
{
    return handle_with_key(&ciphers->session, key14);
}

gcry_cipher_hd_t
newcamd_ciphers_login(newcamd_ciphers_t *ciphers, const uint8_t key14[NEWCAMD_KEY14_LEN])
{
    return handle_with_key(&ciphers->login, key14);
}
