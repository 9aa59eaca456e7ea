/* assembler-messages.c
 * The assembler's messages: which bytes they own, what is missing of them, and which are done.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/pure/assembler.h>

#include <glib.h>

#include <common/pure/assembler-state.h>

typedef camshark_message_t message_t;
typedef camshark_piece_t piece_t;

/* ---- Finding and forgetting --------------------------------------------------------------------------- */

message_t *
camshark_messages_first(const camshark_place_tree_t *messages)
{
    return (message_t *)camshark_place_tree_behind(messages, 0);
}

static void
forget_message(camshark_place_tree_t *messages, message_t *message)
{
    camshark_place_tree_remove(messages, &message->node);
    g_free(message);
}

void
camshark_messages_forget(camshark_place_tree_t *messages, uint64_t before)
{
    message_t *message;

    while ((message = camshark_messages_first(messages)) != NULL && camshark_message_end(message) <= before) {
        forget_message(messages, message);
    }
}

static message_t *
message_around(const camshark_place_tree_t *messages, uint64_t place)
{
    message_t *message = (message_t *)camshark_place_tree_before(messages, place);

    return (message != NULL && place < camshark_message_end(message)) ? message : NULL;
}

message_t *
camshark_assembler_owner(const camshark_assembler_t *assembler, uint64_t place)
{
    message_t *message = message_around(&camshark_assembler_work(assembler)->open, place);

    return (message != NULL) ? message : message_around(&camshark_assembler_work(assembler)->finished, place);
}

uint64_t
camshark_messages_next(const camshark_assembler_t *assembler, uint64_t place)
{
    const camshark_place_node_t *open =
        camshark_place_tree_behind(&camshark_assembler_work(assembler)->open, place);
    const camshark_place_node_t *finished =
        camshark_place_tree_behind(&camshark_assembler_work(assembler)->finished, place);

    return MIN((open != NULL) ? open->at : UINT64_MAX, (finished != NULL) ? finished->at : UINT64_MAX);
}

uint64_t
camshark_messages_stretch(const camshark_assembler_t *assembler, uint64_t place, uint64_t limit,
                          message_t **message)
{
    uint64_t end;

    *message = camshark_assembler_owner(assembler, place);
    if (*message != NULL) {
        end = camshark_message_end(*message);
    } else {
        end = camshark_messages_next(assembler, place);
        end = (place < assembler->front) ? MIN(end, assembler->front) : end;
    }
    return MIN(end, limit);
}

/* ---- Beginning ---------------------------------------------------------------------------------------- */

/* Bytes that are known to exist. */
static const camshark_place_ranges_t *
seen_ranges(const camshark_assembler_t *assembler)
{
    const camshark_work_t *work = camshark_assembler_work(assembler);

    return work->cut ? &work->seen : &work->here;
}

static uint32_t
count_seen(const camshark_assembler_t *assembler, uint64_t from, uint64_t to)
{
    return (uint32_t)camshark_place_ranges_count(seen_ranges(assembler), from, to);
}

static bool
may_begin_message(const camshark_assembler_t *assembler, uint64_t start, uint32_t total)
{
    return total > 0 && total <= CAMSHARK_ASSEMBLER_LONGEST && start >= assembler->floor &&
           start <= assembler->newest && camshark_assembler_owner(assembler, start) == NULL &&
           camshark_messages_next(assembler, start) >= start + total;
}

/* Makes room for one more message. */
static void
forget_oldest(camshark_assembler_t *assembler, camshark_place_tree_t *messages)
{
    if (messages->count >= CAMSHARK_ASSEMBLER_MESSAGES) {
        message_t *oldest = camshark_messages_first(messages);
        camshark_pieces_drop(&assembler->work->pieces, camshark_message_start(oldest),
                             camshark_message_end(oldest));
        forget_message(messages, oldest);
    }
}

message_t *
camshark_assembler_begin(camshark_assembler_t *assembler, uint64_t start, uint32_t total,
                         camshark_keeping_t keeping, void *owner)
{
    if (!may_begin_message(assembler, start, total)) {
        return NULL;
    }
    forget_oldest(assembler, &camshark_assembler_begin_work(assembler)->open);
    message_t *message = g_new0(message_t, 1);
    message->node.at = start;
    message->owner = owner;
    message->total = total;
    message->here = (uint32_t)camshark_place_ranges_count(&assembler->work->here, start, start + total);
    message->seen = count_seen(assembler, start, start + total);
    message->keeping = keeping;
    camshark_place_tree_add(&assembler->work->open, &message->node);
    assembler->front = MAX(assembler->front, start + total);
    return message;
}

void
camshark_assembler_keep(message_t *message, camshark_keeping_t keeping)
{
    message->keeping = keeping;
}

bool
camshark_assembler_shorten(camshark_assembler_t *assembler, message_t *message, uint32_t total)
{
    const uint64_t end = camshark_message_end(message), new_end = camshark_message_start(message) + total;

    if (total == 0 || total >= message->total) {
        return false;
    }
    message->here -= (uint32_t)camshark_place_ranges_count(&assembler->work->here, new_end, end);
    message->seen -= count_seen(assembler, new_end, end);
    message->total = total;
    if (assembler->front == end) {
        assembler->front = new_end;
    }
    return true;
}

