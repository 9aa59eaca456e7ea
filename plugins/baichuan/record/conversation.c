/* conversation.c
 * The epan side of state: one session a conversation, and for each message the record of what was decided.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <string.h>

#include <baichuan/record/conversation.h>
#include <baichuan/record/keytable.h>
#include <baichuan/record/records.h>

bool
bc_loss_any(const bc_loss_t *lost)
{
    return lost->bytes > 0 || lost->packets > 0;
}

/* A session holds GLib containers and open ciphers, which file scope does not free by itself. */
static wsc_bool
free_session(wmem_allocator_t *scope _U_, wmem_cb_event_t event _U_, void *session)
{
    bc_session_free(session);
    return false;
}

bc_conversation_t *
bc_conversation_new(bc_carrier_t carrier, uint32_t number)
{
    bc_conversation_t *conversation = wmem_new0(wmem_file_scope(), bc_conversation_t);

    conversation->carrier = (uint8_t)carrier;
    conversation->number = number;
    conversation->session = bc_session_new();
    wmem_register_callback(wmem_file_scope(), free_session, conversation->session);
    conversation->requests = bc_requests_new();
    conversation->media = bc_media_streams_new();
    conversation->transfers = bc_transfers_new();
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
        copy_address_wmem(wmem_file_scope(), &conversation->first_address, &pinfo->src);
        conversation->first_port = (uint16_t)pinfo->srcport;
        camshark_conversation_add(bc_records, pinfo, BC_DATA_STREAM, conversation);
    }
    return conversation;
}

bc_conversation_t *
bc_conversation_lone(packet_info *pinfo, tvbuff_t *tvb)
{
    const camshark_record_key_t key = bc_records_key_in_frame(BC_RECORD_LONE, tvb);
    bc_conversation_t *conversation = camshark_record_find(bc_records, pinfo, &key);

    if (conversation == NULL && !PINFO_FD_VISITED(pinfo)) {
        conversation = bc_conversation_new(BC_CARRIER_NONE, key.place);
        camshark_record_add(bc_records, pinfo, &key, conversation);
    }
    return conversation;
}

unsigned
bc_conversation_direction(const bc_conversation_t *conversation, const packet_info *pinfo)
{
    const bool first = pinfo->srcport == conversation->first_port &&
                       addresses_equal(&pinfo->src, &conversation->first_address);

    return first ? 0 : 1;
}

/* Those for the camera of this conversation; camera is what they are iterated with. */
static bc_candidates_t
candidates_of(const bc_conversation_t *conversation, const packet_info *pinfo, unsigned direction,
              bc_camera_t *camera)
{
    const int client = bc_session_client(conversation->session);

    *camera = (bc_camera_t){ { &pinfo->src, &pinfo->dst }, 2, 0 };
    if (client >= 0) {
        camera->sides[0] = ((unsigned)client == direction) ? &pinfo->dst : &pinfo->src;
        camera->n = 1;
    }
    return bc_keytable_candidates(camera);
}

static void
decide(const bc_conversation_t *conversation, const packet_info *pinfo, unsigned direction,
       const bc_header_t *header, const uint8_t *body, size_t have, bc_decision_t *out)
{
    bc_camera_t camera;

    bc_session_see_header(conversation->session, header, direction);
    const bc_candidates_t candidates = candidates_of(conversation, pinfo, direction, &camera);
    bc_session_decide(conversation->session, header, direction, pinfo->abs_ts.secs, body, have, &candidates,
                      out);
}

/* The payload in plain text; NULL if it can not be opened. */
static const uint8_t *
open_payload(packet_info *pinfo, const bc_header_t *header, const bc_decision_t *decision,
             const uint8_t *bytes, size_t len)
{
    if (decision->payload == BC_CIPHER_NONE) {
        return bytes;
    }
    uint8_t *plain = wmem_memdup(pinfo->pool, bytes, len);
    const bool opened =
        bc_part_open_range((bc_cipher_t)decision->payload, plain, len, header->channel, decision->encrypt_pos,
                           decision->encrypt_len, decision->key != NULL ? decision->key->aes : NULL);
    return opened ? plain : NULL;
}

static void
lose(bc_conversation_t *conversation, unsigned direction)
{
    bc_media_streams_lose(conversation->media, direction);
    bc_transfers_lose(conversation->transfers, direction);
}

static const bc_transfer_piece_t *
note_transfer(bc_conversation_t *conversation, const packet_info *pinfo, unsigned direction,
              const bc_header_t *header, const bc_record_t *record, const uint8_t *body, size_t have)
{
    const bc_transfer_message_t message = {
        .header = header,
        .decision = &record->decision,
        .direction = direction,
        .client = bc_session_client(conversation->session),
        .late = record->late,
        .body = body,
        .have = have,
    };

    return bc_transfers_note(conversation->transfers, pinfo, &message);
}

