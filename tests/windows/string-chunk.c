/* string-chunk.c
 * For tools/test-windows: the three functions that we use and that the GLib inside libvips leaves out.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#define GLIB_STATIC_COMPILATION /* these are no DLL's */
#include <glib.h>

struct _GStringChunk {
    GHashTable *texts; /* each its own key */
};

GStringChunk *(g_string_chunk_new)(gsize size)
{
    GStringChunk *chunk = g_new(GStringChunk, 1);

    (void)size;
    chunk->texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return chunk;
}

void(g_string_chunk_free)(GStringChunk *chunk)
{
    g_hash_table_destroy(chunk->texts);
    g_free(chunk);
}

gchar *(g_string_chunk_insert_const)(GStringChunk *chunk, const gchar *text)
{
    char *kept = g_hash_table_lookup(chunk->texts, text);

    if (kept == NULL) {
        kept = g_strdup(text);
        g_hash_table_insert(chunk->texts, kept, kept);
    }
    return kept;
}

/* Where callers look for functions of a DLL. */
const void *const __imp_g_string_chunk_new = (const void *)g_string_chunk_new;
const void *const __imp_g_string_chunk_free = (const void *)g_string_chunk_free;
const void *const __imp_g_string_chunk_insert_const = (const void *)g_string_chunk_insert_const;
