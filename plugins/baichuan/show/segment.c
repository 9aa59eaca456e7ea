/* segment.c
 * What is shown of one packet of a stream: the messages that it completes, and of which others it has a part.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>
#include <wsutil/str_util.h>

#include <baichuan/record/message-names.h>
#include <baichuan/record/records.h>
#include <baichuan/show/display.h>
#include <baichuan/show/fragments.h>
#include <baichuan/show/identity.h>
#include <baichuan/show/losses.h>
#include <baichuan/show/media.h>
#include <baichuan/show/message-parts.h>
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
    return wmem_strconcat(pinfo->pool, "Part of ", bc_message_name(pinfo->pool, share->assembly->msg_id),
                          NULL);
}

/* Which bytes of its message a packet has, and where that is shown. */
static void
show_place(const bc_share_t *share, tvbuff_t *tvb, const bc_segment_view_t *view, proto_tree *tree)
{
    bc_connection_show(tvb, tree, 0, view->conversation->connection);
    proto_item_set_generated(proto_tree_add_uint(tree, hf_baichuan_segment_length, tvb, 0, 0, share->len));
    proto_item_set_generated(proto_tree_add_uint(tree, hf_baichuan_segment_offset, tvb, 0, 0, share->offset));
    if (share->noted_in > view->pinfo->num) {
        proto_item *item =
            proto_tree_add_uint(tree, hf_baichuan_segment_recognized_in, tvb, 0, 0, share->noted_in);
        proto_item_set_generated(item);
    }
    bc_fragments_show_frame(share->assembly, view->conversation->carrier, tvb, tree);
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
    if (share != NULL) {
        show_place(share, tvb, view, tree);
        return tree;
    }
    bc_connection_show(tvb, tree, 0, view->conversation->connection);
    proto_item_set_generated(proto_tree_add_uint(tree, hf_baichuan_segment_length, tvb, 0, 0, len));
    proto_item_set_generated(proto_tree_add_boolean(tree, hf_baichuan_segment_waiting, tvb, 0, 0, true));
    return tree;
}

/* ---- stretches: what is shown of a message that passes by -------------------------------------------------- */

/* A stretch, and the buffer that its bytes are in. */
typedef struct {
    const bc_run_t *run;
    tvbuff_t *tvb;
    int offset;
    const bc_decided_t *decided; /* first pass; else NULL */
} bc_laid_stretch_t;

static bc_laid_stretch_t
lay_stretch(const bc_run_t *run, tvbuff_t *tvb, const bc_segment_view_t *view, const bc_decided_t *decided)
{
    const uint8_t *bytes = bc_stretch_bytes(bc_stretch_of(run));

    if (bytes == NULL) {
        return (bc_laid_stretch_t){ run, tvb, (int)run->offset, decided };
    }
    tvbuff_t *source = tvb_new_child_real_data(tvb, bytes, run->len, (int)run->len);
    add_new_data_source(view->pinfo, source, "Passing BC");
    return (bc_laid_stretch_t){ run, source, 0, decided };
}

/* Shows what it has of the payload.
 *   tree  of its message, or of its packet's part of that */
static void
show_payload_of(const bc_laid_stretch_t *laid, const bc_segment_view_t *view, proto_tree *tree,
                bool with_message)
{
    const bc_run_t *run = laid->run;
    const bc_header_t header = bc_assembly_read_header(run->assembly);
    const uint8_t *bytes = tvb_get_ptr(laid->tvb, laid->offset, (int)run->len);
    const bc_shown_stretch_t shown = {
        .run = run,
        .header = &header,
        .plain = (laid->decided != NULL) ? laid->decided->plain
                                         : bc_stretch_open(run, bytes, &header, view->pinfo),
        .tvb = laid->tvb,
        .offset = laid->offset,
        .pinfo = view->pinfo,
        .tree = tree,
        .with_message = with_message,
    };

    bc_message_parts_show_stretch(&shown);
}

