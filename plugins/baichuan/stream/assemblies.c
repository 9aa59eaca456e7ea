/* assemblies.c
 * The messages of a stream from their beginning to the record of what was decided about them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A message that lies in the packet at hand is shown from there. Of any other the bytes are copied into file scope
 * when it is decided about, with the list of packets that brought them.
 */
#include <common/epan/ws-compat.h>

#include <common/epan/file-memory.h>

#include <baichuan/record/secret-trails.h>
#include <baichuan/show/display.h>
#include <baichuan/stream/assemblies.h>
#include <baichuan/stream/passing.h>

#define WAITING_PACKETS 65536u /* with bytes that are nobody's yet; above it the older ones are not told */
#define MAGIC           4u     /* bytes that a header begins with */

/* ---- what is waited for ----------------------------------------------------------------------------------- */

void
bc_assembly_wait(bc_feeding_t *feeding)
{
    const uint64_t front = camshark_assembler_front(feeding->assembler);
    bc_direction_t *direction = feeding->direction;

    if (feeding->ends || (front >= camshark_assembler_newest(feeding->assembler) && !feeding->guess_open)) {
        if (direction->waiting != NULL) {
            g_hash_table_destroy(direction->waiting);
            direction->waiting = NULL;
        }
    } else if (feeding->slice_end > front || feeding->behind_guess) {
        if (direction->waiting == NULL) {
            direction->waiting = g_hash_table_new(g_direct_hash, g_direct_equal);
        } else if (g_hash_table_size(direction->waiting) >= WAITING_PACKETS) {
            g_hash_table_remove_all(direction->waiting);
        }
        feeding->segment->waits = true;
        g_hash_table_insert(direction->waiting, GUINT_TO_POINTER(feeding->frame), feeding->segment);
    }
}

/* The segment of a packet that has bytes of a message which begins now. */
static bc_segment_t *
segment_of_frame(const bc_feeding_t *feeding, uint32_t frame)
{
    GHashTable *waiting = feeding->direction->waiting;

    if (frame == feeding->frame) {
        return feeding->segment;
    }
    return (waiting != NULL) ? g_hash_table_lookup(waiting, GUINT_TO_POINTER(frame)) : NULL;
}

void
bc_assembly_grow(const bc_feeding_t *feeding, bc_assembly_t *assembly)
{
    if (nstime_cmp(&feeding->when, &assembly->when) > 0) {
        assembly->when = feeding->when;
    }
}

void
bc_assembly_share(const bc_feeding_t *feeding, bc_segment_t *segment, const bc_assembly_t *assembly,
                  uint32_t offset, uint32_t len)
{
    const bc_share_t share = {
        .assembly = assembly, .offset = offset, .len = len, .noted_in = feeding->stream->pinfo->num
    };

    bc_segment_add_share(segment, &share);
}

void
bc_assembly_share_all(bc_feeding_t *feeding, const camshark_message_t *message, bc_assembly_t *assembly,
                      uint32_t from)
{
    camshark_fragment_t fragment;

    for (uint32_t at = from; camshark_assembler_fragment(feeding->assembler, message, at, &fragment);
         at = fragment.offset + fragment.len) {
        bc_segment_t *segment = segment_of_frame(feeding, fragment.frame);
        const bool shown = fragment.frame == feeding->frame &&
                           bc_passing_shows(feeding, assembly, fragment.offset + fragment.len);
        if (segment != NULL && !shown) {
            bc_assembly_share(feeding, segment, assembly, fragment.offset, fragment.len);
        }
    }
}

/* ---- what is lost ----------------------------------------------------------------------------------------- */

/* How a message lies in its stream. What is lost before it is told once. */
static bc_delivery_t
delivery_of(bc_feeding_t *feeding, const bc_run_t *run, uint64_t start, uint64_t end)
{
    bc_direction_t *direction = feeding->direction;
    const camshark_message_t *oldest = camshark_assembler_oldest(feeding->assembler);
    bc_delivery_t delivery = {
        .ahead = oldest != NULL && camshark_message_start(oldest) < start,
        .late = start < direction->shown,
        .when = (run->assembly != NULL) ? run->assembly->when : feeding->stream->pinfo->abs_ts,
    };
    bc_losses_t *losses = direction->losses;

    if (losses != NULL && bc_loss_any(&losses->next) && losses->next_end <= start) {
        delivery.lost = losses->next;
        losses->next = (bc_loss_t){ 0 };
    }
    direction->shown = MAX(direction->shown, end);
    return delivery;
}

