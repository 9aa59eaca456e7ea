/* assembler-slices.c
 * The assembler's slices: what is fresh of them, what is kept, and what is forgotten.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Fresh bytes are pieces that are borrowed from the caller. What lies in a message that is finished before done() goes
 * with it and is never copied.
 */
#include <common/pure/assembler.h>

#include <glib.h>

#include <common/pure/assembler-state.h>

/* What is older than the window is forgotten in such steps. */
#define STEP 0x100000u
/* Pieces that have grown to this are not joined to. */
#define JOINED 0x10000u

typedef camshark_message_t message_t;
typedef camshark_piece_t piece_t;

/* ---- Places ------------------------------------------------------------------------------------------- */

uint64_t
camshark_assembler_front(const camshark_assembler_t *assembler)
{
    return assembler->front;
}

void
camshark_assembler_set_front(camshark_assembler_t *assembler, uint64_t place)
{
    assembler->front = place;
}

uint64_t
camshark_assembler_newest(const camshark_assembler_t *assembler)
{
    return assembler->newest;
}

uint64_t
camshark_assembler_unwrap(const camshark_assembler_t *assembler, uint32_t place)
{
    const int32_t distance = (int32_t)(place - (uint32_t)assembler->newest);

    return assembler->newest + (uint64_t)(int64_t)distance;
}

/* ---- What stays of a slice ---------------------------------------------------------------------------- */

/* Drops bytes before a place that are held in a row, but for the last ones.
 *   keep  their number */
static void
trim_tail(camshark_assembler_t *assembler, const message_t *message, uint64_t place, uint32_t keep)
{
    piece_t *piece;

    while (place > camshark_message_start(message) &&
           (piece = camshark_pieces_before(&assembler->work->pieces, place)) != NULL && piece->held > 0 &&
           piece->node.at >= camshark_message_start(message)) {
        const uint32_t held = MIN(piece->held, keep);
        place = piece->node.at;
        keep = (held == piece->len) ? keep - held : 0;
        if (message->finished) {
            camshark_pieces_drop(&assembler->work->pieces, place, camshark_piece_end(piece) - held);
        } else {
            camshark_pieces_hold(&assembler->work->pieces, piece, held);
        }
    }
}

/* How many bytes before a place are needed by what may come there, or behind the bytes that are there. */
static uint32_t
tail_needed(const camshark_assembler_t *assembler, const message_t *message, uint64_t place)
{
    uint64_t hole = place;

    if (place < camshark_message_end(message) &&
        !camshark_place_ranges_has(&assembler->work->here, place, &hole)) {
        hole = place;
    }
    return (hole < camshark_message_end(message) && hole - place < CAMSHARK_ASSEMBLER_TAIL)
               ? CAMSHARK_ASSEMBLER_TAIL - (uint32_t)(hole - place)
               : 0;
}

/* Keeps no more of a piece, and of those before it, than what comes behind needs. */
static void
let_pass(camshark_assembler_t *assembler, const message_t *message, piece_t *piece)
{
    const uint64_t from = piece->node.at, end = camshark_piece_end(piece);
    const uint32_t needed = tail_needed(assembler, message, end);
    const uint32_t held = MIN(needed, piece->held);
    const uint32_t before = (piece->held == piece->len) ? needed - held : 0;

    camshark_pieces_hold(&assembler->work->pieces, piece, held);
    if (message->finished) {
        camshark_pieces_drop(&assembler->work->pieces, from, end - held);
    }
    trim_tail(assembler, message, from, before);
}

/* Too many pieces: adds this one to the one that it continues, if that is in the same message, and no held byte gets
 * lost by it. Returns the piece that it is now. */
static piece_t *
join_to_last(camshark_assembler_t *assembler, const message_t *message, piece_t *piece)
{
    piece_t *last = camshark_pieces_before(&assembler->work->pieces, piece->node.at);

    if (assembler->work->pieces.tree.count <= CAMSHARK_ASSEMBLER_FRAGMENTS || last == NULL ||
        last->borrowed || last->len >= JOINED || (piece->held < piece->len && last->held > 0) ||
        camshark_assembler_owner(assembler, last->node.at) != message) {
        return piece;
    }
    camshark_pieces_join(&assembler->work->pieces, last, piece);
    return last;
}

