/* credentials.h
 * Tools > Credentials and `-z credentials`: who logged in, in which packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_COMMON_EPAN_CREDENTIALS_H
#define CAMSHARK_COMMON_EPAN_CREDENTIALS_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

/* A login. Texts are in the packet's scope, or live longer. */
typedef struct {
    const char *protocol;
    const char *user;
    const char *info;
    int password_hf; /* the field to which the window jumps */
} camshark_login_t;

/* Gives a login of the packet at hand to the list, if somebody looks at it. No password is in it. */
void camshark_credentials_queue(packet_info *pinfo, const camshark_login_t *login);

/* To be called when a protocol registers. */
void camshark_credentials_register(void);

#endif
