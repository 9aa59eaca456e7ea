/* key-cell.h
 * A key as it stands in a row of the key table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_KEY_CELL_H
#define CAMSHARK_BAICHUAN_RECORD_KEY_CELL_H

#include <stdint.h>

#include <baichuan/wire/crypto.h>

/* Characters of a cell and a NUL. */
#define BC_KEY_CELL (2u * BC_AES_BLOCK + 1u)

/* The bytes as characters if all are letters and digits, else as hexadecimal digits.
 *   bytes  BC_AES_BLOCK of them
 *   cell   BC_KEY_CELL bytes */
void bc_key_cell(const uint8_t *bytes, char *cell);

#endif
