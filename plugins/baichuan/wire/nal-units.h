/* nal-units.h
 * Cutting a video frame into NAL units, which decoders and Wireshark's dissectors take one by one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements the byte stream format of H.264 and H.265 (annex B of both). The frame comes in pieces, cut
 * anywhere; of a unit that is cut, so many bytes are kept as somebody will look at: BC_NAL_KEPT a frame.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_NAL_UNITS_H
#define CAMSHARK_BAICHUAN_WIRE_NAL_UNITS_H

#include <baichuan/wire/media.h>

#define BC_NAL_SLICE 64u   /* bytes of a slice that are of interest */
#define BC_NAL_KEPT  4096u /* of units that were cut, in one frame; a longer unit is of no interest */

typedef enum {
    BC_NAL_WHOLE,     /* a parameter set, SEI and the like, all of it */
    BC_NAL_BEGINNING, /* of a slice: not more than BC_NAL_SLICE bytes */
    BC_NAL_KEPT_BACK, /* of a type that no stream in a file has: its first bytes */
    BC_NAL_TOO_LONG,  /* longer than BC_NAL_KEPT, or more of them than that in one frame: its first bytes */
} bc_nal_extent_t;

typedef struct {
    bc_nal_extent_t extent;
    uint8_t codec; /* baichuan_codec_t */
    uint8_t type;  /* nal_unit_type */
    uint32_t len;  /* bytes of it that are given */
    const uint8_t
        *joined;   /* if it began in an earlier piece: these bytes, valid during the call. Else NULL: */
    uint32_t at;   /* they are here in the piece, */
    uint32_t here; /* which holds so many bytes of the unit in all */
} bc_nal_unit_t;

typedef void (*bc_nal_take_t)(void *context, const bc_nal_unit_t *unit);

typedef struct {
    uint8_t codec;   /* baichuan_codec_t in force: the header's until the bytes tell */
    bool known;      /* the bytes have told, */
    bool proved;     /* and in the last key frame, or since */
    bool open;       /* a unit has begun, and its end was not found yet */
    bool given;      /* and it was given to the caller */
    uint8_t zeros;   /* at the end of the last piece, 2 at most */
    uint32_t budget; /* of bytes to keep in this frame */
    uint32_t kept_len;
    bool overflow; /* of the open unit more bytes came than are kept */
    uint8_t *kept; /* BC_NAL_KEPT bytes, as soon as any are needed */
} bc_nal_splitter_t;

/* Which codec the first two bytes of a unit belong to; BAICHUAN_CODEC_NONE if they may be of either. */
baichuan_codec_t bc_nal_codec(const uint8_t *unit);

/* To be called for a splitter that is not needed any more. */
void bc_nal_clear(bc_nal_splitter_t *splitter);

/* Before the first piece of a frame. The first frame of a stream needs a splitter of zeros.
 *   codec  what its header says; what the bytes of earlier frames have told stays in force
 *   key    an I-frame: its bytes are asked anew */
void bc_nal_begin(bc_nal_splitter_t *splitter, baichuan_codec_t codec, bool key);

/* Takes the next piece of a frame and gives the units that it completes, or of which it has enough.
 *   end  it is the frame's last piece */
void bc_nal_split(bc_nal_splitter_t *splitter, const uint8_t *bytes, uint32_t len, bool end,
                  bc_nal_take_t take, void *context);

#endif
