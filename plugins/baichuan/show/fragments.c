/* fragments.c
 * The list of packets that brought a message, as Wireshark's own reassembly shows it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark names the fields of one list; packets of TCP and of BcUdp have different names.
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>
#include <epan/reassemble.h>

#include <baichuan/record/records.h>
#include <baichuan/show/display.h>
#include <baichuan/show/fragments.h>

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

static int hf_baichuan_segments = -1;
static int hf_baichuan_segment = -1;
static int hf_baichuan_segment_overlap = -1;
static int hf_baichuan_segment_overlap_conflict = -1;
static int hf_baichuan_segment_multiple_tails = -1;
static int hf_baichuan_segment_too_long = -1;
static int hf_baichuan_segment_error = -1;
static int hf_baichuan_segment_count = -1;
static int hf_baichuan_segment_reassembled_in = -1;
static int hf_baichuan_segments_length = -1;

static int ett_baichuan_fragment = -1;
static int ett_baichuan_fragments = -1;

static const fragment_items udp_items = {
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

static const fragment_items segment_items = {
    .ett_fragment = &ett_baichuan_fragment,
    .ett_fragments = &ett_baichuan_fragments,
    .hf_fragments = &hf_baichuan_segments,
    .hf_fragment = &hf_baichuan_segment,
    .hf_fragment_overlap = &hf_baichuan_segment_overlap,
    .hf_fragment_overlap_conflict = &hf_baichuan_segment_overlap_conflict,
    .hf_fragment_multiple_tails = &hf_baichuan_segment_multiple_tails,
    .hf_fragment_too_long_fragment = &hf_baichuan_segment_too_long,
    .hf_fragment_error = &hf_baichuan_segment_error,
    .hf_fragment_count = &hf_baichuan_segment_count,
    .hf_reassembled_in = &hf_baichuan_segment_reassembled_in,
    .hf_reassembled_length = &hf_baichuan_segments_length,
    .tag = "Baichuan segments",
};

/* A list on its way into the tree. */
typedef struct {
    const fragment_items *names;
    tvbuff_t *tvb; /* the bytes of all fragments, if they are kept */
    packet_info *pinfo;
    uint32_t len;    /* bytes in all fragments */
    uint32_t offset; /* of the next one among them */
} bc_fragment_list_t;

/* How many packets were added to the line of one. */
static uint32_t
left_out_of(const bc_assembly_t *assembly, uint32_t i)
{
    return (assembly->left_out != NULL) ? assembly->left_out[i] : 0;
}

/* The packet of one fragment. */
static void
show_fragment_frame(const bc_fragment_t *fragment, uint32_t left_out, const bc_fragment_list_t *shown,
                    proto_tree *tree)
{
    /* Bytes of tvb are highlighted only where all of them are there. */
    const bool lies_in_tvb = shown->len == tvb_captured_length(shown->tvb);
    const int at = lies_in_tvb ? (int)shown->offset : 0, len = lies_in_tvb ? (int)fragment->len : 0;
    proto_item *item = proto_tree_add_uint_format(
        tree, *shown->names->hf_fragment, shown->tvb, at, len, fragment->frame,
        (fragment->len == 1) ? "Frame: %u, payload: %u-%u (%u byte)" : "Frame: %u, payload: %u-%u (%u bytes)",
        fragment->frame, shown->offset, shown->offset + fragment->len - 1, fragment->len);

    proto_item_set_generated(item);
    if (left_out > 0) {
        proto_item_append_text(item, ", with those of %u more frames", left_out);
    }
    wsc_depends_on_frame(shown->pinfo, fragment->frame);
}

/* Packets, those that have no line of their own included. */
static uint32_t
count_packets(const bc_assembly_t *assembly)
{
    uint32_t count = assembly->n_fragments;

    for (uint32_t i = 0; i < assembly->n_fragments; i++) {
        count += left_out_of(assembly, i);
    }
    return count;
}

static uint32_t
count_bytes(const bc_assembly_t *assembly)
{
    uint32_t len = 0;

    for (uint32_t i = 0; i < assembly->n_fragments; i++) {
        len += assembly->fragments[i].len;
    }
    return len;
}

/* The packets in a line, as many as an item's text has room for. */
static const char *
name_packets(const bc_assembly_t *assembly, wmem_allocator_t *scope)
{
    wmem_strbuf_t *text = wmem_strbuf_new(scope, "");

    for (uint32_t i = 0; i < assembly->n_fragments && wmem_strbuf_get_len(text) < ITEM_LABEL_LENGTH; i++) {
        const uint32_t left_out = left_out_of(assembly, i);
        wmem_strbuf_append_printf(text, "%s#%u(%u)", (i > 0) ? ", " : "", assembly->fragments[i].frame,
                                  assembly->fragments[i].len);
        if (left_out > 0) {
            wmem_strbuf_append_printf(text, " and %u more", left_out);
        }
    }
    return wmem_strbuf_get_str(text);
}

