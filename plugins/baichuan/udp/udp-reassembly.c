/* udp-reassembly.c
 * From BcUdp packets in order to BC messages, with the tree of fragments that Wireshark shows for them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What a message needs is mostly all in its own packet: then it is dissected from there. Else its bytes are
 * gathered until its header says that they are all here, and the frame that brought the last one gets it.
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

/* The message that is not finished. GLib's, and kept for the next one. */
struct bc_udp_waiting {
    bc_udp_assembly_t *assembly; /* that it will be; NULL if there is none */
    GByteArray *bytes;
    GArray *fragments; /* bc_udp_fragment_t */
    uint32_t total;    /* bytes; 0 as long as its header is not complete */
};

/* ---- Showing: every pass ------------------------------------------------------------------------------ */

static const fragment_items udp_fragment_items = {
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
udp_fragment_list(const bc_udp_assembly_t *assembly, wmem_allocator_t *scope)
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
show_udp_assembly(const bc_udp_assembly_t *assembly, const bc_udp_frame_t *frame)
{
    tvbuff_t *tvb =
        tvb_new_child_real_data(frame->payload, assembly->bytes, assembly->len, (int)assembly->len);
    proto_item *item = NULL;

    add_new_data_source(frame->pinfo, tvb, "Reassembled BcUdp");
    show_fragment_tree(udp_fragment_list(assembly, frame->pinfo->pool), &udp_fragment_items, frame->tree,
                       frame->pinfo, tvb, &item);
    return tvb;
}

/* The stream at a place. state: NULL on later passes. */
static bc_stream_t
udp_stream_at(tvbuff_t *tvb, uint32_t place, bool can_wait, bc_direction_t *state,
              const bc_udp_frame_t *frame)
{
    bc_stream_t stream = { .tvb = tvb, .pinfo = frame->pinfo, .tree = frame->tree };

    stream.delivery.conversation = frame->conversation;
    stream.delivery.direction = frame->direction;
    stream.state = state;
    stream.place = place;
    stream.can_wait = can_wait;
    return stream;
}

void
bc_udp_reassembly_again(const bc_udp_frame_t *frame)
{
    const bc_udp_run_t *last = frame->result->last_run;
    const bc_udp_run_t *run = NULL;
    const bc_udp_assembly_t *shown = NULL;
    tvbuff_t *assembled = NULL;

    while (run != last) {
        run = (run != NULL) ? run->next : last->next;
        if (run->assembly != NULL && run->assembly != shown) {
            assembled = show_udp_assembly(run->assembly, frame);
            shown = run->assembly;
        }
        tvbuff_t *source = (run->assembly != NULL) ? assembled : frame->payload;
        tvbuff_t *bytes = tvb_new_subset_remaining(source, run->offset);
        bc_stream_t stream = udp_stream_at(bytes, run->place, false, NULL, frame);
        stream.end = run->len;
        bc_stream_dissect(&stream);
    }
}

void
bc_udp_reassembly_show_parts(const bc_udp_result_t *result, packet_info *pinfo, tvbuff_t *tvb,
                             proto_tree *tree)
{
    uint32_t last = pinfo->num;

    for (unsigned i = 0; i < array_length(result->parts) && result->parts[i] != NULL; i++) {
        const uint32_t frame = result->parts[i]->frame;
        if (frame != 0 && frame != last) {
            proto_item *item = proto_tree_add_uint(tree, hf_baichuan_reassembled_in, tvb, 0, 0, frame);
            proto_item_set_generated(item);
            last = frame;
        }
    }
}

/* ---- Putting together: first pass --------------------------------------------------------------------- */

static bc_direction_t *
udp_direction_state(const bc_udp_frame_t *frame)
{
    return bc_conversation_direction(frame->conversation, frame->direction);
}

static void
note_udp_part(bc_udp_result_t *result, bc_udp_assembly_t *assembly)
{
    unsigned i = 0;

    while (i < array_length(result->parts) && result->parts[i] != NULL && result->parts[i] != assembly) {
        i++;
    }
    if (i < array_length(result->parts)) {
        result->parts[i] = assembly;
    }
}

static void
note_udp_run(const bc_udp_frame_t *frame, const bc_udp_assembly_t *assembly, int offset, int len,
             uint32_t place)
{
    bc_udp_run_t *run = wmem_new(wmem_file_scope(), bc_udp_run_t);
    bc_udp_run_t *last = frame->result->last_run;

    *run = (bc_udp_run_t){ run, assembly, offset, len, place };
    if (last != NULL) {
        run->next = last->next;
        last->next = run;
    }
    frame->result->last_run = run;
}

static bool
is_message_waiting(const bc_udp_assembler_t *assembler)
{
    return assembler->waiting != NULL && assembler->waiting->assembly != NULL;
}

static wsc_bool
free_waiting_message(wmem_allocator_t *scope _U_, wmem_cb_event_t event _U_, void *data)
{
    struct bc_udp_waiting *waiting = data;

    g_byte_array_free(waiting->bytes, TRUE);
    g_array_free(waiting->fragments, TRUE);
    g_free(waiting);
    return false;
}

static struct bc_udp_waiting *
new_waiting_message(void)
{
    struct bc_udp_waiting *waiting = g_new0(struct bc_udp_waiting, 1);

    waiting->bytes = g_byte_array_new();
    waiting->fragments = g_array_new(FALSE, FALSE, sizeof(bc_udp_fragment_t));
    wmem_register_callback(wmem_file_scope(), free_waiting_message, waiting);
    return waiting;
}

/* Adds bytes to the unfinished message, which begins with them if there is none.
 *   total  all bytes of the message; 0 if nobody knows, or if it was said before */
static void
add_to_waiting(bc_udp_assembler_t *assembler, const bc_udp_bytes_t *bytes, int offset, int len,
               uint32_t total)
{
    const bc_udp_fragment_t fragment = { bytes->frame, (uint32_t)len };

    if (assembler->waiting == NULL) {
        assembler->waiting = new_waiting_message();
    }
    struct bc_udp_waiting *waiting = assembler->waiting;
    if (waiting->assembly == NULL) {
        waiting->assembly = wmem_new0(wmem_file_scope(), bc_udp_assembly_t);
        g_byte_array_set_size(waiting->bytes, 0);
        g_array_set_size(waiting->fragments, 0);
        waiting->total = 0;
    }
    waiting->total = (total > 0) ? total : waiting->total;
    g_byte_array_append(waiting->bytes, tvb_get_ptr(bytes->tvb, offset, len), (unsigned)len);
    g_array_append_val(waiting->fragments, fragment);
    note_udp_part(bytes->result, waiting->assembly);
    assembler->place += (uint32_t)len;
}

/* Nothing is added to the unfinished message any more. */
static const bc_udp_assembly_t *
complete_waiting_message(struct bc_udp_waiting *waiting, uint32_t frame)
{
    bc_udp_assembly_t *assembly = waiting->assembly;
    const GArray *fragments = waiting->fragments;

    assembly->frame = frame;
    assembly->len = waiting->bytes->len;
    assembly->bytes = wmem_memdup(wmem_file_scope(), waiting->bytes->data, assembly->len);
    assembly->n_fragments = fragments->len;
    assembly->fragments =
        wmem_memdup(wmem_file_scope(), fragments->data, fragments->len * sizeof(bc_udp_fragment_t));
    waiting->assembly = NULL;
    return assembly;
}

/* Bytes at a place of the stream: of an assembly, or (NULL) of the frame's own packet. */
typedef struct {
    tvbuff_t *tvb;
    const bc_udp_assembly_t *assembly;
    int offset; /* where tvb begins in that */
    uint32_t place;
} udp_source_t;

/* Dissects bytes as far as messages are complete. Returns how many bytes are done with.
 *   can_wait  more may come
 *   total     gets the length of the message that is not complete, 0 if it is not known */
static int
dissect_source(const udp_source_t *source, bool can_wait, uint32_t *total, const bc_udp_frame_t *frame)
{
    bc_stream_t stream =
        udp_stream_at(source->tvb, source->place, can_wait, udp_direction_state(frame), frame);
    const int done = bc_stream_dissect(&stream);

    if (done > 0) {
        note_udp_run(frame, source->assembly, source->offset, done, source->place);
    }
    *total = stream.total;
    return done;
}

/* Dissects the unfinished message, be it finished now or given up. What may be the beginning of a header at
 * its end becomes the next unfinished message.
 *   last  the bytes at its end; NULL if it is given up */
static void
dissect_waiting_message(bc_udp_assembler_t *assembler, const bc_udp_bytes_t *last,
                        const bc_udp_frame_t *frame)
{
    const uint32_t end = assembler->place;
    const bc_udp_assembly_t *assembly = complete_waiting_message(assembler->waiting, frame->pinfo->num);
    tvbuff_t *tvb = show_udp_assembly(assembly, frame);
    const int len = (int)assembly->len;
    const udp_source_t source = { tvb, assembly, 0, end - assembly->len };
    uint32_t total;
    const int done = dissect_source(&source, last != NULL, &total, frame);

    if (done < len && last != NULL) {
        bc_udp_bytes_t rest = *last;
        rest.tvb = tvb;
        assembler->place = end - (uint32_t)(len - done);
        add_to_waiting(assembler, &rest, done, len - done, total);
    }
}

/* The length of the unfinished message, if so many more bytes at the beginning of tvb tell; else 0. */
static uint32_t
total_of_waiting_message(const GByteArray *bytes, tvbuff_t *tvb, uint32_t more)
{
    uint8_t start[BC_LONG_HEADER] = { 0 };
    bc_header_t header;
    const uint32_t known = MIN(bytes->len, BC_LONG_HEADER);
    const uint32_t here = MIN(BC_LONG_HEADER - known, more);

    memcpy(start, bytes->data, known);
    tvb_memcpy(tvb, start + known, 0, here);
    switch (bc_header_parse(start, known + here, &header)) {
    case BC_HEADER_MORE:
        return 0; /* fewer than a header has */
    case BC_HEADER_OK:
        return bc_header_possible(&header) ? header.len + header.body_len : bytes->len + more;
    case BC_HEADER_NONE:
        break;
    }
    return bytes->len + more; /* to be searched */
}

/* How many bytes of a packet belong to the unfinished message; all of them if that is not known yet. */
static int
wanted_bytes(struct bc_udp_waiting *waiting, tvbuff_t *tvb, bool *finished)
{
    const uint32_t have = waiting->bytes->len;
    const uint32_t here = tvb_captured_length(tvb);

    if (waiting->total == 0) {
        waiting->total = total_of_waiting_message(waiting->bytes, tvb, here);
    }
    if (waiting->total == 0) {
        *finished = false;
        return (int)here;
    }
    const uint32_t missing = (waiting->total > have) ? waiting->total - have : 0;
    *finished = missing <= here;
    return (int)MIN(missing, here);
}

/* Whether bytes are the beginning of one message and no more. total gets its length, 0 if it is not known. */
static bool
is_one_unfinished_message(const uint8_t *data, size_t len, uint32_t *total)
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
add_bytes_behind(bc_udp_assembler_t *assembler, const bc_udp_bytes_t *bytes, int offset,
                 const bc_udp_frame_t *frame)
{
    const int len = tvb_captured_length_remaining(bytes->tvb, offset);
    const udp_source_t source = { tvb_new_subset_length(bytes->tvb, offset, len), NULL, offset,
                                  assembler->place };
    uint32_t total = 0;

    if (is_one_unfinished_message(tvb_get_ptr(source.tvb, 0, len), (size_t)len, &total)) {
        add_to_waiting(assembler, bytes, offset, len, total);
    } else if (bytes->own) {
        const int done = dissect_source(&source, true, &total, frame);
        assembler->place += (uint32_t)done;
        if (done < len) {
            add_to_waiting(assembler, bytes, offset + done, len - done, total);
        }
    } else {
        /* Bytes of an earlier frame, which is not at hand on later passes. */
        add_to_waiting(assembler, bytes, offset, len, 0);
        dissect_waiting_message(assembler, bytes, frame);
    }
}

void
bc_udp_assembler_add(bc_udp_assembler_t *assembler, const bc_udp_bytes_t *bytes, const bc_udp_frame_t *frame)
{
    const int len = (int)tvb_captured_length(bytes->tvb);
    int offset = 0;

    if (is_message_waiting(assembler)) {
        bool finished;
        offset = wanted_bytes(assembler->waiting, bytes->tvb, &finished);
        add_to_waiting(assembler, bytes, 0, offset, 0);
        if (finished) {
            dissect_waiting_message(assembler, bytes, frame);
        }
    }
    if (offset < len && !is_message_waiting(assembler)) {
        add_bytes_behind(assembler, bytes, offset, frame);
    }
}

void
bc_udp_assembler_break(bc_udp_assembler_t *assembler, uint32_t missing, bool exact,
                       const bc_udp_frame_t *frame)
{
    if (is_message_waiting(assembler)) {
        dissect_waiting_message(assembler, NULL, frame);
    }
    assembler->place += missing;
    if (!exact) {
        udp_direction_state(frame)->unfinished.known = false;
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
