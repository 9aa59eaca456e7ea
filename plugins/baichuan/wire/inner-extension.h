/* inner-extension.h
 * An Extension that lies in the payload, in front of what it describes: E1 replays.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 3.8. Such a payload is [AES Extension][AES media]; both are runs of their own,
 * which begin with the IV. 32 bytes of which nobody knows the meaning may lie before the Extension.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_INNER_EXTENSION_H
#define CAMSHARK_BAICHUAN_WIRE_INNER_EXTENSION_H

#include <baichuan/wire/parts.h>

#define BC_INNER_PREFIX 32u   /* bytes */
#define BC_INNER_MAX    2048u /* bytes in which an Extension has to end */

typedef struct {
    uint16_t prefix; /* bytes before the Extension: 0 or BC_INNER_PREFIX */
    uint16_t len;    /* of the Extension, line end included; 0: there is none */
    uint8_t cipher;  /* bc_cipher_t of the run behind it, if nothing else is said of that: none or AES */
} bc_inner_extension_t;

/* Looks for an Extension in a payload of len bytes as they were sent, behind which there is more. aes is not NULL. */
bc_inner_extension_t bc_inner_extension_find(const uint8_t *payload, size_t len, bc_aes_t *aes);

#endif
