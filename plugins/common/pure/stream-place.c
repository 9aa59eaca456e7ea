/* stream-place.c
 * Where dissection stands in one direction of a TCP byte stream, and how many bytes went missing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/pure/stream-place.h>

#include <string.h>

uint32_t
camshark_stream_place_lost(const camshark_stream_place_t *place, uint32_t seq)
{
    if (!place->known || (int32_t)(seq - place->next) <= 0) {
        return 0;
    }
    return seq - place->next;
}

void
camshark_stream_place_advance(camshark_stream_place_t *place, uint32_t end)
{
    if (!place->known || (int32_t)(end - place->next) > 0) {
        place->known = true;
        place->next = end;
    }
}

/* Sequence numbers wrap: what is less than 2^31 behind another one comes after it. */
static bool
before(uint32_t one, uint32_t other)
{
    return (int32_t)(one - other) < 0;
}

static void
remember_hole(camshark_stream_place_t *place, camshark_stream_hole_t hole)
{
    if (place->holes == NULL || !before(hole.from, hole.to)) {
        return;
    }
    if (place->n_holes == CAMSHARK_HOLES_KEPT) {
        memmove(place->holes, place->holes + 1, (CAMSHARK_HOLES_KEPT - 1) * sizeof place->holes[0]);
        place->n_holes--;
    }
    place->holes[place->n_holes++] = hole;
}

void
camshark_stream_place_arrived(camshark_stream_place_t *place, uint32_t from, uint32_t to)
{
    const unsigned n = place->n_holes;
    camshark_stream_hole_t holes[CAMSHARK_HOLES_KEPT];

    if (n > 0) {
        memcpy(holes, place->holes, n * sizeof holes[0]);
    }
    place->n_holes = 0;
    for (unsigned i = 0; i < n; i++) {
        const camshark_stream_hole_t hole = holes[i];
        if (!before(from, hole.to) || !before(hole.from, to)) {
            remember_hole(place, hole);
            continue;
        }
        remember_hole(place, (camshark_stream_hole_t){ hole.from, from });
        remember_hole(place, (camshark_stream_hole_t){ to, hole.to });
    }
    if (place->known) {
        remember_hole(place, (camshark_stream_hole_t){ place->next, from });
    }
}

bool
camshark_stream_place_may_come(const camshark_stream_place_t *place, uint32_t from, uint32_t to)
{
    if (!place->known || !before(from, place->next)) {
        return true;
    }
    for (unsigned i = 0; i < place->n_holes; i++) {
        const camshark_stream_hole_t *hole = &place->holes[i];
        if (!before(from, hole->from) && before(from, hole->to) && !before(hole->to, to)) {
            return true;
        }
    }
    return false;
}
