/* export-playable.c
 * The video of a media stream and its sound in one file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Only whole packets are written, from the first key frame on. Video has the camera's own times. Sound has none: it goes
 * on where the sound before it ended, unless that is far from the video around it, as where a part is missing. What is
 * written is held until the first sound comes; a stream without any is no such file.
 */
#include <common/epan/ws-compat.h>

#include <baichuan/taps/export-playable.h>
#include <baichuan/wire/adpcm.h>
#include <baichuan/wire/adts.h>

#define FAR_AWAY   (BC_TS_CLOCK / 2)
#define WRAPS      0x1FFFFFFFFu /* bits of a time that count */

#define LEAST_RATE 4000u /* samples a second */

/* Samples take up to 120 times the bytes of their ADPCM. Beyond what fits to video they are left out. */
#define SOME_SAMPLES 0x1000000u /* bytes, and */
#define MOST_SAMPLES 16u        /* of them a byte of video */

/* A stream, and what its next packet belongs to. */
typedef struct {
    bc_export_playable_t *playable;
    bc_export_files_t *files;
    const bc_transfer_t *transfer;
} playing_t;

void
bc_export_playable_clear(bc_export_playable_t *playable)
{
    if (playable->packet != NULL) {
        g_byte_array_free(playable->packet, TRUE);
    }
    if (playable->written != NULL) {
        g_byte_array_free(playable->written, TRUE);
    }
}

void
bc_export_playable_lose(bc_export_playable_t *playable)
{
    playable->lost = true;
    bc_export_file_set_incomplete(playable->file, true);
}

/* Another codec is another file. */
static void
begin_playable(bc_export_playable_t *playable, const baichuan_media_tap_t *piece)
{
    if (playable->written == NULL) {
        playable->written = g_byte_array_new(); /* what was lost before is missing in it */
    } else {
        playable->lost = false;
    }
    g_byte_array_set_size(playable->written, 0);
    playable->ts = (bc_ts_t){ .codec = piece->codec };
    playable->frame = piece->begin_frame;
    playable->file = NULL;
    playable->sounds = false;
    playable->video_bytes = 0;
    playable->sample_bytes = 0;
}

/* Hands on what is written; the file begins with the first sound. */
static void
flush_playable(const playing_t *playing)
{
    bc_export_playable_t *playable = playing->playable;

    if (playable->file != NULL) {
        bc_export_file_append(playable->file, playable->written->data, playable->written->len);
        g_byte_array_set_size(playable->written, 0);
    }
}

static bool
write_video(const playing_t *playing, const baichuan_media_tap_t *piece)
{
    bc_export_playable_t *playable = playing->playable;
    const bool key = piece->type == BAICHUAN_MEDIA_I_FRAME;

    if (key && piece->codec != BAICHUAN_CODEC_NONE && piece->codec != playable->ts.codec) {
        begin_playable(playable, piece);
    }
    if (playable->ts.codec == BAICHUAN_CODEC_NONE) {
        return false;
    }
    /* Not nine times the microseconds: those may have 64 bits. */
    playable->video_time = (piece->microseconds / 100 * 9 + piece->microseconds % 100 * 9 / 100) & WRAPS;
    playable->video_bytes += playable->packet->len;
    bc_ts_video(&playable->ts, playable->written, playable->video_time, key, playable->packet->data,
                playable->packet->len);
    flush_playable(playing);
    return true;
}

/* When the next sound begins. */
static uint64_t
time_of_sound(bc_export_playable_t *playable)
{
    const uint64_t ahead = (playable->sound_time - playable->video_time) & WRAPS;

    if (!playable->sounds || (ahead > FAR_AWAY && ahead < WRAPS - FAR_AWAY)) {
        playable->sounds = true;
        playable->sound_time = playable->video_time;
    }
    return playable->sound_time;
}

/* The sound has been written: so long was it. */
static void
end_sound(const playing_t *playing, uint64_t samples, uint32_t rate)
{
    bc_export_playable_t *playable = playing->playable;
    static const bc_export_format_t format = { "video/mp2t", "ts" };

    playable->sound_time = (playable->sound_time + samples * BC_TS_CLOCK / rate) & WRAPS;
    if (playable->file == NULL) {
        playable->file = bc_export_file_new(playing->files, playing->transfer, playable->frame, &format);
    }
    flush_playable(playing);
}

