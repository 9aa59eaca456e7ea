/* per-file.c
 * An object that all of a capture file shares and that is not made of wmem memory.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/per-file.h>

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

struct camshark_per_file {
    void *(*make)(void);
    void (*release)(void *object);
    void *object; /* NULL: the file has none yet */
};

static wsc_bool
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

void *
camshark_per_file_get(camshark_per_file_t *per_file)
{
    if (per_file->object == NULL) {
        per_file->object = per_file->make();
        wmem_register_callback(wmem_file_scope(), release_object, per_file);
    }
    return per_file->object;
}
