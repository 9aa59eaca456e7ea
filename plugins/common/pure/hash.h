/* hash.h
 * Hashes of numbers that a sender chooses.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_COMMON_PURE_HASH_H
#define CAMSHARK_COMMON_PURE_HASH_H

#include <glib.h>

/* A GHashFunc for keys that are uint64_t (or int64_t), to be used with g_int64_equal(). GLib's own one takes no notice
 * of the upper half, or folds it: a sender could have all keys in one chain. This one depends on a number that
 * is another one in each run of the program. */
guint camshark_hash_u64(gconstpointer key);

/* Bytes of a key for the following. None of them may be one that nobody sets. */
#define CAMSHARK_KEY_LEN 16u

/* A GHashFunc for keys of CAMSHARK_KEY_LEN bytes, aligned or not, to be used with camshark_equal_keys(). It depends on
 * random numbers, too. */
guint camshark_hash_key(gconstpointer key);

/* A GEqualFunc: whether two keys have the same CAMSHARK_KEY_LEN bytes. */
gboolean camshark_equal_keys(gconstpointer one, gconstpointer other);

#endif
