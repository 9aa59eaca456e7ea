/* adpcm.c
 * Samples out of blocks of IMA ADPCM.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/adpcm.h>

#include <glib.h>

#define BLOCK_START 4u /* bytes before the samples of four bits: the first sample, the index of the step, 0 */
#define LAST_STEP   88

/* By how much a sample changes, at most, for each index: about a tenth more from one to the next (IMA's table). */
static const int16_t steps[LAST_STEP + 1] = {
    7,    8,     9,     10,    11,    12,    13,    14,    16,    17,    19,    21,    23,    25,    28,
    31,   34,    37,    41,    45,    50,    55,    60,    66,    73,    80,    88,    97,    107,   118,
    130,  143,   157,   173,   190,   209,   230,   253,   279,   307,   337,   371,   408,   449,   494,
    544,  598,   658,   724,   796,   876,   963,   1060,  1166,  1282,  1411,  1552,  1707,  1878,  2066,
    2272, 2499,  2749,  3024,  3327,  3660,  4026,  4428,  4871,  5358,  5894,  6484,  7132,  7845,  8630,
    9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
};

typedef struct {
    int sample;
    int step;
} decoder_t;

size_t
bc_adpcm_samples(size_t len)
{
    return (len < BLOCK_START) ? 0 : (len - BLOCK_START) * 2 + 1;
}

/* Four bits: the sign, and three of how large the change is. */
static int16_t
next_sample(decoder_t *decoder, unsigned bits)
{
    static const int changes[] = { -1, -1, -1, -1, 2, 4, 6, 8 };
    const int step = steps[decoder->step];
    /* Rounded once. IMA's own description rounds each of its terms, which players do not. */
    const int change = (int)(2 * (bits & 7) + 1) * step >> 3;

    decoder->sample = CLAMP(decoder->sample + ((bits & 8) ? -change : change), INT16_MIN, INT16_MAX);
    decoder->step = CLAMP(decoder->step + changes[bits & 7], 0, LAST_STEP);
    return (int16_t)decoder->sample;
}

void
bc_adpcm_decode(const uint8_t *block, size_t len, int16_t *out)
{
    if (len < BLOCK_START) {
        return;
    }
    decoder_t decoder = { (int16_t)(block[0] | block[1] << 8), MIN(block[2], LAST_STEP) };

    *out++ = (int16_t)decoder.sample;
    for (size_t i = BLOCK_START; i < len; i++) {
        *out++ = next_sample(&decoder, block[i] & 0x0F);
        *out++ = next_sample(&decoder, block[i] >> 4);
    }
}
