/* udp-reassembly.c
 * From BcUdp packets in order to BC messages, with the tree of fragments that Wireshark shows for them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>
#include <epan/reassemble.h>

#include <string.h>

#include <baichuan/stream/framing.h>
#include <baichuan/udp/udp-reassembly.h>

static int hf_baichuan_fragments = -1;
static int hf_baichuan_fragment = -1;
static int hf_baichuan_fragment_overlap = -1;
static int hf_baichuan_fragment_overlap_conflict = -1;
static int hf_baichuan_fragment_multiple_tails = -1;
static int hf_baichuan_fragment_too_long = -1;
static int hf_baichuan_fragment_error = -1;
static int hf_baichuan_fragment_count = -1;
static int hf_baichuan_reassembled_in = -1;
static int hf_baichuan_reassembled_length = -1;

static int ett_baichuan_fragments = -1;
static int ett_baichuan_fragment = -1;

struct bc_udp_assembler {
    uint32_t place; /* in the stream, of the next byte that is given */
    /* The message that is not finished; NULL if there is none. */
    bc_udp_assembly_t *assembly;
    GByteArray *bytes;
    GArray *parts;  /* bc_udp_fragment_t */
    uint32_t total; /* bytes; 0 as long as its header is not complete */
};

bc_udp_assembler_t *
bc_udp_assembler_new(void)
{
    bc_udp_assembler_t *assembler = g_new0(bc_udp_assembler_t, 1);

    assembler->bytes = g_byte_array_new();
    assembler->parts = g_array_new(FALSE, FALSE, sizeof(bc_udp_fragment_t));
    return assembler;
}

void
bc_udp_assembler_free(bc_udp_assembler_t *assembler)
{
    if (assembler != NULL) {
        g_byte_array_free(assembler->bytes, TRUE);
        g_array_free(assembler->parts, TRUE);
        g_free(assembler);
    }
}

/* ---- Showing: every pass ------------------------------------------------------------------------------ */

static const fragment_items items = {
    .ett_fragment = &ett_baichuan_fragment,
    .ett_fragments = &ett_baichuan_fragments,
    .hf_fragments = &hf_baichuan_fragments,
    .hf_fragment = &hf_baichuan_fragment,
    .hf_fragment_overlap = &hf_baichuan_fragment_overlap,
    .hf_fragment_overlap_conflict = &hf_baichuan_fragment_overlap_conflict,
    .hf_fragment_multiple_tails = &hf_baichuan_fragment_multiple_tails,
    .hf_fragment_too_long_fragment = &hf_baichuan_fragment_too_long,
    .hf_fragment_error = &hf_baichuan_fragment_error,
    .hf_fragment_count = &hf_baichuan_fragment_count,
    .hf_reassembled_in = &hf_baichuan_reassembled_in,
    .hf_reassembled_length = &hf_baichuan_reassembled_length,
    .tag = "BcUdp fragments",
};

/* The list of fragments as Wireshark's own reassembly would have left it. That one walks through all fragments
 * to add one. */
static fragment_head *
fragment_list(const bc_udp_assembly_t *assembly, wmem_allocator_t *scope)
{
    fragment_head *head = wmem_new0(scope, fragment_head);
    fragment_item *fragments = wmem_alloc0_array(scope, fragment_item, assembly->n_fragments);
    uint32_t offset = 0;

    head->next = fragments;
    head->datalen = assembly->len;
    head->reassembled_in = assembly->frame;
    head->flags = FD_DEFRAGMENTED | FD_DATALEN_SET;
    for (uint32_t i = 0; i < assembly->n_fragments; i++) {
        fragments[i].frame = assembly->fragments[i].frame;
        fragments[i].offset = offset;
        fragments[i].len = assembly->fragments[i].len;
        fragments[i].next = (i + 1 < assembly->n_fragments) ? &fragments[i + 1] : NULL;
        offset += fragments[i].len;
    }
    return head;
}

/* The buffer of an assembly that is complete, with its tree. */
static tvbuff_t *
show_assembly(const bc_udp_assembly_t *assembly, const bc_udp_sink_t *sink)
{
    tvbuff_t *tvb =
        tvb_new_child_real_data(sink->payload, assembly->bytes, assembly->len, (int)assembly->len);
    proto_item *item = NULL;

    add_new_data_source(sink->pinfo, tvb, "Reassembled BcUdp");
    show_fragment_tree(fragment_list(assembly, sink->pinfo->pool), &items, sink->tree, sink->pinfo, tvb,
                       &item);
    return tvb;
}

