/* media-tap.h
 * What the tap "baichuan_media" gives to its listeners: statistics, export objects.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One call for each piece of a media packet that a BC message holds, in the order of the stream; a packet
 * that crosses three messages is three calls. A packet whose payload is empty, or begins in the next message
 * only, has a piece of no bytes where it begins.
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_MEDIA_TAP_H
#define CAMSHARK_BAICHUAN_TAPS_MEDIA_TAP_H

#include <stdbool.h>
#include <stdint.h>

#include <baichuan/wire/media.h>

struct bc_transfer;

#define BAICHUAN_MEDIA_TAP "baichuan_media"

/* Lives, like bytes, until the packet it was found in is dissected. Numbers in the byte order of the host. */
typedef struct {
    uint32_t stream; /* number of the media stream in the file, from 1; one for each direction, message id and
                        exchange, and a new one when the client asks for it again */
    uint32_t msg_id; /* 3, 5, 8, 13, 143, 298, 381, 202 */
    uint8_t channel; /* byte 12 of the message header, */
    uint8_t stream_id; /* and byte 13: what they mean depends on the client */
    baichuan_media_type_t type;
    baichuan_codec_t codec; /* of the stream, by its bytes; none for audio, and before the first frame */
    uint64_t packet;        /* its number in the stream, from 1 */
    uint32_t begin_frame;   /* Wireshark's frame in which the packet begins */
    bool first;             /* this is the packet's first piece, */
    bool last;              /* its last one */
    bool hole_before;       /* bytes of the stream are missing between the previous piece and this one */
    uint64_t microseconds;  /* of video: the device's uptime */
    uint32_t time;          /* of I-frames: seconds since 1970 by the camera's clock; 0 if not given */
    uint16_t width;         /* as the last info packet of the stream says; 0 if there was none */
    uint16_t height;
    uint8_t fps;
    uint32_t size; /* of the packet's payload by its header, bytes */
    const uint8_t
        *bytes; /* payload bytes of this piece: of the codec alone, neither media header nor padding */
    uint32_t length;
    const struct bc_transfer *transfer; /* what is known of the stream (record/transfers.h); NULL: nothing */
} baichuan_media_tap_t;

#endif
