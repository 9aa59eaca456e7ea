/* conversation.c
 * The epan side of state: one session a conversation, and for each message the record of what was decided.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <common/epan/file-memory.h>
#include <common/epan/per-file.h>

#include <baichuan/record/conversation.h>
#include <baichuan/record/keytable.h>
#include <baichuan/record/records.h>

bool
bc_loss_any(const bc_loss_t *lost)
{
    return lost->bytes > 0 || lost->packets > 0;
}

/* char *: name -> uint32_t; what is counted through a file. */
static wmem_map_t *connection_counter;

/* Connections are numbered through the file, whatever carries them; the counter goes with it. */
static uint32_t
next_connection(void)
{
    uint32_t *next = wmem_map_lookup(connection_counter, "connections");

    if (next == NULL) {
        next = camshark_file_new0(uint32_t);
        wmem_map_insert(connection_counter, "connections", next);
    }
    return (*next)++;
}

uint32_t
bc_connection_count(void)
{
    const uint32_t *next = wmem_map_lookup(connection_counter, "connections");

    return (next != NULL) ? *next : 0;
}

/* Of a file: what they hold that is not in file scope is freed with it. */
static camshark_per_file_t *conversations_of_file;

static void
free_direction(bc_direction_t *direction)
{
    if (direction != NULL) {
        camshark_assembler_free(direction->assembler);
        g_clear_pointer(&direction->waiting, g_hash_table_destroy);
    }
}

/* A session holds GLib containers and open ciphers. */
static void
release_conversation(void *data)
{
    bc_conversation_t *conversation = data;

    bc_session_free(conversation->session);
    free_direction(conversation->directions[0]);
    free_direction(conversation->directions[1]);
}

static void *
make_conversations(void)
{
    return g_ptr_array_new_with_free_func(release_conversation);
}

static void
release_conversations(void *conversations)
{
    g_ptr_array_free(conversations, TRUE);
}

void
bc_conversation_register(void)
{
    connection_counter =
        wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), wmem_str_hash, g_str_equal);
    conversations_of_file = camshark_per_file_new(make_conversations, release_conversations);
}

bc_conversation_t *
bc_conversation_new(bc_carrier_t carrier, uint32_t number)
{
    bc_conversation_t *conversation = camshark_file_new0(bc_conversation_t);

    conversation->carrier = carrier & 3u;
    conversation->number = number;
    conversation->connection = (carrier == BC_CARRIER_NONE) ? BC_NO_CONNECTION : next_connection();
    conversation->session = bc_session_new();
    g_ptr_array_add(camshark_per_file_get(conversations_of_file), conversation);
    return conversation;
}

bc_conversation_t *
bc_conversation_get(packet_info *pinfo)
{
    uint32_t number;
    bc_conversation_t *conversation =
        camshark_conversation_data(bc_records, pinfo, BC_DATA_STREAM, true, &number);

    if (conversation == NULL) {
        conversation = bc_conversation_new(BC_CARRIER_TCP, number);
        conversation->outcome = bc_outcome_new(BC_CARRIER_TCP, number);
        conversation->outcome->connection = conversation->connection;
        camshark_conversation_add(bc_records, pinfo, BC_DATA_STREAM, conversation);
    }
    return conversation;
}

bc_conversation_t *
bc_conversation_lone(packet_info *pinfo, tvbuff_t *tvb)
{
    const camshark_record_key_t key = bc_records_key_in_frame(BC_RECORD_LONE, tvb);
    bc_conversation_t **conversation = camshark_record_find(bc_records, pinfo, &key);

    if (conversation == NULL && !PINFO_FD_VISITED(pinfo)) {
        conversation = camshark_record_new(bc_records, pinfo, &key, sizeof(bc_conversation_t *));
        *conversation = bc_conversation_new(BC_CARRIER_NONE, key.place);
    }
    return (conversation != NULL) ? *conversation : NULL;
}

unsigned
bc_conversation_way(const packet_info *pinfo)
{
    const int order = cmp_address(&pinfo->src, &pinfo->dst);

    return (order < 0 || (order == 0 && pinfo->srcport < pinfo->destport)) ? 0 : 1;
}

bc_direction_t *
bc_conversation_direction(bc_conversation_t *conversation, unsigned direction)
{
    if (conversation->directions[direction] == NULL) {
        conversation->directions[direction] = camshark_file_new0(bc_direction_t);
        conversation->directions[direction]->assembler = camshark_assembler_new();
    }
    return conversation->directions[direction];
}

