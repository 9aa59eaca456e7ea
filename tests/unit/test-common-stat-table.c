/* test-common-stat-table.c
 * Rows of a statistics table, as Wireshark's window asks for them again and again.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include <common/epan/stat-table.h>

enum { NAME, COUNT, SECONDS, COLUMNS };

static stat_tap_table_item columns[COLUMNS] = {
    [NAME] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Name", "%s" },
    [COUNT] = { TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Count", "%u" },
    [SECONDS] = { TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "Seconds", "%.1f" },
};

static stat_tap_table_ui ui;
static camshark_table_t rows = { .ui = &ui, .row_size = sizeof(camshark_table_row_t), .free_row = g_free };

static stat_tap_table_ui ui = {
    .title = "Rows",
    .nfields = COLUMNS,
    .fields = columns,
};

static const stat_tap_table *
shown_table(void)
{
    return g_array_index(ui.tables, stat_tap_table *, 0);
}

/* A packet of each letter: a row is named and counts. */
static void
fill_rows(const char *letters)
{
    for (; *letters != '\0'; letters++) {
        const char name[] = { *letters, '\0' };
        camshark_table_row_t *row = camshark_table_find(&rows, name);
        if (row == NULL) {
            row = camshark_table_add(&rows, name);
            camshark_table_set_text(&rows, row->number, NAME, name);
        }
        const unsigned before = stat_tap_get_field_data(shown_table(), row->number, COUNT)->value.uint_value;
        camshark_table_set_count(&rows, row->number, COUNT, before + 1);
        camshark_table_set_number(&rows, row->number, SECONDS, 0.5);
    }
}

static void
check_rows(const char *expected)
{
    GString *seen = g_string_new(NULL);

    for (unsigned row = 0; row < shown_table()->num_elements; row++) {
        g_string_append_printf(seen, "%s%u ",
                               stat_tap_get_field_data(shown_table(), row, NAME)->value.string_value,
                               stat_tap_get_field_data(shown_table(), row, COUNT)->value.uint_value);
    }
    g_assert_cmpstr(seen->str, ==, expected);
    g_string_free(seen, TRUE);
}

static unsigned forgotten;

static void
count_forgotten(void)
{
    forgotten++;
}

static void
a_new_filter_leaves_no_rows_of_the_last_one(void)
{
    ui.stat_tap_init_cb(&ui);
    fill_rows("abcab");
    check_rows("a2 b2 c1 ");
    ui.stat_tap_init_cb(&ui);
    reset_stat_table(&ui);
    fill_rows("x");
    check_rows("x1 ");
    reset_stat_table(&ui);
    check_rows("");
    fill_rows("abcde");
    check_rows("a1 b1 c1 d1 e1 ");
    free_stat_tables(&ui);
}

/* Two windows of one table: the first one reads the cells of its rows while the second one fills them. */
static void
cells_stay_where_they_are_while_the_table_is_there(void)
{
    ui.stat_tap_init_cb(&ui);
    fill_rows("abc");
    const stat_tap_table_item_type *last = stat_tap_get_field_data(shown_table(), 2, NAME);
    reset_stat_table(&ui);
    fill_rows("x");
    g_assert_cmpstr(last->value.string_value, ==, "c");
    fill_rows("yz");
    g_assert_true(last == stat_tap_get_field_data(shown_table(), 2, NAME));
    g_assert_cmpstr(last->value.string_value, ==, "z");
    free_stat_tables(&ui);
}

/* What is not shown is freed, too: the sanitizer sees it. */
static void
a_table_that_ends_without_rows_begins_anew(void)
{
    for (unsigned i = 0; i < 3; i++) {
        ui.stat_tap_init_cb(&ui);
        check_rows("");
        fill_rows("abc");
        reset_stat_table(&ui);
        fill_rows(i == 1 ? "x" : "");
        free_stat_tables(&ui);
    }
    ui.stat_tap_init_cb(&ui);
    check_rows("");
    free_stat_tables(&ui);
}

/* Wireshark tells a table's callbacks its title alone. */
static void
two_tables_are_told_apart(void)
{
    static stat_tap_table_ui other_ui = { .title = "Others", .nfields = COLUMNS, .fields = columns };
    static camshark_table_t others = { .ui = &other_ui,
                                       .row_size = sizeof(camshark_table_row_t),
                                       .free_row = g_free,
                                       .forget = count_forgotten };

    camshark_table_set_up(&others);
    ui.stat_tap_init_cb(&ui);
    other_ui.stat_tap_init_cb(&other_ui);
    fill_rows("ab");
    camshark_table_set_text(&others, ((camshark_table_row_t *)camshark_table_add(&others, "x"))->number, NAME,
                            "x");
    forgotten = 0;
    reset_stat_table(&ui);
    g_assert_cmpuint(forgotten, ==, 0);
    check_rows("");
    g_assert_nonnull(camshark_table_find(&others, "x"));
    fill_rows("c");
    reset_stat_table(&other_ui);
    g_assert_cmpuint(forgotten, ==, 1);
    g_assert_null(camshark_table_find(&others, "x"));
    check_rows("c1 ");
    free_stat_tables(&other_ui);
    check_rows("c1 ");
    free_stat_tables(&ui);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    camshark_table_set_up(&rows);
#define TEST(f) g_test_add_func("/common/stat-table/" #f, f)
    TEST(a_new_filter_leaves_no_rows_of_the_last_one);
    TEST(cells_stay_where_they_are_while_the_table_is_there);
    TEST(a_table_that_ends_without_rows_begins_anew);
    TEST(two_tables_are_told_apart);
    return g_test_run();
}
