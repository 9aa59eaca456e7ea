/* conversation.c
 * The epan side of newcamd's state: conversations, connections, PDU records.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A conversation begins with a connection of which nothing is known. Another greeting with a login behind it begins the next
 * one; what was recorded points to the connection of its time, so nobody has to look for it. Only what has no record is
 * looked for, in the note (greeting-note.h).
 */
#include <newcamd/record/conversation.h>

#include <common/epan/file-memory.h>
#include <common/epan/per-file.h>

#include <newcamd/record/records.h>

static camshark_per_file_t *ciphers_of_file;

static void *
make_ciphers(void)
{
    return newcamd_ciphers_new();
}

static void
release_ciphers(void *ciphers)
{
    newcamd_ciphers_free(ciphers);
}

void
newcamd_conversation_register(void)
{
    ciphers_of_file = camshark_per_file_new(make_ciphers, release_ciphers);
}

void
newcamd_conversation_restart(newcamd_conversation_t *conversation)
{
    newcamd_connection_t *connection = camshark_file_new0(newcamd_connection_t);

    connection->session.ciphers = camshark_per_file_get(ciphers_of_file);
    connection->restarted = conversation->connection != NULL;
    conversation->connection = connection;
    for (unsigned direction = 0; direction < 2; direction++) {
        conversation->in_step[direction] = false;
        conversation->place[direction] = (camshark_stream_place_t){ 0 };
    }
}

newcamd_conversation_t *
newcamd_conversation_get(packet_info *pinfo, bool create)
{
    uint32_t number;
    newcamd_conversation_t *conversation =
        camshark_conversation_data(newcamd_records, pinfo, NEWCAMD_DATA_STREAM, create, &number);

    if (conversation == NULL && create) {
        conversation = camshark_file_new0(newcamd_conversation_t);
        conversation->number = number;
        copy_address_wmem(wmem_file_scope(), &conversation->end, &pinfo->src);
        conversation->end_port = pinfo->srcport;
        newcamd_conversation_restart(conversation);
        camshark_conversation_add(newcamd_records, pinfo, NEWCAMD_DATA_STREAM, conversation);
    }
    return conversation;
}

unsigned
newcamd_conversation_direction(const newcamd_conversation_t *conversation, const packet_info *pinfo)
{
    return (pinfo->srcport == conversation->end_port && addresses_equal(&pinfo->src, &conversation->end)) ? 0
                                                                                                          : 1;
}

static camshark_record_key_t
pdu_key(const newcamd_conversation_t *conversation, unsigned direction, uint32_t place)
{
    return (camshark_record_key_t){
        .kind = NEWCAMD_RECORD_PDU,
        .conversation = conversation->number,
        .direction = (uint8_t)direction,
        .place = place,
    };
}

newcamd_pdu_t *
newcamd_pdu_get(const packet_info *pinfo, const newcamd_conversation_t *conversation, unsigned direction,
                uint32_t place)
{
    const camshark_record_key_t key = pdu_key(conversation, direction, place);

    return camshark_record_find(newcamd_records, pinfo, &key);
}

/* Notes how a PDU lies to what was read before: behind a gap, inside one, or once more. */
static void
note_place(newcamd_conversation_t *conversation, newcamd_pdu_t *pdu, uint32_t place)
{
    const unsigned direction = pdu->direction;
    camshark_stream_place_t *stream = &conversation->place[direction];

    pdu->lost = camshark_stream_place_lost(stream, place);
    if (pdu->lost > 0 && stream->holes == NULL) {
        stream->holes = wmem_alloc_array(wmem_file_scope(), camshark_stream_hole_t, CAMSHARK_HOLES_KEPT);
    }
    if (pdu->lost == 0 && stream->known && place != stream->next) {
        pdu->out_of_order = camshark_stream_place_may_come(stream, place, place);
        pdu->repeated = !pdu->out_of_order;
    }
    camshark_stream_place_arrived(stream, place, place + pdu->length);
    camshark_stream_place_advance(stream, place + pdu->length);
}

newcamd_pdu_t *
newcamd_pdu_add(const packet_info *pinfo, newcamd_conversation_t *conversation, unsigned direction,
                uint32_t place, newcamd_pdu_kind_t kind, uint32_t length)
{
    const camshark_record_key_t key = pdu_key(conversation, direction, place);
    newcamd_pdu_t *pdu = camshark_record_new(newcamd_records, pinfo, &key, sizeof *pdu);

    pdu->connection = conversation->connection;
    pdu->kind = kind;
    pdu->length = length;
    pdu->direction = (uint8_t)direction;
    note_place(conversation, pdu, place);
    return pdu;
}
