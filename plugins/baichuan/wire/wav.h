/* wav.h
 * The header of a WAV file of IMA ADPCM blocks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Cameras send blocks as WAV files hold them (docs/baichuan.md section 5.5: predictor, index, samples, of one
 * channel, low nibble first), so the blocks of a stream one after the other are the data of a file.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_WAV_H
#define CAMSHARK_BAICHUAN_WIRE_WAV_H

#include <stddef.h>
#include <stdint.h>

#define BC_WAV_HEADER      60u
#define BC_WAV_BLOCK_START 4u /* bytes of a block before its samples */

/* Writes the header of a file.
 *   rate   samples a second
 *   block  bytes of each block, more than BC_WAV_BLOCK_START
 *   len    bytes of all blocks together, of which the last may be shorter; odd ones are to be followed by one byte of
 *          padding */
void bc_wav_header(uint8_t out[BC_WAV_HEADER], uint32_t rate, uint16_t block, size_t len);

#endif
