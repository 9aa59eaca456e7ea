/* binary-exchanges.c
 * Which exchanges of a BC connection carry bytes, and which of them a picture that goes on.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/session/binary-exchanges.h>

#include <string.h>

#include <common/pure/hash.h>

#include <baichuan/session/plain-parts.h>

#define BINARY_PATIENCE 300 /* seconds without a message, after which an exchange is binary no longer */

typedef struct {
    bool jpeg;    /* a picture that goes on */
    int64_t used; /* the second in which its last message came */
} binary_exchange_t;

void
bc_exchanges_clear(bc_exchanges_t *exchanges)
{
    for (unsigned i = 0; exchanges->binary != NULL && i < 2; i++) {
        g_hash_table_destroy(exchanges->binary[i]);
    }
    g_clear_pointer(&exchanges->binary, g_free);
}

static void
begin_binary_exchanges(bc_exchanges_t *exchanges)
{
    exchanges->binary = g_new(GHashTable *, 2);
    for (unsigned i = 0; i < 2; i++) {
        exchanges->binary[i] = g_hash_table_new_full(camshark_hash_u64, g_int64_equal, g_free, g_free);
    }
}

static int64_t
binary_exchange_key(const bc_header_t *header)
{
    return (int64_t)((uint64_t)header->msg_id << 32 | header->exchange_id);
}

static void
forget_binary_exchange(bc_exchanges_t *exchanges, unsigned direction, const bc_header_t *header)
{
    const int64_t key = binary_exchange_key(header);

    if (exchanges->binary != NULL) {
        g_hash_table_remove(exchanges->binary[direction], &key);
    }
}

static void
mark_binary_exchange(bc_exchanges_t *exchanges, const bc_message_t *message, bool jpeg)
{
    const int64_t key = binary_exchange_key(message->header);
    const binary_exchange_t exchange = { jpeg, message->when };

    if (exchanges->binary == NULL) {
        begin_binary_exchanges(exchanges);
    }
    g_hash_table_insert(exchanges->binary[message->direction], g_memdup2(&key, sizeof key),
                        g_memdup2(&exchange, sizeof exchange));
}

/* The binary exchange of a message; NULL if it is none. */
static const binary_exchange_t *
find_binary_exchange(bc_exchanges_t *exchanges, const bc_message_t *message)
{
    const int64_t key = binary_exchange_key(message->header);

    if (exchanges->binary == NULL) {
        return NULL;
    }
    binary_exchange_t *exchange = g_hash_table_lookup(exchanges->binary[message->direction], &key);
    if (exchange != NULL && message->when - exchange->used > BINARY_PATIENCE) {
        g_hash_table_remove(exchanges->binary[message->direction], &key);
        return NULL;
    }
    if (exchange != NULL) {
        exchange->used = message->when;
    }
    return exchange;
}

void
bc_exchanges_note_message(bc_exchanges_t *exchanges, const bc_message_t *message)
{
    if (message->client == (int)message->direction) {
        forget_binary_exchange(exchanges, 1 - message->direction, message->header);
    }
}

void
bc_exchanges_note_binary(bc_exchanges_t *exchanges, const bc_message_t *message, bool binary)
{
    if (!binary) {
        forget_binary_exchange(exchanges, message->direction, message->header);
    } else if (find_binary_exchange(exchanges, message) == NULL) {
        mark_binary_exchange(exchanges, message, false);
    }
}

bool
bc_exchanges_has(bc_exchanges_t *exchanges, const bc_message_t *message)
{
    return find_binary_exchange(exchanges, message) != NULL;
}

/* ---- pictures ------------------------------------------------------------------------------------------- */

static bool
begins_like_jpeg(const bc_message_t *message, const bc_decision_t *decision)
{
    static const uint8_t mark[] = { 0xff, 0xd8, 0xff };
    uint8_t bytes[sizeof mark];

    return bc_plain_peek(message, decision, 0, bytes, sizeof bytes) && memcmp(bytes, mark, sizeof mark) == 0;
}

/* Of a payload that was captured as a whole. */
static bool
ends_like_jpeg(const bc_message_t *message, const bc_decision_t *decision)
{
    static const uint8_t mark[] = { 0xff, 0xd9 };
    const size_t len = bc_message_payload_len(message);
    uint8_t bytes[sizeof mark];

    return message->have == message->header->body_len && len >= sizeof mark &&
           bc_plain_peek(message, decision, len - sizeof mark, bytes, sizeof bytes) &&
           memcmp(bytes, mark, sizeof mark) == 0;
}

void
bc_exchanges_note_jpeg(bc_exchanges_t *exchanges, const bc_message_t *message, bc_decision_t *decision)
{
    const binary_exchange_t *known = find_binary_exchange(exchanges, message);
    const bool first = begins_like_jpeg(message, decision);

    if (!first && (known == NULL || !known->jpeg)) {
        return;
    }
    const bool last = ends_like_jpeg(message, decision) || message->header->code == BC_STATUS_LAST_PIECE;
    if (first) {
        decision->jpeg = last ? BC_JPEG_WHOLE : BC_JPEG_FIRST;
    } else {
        decision->jpeg = last ? BC_JPEG_LAST : BC_JPEG_MIDDLE;
    }
    mark_binary_exchange(exchanges, message, !last);
}
