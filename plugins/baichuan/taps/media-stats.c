/* media-stats.c
 * Statistics of media streams: the stats tree "baichuan_media".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For people who hunt for stutter: what a stream sends each second, how regularly its frames come by the
 * device's clock and in the capture, and what is missing or out of order.
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>
#include <epan/stats_tree.h>
#include <epan/to_str.h>

#include <baichuan/taps/frame-pace.h>
#include <baichuan/taps/media-stats.h>
#include <baichuan/taps/media-tap.h>
#include <baichuan/taps/stats-tree.h>
#include <baichuan/record/message-names.h>

#define ROOT            "Baichuan media streams"
#define FRAMES_A_SECOND "Frames a second, by full seconds"
#define BYTES_A_SECOND  "Bytes a second, by full seconds"
#define LONGEST_STALL                                                                                        \
    3600u            /* seconds without anything that are counted: longer than that, and the clock was set */
#define US_A_MS 1000 /* microseconds */

static int root_id;

/* What a tree knows of a stream besides its nodes. */
typedef struct {
    char *name; /* of its node */
    nstime_t begin;
    nstime_t second; /* the one that is being filled: its start, */
    uint64_t second_bytes;
    nstime_t frame_time; /* of the frame before in the capture */
    bc_pace_t pace;
    uint64_t key_us; /* of the key frame before, by the device's clock */
    uint64_t bytes;  /* since begin */
    int node;
    int full_seconds; /* that are counted */
    unsigned frames;  /* since begin */
    unsigned second_frames;
    bool key; /* a key frame came before */
} stream_stats_t;

/* What is kept for a tree. */
typedef struct {
    GHashTable *streams; /* stream_stats_t by number; NULL before the first packet */
} media_tree_t;

static GHashTable *media_trees; /* see bc_tree_data() */

static void
free_stream_stats(void *data)
{
    stream_stats_t *stream = data;

    g_free(stream->name);
    g_free(stream);
}

static void
free_media_tree(void *data)
{
    media_tree_t *streams = data;

    g_clear_pointer(&streams->streams, g_hash_table_destroy);
    g_free(streams);
}

static GHashTable *
stream_stats_of_tree(stats_tree *tree)
{
    media_tree_t *streams = bc_tree_data(&media_trees, tree, sizeof *streams, free_media_tree);

    if (streams->streams == NULL) {
        streams->streams = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_stream_stats);
    }
    return streams->streams;
}

static void
begin_media_tree(stats_tree *tree)
{
    root_id = stats_tree_create_node(tree, ROOT, 0, STAT_DT_INT, true);
    bc_tree_data_free(media_trees, tree);
}

static void
end_media_tree(stats_tree *tree)
{
    bc_tree_data_free(media_trees, tree);
}

static stream_stats_t *
new_stream_stats(stats_tree *tree, packet_info *pinfo, const baichuan_media_tap_t *piece)
{
    stream_stats_t *stream = g_new0(stream_stats_t, 1);

    stream->name = g_strdup_printf("Stream %u, %s:%u to %s:%u, %s", piece->stream,
                                   address_to_str(pinfo->pool, &pinfo->src), pinfo->srcport,
                                   address_to_str(pinfo->pool, &pinfo->dst), pinfo->destport,
                                   bc_message_name(pinfo->pool, piece->msg_id));
    stream->node = stats_tree_create_node(tree, stream->name, root_id, STAT_DT_INT, true);
    stream->begin = pinfo->abs_ts;
    stream->second = pinfo->abs_ts;
    return stream;
}

/* NULL if there are more streams than have a node of their own. */
static stream_stats_t *
stream_stats_of(stats_tree *tree, packet_info *pinfo, const baichuan_media_tap_t *piece)
{
    GHashTable *streams = stream_stats_of_tree(tree);
    stream_stats_t *stream = g_hash_table_lookup(streams, GUINT_TO_POINTER(piece->stream));

    if (stream == NULL && g_hash_table_size(streams) < BC_TREE_NAMES) {
        stream = new_stream_stats(tree, pinfo, piece);
        g_hash_table_insert(streams, GUINT_TO_POINTER(piece->stream), stream);
    }
    return stream;
}

static void
add_to_average(stats_tree *tree, const stream_stats_t *stream, const char *name, int64_t value)
{
    avg_stat_node_add_value_int(tree, name, stream->node, false, bc_tree_number(value));
}

/* So many values of 0 at the price of two: what increases the node of an average counts values. */
static void
add_zeros_to_average(stats_tree *tree, const stream_stats_t *stream, const char *name, int count)
{
    if (count > 0) {
        add_to_average(tree, stream, name, 0);
        increase_stat_node(tree, name, stream->node, false, count - 1);
    }
}

/* Full seconds only: the last one may have begun just now. */
static void
count_full_seconds(stats_tree *tree, stream_stats_t *stream, const nstime_t *now)
{
    nstime_t passed;

    nstime_delta(&passed, now, &stream->second);
    if (passed.secs < 1) {
        return;
    }
    if (bc_tree_room(&stream->full_seconds, 1) == 1) {
        const int silent =
            bc_tree_room(&stream->full_seconds, (int64_t)MIN((uint64_t)passed.secs, LONGEST_STALL) - 1);
        add_to_average(tree, stream, FRAMES_A_SECOND, stream->second_frames);
        add_to_average(tree, stream, BYTES_A_SECOND, (int64_t)MIN(stream->second_bytes, INT_MAX));
        add_zeros_to_average(tree, stream, FRAMES_A_SECOND, silent);
        add_zeros_to_average(tree, stream, BYTES_A_SECOND, silent);
    }
    stream->second.secs = now->secs - (now->nsecs < stream->second.nsecs ? 1 : 0);
    stream->second_frames = 0;
    stream->second_bytes = 0;
}

