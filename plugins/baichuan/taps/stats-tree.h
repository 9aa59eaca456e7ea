/* stats-tree.h
 * What Baichuan's stats trees share: data of a tree, and numbers that fit its nodes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark counts in an int and walks all sisters of a node to add one. A sender decides about times, sizes and
 * losses, and about how many sessions and streams there are.
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_STATS_TREE_H
#define CAMSHARK_BAICHUAN_TAPS_STATS_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

/* Nodes that have a name of their own; what is beyond them is counted together. */
#define BC_TREE_NAMES 4000u

/* The data of a tree, made with g_malloc0() if there are none.
 *   trees      all trees of a kind: stats_tree * -> data; the caller's static, made when it is NULL
 *   size       of the data, bytes
 *   free_data  frees them */
void *bc_tree_data(GHashTable **trees, void *tree, size_t size, GDestroyNotify free_data);

/* Frees the data of a tree, if there are any. */
void bc_tree_data_free(GHashTable *trees, void *tree);

/* The value, or the nearest one that an int can hold. */
int bc_tree_number(int64_t value);
int bc_tree_whole(double value);

/* How much of more a node's sum has room for; *sum, which is never negative, grows by that. */
int bc_tree_room(int *sum, int64_t more);

#endif
