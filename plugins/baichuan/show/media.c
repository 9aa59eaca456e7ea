/* media.c
 * Media packets inside BC messages: tree, columns, tap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/expert.h>
#include <epan/packet.h>
#include <epan/prefs.h>

#include <baichuan/show/audio-header.h>
#include <baichuan/taps/export.h>
#include <baichuan/taps/sound.h>
#include <baichuan/taps/media-stats.h>
#include <baichuan/show/display.h>
#include <baichuan/show/media-header.h>
#include <baichuan/show/media-links.h>
#include <baichuan/show/media-listeners.h>
#include <baichuan/show/media.h>
#include <baichuan/show/video-handover.h>
#include <baichuan/wire/xml-secrets.h>

#define TYPES_IN_INFO 6 /* of packets, in the Info column */

static int hf_baichuan_media = -1;
static int hf_baichuan_stream_codec = -1;
static int hf_baichuan_data = -1;
static int hf_baichuan_padding = -1;
static int hf_baichuan_header_piece = -1;
static int hf_baichuan_skipped = -1;

static int ett_baichuan_media = -1;

static expert_field ei_baichuan_incomplete = EI_INIT;
static expert_field ei_baichuan_hole = EI_INIT;
static expert_field ei_baichuan_skipped = EI_INIT;
static expert_field ei_baichuan_zeros = EI_INIT;
static expert_field ei_baichuan_late = EI_INIT;
static expert_field ei_baichuan_more = EI_INIT;
static expert_field ei_baichuan_codec = EI_INIT;

/* ---- columns ------------------------------------------------------------------------------------------ */

/* Whether a part is where its packet is shown. */
static bool
is_shown_here(const bc_media_part_t *part)
{
    return part->packet != NULL && (part->packet->reassemble ? part->ends : part->header);
}

const char *
bc_media_summary(packet_info *pinfo, const bc_media_record_t *record)
{
    if (record == NULL || record->n_parts == 0) {
        return NULL;
    }
    wmem_strbuf_t *text = wmem_strbuf_new(pinfo->pool, "");
    uint32_t named = 0;
    for (uint32_t i = 0; i < record->n_parts; i++) {
        const bc_media_part_t *part = &record->parts[i];
        if (is_shown_here(part)) {
            if (named++ == TYPES_IN_INFO) {
                wmem_strbuf_append(text, ", ...");
                break;
            }
            wmem_strbuf_append_printf(text, "%s%s", named > 1 ? ", " : "",
                                      bc_media_type_name(part->packet->header.type));
        }
    }
    return (named > 0) ? wmem_strbuf_finalize(text) : NULL;
}

/* ---- tree: parts -------------------------------------------------------------------------------------- */

/* A part with the buffers that its packet's bytes are in. */
typedef struct {
    tvbuff_t *plain; /* the message's payload */
    tvbuff_t *whole; /* the packet, if it was reassembled, else NULL */
    packet_info *pinfo;
    const bc_media_record_t *record;
    const bc_media_part_t *part;
} view_t;

/* Bytes in file scope as a data source of this packet, without secrets if these are hidden. */
static tvbuff_t *
source(const view_t *view, const uint8_t *bytes, uint32_t len, const char *name)
{
    if (bc_hides_secrets() && bc_data_has_secrets(bytes, len, true)) {
        uint8_t *masked = wmem_memdup(view->pinfo->pool, bytes, len);
        bc_xml_mask_secrets(masked, len, true);
        bytes = masked;
    }
    tvbuff_t *tvb = tvb_new_child_real_data(view->plain, bytes, len, (int)len);

    add_new_data_source(view->pinfo, tvb, name);
    return tvb;
}

static void
show_units(const view_t *view, proto_tree *tree)
{
    const bc_media_part_t *part = view->part;
    tvbuff_t *bytes = (view->whole != NULL) ? view->whole : view->plain;

    for (uint32_t i = 0; i < part->n_units; i++) {
        const bc_media_unit_t *unit = bc_media_units(view->record, part) + i;
        tvbuff_t *tvb = bytes;
        int at = (int)unit->at;
        if (unit->joined != NULL) {
            tvb = source(view, unit->joined, unit->len, "Media bytes of several messages");
            at = 0;
        }
        if (unit->codec == BAICHUAN_CODEC_NONE) {
            bc_audio_header_show(tvb, tree, at, (int)unit->len, part->packet->header.type);
        } else {
            bc_video_show_unit(tvb, view->pinfo, tree, at, unit);
        }
    }
}

