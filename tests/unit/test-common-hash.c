/* test-common-hash.c
 * Hashes of numbers that a sender chooses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <stdint.h>

#include <common/pure/hash.h>

/* How many hashes 1,000 numbers i * step + base have. Two of them meet with a chance of at most 2^-31. */
static guint
hashes_of(uint64_t base, uint64_t step)
{
    GHashTable *hashes = g_hash_table_new(NULL, NULL);

    for (uint64_t i = 0; i < 1000; i++) {
        const uint64_t key = base + i * step;
        g_hash_table_add(hashes, GUINT_TO_POINTER(camshark_hash_u64(&key)));
    }
    const guint count = g_hash_table_size(hashes);
    g_hash_table_destroy(hashes);
    return count;
}

static void
numbers_that_differ_in_one_half_have_other_hashes(void)
{
    g_assert_cmpuint(hashes_of(0, 1), >, 990);
    g_assert_cmpuint(hashes_of(7, G_GUINT64_CONSTANT(1) << 32), >, 990);
}

/* With GLib's own hash each of these is 0. */
static void
numbers_whose_halves_are_the_same_have_other_hashes(void)
{
    g_assert_cmpuint(hashes_of(0, (G_GUINT64_CONSTANT(1) << 32) + 1), >, 990);
}

static void
the_same_number_has_the_same_hash(void)
{
    const uint64_t key = 0xfedcba9876543210u, copy = key;

    g_assert_cmpuint(camshark_hash_u64(&key), ==, camshark_hash_u64(&copy));
}

/* How many hashes 1,000 keys have that differ in one of their four words. */
static guint
key_hashes_of(unsigned word)
{
    GHashTable *hashes = g_hash_table_new(NULL, NULL);
    uint32_t key[CAMSHARK_KEY_LEN / sizeof(uint32_t)] = { 1, 2, 3, 4 };

    for (uint32_t i = 0; i < 1000; i++) {
        key[word] = i << 22;
        g_hash_table_add(hashes, GUINT_TO_POINTER(camshark_hash_key(key)));
    }
    const guint count = g_hash_table_size(hashes);
    g_hash_table_destroy(hashes);
    return count;
}

static void
keys_that_differ_in_one_word_have_other_hashes(void)
{
    for (unsigned word = 0; word < CAMSHARK_KEY_LEN / sizeof(uint32_t); word++) {
        g_assert_cmpuint(key_hashes_of(word), >, 990);
    }
}

static void
keys_of_the_same_bytes_are_the_same(void)
{
    const uint32_t key[] = { 1, 2, 3, 4 }, same[] = { 1, 2, 3, 4 }, other[] = { 1, 2, 3, 5 };

    g_assert_true(camshark_equal_keys(key, same));
    g_assert_cmpuint(camshark_hash_key(key), ==, camshark_hash_key(same));
    g_assert_false(camshark_equal_keys(key, other));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/common/hash/" #f, f)
    TEST(numbers_that_differ_in_one_half_have_other_hashes);
    TEST(numbers_whose_halves_are_the_same_have_other_hashes);
    TEST(the_same_number_has_the_same_hash);
    TEST(keys_that_differ_in_one_word_have_other_hashes);
    TEST(keys_of_the_same_bytes_are_the_same);
    return g_test_run();
}
