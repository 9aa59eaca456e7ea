/* commands.h
 * What is inside newcamd messages, command by command.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_SHOW_COMMANDS_H
#define CAMSHARK_NEWCAMD_SHOW_COMMANDS_H

#include <common/epan/ws-compat.h>

#include <newcamd/show/message.h>

/* Registers all fields and expert items of messages. */
void newcamd_commands_register(int proto);

/* The message is one that its server has overwritten in part (section 5.3): takes the tag and the length of
 * its data for what they were. */
void newcamd_command_repair(newcamd_message_t *message);

/* Adds the fields of a message's header, command and data, and its sentence. All of header, command and
 * data_len lie inside the tvb. docs/newcamd.md sections 3 and 5. */
void newcamd_command_show(newcamd_message_t *message);

#endif
