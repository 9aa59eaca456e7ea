/* feed.c
 * From the bytes of a stream, in whatever order they come, to BC messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The next message begins at the front: behind the one before, whether that is here or not. Where the bytes at the
 * front are lost, or are no header, a search for the next header begins at the first ones that are here.
 */
#include <common/epan/ws-compat.h>

#include <baichuan/stream/assemblies.h>
#include <baichuan/stream/feed.h>
#include <baichuan/stream/feeding.h>
#include <baichuan/stream/passing.h>

#define SEARCHED_FIRST 0x1000u   /* bytes that are looked through for a header, */
#define SEARCHED       0x100000u /* and at most at once */

/* ---- where messages begin ------------------------------------------------------------------------------- */

/* How many bytes are held in a row from a place on, up to a number. */
static uint32_t
length_in_a_row(const bc_feeding_t *feeding, uint64_t from, uint32_t most)
{
    camshark_run_t run;
    uint64_t to = from;

    while (to - from < most && camshark_assembler_held(feeding->assembler, to, &run) && run.from == to) {
        to = run.to;
    }
    return (uint32_t)MIN(to - from, most);
}

/* Where the search for a header in some of the bytes in a row stops. *sure: more of them would change nothing. */
static uint32_t
search_bytes(const bc_feeding_t *feeding, uint64_t from, uint32_t len, bool *sure)
{
    uint8_t *scratch = g_malloc(len);
    uint32_t got = 0;
    const uint8_t *bytes = camshark_assembler_peek(feeding->assembler, from, len, scratch, &got);
    bc_header_t header;

    got = MIN(got, len);
    const uint32_t at = (bytes != NULL) ? (uint32_t)bc_header_resync(bytes, got) : 0;
    *sure = at < got && bc_header_parse(bytes + at, got - at, &header) == BC_HEADER_OK &&
            (uint64_t)at + header.len + header.body_len < got;
    g_free(scratch);
    return at;
}

/* Looks for a header in bytes in a row: in a few first, since what is found may end there. */
static uint64_t
search_row(const bc_feeding_t *feeding, uint64_t from)
{
    uint32_t len = 0, row, at;
    bool sure;

    do {
        const uint32_t wanted = MAX(SEARCHED_FIRST, MIN(SEARCHED, 4 * len));
        row = length_in_a_row(feeding, from, wanted + 1);
        len = MIN(row, wanted);
        at = search_bytes(feeding, from, len, &sure);
    } while (!sure && row > len && len < SEARCHED);
    return from + at;
}

/* Bytes from the front to a place are no message, or what is left of one whose header is lost. */
static bool
skip_to(bc_feeding_t *feeding, uint64_t from, uint64_t to)
{
    if (to <= camshark_assembler_front(feeding->assembler)) {
        return false;
    }
    camshark_assembler_set_front(feeding->assembler, from);
    if (from < to) {
        return bc_assembly_begin(feeding, from, (uint32_t)(to - from), NULL);
    }
    return true;
}

/* Whether the receiver has all bytes before a place, so that what is missing of them was not captured. */
static bool
is_acknowledged(const bc_feeding_t *feeding, uint64_t place)
{
    return feeding->stream->has_acknowledged &&
           camshark_assembler_unwrap(feeding->assembler, feeding->stream->acknowledged) >= place;
}

/* Whether bytes behind a place are here already: those at it will not come. */
static bool
is_given_up(const bc_feeding_t *feeding, uint64_t place)
{
    const uint64_t newest = camshark_assembler_newest(feeding->assembler);

    return newest > place && (feeding->ends || newest - place > feeding->stream->patience ||
                              is_acknowledged(feeding, place + 1));
}

/* The oldest message of which nothing is to be waited for. */
static camshark_message_t *
due_message(const bc_feeding_t *feeding)
{
    const uint64_t patience = feeding->ends ? 0 : feeding->stream->patience;
    camshark_message_t *message = camshark_assembler_due(feeding->assembler, patience);

    if (message == NULL && patience > 0) {
        message = camshark_assembler_due(feeding->assembler, 0);
        if (message != NULL && !is_acknowledged(feeding, camshark_message_end(message))) {
            return NULL;
        }
    }
    return message;
}

/* No header is at the front. */
static bool
search_header(bc_feeding_t *feeding)
{
    const uint64_t front = camshark_assembler_front(feeding->assembler);
    camshark_run_t run;

    if (!camshark_assembler_held(feeding->assembler, front, &run) ||
        (run.from > front && !is_given_up(feeding, front))) {
        return false;
    }
    return skip_to(feeding, run.from, search_row(feeding, run.from));
}

