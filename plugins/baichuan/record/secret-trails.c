/* secret-trails.c
 * Secrets that go on from one binary message of a stream to the next.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <common/epan/file-memory.h>
#include <common/pure/hash.h>

#include <baichuan/record/secret-trails.h>
#include <baichuan/session/plain-parts.h>

/* One of a stream; file scope. */
typedef struct {
    uint64_t key;
    bc_secret_trail_t trail;
} stream_trail_t;

static uint64_t
key_of_stream(unsigned direction, uint32_t msg_id, uint32_t tie)
{
    return (uint64_t)direction << 63 | (uint64_t)(msg_id & 0x7FFFFFFFu) << 32 | tie;
}

static stream_trail_t *
find_trail(const bc_conversation_t *conversation, uint64_t key)
{
    wmem_map_t *trails = (conversation->carried != NULL) ? conversation->carried->trails : NULL;

    return (trails != NULL) ? wmem_map_lookup(trails, &key) : NULL;
}

static stream_trail_t *
add_trail(bc_conversation_t *conversation, uint64_t key, const bc_secret_trail_t *trail)
{
    bc_carried_t *carried = conversation->carried;
    stream_trail_t *added = camshark_file_new0(stream_trail_t);

    if (carried->trails == NULL) {
        carried->trails = wmem_map_new(wmem_file_scope(), camshark_hash_u64, g_int64_equal);
    }
    *added = (stream_trail_t){ key, *trail };
    wmem_map_insert(carried->trails, &added->key, added);
    return added;
}

static bool
leaves_something(const bc_secret_trail_t *trail)
{
    return trail->depth > 0 || trail->scopes != 0 || trail->n_cut > 0;
}

bc_secret_trail_t *
bc_secret_trail_of(bc_conversation_t *conversation, const bc_message_t *message)
{
    static const bc_secret_trail_t nothing = { 0 };
    const uint64_t key = key_of_stream(message->direction, message->header->msg_id, message->tie);
    stream_trail_t *found = find_trail(conversation, key);

    return (found != NULL) ? &found->trail : &add_trail(conversation, key, &nothing)->trail;
}

/* Follows a payload from hole to hole. */
static bool
follow_payload(bc_secret_trail_t *trail, const bc_plain_t *plain)
{
    bool secret = bc_data_secrets_go_on(trail, plain->bytes, plain->len);

    for (size_t i = 0; i < plain->n_breaks; i++) {
        const size_t end = (i + 1 < plain->n_breaks) ? plain->breaks[i + 1] : plain->all;
        bc_data_secrets_lose(trail);
        secret |= bc_data_secrets_go_on(trail, plain->bytes + plain->breaks[i], end - plain->breaks[i]);
    }
    return secret;
}

bool
bc_secret_trails_note(bc_conversation_t *conversation, bc_message_t *message, const bc_record_t *record)
{
    const bc_decision_t *decision = &record->decision;

    if (conversation->carried == NULL ||
        (decision->kind != BC_PAYLOAD_BINARY && decision->kind != BC_PAYLOAD_NONE)) {
        return false;
    }
    const bc_plain_t *plain = bc_plain_payload(message, decision);
    if (plain->bytes == NULL) {
        return false;
    }
    const uint64_t key = key_of_stream(message->direction, message->header->msg_id, message->tie);
    stream_trail_t *found = find_trail(conversation, key);
    bc_secret_trail_t trail = (found != NULL) ? found->trail : (bc_secret_trail_t){ 0 };
    const bool begun = leaves_something(&trail);
    const bool secret = follow_payload(&trail, plain);

    if (found != NULL) {
        found->trail = trail;
    } else if (leaves_something(&trail)) {
        add_trail(conversation, key, &trail);
    }
    return begun && secret;
}

bool
bc_secret_trails_reach(const bc_conversation_t *conversation, const bc_message_t *message)
{
    const bc_header_t *header = message->header;
    const stream_trail_t *found =
        find_trail(conversation, key_of_stream(message->direction, header->msg_id, bc_header_tie(header)));

    return found != NULL && leaves_something(&found->trail);
}
