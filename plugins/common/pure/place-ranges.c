/* place-ranges.c
 * Which places of a byte stream are in a set: stretches with gaps between them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/pure/place-ranges.h>

#include <glib.h>

typedef camshark_place_range_t range_t;

static range_t *
range_before(const camshark_place_ranges_t *set, uint64_t place)
{
    return (range_t *)camshark_place_tree_before(&set->stretches, place);
}

static range_t *
range_behind(const camshark_place_ranges_t *set, uint64_t place)
{
    return (range_t *)camshark_place_tree_behind(&set->stretches, place);
}

static void
remove_range(camshark_place_ranges_t *set, range_t *range)
{
    camshark_place_tree_remove(&set->stretches, &range->node);
    g_free(range);
}

static void
new_range(camshark_place_ranges_t *set, uint64_t from, uint64_t to)
{
    range_t *range = g_new(range_t, 1);

    range->node.at = from;
    range->to = to;
    camshark_place_tree_add(&set->stretches, &range->node);
}

/* Takes out all stretches that touch the places, and tells of the gaps between them. Returns the place behind the
 * last of them. at  the first place that is not there */
static uint64_t
swallow_ranges(camshark_place_ranges_t *set, uint64_t at, uint64_t to, camshark_place_gap_t on_gap,
               void *context)
{
    for (range_t *next = range_behind(set, at); next != NULL && next->node.at <= to;
         next = range_behind(set, at)) {
        if (next->node.at > at && on_gap != NULL) {
            on_gap(context, at, next->node.at);
        }
        at = next->to;
        remove_range(set, next);
    }
    if (at < to && on_gap != NULL) {
        on_gap(context, at, to);
    }
    return MAX(at, to);
}

void
camshark_place_ranges_add(camshark_place_ranges_t *set, uint64_t from, uint64_t to,
                          camshark_place_gap_t on_gap, void *context)
{
    range_t *before = range_before(set, from);

    if (from >= to) {
        return;
    }
    if (before == NULL || before->to < from) {
        to = swallow_ranges(set, from, to, on_gap, context);
        new_range(set, from, to);
    } else if (before->to < to) {
        before->to = swallow_ranges(set, before->to, to, on_gap, context);
    }
}

uint64_t
camshark_place_ranges_count(const camshark_place_ranges_t *set, uint64_t from, uint64_t to)
{
    const range_t *range = range_before(set, from);
    uint64_t count = 0;

    if (range == NULL || range->to <= from) {
        range = range_behind(set, from);
    }
    while (range != NULL && range->node.at < to) {
        count += MIN(range->to, to) - MAX(range->node.at, from);
        range = range_behind(set, range->to);
    }
    return count;
}

bool
camshark_place_ranges_has(const camshark_place_ranges_t *set, uint64_t place, uint64_t *until)
{
    const range_t *range = range_before(set, place);
    const bool has = range != NULL && place < range->to;

    if (until != NULL) {
        const range_t *next = has ? NULL : range_behind(set, place);
        *until = has ? range->to : (next != NULL) ? next->node.at : UINT64_MAX;
    }
    return has;
}

void
camshark_place_ranges_forget(camshark_place_ranges_t *set, uint64_t before)
{
    range_t *first;

    while ((first = range_behind(set, 0)) != NULL && first->to <= before) {
        remove_range(set, first);
    }
    if (first != NULL) {
        first->node.at = MAX(first->node.at, before);
    }
}

uint64_t
camshark_place_ranges_limit(camshark_place_ranges_t *set, uint32_t stretches)
{
    uint64_t behind = 0;

    while (set->stretches.count > stretches) {
        range_t *first = range_behind(set, 0);
        behind = first->to;
        remove_range(set, first);
    }
    return behind;
}

void
camshark_place_ranges_copy(camshark_place_ranges_t *set, const camshark_place_ranges_t *other)
{
    for (const range_t *range = range_behind(other, 0); range != NULL;
         range = range_behind(other, range->to)) {
        new_range(set, range->node.at, range->to);
    }
}

void
camshark_place_ranges_clear(camshark_place_ranges_t *set)
{
    camshark_place_ranges_forget(set, UINT64_MAX);
}
