/* late-deskey.h
 * DESKEYs that come into the key log file behind a login that no key opened.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What was decided about the login stays. But the DESKEY that opens it tells the session key, which opens what follows, as one
 * that was given does (mid-session.h). Implements docs/newcamd.md sections 3.3 and 4.1. First pass only.
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_LATE_DESKEY_H
#define CAMSHARK_NEWCAMD_RECORD_LATE_DESKEY_H

#include <newcamd/record/connection.h>

/* Keeps a login that no key opened, if there is a key log file; in file scope, once a connection.
 *   frame  the whole frame with its length field, frame_len bytes */
void newcamd_late_deskey_keep(newcamd_connection_t *connection, const uint8_t *frame, size_t frame_len);

/* Whether there are rows that were not tried on the login that is kept, or one has opened it. */
bool newcamd_late_deskey_hoped(const newcamd_connection_t *connection);

/* Tries such rows, each once, on the login. The connection is greeted.
 *   trial  from newcamd_trial_open()
 * Returns whether one has opened it, now or before: then closed_login has the session key, for both ends of this packet. */
bool newcamd_late_deskey_look(newcamd_connection_t *connection, const packet_info *pinfo,
                              gcry_cipher_hd_t trial);

#endif
