/* steering.h
 * What an Extension says of the payload behind it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 2.2.
 */
#ifndef CAMSHARK_BAICHUAN_SESSION_STEERING_H
#define CAMSHARK_BAICHUAN_SESSION_STEERING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero: nothing. */
typedef struct {
    bool binary_given; /* whether it is binary */
    bool binary;
    bool range_given; /* an encrypted range, in bytes of the payload */
    uint32_t encrypt_pos;
    uint32_t encrypt_len;
} bc_steering_t;

/* Reads the plain text of an Extension, of len bytes. xml may be NULL; then, and if it says nothing, out is left as it
 * is. */
void bc_steering_read(const uint8_t *xml, size_t len, bc_steering_t *out);

#endif
