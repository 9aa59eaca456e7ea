/* assembler-state.h
 * What an assembler remembers; for the assembler's own files alone.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_COMMON_PURE_ASSEMBLER_STATE_H
#define CAMSHARK_COMMON_PURE_ASSEMBLER_STATE_H

#include <common/pure/assembler.h>
#include <common/pure/byte-pieces.h>
#include <common/pure/place-ranges.h>

/* What is needed while there are messages, bytes that are kept, or holes. */
typedef struct {
    uint64_t fresh_from, fresh_to;  /* all fresh bytes lie between them: borrowed pieces */
    camshark_place_ranges_t here;   /* bytes that came */
    camshark_place_ranges_t seen;   /* and those that are known to exist; not used unless cut */
    camshark_pieces_t pieces;       /* of open messages and nobody's; tails of finished ones */
    camshark_place_tree_t open;     /* messages */
    camshark_place_tree_t finished; /* those with holes */
    uint32_t far_end;               /* of the last slice that was far, on the wire */
    bool far_known;
    bool cut; /* a slice was not captured whole */
} camshark_work_t;

/* All zero: no slice has come yet. */
struct camshark_assembler {
    uint64_t newest; /* 0 before the first slice */
    uint64_t floor;  /* nothing before it is known */
    uint64_t front;
    uint64_t here_from;    /* when idle: all bytes between it and the newest one came, and none else */
    camshark_work_t *work; /* NULL when idle */
};

/* Its work to look at, which goes with the next change. */
const camshark_work_t *camshark_assembler_work(const camshark_assembler_t *assembler);

/* Its work to change, made if it is idle. */
camshark_work_t *camshark_assembler_begin_work(camshark_assembler_t *assembler);

/* Nothing is done with a slice any more. Forgets the work, which there must be, if all of it is told by the assembler's
 * other fields. */
void camshark_assembler_end_work(camshark_assembler_t *assembler);

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
