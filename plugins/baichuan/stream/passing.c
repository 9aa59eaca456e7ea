/* passing.c
 * Media that pass by: of a message with video, a replay or talk each packet shows what it brings, and its bytes are not kept.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <string.h>

#include <common/epan/file-memory.h>

#include <baichuan/record/secret-trails.h>
#include <baichuan/session/plain-parts.h>
#include <baichuan/show/display.h>
#include <baichuan/stream/passing.h>
#include <baichuan/wire/binary-messages.h>
#include <baichuan/wire/inner-extension.h>

#define EXTENSION 0x1000u /* bytes of one, at most, of a message that passes by */
/* Bytes of a payload that tell what it is, */
#define TELLING 64u
/* and of a replay, which may have an Extension in it. */
#define TELLING_REPLAY (BC_INNER_PREFIX + BC_INNER_MAX + TELLING)

/* Bytes at the end of a message that may turn out to be the first ones of the next (bc_header_is_shorter()). */
#define MAYBE_NEXT ((uint32_t)(BC_LONG_HEADER - BC_SHORT_HEADER))

/* ---- what is here --------------------------------------------------------------------------------------- */

/* Up to where bytes of a message are held in a row from a place on, which may be none. */
static uint64_t
end_of_row(const camshark_assembler_t *assembler, const camshark_message_t *message, uint64_t from)
{
    const uint64_t end = camshark_message_end(message);
    camshark_run_t run;
    uint64_t to = from;

    while (to < end && camshark_assembler_held(assembler, to, &run) && run.from == to) {
        to = run.to;
    }
    return MIN(to, end);
}

/* ---- deciding ------------------------------------------------------------------------------------------- */

static bool
can_pass(const bc_feeding_t *feeding, const camshark_message_t *message, const bc_header_t *header)
{
    const bc_binary_message_t *carrier = bc_binary_message(header->msg_id);

    return carrier != NULL && carrier->media && !bc_media_streams_reassemble() &&
           bc_header_possible(header) && bc_header_class_is_known(header) &&
           camshark_assembler_oldest(feeding->assembler) == message &&
           camshark_message_start(message) >= feeding->direction->shown;
}

/* How many bytes of a message, header included, tell what its payload is. */
static uint32_t
telling_bytes(const bc_header_t *header)
{
    const bc_binary_message_t *carrier = bc_binary_message(header->msg_id);
    const uint32_t payload = header->body_len - header->payload_offset;
    const uint32_t telling = (carrier != NULL && carrier->replay) ? TELLING_REPLAY : TELLING;

    return header->len + header->payload_offset + MIN(payload, telling);
}

static void *
alloc_in_pool(void *scope, size_t len)
{
    return wmem_alloc(scope, len);
}

/* A message of which more is to come. */
static bc_message_t
message_of(const bc_feeding_t *feeding, const bc_header_t *header)
{
    packet_info *pinfo = feeding->stream->pinfo;

    return (bc_message_t){
        .header = header,
        .direction = feeding->stream->direction,
        .client = -1,
        .when = pinfo->abs_ts.secs,
        .goes_on = true,
        .alloc = alloc_in_pool,
        .scope = pinfo->pool,
    };
}

/* What is lost before a message is told once. */
static bc_loss_t
take_loss(const bc_feeding_t *feeding, uint64_t start)
{
    bc_losses_t *losses = feeding->direction->losses;
    bc_loss_t lost = { 0 };

    if (losses != NULL && losses->next_end <= start) {
        lost = losses->next;
        losses->next = (bc_loss_t){ 0 };
    }
    return lost;
}