/* A stretch in the frame of its packet. Returns its tree. */
static proto_tree *
show_stretch(const bc_laid_stretch_t *laid, const bc_segment_view_t *view)
{
    const bc_run_t *run = laid->run;
    const bc_share_t share = { .assembly = run->assembly,
                               .offset = bc_stretch_of(run)->offset,
                               .len = run->len };
    const char *name = name_of_share(&share, view->pinfo);
    const char *media = bc_media_summary(view->pinfo, bc_stretch_media(run, view->pinfo->pool));
    /* proto_tree_add_protocol_format() would format the text twice. */
    proto_item *item =
        proto_tree_add_item(view->tree, proto_baichuan, laid->tvb, laid->offset, (int)run->len, ENC_NA);
    proto_tree *tree = proto_item_add_subtree(item, ett_baichuan_segment);

    proto_item_set_text(item, "Baichuan, %s (%u bytes)", name, run->len);
    bc_append_info(view->pinfo,
                   (media != NULL) ? wmem_strdup_printf(view->pinfo->pool, "%s (%s)", name, media) : name);
    show_place(&share, laid->tvb, view, tree);
    show_payload_of(laid, view, tree, false);
    return tree;
}

/* ---- messages that pass by: header and Extension, and what is left of the payload -------------------------- */

/* Returns its tree.
 *   decided  of the stretches that are shown with it, and then its own; NULL on later passes */
static proto_tree *
show_passing(const bc_run_t *run, tvbuff_t *tvb, const bc_segment_view_t *view, bc_decided_t *decided)
{
    const bc_assembly_t *assembly = run->assembly;
    tvbuff_t *head = tvb_new_child_real_data(tvb, assembly->bytes, assembly->len, (int)assembly->len);
    bc_decided_t *of_message = decided;
    bc_message_t message;

    const bc_run_t *rest = NULL;
    while (decided != NULL && (rest = bc_segment_next_run(&assembly->passing->rest, rest)) != NULL) {
        of_message = of_message->next;
    }
    if (of_message == NULL) {
        message = bc_run_message(run, assembly->bytes, view->pinfo, view->direction);
    }
    add_new_data_source(view->pinfo, head, "Beginning of BC");
    bc_fragments_show(assembly, view->conversation->carrier, head, view->pinfo, view->tree);
    proto_tree *tree = bc_message_show(head, view->pinfo, view->tree, 0, run,
                                       (of_message != NULL) ? &of_message->message : &message);
    rest = NULL;
    while ((rest = bc_segment_next_run(&assembly->passing->rest, rest)) != NULL) {
        const bc_laid_stretch_t laid = lay_stretch(rest, tvb, view, decided);
        show_payload_of(&laid, view, tree, true);
        decided = (decided != NULL) ? decided->next : NULL;
    }
    return tree;
}

void
bc_segment_show_passing(const bc_run_t *run, tvbuff_t *tvb, const bc_segment_view_t *view)
{
    show_passing(run, tvb, view, NULL);
}

/* ---- runs --------------------------------------------------------------------------------------------------- */

/* Returns its tree; that of the packet if it has none. */
static proto_tree *
show_run(const bc_run_t *run, tvbuff_t *tvb, const bc_segment_view_t *view, bc_decided_t *decided)
{
    if (run->passes) {
        const bc_laid_stretch_t laid = lay_stretch(run, tvb, view, decided);
        return show_stretch(&laid, view);
    }
    if (run->header_len > 0 && run->assembly != NULL && bc_assembly_passes(run->assembly)) {
        return show_passing(run, tvb, view, decided);
    }
    tvbuff_t *source = source_of_run(run, tvb, view);
    const int offset = (int)run->offset;

    if (run->header_len == 0) {
        bc_continuation_show(source, view->pinfo, view->tree, offset, (int)run->len, run->skip);
        return view->tree;
    }
    if (decided != NULL) {
        return bc_message_show(source, view->pinfo, view->tree, offset, run, &decided->message);
    }
    bc_message_t message =
        bc_run_message(run, tvb_get_ptr(source, offset, (int)run->len), view->pinfo, view->direction);
    return bc_message_show(source, view->pinfo, view->tree, offset, run, &message);
}

/* How many entries of what was decided are those of a run. */
static unsigned
count_decided(const bc_run_t *run)
{
    unsigned count = (run->passes || run->header_len > 0) ? 1 : 0;

    if (run->header_len > 0 && run->assembly != NULL && bc_assembly_passes(run->assembly)) {
        const bc_run_t *rest = NULL;
        while ((rest = bc_segment_next_run(&run->assembly->passing->rest, rest)) != NULL) {
            count++;
        }
    }
    return count;
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
        shown = show_run(run, tvb, view, decided);
        for (unsigned left = count_decided(run); left > 0 && decided != NULL; left--) {
            decided = decided->next;
        }
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
