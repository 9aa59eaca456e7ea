/* ciphers.c
 * The cipher handles of a file: no more than its keys need, however many connections there are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/wire/ciphers.h>

#include <glib.h>
#include <string.h>

struct newcamd_ciphers {
    GHashTable *sessions;                 /* GBytes -> gcry_cipher_hd_t */
    gcry_cipher_hd_t login;               /* NULL until the first login key */
    uint8_t login_key[NEWCAMD_KEY14_LEN]; /* the one that it has */
};

static void
free_cipher_key(gpointer key)
{
    g_bytes_unref(key);
}

static void
close_cipher(gpointer cipher)
{
    gcry_cipher_close(cipher);
}

newcamd_ciphers_t *
newcamd_ciphers_new(void)
{
    newcamd_ciphers_t *ciphers = g_new0(newcamd_ciphers_t, 1);

    ciphers->sessions = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, free_cipher_key, close_cipher);
    return ciphers;
}

void
newcamd_ciphers_free(newcamd_ciphers_t *ciphers)
{
    g_hash_table_destroy(ciphers->sessions);
    gcry_cipher_close(ciphers->login);
    g_free(ciphers);
}

gcry_cipher_hd_t
newcamd_ciphers_session(newcamd_ciphers_t *ciphers, const uint8_t key14[NEWCAMD_KEY14_LEN])
{
    GBytes *key = g_bytes_new(key14, NEWCAMD_KEY14_LEN);
    gcry_cipher_hd_t cipher = g_hash_table_lookup(ciphers->sessions, key);

    if (cipher == NULL) {
        cipher = newcamd_cipher_open(key14);
        if (cipher != NULL) {
            g_hash_table_insert(ciphers->sessions, g_bytes_ref(key), cipher);
        }
    }
    g_bytes_unref(key);
    return cipher;
}

gcry_cipher_hd_t
newcamd_ciphers_login(newcamd_ciphers_t *ciphers, const uint8_t key14[NEWCAMD_KEY14_LEN])
{
    if (ciphers->login != NULL && memcmp(ciphers->login_key, key14, NEWCAMD_KEY14_LEN) == 0) {
        return ciphers->login;
    }
    if (ciphers->login == NULL) {
        ciphers->login = newcamd_cipher_open(key14);
    } else if (!newcamd_cipher_set_key(ciphers->login, key14)) {
        gcry_cipher_close(ciphers->login);
        ciphers->login = NULL;
    }
    memcpy(ciphers->login_key, key14, NEWCAMD_KEY14_LEN);
    return ciphers->login;
}
