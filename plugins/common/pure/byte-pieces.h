/* byte-pieces.h
 * Bytes of a byte stream, piece by piece: which frame brought them, and those of them that are held.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_COMMON_PURE_BYTE_PIECES_H
#define CAMSHARK_COMMON_PURE_BYTE_PIECES_H

#include <stdbool.h>
#include <stdint.h>

#include <common/pure/place-tree.h>

/* Bytes of one frame that follow each other. The held ones are the last of them. */
typedef struct {
    camshark_place_node_t node;
    uint8_t *data; /* held bytes begin skip bytes behind it; NULL if there are none */
    uint32_t len;  /* from 1 on */
    uint32_t held;
    uint32_t skip;
    uint32_t room;  /* bytes of memory at data, if that is ours */
    uint32_t frame; /* the caller's number */
    uint32_t more;  /* pieces of other frames that were joined to it */
    bool borrowed;  /* data is not ours */
} camshark_piece_t;

/* All zero is none. Pieces do not overlap. */
typedef struct {
    camshark_place_tree_t tree;
    uint64_t room; /* bytes of memory for what is held */
} camshark_pieces_t;

static inline uint64_t
camshark_piece_end(const camshark_piece_t *piece)
{
    return piece->node.at + piece->len;
}

/* The piece that a place lies in, or the first one behind it; NULL if there is none. */
camshark_piece_t *camshark_pieces_from(const camshark_pieces_t *pieces, uint64_t place);

/* The piece that the byte before a place lies in; NULL if there is none. */
camshark_piece_t *camshark_pieces_before(const camshark_pieces_t *pieces, uint64_t place);

/* Adds a piece where there is none. Its bytes stay the caller's, until camshark_pieces_hold(). */
camshark_piece_t *camshark_pieces_add(camshark_pieces_t *pieces, uint64_t from, uint32_t len, uint32_t frame,
                                      const uint8_t *bytes);

/* Holds no more than the last count of a piece's held bytes (count is at most their number), in memory of its own. */
void camshark_pieces_hold(camshark_pieces_t *pieces, camshark_piece_t *piece, uint32_t count);

/* Cuts a piece in two at a place inside it; the second one is new. Bytes that are borrowed stay so. */
void camshark_pieces_split(camshark_pieces_t *pieces, camshark_piece_t *piece, uint64_t at);

/* Joins a piece to the one that ends where it begins and is not borrowed, which keeps its frame. All of the piece must
 * be held, or nothing of both. Amortised, that costs as much as the piece has bytes. */
void camshark_pieces_join(camshark_pieces_t *pieces, camshark_piece_t *onto, camshark_piece_t *piece);

/* Drops all from one place up to, not including, another, frames as well. Returns how many bytes of pieces there were,
 * held or not. */
uint64_t camshark_pieces_drop(camshark_pieces_t *pieces, uint64_t from, uint64_t to);

/* See camshark_assembler_peek(), _read(), _before() and _held(). */
const uint8_t *camshark_pieces_peek(const camshark_pieces_t *pieces, uint64_t place, uint32_t want,
                                    uint8_t *scratch, uint32_t *got);
uint32_t camshark_pieces_read(const camshark_pieces_t *pieces, uint64_t place, uint32_t len, uint8_t *out);
uint32_t camshark_pieces_read_before(const camshark_pieces_t *pieces, uint64_t place, uint32_t len,
                                     uint8_t *out);
bool camshark_pieces_held(const camshark_pieces_t *pieces, uint64_t at, uint64_t *from, uint64_t *to);

#endif
