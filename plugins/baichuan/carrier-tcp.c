/* carrier-tcp.c
 * BC over TCP: recognising it, and cutting the byte stream into messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Not tcp_dissect_pdus(): after lost bytes the stream goes on in the middle of a message, and what lies
 * before the next header has to be skipped. What is skipped is decided once, on the first pass, so that every
 * pass asks TCP for the same bytes.
 *
 * Bytes that TCP holds for a message with a hole never come here; the next message says how many are missing.
 */
#include <common/ws-compat.h>

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/packet.h>

#include "carrier-tcp.h"
#include "continuation.h"
#include "packet-baichuan.h"

#define BC_TCP_PORT 9000u /* the usual one; it is registered to another dissector, so it is not taken */

static dissector_handle_t baichuan_handle;

typedef struct {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;
    bc_delivery_t delivery;
    bc_direction_t *state; /* NULL on later passes */
    uint32_t seq;          /* of the first byte of tvb */
    bool shown;            /* something was added, so the columns are ours */
} stream_t;

static void
begin_output(stream_t *stream)
{
    if (!stream->shown) {
        stream->shown = true;
        baichuan_begin_columns(stream->pinfo);
    }
}

/* Everything before offset is dissected. */
static void
advance(stream_t *stream, int offset)
{
    if (stream->state != NULL) {
        camshark_stream_place_advance(&stream->state->place, stream->seq + (uint32_t)offset);
    }
}

/* Asks TCP for missing bytes of what begins at offset. False if TCP can not get them. */
static bool
ask_for_more(stream_t *stream, int offset, uint32_t missing)
{
    if (!stream->pinfo->can_desegment) {
        return false;
    }
    stream->pinfo->desegment_offset = offset;
    stream->pinfo->desegment_len = missing;
    return true;
}

/* Remembers where a message ends that is longer than what is there: should TCP not put it together, its other
 * bytes are known for what they are. */
static void
note_unfinished(stream_t *stream, int offset, size_t total)
{
    const uint32_t place = stream->seq + (uint32_t)offset;
    bc_direction_t *state = stream->state;

    if (state != NULL && (int32_t)(place - state->place.next) >= 0) {
        state->unfinished = (bc_unfinished_t){ true, place, place + (uint32_t)total, stream->pinfo->num };
    }
}

/* Dissects the message at offset. Returns where to go on; -1 if TCP is asked for more bytes. */
static int
take_message(stream_t *stream, int offset, int have, const bc_header_t *header)
{
    const size_t total = (size_t)header->len + header->body_len;
    const bool possible = bc_header_possible(header);
    int end = offset + (int)header->len;

    if (possible && total > (size_t)have) {
        note_unfinished(stream, offset, total);
        if (ask_for_more(stream, offset, (uint32_t)(total - (size_t)have))) {
            return -1;
        }
        end = offset + have;
    } else if (possible) {
        end = offset + (int)total;
    }
    begin_output(stream);
    stream->delivery.place = stream->seq + (uint32_t)offset;
    baichuan_dissect_message(stream->tvb, stream->pinfo, stream->tree, offset, header, &stream->delivery);
    advance(stream, end);
    return end;
}

/* Whether the byte at offset lies inside a message of which TCP does not give all bytes at once. */
static bool
is_inside_unfinished(stream_t *stream, uint32_t place, const uint8_t *data, int offset, int have)
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
 * with bytes that TCP can get; a beginning of a header at the end of the buffer is not skipped either.
 * header_frame: see bc_skip_t. */
static int
bytes_to_skip(stream_t *stream, int offset, const uint8_t *data, int have, uint32_t *header_frame)
{
    const uint32_t place = stream->seq + (uint32_t)offset;
    bc_header_t header;

    *header_frame = 0;
    if (is_inside_unfinished(stream, place, data, offset, have)) {
        *header_frame = stream->state->unfinished.frame;
        return (int)MIN(stream->state->unfinished.end - place, (uint32_t)have);
    }
    switch (bc_header_parse(data, (size_t)have, &header)) {
    case BC_HEADER_NONE:
        return (int)bc_header_resync(data, (size_t)have);
    case BC_HEADER_MORE:
        return stream->pinfo->can_desegment ? 0 : have;
    case BC_HEADER_OK:
        break;
    }
    return 0;
}

/* What is skipped at offset follows from its bytes and, after a message that is not whole, from sequence
 * numbers; so it is decided on the first pass. Returns the number of bytes; 0 if a message begins there. */
