/* srt-rows.c
 * Rows of a table of service response times that are found by their names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/srt-rows.h>

#include <string.h>

int
camshark_srt_row(srt_stat_table *table, const char *name, const char *further)
{
    for (int row = 0; row < table->num_procs; row++) {
        if (strcmp(table->procedures[row].procedure, name) == 0) {
            return row;
        }
    }
    if (table->num_procs >= CAMSHARK_SRT_ROWS && strcmp(name, further) != 0) {
        return camshark_srt_row(table, further, further);
    }
    init_srt_table_row(table, table->num_procs, name);
    return table->num_procs - 1;
}
