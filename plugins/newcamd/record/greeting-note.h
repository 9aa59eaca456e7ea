/* greeting-note.h
 * What was seen of a conversation before anybody knew that it is newcamd.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_GREETING_NOTE_H
#define CAMSHARK_NEWCAMD_RECORD_GREETING_NOTE_H

#include <newcamd/record/conversation.h>

/* Sequence number of the first byte that the sender of a packet sent in its connection, or that is in the capture.
 *   place  that of a byte in the packet */
uint32_t newcamd_first_byte(packet_info *pinfo, uint32_t place);

/* Notes a segment of 14 bytes in the packet's conversation if they may be a greeting (section 9.1, H1 and H2); or of
 * less, at the beginning of a connection, if they may be a piece of one. Longer ones do nothing. */
void newcamd_note_greeting(tvbuff_t *tvb, packet_info *pinfo, const struct tcpinfo *tcpinfo);

/* Whether a segment goes on with the answer to a noted greeting, and may be (or go on with) a login (H3).
 *   place  TCP sequence number of its first byte */
bool newcamd_note_continues(const newcamd_note_t *note, unsigned direction, tvbuff_t *tvb, uint32_t place);

/* Adds such a segment to the answer. place is that of its first byte. Returns the bytes of the login frame (or of a
 * clear frame), which stands in note->answer, once it is whole; else 0. What cannot be one ends the note. */
uint32_t newcamd_note_gather(newcamd_note_t *note, tvbuff_t *tvb, uint32_t place);

/* The noted greeting is that of the current connection. First pass only. */
void newcamd_early_greet_noted(newcamd_conversation_t *conversation);

/* Notes the greeting of the current connection, as newcamd_session_greet(). First pass only, as what follows. */
void newcamd_early_greet(newcamd_conversation_t *conversation, unsigned acceptor,
                         const uint8_t greeting[NEWCAMD_GREETING_LEN], uint32_t place,
                         uint32_t connector_place);

/* Keeps what answers the noted greeting of the current connection, and has no PDU record.
 *   frame  frame_len bytes in file scope
 *   key    with which it is opened */
void newcamd_early_keep_login(newcamd_conversation_t *conversation, const uint8_t *frame, uint32_t frame_len,
                              newcamd_key_t key);

/* PDUs without a record belong to a connection of the conversation, from this frame number on. */
void newcamd_early_claim_from(newcamd_conversation_t *conversation, newcamd_connection_t *connection,
                              uint32_t frame_num);

/* For PDUs that were not recognised when they were first seen and so have no record: the connection whose
 * greeting, or login in pieces, lies at a place; NULL if there is none. length  gives the bytes of it that
 * begin here */
newcamd_connection_t *newcamd_early_recall(const newcamd_conversation_t *conversation, unsigned direction,
                                           uint32_t place, newcamd_pdu_kind_t *kind, uint32_t *length);

/* The connection that a PDU without a record belongs to, in a conversation that was claimed when PDUs of it
 * had gone by; NULL if nobody claims them. */
newcamd_connection_t *newcamd_early_claimant(const newcamd_conversation_t *conversation, uint32_t frame);

#endif
