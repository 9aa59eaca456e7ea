/* commands.h
 * What is inside newcamd messages, command by command.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NEWCAMD_COMMANDS_H
#define NEWCAMD_COMMANDS_H

#include <common/ws-compat.h>

#include <epan/packet.h>

#include "message-context.h"

/* An opened message on its way through the functions that show it. */
typedef struct {
    packet_info *pinfo;
    tvbuff_t *tvb;     /* from the message id on; what follows the message data does not matter here */
    proto_tree *tree;  /* where fields go */
    proto_item *item;  /* the PDU's line in the tree, which gets the same sentence as the Info column */
    unsigned header;   /* bytes of header in front of the command: 6 or 10 */
    unsigned tag;      /* the command */
    unsigned data_len; /* bytes of message data, checked against the tvb */
    bool from_server;  /* sent by the card server */
    bool hidden;       /* secrets are masked */
    const newcamd_context_t *context; /* from the PDU's record; may be NULL */
} newcamd_message_t;

/* Registers all fields and expert items of messages. */
void newcamd_commands_register(int proto);

/* The message is one that its server has overwritten in part (section 5.3): takes the tag and the length of
 * its data for what they were. */
void newcamd_command_repair(newcamd_message_t *message);

/* Adds the fields of a message's header, command and data, and its sentence. All of header, command and
 * data_len lie inside the tvb. docs/newcamd.md sections 3 and 5. */
void newcamd_command_show(newcamd_message_t *message);

#endif
