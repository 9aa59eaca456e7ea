/* streams-table.c
 * The table of media streams: Statistics > Baichuan media, and `-z baichuan,media`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A row a stream. Only media packets that were clear or opened come here, and what is not known is left blank: a rate of
 * less than a second says nothing.
 */
#include <common/epan/ws-compat.h>

#include <epan/tap.h>
#include <epan/to_str.h>

#include <common/epan/stat-table.h>

#include <baichuan/record/message-names.h>
#include <baichuan/record/transfers.h>
#include <baichuan/taps/frame-pace.h>
#include <baichuan/taps/media-tap.h>
#include <baichuan/taps/streams-table.h>

#define FURTHER_STREAMS "Further"
#define US_A_SECOND     1e6
#define US_A_MILLI      1e3

enum {
    STREAM,
    CAMERA_END,
    MESSAGE,
    CHANNEL,
    KIND,
    CODEC,
    PICTURE,
    FRAMES,
    FRAME_RATE,
    SOUND,
    BYTES,
    BYTE_RATE,
    KEY_INTERVAL,
    GAPS,
    LONGEST_GAP,
    HOLES,
    STREAM_COLUMNS
};

static stat_tap_table_item stream_columns[STREAM_COLUMNS] = {
    [STREAM] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Stream", "%-7s" },
    [CAMERA_END] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "From", "%-21s" },
    [MESSAGE] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Message", "%-16s" },
    [CHANNEL] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Channel", "%7s" },
    [KIND] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Kind", "%-6s" },
    [CODEC] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Codec", "%-11s" },
    [PICTURE] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Picture", "%-9s" },
    [FRAMES] = { TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Frames", "%6u" },
    [FRAME_RATE] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Frames/s", "%8s" },
    [SOUND] = { TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Sound", "%6u" },
    [BYTES] = { TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "Bytes", "%.0f" },
    [BYTE_RATE] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Bytes/s", "%9s" },
    [KEY_INTERVAL] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Key frame every (s)", "%8s" },
    [GAPS] = { TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Gaps", "%u" },
    [LONGEST_GAP] = { TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Longest gap (ms)", "%8s" },
    [HOLES] = { TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Losses", "%u" },
};

/* What is kept for a row. */
typedef struct {
    camshark_table_row_t row;
    nstime_t begin; /* in the capture */
    uint64_t bytes;
    bc_pace_t pace;
    uint64_t last_key; /* the last key frame by the device's clock, microseconds */
    double keys_took;  /* from the first key frame to the last one, microseconds */
    int64_t longest_gap;
    unsigned keys;
    unsigned frames;
    unsigned sound;
    unsigned gaps;
    unsigned holes;
    uint8_t codecs[2]; /* of video and sound: baichuan_codec_t, baichuan_media_type_t */
    bool further;      /* of all streams without a row of their own */
} stream_row_t;

static stat_tap_table_ui streams_ui;

static camshark_table_t streams_table = {
    .ui = &streams_ui,
    .row_size = sizeof(stream_row_t),
    .free_row = g_free,
};

/* ---- Cells -------------------------------------------------------------------------------------------- */

static void
set_stream_text(const stream_row_t *stream, unsigned column, const char *text)
{
    camshark_table_set_text(&streams_table, stream->row.number, column, (text != NULL) ? text : "");
}

/* Without the word "Stream", as names of exported files have it. */
static const char *
kind_of_stream(packet_info *pinfo, const bc_transfer_t *transfer)
{
    const char *type = (transfer != NULL) ? transfer->stream_type : NULL;

    if (type == NULL) {
        return "";
    }
    return g_str_has_suffix(type, "Stream") ? wmem_strndup(pinfo->pool, type, strlen(type) - strlen("Stream"))
                                            : type;
}

static void
describe_stream(const stream_row_t *stream, packet_info *pinfo, const baichuan_media_tap_t *piece)
{
    const bc_transfer_t *transfer = piece->transfer;
    const char *from = address_to_str(pinfo->pool, &pinfo->src);

    set_stream_text(stream, STREAM, wmem_strdup_printf(pinfo->pool, "%u", piece->stream));
    set_stream_text(stream, CAMERA_END, wmem_strdup_printf(pinfo->pool, "%s:%u", from, pinfo->srcport));
    set_stream_text(stream, MESSAGE, bc_message_name(pinfo->pool, piece->msg_id));
    if (transfer != NULL && transfer->channel >= 0) {
        set_stream_text(stream, CHANNEL, wmem_strdup_printf(pinfo->pool, "%d", transfer->channel));
    }
    set_stream_text(stream, KIND, kind_of_stream(pinfo, transfer));
}

static const char *
codecs_of_stream(packet_info *pinfo, const stream_row_t *stream)
{
    static const char *const video[] = { [BAICHUAN_CODEC_H264] = "H264", [BAICHUAN_CODEC_H265] = "H265" };
    const char *name = (stream->codecs[0] < array_length(video)) ? video[stream->codecs[0]] : NULL;
    const char *sound = (stream->codecs[1] == BAICHUAN_MEDIA_AAC)     ? "AAC"
                        : (stream->codecs[1] == BAICHUAN_MEDIA_ADPCM) ? "ADPCM"
                                                                      : NULL;

    if (name != NULL && sound != NULL) {
        return wmem_strdup_printf(pinfo->pool, "%s, %s", name, sound);
    }
    return (name != NULL) ? name : sound;
}

static void
set_rate(const stream_row_t *stream, packet_info *pinfo, unsigned column, const char *format, double rate)
{
    set_stream_text(stream, column, wmem_strdup_printf(pinfo->pool, format, rate));
}

/* Rates of what came, by the clock of the capture. */
static void
show_rates(const stream_row_t *stream, packet_info *pinfo)
{
    nstime_t passed;

    nstime_delta(&passed, &pinfo->abs_ts, &stream->begin);
    const double seconds = nstime_to_sec(&passed);
    if (seconds < 1) {
        return;
    }
    set_rate(stream, pinfo, BYTE_RATE, "%.0f", (double)stream->bytes / seconds);
    if (stream->frames > 1) {
        set_rate(stream, pinfo, FRAME_RATE, "%.1f", stream->frames / seconds);
    }
}

static void
show_counts(const stream_row_t *stream)
{
    const unsigned row = stream->row.number;

    camshark_table_set_count(&streams_table, row, FRAMES, stream->frames);
    camshark_table_set_count(&streams_table, row, SOUND, stream->sound);
    camshark_table_set_count(&streams_table, row, GAPS, stream->gaps);
    camshark_table_set_count(&streams_table, row, HOLES, stream->holes);
    camshark_table_set_number(&streams_table, row, BYTES, (double)stream->bytes);
}

static void
show_packet_facts(const stream_row_t *stream, packet_info *pinfo, const baichuan_media_tap_t *piece)
{
    set_stream_text(stream, CODEC, codecs_of_stream(pinfo, stream));
    if (piece->width > 0 && piece->height > 0) {
        set_stream_text(stream, PICTURE,
                        wmem_strdup_printf(pinfo->pool, "%ux%u", piece->width, piece->height));
    }
    if (stream->keys > 1) {
        set_rate(stream, pinfo, KEY_INTERVAL, "%.2f", stream->keys_took / (stream->keys - 1) / US_A_SECOND);
    }
    if (stream->gaps > 0) {
        set_rate(stream, pinfo, LONGEST_GAP, "%.0f", (double)stream->longest_gap / US_A_MILLI);
    }
}

/* ---- Counting ----------------------------------------------------------------------------------------- */

static void
count_pace(stream_row_t *stream, const baichuan_media_tap_t *piece)
{
    int64_t interval;

    if (bc_pace_frame(&stream->pace, piece->microseconds, &interval) == BC_PACE_GAP) {
        stream->gaps++;
        stream->longest_gap = MAX(stream->longest_gap, interval);
    }
    if (piece->type != BAICHUAN_MEDIA_I_FRAME) {
        return;
    }
    if (stream->keys++ > 0) {
        stream->keys_took += (double)(int64_t)(piece->microseconds - stream->last_key);
    }
    stream->last_key = piece->microseconds;
}

static void
count_packet_of_stream(stream_row_t *stream, const baichuan_media_tap_t *piece)
{
    switch (piece->type) {
    case BAICHUAN_MEDIA_I_FRAME:
    case BAICHUAN_MEDIA_P_FRAME:
        stream->frames++;
        stream->codecs[0] = (uint8_t)piece->codec;
        count_pace(stream, piece);
        break;
    case BAICHUAN_MEDIA_AAC:
    case BAICHUAN_MEDIA_ADPCM:
        stream->sound++;
        stream->codecs[1] = (uint8_t)piece->type;
        break;
    case BAICHUAN_MEDIA_INFO:
    case BAICHUAN_MEDIA_UNKNOWN:
        break;
    }
}

static stream_row_t *
row_of_stream(packet_info *pinfo, const baichuan_media_tap_t *piece)
{
    const char *name = wmem_strdup_printf(pinfo->pool, "%u", piece->stream);
    stream_row_t *stream = camshark_table_find(&streams_table, name);

    if (stream != NULL) {
        return stream;
    }
    if (camshark_table_has_room(&streams_table)) {
        stream = camshark_table_add(&streams_table, name);
        stream->begin = pinfo->abs_ts;
        describe_stream(stream, pinfo, piece);
        return stream;
    }
    stream = camshark_table_find(&streams_table, FURTHER_STREAMS);
    if (stream == NULL) {
        stream = camshark_table_add(&streams_table, FURTHER_STREAMS);
        stream->further = true;
        set_stream_text(stream, STREAM, FURTHER_STREAMS);
    }
    return stream;
}

static tap_packet_status
count_stream_piece(void *data _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped,
                   tap_flags_t flags _U_)
{
    const baichuan_media_tap_t *piece = tapped;
    stream_row_t *stream = row_of_stream(pinfo, piece);

    stream->bytes += piece->length;
    stream->holes += piece->hole_before;
    if (piece->first && !stream->further) {
        count_packet_of_stream(stream, piece);
        show_packet_facts(stream, pinfo, piece);
    }
    show_counts(stream);
    if (!stream->further) {
        show_rates(stream, pinfo);
    }
    return TAP_PACKET_REDRAW;
}

/* ---- The table ---------------------------------------------------------------------------------------- */

static stat_tap_table_ui streams_ui = {
    .title = "Baichuan media",
    .tap_name = BAICHUAN_MEDIA_TAP,
    .cli_string = "baichuan,media",
    .packet_func = count_stream_piece,
    .nfields = STREAM_COLUMNS,
    .fields = stream_columns,
};

void
bc_streams_table_register(void)
{
    camshark_table_register(&streams_table);
}
