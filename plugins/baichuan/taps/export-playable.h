/* export-playable.h
 * The video of a media stream and its sound in one file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A transport stream (wire/mpeg-ts.h) beside the files of video and of sound, for streams that have both.
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_EXPORT_PLAYABLE_H
#define CAMSHARK_BAICHUAN_TAPS_EXPORT_PLAYABLE_H

#include <baichuan/taps/export-files.h>
#include <baichuan/taps/media-tap.h>
#include <baichuan/wire/mpeg-ts.h>

/* Of a media stream. All zero: nothing has come. */
typedef struct {
    GByteArray *packet;     /* the media packet at hand; NULL before the first one */
    bool open;              /* of which more has to come, */
    bool holding;           /* and none is missing */
    bc_ts_t ts;             /* codec is none before the first key frame */
    uint32_t frame;         /* Wireshark's, in which that begins */
    GByteArray *written;    /* what the file will be, as long as there was no sound */
    bc_export_file_t *file; /* NULL before the first sound; owned by the list of files */
    bool lost;              /* bytes were left out or are missing */
    uint64_t video_time;    /* of the last video frame, 90 kHz */
    uint64_t sound_time;    /* when the next sound begins; valid if sounds is set */
    bool sounds;
    size_t video_bytes;  /* in the file, */
    size_t sample_bytes; /* and those that ADPCM was made into */
} bc_export_playable_t;

/* Frees what it holds. */
void bc_export_playable_clear(bc_export_playable_t *playable);

/* Bytes of the stream are missing. */
void bc_export_playable_lose(bc_export_playable_t *playable);

/* Takes the next piece of the stream.
 *   rate  samples a second of its ADPCM */
void bc_export_playable_piece(bc_export_playable_t *playable, bc_export_files_t *files,
                              const bc_transfer_t *transfer, const baichuan_media_tap_t *piece,
                              uint32_t rate);

#endif
