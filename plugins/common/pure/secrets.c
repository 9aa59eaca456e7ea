/* secrets.c
 * "Hide secrets": masking before anything reads.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/pure/secrets.h>

#include <string.h>

void
camshark_mask(uint8_t *secret, size_t len)
{
    memset(secret, '*', len);
}