static const bc_media_record_t *
note_media(bc_conversation_t *conversation, packet_info *pinfo, unsigned direction, const bc_header_t *header,
           const bc_record_t *record, const uint8_t *body, size_t have)
{
    const size_t extension = MIN(header->payload_offset, have);
    bc_media_message_t message = {
        .header = header,
        .direction = direction,
        .client = bc_session_client(conversation->session),
        .late = record->late,
        .len = (uint32_t)(have - extension),
    };

    if (bc_media_streams_want(header, &record->decision)) {
        message.payload = open_payload(pinfo, header, &record->decision, body + extension, message.len);
    }
    return bc_media_streams_note(conversation->media, pinfo, &message);
}

static camshark_record_key_t
record_key(const bc_conversation_t *conversation, unsigned direction, uint32_t place)
{
    return (camshark_record_key_t){
        .kind = BC_RECORD_MESSAGE,
        .carrier = conversation->carrier,
        .conversation = conversation->number,
        .direction = (uint8_t)direction,
        .place = place,
    };
}

const bc_record_t *
bc_conversation_record(bc_conversation_t *conversation, packet_info *pinfo, uint32_t place,
                       unsigned direction, const bc_header_t *header, tvbuff_t *tvb, int offset, int have)
{
    const camshark_record_key_t key = record_key(conversation, direction, place);

    if (PINFO_FD_VISITED(pinfo)) {
        const bc_record_t *known = camshark_record_find(bc_records, pinfo, &key);
        return (known != NULL && known->skip == NULL) ? known : NULL;
    }

    const uint8_t *body = (have > 0) ? tvb_get_ptr(tvb, offset, have) : (const uint8_t *)"";
    bc_direction_t *state = &conversation->directions[direction];
    bc_record_t *record = wmem_new0(wmem_file_scope(), bc_record_t);
    record->late = state->place.known && (int32_t)(place - state->place.next) < 0;
    if (!record->late) {
        record->lost = state->lost;
        memset(&state->lost, 0, sizeof state->lost);
    }
    decide(conversation, pinfo, direction, header, body, (size_t)have, &record->decision);
    record->part =
        bc_requests_note(conversation->requests, pinfo->num, &pinfo->abs_ts, direction,
                         bc_session_client(conversation->session), bc_loss_any(&record->lost), header);
    if (bc_loss_any(&record->lost)) {
        lose(conversation, direction);
    }
    record->piece = note_transfer(conversation, pinfo, direction, header, record, body, (size_t)have);
    if (record->piece == NULL || record->piece->transfer->content == BC_CONTENT_MEDIA) {
        record->media = note_media(conversation, pinfo, direction, header, record, body, (size_t)have);
    }
    camshark_record_add(bc_records, pinfo, &key, record);
    return record;
}

bool
bc_conversation_has_record(const bc_conversation_t *conversation, const packet_info *pinfo,
                           unsigned direction, uint32_t place)
{
    const camshark_record_key_t key = record_key(conversation, direction, place);

    return camshark_record_find(bc_records, pinfo, &key) != NULL;
}

const bc_skip_t *
bc_conversation_skip(bc_conversation_t *conversation, packet_info *pinfo, uint32_t place, unsigned direction,
                     const uint8_t *bytes, uint32_t len, uint32_t header_frame)
{
    bc_record_t *record = wmem_new0(wmem_file_scope(), bc_record_t);
    bc_skip_t *skip = wmem_new0(wmem_file_scope(), bc_skip_t);
    const camshark_record_key_t key = record_key(conversation, direction, place);
    bc_camera_t camera;
    const bc_candidates_t candidates = candidates_of(conversation, pinfo, direction, &camera);

    lose(conversation, direction);
    skip->len = len;
    skip->header_frame = header_frame;
    skip->key = bc_session_find_tail(conversation->session, bytes, len, &candidates, &skip->tail);
    record->skip = skip;
    camshark_record_add(bc_records, pinfo, &key, record);
    return skip;
}

const bc_skip_t *
bc_conversation_skipped(const bc_conversation_t *conversation, const packet_info *pinfo, unsigned direction,
                        uint32_t place)
{
    const camshark_record_key_t key = record_key(conversation, direction, place);
    const bc_record_t *record = camshark_record_find(bc_records, pinfo, &key);

    return (record != NULL) ? record->skip : NULL;
}
