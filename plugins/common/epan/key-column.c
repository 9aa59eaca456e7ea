/* key-column.c
 * Columns of key tables, as Wireshark's UAT wants them: text that is checked where it is typed.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/key-column.h>

#include <string.h>

#include <epan/uat-int.h>

#include <common/pure/address-rule.h>

wsc_cb_bool
camshark_column_check(const char *text, unsigned len, camshark_column_check_t check, char **err)
{
    char *copy = g_strndup(text, len);
    const bool ok = check(copy, err);

    g_free(copy);
    return ok;
}

static bool
is_address(const char *text, char **err)
{
    camshark_address_rule_t rule;

    return camshark_address_rule_parse(text, &rule, err);
}

wsc_cb_bool
camshark_column_check_address(void *row _U_, const char *text, unsigned len, const void *chk_data _U_,
                              const void *fld_data _U_, char **err)
{
    return camshark_column_check(text, len, is_address, err);
}

static char *
text_at(const void *row, size_t offset)
{
    char *text;

    memcpy(&text, (const char *)row + offset, sizeof text);
    return text;
}

void
camshark_row_copy_texts(void *row, const void *from, camshark_row_texts_t texts)
{
    for (unsigned i = 0; i < texts.count; i++) {
        char *copy = g_strdup(text_at(from, texts.offsets[i]));
        memcpy((char *)row + texts.offsets[i], &copy, sizeof copy);
    }
}

void
camshark_row_free_texts(void *row, camshark_row_texts_t texts)
{
    for (unsigned i = 0; i < texts.count; i++) {
        g_free(text_at(row, texts.offsets[i]));
    }
}

/* Whether a row of a table can be used. The type of what says so differs between versions. */
static bool
is_valid_row(const uat_t *table, unsigned row)
{
    const unsigned size = g_array_get_element_size(table->valid_data);
    const char *valid = table->valid_data->data + (size_t)row * size;
    bool yes = false;

    for (unsigned i = 0; i < size; i++) {
        yes |= valid[i] != 0;
    }
    return yes;
}

/* Where a row stands among all rows, those left out as they cannot be used included. */
static unsigned
place_of_row(const uat_t *table, unsigned row)
{
    unsigned seen = 0;

    for (unsigned i = 0; i < table->raw_data->len && i < table->valid_data->len; i++) {
        if (is_valid_row(table, i) && seen++ == row) {
            return i;
        }
    }
    return row;
}

char *
camshark_row_name(const uat_t *table, unsigned row, const char *comment)
{
    const unsigned number = place_of_row(table, row) + 1;

    return (*comment != '\0') ? g_strdup_printf("row %u: %s", number, comment)
                              : g_strdup_printf("row %u", number);
}