/* Looks as Wireshark's own, which would count those packets only that have a line. */
static void
show_list(const bc_assembly_t *assembly, bc_fragment_list_t *shown, proto_tree *tree)
{
    const fragment_items *names = shown->names;
    const uint32_t count = count_packets(assembly);
    proto_item *list = proto_tree_add_item(tree, *names->hf_fragments, shown->tvb, 0, -1, ENC_NA);
    proto_tree *subtree = proto_item_add_subtree(list, *names->ett_fragments);

    proto_item_set_generated(list);
    proto_item_set_text(list, "%u %s (%u byte%s): %s", count, names->tag, shown->len,
                        (shown->len == 1) ? "" : "s", name_packets(assembly, shown->pinfo->pool));
    for (uint32_t i = 0; i < assembly->n_fragments; i++) {
        show_fragment_frame(&assembly->fragments[i], left_out_of(assembly, i), shown, subtree);
        shown->offset += assembly->fragments[i].len;
    }
    proto_item_set_generated(
        proto_tree_add_uint(subtree, *names->hf_fragment_count, shown->tvb, 0, 0, count));
    proto_item_set_generated(
        proto_tree_add_uint(subtree, *names->hf_reassembled_length, shown->tvb, 0, 0, shown->len));
}

void
bc_fragments_show(const bc_assembly_t *assembly, uint8_t carrier, tvbuff_t *tvb, packet_info *pinfo,
                  proto_tree *tree)
{
    if (assembly->n_fragments > 1 ||
        (assembly->n_fragments == 1 && assembly->fragments[0].frame != pinfo->num)) {
        bc_fragment_list_t shown = {
            .names = (carrier == BC_CARRIER_UDP) ? &udp_items : &segment_items,
            /* The items of the list are written to PDML with their bytes. */
            .tvb = bc_hides_secrets() ? bc_masked_bytes(tvb, pinfo, tvb_captured_length(tvb)) : tvb,
            .pinfo = pinfo,
            .len = count_bytes(assembly),
        };
        show_list(assembly, &shown, tree);
    }
}

static void
add_frame(tvbuff_t *tvb, proto_tree *tree, int hf, uint32_t frame)
{
    proto_item_set_generated(proto_tree_add_uint(tree, hf, tvb, 0, 0, frame));
}

void
bc_fragments_show_frame(const bc_assembly_t *assembly, uint8_t carrier, tvbuff_t *tvb, proto_tree *tree)
{
    if (assembly->frame == 0) {
        return; /* not yet known */
    }
    add_frame(tvb, tree, hf_baichuan_segment_reassembled_in, assembly->frame);
    if (carrier == BC_CARRIER_UDP) {
        add_frame(tvb, tree, hf_baichuan_reassembled_in, assembly->frame);
    }
}

static void
register_segments(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_segments,
          { "Baichuan segments", "baichuan.segments", FT_NONE, BASE_NONE, NULL, 0,
            "Segments whose bytes make this message", HFILL } },
        { &hf_baichuan_segment,
          { "Baichuan segment", "baichuan.segment", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame with a segment whose bytes are part of this message", HFILL } },
        { &hf_baichuan_segment_overlap,
          { "Segment overlap", "baichuan.segment.overlap", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Segments overlap each other", HFILL } },
        { &hf_baichuan_segment_overlap_conflict,
          { "Conflicting data in segment overlap", "baichuan.segment.overlap.conflict", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Overlapping segments have different bytes", HFILL } },
        { &hf_baichuan_segment_multiple_tails,
          { "Multiple tail segments found", "baichuan.segment.multipletails", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Several segments claim to be the last one", HFILL } },
        { &hf_baichuan_segment_too_long,
          { "Segment too long", "baichuan.segment.toolongfragment", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "The segment goes beyond the end of the message", HFILL } },
        { &hf_baichuan_segment_error,
          { "Reassembly error", "baichuan.segment.error", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame that kept these bytes from being put together", HFILL } },
        { &hf_baichuan_segment_count,
          { "Segment count", "baichuan.segment.count", FT_UINT32, BASE_DEC, NULL, 0,
            "Number of segments whose bytes make this message", HFILL } },
        { &hf_baichuan_segment_reassembled_in,
          { "Message is shown in", "baichuan.segment.reassembled_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame that completes the message, or in which it is known that the rest will not come", HFILL } },
        { &hf_baichuan_segments_length,
          { "Reassembled length", "baichuan.reassembled.length", FT_UINT32, BASE_DEC, NULL, 0,
            "In bytes, of all segments together", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
}

void
bc_fragments_register(int proto)
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
    register_segments(proto);
}