bc_losses_t *
bc_direction_losses(bc_direction_t *direction)
{
    if (direction->losses == NULL) {
        direction->losses = camshark_file_new0(bc_losses_t);
    }
    return direction->losses;
}

/* Those for the camera of this conversation; camera is what they are iterated with. */
static bc_candidates_t
candidates_of(const bc_conversation_t *conversation, const packet_info *pinfo, unsigned direction,
              bc_camera_t *camera)
{
    const int client = bc_session_client(conversation->session);

    *camera = (bc_camera_t){ .sides = { &pinfo->src, &pinfo->dst }, .n = 2 };
    if (client >= 0) {
        camera->sides[0] = ((unsigned)client == direction) ? &pinfo->dst : &pinfo->src;
        camera->n = 1;
    }
    return bc_keytable_candidates(camera);
}

static bool
decide_message(const bc_conversation_t *conversation, const packet_info *pinfo, bc_message_t *message,
               bc_record_t *record)
{
    bc_camera_t camera;

    bc_session_see_header(conversation->session, message->header, message->direction);
    message->client = bc_session_client(conversation->session);
    const bc_candidates_t candidates = candidates_of(conversation, pinfo, message->direction, &camera);
    const bool decided = bc_session_decide(conversation->session, message, &candidates, &record->decision);
    message->client = bc_session_client(conversation->session); /* its contents may have told */
    if (message->client >= 0) {
        record->sender =
            ((unsigned)message->client == message->direction) ? BC_SENDER_CLIENT : BC_SENDER_CAMERA;
    }
    return decided;
}

static void
note_key(bc_conversation_t *conversation, bc_record_t *record)
{
    const bc_key_t *key = record->decision.key;

    record->first_of_key = key != NULL && key != conversation->last_key;
    conversation->last_key = (key != NULL) ? key : conversation->last_key;
}

static void
lose_streams(bc_conversation_t *conversation, unsigned direction)
{
    if (conversation->carried != NULL) {
        bc_media_streams_lose(&conversation->carried->media, direction);
        bc_transfers_lose(&conversation->carried->transfers, direction);
    }
}

static bc_carried_t *
carried_of(bc_conversation_t *conversation)
{
    if (conversation->carried == NULL) {
        conversation->carried = camshark_file_new0(bc_carried_t);
    }
    return conversation->carried;
}

/* Notes what a message has of a file or a stream. */
static void
note_carried(bc_conversation_t *conversation, packet_info *pinfo, bc_message_t *message, bc_record_t *record)
{
    if (conversation->carried == NULL && message->header->body_len == 0) {
        return;
    }
    carried_of(conversation);
    record->piece = bc_transfers_note(&conversation->carried->transfers, pinfo, message, &record->decision);
    if (record->piece == NULL || record->piece->transfer->content == BC_CONTENT_MEDIA) {
        record->media =
            bc_media_streams_note(&conversation->carried->media, pinfo, message, &record->decision, NULL);
    }
}

static bc_aside_t *
aside_of(bc_record_t *record)
{
    if (record->aside == NULL) {
        record->aside = camshark_file_new0(bc_aside_t);
    }
    return record->aside;
}

static void
keep_delivery(bc_record_t *record, const bc_delivery_t *delivery)
{
    bc_delivery_t *kept = camshark_file_new0(bc_delivery_t);

    *kept = *delivery;
    aside_of(record)->delivery = kept;
}

/* Notes what few messages have. */
static void
note_aside(bc_conversation_t *conversation, packet_info *pinfo, bc_message_t *message, bc_record_t *record)
{
    const bc_asleep_t *asleep = bc_sleepers_note(&conversation->sleepers, pinfo, message, &record->decision);
    const char *user = bc_session_take_user(conversation->session);

    if (asleep != NULL) {
        aside_of(record)->asleep = asleep;
    }
    if (user != NULL) {
        aside_of(record)->user = wmem_strdup(wmem_file_scope(), user); /* the key table may change */
    }
}

