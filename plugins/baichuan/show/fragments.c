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

/* The list as Wireshark's own reassembly would have left it. That one walks through all fragments to add one. */
static fragment_head *
list_of_fragments(const bc_assembly_t *assembly, wmem_allocator_t *scope)
{
    fragment_head *head = wmem_new0(scope, fragment_head);
    fragment_item *fragments = wmem_alloc0_array(scope, fragment_item, assembly->n_fragments);
    uint32_t offset = 0; /* among the bytes that are here */

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

void
bc_fragments_show(const bc_assembly_t *assembly, uint8_t carrier, tvbuff_t *tvb, packet_info *pinfo,
                  proto_tree *tree)
{
    const fragment_items *names = (carrier == BC_CARRIER_UDP) ? &udp_items : &segment_items;
    proto_item *item = NULL;

    if (assembly->n_fragments > 1 ||
        (assembly->n_fragments == 1 && assembly->fragments[0].frame != pinfo->num)) {
        /* The items of the list are written to PDML with their bytes. */
        tvbuff_t *bytes = bc_hides_secrets() ? bc_masked_bytes(tvb, pinfo, assembly->len) : tvb;
        show_fragment_tree(list_of_fragments(assembly, pinfo->pool), names, tree, pinfo, bytes, &item);
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
