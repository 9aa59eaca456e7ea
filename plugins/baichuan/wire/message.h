/* message.h
 * One BC message on its way: where it came from, its bytes, and its parts in plain text once they are opened.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Whoever has put a message together makes one bc_message_t of it, and session, transfers, media streams and
 * the tree all take that. It lives as long as one pass over the message and keeps nothing: header and body
 * are the caller's. A part is opened by bc_plain_extension() and bc_plain_payload() (session/plain-parts.h),
 * once, by whoever is the first to need it. Implements the layout of docs/baichuan.md section 2.2.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_MESSAGE_H
#define CAMSHARK_BAICHUAN_WIRE_MESSAGE_H

#include <baichuan/wire/header.h>

/* Gives memory that is not to be freed one by one; it must not fail. scope is bc_message_t's. */
typedef void *(*bc_alloc_t)(void *scope, size_t len);

/* A part (Extension or payload) in plain text. */
typedef struct {
    const uint8_t *bytes; /* NULL as long as it is not opened, and if it can not be */
    size_t len;           /* up to the first byte that is missing */
    size_t all;           /* with what can be read behind that, which follows at once */
    const uint32_t
        *breaks; /* where in bytes something is missing, in their order; the last ones may be equal to all */
    size_t n_breaks;
    bool own; /* bytes came from alloc and may be written to; else they are the message's own */
} bc_plain_t;

/* Bytes of a body behind a hole in it. */
typedef struct {
    uint32_t offset; /* in the body */
    uint32_t len;
    const uint8_t *bytes;
} bc_body_piece_t;

typedef struct {
    const bc_header_t *header;
    unsigned direction; /* 0 or 1, as the caller numbers them */
    int client;         /* the direction in which the client sends; -1 if not known */
    int64_t when;       /* the second in which it was captured */
    uint32_t
        tie;   /* what it has in common with the others of its file or stream; bc_transfers_note() sets it */
    bool late; /* it was completed after others that follow it */
    const uint8_t *body; /* the bytes behind the header, */
    size_t have; /* as many as there are before the first one that is missing; at most header->body_len */
    const bc_body_piece_t
        *behind; /* what there is behind holes, in order; all of it lies within header->body_len */
    size_t n_behind;
    bool goes_on;     /* more of its payload comes later, behind these bytes, and is looked at then */
    uint32_t skip;    /* bytes between the Extension and the payload proper: those of an inner Extension */
    bc_alloc_t alloc; /* where plain parts live; NULL: GLib's heap, until bc_message_clear() */
    void *scope;      /* for alloc */
    bc_plain_t extension;
    bc_plain_t payload;
} bc_message_t;

/* Bytes of the Extension that were captured. */
size_t bc_message_extension_len(const bc_message_t *message);

/* The payload proper as it was sent, and how many of its bytes were captured. */
const uint8_t *bc_message_payload(const bc_message_t *message);
size_t bc_message_payload_len(const bc_message_t *message);

/* How many bytes the payload proper has if all were captured. */
size_t bc_message_payload_whole(const bc_message_t *message);

/* Whether the client sent it; by its header where nothing else tells. False if nobody knows. */
bool bc_message_from_client(const bc_message_t *message);

/* Whether it is a request for a recording that is a structure and no document (section 3.8): its payload has the length
 * of one, and the client sends it. First pass only: later ones have the role of the message in its record. */
bool bc_message_is_binary_request(const bc_message_t *message);

/* Makes room for a plain part: len bytes. */
uint8_t *bc_message_alloc(const bc_message_t *message, size_t len);

/* Forgets the bytes of a plain part, which need not be one of message's own; then the part itself. */
void bc_message_forget_bytes(const bc_message_t *message, bc_plain_t *plain);
void bc_message_forget(const bc_message_t *message, bc_plain_t *plain);

/* Forgets both. Frees them if alloc is NULL. */
void bc_message_clear(bc_message_t *message);

#endif
