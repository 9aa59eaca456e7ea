/* frame-pace.c
 * How regularly the frames of a video come, by the device's clock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/taps/frame-pace.h>

#define USUAL_SAMPLES 4u       /* intervals after which the usual one is known */
#define WEIGHT        8        /* of the past, in the average that is the usual interval */
#define CLOCK_WAS_SET 10000000 /* microseconds back that no late frame explains */

static bc_pace_step_t
step_of_interval(bc_pace_t *pace, int64_t interval)
{
    if (interval < 0) {
        return BC_PACE_BACK;
    }
    if (pace->samples >= USUAL_SAMPLES && interval - pace->usual > pace->usual) {
        return BC_PACE_GAP;
    }
    if (pace->samples++ == 0) {
        pace->usual = interval;
    } else {
        pace->usual += (interval - pace->usual) / WEIGHT;
    }
    return BC_PACE_REGULAR;
}

bc_pace_step_t
bc_pace_frame(bc_pace_t *pace, uint64_t stamp, int64_t *interval)
{
    const int64_t since = (int64_t)(stamp - pace->latest);
    const int64_t back = (int64_t)(pace->latest - stamp);
    const bc_pace_step_t step = pace->begun ? step_of_interval(pace, since) : BC_PACE_FIRST;

    *interval = pace->begun ? since : 0;
    if (!pace->begun || back <= 0 || back > CLOCK_WAS_SET) {
        pace->latest = stamp; /* a frame that comes late is no reason for a gap after it */
    }
    pace->begun = true;
    return step;
}
