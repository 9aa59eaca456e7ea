/* bytes.h
 * Numbers as they are on the wire: little endian.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_BYTES_H
#define CAMSHARK_BAICHUAN_WIRE_BYTES_H

#include <stdint.h>

static inline uint16_t
bc_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static inline uint32_t
bc_u32(const uint8_t *bytes)
{
    return bc_u16(bytes) | (uint32_t)bc_u16(bytes + 2) << 16;
}

#endif
