/* mpeg-ts.h
 * Video and sound as an MPEG transport stream, which players open as one file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * ISO/IEC 13818-1: one program, its tables before each key frame, the clock with the video. H.264 and H.265 are in it as
 * they came, but that each frame begins with a delimiter; AAC with its ADTS headers. A transport stream knows no ADPCM:
 * samples are in it as SMPTE 302M has them, in two equal channels of 48,000 a second. Times are those of a clock of 90
 * kHz, of which 33 bits count.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_MPEG_TS_H
#define CAMSHARK_BAICHUAN_WIRE_MPEG_TS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#include <baichuan/wire/media.h>

#define BC_TS_PACKET 188u   /* bytes */
#define BC_TS_CLOCK  90000u /* a second */

typedef enum {
    BC_TS_SILENT, /* no sound is announced */
    BC_TS_AAC,
    BC_TS_SAMPLES,
} bc_ts_sound_t;

/* Who writes one. All zero but codec and sound is the start. */
typedef struct {
    baichuan_codec_t codec; /* of the video: H.264 or H.265 */
    bc_ts_sound_t sound;
    uint8_t next[4];         /* number of the next packet, of each of the four kinds */
    unsigned samples_framed; /* of a block of 192 that samples are told in */
} bc_ts_t;

/* Appends a whole video frame, and before a key frame the tables.
 *   pts  when it is shown, as in all that follows */
void bc_ts_video(bc_ts_t *ts, GByteArray *out, uint64_t pts, bool key, const uint8_t *frame, size_t len);

/* Appends one or more whole ADTS frames of AAC, at most BC_TS_MAX_AAC bytes. */
#define BC_TS_MAX_AAC 65000u
void bc_ts_aac(bc_ts_t *ts, GByteArray *out, uint64_t pts, const uint8_t *frames, size_t len);

/* Appends samples of one channel.
 *   rate  of them, a second: at least 1,000 */
void bc_ts_samples(bc_ts_t *ts, GByteArray *out, uint64_t pts, uint32_t rate, const int16_t *samples,
                   size_t n);

/* Announces the sound, whose first packet comes after video was written already: also in the tables that are there. */
void bc_ts_announce(bc_ts_t *ts, GByteArray *written, bc_ts_sound_t sound);

#endif
