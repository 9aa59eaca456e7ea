/* gaps.c
 * Lengths of time, counted so that their median is known without keeping them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/session/gaps.h>

#define NS_A_US    1000
#define MOST_US    0xffffffffu
#define STEP_BITS  3u /* 2^3 steps an octave */
#define FIRST_STEP (1u << STEP_BITS)

/* Below 8 microseconds each has a step; above, the three bits behind the highest one tell. */
static unsigned
step_of(uint32_t us)
{
    unsigned octave = 0;

    while (us >> octave >= 2u * FIRST_STEP) {
        octave++;
    }
    return octave * FIRST_STEP + (us >> octave);
}

/* The middle of a step, nanoseconds. */
static int64_t
middle_of_step(unsigned step)
{
    const unsigned octave = (step < FIRST_STEP) ? 0 : step / FIRST_STEP - 1;
    const int64_t low = (int64_t)(step - octave * FIRST_STEP) << octave;

    return low * NS_A_US + ((int64_t)NS_A_US << octave) / 2;
}

void
bc_gaps_add(bc_gaps_t *gaps, int64_t length)
{
    const int64_t known = (length > 0) ? length : 0;
    const int64_t us = known / NS_A_US;

    gaps->shortest = (gaps->n == 0 || known < gaps->shortest) ? known : gaps->shortest;
    gaps->longest = (known > gaps->longest) ? known : gaps->longest;
    if (gaps->n < UINT32_MAX) {
        gaps->n++;
        gaps->steps[step_of((us < MOST_US) ? (uint32_t)us : MOST_US)]++;
    }
}

int64_t
bc_gaps_median(const bc_gaps_t *gaps)
{
    uint64_t below = 0;
    unsigned step = 0;

    if (gaps->n == 0) {
        return 0;
    }
    while (step < BC_GAP_STEPS - 1 && below + gaps->steps[step] < ((uint64_t)gaps->n + 1) / 2) {
        below += gaps->steps[step++];
    }
    const int64_t middle = middle_of_step(step);
    if (middle < gaps->shortest) {
        return gaps->shortest;
    }
    return (middle > gaps->longest) ? gaps->longest : middle;
}