static bool
has_room_for(const camshark_assembler_t *assembler, uint32_t bytes)
{
    const camshark_pieces_t *pieces = &camshark_assembler_work(assembler)->pieces;

    return pieces->room + pieces->tree.count * sizeof(piece_t) + bytes <= CAMSHARK_ASSEMBLER_KEPT;
}

/* Keeps of a piece that is still the caller's what has to be kept.
 *   message  that all of it lies in, or NULL */
static void
settle_piece(camshark_assembler_t *assembler, message_t *message, piece_t *piece)
{
    const bool keep = message == NULL || (message->keeping == CAMSHARK_KEEP && !message->finished);

    if (keep && !has_room_for(assembler, piece->held)) {
        piece->held = 0;
    }
    if (message == NULL && (piece->node.at < assembler->front || piece->held == 0)) {
        camshark_pieces_drop(&assembler->work->pieces, piece->node.at, camshark_piece_end(piece));
        return;
    }
    if (message != NULL && keep) {
        message->dropped += piece->len - piece->held;
    }
    if (message == NULL || !message->finished) {
        piece = join_to_last(assembler, message, piece);
    }
    if (keep) {
        camshark_pieces_hold(&assembler->work->pieces, piece, piece->held);
    } else {
        let_pass(assembler, message, piece);
    }
}

static void
settle_slice(camshark_assembler_t *assembler)
{
    const uint64_t to = assembler->work->fresh_to;
    uint64_t at = assembler->work->fresh_from;
    piece_t *piece;

    while (at < to && (piece = camshark_pieces_from(&assembler->work->pieces, at)) != NULL &&
           piece->node.at < to) {
        at = camshark_piece_end(piece);
        if (piece->borrowed) {
            message_t *message;
            const uint64_t end = camshark_messages_stretch(assembler, piece->node.at, at, &message);
            if (end < at) {
                camshark_pieces_split(&assembler->work->pieces, piece, end);
                at = end;
            }
            settle_piece(assembler, message, piece);
        }
    }
    assembler->work->fresh_from = assembler->work->fresh_to = 0;
}

/* The caller never said that he is done with the slice before: its bytes may be gone. */
static void
abandon_slice(camshark_assembler_t *assembler)
{
    for (piece_t *piece = camshark_pieces_from(&assembler->work->pieces, assembler->work->fresh_from);
         piece != NULL && piece->node.at < assembler->work->fresh_to;
         piece = camshark_pieces_from(&assembler->work->pieces, camshark_piece_end(piece))) {
        if (piece->borrowed) {
            piece->data = NULL;
            piece->held = 0;
        }
    }
    settle_slice(assembler);
}

/* Nothing before a place is known any longer. Open messages stay, without what is dropped of them, so that they are due
 * once more. */
static void
raise_floor(camshark_assembler_t *assembler, uint64_t floor)
{
    message_t *message;
    uint64_t at = 0;

    while (at < floor) {
        const uint64_t end = camshark_messages_stretch(assembler, at, floor, &message);
        const uint64_t dropped = camshark_pieces_drop(&assembler->work->pieces, at, end);
        if (message != NULL && !message->finished) {
            message->dropped += (uint32_t)dropped;
        }
        at = end;
    }
    camshark_place_ranges_forget(&assembler->work->here, floor);
    camshark_place_ranges_forget(&assembler->work->seen, floor);
    assembler->floor = floor;
    assembler->front = MAX(assembler->front, floor);
}

