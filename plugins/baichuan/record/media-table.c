/* media-table.c
 * The media streams of one direction of a connection, found by message id and what ties their messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <common/pure/hash.h>

#include <baichuan/record/media-table.h>

#define STREAMS_OF_A_DIRECTION 256u

static void
free_media_stream(void *data)
{
    bc_media_stream_t *stream = data;

    bc_media_parser_clear(&stream->parser);
    bc_nal_clear(&stream->splitter);
    g_byte_array_free(stream->whole, TRUE);
    g_free(stream);
}

/* GLib containers are not freed with the file by themselves. */
static wsc_cb_bool
free_media_streams(wmem_allocator_t *scope _U_, wmem_cb_event_t event _U_, void *streams)
{
    g_hash_table_destroy(streams);
    return false;
}

/* uint64_t: message id and what ties its messages -> bc_media_stream_t */
static GHashTable *
new_media_streams(void)
{
    GHashTable *streams = g_hash_table_new_full(camshark_hash_u64, g_int64_equal, g_free, free_media_stream);

    wmem_register_callback(wmem_file_scope(), free_media_streams, streams);
    return streams;
}

/* Section 5.7. */
static int64_t
stream_key(uint32_t msg_id, uint32_t tie)
{
    return (int64_t)((uint64_t)msg_id << 32 | tie);
}

static gboolean
is_between_packets(void *key _U_, void *value, void *data _U_)
{
    return ((const bc_media_stream_t *)value)->ended;
}

/* A client that asks for many streams, one after the other, leaves their states behind: at some number those
 * are forgotten. A stream that goes on all the same is a new one then. */
static void
make_room(GHashTable *table)
{
    if (g_hash_table_size(table) >= STREAMS_OF_A_DIRECTION) {
        g_hash_table_foreach_remove(table, is_between_packets, NULL);
    }
    if (g_hash_table_size(table) >= STREAMS_OF_A_DIRECTION) {
        g_hash_table_remove_all(table);
    }
}

bc_media_stream_t *
bc_media_table_get(GHashTable **table, uint32_t msg_id, uint32_t tie, uint32_t breaks)
{
    const int64_t key = stream_key(msg_id, tie);

    if (*table == NULL) {
        *table = new_media_streams();
    }
    bc_media_stream_t *stream = g_hash_table_lookup(*table, &key);
    if (stream == NULL) {
        make_room(*table);
        stream = g_new0(bc_media_stream_t, 1);
        bc_media_parser_init(&stream->parser);
        stream->whole = g_byte_array_new();
        stream->breaks = breaks;
        stream->ended = true;
        g_hash_table_insert(*table, g_memdup2(&key, sizeof key), stream);
    }
    return stream;
}

void
bc_media_table_forget(GHashTable *table, uint32_t msg_id, uint32_t tie)
{
    const int64_t key = stream_key(msg_id, tie);

    if (table != NULL) {
        g_hash_table_remove(table, &key);
    }
}

void
bc_media_table_clear(GHashTable *table)
{
    if (table != NULL) {
        g_hash_table_remove_all(table); /* the table itself goes with the file */
    }
}
