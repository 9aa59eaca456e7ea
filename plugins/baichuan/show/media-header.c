/* media-header.c
 * The headers of media packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <baichuan/show/media-header.h>

static int hf_baichuan_additional = -1;
static int hf_baichuan_additional_length = -1;
static int hf_baichuan_channel = -1;
static int hf_baichuan_codec = -1;
static int hf_baichuan_end_time = -1;
static int hf_baichuan_fps = -1;
static int hf_baichuan_height = -1;
static int hf_baichuan_info_length = -1;
static int hf_baichuan_microseconds = -1;
static int hf_baichuan_size = -1;
static int hf_baichuan_size_again = -1;
static int hf_baichuan_start_time = -1;
static int hf_baichuan_time = -1;
static int hf_baichuan_type = -1;
static int hf_baichuan_width = -1;

const char *
bc_media_type_name(uint8_t type)
{
    static const char *const names[BAICHUAN_MEDIA_TYPES] = {
        [BAICHUAN_MEDIA_UNKNOWN] = "Media packet",
        [BAICHUAN_MEDIA_INFO] = "Info",
        [BAICHUAN_MEDIA_I_FRAME] = "I-frame",
        [BAICHUAN_MEDIA_P_FRAME] = "P-frame",
        [BAICHUAN_MEDIA_AAC] = "AAC",
        [BAICHUAN_MEDIA_ADPCM] = "ADPCM",
    };

    return names[type];
}

const char *
bc_media_codec_name(uint8_t codec)
{
    return (codec == BAICHUAN_CODEC_H265) ? "H265" : "H264";
}

/* Six bytes: year - 1900, month, day, hour, minute, second. */
static void
add_local_time(proto_tree *tree, packet_info *pinfo, int hf, tvbuff_t *tvb, int offset)
{
    const char *text = wmem_strdup_printf(pinfo->pool, "%04u-%02u-%02u %02u:%02u:%02u",
                                          1900u + tvb_get_uint8(tvb, offset), tvb_get_uint8(tvb, offset + 1),
                                          tvb_get_uint8(tvb, offset + 2), tvb_get_uint8(tvb, offset + 3),
                                          tvb_get_uint8(tvb, offset + 4), tvb_get_uint8(tvb, offset + 5));

    proto_tree_add_string(tree, hf, tvb, offset, 6, text);
}

static void
show_info_header(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset)
{
    proto_tree_add_item(tree, hf_baichuan_info_length, tvb, offset + 4, 4, ENC_LITTLE_ENDIAN);
    proto_tree_add_item(tree, hf_baichuan_width, tvb, offset + 8, 4, ENC_LITTLE_ENDIAN);
    proto_tree_add_item(tree, hf_baichuan_height, tvb, offset + 12, 4, ENC_LITTLE_ENDIAN);
    proto_tree_add_item(tree, hf_baichuan_fps, tvb, offset + 17, 1, ENC_LITTLE_ENDIAN);
    add_local_time(tree, pinfo, hf_baichuan_start_time, tvb, offset + 18);
    add_local_time(tree, pinfo, hf_baichuan_end_time, tvb, offset + 24);
}

static void
show_video_header(tvbuff_t *tvb, proto_tree *tree, int offset, const bc_media_header_t *header)
{
    proto_tree_add_string(tree, hf_baichuan_codec, tvb, offset + 4, 4, bc_media_codec_name(header->codec));
    proto_tree_add_item(tree, hf_baichuan_size, tvb, offset + 8, 4, ENC_LITTLE_ENDIAN);
    proto_tree_add_item(tree, hf_baichuan_additional_length, tvb, offset + 12, 4, ENC_LITTLE_ENDIAN);
    proto_tree_add_item(tree, hf_baichuan_microseconds, tvb, offset + 16, 8, ENC_LITTLE_ENDIAN);
    if (header->additional > 0) {
        const int additional = offset + (int)BC_MEDIA_VIDEO_HEADER;
        proto_tree_add_item(tree, hf_baichuan_additional, tvb, additional, (int)header->additional, ENC_NA);
        if (header->type == BAICHUAN_MEDIA_I_FRAME && header->additional >= 4) {
            proto_tree_add_item(tree, hf_baichuan_time, tvb, additional, 4,
                                ENC_TIME_SECS | ENC_LITTLE_ENDIAN);
        }
    }
}

