/* segment.c
 * What is shown of one packet of a stream: the messages that it completes, and of which others it has a part.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <baichuan/record/message-names.h>
#include <baichuan/record/records.h>
#include <baichuan/show/display.h>
#include <baichuan/show/fragments.h>
#include <baichuan/show/identity.h>
#include <baichuan/show/losses.h>
#include <baichuan/show/message.h>
#include <baichuan/show/segment.h>

static int proto_baichuan = -1;

static int hf_baichuan_segment_offset = -1;
static int hf_baichuan_segment_length = -1;
static int hf_baichuan_segment_waiting = -1;
static int hf_baichuan_segment_recognized_in = -1;
static int ett_baichuan_segment = -1;

/* ---- runs: what is shown in this frame -------------------------------------------------------------------- */

/* The buffer that a run's bytes are in. */
static tvbuff_t *
source_of_run(const bc_run_t *run, tvbuff_t *tvb, const bc_segment_view_t *view)
{
    const bc_assembly_t *assembly = run->assembly;

    if (assembly == NULL) {
        return tvb;
    }
    tvbuff_t *source = tvb_new_child_real_data(tvb, assembly->bytes, assembly->len, (int)assembly->len);
    add_new_data_source(view->pinfo, source, "Reassembled BC");
    bc_fragments_show(assembly, view->conversation->carrier, source, view->pinfo, view->tree);
    return source;
}

/* Returns its tree; that of the packet if it has none. */
static proto_tree *
show_run(const bc_run_t *run, tvbuff_t *tvb, const bc_segment_view_t *view, bc_message_t *decided)
{
    tvbuff_t *source = source_of_run(run, tvb, view);
    const int offset = (int)run->offset;

    if (run->header_len == 0) {
        bc_continuation_show(source, view->pinfo, view->tree, offset, (int)run->len, run->skip);
        return view->tree;
    }
    if (decided != NULL) {
        return bc_message_show(source, view->pinfo, view->tree, offset, run, decided);
    }
    bc_message_t message =
        bc_run_message(run, tvb_get_ptr(source, offset, (int)run->len), view->pinfo, view->direction);
    return bc_message_show(source, view->pinfo, view->tree, offset, run, &message);
}

/* ---- shares: what is shown in others ---------------------------------------------------------------------- */

/* A message of which this packet has a part. */
static const char *
name_of_share(const bc_share_t *share, packet_info *pinfo)
{
    if (share == NULL) {
        return "Part of a message";
    }
    if (share->assembly->header_len == 0) {
        return "Part of bytes without a header";
    }
    return wmem_strdup_printf(pinfo->pool, "Part of %s",
                              bc_message_name(pinfo->pool, share->assembly->msg_id));
}

/* share: NULL if nobody knows of which message the bytes are. Returns its tree. */
static proto_tree *
show_share(const bc_share_t *share, tvbuff_t *tvb, const bc_segment_view_t *view, bool in_info)
{
    const char *name = name_of_share(share, view->pinfo);
    const uint32_t len = (share != NULL) ? share->len : tvb_captured_length(tvb);
    proto_item *item = proto_tree_add_protocol_format(view->tree, proto_baichuan, tvb, 0, -1,
                                                      "Baichuan, %s (%u bytes)", name, len);
    proto_tree *tree = proto_item_add_subtree(item, ett_baichuan_segment);

    if (in_info) {
        bc_append_info(view->pinfo, name);
    }
    bc_connection_show(tvb, tree, 0, view->conversation->connection);
    proto_item_set_generated(proto_tree_add_uint(tree, hf_baichuan_segment_length, tvb, 0, 0, len));
    if (share == NULL) {
        proto_item_set_generated(proto_tree_add_boolean(tree, hf_baichuan_segment_waiting, tvb, 0, 0, true));
        return tree;
    }
    proto_item_set_generated(proto_tree_add_uint(tree, hf_baichuan_segment_offset, tvb, 0, 0, share->offset));
    if (share->noted_in > view->pinfo->num) {
        item = proto_tree_add_uint(tree, hf_baichuan_segment_recognized_in, tvb, 0, 0, share->noted_in);
        proto_item_set_generated(item);
    }
    bc_fragments_show_frame(share->assembly, view->conversation->carrier, tvb, tree);
    return tree;
}

/* Returns the tree of the last one; shown if there is none. */
static proto_tree *
show_shares(const bc_segment_t *segment, tvbuff_t *tvb, const bc_segment_view_t *view, proto_tree *shown)
{
    const bc_share_t *share = NULL;
    bool in_info = segment->last_run == NULL;
    bool any = false;

    while ((share = bc_segment_next_share(segment, share)) != NULL) {
        if (share->assembly->frame != view->pinfo->num) {
            shown = show_share(share, tvb, view, in_info);
            in_info = false;
            any = true;
        }
    }
    return (segment->waits && !any) ? show_share(NULL, tvb, view, in_info) : shown;
}

proto_tree *
bc_segment_show(const bc_segment_t *segment, tvbuff_t *tvb, const bc_segment_view_t *view)
{
    bc_decided_t *decided = view->decided;
    const bc_run_t *run = NULL;
    proto_tree *shown = view->tree;

    if (segment->last_run != NULL || view->conversation->carrier != BC_CARRIER_UDP) {
        bc_begin_columns(view->pinfo); /* a packet of BcUdp has columns of its own */
    }
    while ((run = bc_segment_next_run(segment, run)) != NULL) {
        const bool has_message = decided != NULL && run->header_len > 0;
        shown = show_run(run, tvb, view, has_message ? &decided->message : NULL);
        decided = has_message ? decided->next : decided;
    }
    return show_shares(segment, tvb, view, shown);
}

void
bc_segment_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_segment_offset,
          { "Offset in the message", "baichuan.segment.offset", FT_UINT32, BASE_DEC, NULL, 0,
            "Bytes of the message before this part, its header included", HFILL } },
        { &hf_baichuan_segment_length,
          { "Length of the part", "baichuan.segment.length", FT_UINT32, BASE_DEC, NULL, 0,
            "Bytes of the message in this packet", HFILL } },
        { &hf_baichuan_segment_waiting,
          { "Waits for the header", "baichuan.segment.waiting", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "The header of the message that these bytes belong to is not complete yet, or bytes before it are missing",
            HFILL } },
        { &hf_baichuan_segment_recognized_in,
          { "Recognized in", "baichuan.segment.recognized_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Later frame that told which message the bytes belong to", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan_segment };

    proto_baichuan = proto;
    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    bc_fragments_register(proto);
}
