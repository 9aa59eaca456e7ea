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

typedef struct camshark_table {
    stat_tap_table_ui *
        ui; /* of which the caller sets what the table is; group and callbacks but packet_func are set here */
    size_t row_size;         /* bytes of the caller's data */
    GDestroyNotify free_row; /* frees them */
    void (*forget)(
        void); /* frees what else the caller keeps, whenever all rows are forgotten; NULL: nothing */
    tap_packet_cb note_tcp; /* told of every TCP segment while somebody wants the table; NULL: of none */
    /* The caller leaves the rest alone. */
    struct camshark_table *next; /* of those that are set up */
    stat_tap_table *table;       /* NULL while nobody wants it */
    GHashTable *rows;            /* key, a text -> the caller's data of the row; NULL before the first one */
    unsigned used;               /* rows of the table that are filled, */
    GPtrArray *cells;            /* and the cells of all that were ever made; NULL before the first one */
    bool listens_to_tcp;
} camshark_table_t;

/* The caller's data of a row begin with its number in the table. */
typedef struct {
    unsigned number;
} camshark_table_row_t;

/* Gives Wireshark a table, once, when the protocol registers. The callers' data of all rows, which may point into a file, are
 * forgotten with it; the cells stay as they are. */
void camshark_table_register(camshark_table_t *table);

/* The same without what needs Wireshark's start, for tests. */
void camshark_table_set_up(camshark_table_t *table);

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
