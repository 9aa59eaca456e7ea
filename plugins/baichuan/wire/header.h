/* header.h
 * The BC message header: how many bytes it has, whether bytes are one, and where the next one begins.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 1.2 to 1.4, 1.10 and 9.1. Lengths are bytes; all integers of the
 * protocol are little endian.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_HEADER_H
#define CAMSHARK_BAICHUAN_WIRE_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <baichuan/wire/message-ids.h>

#define BC_MAGIC           0x0abcdef0u /* between client and device */
#define BC_MAGIC_NVR       0x0fedcba0u /* between NVR and camera on the NVR's own LAN */
#define BC_MAGIC_MISPRINT  0x0fedcda0u /* only in one public document */

#define BC_CLASS_LEGACY    0x6514u /* first login message of the client */
#define BC_CLASS_SHORT     0x6614u /* its answer, with the nonce */
#define BC_CLASS_REQUEST   0x6414u
#define BC_CLASS_DEVICE    0x0000u /* replies and pushes */
#define BC_CLASS_DOWNLOAD  0x6482u
#define BC_CLASS_NO_OFFSET 0xffffu /* the last word of its header is no payload offset */

#define BC_SHORT_HEADER    20u
#define BC_LONG_HEADER     24u

/* A message of this length, header and all, is damage, and is never waited for (section 1.8). */
#define BC_MAX_MESSAGE 0x1000000u
/* The vendor's own limit; above it a length is worth a note, and no candidate for resynchronisation. */
#define BC_USUAL_BODY 1000000u

typedef struct {
    uint32_t magic;
    uint32_t msg_id;
    uint32_t body_len;    /* of Extension and payload together */
    uint32_t exchange_id; /* bytes 12 to 15 as one number: ties replies to requests in all dialects */
    uint32_t
        payload_offset; /* bytes of the Extension; 0 in a short header, in BC_CLASS_NO_OFFSET, and where it is
                                impossible */
    uint16_t number;    /* bytes 14 and 15 */
    uint16_t code;      /* bytes 16 and 17: encryption negotiation of a login leg, else a status */
    uint16_t msg_class;
    uint8_t channel;  /* byte 12: channel, XOR offset, session handle */
    uint8_t stream;   /* byte 13 */
    uint8_t len;      /* BC_SHORT_HEADER or BC_LONG_HEADER */
    bool offset_bad;  /* the payload offset on the wire lies behind the body, or is too small for an
                         Extension where the class is not known */
    bool overwritten; /* bytes 16 to 19 are not status and class, but the second of a recording; code is 0 */
} bc_header_t;

typedef enum {
    BC_HEADER_OK,
    BC_HEADER_MORE, /* what is there begins like a header; more bytes are needed to know */
    BC_HEADER_NONE, /* no header begins here */
} bc_header_status_t;

/* Reads the header at the start of data, in a conversation that is known to be BC (section 1.4).
 * out is written on BC_HEADER_OK only. The body length is left to bc_header_possible(). */
bc_header_status_t bc_header_parse(const uint8_t *data, size_t len, bc_header_t *out);

/* Reads a header of which bc_header_parse() has said before that it has header_len bytes, all of them at data: what
 * follows a message, which may have told its length, is not needed again. */
void bc_header_read(const uint8_t *data, uint8_t header_len, bc_header_t *out);

/* Whether a header that was read as one of 24 bytes has 20 after all, since the next message begins four bytes before
 * this one would end then (section 1.4).
 *   data      24 bytes
 *   last      the last four bytes of the message with a header of 24
 *   next      what follows it, of next_len bytes; there may be none */
bool bc_header_is_shorter(const uint8_t *data, const uint8_t *last, const uint8_t *next, size_t next_len);

/* Whether its class is one of those that are known. */
bool bc_header_class_is_known(const bc_header_t *header);

/* Whether a message may be so long: shorter than BC_MAX_MESSAGE. */
bool bc_header_possible(const bc_header_t *header);

/* Whether a TCP segment that begins with data opens a BC conversation (section 9.1). False for fewer than 20
 * bytes. */
bool bc_header_first_contact(const uint8_t *data, size_t len);

/* Looks for the next header in data, which does not begin with one (section 1.10).
 * Returns the number of bytes to skip: up to a header that passes the strict test, or to the at most 23 bytes
 * at the end that may be the beginning of one, or len. Candidates whose message ends at another magic, at the
 * end of data or behind it are preferred. */
size_t bc_header_resync(const uint8_t *data, size_t len);

/* True for a login leg with a 20 byte header, where code is the encryption negotiation (section 1.6). */
bool bc_header_negotiates(const bc_header_t *header);

/* The status of a reply or push; 0 if there is none: in requests, pieces of a replay and where something else stands in
 * its place (sections 1.4, 1.6 and 8). */
uint16_t bc_header_status(const bc_header_t *header);

/* Who sends a message with this class and status: true and *from_client set, or false if they do not tell. */
bool bc_header_direction(const bc_header_t *header, bool *from_client);

/* What the headers of one media stream's or file's messages have in common besides their id (bc_tie_t): the exchange
 * id; byte 12 alone; or nothing, which is 0 (sections 3 and 5.7). */
uint32_t bc_header_tie(const bc_header_t *header);

#endif