/* ---- deciding --------------------------------------------------------------------------------------------- */

static void
decide_message(bc_feeding_t *feeding, bc_run_t *run, const uint8_t *bytes, uint64_t start, uint64_t end)
{
    bc_stream_t *stream = feeding->stream;
    bc_decided_t *decided = bc_stream_add_decided(stream);

    decided->message = bc_run_message(run, bytes, stream->pinfo, stream->direction);
    if (bc_header_possible(decided->message.header)) {
        const bc_delivery_t delivery = delivery_of(feeding, run, start, end);
        bc_record_t *record =
            bc_conversation_decide(stream->conversation, stream->pinfo, &decided->message, &delivery);
        record->secret =
            bc_hides_secrets() && bc_secret_trails_note(stream->conversation, &decided->message, record);
        run->record = record;
    }
}

/* lost: what streams have in these bytes is missing from now on. */
static void
decide_skip(bc_feeding_t *feeding, bc_run_t *run, const uint8_t *bytes, uint32_t header_frame, bool lost)
{
    bc_stream_t *stream = feeding->stream;

    if (lost) {
        bc_conversation_lose(stream->conversation, stream->direction);
    }
    run->skip = bc_conversation_skip(stream->conversation, stream->pinfo, stream->direction, bytes, run->len,
                                     header_frame);
}

void
bc_assembly_skip(bc_feeding_t *feeding, uint32_t offset, uint32_t len, uint32_t header_frame, bool lost)
{
    if (len == 0) {
        return;
    }
    bc_run_t *run = bc_segment_add_run(feeding->stream->segment);
    run->offset = offset;
    run->len = len;
    decide_skip(feeding, run, feeding->bytes + offset, header_frame, lost);
}

/* ---- assemblies ------------------------------------------------------------------------------------------- */

static const void *
copy_of_array(wmem_array_t *array, size_t size, wmem_allocator_t *scope)
{
    return wmem_memdup(scope, wmem_array_get_raw(array), wmem_array_get_count(array) * size);
}

/* Copies the list of packets that brought a message. */
static void
keep_fragments(const camshark_assembler_t *assembler, const camshark_message_t *message,
               wmem_allocator_t *temporary, wmem_allocator_t *scope, bc_assembly_t *assembly)
{
    wmem_array_t *fragments = wmem_array_new(temporary, sizeof(bc_fragment_t));
    wmem_array_t *left_out = wmem_array_new(temporary, sizeof(uint32_t));
    camshark_fragment_t fragment;
    bool any_left_out = false;

    for (uint32_t at = 0; camshark_assembler_fragment(assembler, message, at, &fragment);
         at = fragment.offset + fragment.len) {
        const bc_fragment_t kept = { fragment.frame, fragment.len };
        wmem_array_append_one(fragments, kept);
        wmem_array_append_one(left_out, fragment.left_out);
        any_left_out |= fragment.left_out > 0;
    }
    assembly->n_fragments = wmem_array_get_count(fragments);
    assembly->fragments = copy_of_array(fragments, sizeof(bc_fragment_t), scope);
    assembly->left_out = any_left_out ? copy_of_array(left_out, sizeof(uint32_t), scope) : NULL;
}

/* The holes of a message, from an offset on, of which bytes came and are not kept: over a bound of the assembler. */
static void
find_holes_by_bytes(const camshark_assembler_t *assembler, const camshark_message_t *message, uint32_t from,
                    wmem_array_t *holes)
{
    const uint64_t start = camshark_message_start(message), end = camshark_message_end(message);
    camshark_run_t run;

    for (uint64_t at = start + from; at < end; at = run.to) {
        if (!camshark_assembler_held(assembler, at, &run) || run.from > end) {
            run = (camshark_run_t){ end, end };
        }
        if (run.from > at) {
            const camshark_hole_t hole = { (uint32_t)(at - start), (uint32_t)(run.from - at), true };
            wmem_array_append_one(holes, hole);
        }
    }
}

static void
find_holes(const camshark_assembler_t *assembler, const camshark_message_t *message, uint32_t from,
           wmem_array_t *holes)
{
    camshark_hole_t hole;

    for (uint32_t at = from; camshark_assembler_hole(assembler, message, at, &hole);
         at = hole.offset + hole.len) {
        wmem_array_append_one(holes, hole);
    }
}

