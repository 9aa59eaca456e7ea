/* framing.c
 * Cutting ordered bytes into BC messages, whatever carried them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <baichuan/show/losses.h>
#include <baichuan/show/display.h>
#include <baichuan/stream/framing.h>

static void
begin_output(bc_stream_t *stream)
{
    if (!stream->shown) {
        stream->shown = true;
        bc_begin_columns(stream->pinfo);
    }
}

/* Everything before offset is dissected. */
static void
advance(bc_stream_t *stream, int offset)
{
    if (stream->state != NULL) {
        camshark_stream_place_advance(&stream->state->place, stream->place + (uint32_t)offset);
    }
}

/* Where the message at offset is to be found again. */
static bc_delivery_t
delivery_at(const bc_stream_t *stream, int offset)
{
    bc_delivery_t delivery = stream->delivery;

    delivery.place = stream->place + (uint32_t)offset;
    return delivery;
}

static bool
has_record(const bc_stream_t *stream, int offset)
{
    const bc_delivery_t delivery = delivery_at(stream, offset);

    return bc_conversation_has_record(&delivery, stream->pinfo);
}

/* Whether the carrier can give that many more bytes to what begins at offset. Not those that it has handed
 * over before, which is so after TCP segments that came out of order: TCP would keep them back on later
 * passes. What was not left for later then has a record. */
static bool
can_wait(const bc_stream_t *stream, int offset, uint32_t missing)
{
    const uint32_t end = stream->place + (uint32_t)tvb_captured_length(stream->tvb);

    if (!stream->can_wait) {
        return false;
    }
    return (stream->state != NULL) ? camshark_stream_place_may_come(&stream->state->place, end, end + missing)
                                   : !has_record(stream, offset);
}

/* Leaves what begins at offset for later. False if the carrier can not give what is missing (0 if nobody
 * knows how much that is). */
static bool
leave(bc_stream_t *stream, int offset, uint32_t missing, uint32_t total)
{
    if (!can_wait(stream, offset, missing)) {
        return false;
    }
    stream->missing = missing;
    stream->total = total;
    return true;
}

/* Remembers where a message ends that is longer than what is there: should the carrier not put it together,
 * its other bytes are known for what they are. */
static void
note_unfinished(bc_stream_t *stream, int offset, size_t total)
{
    const uint32_t place = stream->place + (uint32_t)offset;
    bc_direction_t *state = stream->state;

    if (state != NULL && (int32_t)(place - state->place.next) >= 0) {
        state->unfinished = (bc_unfinished_t){ true, place, place + (uint32_t)total, stream->pinfo->num };
    }
}

/* Dissects the message at offset. Returns where to go on; -1 if it is left for later. */
static int
take_message(bc_stream_t *stream, int offset, int have, const bc_header_t *header)
{
    const size_t total = (size_t)header->len + header->body_len;
    const bool possible = bc_header_possible(header);
    int end = offset + (int)header->len;

    if (possible && total > (size_t)have) {
        note_unfinished(stream, offset, total);
        if (leave(stream, offset, (uint32_t)(total - (size_t)have), (uint32_t)total)) {
            return -1;
        }
        end = offset + have;
    } else if (possible) {
        end = offset + (int)total;
    }
    begin_output(stream);
    const bc_delivery_t delivery = delivery_at(stream, offset);
    bc_message_dissect(stream->tvb, stream->pinfo, stream->tree, offset, header, &delivery);
    advance(stream, end);
    return end;
}

/* Whether the byte at offset lies inside a message of which the carrier does not give all bytes at once. */
static bool
is_inside_unfinished(bc_stream_t *stream, uint32_t place, const uint8_t *data, int offset, int have)
{
    bc_unfinished_t *unfinished = (stream->state != NULL) ? &stream->state->unfinished : NULL;

    if (unfinished == NULL || !unfinished->known || (int32_t)(place - unfinished->start) <= 0) {
        return false;
    }
    /* A segment that begins with a header belies the length of the message before. */
    if ((int32_t)(place - unfinished->end) >= 0 ||
        (offset == 0 && bc_header_first_contact(data, (size_t)have))) {
        unfinished->known = false;
        return false;
    }
    return true;
}

/* How many of the bytes at offset are to be skipped, because no message begins there. 0 if one does, or may
 * with bytes that the carrier can get; a beginning of a header at the end of the buffer is not skipped
 * either. header_frame: see bc_skip_t. */
static int
bytes_to_skip(bc_stream_t *stream, int offset, const uint8_t *data, int have, uint32_t *header_frame)
{
    const uint32_t place = stream->place + (uint32_t)offset;
    bc_header_t header;

    if (is_inside_unfinished(stream, place, data, offset, have)) {
        *header_frame = stream->state->unfinished.frame;
        return (int)MIN(stream->state->unfinished.end - place, (uint32_t)have);
    }
    switch (bc_header_parse(data, (size_t)have, &header)) {
    case BC_HEADER_NONE:
        return (int)bc_header_resync(data, (size_t)have);
    case BC_HEADER_MORE:
        return can_wait(stream, offset, 0) ? 0 : have;
    case BC_HEADER_OK:
        break;
    }
    return 0;
}

/* What is skipped at offset follows from its bytes and, after a message that is not whole, from sequence
 * numbers; so it is decided on the first pass. Returns the number of bytes; 0 if a message begins there. */
static int
skip_bytes(bc_stream_t *stream, int offset, const uint8_t *data, int have)
{
    const bc_delivery_t delivery = delivery_at(stream, offset);
    const bc_skip_t *skip =
        (stream->state == NULL) ? bc_conversation_skipped(&delivery, stream->pinfo) : NULL;
    uint32_t header_frame = 0;
    const int len = (skip != NULL) ? (int)MIN(skip->len, (uint32_t)have)
                                   : bytes_to_skip(stream, offset, data, have, &header_frame);

    if (len == 0) {
        return 0;
    }
    if (stream->state != NULL) {
        skip = bc_conversation_skip(&delivery, stream->pinfo, data, (uint32_t)len, header_frame);
    }
    begin_output(stream);
    bc_continuation_show(stream->tvb, stream->pinfo, stream->tree, offset, len, skip);
    advance(stream, offset + len);
    return len;
}

int
bc_stream_dissect(bc_stream_t *stream)
{
    const int length = (int)tvb_captured_length(stream->tvb);
    const int end_of_run = (stream->end > 0) ? MIN(stream->end, length) : length;
    int offset = 0;

    stream->missing = 0;
    stream->total = 0;
    while (offset < end_of_run) {
        const int have = length - offset;
        const uint8_t *data = tvb_get_ptr(stream->tvb, offset, have);
        bc_header_t header;
        const int skipped = skip_bytes(stream, offset, data, have);

        if (skipped > 0) {
            offset += skipped;
        } else if (bc_header_parse(data, (size_t)have, &header) == BC_HEADER_OK) {
            const int end = take_message(stream, offset, have, &header);
            if (end < 0) {
                return offset;
            }
            offset = end;
        } else {
            leave(stream, offset, 0, 0);
            return offset;
        }
    }
    return end_of_run;
}
