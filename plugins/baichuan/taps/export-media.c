/* export-media.c
 * Video and sound out of media streams, as files that players open.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A stream is up to three files at a time: video, AAC and ADPCM, and one that has video and sound (export-playable.c).
 * Video is written piece by piece as it comes, but for
 * the first bytes of a key frame, which have to tell its codec; sound a whole packet at a time.
 */
#include <common/epan/ws-compat.h>

#include <baichuan/taps/export-media.h>
#include <baichuan/wire/wav.h>

#define CODEC_BYTES 16u /* of a key frame, after which they have told its codec */
#define MAX_BLOCK   32768u

void
bc_export_source_free(void *data)
{
    bc_export_source_t *source = data;

    for (unsigned i = 0; i < BC_EXPORT_TRACKS; i++) {
        if (source->tracks[i].pending != NULL) {
            g_byte_array_free(source->tracks[i].pending, TRUE);
        }
    }
    bc_export_playable_clear(&source->playable);
    g_free(source);
}

/* Who gets media, and from where. */
typedef struct {
    bc_export_files_t *files;
    const bc_transfer_t *transfer;
    bc_export_track_t *track;
} media_target_t;

static bc_export_file_t *
begin_media_file(const media_target_t *target, const baichuan_media_tap_t *piece,
                 const bc_export_format_t *format)
{
    bc_export_file_t *file = bc_export_file_new(target->files, target->transfer, piece->begin_frame, format);

    file->lost = target->track->lost;
    bc_export_file_set_incomplete(file, file->lost);
    target->track->lost = false;
    target->track->file = file;
    return file;
}

static void
hold_media_piece(bc_export_track_t *track, const baichuan_media_tap_t *piece)
{
    if (track->pending == NULL) {
        track->pending = g_byte_array_new();
    }
    g_byte_array_append(track->pending, piece->bytes, piece->length);
}

static void
begin_pending_packet(bc_export_track_t *track)
{
    if (track->pending != NULL) {
        g_byte_array_set_size(track->pending, 0);
    }
    track->holding = true;
}

/* Something of the track is missing, in its file or before it. */
static void
lose_track_bytes(bc_export_track_t *track)
{
    if (track->file != NULL) {
        track->file->lost = true;
        bc_export_file_set_incomplete(track->file, true);
    } else {
        track->lost = true;
    }
}

/* Before a piece is written: a packet that begins while another one is open says that the rest of that is missing. */
static void
note_open_packet(bc_export_track_t *track, const baichuan_media_tap_t *piece)
{
    if (piece->first && track->open) {
        lose_track_bytes(track);
    }
    track->open = !piece->last;
}

/* And behind it: as long as more of the packet has to come, the file is not whole. Nobody says when the capture ends. */
static void
label_open_packet(const bc_export_track_t *track)
{
    if (track->file != NULL) {
        bc_export_file_set_incomplete(track->file, track->file->lost || track->open);
    }
}

void
bc_export_source_lose(bc_export_source_t *source)
{
    for (unsigned i = 0; i < BC_EXPORT_TRACKS; i++) {
        lose_track_bytes(&source->tracks[i]);
    }
    bc_export_playable_lose(&source->playable);
}

static bc_export_format_t
video_format_of(baichuan_codec_t codec)
{
    return (codec == BAICHUAN_CODEC_H265) ? (bc_export_format_t){ "video/H265", "h265" }
                                          : (bc_export_format_t){ "video/H264", "h264" };
}

/* The beginning of a key frame. A stream of another codec is another file. */
static void
write_key_frame_start(const media_target_t *target, const baichuan_media_tap_t *piece)
{
    bc_export_track_t *track = target->track;

    if (track->file == NULL || track->file->codec != piece->codec) {
        const bc_export_format_t format = video_format_of(piece->codec);
        begin_media_file(target, piece, &format);
        track->file->codec = piece->codec;
    }
    bc_export_file_append(track->file, track->pending->data, track->pending->len);
}

