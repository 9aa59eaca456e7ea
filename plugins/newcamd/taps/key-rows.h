/* key-rows.h
 * `-z newcamd_keys`: the session keys of all connections as rows of the key table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_TAPS_KEY_ROWS_H
#define CAMSHARK_NEWCAMD_TAPS_KEY_ROWS_H

void newcamd_key_rows_register(void);

#endif
