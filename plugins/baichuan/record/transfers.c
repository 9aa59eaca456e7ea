/* transfers.c
 * Files and streams that BC messages carry: what is known about each, and which message has a piece of which.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>
#include <epan/to_str.h>

#include <string.h>

#include <common/epan/file-memory.h>
#include <common/pure/hash.h>

#include <baichuan/record/transfers.h>
#include <baichuan/session/plain-parts.h>
#include <baichuan/wire/binary-messages.h>
#include <baichuan/wire/xml-read.h>

#define USUAL_SAMPLE_RATE 8000u
#define USUAL_PORT        9000u
#define BYTES_TO_SEE      16u /* at the start of data, to tell what they are */

/* A message, and what was decided about it. */
typedef struct {
    bc_message_t *message;
    const bc_decision_t *decision;
} seen_t;

uint32_t
bc_transfer_sample_rate(const bc_transfer_t *transfer)
{
    return (transfer != NULL && transfer->sample_rate > 0) ? transfer->sample_rate : USUAL_SAMPLE_RATE;
}

void
bc_transfers_lose(bc_transfers_t *transfers, unsigned direction)
{
    transfers->losses[direction]++;
}

static bool
belongs_to_talk(const bc_header_t *header)
{
    return header->msg_id == BC_MSG_TALK_CONFIG || header->msg_id == BC_MSG_TALK ||
           header->msg_id == BC_MSG_TALK_STOP;
}

static uint64_t
transfer_key(const bc_message_t *message)
{
    const uint32_t msg_id = belongs_to_talk(message->header) ? BC_MSG_TALK : message->header->msg_id;

    return (uint64_t)msg_id << 32 | message->tie;
}

static const char *
camera_of(const packet_info *pinfo, const seen_t *seen)
{
    const bool from_client = bc_message_from_client(seen->message);
    const address *camera = from_client ? &pinfo->dst : &pinfo->src;
    const uint32_t port = from_client ? pinfo->destport : pinfo->srcport;
    char *text = address_to_str(wmem_file_scope(), camera);

    return (port == USUAL_PORT) ? text : wmem_strdup_printf(wmem_file_scope(), "%s:%u", text, port);
}

static bc_transfer_t *
begin_transfer(bc_transfers_t *transfers, const packet_info *pinfo, const seen_t *seen,
               const bc_binary_message_t *carrier)
{
    bc_transfer_t *transfer = camshark_file_new0(bc_transfer_t);
    uint64_t *key = camshark_file_new0(uint64_t);

    transfer->camera = camera_of(pinfo, seen);
    transfer->usual.transfer = transfer;
    transfer->kind = carrier->kind;
    transfer->channel = -1;
    transfer->stream = seen->message->header->stream;
    memcpy(transfer->losses, transfers->losses, sizeof transfer->losses);
    *key = transfer_key(seen->message);
    if (transfers->open == NULL) {
        transfers->open = wmem_map_new(wmem_file_scope(), camshark_hash_u64, g_int64_equal);
    }
    wmem_map_insert(transfers->open, key, transfer);
    return transfer;
}

/* The same thing goes on with other contents, or with the next file. */
static bc_transfer_t *
begin_next_transfer(bc_transfers_t *transfers, const packet_info *pinfo, const seen_t *seen,
                    const bc_binary_message_t *carrier, const bc_transfer_t *previous)
{
    bc_transfer_t *transfer = begin_transfer(transfers, pinfo, seen, carrier);

    transfer->channel = previous->channel;
    transfer->stream_type = previous->stream_type;
    transfer->file_name = previous->file_name;
    return transfer;
}

/* ---- what documents say ------------------------------------------------------------------------------- */

static const char *
file_text(const bc_xml_field_t *field)
{
    return (field->found && field->value[0] != '\0') ? wmem_strdup(wmem_file_scope(), field->value) : NULL;
}

static void
read_number(const bc_xml_field_t *field, uint32_t *out)
{
    if (field->found) {
        *out = (uint32_t)MIN(g_ascii_strtoull(field->value, NULL, 10), UINT32_MAX);
    }
}

static void
read_document(bc_transfer_t *transfer, const bc_plain_t *plain)
{
    /* fileName is preferred to name, and that to Id */
    enum { CHANNEL, STREAM_TYPE, ID, NAME, FILE_NAME, PICTURE_SIZE, FILE_SIZE, FIELDS };
    bc_xml_field_t fields[FIELDS] = {
        [CHANNEL] = { .name = "channelId" },
        [STREAM_TYPE] = { .name = "streamType" },
        [ID] = { .name = "Id" },
        [NAME] = { .name = "name" },
        [FILE_NAME] = { .name = "fileName" },
        [PICTURE_SIZE] = { .name = "pictureSize" },
        [FILE_SIZE] = { .name = "fileSize" },
    };

    if (plain->bytes == NULL) {
        return;
    }
    bc_xml_find(plain->bytes, plain->len, fields, FIELDS);
    if (fields[CHANNEL].found) {
        transfer->channel = (int32_t)bc_xml_number(&fields[CHANNEL], INT32_MAX);
    }
    if (fields[STREAM_TYPE].found) {
        transfer->stream_type = file_text(&fields[STREAM_TYPE]);
    }
    for (unsigned i = ID; i <= FILE_NAME; i++) {
        transfer->file_name = fields[i].found ? file_text(&fields[i]) : transfer->file_name;
    }
    read_number(&fields[PICTURE_SIZE], &transfer->size);
    read_number(&fields[FILE_SIZE], &transfer->size);
}

