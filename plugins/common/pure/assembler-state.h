/* assembler-state.h
 * What an assembler remembers; for assembler-slices.c and assembler-messages.c alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_COMMON_PURE_ASSEMBLER_STATE_H
#define CAMSHARK_COMMON_PURE_ASSEMBLER_STATE_H

#include <common/pure/assembler.h>
#include <common/pure/byte-pieces.h>
#include <common/pure/place-ranges.h>

struct camshark_assembler {
    uint64_t newest;
    uint64_t floor; /* nothing before it is known */
    uint64_t front;
    uint64_t fresh_from, fresh_to;  /* all fresh bytes lie between them: borrowed pieces */
    camshark_place_ranges_t here;   /* bytes that came */
    camshark_place_ranges_t seen;   /* and those that are known to exist; not used unless cut */
    camshark_pieces_t pieces;       /* of open messages and nobody's; tails of finished ones */
    camshark_place_tree_t open;     /* messages */
    camshark_place_tree_t finished; /* those with holes */
    uint32_t far_end;               /* of the last slice that was far, on the wire */
    bool far_known;
    bool started;
    bool cut; /* a slice was not captured whole */
};

/* The oldest message of a tree; NULL if there is none. */
camshark_message_t *camshark_messages_first(const camshark_place_tree_t *messages);

/* Forgets those messages of a tree that end at or before a place. */
void camshark_messages_forget(camshark_place_tree_t *messages, uint64_t before);

/* Where the first message at or behind a place begins; UINT64_MAX if there is none. */
uint64_t camshark_messages_next(const camshark_assembler_t *assembler, uint64_t place);

/* The message that a place lies in, or NULL. Returns up to where that is so, and all of it is on one side of the front;
 * limit, which lies behind the place, if it is so up to there. */
uint64_t camshark_messages_stretch(const camshark_assembler_t *assembler, uint64_t place, uint64_t limit,
                                   camshark_message_t **message);

#endif
