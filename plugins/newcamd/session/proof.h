/* proof.h
 * Session keys for connections whose login is not in the capture: one frame makes a key a suspect, a second
 * one proves it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md sections 8.4 to 8.6. A wrong key opens one frame with a chance of a millionth,
 * two with 10^-12, so that thousands of keys may be tried.
 */
#ifndef CAMSHARK_NEWCAMD_SESSION_PROOF_H
#define CAMSHARK_NEWCAMD_SESSION_PROOF_H

#include <newcamd/wire/crypto.h>
#include <newcamd/wire/frame.h>

/* What an opened frame says about header version and card server: one bit for each of the four possible
 * worlds. Those of two frames are combined with &. */
typedef struct {
    uint8_t possible; /* checksum and direction grammar hold */
    uint8_t likely;   /* and the message is one that this side really sends */
} newcamd_worlds_t;

/* The bit of a world.
 *   header_index  0 for the long header, 1 for the short one
 *   server        direction in which the card server sends */
static inline uint8_t
newcamd_world_bit(unsigned header_index, unsigned server)
{
    return (uint8_t)(1u << (2 * header_index + server));
}

/* Tries a session key on a frame; one block rejects nearly every wrong one.
 *   trial      from newcamd_trial_open(), with the key
 *   header     the only one that is to be considered; 0 for both
 *   direction  of the frame, 0 or 1
 *   frame      as for newcamd_session_try_login()
 * Returns whether any world is possible. */
bool newcamd_proof_try(gcry_cipher_hd_t trial, unsigned header_len, unsigned direction, const uint8_t *frame,
                       size_t frame_len, newcamd_worlds_t *worlds);

/* What two frames say together; possible is 0 if they contradict each other. */
newcamd_worlds_t newcamd_proof_combine(newcamd_worlds_t one, newcamd_worlds_t other);

/* Chooses among the worlds that are left (at least one is): likely ones before others, then 525, then the
 * server that the caller expects.
 *   expected_server  direction in which the card server probably sends
 *   header_len, server  give the choice */
void newcamd_proof_choose(newcamd_worlds_t worlds, unsigned expected_server, unsigned *header_len,
                          unsigned *server);

#endif
