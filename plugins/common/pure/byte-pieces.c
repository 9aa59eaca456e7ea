/* byte-pieces.c
 * Bytes of a byte stream, piece by piece: which frame brought them, and those of them that are held.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/pure/byte-pieces.h>

#include <string.h>

#include <glib.h>

typedef camshark_piece_t piece_t;

/* ---- Finding ------------------------------------------------------------------------------------------ */

piece_t *
camshark_pieces_before(const camshark_pieces_t *pieces, uint64_t place)
{
    piece_t *piece = (place > 0) ? (piece_t *)camshark_place_tree_before(&pieces->tree, place - 1) : NULL;

    return (piece != NULL && camshark_piece_end(piece) >= place) ? piece : NULL;
}

piece_t *
camshark_pieces_from(const camshark_pieces_t *pieces, uint64_t place)
{
    piece_t *piece = (piece_t *)camshark_place_tree_before(&pieces->tree, place);

    if (piece != NULL && camshark_piece_end(piece) > place) {
        return piece;
    }
    return (piece_t *)camshark_place_tree_behind(&pieces->tree, place);
}

/* The piece that begins where another one ends. */
static piece_t *
next_in_row(const camshark_pieces_t *pieces, const piece_t *piece)
{
    piece_t *next = camshark_pieces_from(pieces, camshark_piece_end(piece));

    return (next != NULL && next->node.at == camshark_piece_end(piece)) ? next : NULL;
}

static uint64_t
held_from(const piece_t *piece)
{
    return camshark_piece_end(piece) - piece->held;
}

/* The held byte at a place. */
static uint8_t *
byte_at(const piece_t *piece, uint64_t place)
{
    return piece->data + piece->skip + (place - held_from(piece));
}

/* ---- Memory ------------------------------------------------------------------------------------------- */

static void
release_bytes(camshark_pieces_t *pieces, piece_t *piece)
{
    if (!piece->borrowed) {
        pieces->room -= piece->room;
        g_free(piece->data);
    }
    piece->data = NULL;
    piece->borrowed = false;
    piece->held = piece->skip = piece->room = 0;
}

/* Gives a piece memory of its own for what it holds.
 *   room  bytes of it */
static void
attach_memory(camshark_pieces_t *pieces, piece_t *piece, uint8_t *data, uint32_t room)
{
    piece->data = data;
    piece->room = room;
    pieces->room += room;
}

piece_t *
camshark_pieces_add(camshark_pieces_t *pieces, uint64_t from, uint32_t len, uint32_t frame,
                    const uint8_t *bytes)
{
    piece_t *piece = g_new0(piece_t, 1);

    piece->node.at = from;
    piece->data = (uint8_t *)bytes; /* never written to while it is borrowed */
    piece->len = len;
    piece->held = len;
    piece->frame = frame;
    piece->borrowed = true;
    camshark_place_tree_add(&pieces->tree, &piece->node);
    return piece;
}

static void
remove_piece(camshark_pieces_t *pieces, piece_t *piece)
{
    release_bytes(pieces, piece);
    camshark_place_tree_remove(&pieces->tree, &piece->node);
    g_free(piece);
}

void
camshark_pieces_hold(camshark_pieces_t *pieces, piece_t *piece, uint32_t count)
{
    if (count == piece->held && !piece->borrowed) {
        return;
    }
    uint8_t *copy = (count > 0) ? g_memdup2(byte_at(piece, camshark_piece_end(piece) - count), count) : NULL;
    release_bytes(pieces, piece);
    attach_memory(pieces, piece, copy, count);
    piece->held = count;
}

/* ---- Changing ----------------------------------------------------------------------------------------- */

/* Takes bytes off the end, not all of them. */
static void
shorten_piece(piece_t *piece, uint32_t by)
{
    piece->len -= by;
    piece->held -= MIN(piece->held, by);
}

/* Takes bytes off the beginning, not all of them. What was held of them stays in memory until the others go. */
static void
behead_piece(piece_t *piece, uint32_t by)
{
    piece->len -= by;
    piece->node.at += by;
    if (piece->held > piece->len) {
        piece->skip += piece->held - piece->len;
        piece->held = piece->len;
    }
}

void
camshark_pieces_split(camshark_pieces_t *pieces, piece_t *piece, uint64_t at)
{
    const bool was_borrowed = piece->borrowed;
    const uint32_t second_len = (uint32_t)(camshark_piece_end(piece) - at);
    const uint32_t second_held = MIN(piece->held, second_len);
    piece_t *second = camshark_pieces_add(pieces, at, second_len, piece->frame, NULL);
    piece_t first = *piece;

    second->held = second_held;
    second->data = (second_held > 0) ? byte_at(piece, camshark_piece_end(piece) - second_held) : NULL;
    shorten_piece(piece, second_len);
    if (was_borrowed) {
        return;
    }
    /* The shorter one gets a copy, so that cutting piece after piece off does not copy all of the others. */
    if (second_held <= piece->held) {
        camshark_pieces_hold(pieces, second, second_held);
    } else {
        second->skip = (uint32_t)(second->data - first.data);
        second->data = first.data;
        second->room = first.room;
        second->borrowed = false;
        piece->borrowed = true;
        camshark_pieces_hold(pieces, piece, piece->held);
    }
}

