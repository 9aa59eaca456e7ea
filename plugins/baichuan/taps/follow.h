/* follow.h
 * Follow > Baichuan Stream, and the filter of a conversation, over TCP and BcUdp alike.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_FOLLOW_H
#define CAMSHARK_BAICHUAN_TAPS_FOLLOW_H

#include <baichuan/record/conversation.h>

/* Notes of which connection the packet at hand is, for who asks behind its dissection. */
void bc_follow_note(packet_info *pinfo, uint32_t connection);

/* Whether anybody follows a stream. */
bool bc_follow_wanted(void);

/* Whether a message has a status that dialogues say: the camera's. */
bool bc_follow_has_status(const bc_header_t *header, const bc_record_t *record);

/* Gives a message to whoever follows: a line that names sender, message and status, and its document.
 *   note      what else the list says of it: media, or why it was not opened; NULL: nothing
 *   document  its payload in plain text, masked if secrets are hidden; NULL: it has none */
void bc_follow_message(packet_info *pinfo, tvbuff_t *tvb, const bc_header_t *header,
                       const bc_record_t *record, const char *note, tvbuff_t *document);

void bc_follow_register(int proto);

#endif
