/* feeding.h
 * What is known while a packet's bytes are fed into a stream, and what is done with the messages that they make.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For feed.c and assemblies.c.
 */
#ifndef CAMSHARK_BAICHUAN_STREAM_FEEDING_H
#define CAMSHARK_BAICHUAN_STREAM_FEEDING_H

#include <baichuan/stream/stream.h>

typedef struct {
    bc_stream_t *stream;
    bc_direction_t *direction;
    camshark_assembler_t *assembler; /* its own */
    bc_segment_t *segment;           /* of the packet that is fed, */
    uint32_t frame;                  /* which was captured in this frame */
    const uint8_t *bytes;            /* its bytes */
    nstime_t when;                   /* and at this time */
    bool own;                        /* it is the packet at hand */
    bool behind_guess;               /* some of its bytes lie behind a hole whose length is a guess */
    bool guess_open;                 /* there is a message with such a hole */
    bool ends;                       /* nothing is waited for any longer */
    uint64_t slice_place;            /* of its first byte */
    uint64_t slice_end;              /* behind its last one that was captured */
    uint64_t fresh_from;             /* behind the newest byte before it came */
} bc_feeding_t;

#endif
