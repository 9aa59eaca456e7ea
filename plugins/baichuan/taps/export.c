/* export.c
 * Files out of BC messages: what File > Export Objects and tshark --export-objects list and write.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pieces come in the order of the capture. Each goes to the files of every listener: a payload that is one (or a
 * piece of one) here, media in export-media.c.
 */
#include <common/epan/ws-compat.h>

#include <epan/export_object.h>
#include <epan/packet.h>
#include <epan/tap.h>

#include <baichuan/taps/export-files.h>
#include <baichuan/taps/export-media.h>
#include <baichuan/taps/export.h>
#include <baichuan/wire/export-name.h>

static int export_tap = -1;

/* What is given to the listeners: a payload, or media. Lives in pinfo->pool. */
typedef struct {
    const bc_transfer_piece_t *piece;
    const uint8_t *bytes;
    uint32_t len;
    const baichuan_media_tap_t *media; /* NULL for a payload */
    uint32_t n_media;
    bool unopened;   /* nothing of it can be read: it is missing in the file, */
    uint32_t stream; /* or in this stream, unless 0 */
} tapped_t;

/* ---- what listeners keep ------------------------------------------------------------------------------ */

/* Of one listener. */
typedef struct {
    GHashTable *transfers; /* bc_transfer_t to bc_export_source_t */
    GHashTable *streams;   /* number of a media stream to bc_export_source_t */
    bc_export_files_t files;
} listener_t;

/* Listeners (export_object_list_t) to listener_t. It holds what was tapped, nothing that dissection depends on.
 */
static GHashTable *listeners;

static void
free_export_listener(void *data)
{
    listener_t *listener = data;

    g_hash_table_destroy(listener->transfers);
    g_hash_table_destroy(listener->streams);
    bc_export_files_clear(&listener->files);
    g_free(listener);
}

static listener_t *
new_export_listener(export_object_list_t *list)
{
    listener_t *listener = g_new0(listener_t, 1);

    listener->transfers = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, bc_export_source_free);
    listener->streams = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, bc_export_source_free);
    bc_export_files_init(&listener->files, list);
    return listener;
}

/* The listeners' entries are theirs, and may be gone already. */
static void
forget_export_listeners(void)
{
    if (listeners != NULL) {
        g_hash_table_remove_all(listeners);
    }
}

static listener_t *
export_listener_of(export_object_list_t *list)
{
    if (listeners == NULL) {
        listeners = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_export_listener);
    }
    listener_t *listener = g_hash_table_lookup(listeners, list);
    if (listener == NULL || bc_export_files_are_stale(&listener->files)) {
        listener = new_export_listener(list);
        g_hash_table_insert(listeners, list, listener);
    }
    return listener;
}

static bc_export_source_t *
export_source_of(GHashTable *sources, void *key)
{
    bc_export_source_t *source = g_hash_table_lookup(sources, key);

    if (source == NULL) {
        source = g_new0(bc_export_source_t, 1);
        g_hash_table_insert(sources, key, source);
    }
    return source;
}

/* ---- payloads that are files -------------------------------------------------------------------------- */

static bc_export_format_t
export_format_of(const bc_transfer_t *transfer, char extension[BC_EXPORT_EXTENSION])
{
    bc_export_format_t format = { "application/octet-stream", extension };

    switch ((bc_content_t)transfer->content) {
    case BC_CONTENT_JPEG:
        format = (bc_export_format_t){ "image/jpeg", "jpg" };
        break;
    case BC_CONTENT_MP4:
        format = (bc_export_format_t){ "video/mp4", "mp4" };
        break;
    case BC_CONTENT_UNKNOWN:
    case BC_CONTENT_MEDIA:
    case BC_CONTENT_BYTES:
        bc_export_extension(transfer->file_name, "bin", extension);
        break;
    }
    return format;
}

/* A file whose length was announced is whole when it has come; else one is until something is missing. */
static bool
is_payload_incomplete(const bc_transfer_piece_t *piece, const bc_export_track_t *track)
{
    const bc_transfer_t *transfer = piece->transfer;
    const size_t len = track->file->entry->payload_len;

    if (transfer->size > 0 && len <= transfer->size) {
        return len < transfer->size;
    }
    return track->lost || (transfer->content == BC_CONTENT_JPEG && !piece->ends);
}

