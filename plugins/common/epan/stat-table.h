/* stat-table.h
 * A statistics table whose rows are found by a key, and are as many as the capture gives.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark has one table of a kind at a time, and the memory of rows that were there once stays as long as it: the window
 * holds on to that. So a new look at the capture takes the rows out of the table, and puts them in again as it fills them.
 */
#ifndef CAMSHARK_COMMON_EPAN_STAT_TABLE_H
#define CAMSHARK_COMMON_EPAN_STAT_TABLE_H

#include <common/epan/ws-compat.h>

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

/* Rows with a key of their own; what is beyond them is counted together. */
#define CAMSHARK_TABLE_ROWS 4000u

typedef struct {
    stat_tap_table_ui *ui;
    stat_tap_table *table;   /* NULL while nobody wants it */
    GHashTable *rows;        /* key, a text -> the caller's data of the row; NULL before the first one */
    unsigned used;           /* rows of the table that are filled, */
    GPtrArray *cells;        /* and the cells of all that were ever made; NULL before the first one */
    size_t row_size;         /* bytes of the caller's data */
    GDestroyNotify free_row; /* frees them */
    tap_packet_cb note_tcp;  /* told of every TCP segment while somebody wants the table; NULL: of none */
    bool listens_to_tcp;
} camshark_table_t;

/* The caller's data of a row begin with its number in the table. */
typedef struct {
    unsigned number;
} camshark_table_row_t;

/* Makes the table, or empties the one that is there: for callbacks that begin a statistic. */
void camshark_table_begin(camshark_table_t *table);

/* Empties it. */
void camshark_table_clear(camshark_table_t *table);

/* Forgets the callers' data of all rows, and leaves the cells as they are: for the end of a file, in which they may point. */
void camshark_table_forget(camshark_table_t *table);

/* Frees one cell's text; with the first cell, the rows go too. For callbacks that free an item. */
void camshark_table_free_item(camshark_table_t *table, unsigned row, unsigned column,
                              stat_tap_table_item_type *item);

/* The caller's data of the row with a key; NULL if there is none. */
void *camshark_table_find(const camshark_table_t *table, const char *key);

/* The same of a new row, all zero but for its number. There is none with that key. */
void *camshark_table_add(camshark_table_t *table, const char *key);

/* Whether another row may have a key of its own. */
bool camshark_table_has_room(const camshark_table_t *table);

/* Fills one cell; its column is of that type. */
void camshark_table_set_text(const camshark_table_t *table, unsigned row, unsigned column, const char *text);
void camshark_table_set_count(const camshark_table_t *table, unsigned row, unsigned column, unsigned count);
void camshark_table_set_number(const camshark_table_t *table, unsigned row, unsigned column, double number);

#endif
