/* place-tree.c
 * Things in the order of a byte stream: a balanced tree by 64 bit places.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * An AA tree (Arne Andersson, 1993): the level of a left child is one less than its parent's, that of a right
 * child the same or one less, and never is it the same twice in a row. A leaf has level 1. So recursion is at most
 * 2 log2(n) deep.
 */
#include <common/pure/place-tree.h>

#include <stddef.h>

typedef camshark_place_node_t node_t;

/* A left child of the same level becomes the parent. */
static node_t *
turn_right(node_t *node)
{
    node_t *left = node->left;

    if (left == NULL || left->level != node->level) {
        return node;
    }
    node->left = left->right;
    left->right = node;
    return left;
}

/* Two right children of the same level in a row: the middle one becomes the parent. */
static node_t *
turn_left(node_t *node)
{
    node_t *right = node->right;

    if (right == NULL || right->right == NULL || right->right->level != node->level) {
        return node;
    }
    node->right = right->left;
    right->left = node;
    right->level++;
    return right;
}

static node_t *
add_below(node_t *top, node_t *node)
{
    if (top == NULL) {
        return node;
    }
    if (node->at < top->at) {
        top->left = add_below(top->left, node);
    } else {
        top->right = add_below(top->right, node);
    }
    return turn_left(turn_right(top));
}

void
camshark_place_tree_add(camshark_place_tree_t *tree, camshark_place_node_t *node)
{
    node->left = NULL;
    node->right = NULL;
    node->level = 1;
    tree->root = add_below(tree->root, node);
    tree->count++;
}

static uint32_t
level_of(const node_t *node)
{
    return (node != NULL) ? node->level : 0;
}

/* Restores the levels where a node below was taken out. */
static node_t *
balance_node(node_t *top)
{
    const uint32_t left = level_of(top->left), right = level_of(top->right);
    const uint32_t level = ((left < right) ? left : right) + 1;

    if (level < top->level) {
        top->level = level;
        if (level < right) {
            top->right->level = level;
        }
    }
    top = turn_right(top);
    if (top->right != NULL) {
        top->right = turn_right(top->right);
        if (top->right->right != NULL) {
            top->right->right = turn_right(top->right->right);
        }
    }
    top = turn_left(top);
    if (top->right != NULL) {
        top->right = turn_left(top->right);
    }
    return top;
}

/* Takes the first node out, which first gets. Returns what is left. */
static node_t *
tree_without_first(node_t *top, node_t **first)
{
    if (top->left == NULL) {
        *first = top;
        return top->right;
    }
    top->left = tree_without_first(top->left, first);
    return balance_node(top);
}

static node_t *
tree_without(node_t *top, uint64_t at)
{
    if (at < top->at) {
        top->left = tree_without(top->left, at);
    } else if (at > top->at) {
        top->right = tree_without(top->right, at);
    } else if (top->left == NULL) {
        return top->right; /* on the lowest level: a leaf or nothing */
    } else {
        node_t *next = NULL;
        node_t *right = tree_without_first(top->right, &next);
        next->left = top->left;
        next->right = right;
        next->level = top->level;
        top = next;
    }
    return balance_node(top);
}

void
camshark_place_tree_remove(camshark_place_tree_t *tree, const camshark_place_node_t *node)
{
    tree->root = tree_without(tree->root, node->at);
    tree->count--;
}

camshark_place_node_t *
camshark_place_tree_before(const camshark_place_tree_t *tree, uint64_t place)
{
    node_t *found = NULL;

    for (node_t *node = tree->root; node != NULL;) {
        if (node->at <= place) {
            found = node;
            node = node->right;
        } else {
            node = node->left;
        }
    }
    return found;
}

camshark_place_node_t *
camshark_place_tree_behind(const camshark_place_tree_t *tree, uint64_t place)
{
    node_t *found = NULL;

    for (node_t *node = tree->root; node != NULL;) {
        if (node->at >= place) {
            found = node;
            node = node->left;
        } else {
            node = node->right;
        }
    }
    return found;
}