/* Extension first, so that the payload has the last word. */
static void
read_documents(bc_transfer_t *transfer, const seen_t *seen)
{
    if (seen->decision->extension != BC_CIPHER_UNKNOWN) {
        read_document(transfer, bc_plain_extension(seen->message, seen->decision));
    }
    if (seen->decision->kind == BC_PAYLOAD_XML) {
        transfer->documented = true;
        read_document(transfer, bc_plain_payload(seen->message, seen->decision));
    }
}

/* ---- talk --------------------------------------------------------------------------------------------- */

/* What ties a message to others. Messages of a talk name their channel in the Extension; one that does not belongs
 * to the talk of which the last message did. */
static uint32_t
tie_of_message(bc_transfers_t *transfers, const seen_t *seen)
{
    bc_xml_field_t channel = { .name = "channelId" };

    if (!belongs_to_talk(seen->message->header)) {
        return bc_header_tie(seen->message->header);
    }
    if (seen->decision->extension != BC_CIPHER_UNKNOWN) {
        const bc_plain_t *plain = bc_plain_extension(seen->message, seen->decision);
        if (plain->bytes != NULL) {
            bc_xml_find(plain->bytes, plain->len, &channel, 1);
        }
    }
    if (channel.found) {
        transfers->talk_channel = bc_xml_number(&channel, INT32_MAX);
    }
    return transfers->talk_channel;
}

/* The talk's own messages do not say how many samples a second they have (section 3.5). */
static void
begin_talk(bc_transfers_t *transfers, const packet_info *pinfo, const seen_t *seen)
{
    bc_xml_field_t rate = { .name = "sampleRate" };
    bc_transfer_t *talk = begin_transfer(transfers, pinfo, seen, bc_binary_message(BC_MSG_TALK));
    const bc_plain_t *plain = bc_plain_payload(seen->message, seen->decision);

    read_documents(talk, seen);
    if (plain->bytes != NULL) {
        bc_xml_find(plain->bytes, plain->len, &rate, 1);
        read_number(&rate, &talk->sample_rate);
    }
}

/* A talk goes from 201 to 11, whatever numbers its messages have. */
static void
note_talk_control(bc_transfers_t *transfers, const packet_info *pinfo, const seen_t *seen)
{
    const bc_header_t *header = seen->message->header;
    const uint64_t key = transfer_key(seen->message);

    if (header->msg_id == BC_MSG_TALK || !belongs_to_talk(header) || !bc_message_from_client(seen->message)) {
        return;
    }
    if (transfers->open != NULL) {
        wmem_map_remove(transfers->open, &key);
    }
    if (header->msg_id == BC_MSG_TALK_CONFIG && seen->decision->kind == BC_PAYLOAD_XML) {
        begin_talk(transfers, pinfo, seen);
    }
}

/* ---- what data are ------------------------------------------------------------------------------------ */

/* The first bytes of a binary payload, in plain text. Returns how many. */
static size_t
plain_start(const seen_t *seen, uint8_t out[BYTES_TO_SEE])
{
    const size_t len = MIN(bc_message_payload_len(seen->message), BYTES_TO_SEE);

    return bc_plain_peek(seen->message, seen->decision, 0, out, len) ? len : 0;
}

static bc_content_t
content_of(const seen_t *seen, const bc_binary_message_t *carrier)
{
    uint8_t start[BYTES_TO_SEE];

    if (seen->message->header->msg_id == BC_MSG_SNAPSHOT) {
        return BC_CONTENT_JPEG;
    }
    if (carrier->tie == BC_TIE_NOTHING) {
        return BC_CONTENT_BYTES;
    }
    const size_t len = plain_start(seen, start);
    if (bc_bytes_are_mp4(start, len)) {
        return BC_CONTENT_MP4;
    }
    return (carrier->media_only || bc_bytes_are_media(start, len)) ? BC_CONTENT_MEDIA : BC_CONTENT_BYTES;
}

/* Whether these data say of themselves that a file begins with them. */
static bool
begins_file(bc_content_t content, const bc_decision_t *decision)
{
    return content == BC_CONTENT_MP4 || (content == BC_CONTENT_JPEG && (decision->jpeg == BC_JPEG_FIRST ||
                                                                        decision->jpeg == BC_JPEG_WHOLE));
}

/* Whether a transfer of which there are data ends before these: another picture without a request that was
 * captured, or a recording behind its info packet (section 3.8). */
static bool
is_over(const bc_transfer_t *transfer, bc_content_t content)
{
    return (transfer->content == BC_CONTENT_JPEG && content == BC_CONTENT_JPEG) ||
           (transfer->content == BC_CONTENT_MEDIA && content == BC_CONTENT_MP4);
}

