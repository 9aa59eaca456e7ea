/* hash.c
 * Hashes of numbers that a sender chooses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Multiply and shift by an odd random number: two keys meet in one of 2^32 values with a chance of at most 2^-31,
 * whoever chose them.
 */
#include <common/pure/hash.h>

#include <stdint.h>

static uint64_t
hash_secret(void)
{
    static gsize secret = 0;

    if (g_once_init_enter(&secret)) {
        g_once_init_leave(&secret, (gsize)((uint64_t)g_random_int() << 32 | g_random_int() | 1));
    }
    return secret;
}

guint
camshark_hash_u64(gconstpointer key)
{
    return (guint)((*(const uint64_t *)key * hash_secret()) >> 32);
}
