/* streams-table.h
 * The table of media streams: Statistics > Baichuan media, and `-z baichuan,media`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_STREAMS_TABLE_H
#define CAMSHARK_BAICHUAN_TAPS_STREAMS_TABLE_H

void bc_streams_table_register(void);

#endif
