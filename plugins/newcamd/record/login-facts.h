/* login-facts.h
 * Who logged in: what later messages and tables know of a connection's login.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_RECORD_LOGIN_FACTS_H
#define CAMSHARK_NEWCAMD_RECORD_LOGIN_FACTS_H

#include <newcamd/record/message-history.h>

/* File scope; goes from unknown to known. */
typedef struct {
    const char *user; /* UTF-8 without control characters; NULL while no login was opened */
    const char
        *crypt; /* the crypt string of the password; NULL while no login was opened, and if it is none */
    uint16_t client_id; /* what its header has in place of a service (docs/newcamd.md, section 7) */
} newcamd_login_facts_t;

/* Takes the facts out of an opened login (E0 or E8, with right checksum). First pass only. */
void newcamd_login_facts_note(newcamd_login_facts_t *facts, const newcamd_noted_t *message);

#endif
