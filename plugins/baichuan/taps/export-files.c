/* export-files.c
 * The files that a listener of the export has been given so far.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Nobody says when the last bytes of a file have come. So after each piece the list holds files that could be written
 * as they are. Pieces grow a file by their own length, never by one that a header announces. The bytes belong to
 * the list, which frees them with g_free().
 */
#include <common/epan/ws-compat.h>

#include <string.h>

#include <common/epan/text-hash.h>

#include <baichuan/taps/export-files.h>

#define FIRST_ROOM 4096u /* bytes */

static void
free_export_file(void *data)
{
    bc_export_file_t *file = data;

    g_free(file->base);
    g_free(file);
}

void
bc_export_files_init(bc_export_files_t *files, export_object_list_t *list)
{
    files->list = list;
    files->names = g_hash_table_new_full(camshark_hash_text, g_str_equal, g_free, NULL);
    files->files = g_ptr_array_new_with_free_func(free_export_file);
}

void
bc_export_files_clear(bc_export_files_t *files)
{
    g_hash_table_destroy(files->names);
    g_ptr_array_free(files->files, TRUE);
}

bool
bc_export_files_are_stale(const bc_export_files_t *files)
{
    if (files->files->len == 0) {
        return false;
    }
    const bc_export_file_t *first = g_ptr_array_index(files->files, 0);
    return files->list->get_entry(files->list->gui_data, 0) != first->entry;
}

/* Says in name and type what a file is, and whether bytes are missing. */
static void
label_export_file(bc_export_file_t *file)
{
    export_object_entry_t *entry = file->entry;

    g_free(entry->filename);
    g_free(entry->content_type);
    entry->filename = bc_export_file_name(file->base, file->nth, file->incomplete, file->extension);
    entry->content_type =
        file->incomplete ? g_strconcat(file->type, ", incomplete", NULL) : g_strdup(file->type);
}

void
bc_export_file_set_incomplete(bc_export_file_t *file, bool incomplete)
{
    if (file != NULL && file->incomplete != incomplete) {
        file->incomplete = incomplete;
        label_export_file(file);
    }
}

/* Live video has no document that names its stream if the request is not in the capture. */
static char *
stream_type_of(const bc_transfer_t *transfer)
{
    if (transfer->stream_type != NULL || transfer->kind != NULL) {
        return g_strdup(transfer->stream_type);
    }
    return g_strdup_printf("%u", transfer->stream);
}

/* Files with one base name and extension are numbered. */
static unsigned
number_of_file(const bc_export_files_t *files, const bc_export_file_t *file)
{
    char *name = bc_export_file_name(file->base, 1, false, file->extension);
    const unsigned nth = GPOINTER_TO_UINT(g_hash_table_lookup(files->names, name)) + 1;

    g_hash_table_insert(files->names, name, GUINT_TO_POINTER(nth));
    return nth;
}

bc_export_file_t *
bc_export_file_new(bc_export_files_t *files, const bc_transfer_t *transfer, uint32_t frame,
                   const bc_export_format_t *format)
{
    char *stream_type = stream_type_of(transfer);
    const bc_export_name_t name = { transfer->camera,    stream_type,       transfer->kind,
                                    transfer->file_name, transfer->channel, frame };
    bc_export_file_t *file = g_new0(bc_export_file_t, 1);

    file->entry = g_new0(export_object_entry_t, 1);
    file->entry->pkt_num = frame;
    file->entry->hostname = g_strdup(transfer->camera);
    file->base = bc_export_base_name(&name);
    file->type = format->type;
    g_strlcpy(file->extension, format->extension, sizeof file->extension);
    file->nth = number_of_file(files, file);
    label_export_file(file);
    g_free(stream_type);
    g_ptr_array_add(files->files, file);
    files->list->add_entry(files->list->gui_data, file->entry);
    return file;
}

void
bc_export_file_append(bc_export_file_t *file, const uint8_t *bytes, size_t len)
{
    export_object_entry_t *entry = file->entry;
    const size_t needed = entry->payload_len + len;

    if (needed > file->room) {
        file->room = MAX(needed, MAX(FIRST_ROOM, file->room * 2));
        entry->payload_data = g_realloc(entry->payload_data, file->room);
    }
    if (len > 0) {
        memcpy(entry->payload_data + entry->payload_len, bytes, len);
    }
    entry->payload_len = needed;
}
