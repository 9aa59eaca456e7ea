/* media-record.h
 * What a BC message's record says of the media packets in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 5.1 to 5.7.
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_MEDIA_RECORD_H
#define CAMSHARK_BAICHUAN_RECORD_MEDIA_RECORD_H

#include <common/epan/ws-compat.h>

#include <baichuan/wire/media.h>

/* A block of ADPCM among the sounds of its stream. */
typedef struct {
    const uint8_t *joined; /* the payload of a packet that was cut; NULL if all of it is where it ends */
    uint64_t before;       /* samples of the sounds before it */
    uint32_t number;       /* of it, from 0 */
} bc_media_sound_t;

/* A media packet; in file scope. What is marked with * is known from some later frame on only. There is one
 * for each frame of a video, so size counts here and below. */
typedef struct bc_media_packet {
    bc_media_header_t header; /* * type is BAICHUAN_MEDIA_UNKNOWN until the header is complete */
    const uint8_t
        *kept; /* * header and payload if it was reassembled, else the header if that is cut; or NULL */
    const struct bc_media_packet *info; /* the last info packet of the stream before this one; may be NULL */
    const bc_media_sound_t *sound;      /* * of ADPCM that is whole; else NULL */
    const struct bc_media_packet *previous; /* of its type in the stream; may be NULL */
    int64_t since_previous;                 /* time of capture since then, nanoseconds */
    uint32_t stream;                        /* number of the stream in the file, from 1 */
    uint32_t number;                        /* in the stream, from 1 */
    uint32_t frame_number;  /* among the video or audio packets of the stream, from 1; 0 for info */
    uint32_t begin_frame;   /* Wireshark's numbers: where its first byte is, */
    uint32_t end_frame;     /* * and the last one of its payload */
    uint32_t messages : 31; /* * that carry a part of it */
    bool reassemble : 1;    /* it crosses messages and is to be shown where it ends */
} bc_media_packet_t;

/* What is worth a look in a payload: a NAL unit, or the codec's header of audio. */
typedef struct {
    const uint8_t *joined; /* its bytes if it is cut, else NULL: */
    uint32_t at;           /* its place in the message's payload (in the packet if that is reassembled) */
    uint32_t len;
    uint32_t here;  /* bytes of it in all, behind at */
    uint8_t extent; /* bc_nal_extent_t */
    uint8_t codec;  /* baichuan_codec_t; BAICHUAN_CODEC_NONE for audio */
    uint8_t type;   /* nal_unit_type */
} bc_media_unit_t;

/* A part of a message's payload. */
typedef struct {
    bc_media_packet_t *packet; /* NULL for bytes that belong to none */
    uint32_t at;               /* in the payload, plain text */
    uint32_t len;
    uint32_t data_at; /* the bytes of the packet's payload in it, */
    uint32_t data_len;
    uint32_t offset;     /* and their place there */
    uint32_t next_frame; /* * where the packet goes on; 0 if it does not */
    uint16_t first_unit;
    uint16_t n_units;
    uint8_t type;    /* baichuan_media_type_t as far as the header was there; packet->header is valid then */
    uint8_t codec;   /* baichuan_codec_t of the stream, by its bytes as far as they have told */
    bool begins : 1; /* the packet begins here; */
    bool header : 1; /* its header is complete here, */
    bool ends : 1;   /* its payload is */
    bool hole : 1;   /* with header: bytes of the stream are missing before this packet */
    bool search : 1; /* with packet NULL: what follows the packet before is none */
    bool zeros : 1;  /* with packet NULL: zero bytes behind a packet */
    bool disagrees : 1; /* the codec of the header is not that of the bytes; told once a frame */
} bc_media_part_t;

/* Bytes of the codec's own header at the start of an audio payload: ADTS, and of ADPCM what is before the
 * block and the block's. */
#define BC_MEDIA_ADTS_HEADER  7u
#define BC_MEDIA_CODEC_HEADER 8u

/* How many of them this payload has; 0 for other types. */
uint32_t bc_media_codec_header(const bc_media_header_t *header);

/* Whether it is a frame of a video. */
bool bc_media_is_video(const bc_media_packet_t *packet);

/* What a BC message has of media packets; in file scope. */
typedef struct {
    const bc_media_packet_t
        *given_up; /* a packet of which the rest is missing, as this message tells; or NULL */
    union {
        uint32_t given_up_has; /* bytes of its payload that were there; */
        uint32_t stream;       /* with unopened and no given_up: see bc_media_record_stream() */
    };
    uint16_t n_parts;
    bool unopened : 1;       /* nobody can open this message's media: they are missing in their stream */
    bool late : 1;           /* this message came after ones that follow it: its bytes were not read */
    bool more : 1;           /* there are more parts or units than are listed */
    bc_media_part_t parts[]; /* and behind them the units */
} bc_media_record_t;

/* A payload that lies in the middle of one media packet. There is one for each packet of the network that a video has, so
 * it takes the place of a record with one part. */
typedef struct {
    uint32_t offset;     /* as in bc_media_part_t */
    uint32_t next_frame; /* the same */
} bc_media_middle_t;

/* Where one is put; middle is in file scope. */
typedef struct {
    bc_media_middle_t *middle;
    bc_media_packet_t *packet; /* out; NULL: there is none */
    uint8_t codec;             /* out */
} bc_media_slot_t;

/* The record that it stands for, of len bytes.
 *   packet  in whose middle
 *   codec   bc_media_part_t's */
bc_media_record_t *bc_media_middle_record(const bc_media_middle_t *middle, bc_media_packet_t *packet,
                                          uint8_t codec, uint32_t len, wmem_allocator_t *scope);

/* With unopened: number of the stream in the file; 0 if it had no packet yet. record may be NULL: 0. */
uint32_t bc_media_record_stream(const bc_media_record_t *record);

const bc_media_unit_t *bc_media_units(const bc_media_record_t *record, const bc_media_part_t *part);

#endif