/* Decides about a message that begins with len bytes. False if it is not to pass by. */
static bool
decide_passing(bc_feeding_t *feeding, const camshark_message_t *message, const uint8_t *bytes, uint32_t len)
{
    bc_assembly_t *assembly = message->owner;
    bc_passing_t *passing = assembly->passing;
    bc_header_t header;

    bc_header_read(bytes, assembly->header_len, &header);
    bc_message_t early = message_of(feeding, &header);
    early.body = bytes + header.len;
    early.have = len - header.len;
    passing->lost = take_loss(feeding, camshark_message_start(message));
    passing->record =
        bc_conversation_begin(feeding->stream->conversation, feeding->stream->pinfo, &early, &passing->lost);
    if (passing->record == NULL) {
        if (bc_loss_any(&passing->lost)) {
            feeding->direction->losses->next = passing->lost;
        }
        return false;
    }
    passing->tie = early.tie;
    if (bc_hides_secrets()) {
        passing->trail = bc_secret_trail_of(feeding->stream->conversation, &early);
    }
    assembly->len = header.len + header.payload_offset + early.skip;
    assembly->bytes = wmem_memdup(wmem_file_scope(), bytes, assembly->len);
    return true;
}

/* Decides about a message, if enough of it is here, up to a place. False if not, or if it is not to pass by. What an Extension
 * of any length would need is not waited for. */
static bool
begin_to_pass(bc_feeding_t *feeding, const camshark_message_t *message, uint64_t end)
{
    bc_assembly_t *assembly = message->owner;
    const uint64_t start = camshark_message_start(message);
    const uint32_t len = (uint32_t)(end - start);
    bc_header_t header;

    if (len < assembly->header_len) {
        return false;
    }
    uint8_t first[BC_LONG_HEADER];
    camshark_assembler_read(feeding->assembler, start, assembly->header_len, first);
    bc_header_read(first, assembly->header_len, &header);
    if (header.body_len <= header.payload_offset || header.payload_offset > EXTENSION) {
        assembly->passing = NULL;
        return false;
    }
    if (len < telling_bytes(&header)) {
        return false;
    }
    uint8_t *bytes = wmem_alloc(feeding->stream->pinfo->pool, len);
    camshark_assembler_read(feeding->assembler, start, len, bytes);
    if (!decide_passing(feeding, message, bytes, len)) {
        assembly->passing = NULL;
        return false;
    }
    return true;
}

/* ---- stretches ------------------------------------------------------------------------------------------ */

/* Where a stretch lies. */
typedef struct {
    uint64_t from, to;
    bool hole;    /* bytes directly before it are missing, */
    bool goes_on; /* and none directly behind it, or others that are here follow */
    bool rest;    /* it is shown with its message */
} reach_t;

/* Whether all bytes of it are those of the packet at hand, and new. */
static bool
is_of_packet(const bc_feeding_t *feeding, const reach_t *reach)
{
    return feeding->own && reach->from >= feeding->fresh_from && reach->from >= feeding->slice_place &&
           reach->to <= feeding->slice_end;
}

/* Its bytes, where they are not those of the packet at hand. */
static const uint8_t *
copy_bytes(const camshark_assembler_t *assembler, const reach_t *reach, wmem_allocator_t *scope)
{
    const uint32_t len = (uint32_t)(reach->to - reach->from);
    uint8_t *bytes = wmem_alloc(scope, len);

    camshark_assembler_read(assembler, reach->from, len, bytes);
    return bytes;
}

/* The encrypted bytes before a stretch that are needed to open it. Returns their number. */
static size_t
read_before(const camshark_assembler_t *assembler, const camshark_message_t *message, const reach_t *reach,
            uint8_t before[BC_PLAIN_BEFORE])
{
    const bc_assembly_t *assembly = message->owner;
    const uint64_t payload = camshark_message_start(message) + assembly->len;
    const uint64_t from = MAX(reach->from, payload);
    const size_t needed =
        bc_plain_needs_before(&assembly->passing->record->decision, (size_t)(from - payload));

    return (!reach->hole && camshark_assembler_before(assembler, from, (uint32_t)needed, before) == needed)
               ? needed
               : 0;
}

/* Adds a stretch with what it needs to be opened to those of a frame or of a message.
 *   bytes  NULL: in the frame's own packet */
