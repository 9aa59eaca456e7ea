/* hash.c
 * Hashes of numbers that a sender chooses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Multiply and shift by random numbers, odd ones for a key that is a single number: two keys meet in one of 2^32 values with
 * a chance of at most 2^-31, whoever chose them.
 */
#include <common/pure/hash.h>

#include <stdint.h>
#include <string.h>

#define WORDS (CAMSHARK_KEY_LEN / sizeof(uint32_t)) /* of a key */

/* Random numbers: one for each word of a key, and one more. */
static const uint64_t *
hash_secrets(void)
{
    static uint64_t secrets[WORDS + 1];
    static gsize made = 0;

    if (g_once_init_enter(&made)) {
        for (unsigned i = 0; i < G_N_ELEMENTS(secrets); i++) {
            secrets[i] = (uint64_t)g_random_int() << 32 | g_random_int();
        }
        g_once_init_leave(&made, 1);
    }
    return secrets;
}

guint
camshark_hash_u64(gconstpointer key)
{
    return (guint)((*(const uint64_t *)key * (hash_secrets()[0] | 1)) >> 32);
}

guint
camshark_hash_key(gconstpointer key)
{
    const uint64_t *secrets = hash_secrets();
    uint64_t sum = secrets[WORDS];
    uint32_t words[WORDS];

    memcpy(words, key, sizeof words);
    for (unsigned i = 0; i < WORDS; i++) {
        sum += words[i] * secrets[i];
    }
    return (guint)(sum >> 32);
}

gboolean
camshark_equal_keys(gconstpointer one, gconstpointer other)
{
    return memcmp(one, other, CAMSHARK_KEY_LEN) == 0;
}
