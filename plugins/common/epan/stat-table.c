/* stat-table.c
 * A statistics table whose rows are found by a key, and are as many as the capture gives.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/stat-table.h>

#include <string.h>

#include <epan/packet.h>

#include <common/epan/text-hash.h>

static stat_tap_table_item_type *
cell(const camshark_table_t *table, unsigned row, unsigned column)
{
    return stat_tap_get_field_data(table->table, row, column);
}

static void
empty_cell(stat_tap_table_item_type *item)
{
    if (item->type == TABLE_ITEM_STRING) {
        g_free((char *)item->value.string_value);
        item->value.string_value = g_strdup("");
    } else if (item->type == TABLE_ITEM_FLOAT) {
        item->value.float_value = 0;
    } else {
        item->value.uint_value = 0;
    }
}

static void
forget_rows(camshark_table_t *table)
{
    if (table->forget != NULL) {
        table->forget();
    }
    g_clear_pointer(&table->rows, g_hash_table_destroy);
    table->used = 0;
}

static void
empty_table(camshark_table_t *table)
{
    forget_rows(table);
    table->table->num_elements = 0;
}

/* Wireshark frees the rows that are in a table, and has freed one: what it has not known of is left. */
static void
free_hidden_rows(camshark_table_t *table)
{
    for (unsigned row = 0; table->cells != NULL && row < table->cells->len; row++) {
        stat_tap_table_item_type *cells = g_ptr_array_index(table->cells, row);
        for (unsigned column = 0; column < table->ui->nfields; column++) {
            if (cells[column].type == TABLE_ITEM_STRING) {
                g_free((char *)cells[column].value.string_value);
            }
        }
        g_free(cells);
    }
    g_clear_pointer(&table->cells, g_ptr_array_unref);
}

static void
listen_to_tcp(camshark_table_t *table)
{
    if (table->note_tcp == NULL || table->listens_to_tcp) {
        return;
    }
    GString *error = register_tap_listener("tcp", table, NULL, 0, NULL, table->note_tcp, NULL, NULL);
    table->listens_to_tcp = error == NULL;
    if (error != NULL) {
        g_string_free(error, TRUE);
    }
}

/* ---- What Wireshark asks ------------------------------------------------------------------------------ */

static camshark_table_t *tables; /* all that are set up */

/* Wireshark's callbacks have no data of ours, so a table is found by its title. */
static camshark_table_t *
table_of_title(const char *title)
{
    camshark_table_t *table = tables;

    while (strcmp(table->ui->title, title) != 0) {
        table = table->next;
    }
    return table;
}

/* Makes the table, or empties the one that is there. */
static void
begin_table(stat_tap_table_ui *ui)
{
    camshark_table_t *table = table_of_title(ui->title);

    table->table = stat_tap_find_table(ui, ui->title);
    if (table->table == NULL) {
        free_hidden_rows(table);
        table->table = stat_tap_init_table(ui->title, (int)ui->nfields, 0, NULL);
        stat_tap_add_table(ui, table->table);
    }
    empty_table(table);
    listen_to_tcp(table);
}

static void
reset_table(stat_tap_table *shown)
{
    empty_table(table_of_title(shown->title));
}

/* Frees one cell's text; with the first cell, the rows go too. */
static void
free_item(stat_tap_table *shown, unsigned row, unsigned column, stat_tap_table_item_type *item)
{
    camshark_table_t *table = table_of_title(shown->title);

    if (item->type == TABLE_ITEM_STRING) {
        g_free((char *)item->value.string_value);
        item->value.string_value = NULL;
    }
    if (row == 0 && column == 0) {
        table->table->num_elements = table->cells->len; /* all of them are to be freed */
        g_clear_pointer(&table->cells, g_ptr_array_unref);
        if (table->listens_to_tcp) {
            remove_tap_listener(table);
            table->listens_to_tcp = false;
        }
        forget_rows(table);
        table->table = NULL;
    }
}

static void
forget_all_rows(void)
{
    for (camshark_table_t *table = tables; table != NULL; table = table->next) {
        forget_rows(table);
    }
}

void
camshark_table_set_up(camshark_table_t *table)
{
    table->ui->group = REGISTER_PACKET_STAT_GROUP_UNSORTED;
    table->ui->stat_tap_init_cb = begin_table;
    table->ui->stat_tap_reset_table_cb = reset_table;
    table->ui->stat_tap_free_table_item_cb = free_item;
    table->next = tables;
    tables = table;
}

void
camshark_table_register(camshark_table_t *table)
{
    if (tables == NULL) {
        register_cleanup_routine(forget_all_rows);
    }
    camshark_table_set_up(table);
    register_stat_tap_table_ui(table->ui);
}

/* ---- Rows --------------------------------------------------------------------------------------------- */

void *
camshark_table_find(const camshark_table_t *table, const char *key)
{
    return (table->rows != NULL) ? g_hash_table_lookup(table->rows, key) : NULL;
}

bool
camshark_table_has_room(const camshark_table_t *table)
{
    return table->used < CAMSHARK_TABLE_ROWS;
}

static void
make_cells(camshark_table_t *table, unsigned row)
{
    stat_tap_table_item_type *items = g_new0(stat_tap_table_item_type, table->ui->nfields);

    for (unsigned column = 0; column < table->ui->nfields; column++) {
        items[column].type = table->ui->fields[column].type;
        empty_cell(&items[column]);
    }
    stat_tap_init_table_row(table->table, row, (unsigned)table->ui->nfields, items);
    g_free(items);
    if (table->cells == NULL) {
        table->cells = g_ptr_array_new();
    }
    g_ptr_array_add(table->cells, cell(table, row, 0));
}

/* Puts a row back whose cells were made before. */
static void
reuse_cells(const camshark_table_t *table, unsigned row)
{
    table->table->num_elements = row + 1;
    for (unsigned column = 0; column < table->table->num_fields; column++) {
        empty_cell(cell(table, row, column));
    }
}

void *
camshark_table_add(camshark_table_t *table, const char *key)
{
    camshark_table_row_t *row = g_malloc0(table->row_size);

    row->number = table->used++;
    if (table->cells == NULL || row->number >= table->cells->len) {
        make_cells(table, row->number);
    } else {
        reuse_cells(table, row->number);
    }
    if (table->rows == NULL) {
        table->rows = g_hash_table_new_full(camshark_hash_text, g_str_equal, g_free, table->free_row);
    }
    g_hash_table_insert(table->rows, g_strdup(key), row);
    return row;
}

void
camshark_table_set_text(const camshark_table_t *table, unsigned row, unsigned column, const char *text)
{
    stat_tap_table_item_type *item = cell(table, row, column);

    g_free((char *)item->value.string_value);
    item->value.string_value = g_strdup(text);
}

void
camshark_table_set_count(const camshark_table_t *table, unsigned row, unsigned column, unsigned count)
{
    cell(table, row, column)->value.uint_value = count;
}

void
camshark_table_set_number(const camshark_table_t *table, unsigned row, unsigned column, double number)
{
    cell(table, row, column)->value.float_value = number;
}
