/* media-units.c
 * What is worth a look in the payload of a media packet: NAL units, and the codec's header of audio.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <string.h>

#include <baichuan/record/media-note.h>

#define UNITS_OF_A_MESSAGE 256u

static void
note_unit(bc_media_note_t *note, const bc_media_unit_t *unit)
{
    if (wmem_array_get_count(note->units) < UNITS_OF_A_MESSAGE) {
        wmem_array_append_one(note->units, *unit);
    } else {
        note->found.more = true;
    }
}

static void
note_nal_unit(void *context, const bc_nal_unit_t *nal)
{
    bc_media_note_t *note = context;
    bc_media_unit_t unit = {
        .len = nal->len, .extent = (uint8_t)nal->extent, .codec = nal->codec, .type = nal->type
    };

    if (nal->joined != NULL && wmem_array_get_count(note->units) < UNITS_OF_A_MESSAGE) {
        unit.joined = wmem_memdup(wmem_file_scope(), nal->joined, nal->len);
    } else {
        unit.at = note->units_base + nal->at;
        unit.here = nal->here;
    }
    note_unit(note, &unit);
}

void
bc_media_split_video(bc_media_note_t *note, const uint8_t *bytes, uint32_t base, uint32_t len, bool end,
                     bc_media_part_t *part)
{
    bc_media_stream_t *stream = note->stream;
    const uint32_t before = wmem_array_get_count(note->units);

    note->units_base = base;
    bc_nal_split(&stream->splitter, bytes + base, len, end, note_nal_unit, note);
    /* Told with the first unit of the frame that tells it. */
    part->disagrees = stream->splitter.known && stream->splitter.codec != stream->packet->header.codec &&
                      wmem_array_get_count(note->units) > before && !stream->disagreed;
    stream->disagreed = stream->disagreed || part->disagrees;
}

/* The codec's header at the start of an audio payload, if it is cut by the end of a message. */
void
bc_media_join_codec_header(bc_media_note_t *note, const uint8_t *data, uint32_t len,
                           const bc_media_part_t *part)
{
    bc_media_stream_t *stream = note->stream;
    const uint32_t wanted = bc_media_codec_header(&stream->packet->header);

    if (part->offset >= wanted || (part->offset == 0 && len >= wanted)) {
        return;
    }
    const uint32_t taken = MIN(len, wanted - part->offset);
    memcpy(stream->codec_header + part->offset, data, taken);
    if (part->offset + taken == wanted) {
        const bc_media_unit_t unit = {
            .joined = wmem_memdup(wmem_file_scope(), stream->codec_header, wanted),
            .len = wanted,
        };
        note_unit(note, &unit);
    }
}
