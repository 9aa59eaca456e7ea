/* key-column.h
 * Columns of key tables, as Wireshark's UAT wants them: text that is checked where it is typed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_COMMON_EPAN_KEY_COLUMN_H
#define CAMSHARK_COMMON_EPAN_KEY_COLUMN_H

#include <common/epan/ws-compat.h>

#include <epan/uat.h>

/* Whether a text may stand in a column. If not, *err is a sentence for the user, to be freed with g_free().
 */
typedef bool (*camshark_column_check_t)(const char *text, char **err);

/* For check callbacks of UAT fields, which get len bytes without a NUL. */
wsc_cb_bool camshark_column_check(const char *text, unsigned len, camshark_column_check_t check, char **err);

/* Check callback of the column with the address of a server or camera. */
wsc_cb_bool camshark_column_check_address(void *row, const char *text, unsigned len, const void *chk_data,
                                          const void *fld_data, char **err);

/* The texts of a row type: char pointers, by their offsets in it. */
typedef struct {
    const size_t *offsets;
    unsigned count;
} camshark_row_texts_t;

/* Gives a row copies of the texts of another one; NULL stays NULL. What the row had is not freed. */
void camshark_row_copy_texts(void *row, const void *from, camshark_row_texts_t texts);

/* Frees a row's texts. */
void camshark_row_free_texts(void *row, camshark_row_texts_t texts);

/* What a row is called in trees: "row 3: its comment", counted from 1 among all rows of window and file, those that are
 * left out included. To be freed with g_free().
 *   row  counted from 0 among the rows that can be used */
char *camshark_row_name(const uat_t *table, unsigned row, const char *comment);

#endif