/* from: up to there, no byte is missing */
static void
keep_holes(const camshark_assembler_t *assembler, const camshark_message_t *message, uint32_t from,
           wmem_allocator_t *temporary, wmem_allocator_t *scope, bc_assembly_t *assembly)
{
    assembly->len = message->total;
    if (camshark_message_is_whole(message) && message->dropped == 0) {
        return;
    }
    wmem_array_t *holes = wmem_array_new(temporary, sizeof(camshark_hole_t));
    (message->dropped > 0 ? find_holes_by_bytes : find_holes)(assembler, message, from, holes);
    assembly->n_holes = wmem_array_get_count(holes);
    for (uint32_t i = 0; i < assembly->n_holes; i++) {
        assembly->len -= ((const camshark_hole_t *)wmem_array_index(holes, i))->len;
    }
    assembly->holes = copy_of_array(holes, sizeof(camshark_hole_t), scope);
}

/* Copies the bytes between holes. */
static void
keep_bytes(const camshark_assembler_t *assembler, const camshark_message_t *message, wmem_allocator_t *scope,
           bc_assembly_t *assembly)
{
    uint8_t *bytes = wmem_alloc(scope, assembly->len);
    const uint64_t start = camshark_message_start(message);
    uint32_t at = 0, kept = 0;

    for (uint32_t i = 0; i <= assembly->n_holes; i++) {
        const uint32_t to = (i < assembly->n_holes) ? assembly->holes[i].offset : assembly->total;
        camshark_assembler_read(assembler, start + at, to - at, bytes + kept);
        kept += to - at;
        at = (i < assembly->n_holes) ? to + assembly->holes[i].len : to;
    }
    assembly->bytes = bytes;
}

void
bc_assembly_fill(const camshark_assembler_t *assembler, const camshark_message_t *message,
                 wmem_allocator_t *temporary, wmem_allocator_t *scope, bc_assembly_t *assembly)
{
    const bool passes = bc_assembly_passes(assembly);
    const uint32_t head_len = assembly->len;

    assembly->total = message->total;
    keep_fragments(assembler, message, temporary, scope, assembly);
    keep_holes(assembler, message, passes ? assembly->passing->passed : 0, temporary, scope, assembly);
    if (passes) {
        assembly->len = head_len;
    } else {
        keep_bytes(assembler, message, scope, assembly);
    }
}

uint8_t
bc_assembly_header(const bc_assembly_t *assembly)
{
    const uint8_t header_len = assembly->header_len;
    const uint32_t in_a_row = (assembly->n_holes > 0) ? assembly->holes[0].offset : assembly->len;

    return (in_a_row >= header_len) ? header_len : 0;
}

/* The bytes of a long header. False if they are not here. */
static bool
read_header_bytes(const camshark_assembler_t *assembler, uint64_t start, const bc_assembly_t *assembly,
                  uint8_t header[BC_LONG_HEADER])
{
    if (bc_assembly_passes(assembly)) {
        memcpy(header, assembly->bytes, BC_LONG_HEADER);
        return true;
    }
    return camshark_assembler_read(assembler, start, BC_LONG_HEADER, header) == BC_LONG_HEADER;
}

/* What follows a message may tell that its header is shorter than it looked. */
static void
check_header_length(bc_feeding_t *feeding, camshark_message_t *message, bc_assembly_t *assembly)
{
    const uint64_t start = camshark_message_start(message), end = camshark_message_end(message);
    const camshark_assembler_t *assembler = feeding->assembler;
    uint8_t header[BC_LONG_HEADER], last[MAGIC], next[MAGIC];

    if (assembly->header_len != BC_LONG_HEADER || message->total < BC_LONG_HEADER + MAGIC ||
        !read_header_bytes(assembler, start, assembly, header) ||
        camshark_assembler_read(assembler, end - MAGIC, MAGIC, last) != MAGIC) {
        return;
    }
    const uint32_t next_len = camshark_assembler_read(assembler, end, MAGIC, next);
    if (bc_header_is_shorter(header, last, next, next_len) &&
        camshark_assembler_shorten(feeding->assembler, message,
                                   message->total - (BC_LONG_HEADER - BC_SHORT_HEADER)) &&
        !bc_assembly_passes(assembly)) { /* what passes by was read with the longer one */
        assembly->header_len = BC_SHORT_HEADER;
    }
}

