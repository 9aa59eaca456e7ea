/* login-trial.h
 * Which key of the user opens a login, or the reply to one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_LOGIN_TRIAL_H
#define CAMSHARK_NEWCAMD_RECORD_LOGIN_TRIAL_H

#include <newcamd/record/connection.h>

/* Tries all candidate keys for a server on a login frame (as newcamd_session_try_login()) and notes the
 * outcome.
 *   login_frame  frame number in which it ends
 * First pass only. Returns whether one opened it. */
bool newcamd_connection_login(newcamd_connection_t *connection, const address *server, uint32_t port,
                              uint32_t login_frame, const uint8_t *frame, size_t frame_len);

/* The same for the reply to a login that was not seen (as newcamd_session_try_reply()). */
bool newcamd_connection_login_reply(newcamd_connection_t *connection, const address *server, uint32_t port,
                                    const uint8_t *frame, size_t frame_len);

#endif
