/* stats-tree.c
 * What Baichuan's stats trees share: data of a tree, and numbers that fit its nodes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/taps/stats-tree.h>

#include <limits.h>

/* A tree is a listener of the user's, not part of dissection: its data are not in file scope. */
void *
bc_tree_data(GHashTable **trees, void *tree, size_t size, GDestroyNotify free_data)
{
    if (*trees == NULL) {
        *trees = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_data);
    }
    void *data = g_hash_table_lookup(*trees, tree);
    if (data == NULL) {
        data = g_malloc0(size);
        g_hash_table_insert(*trees, tree, data);
    }
    return data;
}

void
bc_tree_data_free(GHashTable *trees, void *tree)
{
    if (trees != NULL) {
        g_hash_table_remove(trees, tree);
    }
}

int
bc_tree_number(int64_t value)
{
    return (int)CLAMP(value, INT_MIN, INT_MAX);
}

int
bc_tree_whole(double value)
{
    return (int)CLAMP(value, INT_MIN, INT_MAX);
}

int
bc_tree_room(int *sum, int64_t more)
{
    const int room = (int)CLAMP(more, 0, (int64_t)INT_MAX - *sum);

    *sum += room;
    return room;
}
