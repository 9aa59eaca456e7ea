/* audio-header.c
 * The codec's own header at the start of an audio payload: ADTS of AAC, and the block header of ADPCM.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 5.4 and 5.5; ADTS is that of ISO/IEC 13818-7.
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>
#include <epan/tfs.h>

#include <baichuan/show/audio-header.h>
#include <baichuan/record/media-streams.h>

#define BLOCK_SIZE_END 4 /* bytes of ADPCM's header up to here are not of the block */

static int hf_baichuan_adts = -1;
static int hf_baichuan_adts_sync = -1;
static int hf_baichuan_adts_id = -1;
static int hf_baichuan_adts_layer = -1;
static int hf_baichuan_adts_no_crc = -1;
static int hf_baichuan_adts_profile = -1;
static int hf_baichuan_adts_rate = -1;
static int hf_baichuan_adts_private = -1;
static int hf_baichuan_adts_channels = -1;
static int hf_baichuan_adts_original = -1;
static int hf_baichuan_adts_home = -1;
static int hf_baichuan_adts_copyright = -1;
static int hf_baichuan_adts_copyright_start = -1;
static int hf_baichuan_adts_length = -1;
static int hf_baichuan_adts_fullness = -1;
static int hf_baichuan_adts_blocks = -1;
static int hf_baichuan_block_type = -1;
static int hf_baichuan_block_size = -1;
static int hf_baichuan_predictor = -1;
static int hf_baichuan_step_index = -1;

static int ett_baichuan_adts = -1;

static const true_false_string mpeg_versions = { "MPEG-2", "MPEG-4" };
static const value_string profiles[] = {
    { 0, "Main" }, { 1, "LC" }, { 2, "SSR" }, { 3, "LTP" }, { 0, NULL }
};
static const value_string rates[] = { { 0, "96000 Hz" }, { 1, "88200 Hz" },  { 2, "64000 Hz" },
                                      { 3, "48000 Hz" }, { 4, "44100 Hz" },  { 5, "32000 Hz" },
                                      { 6, "24000 Hz" }, { 7, "22050 Hz" },  { 8, "16000 Hz" },
                                      { 9, "12000 Hz" }, { 10, "11025 Hz" }, { 11, "8000 Hz" },
                                      { 12, "7350 Hz" }, { 0, NULL } };

static void
show_adts(tvbuff_t *tvb, proto_tree *tree, int offset)
{
    static const struct {
        const int *hf;
        int at;
        int len;
    } fields[] = {
        { &hf_baichuan_adts_sync, 0, 2 },      { &hf_baichuan_adts_id, 0, 2 },
        { &hf_baichuan_adts_layer, 0, 2 },     { &hf_baichuan_adts_no_crc, 0, 2 },
        { &hf_baichuan_adts_profile, 2, 2 },   { &hf_baichuan_adts_rate, 2, 2 },
        { &hf_baichuan_adts_private, 2, 2 },   { &hf_baichuan_adts_channels, 2, 2 },
        { &hf_baichuan_adts_original, 2, 2 },  { &hf_baichuan_adts_home, 2, 2 },
        { &hf_baichuan_adts_copyright, 2, 2 }, { &hf_baichuan_adts_copyright_start, 2, 2 },
        { &hf_baichuan_adts_length, 3, 3 },    { &hf_baichuan_adts_fullness, 5, 2 },
        { &hf_baichuan_adts_blocks, 5, 2 },
    };
    proto_item *item =
        proto_tree_add_item(tree, hf_baichuan_adts, tvb, offset, (int)BC_MEDIA_ADTS_HEADER, ENC_NA);
    proto_tree *subtree = proto_item_add_subtree(item, ett_baichuan_adts);

    for (size_t i = 0; i < array_length(fields); i++) {
        proto_tree_add_item(subtree, *fields[i].hf, tvb, offset + fields[i].at, fields[i].len,
                            ENC_BIG_ENDIAN);
    }
}

void
bc_audio_header_show(tvbuff_t *tvb, proto_tree *tree, int offset, int len, uint8_t type)
{
    if (type == BAICHUAN_MEDIA_AAC) {
        if (len == (int)BC_MEDIA_ADTS_HEADER) {
            show_adts(tvb, tree, offset);
        }
        return;
    }
    if (len >= BLOCK_SIZE_END) {
        proto_tree_add_item(tree, hf_baichuan_block_type, tvb, offset, 2, ENC_LITTLE_ENDIAN);
        proto_tree_add_item(tree, hf_baichuan_block_size, tvb, offset + 2, 2, ENC_LITTLE_ENDIAN);
    }
    if (len == (int)BC_MEDIA_CODEC_HEADER) {
        proto_tree_add_item(tree, hf_baichuan_predictor, tvb, offset + 4, 2, ENC_LITTLE_ENDIAN);
        proto_tree_add_item(tree, hf_baichuan_step_index, tvb, offset + 6, 1, ENC_LITTLE_ENDIAN);
    }
}

