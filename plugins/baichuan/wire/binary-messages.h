/* binary-messages.h
 * The messages that carry files and streams: the one table of what is known about each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Whoever adds a message whose payload is binary adds a line to it, and no other file needs one. Implements
 * docs/baichuan.md sections 1.4, 3.3 to 3.9, 4 and 5.7.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_BINARY_MESSAGES_H
#define CAMSHARK_BAICHUAN_WIRE_BINARY_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the messages of one file or stream have in common, besides their id. */
typedef enum {
    BC_TIE_EXCHANGE, /* the exchange id: all of it */
    BC_TIE_CHANNEL,  /* byte 12 alone: these messages do not keep the others */
    BC_TIE_NOTHING,  /* there is one at a time, and clients may count its messages */
    BC_TIE_TALK,     /* the real channel, which only documents name: clients may count these messages, too */
} bc_tie_t;

typedef struct {
    uint16_t msg_id;
    uint8_t tie;      /* bc_tie_t */
    bool replay;      /* some firmware writes a recording's time over status and class in its header */
    bool media;       /* it may carry media packets, */
    bool media_only;  /* and does unless its first bytes say otherwise */
    bool secret;      /* of the file nobody knows where its secrets are */
    uint16_t request; /* bytes of a request that is a structure and no document; 0 if none is known */
    const char *kind; /* of the file or stream, in a word; NULL for live video */
} bc_binary_message_t;

/* What is known of a message id; NULL if such messages are documents. */
const bc_binary_message_t *bc_binary_message(uint32_t msg_id);

/* Whether a payload of so many bytes, if the client sends it, is a request that is a structure and no document. */
bool bc_is_binary_request(uint32_t msg_id, size_t len);

#endif
