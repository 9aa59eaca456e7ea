/* media-links.c
 * Where a media packet stands: in its stream, and in which frames its other parts are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <baichuan/record/elapsed.h>
#include <baichuan/show/media-links.h>

static int hf_baichuan_begins_in = -1;
static int hf_baichuan_continued_in = -1;
static int hf_baichuan_device_since_previous = -1;
static int hf_baichuan_ends_in = -1;
static int hf_baichuan_frame_number = -1;
static int hf_baichuan_messages = -1;
static int hf_baichuan_number = -1;
static int hf_baichuan_reassembled_in = -1;
static int hf_baichuan_since_previous = -1;
static int hf_baichuan_stream = -1;

static void
add_frame_link(proto_tree *tree, int hf, tvbuff_t *tvb, uint32_t frame)
{
    if (frame != 0) {
        proto_item_set_generated(proto_tree_add_uint(tree, hf, tvb, 0, 0, frame));
    }
}

void
bc_media_links_show(const bc_media_part_t *part, tvbuff_t *tvb, proto_tree *tree)
{
    const bc_media_packet_t *packet = part->packet;

    if (packet->reassemble && part->ends) {
        add_frame_link(tree, hf_baichuan_messages, tvb, packet->messages);
    }
    if (!part->begins) {
        add_frame_link(tree, hf_baichuan_begins_in, tvb, packet->begin_frame);
    }
    if (!part->ends && part->type != BAICHUAN_MEDIA_UNKNOWN && packet->reassemble) {
        add_frame_link(tree, hf_baichuan_reassembled_in, tvb, packet->end_frame);
    }
    add_frame_link(tree, hf_baichuan_continued_in, tvb, part->next_frame);
    if (part->begins && !part->ends) {
        add_frame_link(tree, hf_baichuan_ends_in, tvb, packet->end_frame);
    }
}

/* What follows from the packets before. */
void
bc_media_place_show(const bc_media_packet_t *packet, tvbuff_t *tvb, proto_tree *tree)
{
    proto_item_set_generated(proto_tree_add_uint(tree, hf_baichuan_stream, tvb, 0, 0, packet->stream));
    proto_item_set_generated(proto_tree_add_uint(tree, hf_baichuan_number, tvb, 0, 0, packet->number));
    if (packet->frame_number != 0) {
        proto_item_set_generated(
            proto_tree_add_uint(tree, hf_baichuan_frame_number, tvb, 0, 0, packet->frame_number));
    }
    if (packet->previous != NULL) {
        const nstime_t since = bc_elapsed_time(packet->since_previous);
        proto_item_set_generated(proto_tree_add_time(tree, hf_baichuan_since_previous, tvb, 0, 0, &since));
        if (bc_media_is_video(packet)) {
            const uint64_t before = packet->previous->header.microseconds;
            proto_item_set_generated(proto_tree_add_int64(tree, hf_baichuan_device_since_previous, tvb, 0, 0,
                                                          (int64_t)(packet->header.microseconds - before)));
        }
    }
}

void
bc_media_links_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_begins_in,
          { "Begins in", "baichuan.media.begins_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame with the first byte of this packet", HFILL } },
        { &hf_baichuan_continued_in,
          { "Continued in", "baichuan.media.continued_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame with the next part of this packet", HFILL } },
        { &hf_baichuan_device_since_previous,
          { "Microseconds since the previous one", "baichuan.media.microseconds_delta", FT_INT64, BASE_DEC, NULL, 0,
            "By the device's clock, since the previous packet of this type in the stream", HFILL } },
        { &hf_baichuan_ends_in,
          { "Ends in", "baichuan.media.ends_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame with the last byte of this packet's payload", HFILL } },
        { &hf_baichuan_frame_number,
          { "Frame number", "baichuan.media.frame_number", FT_UINT32, BASE_DEC, NULL, 0,
            "Of this packet among the I- and P-frames of its stream, or among its audio packets, from 1", HFILL } },
        { &hf_baichuan_messages,
          { "Messages", "baichuan.media.messages", FT_UINT32, BASE_DEC, NULL, 0,
            "How many messages this packet was reassembled from", HFILL } },
        { &hf_baichuan_number,
          { "Packet number", "baichuan.media.number", FT_UINT32, BASE_DEC, NULL, 0,
            "Of this packet in its stream, all types together, from 1", HFILL } },
        { &hf_baichuan_reassembled_in,
          { "Reassembled in", "baichuan.media.reassembled_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame that shows the whole packet, because of the preference baichuan.reassemble_media", HFILL } },
        { &hf_baichuan_since_previous,
          { "Time since the previous one", "baichuan.media.time_delta", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "Seconds in the capture since the previous packet of this type in the stream", HFILL } },
        { &hf_baichuan_stream,
          { "Media stream", "baichuan.media.stream", FT_UINT32, BASE_DEC, NULL, 0,
            "Number of the stream in this file: one for each direction, message ID and exchange", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
}
