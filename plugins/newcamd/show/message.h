/* message.h
 * An opened newcamd message, and what all functions that show one share.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_SHOW_MESSAGE_H
#define CAMSHARK_NEWCAMD_SHOW_MESSAGE_H

#include <common/epan/ws-compat.h>

#include <epan/expert.h>
#include <epan/packet.h>

#include <newcamd/wire/frame.h>
#include <newcamd/record/requests.h>
#include <newcamd/record/segment.h>

/* An opened message on its way through the functions that show it. */
typedef struct {
    packet_info *pinfo;
    newcamd_fault_at_t at; /* for its faults */
    tvbuff_t *tvb;         /* from the message id on; what follows the message data does not matter here */
    proto_tree *tree;      /* where fields go */
    proto_item *item;      /* the PDU's line in the tree, which gets the same sentence as the Info column */
    unsigned header_len;   /* bytes of header in front of the command: 6 or 10 */
    unsigned tag;          /* the command */
    unsigned data_len;     /* bytes of message data, checked against the tvb */
    bool from_server;      /* sent by the card server */
    bool hidden;           /* secrets are masked */
    const newcamd_context_t *context; /* from the PDU's record; may be NULL */
    const newcamd_turn_t *turn;       /* from the PDU's record */
} newcamd_message_t;

extern value_string_ext newcamd_command_names_ext;

/* Offset of the message data. */
static inline unsigned
newcamd_data_offset(const newcamd_message_t *message)
{
    return message->header_len + NEWCAMD_MESSAGE_HEAD_LEN;
}

/* Name of the message's command. */
const char *newcamd_command_name(const newcamd_message_t *message);

/* The message's sentence, in the Info column and behind the PDU's line in the tree. */
void newcamd_say(newcamd_message_t *message, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The same of a PDU. */
void newcamd_say_pdu(const newcamd_segment_t *segment, proto_item *item, const char *sentence);

/* The same of bytes that are no message by themselves: a part of one, or a retransmission. */
void newcamd_say_piece(const newcamd_segment_t *segment, proto_item *item, const char *sentence);

/* Adds bytes without known fields; nothing if there are none. */
void newcamd_show_bytes(const newcamd_message_t *message, unsigned offset, unsigned len);

/* How a name of len bytes is encoded, which the protocol does not say: UTF-8 if it may be that, else ISO
 * 8859-1 (section 10, number 25). */
unsigned newcamd_name_encoding(const newcamd_message_t *message, unsigned offset, unsigned len);

/* A command without known fields: its name, and its data as bytes. */
void newcamd_show_plain(newcamd_message_t *message);

void newcamd_message_register(int proto);

#endif