/* The payload's bytes at at of a buffer, and what is in them. */
static void
show_data(const view_t *view, proto_tree *tree, tvbuff_t *tvb, int at, int len)
{
    const bc_media_header_t *header = &view->part->packet->header;
    const int codec_header = (int)bc_media_codec_header(header);

    if (len > 0) {
        proto_tree_add_item(tree, hf_baichuan_data, tvb, at, len, ENC_NA);
    }
    if (codec_header > 0 && len >= codec_header && (view->whole != NULL || view->part->offset == 0)) {
        bc_audio_header_show(tvb, tree, at, codec_header, header->type);
    }
    show_units(view, tree);
}

static void
show_media_padding(const view_t *view, proto_tree *tree)
{
    const bc_media_part_t *part = view->part;
    const int end = (int)(part->at + part->len);
    const int from = (int)(part->data_at + part->data_len);

    if (part->ends && from < end) {
        proto_tree_add_item(tree, hf_baichuan_padding, view->plain, from, end - from, ENC_NA);
    }
}

static void
show_hints(const view_t *view, proto_tree *tree, proto_item *item)
{
    const bc_media_part_t *part = view->part;

    if (part->hole) {
        expert_add_info(view->pinfo, item, &ei_baichuan_hole);
    }
    if (part->disagrees) {
        proto_item *codec = proto_tree_add_string(tree, hf_baichuan_stream_codec, view->plain, 0, 0,
                                                  bc_media_codec_name(part->codec));
        proto_item_set_generated(codec);
        expert_add_info_format(view->pinfo, codec, &ei_baichuan_codec,
                               "The header says %s, but the bytes are %s: they are shown as %s",
                               bc_media_codec_name(part->packet->header.codec),
                               bc_media_codec_name(part->codec), bc_media_codec_name(part->codec));
    }
}

/* The packet with all of its fields. */
static void
show_packet(view_t *view, proto_tree *tree)
{
    const bc_media_part_t *part = view->part;
    const bc_media_packet_t *packet = part->packet;
    const bc_media_header_t *header = &packet->header;
    tvbuff_t *tvb = view->plain;
    int offset = (int)part->at;

    if (packet->reassemble) {
        tvb = view->whole =
            source(view, packet->kept, header->len + header->size, "Reassembled media packet");
        offset = 0;
    } else if (packet->kept != NULL) {
        tvb = source(view, packet->kept, header->len, "Media header of several messages");
        offset = 0;
    }
    proto_item *item = proto_tree_add_none_format(tree, hf_baichuan_media, view->plain, (int)part->at,
                                                  (int)part->len, "%s", bc_media_type_name(header->type));
    proto_tree *subtree = proto_item_add_subtree(item, ett_baichuan_media);
    if (header->type != BAICHUAN_MEDIA_INFO) {
        proto_item_append_text(item, ", %u bytes", header->size);
        if (!part->ends) {
            proto_item_append_text(item, ", the first %u of them here", part->data_len);
        }
    }
    bc_media_header_show(tvb, view->pinfo, subtree, offset, header);
    bc_media_place_show(packet, view->plain, subtree);
    show_hints(view, subtree, item);
    if (view->whole != NULL) {
        show_data(view, subtree, view->whole, (int)header->len, (int)header->size);
    } else {
        show_data(view, subtree, view->plain, (int)part->data_at, (int)part->data_len);
    }
    show_media_padding(view, subtree);
    bc_media_links_show(part, view->plain, subtree);
}