/* Without the key, documents look like data: they have no Extension. */
static bool
is_transfer_data(const seen_t *seen, const bc_transfer_t *transfer, bc_content_t content, size_t extension)
{
    const bc_decision_t *decision = seen->decision;

    if (decision->extension != BC_CIPHER_UNKNOWN || (transfer != NULL && transfer->documented)) {
        return true;
    }
    switch (content) {
    case BC_CONTENT_JPEG:
        return decision->jpeg != BC_JPEG_NONE;
    case BC_CONTENT_BYTES:
        return extension > 0 || (transfer != NULL && transfer->content != BC_CONTENT_UNKNOWN);
    case BC_CONTENT_UNKNOWN:
    case BC_CONTENT_MEDIA:
    case BC_CONTENT_MP4:
        break;
    }
    return true;
}

static const bc_transfer_piece_t *
note_data(bc_transfers_t *transfers, const packet_info *pinfo, const seen_t *seen,
          const bc_binary_message_t *carrier, bc_transfer_t *transfer, size_t extension)
{
    const bool known = transfer != NULL;
    const bc_content_t content = content_of(seen, carrier);
    const bool begins = begins_file(content, seen->decision);

    if (!is_transfer_data(seen, transfer, content, extension)) {
        return NULL;
    }
    if (!known) {
        transfer = begin_transfer(transfers, pinfo, seen, carrier);
        read_documents(transfer, seen);
    } else if (begins && is_over(transfer, content)) {
        transfer = begin_next_transfer(transfers, pinfo, seen, carrier, transfer);
    }
    if (transfer->content == BC_CONTENT_UNKNOWN) {
        transfer->content = (uint8_t)content;
    }

    uint32_t *losses = &transfer->losses[seen->message->direction];
    const bc_transfer_piece_t piece = {
        .transfer = transfer,
        .hole = (!known && !begins) || *losses != transfers->losses[seen->message->direction] ||
                (!seen->message->goes_on && seen->message->have < seen->message->header->body_len),
        .ends = seen->decision->jpeg == BC_JPEG_LAST || seen->decision->jpeg == BC_JPEG_WHOLE,
    };
    *losses = transfers->losses[seen->message->direction];
    return (piece.hole || piece.ends) ? wmem_memdup(wmem_file_scope(), &piece, sizeof piece)
                                      : &transfer->usual;
}

/* Whether a message that can not be read has data, and does not ask for them. */
static bool
sends_data(const bc_message_t *message, const bc_binary_message_t *carrier)
{
    return !bc_message_from_client(message) || carrier->tie == BC_TIE_NOTHING ||
           message->header->msg_id == BC_MSG_TALK;
}

/* Data of a transfer that can not be read, or were not captured. Returns the piece that says so; NULL if nothing of the
 * transfer was read before, so that the next piece can say it. */
static const bc_transfer_piece_t *
lose_data(bc_transfer_t *transfer, unsigned direction)
{
    if (transfer == NULL) {
        return NULL;
    }
    transfer->losses[direction]--; /* so that the next piece finds a loss */
    if (transfer->content == BC_CONTENT_UNKNOWN) {
        return NULL;
    }
    const bc_transfer_piece_t piece = { .transfer = transfer, .hole = true };
    return wmem_memdup(wmem_file_scope(), &piece, sizeof piece);
}

const bc_transfer_piece_t *
bc_transfers_note(bc_transfers_t *transfers, const packet_info *pinfo, bc_message_t *message,
                  const bc_decision_t *decision)
{
    const seen_t seen = { message, decision };
    const bc_header_t *header = message->header;
    const bc_binary_message_t *carrier = bc_binary_message(header->msg_id);
    const size_t extension = bc_message_extension_len(message);

    message->tie = tie_of_message(transfers, &seen);
    if (message->late) {
        return NULL;
    }
    note_talk_control(transfers, pinfo, &seen);
    if (carrier == NULL || header->body_len == header->payload_offset) {
        return NULL;
    }
    const uint64_t key = transfer_key(message);
    bc_transfer_t *transfer = (transfers->open != NULL) ? wmem_map_lookup(transfers->open, &key) : NULL;
    if (message->have == extension || decision->kind == BC_PAYLOAD_UNREADABLE) {
        const bool data = !decision->unopened_text && sends_data(message, carrier);
        return data ? lose_data(transfer, message->direction) : NULL;
    }
    if (bc_message_is_binary_request(message)) {
        begin_transfer(transfers, pinfo, &seen, carrier);
        return NULL;
    }
    if (decision->kind == BC_PAYLOAD_BINARY) {
        return note_data(transfers, pinfo, &seen, carrier, transfer, extension);
    }
    if (decision->kind == BC_PAYLOAD_XML) {
        if (transfer == NULL || bc_message_from_client(message)) {
            transfer = begin_transfer(transfers, pinfo, &seen, carrier);
        }
        if (transfer->content == BC_CONTENT_UNKNOWN) {
            read_documents(transfer, &seen);
        }
    }
    return NULL;
}
