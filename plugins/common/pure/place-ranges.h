/* place-ranges.h
 * Which places of a byte stream are in a set: stretches with gaps between them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Stretches that touch are one, so what a stretch costs to find or to take in is paid once.
 */
#ifndef CAMSHARK_COMMON_PURE_PLACE_RANGES_H
#define CAMSHARK_COMMON_PURE_PLACE_RANGES_H

#include <stdbool.h>
#include <stdint.h>

#include <common/pure/place-tree.h>

/* All zero is the empty set. */
typedef struct {
    camshark_place_tree_t stretches;
} camshark_place_ranges_t;

/* From its first place to the one behind its last. */
typedef struct {
    camshark_place_node_t node;
    uint64_t to;
} camshark_place_range_t;

/* Told of places that were not in the set. */
typedef void (*camshark_place_gap_t)(void *context, uint64_t from, uint64_t to);

/* Adds the places from one up to, not including, another. Each stretch of them that was not there is told of in
 * turn, with the set half changed: on_gap must not use it. NULL: nobody wants to know. */
void camshark_place_ranges_add(camshark_place_ranges_t *set, uint64_t from, uint64_t to,
                               camshark_place_gap_t on_gap, void *context);

/* Places of the set from one up to, not including, another. */
uint64_t camshark_place_ranges_count(const camshark_place_ranges_t *set, uint64_t from, uint64_t to);

/* Whether a place is in the set. *until, if not NULL, gets where that changes behind it; UINT64_MAX for never. */
bool camshark_place_ranges_has(const camshark_place_ranges_t *set, uint64_t place, uint64_t *until);

/* Takes out all places before one. */
void camshark_place_ranges_forget(camshark_place_ranges_t *set, uint64_t before);

/* Takes out the oldest stretches but for so many. Returns the place behind what was taken out; 0 if nothing was. */
uint64_t camshark_place_ranges_limit(camshark_place_ranges_t *set, uint32_t stretches);

/* Makes an empty set the same as another. */
void camshark_place_ranges_copy(camshark_place_ranges_t *set, const camshark_place_ranges_t *other);

/* Empties a set. */
void camshark_place_ranges_clear(camshark_place_ranges_t *set);

#endif
