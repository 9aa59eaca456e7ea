/* media-note.h
 * What is known of a media stream while a message is read, and what is worth a look in its payload.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For media-streams.c and media-units.c. First pass only.
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_MEDIA_NOTE_H
#define CAMSHARK_BAICHUAN_RECORD_MEDIA_NOTE_H

#include <epan/packet.h>

#include <baichuan/record/media-record.h>
#include <baichuan/wire/message.h>
#include <baichuan/wire/nal-units.h>

/* One stream; what the parser has read so far. First pass only. */
typedef struct {
    uint32_t number; /* in the file */
    bc_media_parser_t parser;
    bc_nal_splitter_t splitter;
    bc_media_packet_t *packet; /* the last one that began, */
    uint32_t *next_frame;      /* and that of its last part; NULL if that was not listed */
    uint32_t packet_has;       /* bytes of its payload so far */
    bool ended;                /* its payload is complete */
    const bc_media_packet_t *info;
    const bc_media_packet_t *previous[BAICHUAN_MEDIA_TYPES];
    nstime_t previous_time[BAICHUAN_MEDIA_TYPES];
    uint32_t packets;
    uint32_t frames[2];                          /* of video, of audio */
    uint32_t sounds;                             /* blocks of ADPCM that are whole, */
    uint64_t samples;                            /* and what they have */
    uint32_t breaks;                             /* how many holes of the direction it knows of */
    bool hole;                                   /* bytes are missing before the next packet */
    bool foreign;                                /* it is no media stream, but a file */
    bool disagreed;                              /* of the packet: its codec was told to be another */
    uint8_t codec_header[BC_MEDIA_CODEC_HEADER]; /* of audio: its first bytes */
    GByteArray *
        whole; /* of a packet that is to be reassembled: header and payload so far; of one of ADPCM that is not: its payload */
} bc_media_stream_t;

/* What the message at hand adds up to. */
typedef struct {
    bc_media_stream_t *stream;
    packet_info *pinfo;
    const bc_message_t *message;
    bc_media_slot_t *slot; /* NULL: a record is wanted in any case */
    wmem_array_t *parts;
    wmem_array_t *units;
    uint32_t units_base;     /* where the bytes that are split begin in what units refer to */
    bc_media_record_t found; /* without its parts */
} bc_media_note_t;

/* Notes the NAL units in len bytes of a video's payload, base bytes into bytes, which become a part.
 *   end  the payload ends with them */
void bc_media_split_video(bc_media_note_t *note, const uint8_t *bytes, uint32_t base, uint32_t len, bool end,
                          bc_media_part_t *part);

/* Keeps what len bytes of an audio payload have of the codec's own header, and notes that once it is whole, if it was cut
 * by the end of a message. */
void bc_media_join_codec_header(bc_media_note_t *note, const uint8_t *data, uint32_t len,
                                const bc_media_part_t *part);

/* Notes the block of a packet of ADPCM once its payload is whole: len bytes of it come now.
 *   end  they are the last ones */
void bc_media_note_sound(bc_media_note_t *note, const uint8_t *data, uint32_t len, bool end);

#endif