/* ---- Ending ------------------------------------------------------------------------------------------- */

/* Where the pieces that follow each other end, but not behind a limit. */
static uint64_t
end_of_run(const camshark_assembler_t *assembler, const piece_t *piece, uint64_t limit)
{
    uint64_t end;

    do {
        end = camshark_piece_end(piece);
        piece = camshark_pieces_from(&camshark_assembler_work(assembler)->pieces, end);
    } while (end < limit && piece != NULL && piece->node.at == end);
    return MIN(end, limit);
}

/* Drops the pieces of a message, but for the last bytes before each of its holes. */
static void
drop_but_tails(camshark_assembler_t *assembler, const message_t *message)
{
    const uint64_t end = camshark_message_end(message);
    uint64_t at = camshark_message_start(message);
    const piece_t *piece;

    while ((piece = camshark_pieces_from(&assembler->work->pieces, at)) != NULL && piece->node.at < end) {
        const uint64_t from = MAX(piece->node.at, at), to = end_of_run(assembler, piece, end);
        uint8_t tail[CAMSHARK_ASSEMBLER_TAIL];
        const uint32_t wanted = (to < end) ? (uint32_t)MIN(to - from, sizeof tail) : 0;
        const uint32_t len = camshark_pieces_read_before(&assembler->work->pieces, to, wanted, tail);
        camshark_pieces_drop(&assembler->work->pieces, from, to);
        if (len > 0) {
            piece_t *kept = camshark_pieces_add(&assembler->work->pieces, to - len, len, 0, tail);
            camshark_pieces_hold(&assembler->work->pieces, kept, len);
        }
        at = to;
    }
}

void
camshark_assembler_finish(camshark_assembler_t *assembler, message_t *message)
{
    if (message->finished) {
        return;
    }
    if (camshark_message_is_whole(message)) {
        camshark_pieces_drop(&assembler->work->pieces, camshark_message_start(message),
                             camshark_message_end(message));
        forget_message(&assembler->work->open, message);
        return;
    }
    drop_but_tails(assembler, message);
    camshark_place_tree_remove(&assembler->work->open, &message->node);
    forget_oldest(assembler, &assembler->work->finished);
    message->finished = true;
    camshark_place_tree_add(&assembler->work->finished, &message->node);
}

message_t *
camshark_assembler_oldest(const camshark_assembler_t *assembler)
{
    return camshark_messages_first(&camshark_assembler_work(assembler)->open);
}

message_t *
camshark_assembler_due(const camshark_assembler_t *assembler, uint64_t patience)
{
    message_t *message = camshark_messages_first(&camshark_assembler_work(assembler)->open);

    if (message == NULL) {
        return NULL;
    }
    const uint64_t start = camshark_message_start(message), end = camshark_message_end(message);
    const bool told_all = message->seen == message->total;
    const bool passed = assembler->newest >= end && assembler->newest - end >= patience;
    const bool goes = start < assembler->floor || assembler->newest > start + CAMSHARK_ASSEMBLER_WINDOW ||
                      camshark_assembler_work(assembler)->open.count >= CAMSHARK_ASSEMBLER_MESSAGES;
    return (told_all || passed || goes) ? message : NULL;
}

/* ---- What they are made of ---------------------------------------------------------------------------- */

bool
camshark_assembler_fragment(const camshark_assembler_t *assembler, const message_t *message, uint32_t offset,
                            camshark_fragment_t *fragment)
{
    const uint64_t start = camshark_message_start(message), end = camshark_message_end(message);
    const piece_t *piece = camshark_pieces_from(&camshark_assembler_work(assembler)->pieces, start + offset);

    if (piece == NULL || piece->node.at >= end || offset >= message->total) {
        return false;
    }
    const uint64_t from = MAX(piece->node.at, start), to = MIN(camshark_piece_end(piece), end);
    *fragment = (camshark_fragment_t){ .frame = piece->frame,
                                       .offset = (uint32_t)(from - start),
                                       .len = (uint32_t)(to - from),
                                       .left_out = piece->more };
    return true;
}

bool
camshark_assembler_hole(const camshark_assembler_t *assembler, const message_t *message, uint32_t offset,
                        camshark_hole_t *hole)
{
    const uint64_t start = camshark_message_start(message), end = camshark_message_end(message);
    uint64_t from = start + offset, until;
    const piece_t *piece = camshark_pieces_from(&camshark_assembler_work(assembler)->pieces, from);

    if (piece != NULL && piece->node.at <= from) {
        from = end_of_run(assembler, piece, end);
        piece = camshark_pieces_from(&camshark_assembler_work(assembler)->pieces, from);
    }
    if (from >= end) {
        return false;
    }
    hole->cut = camshark_place_ranges_has(seen_ranges(assembler), from, &until);
    const uint64_t to = MIN((piece != NULL) ? piece->node.at : end, MIN(until, end));
    hole->offset = (uint32_t)(from - start);
    hole->len = (uint32_t)(to - from);
    return true;
}