static void
register_adts(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_adts,
          { "ADTS header", "baichuan.media.adts", FT_NONE, BASE_NONE, NULL, 0,
            "Of the first AAC frame in the packet", HFILL } },
        { &hf_baichuan_adts_sync,
          { "Syncword", "baichuan.media.adts.sync", FT_UINT16, BASE_HEX, NULL, 0xfff0,
            "0xfff in every frame", HFILL } },
        { &hf_baichuan_adts_id,
          { "MPEG version", "baichuan.media.adts.id", FT_BOOLEAN, 16, TFS(&mpeg_versions), 0x0008,
            "Which MPEG standard the ADTS frame follows", HFILL } },
        { &hf_baichuan_adts_layer,
          { "Layer", "baichuan.media.adts.layer", FT_UINT16, BASE_DEC, NULL, 0x0006, "Always 0", HFILL } },
        { &hf_baichuan_adts_no_crc,
          { "No CRC", "baichuan.media.adts.protection_absent", FT_BOOLEAN, 16, NULL, 0x0001,
            "The header is not followed by a CRC", HFILL } },
        { &hf_baichuan_adts_profile,
          { "Profile", "baichuan.media.adts.profile", FT_UINT16, BASE_DEC, VALS(profiles), 0xc000,
            "Audio object type less 1", HFILL } },
        { &hf_baichuan_adts_rate,
          { "Sampling rate", "baichuan.media.adts.sampling_frequency_index", FT_UINT16, BASE_DEC, VALS(rates), 0x3c00,
            "As an index into the table of the standard", HFILL } },
        { &hf_baichuan_adts_private,
          { "Private bit", "baichuan.media.adts.private", FT_BOOLEAN, 16, NULL, 0x0200,
            "For the encoder's own use", HFILL } },
        { &hf_baichuan_adts_channels,
          { "Channel configuration", "baichuan.media.adts.channel_configuration", FT_UINT16, BASE_DEC, NULL, 0x01c0,
            "Number of channels up to 6", HFILL } },
        { &hf_baichuan_adts_original,
          { "Original", "baichuan.media.adts.original", FT_BOOLEAN, 16, NULL, 0x0020,
            "The stream is an original, not a copy", HFILL } },
        { &hf_baichuan_adts_home,
          { "Home", "baichuan.media.adts.home", FT_BOOLEAN, 16, NULL, 0x0010,
            "The same bit under the name that MPEG-4 gives it", HFILL } },
        { &hf_baichuan_adts_copyright,
          { "Copyright ID bit", "baichuan.media.adts.copyright_id", FT_BOOLEAN, 16, NULL, 0x0008,
            "One bit of a copyright number that is spread over 72 frames", HFILL } },
        { &hf_baichuan_adts_copyright_start,
          { "Copyright ID start", "baichuan.media.adts.copyright_start", FT_BOOLEAN, 16, NULL, 0x0004,
            "The copyright number begins with this frame's bit", HFILL } },
        { &hf_baichuan_adts_length,
          { "Frame length", "baichuan.media.adts.frame_length", FT_UINT24, BASE_DEC, NULL, 0x03ffe0,
            "In bytes, header included", HFILL } },
        { &hf_baichuan_adts_fullness,
          { "Buffer fullness", "baichuan.media.adts.buffer_fullness", FT_UINT16, BASE_HEX, NULL, 0x1ffc,
            "0x7ff for variable bit rate", HFILL } },
        { &hf_baichuan_adts_blocks,
          { "Raw data blocks less 1", "baichuan.media.adts.raw_data_blocks", FT_UINT16, BASE_DEC, NULL, 0x0003,
            "Number of further blocks in the frame", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
}

void
bc_audio_header_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_block_type,
          { "Block type", "baichuan.media.block_type", FT_UINT16, BASE_HEX, NULL, 0,
            "Of an ADPCM packet: always 0x0100", HFILL } },
        { &hf_baichuan_block_size,
          { "Block size", "baichuan.media.block_size", FT_UINT16, BASE_DEC, NULL, 0,
            "Half the bytes of the ADPCM block that follows; clients write other numbers for talk", HFILL } },
        { &hf_baichuan_predictor,
          { "Predictor", "baichuan.media.predictor", FT_INT16, BASE_DEC, NULL, 0,
            "First sample of the ADPCM block", HFILL } },
        { &hf_baichuan_step_index,
          { "Step index", "baichuan.media.step_index", FT_UINT8, BASE_DEC, NULL, 0,
            "Of the ADPCM block, 0 to 88", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan_adts };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    register_adts(proto);
}
