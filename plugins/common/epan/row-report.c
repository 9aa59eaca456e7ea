/* row-report.c
 * A statistic of the command line that prints rows of text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/row-report.h>

#include <stdio.h>
#include <string.h>

#include <epan/stat_tap_ui.h>

#include <common/epan/text-hash.h>

/* One that somebody has asked for. */
typedef struct {
    const camshark_report_t *kind;
    GPtrArray *rows; /* texts, in their order; */
    GHashTable *had; /* the same texts, which are the array's */
} report_t;

static void
empty_report(void *data)
{
    report_t *report = data;

    g_hash_table_remove_all(report->had);
    g_ptr_array_set_size(report->rows, 0);
}

static void
print_report(void *data)
{
    const report_t *report = data;

    fprintf(stdout, "%s\n", report->kind->head);
    for (unsigned i = 0; i < report->rows->len; i++) {
        fprintf(stdout, "%s\n", (const char *)g_ptr_array_index(report->rows, i));
    }
}

static void
free_report(void *data)
{
    report_t *report = data;

    g_hash_table_destroy(report->had);
    g_ptr_array_free(report->rows, TRUE);
    g_free(report);
}

/* arguments: the command, and a filter behind a comma */
static WSC_STAT_INIT
begin_report(const char *arguments, void *kind)
{
    report_t *report = g_new0(report_t, 1);
    const char *filter = strchr(arguments, ',');

    report->kind = kind;
    report->rows = g_ptr_array_new_with_free_func(g_free);
    report->had = g_hash_table_new(camshark_hash_text, g_str_equal);
    GString *error = register_tap_listener(report->kind->tap, report, (filter != NULL) ? filter + 1 : NULL,
                                           TL_REQUIRES_NOTHING, empty_report, report->kind->packet,
                                           print_report, free_report);
    const bool ok = error == NULL;
    if (!ok) {
        fprintf(stderr, "%s: %s\n", report->kind->command, error->str);
        g_string_free(error, TRUE);
        free_report(report);
    }
    WSC_STAT_INIT_DONE(ok);
}

void
camshark_report_register(camshark_report_t *kind)
{
    stat_tap_ui ui = {
        .group = REGISTER_STAT_GROUP_GENERIC,
        .title = kind->title,
        .cli_string = kind->command,
        .tap_init_cb = begin_report,
    };

    register_stat_tap_ui(wmem_memdup(wmem_epan_scope(), &ui, sizeof ui), kind);
}

void
camshark_report_add(void *data, char *row)
{
    report_t *report = data;

    if (g_hash_table_contains(report->had, row)) {
        g_free(row);
        return;
    }
    g_ptr_array_add(report->rows, row);
    g_hash_table_add(report->had, row);
}
