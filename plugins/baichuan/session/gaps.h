/* gaps.h
 * Lengths of time, counted so that their median is known without keeping them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A logarithmic histogram: eight steps an octave, so a median is right to 6 percent. It takes the same memory for any
 * number of lengths, and each is counted at once. No Wireshark header is needed here.
 */
#ifndef CAMSHARK_BAICHUAN_SESSION_GAPS_H
#define CAMSHARK_BAICHUAN_SESSION_GAPS_H

#include <stdint.h>

#define BC_GAP_STEPS 240u /* for all lengths below 2^32 microseconds, more than an hour */

/* All zero: nothing was counted. Lengths are nanoseconds. */
typedef struct {
    uint32_t n;
    uint32_t steps[BC_GAP_STEPS];
    int64_t shortest;
    int64_t longest;
} bc_gaps_t;

/* Counts a length; a negative one, where the clock was set back, is 0. */
void bc_gaps_add(bc_gaps_t *gaps, int64_t length);

/* The median, nanoseconds: never less than the shortest nor more than the longest. 0 if nothing was counted. */
int64_t bc_gaps_median(const bc_gaps_t *gaps);

#endif