/* Notes what a message is to others, once it is known how it lies among them. */
static void
note_among_others(bc_conversation_t *conversation, packet_info *pinfo, bc_message_t *message,
                  const bc_delivery_t *delivery, bc_record_t *record)
{
    const bool lost = bc_loss_any(&delivery->lost) || delivery->ahead || delivery->late;

    record->connection = conversation->connection;
    if (lost || nstime_cmp(&delivery->when, &pinfo->abs_ts) != 0) {
        keep_delivery(record, delivery);
    }
    note_key(conversation, record);
    record->turn = bc_requests_note(&conversation->requests, pinfo->num, &delivery->when, message, lost);
    note_aside(conversation, pinfo, message, record);
    if (conversation->outcome != NULL) {
        bc_outcome_message(conversation->outcome, pinfo->num, &delivery->when, message,
                           record->turn.role == BC_ROLE_REPLY || record->turn.role == BC_ROLE_CONTINUATION);
    }
}

bc_record_t *
bc_conversation_decide(bc_conversation_t *conversation, packet_info *pinfo, bc_message_t *message,
                       const bc_delivery_t *delivery)
{
    bc_record_t *record = camshark_file_new0(bc_record_t);

    message->late = delivery->late;
    decide_message(conversation, pinfo, message, record);
    note_among_others(conversation, pinfo, message, delivery, record);
    if ((bc_loss_any(&delivery->lost) || delivery->ahead) && !delivery->late) {
        lose_streams(conversation, message->direction);
    }
    note_carried(conversation, pinfo, message, record);
    if (message->have < message->header->body_len && record->media == NULL) {
        lose_streams(conversation, message->direction);
    }
    return record;
}

bc_record_t *
bc_conversation_begin(bc_conversation_t *conversation, packet_info *pinfo, bc_message_t *message,
                      const bc_loss_t *lost)
{
    bc_record_t decided = { 0 };

    if (!decide_message(conversation, pinfo, message, &decided)) {
        return NULL;
    }
    bc_record_t *record = camshark_file_new0(bc_record_t);
    *record = decided;
    if (bc_loss_any(lost)) {
        lose_streams(conversation, message->direction);
    }
    bc_carried_t *carried = carried_of(conversation);
    record->piece = bc_transfers_note(&carried->transfers, pinfo, message, &record->decision);
    if (record->decision.kind == BC_PAYLOAD_UNREADABLE) {
        record->media = bc_media_streams_note(&carried->media, pinfo, message, &record->decision, NULL);
    }
    return record;
}

const bc_media_record_t *
bc_conversation_go_on(bc_conversation_t *conversation, packet_info *pinfo, bc_message_t *message,
                      const bc_record_t *record, bc_media_slot_t *slot)
{
    if (record->piece != NULL && record->piece->transfer->content != BC_CONTENT_MEDIA) {
        return NULL;
    }
    message->client = bc_session_client(conversation->session);
    return bc_media_streams_note(&conversation->carried->media, pinfo, message, &record->decision, slot);
}

void
bc_conversation_finish(bc_conversation_t *conversation, packet_info *pinfo, bc_message_t *message,
                       const bc_delivery_t *delivery, bc_record_t *record)
{
    message->client = bc_session_client(conversation->session);
    note_among_others(conversation, pinfo, message, delivery, record);
}

void
bc_conversation_lose(bc_conversation_t *conversation, unsigned direction)
{
    lose_streams(conversation, direction);
}

bc_record_t *
bc_conversation_preview(bc_conversation_t *conversation, packet_info *pinfo, bc_message_t *message)
{
    bc_record_t *record = camshark_file_new0(bc_record_t);
    const bc_delivery_t delivery = { .waiting = true, .when = pinfo->abs_ts };

    record->connection = conversation->connection;
    keep_delivery(record, &delivery);
    if (message->header->msg_id != BC_MSG_LOGIN) {
        decide_message(conversation, pinfo, message, record);
    }
    return record;
}

const bc_skip_t *
bc_conversation_skip(bc_conversation_t *conversation, packet_info *pinfo, unsigned direction,
                     const uint8_t *bytes, uint32_t len, uint32_t header_frame)
{
    bc_skip_t *skip = camshark_file_new0(bc_skip_t);
    bc_camera_t camera;
    const bc_candidates_t candidates = candidates_of(conversation, pinfo, direction, &camera);

    skip->header_frame = header_frame;
    skip->connection = conversation->connection;
    skip->key = bc_session_find_tail(conversation->session, bytes, len, &candidates, &skip->tail);
    return skip;
}