static bc_stretch_t *
add_stretch(const camshark_assembler_t *assembler, const camshark_message_t *message, const reach_t *reach,
            const uint8_t *bytes, bc_segment_t *segment)
{
    const bc_assembly_t *assembly = message->owner;
    uint8_t before[BC_PLAIN_BEFORE];
    const size_t needed = read_before(assembler, message, reach, before);
    const size_t size = offsetof(bc_stretch_t, before) + needed + (bytes != NULL ? sizeof bytes : 0);
    bc_stretch_t *stretch = camshark_file_alloc0(MAX(sizeof(bc_stretch_t), size));

    stretch->offset = (uint32_t)(reach->from - camshark_message_start(message));
    stretch->hole = reach->hole;
    stretch->copied = bytes != NULL;
    stretch->n_before = (uint8_t)needed;
    memcpy(stretch->before, before, needed);
    if (bytes != NULL) {
        memcpy(stretch->before + needed, &bytes, sizeof bytes);
    }
    stretch->run.assembly = assembly;
    stretch->run.passes = 1;
    stretch->run.len = (uint32_t)(reach->to - reach->from);
    bc_segment_link_run(segment, &stretch->run);
    return stretch;
}

/* With secrets hidden: notes whether plain bytes have what is to be masked, or may go on with it: then so may all that
 * follows in the message. What began in bytes that were shown before may end here, those of the message before included. */
static void
note_secrets(bc_passing_t *passing, bc_stretch_t *stretch, const bc_plain_t *plain)
{
    if (passing->trail == NULL || plain->bytes == NULL) {
        return;
    }
    if (stretch->hole) {
        bc_data_secrets_lose(passing->trail);
    }
    passing->secret |= bc_data_secrets_go_on(passing->trail, plain->bytes, plain->all);
    stretch->secret = passing->secret;
}

/* Reads what a stretch has of media.
 *   plain  its payload */
static void
read_stretch(bc_feeding_t *feeding, bc_stretch_t *stretch, const reach_t *reach, const bc_header_t *header,
             const bc_plain_t *plain)
{
    static const uint32_t at_once = 0;
    bc_passing_t *passing = stretch->run.assembly->passing;
    bc_media_slot_t slot = { .middle = &stretch->middle };
    bc_message_t message = message_of(feeding, header);

    stretch->late = reach->from < feeding->direction->shown;
    passing->late |= stretch->late;
    message.tie = passing->tie;
    message.late = stretch->late;
    message.goes_on = reach->goes_on;
    message.payload = *plain;
    if (reach->hole) {
        message.payload.len = 0;
        message.payload.breaks = &at_once;
        message.payload.n_breaks = 1;
    }
    if (plain->bytes != NULL) {
        stretch->run.media = bc_conversation_go_on(feeding->stream->conversation, feeding->stream->pinfo,
                                                   &message, passing->record, &slot);
    }
    if (slot.packet != NULL) {
        stretch->in_middle = true;
        stretch->codec = slot.codec;
        stretch->run.packet = slot.packet;
    }
}

/* Shows a stretch in the frame at hand: by itself, or with its message. */
static void
pass_on(bc_feeding_t *feeding, const camshark_message_t *message, const reach_t *reach)
{
    bc_passing_t *passing = ((const bc_assembly_t *)message->owner)->passing;
    const bool of_packet = !reach->rest && is_of_packet(feeding, reach);
    const uint8_t *copy = of_packet ? NULL : copy_bytes(feeding->assembler, reach, wmem_file_scope());
    bc_stretch_t *stretch = add_stretch(feeding->assembler, message, reach, copy,
                                        reach->rest ? &passing->rest : feeding->stream->segment);
    bc_run_t *run = &stretch->run;
    const bc_header_t header = bc_assembly_read_header(run->assembly);
    bc_decided_t *decided = bc_stream_add_decided(feeding->stream);

    run->offset = of_packet ? (uint32_t)(reach->from - feeding->slice_place) : 0;
    decided->plain = bc_stretch_open(run, of_packet ? feeding->bytes + run->offset : copy, &header,
                                     feeding->stream->pinfo);
    note_secrets(passing, stretch, &decided->plain);
    read_stretch(feeding, stretch, reach, &header, &decided->plain);
    passing->passed = stretch->offset + run->len;
    feeding->direction->shown = MAX(feeding->direction->shown, reach->to);
}

