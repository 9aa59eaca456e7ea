/* transfers.c
 * Files and streams that BC messages carry: what is known about each, and which message has a piece of which.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>
#include <epan/to_str.h>

#include <string.h>

#include <common/pure/hash.h>

#include <baichuan/record/transfers.h>
#include <baichuan/wire/xml-read.h>

#define MSG_TALK_CONFIG 201u
#define MSG_TALK        202u
#define MSG_SNAPSHOT    109u

#define USUAL_PORT      9000u
#define BYTES_TO_SEE    16u /* at the start of data, to tell what they are */

/* What ties the messages of a transfer together, besides the message id (section 5.7). */
typedef enum {
    BY_EXCHANGE, /* bc_header_tie() */
    BY_MESSAGE,  /* nothing: there is one at a time, and clients may count its messages */
} tie_t;

typedef struct {
    uint16_t msg_id;
    uint8_t tie;
    bool media;  /* data that are not recognised are media packets */
    bool secret; /* of the file nobody knows where its secrets are */
    const char *kind;
} carrier_t;

static const carrier_t carriers[] = {
    { 3, BY_EXCHANGE, true, false, NULL },
    { 5, BY_EXCHANGE, true, false, "replay" },
    { 8, BY_EXCHANGE, false, false, "download" },
    { 13, BY_EXCHANGE, false, false, "download" },
    { 65, BY_MESSAGE, false, true, "configuration" },
    { 66, BY_MESSAGE, false, true, "configuration" },
    { 67, BY_MESSAGE, false, false, "firmware" },
    { 108, BY_MESSAGE, false, false, "log" },
    { 109, BY_EXCHANGE, false, false, "snapshot" },
    { 143, BY_EXCHANGE, true, false, "replay" },
    { 202, BY_EXCHANGE, true, false, "talk" },
    { 298, BY_EXCHANGE, true, false, "cover" },
    { 381, BY_EXCHANGE, true, false, "replay" },
};

/* A message, and what was decided about it. */
typedef struct {
    const bc_message_t *message;
    const bc_decision_t *decision;
} seen_t;

struct bc_transfers {
    wmem_map_t *open; /* (message id, what ties) to bc_transfer_t; NULL before the first */
    uint32_t losses[2];
    uint32_t talk_rate; /* samples a second, as the client has announced for its talk; 0 if it has not */
};

bc_transfers_t *
bc_transfers_new(void)
{
    return wmem_new0(wmem_file_scope(), bc_transfers_t);
}

void
bc_transfers_lose(bc_transfers_t *transfers, unsigned direction)
{
    transfers->losses[direction]++;
}

static const carrier_t *
carrier_of(uint32_t msg_id)
{
    for (size_t i = 0; i < array_length(carriers); i++) {
        if (carriers[i].msg_id == msg_id) {
            return &carriers[i];
        }
    }
    return NULL;
}

static uint64_t
transfer_key(const carrier_t *carrier, const bc_header_t *header)
{
    return (uint64_t)header->msg_id << 32 | ((carrier->tie == BY_MESSAGE) ? 0 : bc_header_tie(header));
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
               const carrier_t *carrier)
{
    bc_transfer_t *transfer = wmem_new0(wmem_file_scope(), bc_transfer_t);
    uint64_t *key = wmem_new(wmem_file_scope(), uint64_t);

    transfer->camera = camera_of(pinfo, seen);
    transfer->usual.transfer = transfer;
    transfer->kind = carrier->kind;
    transfer->secret = carrier->secret;
    transfer->channel = (carrier->tie == BY_MESSAGE) ? -1 : seen->message->header->channel;
    transfer->stream = seen->message->header->stream;
    transfer->sample_rate = (seen->message->header->msg_id == MSG_TALK) ? transfers->talk_rate : 0;
    memcpy(transfer->losses, transfers->losses, sizeof transfer->losses);
    *key = transfer_key(carrier, seen->message->header);
    if (transfers->open == NULL) {
        transfers->open = wmem_map_new(wmem_file_scope(), camshark_hash_u64, g_int64_equal);
    }
    wmem_map_insert(transfers->open, key, transfer);
    return transfer;
}

