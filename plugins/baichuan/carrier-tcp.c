/* carrier-tcp.c
 * BC over TCP: recognising it, and cutting the byte stream into messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Not tcp_dissect_pdus(): after lost bytes the stream goes on in the middle of a message, and what lies
 * before the next header has to be skipped. What the loop does with a buffer follows from the buffer's bytes
 * alone, so that every pass asks TCP for the same bytes.
 *
 * Bytes that TCP holds for a message with a hole never come here; the next message says how many are missing.
 */
#include <common/ws-compat.h>

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/expert.h>
#include <epan/packet.h>

#include "carrier-tcp.h"
#include "packet-baichuan.h"

#define BC_TCP_PORT 9000u /* the usual one; it is registered to another dissector, so it is not taken */

static int proto_baichuan = -1;
static dissector_handle_t baichuan_handle;

static int hf_continuation = -1;
static int hf_continuation_length = -1;

static int ett_continuation = -1;

static expert_field ei_continuation = EI_INIT;

static void
show_continuation(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, int len)
{
    proto_item *item = proto_tree_add_protocol_format(tree, proto_baichuan, tvb, offset, len,
                                                      "Baichuan, continuation (%d bytes)", len);
    proto_tree *subtree = proto_item_add_subtree(item, ett_continuation);

    proto_tree_add_item(subtree, hf_continuation, tvb, offset, len, ENC_NA);
    item = proto_tree_add_uint(subtree, hf_continuation_length, tvb, offset, len, (uint32_t)len);
    proto_item_set_generated(item);
    expert_add_info(pinfo, item, &ei_continuation);
    baichuan_append_info(pinfo, "Continuation");
}

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

/* Dissects the message at offset. Returns where to go on; -1 if TCP is asked for more bytes. */
static int
take_message(stream_t *stream, int offset, int have, const bc_header_t *header)
{
    const size_t total = (size_t)header->len + header->body_len;
    const bool possible = header->body_len <= BC_MAX_BODY;
    int end = offset + (int)header->len;

    if (possible && total > (size_t)have) {
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

/* Shows the bytes at offset up to the next header. Returns where that may be; a beginning of one at the end
 * of the buffer is left to the caller. */
static int
skip_to_header(stream_t *stream, int offset, const uint8_t *data, int have)
{
    const int skip = (int)bc_header_resync(data, (size_t)have);

    if (skip > 0) {
        begin_output(stream);
        show_continuation(stream->tvb, stream->pinfo, stream->tree, offset, skip);
        advance(stream, offset + skip);
    }
    return offset + skip;
}

static void
dissect_stream(stream_t *stream)
{
    const int length = (int)tvb_captured_length(stream->tvb);
    int offset = 0;

    while (offset < length) {
        const int have = length - offset;
        const uint8_t *data = tvb_get_ptr(stream->tvb, offset, have);
        bc_header_t header;

        switch (bc_header_parse(data, (size_t)have, &header)) {
        case BC_HEADER_OK:
            offset = take_message(stream, offset, have, &header);
            break;
        case BC_HEADER_MORE:
            /* Not exactly the missing bytes: a second call for the same message within one frame, now for its
             * body, would be a layer more than on later passes, and TCP would not find the message again. */
            if (ask_for_more(stream, offset, DESEGMENT_ONE_MORE_SEGMENT)) {
                offset = -1;
                break;
            }
            begin_output(stream);
            show_continuation(stream->tvb, stream->pinfo, stream->tree, offset, have);
            advance(stream, length);
            offset = length;
            break;
        case BC_HEADER_NONE:
            offset = skip_to_header(stream, offset, data, have);
            break;
        }
        if (offset < 0) {
            return;
        }
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
        stream.state->lost += camshark_stream_place_lost(&stream.state->place, stream.seq);
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
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_continuation,
          { "Continuation", "baichuan.continuation", FT_BYTES, BASE_NONE, NULL, 0,
            "Bytes of a message whose header is not in the capture", HFILL } },
        { &hf_continuation_length,
          { "Length of the continuation", "baichuan.continuation.length", FT_UINT32, BASE_DEC, NULL, 0,
            "Bytes that were skipped to find the next header", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_continuation,
          { "baichuan.expert.continuation", PI_SEQUENCE, PI_NOTE,
            "The header of the message that these bytes belong to is not in the capture; they are skipped up to "
            "the next header", EXPFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_continuation };

    proto_baichuan = proto;
    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
    baichuan_handle = register_dissector("baichuan", dissect_baichuan_tcp, proto);
}

void
bc_carrier_tcp_handoff(int proto)
{
    heur_dissector_add("tcp", heuristic, "Baichuan over TCP", "baichuan_tcp", proto, HEURISTIC_ENABLE);
    dissector_add_for_decode_as("tcp.port", baichuan_handle);
}
