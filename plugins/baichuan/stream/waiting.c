/* waiting.c
 * What waits at the end of a capture: messages of which bytes are missing, and nothing behind them tells that those will
 * not come.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <common/epan/file-memory.h>

#include <baichuan/record/secret-trails.h>
#include <baichuan/show/display.h>
#include <baichuan/show/fragments.h>
#include <baichuan/show/losses.h>
#include <baichuan/show/message.h>
#include <baichuan/stream/assemblies.h>
#include <baichuan/stream/passing.h>
#include <baichuan/stream/waiting.h>

#define WAITING_SHOWN 16u      /* messages of a direction that have begun, or rows of bytes */
#define OF_ROW_SHOWN  256u     /* messages in such a row */
#define ROW_SHOWN     0x40000u /* bytes of a row */
#define HELD          (UINT64_C(1) << 63)

/* What was decided about a message, of which so many bytes are here, once.
 *   start  its place, or what else is the same whenever it is looked at */
static const bc_record_t *
record_of_waiting(const bc_segment_view_t *view, uint64_t start, uint32_t here, bc_message_t *message)
{
    bc_direction_t *direction = view->conversation->directions[view->direction];
    bc_preview_t *preview = direction->previews;

    while (preview != NULL && (preview->start != start || preview->here != here)) {
        preview = preview->next;
    }
    if (preview == NULL) {
        bc_record_t *record = bc_conversation_preview(view->conversation, view->pinfo, message);
        record->secret = bc_hides_secrets() && bc_secret_trails_reach(view->conversation, message);
        preview = camshark_file_new0(bc_preview_t);
        *preview = (bc_preview_t){ direction->previews, start, here, record };
        direction->previews = preview;
    }
    return preview->record;
}

/* ---- messages that have begun ----------------------------------------------------------------------------- */

/* A message that passes by: what is before its payload, and what waits behind a hole. */
static void
show_passing(const bc_segment_view_t *view, bc_direction_t *direction, const camshark_message_t *waiting,
             bc_assembly_t *assembly, tvbuff_t *tvb)
{
    wmem_allocator_t *scope = view->pinfo->pool;
    bc_passing_t *passing = wmem_memdup(scope, assembly->passing, sizeof(bc_passing_t));
    bc_record_t *record = wmem_memdup(scope, passing->record, sizeof(bc_record_t));
    bc_aside_t *aside = wmem_new0(scope, bc_aside_t);
    const bc_delivery_t delivery = { .lost = passing->lost, .waiting = true, .when = view->pinfo->abs_ts };

    bc_passing_preview(direction->assembler, waiting, scope, &passing->rest);
    passing->record = record;
    record->aside = aside;
    aside->delivery = wmem_memdup(scope, &delivery, sizeof delivery);
    assembly->passing = passing;
    const bc_run_t run = {
        .assembly = assembly, .len = assembly->len, .header_len = assembly->header_len, .record = record
    };
    bc_segment_show_passing(&run, tvb, view);
}

static void
show_waiting(const bc_segment_view_t *view, bc_direction_t *direction, const camshark_message_t *waiting,
             tvbuff_t *tvb)
{
    bc_assembly_t *assembly = wmem_memdup(view->pinfo->pool, waiting->owner, sizeof(bc_assembly_t));

    bc_assembly_fill(direction->assembler, waiting, view->pinfo->pool, view->pinfo->pool, assembly);
    if (bc_assembly_passes(assembly)) {
        show_passing(view, direction, waiting, assembly, tvb);
        return;
    }
    bc_run_t run = { .assembly = assembly, .len = assembly->len, .header_len = bc_assembly_header(assembly) };
    if (run.header_len == 0) {
        return;
    }
    tvbuff_t *source = tvb_new_child_real_data(tvb, assembly->bytes, assembly->len, (int)assembly->len);
    bc_message_t message = bc_run_message(&run, assembly->bytes, view->pinfo, view->direction);
    run.record = record_of_waiting(view, camshark_message_start(waiting), waiting->here, &message);
    add_new_data_source(view->pinfo, source, "Incomplete BC");
    bc_fragments_show(assembly, view->conversation->carrier, source, view->pinfo, view->tree);
    bc_message_show(source, view->pinfo, view->tree, 0, &run, &message);
}

/* ---- bytes of no message yet -------------------------------------------------------------------------------- */

/* Bytes in a row. */
typedef struct {
    uint8_t *bytes; /* in the packet's scope */
    uint32_t len;
    uint64_t place; /* of the first one, or what else tells this row from others */
} waiting_row_t;

/* Up to where bytes of a row are no message. */
static uint32_t
find_header(const waiting_row_t *row, uint32_t at, bc_header_t *header)
{
    if (bc_header_parse(row->bytes + at, row->len - at, header) == BC_HEADER_OK) {
        return at;
    }
    at += (uint32_t)bc_header_resync(row->bytes + at, row->len - at);
    return (at < row->len && bc_header_parse(row->bytes + at, row->len - at, header) == BC_HEADER_OK)
               ? at
               : row->len;
}