static void
export_payload(listener_t *listener, const packet_info *pinfo, const tapped_t *tapped)
{
    const bc_transfer_t *transfer = tapped->piece->transfer;
    bc_export_source_t *source = export_source_of(listener->transfers, GSIZE_TO_POINTER((gsize)transfer));
    bc_export_track_t *track = &source->tracks[BC_EXPORT_FILE];

    if (track->file == NULL) {
        char extension[BC_EXPORT_EXTENSION];
        const bc_export_format_t format = export_format_of(transfer, extension);
        track->file = bc_export_file_new(&listener->files, transfer, pinfo->num, &format);
    }
    track->lost |= tapped->piece->hole;
    bc_export_file_append(track->file, tapped->bytes, tapped->len);
    bc_export_file_set_incomplete(track->file, is_payload_incomplete(tapped->piece, track));
}

/* ---- tap ---------------------------------------------------------------------------------------------- */

bool
bc_export_wanted(void)
{
    return have_tap_listener(export_tap);
}

static void
queue_tapped(packet_info *pinfo, const tapped_t *tapped)
{
    tap_queue_packet(export_tap, pinfo, wmem_memdup(pinfo->pool, tapped, sizeof *tapped));
}

void
bc_export_payload(tvbuff_t *plain, packet_info *pinfo, const bc_transfer_piece_t *piece)
{
    if (piece == NULL || piece->transfer->content == BC_CONTENT_MEDIA || !bc_export_wanted()) {
        return;
    }
    const unsigned len = tvb_captured_length(plain);
    const tapped_t tapped = { .piece = piece, .len = len, .bytes = tvb_get_ptr(plain, 0, (int)len) };
    queue_tapped(pinfo, &tapped);
}

void
bc_export_media(packet_info *pinfo, const bc_transfer_piece_t *piece, const baichuan_media_tap_t *media,
                uint32_t n_media)
{
    if (piece == NULL || piece->transfer->content != BC_CONTENT_MEDIA || n_media == 0 ||
        !bc_export_wanted()) {
        return;
    }
    queue_tapped(pinfo, &(tapped_t){ .piece = piece, .media = media, .n_media = n_media });
}

void
bc_export_unopened(packet_info *pinfo, const bc_transfer_piece_t *piece, uint32_t stream)
{
    if (piece == NULL || !bc_export_wanted()) {
        return;
    }
    queue_tapped(pinfo, &(tapped_t){ .piece = piece, .unopened = true, .stream = stream });
}

/* Files that have begun are not whole. Of those that begin later, their first bytes say it. */
static void
export_unopened(listener_t *listener, const tapped_t *tapped)
{
    const bool media = tapped->piece->transfer->content == BC_CONTENT_MEDIA;
    void *transfer = GSIZE_TO_POINTER((gsize)tapped->piece->transfer);
    bc_export_source_t *source =
        media ? g_hash_table_lookup(listener->streams, GUINT_TO_POINTER(tapped->stream))
              : g_hash_table_lookup(listener->transfers, transfer);

    if (source != NULL) {
        bc_export_source_lose(source);
    }
}

static tap_packet_status
export_tapped_packet(void *list, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                     tap_flags_t flags _U_)
{
    const tapped_t *tapped = data;
    listener_t *listener = export_listener_of(list);

    if (tapped->unopened) {
        export_unopened(listener, tapped);
        return TAP_PACKET_REDRAW;
    }
    if (tapped->media == NULL) {
        export_payload(listener, pinfo, tapped);
        return TAP_PACKET_REDRAW;
    }
    for (uint32_t i = 0; i < tapped->n_media; i++) {
        const baichuan_media_tap_t *piece = &tapped->media[i];
        bc_export_media_piece(&listener->files,
                              export_source_of(listener->streams, GUINT_TO_POINTER(piece->stream)),
                              tapped->piece->transfer, piece);
    }
    return TAP_PACKET_REDRAW;
}

void
bc_export_register(int proto)
{
    export_tap = register_export_object(proto, export_tapped_packet, forget_export_listeners);
    register_cleanup_routine(forget_export_listeners);
}
