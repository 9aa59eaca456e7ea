/* command.h
 * What the files of single commands share: one function a command, called from the table in commands.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef NEWCAMD_COMMAND_H
#define NEWCAMD_COMMAND_H

#include <common/ws-compat.h>

#include <epan/expert.h>
#include <epan/packet.h>

#include "commands.h"
#include "frame.h"

/* Offset of the message data. */
static inline unsigned
newcamd_data_offset(const newcamd_message_t *message)
{
    return message->header + NEWCAMD_MESSAGE_HEAD_LEN;
}

/* Name of the message's command. */
const char *newcamd_command_name(const newcamd_message_t *message);

/* The message's sentence, in the Info column and behind the PDU's line in the tree. */
void newcamd_say(newcamd_message_t *message, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Adds bytes without known fields; nothing if there are none. */
void newcamd_show_bytes(const newcamd_message_t *message, unsigned offset, unsigned len);

/* How a name of len bytes is encoded, which the protocol does not say: UTF-8 if it may be that, else ISO
 * 8859-1 (section 10, number 25). */
unsigned newcamd_name_encoding(const newcamd_message_t *message, unsigned offset, unsigned len);

/* A command without known fields: its name, and its data as bytes. */
void newcamd_show_plain(newcamd_message_t *message);

/* command-login.c: E0, E8; E2, EA; E5 */
void newcamd_show_login(newcamd_message_t *message);
void newcamd_show_login_refused(newcamd_message_t *message);
void newcamd_show_server_name(newcamd_message_t *message);
void newcamd_command_login_register(int proto);

/* command-card.c: E4 */
void newcamd_show_card_data(newcamd_message_t *message);
void newcamd_command_card_register(int proto);

/* command-ecm.c: 80, 81; C0, C1 */
void newcamd_show_ecm(newcamd_message_t *message);
void newcamd_show_cached_control_words(newcamd_message_t *message);
void newcamd_command_ecm_register(int proto);

/* command-emm.c: 82-91 */
void newcamd_show_emm(newcamd_message_t *message);
void newcamd_command_emm_register(int proto);

/* command-extended.c: D1; D3, D4; D6; D7 */
void newcamd_show_osd(newcamd_message_t *message);
void newcamd_show_card_news(newcamd_message_t *message);
void newcamd_show_version(newcamd_message_t *message);
void newcamd_show_sid_list(newcamd_message_t *message);
void newcamd_command_extended_register(int proto);

/* command-keepalive.c: FD */
void newcamd_show_keepalive(newcamd_message_t *message);
void newcamd_command_keepalive_register(int proto);

#endif
