/* record-store.c
 * What the first pass has decided, to be read on every pass: records of PDUs, and data of conversations.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Records lie in one map a protocol, not in Wireshark's lists a frame: a frame that completes a gap may hold
 * thousands of messages, and each search of such a list would walk all of it. A record and what it is found by are one
 * piece of memory, and the map is a GHashTable without values: anybody can make conversations of one packet each, and
 * these then cost little more than their records.
 */
#include <common/epan/record-store.h>

#include <epan/conversation.h>
#include <epan/proto_data.h>

#include <common/epan/file-memory.h>
#include <common/epan/per-file.h>
#include <common/pure/hash.h>

typedef struct {
    uint32_t frame;
    uint32_t conversation;
    uint32_t place;
    uint8_t kind;
    uint8_t carrier;
    uint8_t direction;
    uint8_t zero; /* all bytes of a key are hashed and compared */
} full_key_t;

G_STATIC_ASSERT(sizeof(full_key_t) == CAMSHARK_KEY_LEN);

typedef struct {
    full_key_t key;
    uint64_t record[]; /* of the size that was asked for; aligned for all that records have */
} entry_t;

/* What a conversation holds for a protocol. */
typedef struct {
    void *of_kind[CAMSHARK_CONVERSATION_KINDS];
} conversation_data_t;

struct camshark_record_store {
    int proto;
    camshark_per_file_t *entries; /* GHashTable of entry_t, by their keys; empty at the start of each file */
};

camshark_record_store_t *
camshark_record_store_new(int proto)
{
    camshark_record_store_t *store = wmem_new0(wmem_epan_scope(), camshark_record_store_t);

    store->proto = proto;
    store->entries = camshark_per_file_new_hash_table(camshark_hash_key, camshark_equal_keys);
    return store;
}

static full_key_t
full_record_key(const packet_info *pinfo, const camshark_record_key_t *key)
{
    return (
        full_key_t){ pinfo->num, key->conversation, key->place, key->kind, key->carrier, key->direction, 0 };
}

void *
camshark_record_new(camshark_record_store_t *store, const packet_info *pinfo,
                    const camshark_record_key_t *key, size_t size)
{
    DISSECTOR_ASSERT(!PINFO_FD_VISITED(pinfo));
    entry_t *entry = camshark_file_alloc0(sizeof *entry + size);

    GHashTable *entries = camshark_per_file_get(store->entries);

    entry->key = full_record_key(pinfo, key);
    if (!g_hash_table_contains(entries, entry)) {
        g_hash_table_add(entries, entry);
    }
    return entry->record;
}

void *
camshark_record_find(const camshark_record_store_t *store, const packet_info *pinfo,
                     const camshark_record_key_t *key)
{
    const full_key_t full = full_record_key(pinfo, key);
    entry_t *entry = g_hash_table_lookup(camshark_per_file_get(store->entries), &full);

    return (entry != NULL) ? entry->record : NULL;
}

/* The only data that Wireshark keeps for a packet. */
#define PACKET_NOTE 0

void
camshark_packet_note(const camshark_record_store_t *store, packet_info *pinfo, uint32_t number)
{
    p_set_proto_data(pinfo->pool, pinfo, store->proto, PACKET_NOTE, GUINT_TO_POINTER(number));
}

uint32_t
camshark_packet_noted(const camshark_record_store_t *store, packet_info *pinfo)
{
    return GPOINTER_TO_UINT(p_get_proto_data(pinfo->pool, pinfo, store->proto, PACKET_NOTE));
}

void *
camshark_conversation_data(const camshark_record_store_t *store, packet_info *pinfo, unsigned kind,
                           bool create, uint32_t *number)
{
    DISSECTOR_ASSERT(kind < CAMSHARK_CONVERSATION_KINDS);
    conversation_t *conversation =
        create ? find_or_create_conversation(pinfo) : find_conversation_pinfo(pinfo, 0);
    if (conversation == NULL) {
        return NULL;
    }
    if (number != NULL) {
        *number = conversation->conv_index;
    }
    const conversation_data_t *data = conversation_get_proto_data(conversation, store->proto);
    return (data != NULL) ? data->of_kind[kind] : NULL;
}

void
camshark_conversation_add(const camshark_record_store_t *store, packet_info *pinfo, unsigned kind, void *data)
{
    DISSECTOR_ASSERT(kind < CAMSHARK_CONVERSATION_KINDS);
    conversation_t *conversation = find_or_create_conversation(pinfo);
    conversation_data_t *all = conversation_get_proto_data(conversation, store->proto);

    if (all == NULL) {
        all = camshark_file_new0(conversation_data_t);
        conversation_add_proto_data(conversation, store->proto, all);
    }
    all->of_kind[kind] = data;
}
