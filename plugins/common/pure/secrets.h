/* secrets.h
 * "Hide secrets": masking before anything reads.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_COMMON_PURE_SECRETS_H
#define CAMSHARK_COMMON_PURE_SECRETS_H

#include <stddef.h>
#include <stdint.h>

/* What a masked secret looks like where it would have been text. */
#define CAMSHARK_MASKED_TEXT "(hidden)"

/* Overwrites len bytes of a decrypted buffer with '*', so that neither tree, bytes pane, PDML, JSON, taps nor
 * exports can show them. The mask keeps the length: everything behind a secret stays where it was. */
void camshark_mask(uint8_t *secret, size_t len);

#endif
