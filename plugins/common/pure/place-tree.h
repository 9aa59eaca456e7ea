/* place-tree.h
 * Things in the order of a byte stream: a balanced tree by 64 bit places.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Nodes are the first member of what they are for, whose memory is the caller's. Finding, adding and removing take
 * O(log n) for any order that a sender may choose.
 */
#ifndef CAMSHARK_COMMON_PURE_PLACE_TREE_H
#define CAMSHARK_COMMON_PURE_PLACE_TREE_H

#include <stdint.h>

/* The caller sets at, and may change it as long as the order of nodes stays the same. */
typedef struct camshark_place_node {
    struct camshark_place_node *left, *right;
    uint64_t at;
    uint32_t level;
} camshark_place_node_t;

/* All zero is the empty tree. */
typedef struct {
    camshark_place_node_t *root;
    uint32_t count;
} camshark_place_tree_t;

/* Adds a node. There must be none at the same place. */
void camshark_place_tree_add(camshark_place_tree_t *tree, camshark_place_node_t *node);

/* Takes a node out, which must be in the tree. */
void camshark_place_tree_remove(camshark_place_tree_t *tree, const camshark_place_node_t *node);

/* The last node at or before a place, and the first one at or behind it; NULL if there is none. */
camshark_place_node_t *camshark_place_tree_before(const camshark_place_tree_t *tree, uint64_t place);
camshark_place_node_t *camshark_place_tree_behind(const camshark_place_tree_t *tree, uint64_t place);

#endif