static int
skip_bytes(stream_t *stream, int offset, const uint8_t *data, int have)
{
    const uint32_t place = stream->seq + (uint32_t)offset;
    const bc_skip_t *skip = (stream->state == NULL) ? bc_conversation_skipped(stream->pinfo, place) : NULL;
    uint32_t header_frame;
    const int len = (skip != NULL) ? (int)MIN(skip->len, (uint32_t)have)
                                   : bytes_to_skip(stream, offset, data, have, &header_frame);

    if (len == 0) {
        return 0;
    }
    if (stream->state != NULL) {
        skip = bc_conversation_skip(stream->delivery.conversation, stream->pinfo, place, data, (uint32_t)len,
                                    header_frame);
    }
    begin_output(stream);
    bc_continuation_show(stream->tvb, stream->pinfo, stream->tree, offset, len, skip);
    advance(stream, offset + len);
    return len;
}

static void
dissect_stream(stream_t *stream)
{
    const int length = (int)tvb_captured_length(stream->tvb);
    int offset = 0;

    while (offset >= 0 && offset < length) {
        const int have = length - offset;
        const uint8_t *data = tvb_get_ptr(stream->tvb, offset, have);
        bc_header_t header;
        const int skipped = skip_bytes(stream, offset, data, have);

        if (skipped > 0) {
            offset += skipped;
        } else if (bc_header_parse(data, (size_t)have, &header) == BC_HEADER_OK) {
            offset = take_message(stream, offset, have, &header);
        } else {
            /* Not exactly the missing bytes: a second call for the same message within one frame, now for its
             * body, would be a layer more than on later passes, and TCP would not find the message again. */
            ask_for_more(stream, offset, DESEGMENT_ONE_MORE_SEGMENT);
            return;
        }
    }
}

/* Adds what is missing between the last byte that was dissected and this buffer to the direction's loss. */
static void
note_loss(bc_direction_t *state, uint32_t seq)
{
    const uint32_t bytes = camshark_stream_place_lost(&state->place, seq);

    if (bytes > 0) {
        bc_loss_t *lost = &state->lost;
        lost->from = (lost->bytes > 0) ? lost->from : state->place.next;
        lost->to = seq;
        lost->holes++;
        lost->bytes += bytes;
    }
}

static int
dissect_baichuan_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const struct tcpinfo *tcpinfo = data;

    if (pinfo->flags.in_error_pkt) {
        return 0; /* a packet quoted in ICMP is no part of the stream */
    }

    stream_t stream = { .tvb = tvb, .pinfo = pinfo, .tree = tree };
    stream.seq = (tcpinfo != NULL) ? tcpinfo->seq : 0;
    stream.delivery.conversation = bc_conversation_get(pinfo);
    stream.delivery.direction = bc_conversation_direction(stream.delivery.conversation, pinfo);
    if (!PINFO_FD_VISITED(pinfo)) {
        stream.state = &stream.delivery.conversation->directions[stream.delivery.direction];
        note_loss(stream.state, stream.seq);
        advance(&stream, 0);
    }
    dissect_stream(&stream);
    return (int)tvb_captured_length(tvb);
}

/* Whether a segment opens a conversation: a header at its first byte, or, where the port says that BC is
 * likely and the beginning was missed, a header in it (section 9.1). */
static bool
is_first_contact(tvbuff_t *tvb, const packet_info *pinfo)
{
    const unsigned have = tvb_captured_length(tvb);

    if (have < BC_SHORT_HEADER) {
        return false;
    }
    const uint8_t *data = tvb_get_ptr(tvb, 0, (int)have);
    if (bc_header_first_contact(data, have)) {
        return true;
    }
    if (pinfo->srcport != BC_TCP_PORT && pinfo->destport != BC_TCP_PORT) {
        return false;
    }
    const size_t skip = bc_header_resync(data, have);
    return bc_header_first_contact(data + skip, have - skip);
}

static wsc_bool
heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (pinfo->flags.in_error_pkt || !is_first_contact(tvb, pinfo)) {
        return false;
    }
    /* From this frame on: earlier ones were given to others on the first pass, and stay theirs. */
    conversation_set_dissector_from_frame_number(find_or_create_conversation(pinfo), pinfo->num,
                                                 baichuan_handle);
    dissect_baichuan_tcp(tvb, pinfo, tree, data);
    return true;
}

void
bc_carrier_tcp_register(int proto)
{
    baichuan_handle = register_dissector("baichuan", dissect_baichuan_tcp, proto);
}

void
bc_carrier_tcp_handoff(int proto)
{
    heur_dissector_add("tcp", heuristic, "Baichuan over TCP", "baichuan_tcp", proto, HEURISTIC_ENABLE);
    dissector_add_for_decode_as("tcp.port", baichuan_handle);
}
