/* media-sound.c
 * The blocks of ADPCM of a media stream, with their places among its sounds.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Players want whole blocks, and a block that is cut is shown in pieces. So its bytes are kept, as sound is small beside the
 * video that it comes with.
 */
#include <common/epan/ws-compat.h>

#include <common/epan/file-memory.h>

#include <baichuan/record/media-note.h>
#include <baichuan/wire/adpcm.h>

#define MOST_KEPT 4096u /* bytes: cameras and clients send fewer than 1,100 */

void
bc_media_note_sound(bc_media_note_t *note, const uint8_t *data, uint32_t len, bool end)
{
    bc_media_stream_t *stream = note->stream;
    bc_media_packet_t *packet = stream->packet;
    const uint32_t size = packet->header.size;
    const bool cut = len < size;

    if (packet->header.type != BAICHUAN_MEDIA_ADPCM || note->found.late) {
        return;
    }
    if (cut && !packet->reassemble && size <= MOST_KEPT) {
        g_byte_array_append(stream->whole, data, len);
    }
    if (!end || (cut && !packet->reassemble && stream->whole->len != size) || size <= BC_MEDIA_ADPCM_PREFIX) {
        return;
    }
    bc_media_sound_t *sound = camshark_file_new0(bc_media_sound_t);
    sound->number = stream->sounds++;
    sound->before = stream->samples;
    stream->samples += bc_adpcm_samples(size - BC_MEDIA_ADPCM_PREFIX);
    if (packet->reassemble) {
        sound->joined = packet->kept + packet->header.len;
    } else if (cut) {
        sound->joined = wmem_memdup(wmem_file_scope(), stream->whole->data, size);
    }
    packet->sound = sound;
}
