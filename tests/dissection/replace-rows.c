/* Lets a row that is given as a preference (uat:TABLE) replace the table's rows instead of joining them.
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The window changes a key table between two files; sharkd can add rows only. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

typedef int set_preference_t(char *preference, char **error);
typedef void *find_table_t(const char *name);
typedef void clear_rows_t(void *table);

__attribute__((visibility("default"))) set_preference_t prefs_set_pref;

/* name: of the table's file, which differs from its own by underscores. */
static void
clear_rows(char *name)
{
    for (char *c = name; *c != '\0'; c++) {
        *c = (*c == '_') ? ' ' : *c;
    }
    void *table = ((find_table_t *)dlsym(RTLD_DEFAULT, "uat_get_table_by_name"))(name);

    if (table != NULL) {
        ((clear_rows_t *)dlsym(RTLD_DEFAULT, "uat_clear"))(table);
    }
}

/* Stands before Wireshark's function of this name, which wants "uat:TABLE:ROW". */
int
prefs_set_pref(char *preference, char **error)
{
    if (strncmp(preference, "uat:", 4) == 0) {
        char *name = strndup(preference + 4, strcspn(preference + 4, ":"));
        clear_rows(name);
        free(name);
    }
    return ((set_preference_t *)dlsym(RTLD_NEXT, "prefs_set_pref"))(preference, error);
}
