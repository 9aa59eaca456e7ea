/* stream-place.c
 * Where dissection stands in one direction of a TCP byte stream, and how many bytes went missing.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/pure/stream-place.h>

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
