/* frame-pace.h
 * How regularly the frames of a video come, by the device's clock.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_FRAME_PACE_H
#define CAMSHARK_BAICHUAN_TAPS_FRAME_PACE_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    BC_PACE_FIRST,   /* nothing is before this frame */
    BC_PACE_REGULAR, /* it follows in time */
    BC_PACE_GAP,     /* more than two usual intervals behind the one before */
    BC_PACE_BACK,    /* its time lies before that of one that came before it */
} bc_pace_step_t;

/* Of a stream; all zero is the start. */
typedef struct {
    uint64_t latest;  /* microseconds, of the frame from which the next interval is counted */
    int64_t usual;    /* interval */
    unsigned samples; /* intervals in it */
    bool begun;
} bc_pace_t;

/* Takes the time stamp of the next frame, in microseconds.
 *   interval  out: since the frame before, microseconds; negative if it goes back, 0 for the first one */
bc_pace_step_t bc_pace_frame(bc_pace_t *pace, uint64_t stamp, int64_t *interval);

#endif
