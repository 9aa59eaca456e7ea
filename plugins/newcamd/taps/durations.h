/* durations.h
 * The least, average, 95th percentile and longest of durations.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_TAPS_DURATIONS_H
#define CAMSHARK_NEWCAMD_TAPS_DURATIONS_H

#include <common/epan/ws-compat.h>

#include <wsutil/nstime.h>

/* All zero is the start. Adding one takes a time that grows with the logarithm of how many there are. */
typedef struct {
    GSequence *sorted; /* microseconds; NULL before the first */
    double sum;        /* of them */
} newcamd_durations_t;

/* Milliseconds; all 0 while there are none. */
typedef struct {
    double least, average, percentile_95, longest;
} newcamd_spread_t;

/* Adds the time from one moment to another; where the clock was set back it counts as 0. */
void newcamd_durations_add(newcamd_durations_t *durations, const nstime_t *from, const nstime_t *to);

newcamd_spread_t newcamd_durations_spread(const newcamd_durations_t *durations);

void newcamd_durations_free(newcamd_durations_t *durations);

#endif
