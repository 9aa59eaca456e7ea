/* media-record.c
 * What a BC message's record says of the media packets in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/record/media-record.h>

bool
bc_media_is_video(const bc_media_packet_t *packet)
{
    return packet->header.type == BAICHUAN_MEDIA_I_FRAME || packet->header.type == BAICHUAN_MEDIA_P_FRAME;
}

uint32_t
bc_media_codec_header(const bc_media_header_t *header)
{
    switch ((baichuan_media_type_t)header->type) {
    case BAICHUAN_MEDIA_AAC:
        return MIN(BC_MEDIA_ADTS_HEADER, header->size);
    case BAICHUAN_MEDIA_ADPCM:
        return MIN(BC_MEDIA_CODEC_HEADER, header->size);
    default:
        return 0;
    }
}

const bc_media_unit_t *
bc_media_units(const bc_media_record_t *record, const bc_media_part_t *part)
{
    const void *units = record->parts + record->n_parts;

    return (const bc_media_unit_t *)units + part->first_unit;
}

uint32_t
bc_media_record_stream(const bc_media_record_t *record)
{
    if (record == NULL || !record->unopened) {
        return 0;
    }
    return (record->given_up != NULL) ? record->given_up->stream : record->stream;
}

bc_media_record_t *
bc_media_middle_record(const bc_media_middle_t *middle, bc_media_packet_t *packet, uint8_t codec,
                       uint32_t len, wmem_allocator_t *scope)
{
    bc_media_record_t *record =
        wmem_alloc0(scope, offsetof(bc_media_record_t, parts) + sizeof(bc_media_part_t));

    record->n_parts = 1;
    record->parts[0] = (bc_media_part_t){
        .packet = packet,
        .len = len,
        .data_len = len,
        .offset = middle->offset,
        .next_frame = middle->next_frame,
        .type = packet->header.type,
        .codec = codec,
    };
    return record;
}
