/* session-key.h
 * The session key that a login gives.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_SHOW_SESSION_KEY_H
#define CAMSHARK_NEWCAMD_SHOW_SESSION_KEY_H

#include <newcamd/record/segment.h>

/* Adds it to an opened login; masked if secrets are hidden. */
void newcamd_session_key_show(const newcamd_segment_t *segment, const newcamd_pdu_t *pdu, proto_tree *tree);

void newcamd_session_key_register(int proto);

#endif