void
camshark_pieces_join(camshark_pieces_t *pieces, piece_t *onto, piece_t *piece)
{
    const uint32_t used = onto->skip + onto->held, needed = used + piece->held;

    if (piece->held > 0) {
        if (needed > onto->room) {
            const uint32_t room = MAX(2 * onto->room, needed);
            pieces->room -= onto->room;
            attach_memory(pieces, onto, g_realloc(onto->data, room), room);
        }
        memcpy(onto->data + used, byte_at(piece, held_from(piece)), piece->held);
    }
    onto->held += piece->held;
    onto->len += piece->len;
    onto->more += 1 + piece->more;
    remove_piece(pieces, piece);
}

/* Drops what a piece has between two places. */
static void
drop_of_piece(camshark_pieces_t *pieces, piece_t *piece, uint64_t from, uint64_t to)
{
    const uint64_t end = camshark_piece_end(piece);

    if (piece->node.at >= from && end <= to) {
        remove_piece(pieces, piece);
    } else if (piece->node.at >= from) {
        behead_piece(piece, (uint32_t)(to - piece->node.at));
    } else {
        if (end > to) {
            camshark_pieces_split(pieces, piece, to);
        }
        shorten_piece(piece, (uint32_t)(camshark_piece_end(piece) - from));
    }
}

uint64_t
camshark_pieces_drop(camshark_pieces_t *pieces, uint64_t from, uint64_t to)
{
    uint64_t dropped = 0;
    piece_t *piece;

    while ((piece = camshark_pieces_from(pieces, from)) != NULL && piece->node.at < to) {
        const uint64_t end = MIN(camshark_piece_end(piece), to);
        dropped += end - MAX(piece->node.at, from);
        drop_of_piece(pieces, piece, from, to);
        from = end;
    }
    return dropped;
}

/* ---- Reading ------------------------------------------------------------------------------------------ */

/* Copies the held bytes that follow each other from a place on, at most len. Returns their number. */
static uint32_t
gather_bytes(const piece_t *piece, const camshark_pieces_t *pieces, uint64_t place, uint32_t len,
             uint8_t *out)
{
    uint32_t got = 0;

    while (piece != NULL && piece->held > 0 && place >= held_from(piece) && got < len) {
        const uint32_t here = (uint32_t)MIN(camshark_piece_end(piece) - place, len - got);
        memcpy(out + got, byte_at(piece, place), here);
        got += here;
        place += here;
        piece = next_in_row(pieces, piece);
    }
    return got;
}

const uint8_t *
camshark_pieces_peek(const camshark_pieces_t *pieces, uint64_t place, uint32_t want, uint8_t *scratch,
                     uint32_t *got)
{
    const piece_t *piece = camshark_pieces_from(pieces, place);

    *got = 0;
    if (piece == NULL || piece->node.at > place || place < held_from(piece) || piece->held == 0) {
        return NULL;
    }
    *got = (uint32_t)(camshark_piece_end(piece) - place);
    if (*got >= want || next_in_row(pieces, piece) == NULL) {
        return byte_at(piece, place);
    }
    *got = gather_bytes(piece, pieces, place, want, scratch);
    return scratch;
}

uint32_t
camshark_pieces_read(const camshark_pieces_t *pieces, uint64_t place, uint32_t len, uint8_t *out)
{
    const uint64_t end = place + len;
    uint32_t count = 0;

    memset(out, 0, len);
    for (const piece_t *piece = camshark_pieces_from(pieces, place); piece != NULL && piece->node.at < end;
         piece = camshark_pieces_from(pieces, camshark_piece_end(piece))) {
        const uint64_t from = MAX(held_from(piece), place), to = MIN(camshark_piece_end(piece), end);
        if (from < to) {
            memcpy(out + (from - place), byte_at(piece, from), to - from);
            count += (uint32_t)(to - from);
        }
    }
    return count;
}

uint32_t
camshark_pieces_read_before(const camshark_pieces_t *pieces, uint64_t place, uint32_t len, uint8_t *out)
{
    uint32_t missing = len;
    const piece_t *piece;

    while (missing > 0 && (piece = camshark_pieces_before(pieces, place)) != NULL &&
           held_from(piece) < place) {
        const uint32_t here = (uint32_t)MIN(place - held_from(piece), missing);
        place -= here;
        missing -= here;
        memcpy(out + missing, byte_at(piece, place), here);
    }
    memmove(out, out + missing, len - missing);
    return len - missing;
}

bool
camshark_pieces_held(const camshark_pieces_t *pieces, uint64_t at, uint64_t *from, uint64_t *to)
{
    const piece_t *piece = camshark_pieces_from(pieces, at);

    while (piece != NULL && piece->held == 0) {
        piece = camshark_pieces_from(pieces, camshark_piece_end(piece));
    }
    if (piece == NULL) {
        return false;
    }
    *from = MAX(at, held_from(piece));
    *to = camshark_piece_end(piece);
    return true;
}