static void
keep_within_bounds(camshark_assembler_t *assembler)
{
    uint64_t floor = assembler->floor;

    camshark_messages_forget(&assembler->work->open, floor);
    camshark_messages_forget(&assembler->work->finished, floor);
    if (assembler->newest > floor + CAMSHARK_ASSEMBLER_WINDOW + STEP) {
        floor = assembler->newest - CAMSHARK_ASSEMBLER_WINDOW;
    }
    const uint64_t here = camshark_place_ranges_limit(&assembler->work->here, CAMSHARK_ASSEMBLER_STRETCHES);
    const uint64_t seen = camshark_place_ranges_limit(&assembler->work->seen, CAMSHARK_ASSEMBLER_STRETCHES);
    floor = MAX(floor, MAX(here, seen));
    if (floor > assembler->floor) {
        raise_floor(assembler, floor);
    }
}

void
camshark_assembler_done(camshark_assembler_t *assembler)
{
    if (assembler->work != NULL) {
        settle_slice(assembler);
        keep_within_bounds(assembler);
        camshark_assembler_end_work(assembler);
    }
}

/* ---- A slice comes ------------------------------------------------------------------------------------ */

/* Adds bytes to the count of the messages that they lie in. */
static void
count_bytes(camshark_assembler_t *assembler, uint64_t from, uint64_t to, bool here)
{
    while (from < to) {
        message_t *message;
        const uint64_t end = camshark_messages_stretch(assembler, from, to, &message);
        if (message != NULL) {
            message->here += here ? (uint32_t)(end - from) : 0;
            message->seen += (!here || !assembler->work->cut) ? (uint32_t)(end - from) : 0;
        }
        from = end;
    }
}

/* A slice while it is taken in. */
typedef struct {
    camshark_assembler_t *assembler;
    const camshark_slice_t *slice;
    uint32_t fresh; /* bytes */
    bool news;      /* it tells of bytes that were not seen before */
} intake_t;

/* Bytes that came for the first time. */
static void
take_fresh(void *context, uint64_t from, uint64_t to)
{
    intake_t *intake = context;
    camshark_assembler_t *assembler = intake->assembler;
    const camshark_slice_t *slice = intake->slice;
    const uint32_t offset = (uint32_t)from - slice->place;

    camshark_pieces_add(&assembler->work->pieces, from, (uint32_t)(to - from), slice->frame,
                        slice->bytes + offset);
    if (assembler->work->fresh_from == assembler->work->fresh_to) {
        assembler->work->fresh_from = from;
    }
    assembler->work->fresh_to = to;
    intake->fresh += (uint32_t)(to - from);
    intake->news = true;
    count_bytes(assembler, from, to, true);
}

/* Bytes that are known to exist for the first time. */
static void
note_seen(void *context, uint64_t from, uint64_t to)
{
    intake_t *intake = context;

    intake->news = true;
    count_bytes(intake->assembler, from, to, false);
}

/* From here on, more bytes are known to exist than came. */
static void
begin_cut(camshark_assembler_t *assembler)
{
    if (!assembler->work->cut) {
        camshark_place_ranges_copy(&assembler->work->seen, &assembler->work->here);
        assembler->work->cut = true;
    }
}

static camshark_arrival_kind_t
arrival_kind(const camshark_arrival_t *arrival, uint64_t newest, bool news)
{
    if (arrival->to > newest) {
        return (arrival->gap > 0) ? CAMSHARK_ARRIVAL_AHEAD : CAMSHARK_ARRIVAL_NEXT;
    }
    return news ? CAMSHARK_ARRIVAL_LATE : CAMSHARK_ARRIVAL_REPEAT;
}

static void
take_slice(camshark_assembler_t *assembler, const camshark_slice_t *slice, camshark_arrival_t *arrival)
{
    intake_t intake = { .assembler = assembler, .slice = slice };
    const uint64_t newest = assembler->newest;
    const uint64_t captured = arrival->from + MIN(slice->captured, slice->len);

    arrival->from = MAX(arrival->from, assembler->floor);
    arrival->gap = (arrival->from > newest) ? arrival->from - newest : 0;
    if (captured < arrival->to) {
        begin_cut(assembler);
    }
    camshark_place_ranges_add(&assembler->work->here, arrival->from, captured, take_fresh, &intake);
    if (assembler->work->cut) {
        camshark_place_ranges_add(&assembler->work->seen, arrival->from, arrival->to, note_seen, &intake);
    }
    assembler->newest = MAX(newest, arrival->to);
    arrival->fresh = intake.fresh;
    arrival->kind = arrival_kind(arrival, newest, intake.news);
}

