/* srt-rows.h
 * Rows of a table of service response times that are found by their names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_COMMON_EPAN_SRT_ROWS_H
#define CAMSHARK_COMMON_EPAN_SRT_ROWS_H

#include <common/epan/ws-compat.h>

#include <epan/srt_table.h>

/* Rows with a name of their own: a sender may write any number, and a row is found by its name. */
#define CAMSHARK_SRT_ROWS 200

/* The row with a name, made if there is none; behind CAMSHARK_SRT_ROWS of them that of all further ones. */
int camshark_srt_row(srt_stat_table *table, const char *name, const char *further);

#endif
