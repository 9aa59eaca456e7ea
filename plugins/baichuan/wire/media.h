/* media.h
 * Media packets (BcMedia): info, video frames, audio, and how they lie across BC messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 5. The payloads of a stream's messages are given to a parser in the
 * order of the stream; it finds the pieces of packets in them. Lengths are bytes; all integers of the
 * protocol are little endian.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_MEDIA_H
#define CAMSHARK_BAICHUAN_WIRE_MEDIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

typedef enum {
    BAICHUAN_MEDIA_UNKNOWN, /* of a packet of whose header not enough is known */
    BAICHUAN_MEDIA_INFO,
    BAICHUAN_MEDIA_I_FRAME,
    BAICHUAN_MEDIA_P_FRAME,
    BAICHUAN_MEDIA_AAC,
    BAICHUAN_MEDIA_ADPCM, /* its payload begins with the four bytes before the block, section 5.5 */
} baichuan_media_type_t;

#define BAICHUAN_MEDIA_TYPES 6

typedef enum {
    BAICHUAN_CODEC_NONE,
    BAICHUAN_CODEC_H264,
    BAICHUAN_CODEC_H265,
} baichuan_codec_t;

/* Bytes of a header that are needed to know its length: of the longest kind, info. */
#define BC_MEDIA_FIXED_HEADER 32u
#define BC_MEDIA_VIDEO_HEADER 24u /* before the additional header */
#define BC_MEDIA_AUDIO_HEADER 8u
#define BC_MEDIA_ADPCM_PREFIX 4u /* of the payload of ADPCM, before the block, section 5.5 */
/* Longer payloads and additional headers are damage. */
#define BC_MEDIA_MAX_SIZE       0x1000000u
#define BC_MEDIA_MAX_ADDITIONAL 0x10000u

typedef struct {
    uint32_t len;  /* of the whole header, the additional one included */
    uint32_t size; /* of the payload; 0 for info */
    union {
        struct {                 /* of video */
            uint32_t additional; /* length of the additional header */
            uint32_t time;       /* of I-frames: seconds since 1970; 0 if not there */
        };
        struct {            /* of info */
            uint32_t width; /* pixels */
            uint32_t height;
        };
    };
    uint64_t microseconds; /* of video */
    uint8_t fps;           /* of info */
    uint8_t type;          /* baichuan_media_type_t */
    uint8_t codec;         /* baichuan_codec_t, as the header says */
    uint8_t channel;       /* the digit of the magic */
} bc_media_header_t;

typedef enum {
    BC_MEDIA_OK,
    BC_MEDIA_MORE, /* what is there may begin a header; more bytes are needed to know */
    BC_MEDIA_NONE,
} bc_media_status_t;

/* Reads the header at the start of bytes.
 *   strict  the place is a guess: check all that can be checked
 *   need    NULL, or gets how many bytes are needed to know more, with BC_MEDIA_MORE
 * BC_MEDIA_OK says that out->len is known, not that so many bytes are there; out->time is filled if its bytes
 * are. */
bc_media_status_t bc_media_header_parse(const uint8_t *bytes, size_t len, bool strict, bc_media_header_t *out,
                                        size_t *need);

/* Whether somewhere in clear bytes a packet begins and ends where another one begins: proof that they are clear. */
bool bc_media_proved(const uint8_t *bytes, size_t len);

/* One stream of media packets. */
typedef struct {
    GByteArray *head;         /* of a header that is not whole yet, from earlier payloads */
    bc_media_header_t header; /* of the packet that is being read */
    uint32_t left;            /* of its payload */
    uint32_t padding;         /* of the packet before */
    bool inside;              /* header is valid, and more of the packet is expected */
    bool seeking;             /* the next packet is searched for, its place is not known */
    bool fresh;               /* nothing was read yet: a packet is most likely to begin with the first byte */
    bool head_done;           /* head was used by the last piece */
    bool guessed; /* what is in head may be no header: no piece has said that it begins a packet */
} bc_media_parser_t;

/* Ready for the first payload. To be cleared with bc_media_parser_clear(). */
void bc_media_parser_init(bc_media_parser_t *parser);
void bc_media_parser_clear(bc_media_parser_t *parser);

/* Bytes of the stream are missing: gives up the packet that is being read. Returns whether there was one. */
bool bc_media_parser_lose(bc_media_parser_t *parser);

typedef enum {
    BC_MEDIA_PIECE,   /* of a packet, or of its padding */
    BC_MEDIA_SKIPPED, /* bytes that belong to no packet */
    BC_MEDIA_ZEROS,   /* zero bytes behind a packet and its padding: some clients pad too much */
} bc_media_piece_kind_t;

/* A part of a payload. Places are those of its bytes. */
typedef struct {
    bc_media_piece_kind_t kind;
    uint32_t at;
    uint32_t len;
    bool
        begins; /* the packet's first byte is here, or was in an earlier payload, but might have been anything */
    bool disproved;   /* what began a packet in an earlier payload was none */
    bool header;      /* the packet's header is complete with this piece: see parser->header */
    bool joined;      /* and it began in an earlier payload: parser->head has all of it */
    bool ends;        /* the packet's payload is complete with this piece */
    bool search;      /* with BC_MEDIA_SKIPPED: here a search for the next packet begins */
    uint32_t data_at; /* where the payload's bytes are in this piece, */
    uint32_t data_len;
} bc_media_piece_t;

/* Takes the next piece of a payload, beginning at *at, and moves *at behind it. False at its end. A piece
 * that begins a packet while another one is not complete says that the rest of that one is missing. */
bool bc_media_next(bc_media_parser_t *parser, const uint8_t *bytes, uint32_t len, uint32_t *at,
                   bc_media_piece_t *out);

#endif
