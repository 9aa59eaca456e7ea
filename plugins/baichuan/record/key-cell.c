/* key-cell.c
 * A key as it stands in a row of the key table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/record/key-cell.h>

#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void
bc_key_cell(const uint8_t *bytes, char *cell)
{
    bool plain = true;

    for (size_t i = 0; i < BC_AES_BLOCK; i++) {
        plain = plain && g_ascii_isalnum(bytes[i]);
    }
    if (plain) {
        memcpy(cell, bytes, BC_AES_BLOCK);
        cell[BC_AES_BLOCK] = '\0';
        return;
    }
    for (size_t i = 0; i < BC_AES_BLOCK; i++) {
        snprintf(cell + 2 * i, 3, "%02x", bytes[i]);
    }
}