/* A part of a packet that is shown elsewhere: its item. */
static proto_item *
add_continuation(const view_t *view, proto_tree *tree)
{
    const bc_media_part_t *part = view->part;
    const char *name = bc_media_type_name(part->type);
    const int at = (int)part->at, len = (int)part->len;

    if (part->data_len > 0) {
        return proto_tree_add_none_format(tree, hf_baichuan_media, view->plain, at, len,
                                          "%s, bytes %u to %u of %u", name, part->offset + 1,
                                          part->offset + part->data_len, part->packet->header.size);
    }
    if (part->type == BAICHUAN_MEDIA_UNKNOWN) {
        return proto_tree_add_none_format(tree, hf_baichuan_media, view->plain, at, len,
                                          "%s, %u bytes of its header", name, part->len);
    }
    return proto_tree_add_none_format(tree, hf_baichuan_media, view->plain, at, len, "%s, %s", name,
                                      part->begins ? "its header" : "its end");
}

static void
show_continuation(view_t *view, proto_tree *tree)
{
    const bc_media_part_t *part = view->part;
    const int end = (int)(part->at + part->len);
    const int data = (part->data_len > 0) ? (int)part->data_at : end;
    proto_item *item = add_continuation(view, tree);
    proto_tree *subtree = proto_item_add_subtree(item, ett_baichuan_media);

    if (data > (int)part->at && (part->header || part->type == BAICHUAN_MEDIA_UNKNOWN)) {
        proto_tree_add_item(subtree, hf_baichuan_header_piece, view->plain, (int)part->at,
                            data - (int)part->at, ENC_NA);
    }
    show_hints(view, subtree, item);
    if (part->type == BAICHUAN_MEDIA_UNKNOWN || !part->packet->reassemble) {
        show_data(view, subtree, view->plain, data, (int)part->data_len);
    }
    show_media_padding(view, subtree);
    bc_media_links_show(part, view->plain, subtree);
}

static void
show_skipped(const view_t *view, proto_tree *tree)
{
    const bc_media_part_t *part = view->part;
    const int hf = part->zeros ? hf_baichuan_padding : hf_baichuan_skipped;
    proto_item *item = proto_tree_add_item(tree, hf, view->plain, (int)part->at, (int)part->len, ENC_NA);

    if (part->zeros) {
        expert_add_info(view->pinfo, item, &ei_baichuan_zeros);
    } else if (part->search) {
        expert_add_info(view->pinfo, item, &ei_baichuan_skipped);
    }
}

/* ---- message ------------------------------------------------------------------------------------------ */

static void
show_part(view_t *view, proto_tree *tree)
{
    if (view->part->packet == NULL) {
        show_skipped(view, tree);
    } else if (is_shown_here(view->part)) {
        show_packet(view, tree);
    } else {
        show_continuation(view, tree);
    }
}

static void
show_given_up(const bc_media_record_t *record, packet_info *pinfo, proto_item *item)
{
    const bc_media_packet_t *packet = record->given_up;

    if (packet == NULL) {
        return;
    }
    if (packet->header.type == BAICHUAN_MEDIA_UNKNOWN) {
        expert_add_info_format(pinfo, item, &ei_baichuan_incomplete,
                               "The header of the media packet that begins in frame %u is not complete",
                               packet->begin_frame);
    } else {
        expert_add_info_format(pinfo, item, &ei_baichuan_incomplete,
                               "The %s that begins in frame %u is not complete: %u of its %u bytes are there",
                               bc_media_type_name(packet->header.type), packet->begin_frame,
                               record->given_up_has, packet->header.size);
    }
}

void
bc_media_show(tvbuff_t *plain, packet_info *pinfo, proto_tree *tree, const bc_header_t *header,
              const bc_media_record_t *record, const bc_transfer_piece_t *piece)
{
    if (record == NULL) {
        return;
    }
    proto_item *item = proto_tree_get_parent(tree);
    view_t view = { .plain = plain, .pinfo = pinfo, .record = record };

    bc_media_tell_listeners(plain, pinfo, header, record, piece);
    show_given_up(record, pinfo, item);
    if (record->late) {
        expert_add_info(pinfo, item, &ei_baichuan_late);
    }
    for (uint32_t i = 0; i < record->n_parts; i++) {
        view.part = &record->parts[i];
        view.whole = NULL;
        show_part(&view, tree);
    }
    if (record->more) {
        expert_add_info(pinfo, item, &ei_baichuan_more);
    }
}

