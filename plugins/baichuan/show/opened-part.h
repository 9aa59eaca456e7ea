/* opened-part.h
 * A part of a message in plain text as a buffer, in which secrets are masked if the user wants that.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_OPENED_PART_H
#define CAMSHARK_BAICHUAN_SHOW_OPENED_PART_H

#include <epan/packet.h>

#include <baichuan/wire/message.h>

/* What is known of the secrets in a part. Whatever else its sender says that it is, it may be a document. */
typedef struct {
    bool legacy_login; /* two hashes and zeros */
    bool secret;       /* a file that holds secrets, nobody knows where */
    bool document;     /* XML */
    bool clear;        /* it was sent as it is */
} bc_part_t;

/* A part in plain text. */
typedef struct {
    tvbuff_t *plain; /* the bytes of the message themselves if they are, else a new data source; NULL if the
                        part can not be opened */
    bool masked;     /* secrets were clear in the message, and are not in plain */
} bc_opened_t;

/* Where a part lies as it was sent. */
typedef struct {
    tvbuff_t *tvb;
    int offset;
} bc_sent_part_t;

/* The end of what lies behind a hole, in plain: n counts the holes. */
uint32_t bc_plain_end_behind(const bc_plain_t *plain, size_t n);

/* Secrets are masked before anything else sees the bytes. What is clear and has none stays where it was sent; of anything
 * else a data source is made.
 *   plain  the part in plain text; what is its own may be written to */
bc_opened_t bc_part_open_shown(const bc_sent_part_t *sent, packet_info *pinfo, const bc_header_t *header,
                               const bc_plain_t *plain, const bc_part_t *part);

#endif
