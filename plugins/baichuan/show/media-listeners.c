/* media-listeners.c
 * What is told of media packets to those who listen: statistics, exports, the player of sounds.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>
#include <epan/tap.h>

#include <baichuan/show/media-listeners.h>
#include <baichuan/taps/export.h>
#include <baichuan/taps/media-tap.h>
#include <baichuan/taps/sound.h>

static int media_tap;

static uint16_t
dimension(uint32_t pixels)
{
    return (uint16_t)MIN(pixels, UINT16_MAX);
}

/* Returns false if a part has nothing for listeners. */
static bool
describe_part(const bc_media_part_t *part, const bc_header_t *message, tvbuff_t *plain,
              baichuan_media_tap_t *out)
{
    if (part->packet == NULL || part->type == BAICHUAN_MEDIA_UNKNOWN ||
        (!part->header && part->data_len == 0)) {
        return false;
    }
    const bc_media_packet_t *packet = part->packet;
    const bc_media_header_t *header = &packet->header;
    const bc_media_packet_t *info = (header->type == BAICHUAN_MEDIA_INFO) ? packet : packet->info;

    out->stream = packet->stream;
    out->msg_id = message->msg_id;
    out->channel = message->channel;
    out->stream_id = message->stream;
    out->type = (baichuan_media_type_t)header->type;
    out->codec = (baichuan_codec_t)part->codec;
    out->packet = packet->number;
    out->begin_frame = packet->begin_frame;
    out->first = part->header;
    out->last = part->ends;
    out->hole_before = part->hole;
    out->microseconds = header->microseconds;
    out->time = (header->type == BAICHUAN_MEDIA_I_FRAME) ? header->time : 0;
    if (info != NULL) {
        out->width = dimension(info->header.width);
        out->height = dimension(info->header.height);
        out->fps = info->header.fps;
    }
    out->size = header->size;
    out->length = part->data_len;
    out->bytes = tvb_get_ptr(plain, (int)part->data_at, (int)part->data_len);
    return true;
}

/* ADPCM goes to Wireshark's player in the frame that completes it. */
static void
give_sounds(tvbuff_t *plain, packet_info *pinfo, const bc_media_record_t *record,
            const bc_transfer_piece_t *piece)
{
    const uint32_t rate = bc_transfer_sample_rate((piece != NULL) ? piece->transfer : NULL);

    for (uint32_t i = 0; i < record->n_parts; i++) {
        const bc_media_part_t *part = &record->parts[i];
        const bc_media_sound_t *sound = (part->packet != NULL && part->ends) ? part->packet->sound : NULL;
        if (sound == NULL) {
            continue;
        }
        bc_sound_give(pinfo, part->packet,
                      (sound->joined != NULL) ? sound->joined
                                              : tvb_get_ptr(plain, (int)part->data_at, (int)part->data_len),
                      rate);
    }
}

void
bc_media_tell_listeners(tvbuff_t *plain, packet_info *pinfo, const bc_header_t *header,
                        const bc_media_record_t *record, const bc_transfer_piece_t *piece)
{
    const bool tapped = have_tap_listener(media_tap);
    uint32_t n = 0;

    if (bc_sound_wanted()) {
        give_sounds(plain, pinfo, record, piece);
    }
    if (!tapped && !bc_export_wanted()) {
        return;
    }
    baichuan_media_tap_t *pieces = wmem_alloc0_array(pinfo->pool, baichuan_media_tap_t, record->n_parts);
    for (uint32_t i = 0; i < record->n_parts; i++) {
        if (!describe_part(&record->parts[i], header, plain, &pieces[n])) {
            continue;
        }
        pieces[n].transfer = (piece != NULL) ? piece->transfer : NULL;
        if (tapped) {
            tap_queue_packet(media_tap, pinfo, &pieces[n]);
        }
        n++;
    }
    bc_export_media(pinfo, piece, pieces, n);
}

void
bc_media_listeners_register(void)
{
    media_tap = register_tap(BAICHUAN_MEDIA_TAP);
}