static bool
is_far_slice(const camshark_assembler_t *assembler, const camshark_slice_t *slice, uint64_t from)
{
    return slice->len > CAMSHARK_ASSEMBLER_LONGEST || from > assembler->newest + CAMSHARK_ASSEMBLER_WINDOW ||
           from + slice->len + 2 * (uint64_t)CAMSHARK_ASSEMBLER_WINDOW < assembler->newest;
}

camshark_arrival_t
camshark_assembler_feed(camshark_assembler_t *assembler, const camshark_slice_t *slice)
{
    camshark_arrival_t arrival = { .kind = CAMSHARK_ARRIVAL_EMPTY };

    if (assembler->newest == 0) {
        camshark_assembler_restart(assembler, slice->place);
    }
    if (camshark_assembler_begin_work(assembler)->fresh_from < assembler->work->fresh_to) {
        abandon_slice(assembler);
    }
    arrival.from = camshark_assembler_unwrap(assembler, slice->place);
    arrival.to = arrival.from + slice->len;
    if (slice->len == 0) {
        return arrival;
    }
    if (is_far_slice(assembler, slice, arrival.from)) {
        arrival.kind = CAMSHARK_ARRIVAL_FAR;
        arrival.far_again = assembler->work->far_known && assembler->work->far_end == slice->place;
        assembler->work->far_known = true;
        assembler->work->far_end = slice->place + slice->len;
    } else if (arrival.to <= assembler->floor) {
        arrival.kind = CAMSHARK_ARRIVAL_OLD;
    } else {
        take_slice(assembler, slice, &arrival);
    }
    return arrival;
}

bool
camshark_assembler_part(const camshark_assembler_t *assembler, uint64_t at, camshark_part_t *part)
{
    const piece_t *piece = camshark_pieces_from(&camshark_assembler_work(assembler)->pieces,
                                                MAX(at, camshark_assembler_work(assembler)->fresh_from));

    while (piece != NULL && !piece->borrowed &&
           piece->node.at < camshark_assembler_work(assembler)->fresh_to) {
        piece = camshark_pieces_from(&camshark_assembler_work(assembler)->pieces, camshark_piece_end(piece));
    }
    if (piece == NULL || piece->node.at >= camshark_assembler_work(assembler)->fresh_to) {
        return false;
    }
    part->place = MAX(at, piece->node.at);
    const uint64_t end =
        camshark_messages_stretch(assembler, part->place, camshark_piece_end(piece), &part->message);
    part->len = (uint32_t)(end - part->place);
    part->offset =
        (part->message != NULL) ? (uint32_t)(part->place - camshark_message_start(part->message)) : 0;
    return true;
}

/* ---- Bytes -------------------------------------------------------------------------------------------- */

const uint8_t *
camshark_assembler_peek(const camshark_assembler_t *assembler, uint64_t place, uint32_t want,
                        uint8_t *scratch, uint32_t *got)
{
    return camshark_pieces_peek(&camshark_assembler_work(assembler)->pieces, place, want, scratch, got);
}

uint32_t
camshark_assembler_read(const camshark_assembler_t *assembler, uint64_t place, uint32_t len, uint8_t *out)
{
    return camshark_pieces_read(&camshark_assembler_work(assembler)->pieces, place, len, out);
}

uint32_t
camshark_assembler_before(const camshark_assembler_t *assembler, uint64_t place, uint32_t len, uint8_t *out)
{
    return camshark_pieces_read_before(&camshark_assembler_work(assembler)->pieces, place, len, out);
}

bool
camshark_assembler_held(const camshark_assembler_t *assembler, uint64_t at, camshark_run_t *run)
{
    return camshark_pieces_held(&camshark_assembler_work(assembler)->pieces, at, &run->from, &run->to);
}
