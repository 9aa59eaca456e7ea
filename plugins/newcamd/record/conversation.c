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
    connection->ends = &conversation->ends;
    connection->restarted = conversation->connection != NULL;
    conversation->connection = connection;
    for (unsigned direction = 0; direction < 2; direction++) {
        if (conversation->stream[direction] != NULL) {
            newcamd_stream_restart(conversation->stream[direction], 0); /* drops what it keeps */
            conversation->stream[direction] = NULL;
        }
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
        copy_address_wmem(wmem_file_scope(), &conversation->ends.address[0], &pinfo->src);
        copy_address_wmem(wmem_file_scope(), &conversation->ends.address[1], &pinfo->dst);
        conversation->ends.port[0] = pinfo->srcport;
        conversation->ends.port[1] = pinfo->destport;
        newcamd_conversation_restart(conversation);
        camshark_conversation_add(newcamd_records, pinfo, NEWCAMD_DATA_STREAM, conversation);
    }
    return conversation;
}

unsigned
newcamd_conversation_direction(const newcamd_conversation_t *conversation, const packet_info *pinfo)
{
    const newcamd_ends_t *ends = &conversation->ends;

    return (pinfo->srcport == ends->port[0] && addresses_equal(&pinfo->src, &ends->address[0])) ? 0 : 1;
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

newcamd_pdu_t *
newcamd_pdu_add(const packet_info *pinfo, newcamd_conversation_t *conversation, unsigned direction,
                uint32_t place, newcamd_pdu_t *last)
{
    const camshark_record_key_t key = pdu_key(conversation, direction, place);
    newcamd_pdu_t *pdu;

    if (last == NULL) {
        pdu = camshark_record_new(newcamd_records, pinfo, &key, sizeof *pdu);
    } else {
        pdu = camshark_file_new0(newcamd_pdu_t);
        last->next = pdu;
    }
    pdu->connection = conversation->connection;
    pdu->direction = (uint8_t)direction;
    return pdu;
}

newcamd_stream_t *
newcamd_conversation_stream(newcamd_conversation_t *conversation, unsigned direction)
{
    newcamd_stream_t **stream = &conversation->stream[direction];

    if (*stream == NULL) {
        *stream = newcamd_stream_new();
        if (conversation->place[direction].known) {
            newcamd_stream_restart(*stream, conversation->place[direction].next);
            (*stream)->in_step = conversation->in_step[direction];
        }
    }
    return *stream;
}
