/* mid-session.h
 * Session keys without a login: learned from other logins of the capture, or made of DESKEY and password.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md sections 4.3 and 8.4. First pass only.
 */
#ifndef NEWCAMD_MID_SESSION_H
#define NEWCAMD_MID_SESSION_H

#include "conversation.h"

/* Keeps the session key of an opened login for connections whose login is not in the capture.
 *   port  of the card server */
void newcamd_learn_session_key(const newcamd_connection_t *connection, uint32_t port);

/* Tries all session keys for either end on a frame (as for newcamd_session_try_login()) of a connection of
 * which no login was seen. The first frame that a key opens makes it a suspect; the second one proves it.
 *   place  TCP sequence number of the frame
 * Returns whether it is proved now: then the connection's session has the key, and the suspect's frame is to
 * be noted (newcamd_connection_suspect()) unless it is still to be dissected. */
bool newcamd_mid_session_try(newcamd_connection_t *connection, const packet_info *pinfo, unsigned direction,
                             uint32_t place, const uint8_t *frame, size_t frame_len);

/* Called once, before any file is read. */
void newcamd_mid_session_register(void);

#endif