/* The same thing goes on with other contents, or with the next file. */
static bc_transfer_t *
begin_next_transfer(bc_transfers_t *transfers, const packet_info *pinfo, const seen_t *seen,
                    const carrier_t *carrier, const bc_transfer_t *previous)
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
find_fields(const seen_t *seen, const uint8_t *part, size_t len, bc_cipher_t cipher, bc_xml_field_t *fields,
            size_t n)
{
    const bc_key_t *key = seen->decision->key;
    uint8_t *xml = g_memdup2(part, len);

    if (bc_part_open(cipher, xml, len, seen->message->header->channel, key != NULL ? key->aes : NULL)) {
        bc_xml_find(xml, len, fields, n);
    }
    g_free(xml);
}

static void
read_document(bc_transfer_t *transfer, const seen_t *seen, const uint8_t *part, size_t len,
              bc_cipher_t cipher)
{
    bc_xml_field_t fields[] = {
        { .name = "channelId" }, { .name = "streamType" },  { .name = "fileName" }, { .name = "name" },
        { .name = "Id" },        { .name = "pictureSize" }, { .name = "fileSize" },
    };

    find_fields(seen, part, len, cipher, fields, array_length(fields));
    if (fields[0].found) {
        transfer->channel = (int32_t)MIN(g_ascii_strtoull(fields[0].value, NULL, 10), INT32_MAX);
    }
    transfer->stream_type = fields[1].found ? file_text(&fields[1]) : transfer->stream_type;
    for (unsigned i = 4; i >= 2; i--) { /* fileName is preferred */
        transfer->file_name = fields[i].found ? file_text(&fields[i]) : transfer->file_name;
    }
    read_number(&fields[5], &transfer->size);
    read_number(&fields[6], &transfer->size);
}

/* Extension first, so that the payload has the last word. */
static void
read_documents(bc_transfer_t *transfer, const seen_t *seen, size_t extension)
{
    const bc_decision_t *decision = seen->decision;

    if (extension > 0 && decision->extension != BC_CIPHER_UNKNOWN) {
        read_document(transfer, seen, seen->message->body, extension, (bc_cipher_t)decision->extension);
    }
    if (decision->kind == BC_PAYLOAD_XML) {
        transfer->documented = true;
        read_document(transfer, seen, seen->message->body + extension, seen->message->have - extension,
                      (bc_cipher_t)decision->payload);
    }
}

/* The talk's own messages do not say how many samples a second they have (section 3.5). */
static void
note_talk_config(bc_transfers_t *transfers, const seen_t *seen, size_t extension)
{
    bc_xml_field_t rate = { .name = "sampleRate" };

    if (seen->decision->kind == BC_PAYLOAD_XML && bc_message_from_client(seen->message)) {
        find_fields(seen, seen->message->body + extension, seen->message->have - extension,
                    (bc_cipher_t)seen->decision->payload, &rate, 1);
        read_number(&rate, &transfers->talk_rate);
    }
}

/* ---- what data are ------------------------------------------------------------------------------------ */

/* The first bytes of a binary payload, in plain text. Returns how many. */
static size_t
plain_start(const seen_t *seen, size_t extension, uint8_t out[BYTES_TO_SEE])
{
    const bc_decision_t *decision = seen->decision;
    const size_t len = MIN(seen->message->have - extension, BYTES_TO_SEE);
    size_t from = 0;
    size_t to = len;

    memcpy(out, seen->message->body + extension, len);
    if (decision->payload == BC_CIPHER_FULL_AES) {
        from = MIN(decision->encrypt_pos, len);
        to = from + MIN(decision->encrypt_len, len - from);
    }
    return bc_part_open((bc_cipher_t)decision->payload, out + from, to - from, seen->message->header->channel,
                        decision->key != NULL ? decision->key->aes : NULL)
               ? len
               : 0;
}

