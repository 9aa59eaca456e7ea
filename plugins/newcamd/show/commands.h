/* commands.h
 * What is inside newcamd messages, command by command: one function a command, called from the table in commands.c.
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

/* ---- what the table calls ------------------------------------------------------------------------------ */

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
