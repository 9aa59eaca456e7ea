/* export-media.h
 * Video and sound out of media streams, as files that players open.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_EXPORT_MEDIA_H
#define CAMSHARK_BAICHUAN_TAPS_EXPORT_MEDIA_H

#include <baichuan/taps/export-files.h>
#include <baichuan/taps/export-playable.h>
#include <baichuan/taps/media-tap.h>

/* What of a media stream, or of a transfer that is a file, goes into one file at a time. */
typedef enum {
    BC_EXPORT_FILE,
    BC_EXPORT_VIDEO,
    BC_EXPORT_AAC,
    BC_EXPORT_ADPCM,
    BC_EXPORT_TRACKS,
} bc_export_track_kind_t;

typedef struct {
    bc_export_file_t *file; /* NULL before its first bytes; owned by the list of files */
    GByteArray *pending;    /* of a packet of which more has to come before it can be written */
    bool holding;           /* pending waits for more */
    bool open;              /* the packet of its last piece has not ended */
    bool lost;              /* bytes were left out or are missing, which the next file has to say */
} bc_export_track_t;

/* A media stream, or a transfer that is a file. All zero: nothing has come. */
typedef struct {
    bc_export_track_t tracks[BC_EXPORT_TRACKS];
    bc_export_playable_t playable; /* video and sound together */
} bc_export_source_t;

/* Frees it and what it holds; it came from g_new0(). */
void bc_export_source_free(void *source);

/* Bytes of it are missing: in the files that it has begun, and if a track has none, in the one that begins next. */
void bc_export_source_lose(bc_export_source_t *source);

/* Takes the next piece of a media stream. */
void bc_export_media_piece(bc_export_files_t *files, bc_export_source_t *source,
                           const bc_transfer_t *transfer, const baichuan_media_tap_t *piece);

#endif
