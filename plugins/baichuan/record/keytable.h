/* keytable.h
 * Passwords and keys as the user gives them: the table baichuan_keys and baichuan.password.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_KEYTABLE_H
#define CAMSHARK_BAICHUAN_RECORD_KEYTABLE_H

#include <epan/address.h>
#include <epan/prefs.h>

#include <baichuan/session/session.h>

/* Adds the table and the password to the protocol's preferences. */
void bc_keytable_register(module_t *module);

/* The candidates for a camera, in the order in which they are tried: rows of the table that name its address,
 * the single password, the empty password.
 *   sides  addresses that may be the camera's; n of them (two as long as nobody knows who is the client)
 * Owns nothing; valid until preferences change. */
typedef struct {
    const address *sides[2];
    unsigned n;
    unsigned step; /* of the iteration */
} bc_camera_t;
bc_candidates_t bc_keytable_candidates(bc_camera_t *camera);

#endif