/* All of the header at offset of a buffer: the message's payload, or one that was put together. */
void
bc_media_header_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset,
                     const bc_media_header_t *header)
{
    proto_tree_add_string(tree, hf_baichuan_type, tvb, offset, 4, bc_media_type_name(header->type));
    if (header->type == BAICHUAN_MEDIA_INFO) {
        show_info_header(tvb, pinfo, tree, offset);
        return;
    }
    proto_tree_add_uint(tree, hf_baichuan_channel, tvb, offset, 1, header->channel);
    if (header->type == BAICHUAN_MEDIA_I_FRAME || header->type == BAICHUAN_MEDIA_P_FRAME) {
        show_video_header(tvb, tree, offset, header);
    } else {
        proto_tree_add_item(tree, hf_baichuan_size, tvb, offset + 4, 2, ENC_LITTLE_ENDIAN);
        proto_tree_add_item(tree, hf_baichuan_size_again, tvb, offset + 6, 2, ENC_LITTLE_ENDIAN);
    }
}

void
bc_media_header_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_additional,
          { "Additional header", "baichuan.media.additional", FT_BYTES, BASE_NONE, NULL, 0,
            "Of I-frames the camera's clock first; newer cameras put what they recognise into it", HFILL } },
        { &hf_baichuan_additional_length,
          { "Length of the additional header", "baichuan.media.additional_length", FT_UINT32, BASE_DEC, NULL, 0,
            "In bytes", HFILL } },
        { &hf_baichuan_channel,
          { "Channel digit", "baichuan.media.channel", FT_UINT8, BASE_DEC, NULL, 0,
            "First character of the magic: 0 on cameras and most NVRs, the channel on some", HFILL } },
        { &hf_baichuan_codec,
          { "Codec", "baichuan.media.codec", FT_STRING, BASE_NONE, NULL, 0,
            "H264 or H265, as the packet's header says", HFILL } },
        { &hf_baichuan_end_time,
          { "End", "baichuan.media.end_time", FT_STRING, BASE_NONE, NULL, 0,
            "Local time of the camera: YYYY-MM-DD hh:mm:ss", HFILL } },
        { &hf_baichuan_fps,
          { "Frames per second", "baichuan.media.fps", FT_UINT8, BASE_DEC, NULL, 0,
            "Nominal; some devices send fewer, and older ones an index into a table instead", HFILL } },
        { &hf_baichuan_height,
          { "Height", "baichuan.media.height", FT_UINT32, BASE_DEC, NULL, 0, "Of the picture, in pixels", HFILL } },
        { &hf_baichuan_info_length,
          { "Length of the info", "baichuan.media.info_length", FT_UINT32, BASE_DEC, NULL, 0,
            "32 bytes, magic and this field included", HFILL } },
        { &hf_baichuan_microseconds,
          { "Microseconds", "baichuan.media.microseconds", FT_UINT64, BASE_DEC, NULL, 0,
            "Time stamp of the frame, by the device's uptime", HFILL } },
        { &hf_baichuan_size,
          { "Size", "baichuan.media.size", FT_UINT32, BASE_DEC, NULL, 0,
            "Bytes of the payload, without headers and padding", HFILL } },
        { &hf_baichuan_size_again,
          { "Size again", "baichuan.media.size_again", FT_UINT16, BASE_DEC, NULL, 0,
            "Audio packets give their size in bytes twice", HFILL } },
        { &hf_baichuan_start_time,
          { "Start", "baichuan.media.start_time", FT_STRING, BASE_NONE, NULL, 0,
            "Local time of the camera: YYYY-MM-DD hh:mm:ss", HFILL } },
        { &hf_baichuan_time,
          { "Time", "baichuan.media.time", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC, NULL, 0,
            "Second of the frame, by the camera's clock", HFILL } },
        { &hf_baichuan_type,
          { "Type", "baichuan.media.type", FT_STRING, BASE_NONE, NULL, 0,
            "Info, I-frame, P-frame, AAC or ADPCM; shown once a packet", HFILL } },
        { &hf_baichuan_width,
          { "Width", "baichuan.media.width", FT_UINT32, BASE_DEC, NULL, 0, "Of the picture, in pixels", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
}
