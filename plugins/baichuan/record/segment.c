/* segment.c
 * What has become of the bytes of one packet of a stream: messages that it completes, and those it has a part of.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <string.h>

#include <common/epan/file-memory.h>

#include <baichuan/record/records.h>
#include <baichuan/record/segment.h>
#include <baichuan/session/plain-parts.h>

bc_segment_t *
bc_segment_get(const bc_conversation_t *conversation, packet_info *pinfo, unsigned direction, uint32_t place)
{
    const camshark_record_key_t key = {
        .kind = BC_RECORD_SEGMENT,
        .carrier = conversation->carrier,
        .conversation = conversation->number,
        .direction = (uint8_t)direction,
        .place = place,
    };

    return PINFO_FD_VISITED(pinfo) ? camshark_record_find(bc_records, pinfo, &key)
                                   : camshark_record_new(bc_records, pinfo, &key, sizeof(bc_segment_t));
}

bc_run_t *
bc_segment_add_run(bc_segment_t *segment)
{
    bc_run_t *run = camshark_file_new0(bc_run_t);

    bc_segment_link_run(segment, run);
    return run;
}

void
bc_segment_link_run(bc_segment_t *segment, bc_run_t *run)
{
    bc_run_t *last = segment->last_run;

    run->next = (last != NULL) ? last->next : run;
    if (last != NULL) {
        last->next = run;
    }
    segment->last_run = run;
}

void
bc_segment_add_share(bc_segment_t *segment, const bc_share_t *share)
{
    bc_share_t *own = camshark_file_new0(bc_share_t);
    bc_share_t *last = segment->last_share;

    *own = *share;
    own->next = (last != NULL) ? last->next : own;
    if (last != NULL) {
        last->next = own;
    }
    segment->last_share = own;
}

const bc_run_t *
bc_segment_next_run(const bc_segment_t *segment, const bc_run_t *run)
{
    if (run == NULL) {
        return (segment->last_run != NULL) ? segment->last_run->next : NULL;
    }
    return (run != segment->last_run) ? run->next : NULL;
}

const bc_share_t *
bc_segment_next_share(const bc_segment_t *segment, const bc_share_t *share)
{
    if (share == NULL) {
        return (segment->last_share != NULL) ? segment->last_share->next : NULL;
    }
    return (share != segment->last_share) ? share->next : NULL;
}

/* Plain parts live as long as the packet. */
static void *
alloc_in_packet(void *scope, size_t len)
{
    return wmem_alloc(scope, len);
}

/* What a message has behind its holes. */
static void
add_pieces_behind(const bc_assembly_t *assembly, const uint8_t *bytes, wmem_allocator_t *scope,
                  bc_message_t *message)
{
    bc_body_piece_t *pieces = wmem_alloc_array(scope, bc_body_piece_t, assembly->n_holes);
    const uint8_t header_len = message->header->len;
    uint32_t at = assembly->holes[0].offset; /* in bytes */

    for (uint32_t i = 0; i < assembly->n_holes; i++) {
        const uint32_t from = assembly->holes[i].offset + assembly->holes[i].len;
        const uint32_t to = (i + 1 < assembly->n_holes) ? assembly->holes[i + 1].offset : assembly->total;
        if (from < to) {
            pieces[message->n_behind++] = (bc_body_piece_t){ from - header_len, to - from, bytes + at };
            at += to - from;
        }
    }
    message->behind = pieces;
}

bool
bc_assembly_passes(const bc_assembly_t *assembly)
{
    return assembly->passing != NULL && assembly->passing->record != NULL;
}

bc_header_t
bc_assembly_read_header(const bc_assembly_t *assembly)
{
    bc_header_t header;

    bc_header_read(assembly->bytes, assembly->header_len, &header);
    return header;
}

const uint8_t *
bc_stretch_bytes(const bc_stretch_t *stretch)
{
    const uint8_t *bytes = NULL;

    if (stretch->copied) {
        memcpy(&bytes, stretch->before + stretch->n_before, sizeof bytes);
    }
    return bytes;
}

uint32_t
bc_stretch_head(const bc_run_t *run)
{
    const uint32_t head = run->assembly->len, offset = bc_stretch_of(run)->offset;

    return (offset < head) ? MIN(head - offset, run->len) : 0;
}

bc_plain_t
bc_stretch_open(const bc_run_t *run, const uint8_t *bytes, const bc_header_t *header, packet_info *pinfo)
{
    const uint32_t head = bc_stretch_head(run);
    const bc_message_t message = { .header = header, .alloc = alloc_in_packet, .scope = pinfo->pool };
    const bc_stretch_bytes_t raw = {
        .at = bc_stretch_of(run)->offset + head - run->assembly->len,
        .len = run->len - head,
        .bytes = bytes + head,
        .before = bc_stretch_of(run)->before,
        .n_before = bc_stretch_of(run)->n_before,
    };

    return bc_plain_stretch(&message, &run->assembly->passing->record->decision, &raw);
}

const bc_media_record_t *
bc_stretch_media(const bc_run_t *run, wmem_allocator_t *scope)
{
    const bc_stretch_t *stretch = bc_stretch_of(run);

    return stretch->in_middle ? bc_media_middle_record(&stretch->middle, run->packet, stretch->codec,
                                                       run->len - bc_stretch_head(run), scope)
                              : run->media;
}

const bc_transfer_piece_t *
bc_stretch_piece(const bc_run_t *run, packet_info *pinfo)
{
    const bc_stretch_t *stretch = bc_stretch_of(run);
    const bc_transfer_piece_t *first = run->assembly->passing->record->piece;

    if (first == NULL || stretch->late || stretch->offset == 0) {
        return stretch->late ? NULL : first;
    }
    if (!stretch->hole) {
        return &first->transfer->usual;
    }
    const bc_transfer_piece_t behind = { .transfer = first->transfer, .hole = true };
    return wmem_memdup(pinfo->pool, &behind, sizeof behind);
}

bc_message_t
bc_run_message(const bc_run_t *run, const uint8_t *bytes, packet_info *pinfo, unsigned direction)
{
    bc_header_t *header = wmem_new(pinfo->pool, bc_header_t);
    const bool torn =
        run->assembly != NULL && run->assembly->n_holes > 0 && !bc_assembly_passes(run->assembly);
    const uint32_t len = torn ? run->assembly->holes[0].offset : run->len;

    bc_header_read(bytes, run->header_len, header);
    bc_message_t message = {
        .header = header,
        .direction = direction,
        .client = -1,
        .when = pinfo->abs_ts.secs,
        .body = bytes + run->header_len,
        .have = len - run->header_len,
        .alloc = alloc_in_packet,
        .scope = pinfo->pool,
    };
    if (torn) {
        add_pieces_behind(run->assembly, bytes, pinfo->pool, &message);
    }
    return message;
}

static bool
is_waiting(const bc_record_t *record)
{
    return record != NULL && record->aside != NULL && record->aside->delivery != NULL &&
           record->aside->delivery->waiting;
}

uint32_t
bc_run_bytes(const bc_run_t *run)
{
    const bc_assembly_t *assembly = run->assembly;

    if (assembly == NULL || !bc_assembly_passes(assembly)) {
        return run->len;
    }
    if (is_waiting(run->record)) {
        return MAX(assembly->len, assembly->passing->row); /* what else is here lies behind a hole */
    }
    uint32_t bytes = assembly->total;
    for (uint32_t i = 0; i < assembly->n_holes; i++) {
        bytes -= assembly->holes[i].len;
    }
    return bytes;
}
