/* clear-proof.h
 * Connections that are not encrypted and whose login is not in the capture: what proves them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md sections 2.3 and 8.5. A frame in clear has no checksum. Three in a row that fill their
 * frames exactly, with messages that their sides send, and an ECM or EMM among them with its reply are proof enough:
 * random bytes pass with a chance below 10^-15.
 */
#ifndef CAMSHARK_NEWCAMD_SESSION_CLEAR_PROOF_H
#define CAMSHARK_NEWCAMD_SESSION_CLEAR_PROOF_H

#include <newcamd/session/proof.h>

/* Of one connection; all zero is the start. */
typedef struct {
    newcamd_worlds_t worlds;
    uint8_t answered; /* those of them in which an ECM or EMM was answered */
    uint8_t frames;   /* so many agree, up to a limit */
    bool known[2];    /* by direction: its newest frame follows */
    uint16_t msg_id[2];
    uint8_t tags[2][2]; /* of that, by direction, read with the long and with the short header */
} newcamd_clear_proof_t;

/* Whether what a frame holds (bytes behind its length field) may be a message in clear of this direction (0 or 1). */
bool newcamd_clear_possible(unsigned direction, const uint8_t *bytes, size_t len);

/* Notes a frame. Returns whether the connection is proved to be in clear now; gives header version and the card server's
 * direction then. A frame that contradicts begins anew. */
bool newcamd_clear_proof_note(newcamd_clear_proof_t *proof, unsigned direction, const uint8_t *bytes,
                              size_t len, unsigned *header_len, unsigned *server);

#endif
