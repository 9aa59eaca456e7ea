/* record-store.c
 * What the first pass has decided, to be read on every pass: records of PDUs, and data of conversations.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Records lie in one map a protocol, not in Wireshark's lists a frame: a frame that completes a gap may hold
 * thousands of messages, and each search of such a list would walk all of it.
 */
#include <common/epan/record-store.h>

#include <epan/conversation.h>

typedef struct {
    uint32_t frame;
    uint32_t conversation;
    uint32_t place;
    uint8_t kind;
    uint8_t carrier;
    uint8_t direction;
    uint8_t zero; /* all bytes of a key are hashed and compared */
} full_key_t;

typedef struct {
    full_key_t key;
    void *record;
} entry_t;

/* What a conversation holds for a protocol. */
typedef struct {
    void *of_kind[CAMSHARK_CONVERSATION_KINDS];
} conversation_data_t;

struct camshark_record_store {
    int proto;
    wmem_map_t *entries; /* full_key_t -> entry_t; empty at the start of each file */
};

static guint
hash_record_key(gconstpointer key)
{
    return wmem_strong_hash(key, sizeof(full_key_t));
}

static gboolean
equal_record_keys(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(full_key_t)) == 0;
}

camshark_record_store_t *
camshark_record_store_new(int proto)
{
    camshark_record_store_t *store = wmem_new0(wmem_epan_scope(), camshark_record_store_t);

    store->proto = proto;
    store->entries =
        wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_record_key, equal_record_keys);
    return store;
}

static full_key_t
full_record_key(const packet_info *pinfo, const camshark_record_key_t *key)
{
    return (
        full_key_t){ pinfo->num, key->conversation, key->place, key->kind, key->carrier, key->direction, 0 };
}

void
camshark_record_add(camshark_record_store_t *store, const packet_info *pinfo,
                    const camshark_record_key_t *key, void *record)
{
    DISSECTOR_ASSERT(!PINFO_FD_VISITED(pinfo));
    if (camshark_record_find(store, pinfo, key) != NULL) {
        return;
    }
    entry_t *entry = wmem_new(wmem_file_scope(), entry_t);
    entry->key = full_record_key(pinfo, key);
    entry->record = record;
    wmem_map_insert(store->entries, &entry->key, entry);
}

void *
camshark_record_find(const camshark_record_store_t *store, const packet_info *pinfo,
                     const camshark_record_key_t *key)
{
    const full_key_t full = full_record_key(pinfo, key);
    const entry_t *entry = wmem_map_lookup(store->entries, &full);

    return (entry != NULL) ? entry->record : NULL;
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
        all = wmem_new0(wmem_file_scope(), conversation_data_t);
        conversation_add_proto_data(conversation, store->proto, all);
    }
    all->of_kind[kind] = data;
}
