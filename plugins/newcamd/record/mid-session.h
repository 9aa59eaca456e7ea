/* mid-session.h
 * Session keys without an opened login: given as they are, learned from other logins of the capture, or made of DESKEY and
 * password.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md sections 4.3 and 8.4. First pass only.
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_MID_SESSION_H
#define CAMSHARK_NEWCAMD_RECORD_MID_SESSION_H

#include <newcamd/record/conversation.h>

/* Tries all session keys for either end on a frame (as for newcamd_session_try_login()) of a connection of
 * which no login was seen; or, if connection->login_frame says that one was, those that were given as such. The first frame that a key opens makes it a suspect; the second one proves it.
 *   place  TCP sequence number of the frame
 * Returns whether it is proved now: then the connection's session has the key, and the frames before are to
 * be noted (newcamd_mid_session_note()). If it is not, the frame is kept for that. */
bool newcamd_mid_session_try(newcamd_connection_t *connection, const packet_info *pinfo, unsigned direction,
                             uint32_t place, const uint8_t *frame, size_t frame_len);

/* Tries the session key that was learned last, from the login in this packet, on connections that wait for one, the
 * newest first, as far as tries are left (newcamd_learned_tries()): it opens those of the same user that are over. What
 * it opens is shown from the next look on. */
void newcamd_mid_session_learned(const packet_info *pinfo);

void newcamd_mid_session_register(void);

/* Notes the messages of the frames that came before the session key was proved. What was sent before them is
 * not in the capture. but_frame  number of a captured frame that is still to be dissected, or 0 */
void newcamd_mid_session_note(newcamd_connection_t *connection, uint32_t but_frame);

/* What is known of a frame that came before the session key was proved; NULL if it was not kept, or the key
 * is not proved. */
const newcamd_closed_t *newcamd_mid_session_closed(const newcamd_connection_t *connection, unsigned direction,
                                                   uint32_t place);

#endif
