/* keytable.h
 * Passwords and keys: the table baichuan_keys, the key log file, baichuan.password, and what the capture itself brings.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_KEYTABLE_H
#define CAMSHARK_BAICHUAN_RECORD_KEYTABLE_H

#include <epan/address.h>
#include <epan/prefs.h>

#include <baichuan/session/session.h>

/* Adds the table, the key log file and the password to the protocol's preferences. */
void bc_keytable_register(module_t *module);

/* The candidates for a camera, in the order in which they are tried: rows of the table that name its address, such lines of
 * the key log file, the single password, such lines of the capture, the empty password.
 *   sides  addresses that may be the camera's; n of them (two as long as nobody knows who is the client)
 * Owns nothing; valid until preferences change. */
typedef struct {
    const address *sides[2];
    unsigned n;
    unsigned step;       /* of the iteration, */
    unsigned n_logged;   /* and how many rows of other sources */
    unsigned n_captured; /* there were when it began */
} bc_camera_t;
bc_candidates_t bc_keytable_candidates(bc_camera_t *camera);

#endif