/* ---- a message ------------------------------------------------------------------------------------------ */

void
bc_passing_begin(bc_feeding_t *feeding, camshark_message_t *message, const bc_header_t *header)
{
    bc_assembly_t *assembly = message->owner;

    if (can_pass(feeding, message, header)) {
        assembly->passing = camshark_file_new0(bc_passing_t);
        bc_passing_go_on(feeding, message);
    }
}

void
bc_passing_go_on(bc_feeding_t *feeding, camshark_message_t *message)
{
    const bc_assembly_t *assembly = message->owner;
    bc_passing_t *passing = assembly->passing;

    if (passing == NULL || camshark_message_is_whole(message)) {
        return; /* what brings its end is shown with it */
    }
    const uint64_t start = camshark_message_start(message);
    const uint64_t from = start + passing->passed;
    const uint64_t to = end_of_row(feeding->assembler, message, start + MAX(passing->row, passing->passed));
    passing->row = (uint32_t)(to - start);
    const uint64_t last = camshark_message_end(message) - MIN(message->total, MAYBE_NEXT);
    const reach_t reach = { from, MIN(to, MAX(last, from)), false, true, false };
    if (passing->record == NULL && !begin_to_pass(feeding, message, reach.to)) {
        return;
    }
    if (reach.to > reach.from) {
        pass_on(feeding, message, &reach);
    }
    camshark_assembler_keep(message, (message->here == passing->passed) ? CAMSHARK_PASS_BY : CAMSHARK_KEEP);
}

bool
bc_passing_shows(const bc_feeding_t *feeding, const bc_assembly_t *assembly, uint32_t end)
{
    return feeding->own && bc_assembly_passes(assembly) && end <= assembly->passing->passed;
}

/* The bytes in a row at or behind a place in a message. False if there are no more. */
static bool
next_reach(const camshark_assembler_t *assembler, const camshark_message_t *message, uint64_t at,
           reach_t *reach)
{
    const uint64_t end = camshark_message_end(message);
    camshark_run_t run;

    if (at >= end || !camshark_assembler_held(assembler, at, &run) || run.from >= end) {
        return false;
    }
    *reach = (reach_t){ run.from, end_of_row(assembler, message, run.from), run.from > at, true, true };
    return true;
}

void
bc_passing_finish(bc_feeding_t *feeding, const camshark_message_t *message)
{
    const bc_passing_t *passing = ((const bc_assembly_t *)message->owner)->passing;
    const uint64_t end = camshark_message_end(message);
    uint64_t at = camshark_message_start(message) + passing->passed;
    reach_t reach = { 0 }, next;

    while (next_reach(feeding->assembler, message, at, &reach)) {
        at = reach.to;
        reach.goes_on = at == end || next_reach(feeding->assembler, message, at, &next);
        pass_on(feeding, message, &reach);
    }
    if (at < end && reach.to == 0) {
        bc_conversation_lose(feeding->stream->conversation, feeding->stream->direction);
    }
}

void
bc_passing_preview(const camshark_assembler_t *assembler, const camshark_message_t *message,
                   wmem_allocator_t *scope, bc_segment_t *rest)
{
    const bc_passing_t *passing = ((const bc_assembly_t *)message->owner)->passing;
    uint64_t at = camshark_message_start(message) + passing->passed;
    reach_t reach;

    for (; next_reach(assembler, message, at, &reach); at = reach.to) {
        add_stretch(assembler, message, &reach, copy_bytes(assembler, &reach, scope), rest)->secret =
            true; /* nobody has looked */
    }
}
