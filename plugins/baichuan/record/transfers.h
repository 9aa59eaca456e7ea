/* transfers.h
 * Files and streams that BC messages carry: what is known about each, and which message has a piece of which.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 3.3 to 3.9, as far as they say which messages belong to one picture,
 * recording, firmware or stream. Messages are noted once each, in the order of the capture; the rest is in
 * file scope and does not change once the first piece of data is noted, so every pass finds the same.
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_TRANSFERS_H
#define CAMSHARK_BAICHUAN_RECORD_TRANSFERS_H

#include <epan/packet.h>

#include <baichuan/wire/message.h>
#include <baichuan/session/session.h>

typedef enum {
    BC_CONTENT_UNKNOWN, /* no data yet */
    BC_CONTENT_MEDIA,   /* media packets; their bytes are not a file */
    BC_CONTENT_JPEG,
    BC_CONTENT_MP4,
    BC_CONTENT_BYTES, /* a file of a kind that is not looked into */
} bc_content_t;

struct bc_transfer;

/* What a message has of a transfer. */
typedef struct {
    const struct bc_transfer *transfer;
    bool hole; /* bytes of the transfer are missing before this payload, or in it */
    bool ends; /* it says of itself that it is the last */
} bc_transfer_piece_t;

/* A picture, recording, firmware, configuration, log or stream. Texts are as the camera or the client wrote
 * them; NULL if they did not. */
typedef struct bc_transfer {
    const char *camera;      /* address, and the port unless it is the usual one */
    const char *kind;        /* in a word, for example "snapshot"; NULL for live video */
    const char *stream_type; /* for example "mainStream" */
    const char *file_name;
    int32_t channel; /* from 0; -1 if no document names it: byte 12 of the header is often something else */
    uint32_t size;   /* bytes that were announced; 0 if none were */
    uint32_t sample_rate; /* of audio, a second; 0 if it was not said */
    uint8_t stream;       /* byte 13 of the header */
    uint8_t content;      /* bc_content_t */
    /* First pass only. */
    bool documented;           /* a document of it was read */
    bc_transfer_piece_t usual; /* of which nothing is to be said */
    uint32_t losses[2];        /* of each direction, up to the last message of this transfer */
} bc_transfer_t;

/* The transfers of a connection. First pass only. All zero is the start. */
typedef struct {
    wmem_map_t *open; /* (message id, what ties) to bc_transfer_t; NULL before the first */
    uint32_t losses[2];
    uint32_t talk_channel; /* that a message of a talk has named last; 0 if none has */
} bc_transfers_t;

/* Samples a second of the ADPCM of a transfer, which may be NULL: those that were announced, or what cameras have that
 * announce none. */
uint32_t bc_transfer_sample_rate(const bc_transfer_t *transfer);

/* Bytes of this direction are missing, or not understood, before the next message. First pass only, as all
 * that follows. */
void bc_transfers_lose(bc_transfers_t *transfers, unsigned direction);

/* Notes a message, in the order of the capture, and sets its tie. Returns its piece of a transfer, in file scope;
 * NULL if its payload is none. */
const bc_transfer_piece_t *bc_transfers_note(bc_transfers_t *transfers, const packet_info *pinfo,
                                             bc_message_t *message, const bc_decision_t *decision);

#endif
