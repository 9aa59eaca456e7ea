/* adts.h
 * How long AAC in ADTS frames lasts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * ISO/IEC 13818-7, section 6.2: a frame says its length, its sample rate and how many blocks of 1,024 samples it has.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_ADTS_H
#define CAMSHARK_BAICHUAN_WIRE_ADTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Counts the samples of whole frames that fill bytes. Returns false if they do not, or if their rates differ.
 *   rate     samples a second
 *   samples  of one channel */
bool bc_adts_measure(const uint8_t *bytes, size_t len, uint32_t *rate, uint32_t *samples);

#endif
