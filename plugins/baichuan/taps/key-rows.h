/* key-rows.h
 * `-z baichuan_keys`: the keys of all sessions as rows of the key table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_KEY_ROWS_H
#define CAMSHARK_BAICHUAN_TAPS_KEY_ROWS_H

void bc_key_rows_register(void);

#endif