/* The stream at a place. state: NULL on later passes. */
static bc_stream_t
stream_at(tvbuff_t *tvb, uint32_t place, bool can_wait, bc_direction_t *state, const bc_udp_sink_t *sink)
{
    bc_stream_t stream = { .tvb = tvb, .pinfo = sink->pinfo, .tree = sink->tree };

    stream.delivery.conversation = sink->conversation;
    stream.delivery.direction = sink->direction;
    stream.state = state;
    stream.place = place;
    stream.can_wait = can_wait;
    return stream;
}

void
bc_udp_reassembly_again(const bc_udp_sink_t *sink)
{
    const bc_udp_assembly_t *shown = NULL;
    tvbuff_t *assembled = NULL;

    for (const bc_udp_run_t *run = sink->pieces->runs; run != NULL; run = run->next) {
        if (run->assembly != NULL && run->assembly != shown) {
            assembled = show_assembly(run->assembly, sink);
            shown = run->assembly;
        }
        tvbuff_t *source = (run->assembly != NULL) ? assembled : sink->payload;
        tvbuff_t *bytes = tvb_new_subset_remaining(source, run->offset);
        bc_stream_t stream = stream_at(bytes, run->place, false, NULL, sink);
        stream.end = run->len;
        bc_stream_dissect(&stream);
    }
}

void
bc_udp_reassembly_show_parts(const bc_udp_pieces_t *pieces, packet_info *pinfo, tvbuff_t *tvb,
                             proto_tree *tree)
{
    uint32_t last = pinfo->num;

    for (unsigned i = 0; i < array_length(pieces->parts) && pieces->parts[i] != NULL; i++) {
        const uint32_t frame = pieces->parts[i]->frame;
        if (frame != 0 && frame != last) {
            proto_item *item = proto_tree_add_uint(tree, hf_baichuan_reassembled_in, tvb, 0, 0, frame);
            proto_item_set_generated(item);
            last = frame;
        }
    }
}

/* ---- Putting together: first pass --------------------------------------------------------------------- */

static bc_direction_t *
state_of(const bc_udp_sink_t *sink)
{
    return &sink->conversation->directions[sink->direction];
}

static void
note_part(bc_udp_pieces_t *pieces, bc_udp_assembly_t *assembly)
{
    unsigned i = 0;

    while (i < array_length(pieces->parts) && pieces->parts[i] != NULL && pieces->parts[i] != assembly) {
        i++;
    }
    if (i < array_length(pieces->parts)) {
        pieces->parts[i] = assembly;
    }
}

static void
note_run(const bc_udp_sink_t *sink, const bc_udp_assembly_t *assembly, int offset, int len, uint32_t place)
{
    bc_udp_run_t *run = wmem_new0(wmem_file_scope(), bc_udp_run_t);

    run->assembly = assembly;
    run->offset = offset;
    run->len = len;
    run->place = place;
    if (sink->pieces->last_run != NULL) {
        sink->pieces->last_run->next = run;
    } else {
        sink->pieces->runs = run;
    }
    sink->pieces->last_run = run;
}

/* Adds bytes to the unfinished message, which begins with them if there is none. */
static void
keep(bc_udp_assembler_t *assembler, const bc_udp_bytes_t *bytes, int offset, int len)
{
    const bc_udp_fragment_t part = { bytes->frame, (uint32_t)len };

    if (assembler->assembly == NULL) {
        assembler->assembly = wmem_new0(wmem_file_scope(), bc_udp_assembly_t);
        g_byte_array_set_size(assembler->bytes, 0);
        g_array_set_size(assembler->parts, 0);
        assembler->total = 0;
    }
    g_byte_array_append(assembler->bytes, tvb_get_ptr(bytes->tvb, offset, len), (unsigned)len);
    g_array_append_val(assembler->parts, part);
    note_part(bytes->pieces, assembler->assembly);
    assembler->place += (uint32_t)len;
}