/* Shows the message at a place of a row, as far as it is there. Returns the place behind it. */
static uint32_t
show_message_of_row(const bc_segment_view_t *view, const waiting_row_t *row, uint32_t at, tvbuff_t *source,
                    const bc_header_t *header)
{
    const uint32_t total = bc_header_possible(header) ? header->len + header->body_len : header->len;
    bc_run_t run = { .offset = at, .len = MIN(total, row->len - at), .header_len = header->len };
    bc_message_t message = bc_run_message(&run, row->bytes + at, view->pinfo, view->direction);

    run.record = record_of_waiting(view, row->place + at, run.len, &message);
    bc_message_show(source, view->pinfo, view->tree, (int)at, &run, &message);
    return at + run.len;
}

static void
show_row(const bc_segment_view_t *view, const waiting_row_t *row, tvbuff_t *tvb)
{
    tvbuff_t *source = tvb_new_child_real_data(tvb, row->bytes, row->len, (int)row->len);
    bc_header_t header;

    add_new_data_source(view->pinfo, source, "Waiting BC");
    for (uint32_t at = 0, n = 0; at < row->len && n < OF_ROW_SHOWN; n++) {
        const uint32_t from = find_header(row, at, &header);
        if (from > at) {
            proto_tree *tree =
                bc_continuation_show(source, view->pinfo, view->tree, (int)at, (int)(from - at), NULL);
            bc_message_show_waiting(source, view->pinfo, tree, (int)at);
        }
        at = (from < row->len) ? show_message_of_row(view, row, from, source, &header) : from;
    }
}

/* The first bytes in a row from a place on that are nobody's yet. False if there are none. */
static bool
next_row(const camshark_assembler_t *assembler, uint64_t at, wmem_allocator_t *scope, waiting_row_t *row)
{
    camshark_run_t run;

    if (!camshark_assembler_held(assembler, at, &run)) {
        return false;
    }
    uint64_t to = run.from;
    row->place = run.from;
    while (to - row->place < ROW_SHOWN && camshark_assembler_held(assembler, to, &run) && run.from == to) {
        to = run.to;
    }
    row->len = (uint32_t)MIN(to - row->place, ROW_SHOWN);
    row->bytes = wmem_alloc(scope, row->len);
    camshark_assembler_read(assembler, row->place, row->len, row->bytes);
    return true;
}

/* The same of BcUdp packets that wait for one before them.
 *   nth  in: of the first of them; out: of the next row's */
static bool
next_held_row(const bc_bytestream_t *order, unsigned *nth, wmem_allocator_t *scope, waiting_row_t *row)
{
    wmem_array_t *bytes = wmem_array_new(scope, 1);
    const bc_packet_t *packet = bc_bytestream_held(order, *nth);

    if (packet == NULL) {
        return false;
    }
    row->place = HELD | (uint64_t)packet->id << 24; /* a row is shorter than that */
    for (uint32_t id = packet->id;
         packet != NULL && packet->id == id && packet->cut == 0 && wmem_array_get_count(bytes) < ROW_SHOWN;
         id++) {
        wmem_array_append(bytes, packet->bytes, packet->len);
        packet = bc_bytestream_held(order, ++*nth);
    }
    if (wmem_array_get_count(bytes) == 0) {
        ++*nth; /* its end was not captured: nobody knows what it has */
    }
    row->bytes = wmem_array_get_raw(bytes);
    row->len = wmem_array_get_count(bytes);
    return true;
}

static void
show_rows(const bc_segment_view_t *view, const bc_direction_t *direction, tvbuff_t *tvb)
{
    const bc_bytestream_t *order = (direction->losses != NULL) ? direction->losses->order : NULL;
    uint64_t at = camshark_assembler_front(direction->assembler);
    unsigned nth = 0;
    waiting_row_t row;
    bc_header_t header;

    for (unsigned n = 0; n < WAITING_SHOWN && next_row(direction->assembler, at, view->pinfo->pool, &row);
         n++) {
        if (row.place > at || bc_header_parse(row.bytes, row.len, &header) != BC_HEADER_MORE) {
            show_row(view, &row, tvb); /* else it is but the beginning of a header */
        }
        at = row.place + row.len;
    }
    for (unsigned n = 0;
         n < WAITING_SHOWN && order != NULL && next_held_row(order, &nth, view->pinfo->pool, &row); n++) {
        if (row.len > 0) {
            show_row(view, &row, tvb);
        }
    }
}

void
bc_waiting_show(const bc_segment_t *segment, const bc_segment_view_t *view, tvbuff_t *tvb)
{
    bc_direction_t *direction = view->conversation->directions[view->direction];

    if (direction == NULL || direction->last_segment != segment) {
        return;
    }
    const camshark_message_t *waiting = camshark_assembler_oldest(direction->assembler);
    for (unsigned n = 0; waiting != NULL && !waiting->finished && n < WAITING_SHOWN; n++) {
        show_waiting(view, direction, waiting, tvb);
        waiting = camshark_assembler_owner(direction->assembler, camshark_message_end(waiting));
    }
    show_rows(view, direction, tvb);
}
