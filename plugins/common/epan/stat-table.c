/* stat-table.c
 * A statistics table whose rows are found by a key, and are as many as the capture gives.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/stat-table.h>
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

void
camshark_table_forget(camshark_table_t *table)
{
    g_clear_pointer(&table->rows, g_hash_table_destroy);
    table->used = 0;
}

void
camshark_table_clear(camshark_table_t *table)
{
    camshark_table_forget(table);
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

void
camshark_table_begin(camshark_table_t *table)
{
    table->table = stat_tap_find_table(table->ui, table->ui->title);
    if (table->table == NULL) {
        free_hidden_rows(table);
        table->table = stat_tap_init_table(table->ui->title, (int)table->ui->nfields, 0, NULL);
        stat_tap_add_table(table->ui, table->table);
    }
    camshark_table_clear(table);
    listen_to_tcp(table);
}

void
camshark_table_free_item(camshark_table_t *table, unsigned row, unsigned column,
                         stat_tap_table_item_type *item)
{
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
        camshark_table_forget(table);
        table->table = NULL;
    }
}

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
