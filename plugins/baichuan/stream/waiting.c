/* waiting.c
 * What waits at the end of a capture: messages of which bytes are missing, and nothing behind them tells that those will
 * not come.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <common/epan/file-memory.h>

#include <baichuan/show/fragments.h>
#include <baichuan/show/message.h>
#include <baichuan/stream/assemblies.h>
#include <baichuan/stream/passing.h>
#include <baichuan/stream/waiting.h>

#define WAITING_SHOWN 16u /* messages of a direction */

/* What was decided about a message with what is here of it, once. */
static const bc_record_t *
record_of_waiting(const bc_segment_view_t *view, bc_direction_t *direction, const camshark_message_t *waiting,
                  bc_message_t *message)
{
    const uint64_t start = camshark_message_start(waiting);
    bc_preview_t *preview = direction->previews;

    while (preview != NULL && (preview->start != start || preview->here != waiting->here)) {
        preview = preview->next;
    }
    if (preview == NULL) {
        preview = camshark_file_new0(bc_preview_t);
        *preview = (bc_preview_t){ direction->previews, start, waiting->here,
                                   bc_conversation_preview(view->conversation, view->pinfo, message) };
        direction->previews = preview;
    }
    return preview->record;
}

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
    run.record = record_of_waiting(view, direction, waiting, &message);
    add_new_data_source(view->pinfo, source, "Incomplete BC");
    bc_fragments_show(assembly, view->conversation->carrier, source, view->pinfo, view->tree);
    bc_message_show(source, view->pinfo, view->tree, 0, &run, &message);
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
}