void
bc_media_show_unopened(packet_info *pinfo, proto_item *item, const bc_media_record_t *record)
{
    if (record != NULL) {
        show_given_up(record, pinfo, item);
    }
}

/* ---- registration ------------------------------------------------------------------------------------- */

static void
register_media_fields(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_media,
          { "Media", "baichuan.media", FT_NONE, BASE_NONE, NULL, 0,
            "A media packet, or the part of one that lies here", HFILL } },
        { &hf_baichuan_data,
          { "Data", "baichuan.media.data", FT_BYTES, BASE_NONE, NULL, 0,
            "Bytes of the packet's payload that lie here; all of them where the preference "
            "baichuan.reassemble_media has put the packet together", HFILL } },
        { &hf_baichuan_padding,
          { "Padding", "baichuan.media.padding", FT_BYTES, BASE_NONE, NULL, 0,
            "Up to a multiple of 8 bytes; often not zero. Some clients send more, and zeros", HFILL } },
        { &hf_baichuan_header_piece,
          { "Piece of the header", "baichuan.media.header_piece", FT_BYTES, BASE_NONE, NULL, 0,
            "Bytes of a header whose fields are shown elsewhere: where it is complete, or with "
            "baichuan.reassemble_media where the packet is", HFILL } },
        { &hf_baichuan_skipped,
          { "No media packet", "baichuan.media.skipped", FT_BYTES, BASE_NONE, NULL, 0,
            "Bytes of which no media packet is known: its beginning is not in the capture, or they are none", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
}

static void
register_generated_media_fields(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_stream_codec,
          { "Codec of the bytes", "baichuan.media.codec_of_bytes", FT_STRING, BASE_NONE, NULL, 0,
            "H264 or H265, by the NAL units; shown where the header says something else", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
}

static void
register_media_experts(int proto)
{
    /* clang-format off */
    static ei_register_info ei[] = {
        { &ei_baichuan_incomplete,
          { "baichuan.expert.media_incomplete", PI_SEQUENCE, PI_WARN,
            "A media packet is not complete", EXPFILL } },
        { &ei_baichuan_hole,
          { "baichuan.expert.media_hole", PI_SEQUENCE, PI_NOTE,
            "Bytes of the connection are missing before this media packet, or were not opened; packets of this stream may be "
            "among them",
            EXPFILL } },
        { &ei_baichuan_skipped,
          { "baichuan.expert.media_skipped", PI_MALFORMED, PI_WARN,
            "No media packet begins where one should; the next one is searched for", EXPFILL } },
        { &ei_baichuan_zeros,
          { "baichuan.expert.media_zeros", PI_PROTOCOL, PI_NOTE,
            "More zero bytes behind a media packet than it needs to fill 8: some clients pad so", EXPFILL } },
        { &ei_baichuan_late,
          { "baichuan.expert.media_late", PI_SEQUENCE, PI_NOTE,
            "Set tcp.reassemble_out_of_order to put segments in order: this message came after ones that follow it, so its "
            "media packets are not read", EXPFILL } },
        { &ei_baichuan_more,
          { "baichuan.expert.media_more", PI_UNDECODED, PI_NOTE,
            "This message has more media packets or NAL units than are shown", EXPFILL } },
        { &ei_baichuan_codec,
          { "baichuan.expert.media_codec", PI_PROTOCOL, PI_NOTE,
            "The codec of the header is not that of the bytes", EXPFILL } },
    };
    /* clang-format on */

    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}

void
bc_media_register(int proto, module_t *module)
{
    static int *ett[] = { &ett_baichuan_media };

    register_media_fields(proto);
    register_generated_media_fields(proto);
    register_media_experts(proto);
    proto_register_subtree_array(ett, array_length(ett));
    bc_media_header_register(proto);
    bc_media_links_register(proto);
    bc_audio_header_register(proto);
    bc_video_register(proto);
    bc_media_streams_register(module);
    bc_media_listeners_register();
}

void
bc_media_handoff(void)
{
    bc_sound_handoff();
    bc_video_handoff();
    bc_media_stats_handoff();
}
