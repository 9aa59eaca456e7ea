/* adts.c
 * How long AAC in ADTS frames lasts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/adts.h>

#include <glib.h>

#define HEADER        7u
#define BLOCK_SAMPLES 1024u

static const uint32_t rates[] = { 96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                  22050, 16000, 12000, 11025, 8000,  7350 };

/* The length of the frame at the start of bytes; 0 if there is none. */
static size_t
frame_of(const uint8_t *bytes, size_t len, uint32_t *rate, uint32_t *samples)
{
    if (len < HEADER || bytes[0] != 0xFF || (bytes[1] & 0xF6) != 0xF0) {
        return 0;
    }
    const size_t frame = (size_t)(bytes[3] & 3) << 11 | (size_t)bytes[4] << 3 | bytes[5] >> 5;
    const unsigned row = bytes[2] >> 2 & 0x0F;

    if (frame < HEADER || frame > len || row >= G_N_ELEMENTS(rates)) {
        return 0;
    }
    *rate = rates[row];
    *samples = ((bytes[6] & 3u) + 1) * BLOCK_SAMPLES;
    return frame;
}

bool
bc_adts_measure(const uint8_t *bytes, size_t len, uint32_t *rate, uint32_t *samples)
{
    *rate = 0;
    *samples = 0;
    for (size_t at = 0; at < len;) {
        uint32_t its_rate;
        uint32_t its_samples;
        const size_t frame = frame_of(bytes + at, len - at, &its_rate, &its_samples);
        if (frame == 0 || (*rate > 0 && *rate != its_rate)) {
            return false;
        }
        *rate = its_rate;
        *samples += its_samples;
        at += frame;
    }
    return *rate > 0;
}
