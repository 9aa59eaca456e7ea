/* stream-handles.c
 * The handles with which a client asks for streams: which were used before in a login.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/session/stream-handles.h>

#include <glib.h>

#include <common/pure/hash.h>

#include <baichuan/session/plain-parts.h>
#include <baichuan/wire/message-ids.h>
#include <baichuan/wire/xml-read.h>

#define MAX_HANDLES 256u /* that are remembered in one login */

struct bc_stream_handles {
    GHashTable *known; /* channel and handle -> asked_stream_t */
    unsigned login;
};

typedef struct {
    uint32_t exchange_id; /* of the request */
    bool stopped;
} asked_stream_t;

bc_stream_handles_t *
bc_stream_handles_new(unsigned login)
{
    bc_stream_handles_t *handles = g_new0(bc_stream_handles_t, 1);

    handles->login = login;
    handles->known = g_hash_table_new_full(camshark_hash_u64, g_int64_equal, g_free, g_free);
    return handles;
}

void
bc_stream_handles_free(bc_stream_handles_t *handles)
{
    if (handles != NULL) {
        g_hash_table_destroy(handles->known);
        g_free(handles);
    }
}

static int64_t
stream_handle_key(uint32_t channel, uint32_t handle)
{
    return (int64_t)((uint64_t)channel << 32 | handle);
}

bc_handle_use_t
bc_stream_handles_ask(bc_stream_handles_t *handles, uint32_t channel, uint32_t handle, uint32_t exchange_id)
{
    const int64_t key = stream_handle_key(channel, handle);
    const asked_stream_t stream = { exchange_id, false };
    asked_stream_t *known = g_hash_table_lookup(handles->known, &key);

    if (known != NULL) {
        const bc_handle_use_t use = known->stopped ? BC_HANDLE_STOPPED : BC_HANDLE_REUSED;
        if (known->stopped) {
            *known = stream;
        }
        return use;
    }
    if (g_hash_table_size(handles->known) < MAX_HANDLES) {
        g_hash_table_insert(handles->known, g_memdup2(&key, sizeof key), g_memdup2(&stream, sizeof stream));
    }
    return BC_HANDLE_NEW;
}

void
bc_stream_handles_stop(bc_stream_handles_t *handles, uint32_t channel, uint32_t handle)
{
    const int64_t key = stream_handle_key(channel, handle);
    asked_stream_t *known = g_hash_table_lookup(handles->known, &key);

    if (known != NULL) {
        known->stopped = true;
    }
}

static gboolean
is_asked_by_exchange(void *key G_GNUC_UNUSED, void *stream, void *exchange_id)
{
    return ((const asked_stream_t *)stream)->exchange_id == GPOINTER_TO_UINT(exchange_id);
}

void
bc_stream_handles_refuse(bc_stream_handles_t *handles, uint32_t exchange_id)
{
    g_hash_table_foreach_remove(handles->known, is_asked_by_exchange, GUINT_TO_POINTER(exchange_id));
}

/* A request to play a stream, or to stop it. */
static void
note_stream_request(bc_stream_handles_t *handles, bc_message_t *message, bc_decision_t *decision)
{
    enum { HANDLE, CHANNEL };
    bc_xml_field_t fields[] = { [HANDLE] = { .name = "handle" }, [CHANNEL] = { .name = "channelId" } };
    const bc_plain_t *xml = bc_plain_payload(message, decision);

    if (xml->bytes == NULL) {
        return;
    }
    bc_xml_find(xml->bytes, xml->len, fields, G_N_ELEMENTS(fields));
    if (!fields[HANDLE].found) {
        return;
    }
    const uint32_t channel = bc_xml_number(&fields[CHANNEL], BC_MAX_MESSAGE);
    const uint32_t handle = bc_xml_number(&fields[HANDLE], BC_MAX_MESSAGE);
    if (message->header->msg_id == BC_MSG_VIDEO_STOP) {
        bc_stream_handles_stop(handles, channel, handle);
    } else {
        decision->handle_use =
            (uint8_t)bc_stream_handles_ask(handles, channel, handle, message->header->exchange_id);
    }
}

static bc_stream_handles_t *
handles_of_login(bc_stream_handles_t **handles, unsigned login)
{
    if (*handles == NULL || (*handles)->login != login) {
        bc_stream_handles_free(*handles);
        *handles = bc_stream_handles_new(login);
    }
    return *handles;
}

void
bc_stream_handles_note(bc_stream_handles_t **handles, unsigned login, bc_message_t *message,
                       bc_decision_t *decision)
{
    const bc_header_t *header = message->header;
    bool from_client;

    if ((header->msg_id != BC_MSG_VIDEO && header->msg_id != BC_MSG_VIDEO_STOP) ||
        !bc_header_direction(header, &from_client)) {
        return;
    }
    if (from_client && decision->kind == BC_PAYLOAD_XML) {
        note_stream_request(handles_of_login(handles, login), message, decision);
    } else if (!from_client && header->msg_id == BC_MSG_VIDEO && header->code >= BC_STATUS_REFUSED) {
        bc_stream_handles_refuse(handles_of_login(handles, login), header->exchange_id);
    }
}