/* Begins the message at the front. What is not possible as a length is not believed: it ends with its header. */
static bool
begin_message(bc_feeding_t *feeding, const bc_header_t *header)
{
    const uint32_t total = bc_header_possible(header) ? header->len + header->body_len : header->len;

    return bc_assembly_begin(feeding, camshark_assembler_front(feeding->assembler), total, header);
}

/* Begins what is at the front, if that is known. */
static bool
begin_at_front(bc_feeding_t *feeding)
{
    const uint64_t front = camshark_assembler_front(feeding->assembler);
    uint8_t scratch[BC_LONG_HEADER];
    uint32_t got = 0;
    bc_header_t header;

    if (front >= camshark_assembler_newest(feeding->assembler)) {
        return false;
    }
    const uint8_t *bytes = camshark_assembler_peek(feeding->assembler, front, BC_LONG_HEADER, scratch, &got);
    if (bytes == NULL) {
        return search_header(feeding);
    }
    switch (bc_header_parse(bytes, got, &header)) {
    case BC_HEADER_OK:
        return begin_message(feeding, &header);
    case BC_HEADER_MORE:
        return is_given_up(feeding, front + got) && skip_to(feeding, front, front + got);
    case BC_HEADER_NONE:
        break;
    }
    return search_header(feeding);
}

/* ---- a packet ------------------------------------------------------------------------------------------- */

/* Shows in this frame bytes of it that came too late for the message that they belong to, or belong to none. */
static void
note_stray(bc_feeding_t *feeding, uint64_t place, uint32_t len, const bc_assembly_t *owner)
{
    if (feeding->own) {
        bc_assembly_skip(feeding, (uint32_t)(place - feeding->slice_place), len,
                         (owner != NULL) ? owner->frame : 0, place >= feeding->direction->shown);
    }
}

/* Whether the length of a hole in a message is a guess. */
static bool
has_guessed_hole(const bc_feeding_t *feeding, const camshark_message_t *message)
{
    const bc_losses_t *losses = feeding->direction->losses;

    return losses != NULL && losses->guessed_end > 0 && losses->guessed < camshark_message_end(message) &&
           losses->guessed_end > camshark_message_start(message);
}

/* Whether bytes lie in a message only if the length of the hole before them was guessed right. */
static bool
is_behind_guess(const bc_feeding_t *feeding, const camshark_part_t *part)
{
    return part->message != NULL && !part->message->finished && has_guessed_hole(feeding, part->message) &&
           part->place >= feeding->direction->losses->guessed;
}

/* Notes whose the bytes are that are new. */
static void
note_parts(bc_feeding_t *feeding)
{
    const uint64_t front = camshark_assembler_front(feeding->assembler);
    camshark_part_t part;

    for (uint64_t at = feeding->slice_place; camshark_assembler_part(feeding->assembler, at, &part);
         at = part.place + part.len) {
        if (part.message == NULL && part.place >= front) {
            continue;
        }
        if (part.message != NULL && !part.message->finished) {
            bc_passing_go_on(feeding, part.message);
        }
        if (is_behind_guess(feeding, &part)) {
            feeding->behind_guess = true;
            continue;
        }
        if (part.message == NULL || part.message->finished) {
            note_stray(feeding, part.place, part.len, (part.message != NULL) ? part.message->owner : NULL);
        } else {
            bc_assembly_grow(feeding, part.message->owner);
            if (!bc_passing_shows(feeding, part.message->owner, part.offset + part.len)) {
                bc_assembly_share(feeding, feeding->segment, part.message->owner, part.offset, part.len);
            }
        }
    }
}

/* A segment that begins with a header inside a message of which something is missing belies that one's length. */
static void
believe_header(bc_feeding_t *feeding, const camshark_slice_t *slice, const camshark_arrival_t *arrival)
{
    camshark_message_t *around = camshark_assembler_owner(feeding->assembler, feeding->slice_place);

    if (around == NULL || around->finished || camshark_message_start(around) == feeding->slice_place ||
        !bc_header_first_contact(slice->bytes, slice->captured)) {
        return;
    }
    const uint32_t before = (uint32_t)(feeding->slice_place - camshark_message_start(around));
    if (arrival->gap > 0 || around->total > BC_USUAL_BODY || around->here < before + arrival->fresh) {
        camshark_assembler_shorten(feeding->assembler, around, before);
    }
}