/* Frames before the first key frame are of no use to a player, and are left out. */
static void
export_video_piece(const media_target_t *target, const baichuan_media_tap_t *piece)
{
    bc_export_track_t *track = target->track;

    note_open_packet(track, piece);
    if (piece->first) {
        track->holding = false;
        if (piece->type == BAICHUAN_MEDIA_I_FRAME) {
            begin_pending_packet(track);
        }
    }
    if (track->holding) {
        hold_media_piece(track, piece);
        if (track->pending->len >= CODEC_BYTES || piece->last) {
            write_key_frame_start(target, piece);
            track->holding = false;
        }
    } else if (track->file != NULL) {
        bc_export_file_append(track->file, piece->bytes, piece->length);
    } else {
        track->lost = true;
    }
    label_open_packet(track);
}

static void
write_aac_packet(const media_target_t *target, const baichuan_media_tap_t *piece, const GByteArray *packet)
{
    static const bc_export_format_t format = { "audio/aac", "aac" };

    if (target->track->file == NULL) {
        begin_media_file(target, piece, &format);
    }
    bc_export_file_append(target->track->file, packet->data, packet->len);
}

/* A WAV file has one length for all blocks but the last, which may be shorter: talks end with such a one. */
static bool
goes_into_wav(const bc_export_file_t *file, uint16_t block)
{
    return file != NULL && !file->short_end && block <= file->block;
}

/* A block that does not fit is another file. */
static void
write_adpcm_packet(const media_target_t *target, const baichuan_media_tap_t *piece, const GByteArray *packet)
{
    static const bc_export_format_t format = { "audio/wav", "wav" };
    static const uint8_t padding[1] = { 0 };
    uint8_t header[BC_WAV_HEADER] = { 0 };

    if (packet->len <= BC_MEDIA_ADPCM_PREFIX + BC_WAV_BLOCK_START ||
        packet->len - BC_MEDIA_ADPCM_PREFIX > MAX_BLOCK) {
        lose_track_bytes(target->track);
        return;
    }
    const uint16_t block = (uint16_t)(packet->len - BC_MEDIA_ADPCM_PREFIX);
    bc_export_file_t *file = target->track->file;
    if (!goes_into_wav(file, block)) {
        file = begin_media_file(target, piece, &format);
        file->block = block;
        bc_export_file_append(file, header, sizeof header);
    }
    file->short_end = block < file->block;
    file->entry->payload_len = BC_WAV_HEADER + file->data; /* without the padding of the last time */
    bc_export_file_append(file, packet->data + BC_MEDIA_ADPCM_PREFIX, block);
    file->data += block;
    bc_export_file_append(file, padding, file->data % 2);
    bc_wav_header(file->entry->payload_data, bc_transfer_sample_rate(target->transfer), file->block,
                  file->data);
}

/* Only whole packets are written: a decoder would take what follows a part of one for the rest of it. */
static void
export_audio_piece(const media_target_t *target, const baichuan_media_tap_t *piece)
{
    bc_export_track_t *track = target->track;

    note_open_packet(track, piece);
    if (piece->first) {
        begin_pending_packet(track);
    }
    if (!track->holding) {
        lose_track_bytes(track);
        return;
    }
    hold_media_piece(track, piece);
    if (piece->last) {
        track->holding = false;
        if (piece->type == BAICHUAN_MEDIA_AAC) {
            write_aac_packet(target, piece, track->pending);
        } else {
            write_adpcm_packet(target, piece, track->pending);
        }
    }
    label_open_packet(track);
}

void
bc_export_media_piece(bc_export_files_t *files, bc_export_source_t *source, const bc_transfer_t *transfer,
                      const baichuan_media_tap_t *piece)
{
    media_target_t target = { files, transfer, NULL };

    if (piece->hole_before) {
        bc_export_source_lose(source);
    }
    bc_export_playable_piece(&source->playable, files, transfer, piece, bc_transfer_sample_rate(transfer));
    switch (piece->type) {
    case BAICHUAN_MEDIA_I_FRAME:
    case BAICHUAN_MEDIA_P_FRAME:
        target.track = &source->tracks[BC_EXPORT_VIDEO];
        export_video_piece(&target, piece);
        break;
    case BAICHUAN_MEDIA_AAC:
        target.track = &source->tracks[BC_EXPORT_AAC];
        export_audio_piece(&target, piece);
        break;
    case BAICHUAN_MEDIA_ADPCM:
        target.track = &source->tracks[BC_EXPORT_ADPCM];
        export_audio_piece(&target, piece);
        break;
    case BAICHUAN_MEDIA_UNKNOWN:
    case BAICHUAN_MEDIA_INFO:
        break;
    }
}
