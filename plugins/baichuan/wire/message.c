/* message.c
 * One BC message on its way: where it came from, its bytes, and its parts in plain text once they are opened.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/message.h>

#include <glib.h>
#include <string.h>

#include <baichuan/wire/binary-messages.h>

size_t
bc_message_extension_len(const bc_message_t *message)
{
    return MIN(message->header->payload_offset, message->have);
}

/* Bytes that were captured and lie before the payload proper. */
static size_t
bytes_before_payload(const bc_message_t *message)
{
    const size_t extension = bc_message_extension_len(message);

    return extension + MIN(message->skip, message->have - extension);
}

const uint8_t *
bc_message_payload(const bc_message_t *message)
{
    return message->body + bytes_before_payload(message);
}

size_t
bc_message_payload_len(const bc_message_t *message)
{
    return message->have - bytes_before_payload(message);
}

size_t
bc_message_payload_whole(const bc_message_t *message)
{
    const size_t payload = message->header->body_len - message->header->payload_offset;

    return payload - MIN(message->skip, payload);
}

bool
bc_message_from_client(const bc_message_t *message)
{
    bool from_client = false;

    if (message->client >= 0) {
        return message->client == (int)message->direction;
    }
    return bc_header_direction(message->header, &from_client) && from_client;
}

bool
bc_message_is_binary_request(const bc_message_t *message)
{
    return bc_is_binary_request(message->header->msg_id, bc_message_payload_whole(message)) &&
           bc_message_from_client(message);
}

uint8_t *
bc_message_alloc(const bc_message_t *message, size_t len)
{
    return (message->alloc != NULL) ? message->alloc(message->scope, len) : g_malloc(len);
}

void
bc_message_forget_bytes(const bc_message_t *message, bc_plain_t *plain)
{
    if (plain->own && message->alloc == NULL) {
        g_free((uint8_t *)plain->bytes);
    }
    plain->bytes = NULL;
    plain->own = false;
}

void
bc_message_forget(const bc_message_t *message, bc_plain_t *plain)
{
    bc_message_forget_bytes(message, plain);
    if (message->alloc == NULL) {
        g_free((uint32_t *)plain->breaks);
    }
    memset(plain, 0, sizeof *plain);
}

void
bc_message_clear(bc_message_t *message)
{
    bc_message_forget(message, &message->extension);
    bc_message_forget(message, &message->payload);
}