/* Notes what is missing before a slice, unless it is of messages that are known: those tell of their holes. */
static void
note_loss(bc_feeding_t *feeding, const camshark_arrival_t *arrival)
{
    const uint64_t from = arrival->from - arrival->gap;
    const camshark_message_t *around = camshark_assembler_owner(feeding->assembler, from);

    if (arrival->gap == 0 || (around != NULL && camshark_message_end(around) >= arrival->from)) {
        return;
    }
    bc_losses_t *losses = bc_direction_losses(feeding->direction);
    bc_loss_t *lost = &losses->next;
    if (lost->packets > 0) {
        return;
    }
    lost->from = (lost->bytes > 0) ? lost->from : (uint32_t)from;
    lost->to = (uint32_t)arrival->from;
    lost->holes++;
    lost->bytes += (uint32_t)arrival->gap;
    losses->next_end = arrival->from;
}

/* Bytes of no message that fill a hole are not lost. */
static void
note_late(bc_feeding_t *feeding)
{
    bc_losses_t *losses = feeding->direction->losses;
    camshark_part_t part;

    for (uint64_t at = feeding->slice_place;
         losses != NULL && camshark_assembler_part(feeding->assembler, at, &part);
         at = part.place + part.len) {
        if (part.message == NULL && part.place < losses->next_end) {
            losses->next.bytes -= MIN(losses->next.bytes, part.len);
        }
    }
    if (losses != NULL && losses->next.bytes == 0 && losses->next.packets == 0) {
        losses->next = (bc_loss_t){ 0 };
    }
}

/* Whether a message with a hole whose length is a guess can be decided about: where the next one begins behind it, the
 * guess was right. Else all bytes behind the hole are nobody's. False: wait for the byte behind the message. */
static bool
check_guess(bc_feeding_t *feeding, camshark_message_t *message)
{
    bc_losses_t *losses = feeding->direction->losses;
    uint8_t scratch[BC_LONG_HEADER];
    uint32_t got = 0;
    bc_header_t header;

    if (!has_guessed_hole(feeding, message)) {
        return true;
    }
    const uint64_t end = camshark_message_end(message);
    const uint8_t *bytes = camshark_assembler_peek(feeding->assembler, end, BC_LONG_HEADER, scratch, &got);
    if (bytes == NULL && !feeding->ends && end >= camshark_assembler_newest(feeding->assembler)) {
        return false;
    }
    const uint64_t start = camshark_message_start(message);
    bc_assembly_t *assembly = message->owner;
    if (message->total < assembly->total || bytes == NULL ||
        bc_header_parse(bytes, got, &header) == BC_HEADER_NONE) {
        camshark_assembler_shorten(feeding->assembler, message,
                                   (uint32_t)(MAX(losses->guessed, start + 1) - start));
    } else {
        bc_assembly_share_all(feeding, message, assembly, (uint32_t)(MAX(losses->guessed, start) - start));
        if (losses->guessed > start && losses->guessed_end <= end) {
            losses->next = (bc_loss_t){ 0 }; /* the message tells of its hole */
        }
    }
    losses->guessed_end = 0;
    return true;
}

/* Decides about what is whole, or will not become so, and begins what follows. */
static void
frame_messages(bc_feeding_t *feeding)
{
    camshark_message_t *message;

    do {
        while ((message = due_message(feeding)) != NULL && check_guess(feeding, message)) {
            bc_assembly_finish(feeding, message);
        }
    } while (begin_at_front(feeding));
}

/* With patience, one that is whole does not wait for those before it. */
static void
finish_whole_ones(bc_feeding_t *feeding)
{
    camshark_part_t part;

    for (uint64_t at = feeding->slice_place; camshark_assembler_part(feeding->assembler, at, &part);
         at = part.place + part.len) {
        if (part.message != NULL && !part.message->finished && camshark_message_is_whole(part.message)) {
            bc_assembly_finish(feeding, part.message);
        }
    }
}

/* Remembers which places lost packets would have. */
static void
note_gap(bc_losses_t *losses, const bc_stream_gap_t *gap, uint64_t from)
{
    const uint32_t packets = MIN(gap->packets, BC_STREAM_GUESSED);

    losses->gaps[losses->n_gaps++ % BC_GAPS] =
        (bc_gap_t){ gap->from, packets, (uint32_t)from, gap->bytes / MAX(packets, 1u) };
}

bool
bc_stream_place_of_late(const bc_stream_t *stream, uint32_t id, uint32_t *place)
{
    const bc_direction_t *direction = stream->conversation->directions[stream->direction];
    const bc_losses_t *losses = (direction != NULL) ? direction->losses : NULL;

    for (uint32_t i = 0; losses != NULL && i < MIN(losses->n_gaps, BC_GAPS); i++) {
        const bc_gap_t *gap = &losses->gaps[i];
        if (id - gap->from < gap->packets) {
            *place = gap->place + (id - gap->from) * gap->each;
            return true;
        }
    }
    return false;
}

