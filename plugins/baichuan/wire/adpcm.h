/* adpcm.h
 * Samples out of blocks of IMA ADPCM.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 5.5: a block is complete in itself. It begins with its first sample and the
 * index of the step, and goes on with two samples a byte, the low four bits first. So it is in WAV files.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_ADPCM_H
#define CAMSHARK_BAICHUAN_WIRE_ADPCM_H

#include <stddef.h>
#include <stdint.h>

/* How many samples a block of len bytes has; 0 if it is too short for one. */
size_t bc_adpcm_samples(size_t len);

/* Decodes a block of len bytes.
 *   out  room for bc_adpcm_samples(len) samples, in the byte order of the host */
void bc_adpcm_decode(const uint8_t *block, size_t len, int16_t *out);

#endif
