/* per-file.c
 * An object that all of a capture file shares and that is not made of wmem memory.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/per-file.h>

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

struct camshark_per_file {
    void *(*make)(void); /* NULL: a hash table of these: */
    GHashFunc hash;
    GEqualFunc equal;
    void (*release)(void *object);
    void *object; /* NULL: the file has none yet */
};

static wsc_cb_bool
release_object(wmem_allocator_t *scope _U_, wmem_cb_event_t event _U_, void *data)
{
    camshark_per_file_t *per_file = data;

    per_file->release(per_file->object);
    per_file->object = NULL;
    return false;
}

camshark_per_file_t *
camshark_per_file_new(void *(*make)(void), void (*release)(void *object))
{
    camshark_per_file_t *per_file = wmem_new0(wmem_epan_scope(), camshark_per_file_t);

    per_file->make = make;
    per_file->release = release;
    return per_file;
}

static void
release_hash_table(void *table)
{
    g_hash_table_destroy(table);
}

camshark_per_file_t *
camshark_per_file_new_hash_table(GHashFunc hash, GEqualFunc equal)
{
    camshark_per_file_t *per_file = camshark_per_file_new(NULL, release_hash_table);

    per_file->hash = hash;
    per_file->equal = equal;
    return per_file;
}

void *
camshark_per_file_get(camshark_per_file_t *per_file)
{
    if (per_file->object == NULL) {
        per_file->object =
            (per_file->make != NULL) ? per_file->make() : g_hash_table_new(per_file->hash, per_file->equal);
        wmem_register_callback(wmem_file_scope(), release_object, per_file);
    }
    return per_file->object;
}