static void
set_stream_rate(stats_tree *tree, const stream_stats_t *stream, const char *name, uint64_t count,
                double seconds)
{
    const int rate = bc_tree_whole((double)count / seconds + 0.5);

    set_stat_node(tree, name, stream->node, false, rate);
}

/* Also of streams that do not last a second. */
static void
count_stream_bytes(stats_tree *tree, stream_stats_t *stream, const nstime_t *now,
                   const baichuan_media_tap_t *piece)
{
    const bool frame =
        piece->first && (piece->type == BAICHUAN_MEDIA_I_FRAME || piece->type == BAICHUAN_MEDIA_P_FRAME);
    nstime_t passed;

    stream->frames += frame;
    stream->second_frames += frame;
    stream->bytes += piece->length;
    stream->second_bytes += piece->length;
    nstime_delta(&passed, now, &stream->begin);
    const double seconds = nstime_to_sec(&passed);
    if (seconds > 0) {
        set_stream_rate(tree, stream, "Frames a second, over all", stream->frames, seconds);
        set_stream_rate(tree, stream, "Bytes a second, over all", stream->bytes, seconds);
    }
}

static void
count_frame_interval(stats_tree *tree, stream_stats_t *stream, bc_pace_step_t step, int64_t interval)
{
    if (step == BC_PACE_FIRST) {
        return;
    }
    if (step == BC_PACE_BACK) {
        add_to_average(tree, stream, "Reordered frames, ms back by the device", -(interval / US_A_MS));
        return;
    }
    add_to_average(tree, stream, "Frame interval, ms by the device", interval / US_A_MS);
    if (step == BC_PACE_GAP) {
        add_to_average(tree, stream, "Gaps, ms by the device", interval / US_A_MS);
    }
}

static void
count_video_frame(stats_tree *tree, stream_stats_t *stream, const packet_info *pinfo,
                  const baichuan_media_tap_t *piece)
{
    int64_t interval;

    if (stream->pace.begun) {
        nstime_t passed;
        nstime_delta(&passed, &pinfo->abs_ts, &stream->frame_time);
        add_to_average(tree, stream, "Frame interval, ms in the capture",
                       bc_tree_whole(nstime_to_msec(&passed)));
    }
    const bc_pace_step_t step = bc_pace_frame(&stream->pace, piece->microseconds, &interval);
    count_frame_interval(tree, stream, step, interval);
    stream->frame_time = pinfo->abs_ts;
    if (piece->type == BAICHUAN_MEDIA_I_FRAME) {
        if (stream->key) {
            add_to_average(tree, stream, "I-frame interval, ms by the device",
                           (int64_t)(piece->microseconds - stream->key_us) / US_A_MS);
        }
        stream->key = true;
        stream->key_us = piece->microseconds;
    }
}

static void
count_media_packet(stats_tree *tree, stream_stats_t *stream, const packet_info *pinfo,
                   const baichuan_media_tap_t *piece)
{
    tick_stat_node(tree, ROOT, 0, true);
    tick_stat_node(tree, stream->name, root_id, true);
    if (piece->hole_before) {
        increase_stat_node(tree, "Holes in the capture", stream->node, false, 1);
    }
    switch (piece->type) {
    case BAICHUAN_MEDIA_I_FRAME:
        add_to_average(tree, stream, "I-frames, bytes", piece->size);
        count_video_frame(tree, stream, pinfo, piece);
        break;
    case BAICHUAN_MEDIA_P_FRAME:
        add_to_average(tree, stream, "P-frames, bytes", piece->size);
        count_video_frame(tree, stream, pinfo, piece);
        break;
    case BAICHUAN_MEDIA_AAC:
        add_to_average(tree, stream, "AAC packets, bytes", piece->size);
        break;
    case BAICHUAN_MEDIA_ADPCM:
        add_to_average(tree, stream, "ADPCM packets, bytes", piece->size);
        break;
    case BAICHUAN_MEDIA_INFO:
    case BAICHUAN_MEDIA_UNKNOWN:
        break;
    }
}

/* Of a stream that has no node of its own. */
static void
count_further_stream(stats_tree *tree, const baichuan_media_tap_t *piece)
{
    if (piece->first) {
        tick_stat_node(tree, ROOT, 0, true);
        tick_stat_node(tree, "Further streams", root_id, false);
    }
}

static tap_packet_status
count_media_piece(stats_tree *tree, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                  tap_flags_t flags _U_)
{
    const baichuan_media_tap_t *piece = data;
    stream_stats_t *stream = stream_stats_of(tree, pinfo, piece);

    if (stream == NULL) {
        count_further_stream(tree, piece);
        return TAP_PACKET_REDRAW;
    }
    count_full_seconds(tree, stream, &pinfo->abs_ts);
    count_stream_bytes(tree, stream, &pinfo->abs_ts, piece);
    if (piece->first) {
        count_media_packet(tree, stream, pinfo, piece);
    }
    return TAP_PACKET_REDRAW;
}

void
bc_media_stats_handoff(void)
{
    stats_tree_register_plugin(BAICHUAN_MEDIA_TAP, BAICHUAN_MEDIA_TAP,
                               "Baichuan" STATS_TREE_MENU_SEPARATOR "Media streams", 0, count_media_piece,
                               begin_media_tree, end_media_tree);
}
