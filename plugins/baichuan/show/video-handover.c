/* video-handover.c
 * Handing the NAL units of video frames to Wireshark's H.264 and H.265 dissectors.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Those dissectors take one unit without start code, and walk through every byte of it; so of slices they get
 * the beginning only. The H.264 dissector warns of each slice that it does not decode all of it, and would paint every
 * healthy capture yellow, so their expert items are left out. The H.265 dissector reads slices with values of the parameter sets that it has seen
 * last, in whatever stream: what it says of a slice depends on the order in which frames are looked at. That
 * is told with each slice.
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <baichuan/show/display.h>
#include <baichuan/wire/nal-units.h>
#include <baichuan/show/video-handover.h>

/* A layer is added to the packet with each call, and Wireshark takes some hundred for a bug. */
#define MAX_LAYERS 150u

/* first_slice_segment_in_pic_flag of H.265 */
#define FIRST_SLICE_BYTE 2
#define FIRST_SLICE      0x80

static dissector_handle_t h264_handle;
static dissector_handle_t h265_handle;

static int hf_baichuan_nal = -1;
static int hf_baichuan_nal_type = -1;

static int ett_baichuan_nal = -1;

static const value_string h264_types[] = {
    { 1, "Slice" },
    { 2, "Slice data partition A" },
    { 3, "Slice data partition B" },
    { 4, "Slice data partition C" },
    { 5, "Slice of a key frame" },
    { 6, "SEI" },
    { 7, "Sequence parameter set" },
    { 8, "Picture parameter set" },
    { 9, "Access unit delimiter" },
    { 10, "End of sequence" },
    { 11, "End of stream" },
    { 12, "Filler data" },
    { 13, "Sequence parameter set extension" },
    { 14, "Prefix" },
    { 15, "Subset sequence parameter set" },
    { 19, "Auxiliary slice" },
    { 20, "Slice extension" },
    { 0, NULL },
};

static const value_string h265_types[] = {
    { 0, "Trailing slice, not a reference" },
    { 1, "Trailing slice" },
    { 16, "Slice of a key frame (BLA, leading pictures)" },
    { 17, "Slice of a key frame (BLA, decodable leading pictures)" },
    { 18, "Slice of a key frame (BLA)" },
    { 19, "Slice of a key frame (IDR, decodable leading pictures)" },
    { 20, "Slice of a key frame (IDR)" },
    { 21, "Slice of a key frame (CRA)" },
    { 32, "Video parameter set" },
    { 33, "Sequence parameter set" },
    { 34, "Picture parameter set" },
    { 35, "Access unit delimiter" },
    { 36, "End of sequence" },
    { 37, "End of bitstream" },
    { 38, "Filler data" },
    { 39, "SEI before the picture" },
    { 40, "SEI behind the picture" },
    { 0, NULL },
};

/* Whether it is a slice that does not begin its picture. The H.265 dissector reads the place of such a slice
 * with a width that it takes from the parameter sets, and fails if that is impossible. */
static bool
is_further_slice(tvbuff_t *tvb, int at, const bc_media_unit_t *unit)
{
    return unit->codec == BAICHUAN_CODEC_H265 && unit->extent == BC_NAL_BEGINNING &&
           unit->len > FIRST_SLICE_BYTE && (tvb_get_uint8(tvb, at + FIRST_SLICE_BYTE) & FIRST_SLICE) == 0;
}

static const char *
note_of(const bc_media_unit_t *unit, bool further_slice)
{
    if (further_slice) {
        return " (not the first one of its picture, so it is not dissected)";
    }
    switch ((bc_nal_extent_t)unit->extent) {
    case BC_NAL_BEGINNING:
        return (unit->codec == BAICHUAN_CODEC_H265)
                   ? " (its beginning, read with the parameter sets that were dissected last)"
                   : " (its beginning)";
    case BC_NAL_KEPT_BACK:
        return " (of a type that is not dissected)";
    case BC_NAL_TOO_LONG:
        return " (too long to be dissected)";
    case BC_NAL_WHOLE:
        break;
    }
    return "";
}

void
bc_video_show_unit(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int at, const bc_media_unit_t *unit)
{
    const bool h265 = unit->codec == BAICHUAN_CODEC_H265;
    const int here = (int)(unit->joined != NULL ? unit->len : unit->here);
    const bool further_slice = is_further_slice(tvb, at, unit);
    const char *name = val_to_str_const(unit->type, h265 ? h265_types : h264_types, "Other");
    proto_item *item =
        proto_tree_add_none_format(tree, hf_baichuan_nal, tvb, at, here, "%s NAL unit %u: %s%s",
                                   h265 ? "H.265" : "H.264", unit->type, name, note_of(unit, further_slice));
    proto_tree *subtree = proto_item_add_subtree(item, ett_baichuan_nal);

    proto_item_set_generated(proto_tree_add_uint(subtree, hf_baichuan_nal_type, tvb, at, 1, unit->type));
    if (unit->extent == BC_NAL_KEPT_BACK || unit->extent == BC_NAL_TOO_LONG || further_slice) {
        return;
    }
    dissector_handle_t handle = h265 ? h265_handle : h264_handle;
    if (handle != NULL && wmem_list_count(pinfo->layers) < MAX_LAYERS) {
        tvbuff_t *nal = tvb_new_subset_length(tvb, at, (int)unit->len);
        bc_call_silenced(handle, nal, pinfo, subtree, unit->extent == BC_NAL_BEGINNING);
    }
}

void
bc_video_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_nal,
          { "NAL unit", "baichuan.media.nal", FT_NONE, BASE_NONE, NULL, 0,
            "As far as this message holds it, in the codec's own terms", HFILL } },
        { &hf_baichuan_nal_type,
          { "NAL unit type", "baichuan.media.nal_type", FT_UINT8, BASE_DEC, NULL, 0,
            "What it means depends on the codec", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan_nal };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}

void
bc_video_handoff(void)
{
    h264_handle = find_dissector("h264");
    h265_handle = find_dissector("h265");
}