void
bc_stream_lose(bc_stream_t *stream, const bc_stream_gap_t *gap)
{
    bc_direction_t *direction = bc_conversation_direction(stream->conversation, stream->direction);
    bc_losses_t *losses = bc_direction_losses(direction);
    bc_loss_t *lost = &losses->next;
    const uint64_t from = camshark_assembler_newest(direction->assembler);

    const camshark_message_t *oldest = camshark_assembler_oldest(direction->assembler);

    if (oldest == NULL || losses->guessed_end <= camshark_message_start(oldest)) {
        losses->guessed = from; /* those before are holes of messages that are done with, or of none */
    }
    note_gap(losses, gap, from);
    losses->guessed_end = from + gap->bytes;
    losses->next_end = losses->guessed_end;
    lost->from = (lost->packets > 0) ? lost->from : gap->from;
    lost->to = gap->from + gap->packets;
    lost->packets += MIN(gap->packets, UINT32_MAX - lost->packets);
    lost->holes++;
}

static bc_feeding_t
feeding_of(bc_stream_t *stream)
{
    bc_direction_t *direction = bc_conversation_direction(stream->conversation, stream->direction);

    if (stream->last_decided == NULL) {
        stream->last_decided = &stream->decided;
    }
    return (bc_feeding_t){ .stream = stream, .direction = direction, .assembler = direction->assembler };
}

static void
finish_all(bc_feeding_t *feeding)
{
    camshark_message_t *message;

    feeding->ends = true;
    frame_messages(feeding);
    while ((message = camshark_assembler_oldest(feeding->assembler)) != NULL) {
        bc_assembly_finish(feeding, message);
    }
    bc_assembly_wait(feeding);
    feeding->ends = false;
}

/* The stream goes on far from where it was. Returns whether that is to be believed. */
static bool
restart(bc_feeding_t *feeding, const camshark_slice_t *slice, camshark_arrival_t *arrival)
{
    const uint32_t newest = (uint32_t)camshark_assembler_newest(feeding->assembler);

    if (!arrival->far_again && !bc_header_first_contact(slice->bytes, slice->captured)) {
        return false;
    }
    finish_all(feeding);
    camshark_assembler_restart(feeding->assembler, slice->place);
    *arrival = camshark_assembler_feed(feeding->assembler, slice);
    feeding->direction->shown = 0;
    if ((int32_t)(slice->place - newest) > 0) {
        bc_losses_t *losses = bc_direction_losses(feeding->direction);
        losses->next =
            (bc_loss_t){ .bytes = slice->place - newest, .holes = 1, .from = newest, .to = slice->place };
        losses->next_end = arrival->from;
    }
    return true;
}

void
bc_stream_feed(bc_stream_t *stream, const camshark_slice_t *slice, const nstime_t *when,
               bc_segment_t *segment)
{
    bc_feeding_t feeding = feeding_of(stream);
    const uint64_t newest = camshark_assembler_newest(feeding.assembler);
    camshark_arrival_t arrival = camshark_assembler_feed(feeding.assembler, slice);

    feeding.segment = segment;
    feeding.own = segment == stream->segment;
    feeding.direction->last_segment = stream->segment;
    feeding.frame = slice->frame;
    feeding.when = *when;
    feeding.bytes = slice->bytes;
    feeding.fresh_from = newest;
    if ((arrival.kind == CAMSHARK_ARRIVAL_FAR && !restart(&feeding, slice, &arrival)) ||
        arrival.kind == CAMSHARK_ARRIVAL_OLD) {
        feeding.slice_place = 0;
        note_stray(&feeding, 0, slice->captured, NULL);
        return;
    }
    feeding.slice_place = camshark_assembler_unwrap(feeding.assembler, slice->place);
    feeding.slice_end = feeding.slice_place + MIN(slice->captured, slice->len);
    if (arrival.kind == CAMSHARK_ARRIVAL_NEXT || arrival.kind == CAMSHARK_ARRIVAL_AHEAD) {
        believe_header(&feeding, slice, &arrival);
        note_loss(&feeding, &arrival);
    } else {
        note_late(&feeding);
    }
    note_parts(&feeding);
    frame_messages(&feeding);
    if (stream->patience > 0) {
        finish_whole_ones(&feeding);
    }
    const camshark_message_t *oldest = camshark_assembler_oldest(feeding.assembler);
    feeding.guess_open = oldest != NULL && has_guessed_hole(&feeding, oldest);
    bc_assembly_wait(&feeding);
    camshark_assembler_done(feeding.assembler);
}

void
bc_stream_end(bc_stream_t *stream)
{
    bc_feeding_t feeding = feeding_of(stream);

    feeding.segment = stream->segment;
    finish_all(&feeding);
    camshark_assembler_done(feeding.assembler);
}
