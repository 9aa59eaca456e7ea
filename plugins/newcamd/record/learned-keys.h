/* learned-keys.h
 * Session keys of logins in this capture, for connections whose login is not in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_LEARNED_KEYS_H
#define CAMSHARK_NEWCAMD_RECORD_LEARNED_KEYS_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <newcamd/session/session.h>

typedef struct newcamd_learned {
    const struct newcamd_learned *older; /* the one before it from the same port; NULL for the first */
    uint8_t deskey[NEWCAMD_KEY14_LEN], session_key[NEWCAMD_KEY14_LEN];
    uint32_t port;       /* of the card server */
    const char *key_row; /* "login in frame 7 (row 1: living room)" */
} newcamd_learned_t;

/* Keeps the session key of an opened login.
 *   port  of the card server */
void newcamd_learn_session_key(const newcamd_session_t *session, uint32_t port, uint32_t login_frame,
                               const char *key_row);

/* How many of them may be tried on the frame at hand, which is taken from what the file has left: so many in any case,
 * and as many more as the file has frames for each try (docs/security.md). First pass only.
 *   wanted  how many there are to try */
unsigned newcamd_learned_tries(const packet_info *pinfo, unsigned wanted);

/* Whether there were more keys and frames than tries, so that not all were tried. */
bool newcamd_learned_left_out(void);

/* How many there are, and each by its number, from 1 on. */
unsigned newcamd_learned_count(void);
const newcamd_learned_t *newcamd_learned_key(unsigned number);

/* The newest one from a card server's port; NULL if there is none. */
const newcamd_learned_t *newcamd_learned_from(uint32_t port);

void newcamd_learned_keys_register(void);

#endif