/* Shows what is left of a message that passes by, with its header. */
static void
finish_passing(bc_feeding_t *feeding, camshark_message_t *message)
{
    bc_stream_t *stream = feeding->stream;
    bc_assembly_t *assembly = message->owner;
    const bc_passing_t *passing = assembly->passing;

    bc_assembly_fill(feeding->assembler, message, stream->pinfo->pool, wmem_file_scope(), assembly);
    bc_passing_finish(feeding, message);
    assembly->frame = stream->pinfo->num;
    camshark_assembler_finish(feeding->assembler, message);

    bc_run_t *run = bc_segment_add_run(stream->segment);
    bc_decided_t *decided = bc_stream_add_decided(stream);
    run->assembly = assembly;
    run->len = assembly->len;
    run->header_len = assembly->header_len;
    run->record = passing->record;
    decided->message = bc_run_message(run, assembly->bytes, stream->pinfo, stream->direction);
    decided->message.skip = assembly->len - run->header_len - decided->message.header->payload_offset;
    const bc_delivery_t delivery = { .lost = passing->lost, .late = passing->late, .when = assembly->when };
    bc_conversation_finish(stream->conversation, stream->pinfo, &decided->message, &delivery,
                           passing->record);
}

void
bc_assembly_finish(bc_feeding_t *feeding, camshark_message_t *message)
{
    bc_assembly_t *assembly = message->owner;

    check_header_length(feeding, message, assembly);
    if (bc_assembly_passes(assembly)) {
        finish_passing(feeding, message);
        return;
    }
    const uint64_t start = camshark_message_start(message), end = camshark_message_end(message);

    assembly->frame = feeding->stream->pinfo->num;
    bc_assembly_fill(feeding->assembler, message, feeding->stream->pinfo->pool, wmem_file_scope(), assembly);
    camshark_assembler_finish(feeding->assembler, message);
    if (assembly->len == 0) {
        return;
    }
    bc_run_t *run = bc_segment_add_run(feeding->stream->segment);
    run->assembly = assembly;
    run->len = assembly->len;
    run->header_len = bc_assembly_header(assembly);
    if (run->header_len > 0) {
        decide_message(feeding, run, assembly->bytes, start, end);
    } else {
        decide_skip(feeding, run, assembly->bytes, 0, true);
    }
}

/* ---- beginning -------------------------------------------------------------------------------------------- */

/* Whether all bytes from a place on are those of the packet at hand, and new. */
static bool
lies_in_packet(const bc_feeding_t *feeding, uint64_t place, uint32_t total)
{
    return feeding->own && place >= feeding->fresh_from && place >= feeding->slice_place &&
           place + total <= feeding->slice_end;
}

/* The same without a copy. */
static bool
begin_in_packet(bc_feeding_t *feeding, uint64_t place, uint32_t total, const bc_header_t *header)
{
    camshark_message_t *message =
        camshark_assembler_begin(feeding->assembler, place, total, CAMSHARK_KEEP, NULL);
    const uint32_t offset = (uint32_t)(place - feeding->slice_place);

    if (message == NULL) {
        return false;
    }
    camshark_assembler_finish(feeding->assembler, message);
    if (header == NULL) {
        bc_assembly_skip(feeding, offset, total, 0, true);
        return true;
    }
    bc_run_t *run = bc_segment_add_run(feeding->stream->segment);
    run->offset = offset;
    run->len = total;
    run->header_len = header->len;
    decide_message(feeding, run, feeding->bytes + offset, place, place + total);
    return true;
}

static bc_assembly_t *
new_assembly(uint32_t total, const bc_header_t *header)
{
    bc_assembly_t *assembly = camshark_file_new0(bc_assembly_t);

    assembly->total = total;
    if (header != NULL) {
        assembly->header_len = header->len;
        assembly->msg_id = header->msg_id;
    }
    return assembly;
}

bool
bc_assembly_begin(bc_feeding_t *feeding, uint64_t place, uint32_t total, const bc_header_t *header)
{
    if (lies_in_packet(feeding, place, total)) {
        return begin_in_packet(feeding, place, total, header);
    }
    bc_assembly_t *assembly = new_assembly(total, header);
    camshark_message_t *message =
        camshark_assembler_begin(feeding->assembler, place, total, CAMSHARK_KEEP, assembly);
    if (message == NULL) {
        return false;
    }
    bc_assembly_grow(feeding, assembly);
    if (header != NULL) {
        bc_passing_begin(feeding, message, header);
    }
    bc_assembly_share_all(feeding, message, assembly, 0);
    if (header == NULL || camshark_message_is_whole(message)) {
        bc_assembly_finish(feeding, message);
    }
    return true;
}