/* The box that an MP4 file begins with. */
static bool
is_mp4(const uint8_t *bytes, size_t len)
{
    return len >= 8 && bytes[0] == 0 && bytes[1] == 0 && memcmp(bytes + 4, "ftyp", 4) == 0;
}

static bc_content_t
content_of(const seen_t *seen, size_t extension, const carrier_t *carrier)
{
    uint8_t start[BYTES_TO_SEE];

    if (seen->message->header->msg_id == MSG_SNAPSHOT) {
        return BC_CONTENT_JPEG;
    }
    if (carrier->tie == BY_MESSAGE) {
        return BC_CONTENT_BYTES;
    }
    const size_t len = plain_start(seen, extension, start);
    if (is_mp4(start, len)) {
        return BC_CONTENT_MP4;
    }
    return (carrier->media || bc_bytes_are_media(start, len)) ? BC_CONTENT_MEDIA : BC_CONTENT_BYTES;
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
note_data(bc_transfers_t *transfers, const packet_info *pinfo, const seen_t *seen, const carrier_t *carrier,
          bc_transfer_t *transfer, size_t extension)
{
    const bool known = transfer != NULL;
    const bc_content_t content = content_of(seen, extension, carrier);
    const bool begins = begins_file(content, seen->decision);

    if (!is_transfer_data(seen, transfer, content, extension)) {
        return NULL;
    }
    if (!known) {
        transfer = begin_transfer(transfers, pinfo, seen, carrier);
        read_documents(transfer, seen, extension);
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
                seen->message->have < seen->message->header->body_len,
        .ends = seen->decision->jpeg == BC_JPEG_LAST || seen->decision->jpeg == BC_JPEG_WHOLE,
    };
    *losses = transfers->losses[seen->message->direction];
    return (piece.hole || piece.ends) ? wmem_memdup(wmem_file_scope(), &piece, sizeof piece)
                                      : &transfer->usual;
}

/* Data of a transfer that can not be read, or were not captured. */
static void
lose_data(bc_transfer_t *transfer, unsigned direction)
{
    if (transfer != NULL) {
        transfer->losses[direction]--; /* so that the next piece finds a loss */
    }
}

const bc_transfer_piece_t *
bc_transfers_note(bc_transfers_t *transfers, const packet_info *pinfo, const bc_message_t *message,
                  const bc_decision_t *decision)
{
    const seen_t seen = { message, decision };
    const bc_header_t *header = message->header;
    const carrier_t *carrier = carrier_of(header->msg_id);
    const size_t extension = bc_message_extension_len(message);

    if (message->late) {
        return NULL;
    }
    if (header->msg_id == MSG_TALK_CONFIG) {
        note_talk_config(transfers, &seen, extension);
    }
    if (carrier == NULL || header->body_len == header->payload_offset) {
        return NULL;
    }
    const uint64_t key = transfer_key(carrier, header);
    bc_transfer_t *transfer = (transfers->open != NULL) ? wmem_map_lookup(transfers->open, &key) : NULL;
    if (message->have == extension || decision->kind == BC_PAYLOAD_UNREADABLE) {
        lose_data(transfer, message->direction);
    } else if (decision->kind == BC_PAYLOAD_BINARY) {
        return note_data(transfers, pinfo, &seen, carrier, transfer, extension);
    } else if (decision->kind == BC_PAYLOAD_XML) {
        if (transfer == NULL || bc_message_from_client(message)) {
            transfer = begin_transfer(transfers, pinfo, &seen, carrier);
        }
        if (transfer->content == BC_CONTENT_UNKNOWN) {
            read_documents(transfer, &seen, extension);
        }
    }
    return NULL;
}
