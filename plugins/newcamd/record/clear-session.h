/* clear-session.h
 * Connections that are not encrypted and whose login is not in the capture.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_CLEAR_SESSION_H
#define CAMSHARK_NEWCAMD_RECORD_CLEAR_SESSION_H

#include <newcamd/record/conversation.h>

/* Whether frames in clear fill a segment exactly, all of them with messages of newcamd. */
bool newcamd_clear_fills(tvbuff_t *tvb);

/* Looks at such a segment of a connection whose login was not seen, or at another one (which ends a proof that has
 * begun). Returns whether its frames prove that the connection is in clear: then its session says so, and PDUs that came
 * before belong to it from a frame on. First pass only.
 *   fills  newcamd_clear_fills() of it
 *   first  number of the frame with which the conversation begins */
bool newcamd_clear_session_try(newcamd_conversation_t *conversation, tvbuff_t *tvb, const packet_info *pinfo,
                               bool fills, uint32_t first);

#endif