/* Nothing is added to the unfinished message any more. */
static const bc_udp_assembly_t *
complete(bc_udp_assembler_t *assembler, uint32_t frame)
{
    bc_udp_assembly_t *assembly = assembler->assembly;
    const GArray *parts = assembler->parts;

    assembly->frame = frame;
    assembly->len = assembler->bytes->len;
    assembly->bytes = wmem_memdup(wmem_file_scope(), assembler->bytes->data, assembly->len);
    assembly->n_fragments = parts->len;
    assembly->fragments = wmem_memdup(wmem_file_scope(), parts->data, parts->len * sizeof(bc_udp_fragment_t));
    assembler->assembly = NULL;
    return assembly;
}

/* Dissects bytes of the stream as far as messages are complete. Returns how many bytes are done with.
 *   assembly  where they are from, offset bytes behind its beginning; NULL: the frame's own packet
 *   total     gets the length of the message that is not complete, 0 if it is not known */
static int
dissect(tvbuff_t *tvb, uint32_t place, bool can_wait, const bc_udp_assembly_t *assembly, int offset,
        uint32_t *total, const bc_udp_sink_t *sink)
{
    bc_stream_t stream = stream_at(tvb, place, can_wait, state_of(sink), sink);
    const int done = bc_stream_dissect(&stream);

    if (done > 0) {
        note_run(sink, assembly, offset, done, place);
    }
    *total = stream.total;
    return done;
}

/* Dissects the unfinished message, be it finished now or given up. What may be the beginning of a header at
 * its end becomes the next unfinished message. last  the bytes at its end; NULL if it is given up */
static void
dissect_assembly(bc_udp_assembler_t *assembler, const bc_udp_bytes_t *last, const bc_udp_sink_t *sink)
{
    const bool can_wait = last != NULL;
    const uint32_t end = assembler->place;
    const bc_udp_assembly_t *assembly = complete(assembler, sink->pinfo->num);
    tvbuff_t *tvb = show_assembly(assembly, sink);
    const int len = (int)tvb_captured_length(tvb);
    uint32_t total;
    const int done = dissect(tvb, end - (uint32_t)len, can_wait, assembly, 0, &total, sink);

    if (done < len && can_wait) {
        bc_udp_bytes_t rest = *last;
        rest.tvb = tvb;
        assembler->place = end - (uint32_t)(len - done);
        keep(assembler, &rest, done, len - done);
        assembler->total = total;
    }
}

/* How many of the bytes at offset belong to the unfinished message; all of them if that is not known yet. */
static int
wanted(bc_udp_assembler_t *assembler, tvbuff_t *tvb, int offset, bool *finished)
{
    const uint32_t have = assembler->bytes->len;
    const uint32_t here = (uint32_t)tvb_captured_length_remaining(tvb, offset);

    if (assembler->total == 0) {
        uint8_t start[BC_LONG_HEADER] = { 0 };
        bc_header_t header;
        const uint32_t known = MIN(have, BC_LONG_HEADER);
        const uint32_t more = MIN(BC_LONG_HEADER - known, here);

        memcpy(start, assembler->bytes->data, known);
        tvb_memcpy(tvb, start + known, offset, more);
        switch (bc_header_parse(start, known + more, &header)) {
        case BC_HEADER_MORE:
            *finished = false;
            return (int)here; /* fewer than a header has */
        case BC_HEADER_OK:
            assembler->total = bc_header_possible(&header) ? header.len + header.body_len : have + here;
            break;
        case BC_HEADER_NONE:
            assembler->total = have + here; /* to be searched */
            break;
        }
    }
    const uint32_t missing = (assembler->total > have) ? assembler->total - have : 0;
    *finished = missing <= here;
    return (int)MIN(missing, here);
}

/* Whether bytes are the beginning of one message and no more. total gets its length, 0 if it is not known. */
static bool
is_unfinished(const uint8_t *data, size_t len, uint32_t *total)
{
    bc_header_t header;

    *total = 0;
    switch (bc_header_parse(data, len, &header)) {
    case BC_HEADER_MORE:
        return true;
    case BC_HEADER_OK:
        *total = bc_header_possible(&header) ? header.len + header.body_len : 0;
        return *total > len;
    case BC_HEADER_NONE:
        break;
    }
    return false;
}