/* A file has one kind of sound: the first one. */
static bool
takes_sound(bc_export_playable_t *playable, bc_ts_sound_t sound)
{
    if (playable->ts.sound == BC_TS_SILENT) {
        bc_ts_announce(&playable->ts, playable->written, sound);
    }
    return playable->ts.sound == sound;
}

static bool
write_aac(const playing_t *playing)
{
    bc_export_playable_t *playable = playing->playable;
    const GByteArray *packet = playable->packet;
    uint32_t rate;
    uint32_t samples;

    if (packet->len > BC_TS_MAX_AAC || !bc_adts_measure(packet->data, packet->len, &rate, &samples) ||
        !takes_sound(playable, BC_TS_AAC)) {
        return false;
    }
    bc_ts_aac(&playable->ts, playable->written, time_of_sound(playable), packet->data, packet->len);
    end_sound(playing, samples, rate);
    return true;
}

static bool
write_samples(const playing_t *playing, uint32_t rate)
{
    bc_export_playable_t *playable = playing->playable;
    const GByteArray *packet = playable->packet;
    const size_t n =
        (packet->len > BC_MEDIA_ADPCM_PREFIX) ? bc_adpcm_samples(packet->len - BC_MEDIA_ADPCM_PREFIX) : 0;

    if (n == 0 || n > UINT16_MAX || rate < LEAST_RATE ||
        playable->sample_bytes > SOME_SAMPLES + MOST_SAMPLES * playable->video_bytes ||
        !takes_sound(playable, BC_TS_SAMPLES)) {
        return false;
    }
    int16_t *samples = g_new(int16_t, n);
    const guint before = playable->written->len;
    bc_adpcm_decode(packet->data + BC_MEDIA_ADPCM_PREFIX, packet->len - BC_MEDIA_ADPCM_PREFIX, samples);
    bc_ts_samples(&playable->ts, playable->written, time_of_sound(playable), rate, samples, n);
    playable->sample_bytes += playable->written->len - before;
    g_free(samples);
    end_sound(playing, n, rate);
    return true;
}

/* Returns whether all of it is in what is written. Before the first key frame nothing is. */
static bool
write_playable_packet(const playing_t *playing, const baichuan_media_tap_t *piece, uint32_t rate)
{
    if (piece->type == BAICHUAN_MEDIA_I_FRAME || piece->type == BAICHUAN_MEDIA_P_FRAME) {
        return write_video(playing, piece);
    }
    if (playing->playable->written == NULL) {
        return false;
    }
    return (piece->type == BAICHUAN_MEDIA_AAC) ? write_aac(playing) : write_samples(playing, rate);
}

static void
begin_packet(bc_export_playable_t *playable)
{
    if (playable->open) {
        bc_export_playable_lose(playable); /* the rest of the one before */
    }
    if (playable->packet == NULL) {
        playable->packet = g_byte_array_new();
    }
    g_byte_array_set_size(playable->packet, 0);
    playable->holding = true;
}

void
bc_export_playable_piece(bc_export_playable_t *playable, bc_export_files_t *files,
                         const bc_transfer_t *transfer, const baichuan_media_tap_t *piece, uint32_t rate)
{
    const playing_t playing = { playable, files, transfer };

    if (piece->type == BAICHUAN_MEDIA_UNKNOWN || piece->type == BAICHUAN_MEDIA_INFO) {
        return;
    }
    if (piece->first) {
        begin_packet(playable);
    }
    playable->open = !piece->last;
    playable->holding &= piece->first || !piece->hole_before;
    if (playable->holding) {
        g_byte_array_append(playable->packet, piece->bytes, piece->length);
    }
    if (piece->last && (!playable->holding || !write_playable_packet(&playing, piece, rate))) {
        bc_export_playable_lose(playable);
    }
    playable->holding &= !piece->last;
    bc_export_file_set_incomplete(playable->file, playable->lost || playable->open);
}
