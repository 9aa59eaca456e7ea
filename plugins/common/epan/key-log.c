/* key-log.c
 * A key log file: what it has, and whether it has changed since it was read.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/key-log.h>

#include <errno.h>
#include <stdio.h>

#include <glib.h>
#include <glib/gstdio.h>

camshark_log_state_t
camshark_log_look(const char *path)
{
    GStatBuf found;

    if (g_stat(path, &found) != 0) {
        return (camshark_log_state_t){ 0 };
    }
    return (camshark_log_state_t){ true, (uint64_t)found.st_dev, (uint64_t)found.st_ino, found.st_size,
                                   found.st_mtime };
}

bool
camshark_log_same(const camshark_log_state_t *one, const camshark_log_state_t *other)
{
    return one->there == other->there && one->device == other->device && one->number == other->number &&
           one->size == other->size && one->changed == other->changed;
}

uint8_t *
camshark_log_read(const char *path, size_t max, size_t *len, const char **error)
{
    /* A pipe would be waited for. */
    if (g_file_test(path, G_FILE_TEST_EXISTS) && !g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
        *error = "it is no file but a folder, a pipe or a device";
        return NULL;
    }
    FILE *file = g_fopen(path, "rb");
    if (file == NULL) {
        *error = g_strerror(errno);
        return NULL;
    }
    const camshark_log_state_t state = camshark_log_look(path);
    const size_t size = (state.size > 0) ? (size_t)MIN((uint64_t)state.size, (uint64_t)max) : 0;
    uint8_t *bytes = g_malloc(MAX(size, 1));
    *len = fread(bytes, 1, size,
                 file); /* less, where it became shorter: that is seen when it is looked at again */
    fclose(file);
    return bytes;
}