/* Bytes behind what is finished: messages, and at the end one that is not. */
static void
add_rest(bc_udp_assembler_t *assembler, const bc_udp_bytes_t *bytes, int offset, const bc_udp_sink_t *sink)
{
    const int len = tvb_captured_length_remaining(bytes->tvb, offset);
    tvbuff_t *rest = tvb_new_subset_length(bytes->tvb, offset, len);
    uint32_t total = 0;
    int done = 0;

    if (is_unfinished(tvb_get_ptr(rest, 0, len), (size_t)len, &total)) {
        keep(assembler, bytes, offset, len);
        assembler->total = total;
    } else if (bytes->own) {
        done = dissect(rest, assembler->place, true, NULL, offset, &total, sink);
        assembler->place += (uint32_t)done;
        if (done < len) {
            keep(assembler, bytes, offset + done, len - done);
            assembler->total = total;
        }
    } else {
        /* Bytes of an earlier frame, which is not at hand on later passes. */
        keep(assembler, bytes, offset, len);
        dissect_assembly(assembler, bytes, sink);
    }
}

void
bc_udp_assembler_add(bc_udp_assembler_t *assembler, const bc_udp_bytes_t *bytes, const bc_udp_sink_t *sink)
{
    const int len = (int)tvb_captured_length(bytes->tvb);
    int offset = 0;

    if (assembler->assembly != NULL) {
        bool finished;
        const int here = wanted(assembler, bytes->tvb, 0, &finished);
        keep(assembler, bytes, 0, here);
        if (finished) {
            dissect_assembly(assembler, bytes, sink);
        }
        offset = here;
    }
    if (offset < len && assembler->assembly == NULL) {
        add_rest(assembler, bytes, offset, sink);
    }
}

void
bc_udp_assembler_break(bc_udp_assembler_t *assembler, uint32_t missing, bool exact, const bc_udp_sink_t *sink)
{
    if (assembler->assembly != NULL) {
        dissect_assembly(assembler, NULL, sink);
    }
    assembler->place += missing;
    if (!exact) {
        state_of(sink)->unfinished.known = false;
    }
}

/* ---- Registration ------------------------------------------------------------------------------------- */

void
bc_udp_reassembly_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_fragments,
          { "BcUdp fragments", "baichuan.udp.fragments", FT_NONE, BASE_NONE, NULL, 0,
            "Packets whose bytes make these messages", HFILL } },
        { &hf_baichuan_fragment,
          { "BcUdp fragment", "baichuan.udp.fragment", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame with a packet whose bytes are part of these messages", HFILL } },
        { &hf_baichuan_fragment_overlap,
          { "Fragment overlap", "baichuan.udp.fragment.overlap", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Fragments overlap each other", HFILL } },
        { &hf_baichuan_fragment_overlap_conflict,
          { "Conflicting data in fragment overlap", "baichuan.udp.fragment.overlap.conflict", FT_BOOLEAN, BASE_NONE, NULL,
            0, "Overlapping fragments have different bytes", HFILL } },
        { &hf_baichuan_fragment_multiple_tails,
          { "Multiple tail fragments found", "baichuan.udp.fragment.multipletails", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Several fragments claim to be the last one", HFILL } },
        { &hf_baichuan_fragment_too_long,
          { "Fragment too long", "baichuan.udp.fragment.toolongfragment", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "The fragment goes beyond the end of the message", HFILL } },
        { &hf_baichuan_fragment_error,
          { "Reassembly error", "baichuan.udp.fragment.error", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame that kept these bytes from being put together", HFILL } },
        { &hf_baichuan_fragment_count,
          { "Fragment count", "baichuan.udp.fragment.count", FT_UINT32, BASE_DEC, NULL, 0,
            "Number of packets whose bytes make these messages", HFILL } },
        { &hf_baichuan_reassembled_in,
          { "Reassembled in", "baichuan.udp.reassembled_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame in which a message with bytes of this packet is complete, and shown", HFILL } },
        { &hf_baichuan_reassembled_length,
          { "Reassembled length", "baichuan.udp.reassembled.length", FT_UINT32, BASE_DEC, NULL, 0,
            "In bytes, of all fragments together", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan_fragments, &ett_baichuan_fragment };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}
