/* tcp.c
 * BC over TCP: recognising it, and asking TCP for whole messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Not tcp_dissect_pdus(): after lost bytes the stream goes on in the middle of a message, and what lies
 * before the next header has to be skipped.
 *
 * Bytes that TCP holds for a message with a hole never come here; the next message says how many are missing.
 */
#include <common/epan/ws-compat.h>

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/packet.h>

#include <baichuan/tcp/tcp.h>
#include <baichuan/stream/framing.h>

#define BC_TCP_PORT 9000u /* the usual one; it is registered to another dissector, so it is not taken */

static dissector_handle_t baichuan_handle;

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
        if (state->place.holes == NULL) {
            state->place.holes =
                wmem_alloc_array(wmem_file_scope(), camshark_stream_hole_t, CAMSHARK_HOLES_KEPT);
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

    /* Somebody else than TCP may call us by name. Its bytes stand for themselves. */
    const bool ordered = tcpinfo != NULL && pinfo->ptype == PT_TCP;
    bc_stream_t stream = { .tvb = tvb, .pinfo = pinfo, .tree = tree };
    stream.place = ordered ? tcpinfo->seq : 0;
    stream.can_wait = ordered && pinfo->can_desegment > 0;
    stream.delivery.conversation = ordered ? bc_conversation_get(pinfo) : bc_conversation_lone(pinfo, tvb);
    if (stream.delivery.conversation == NULL) {
        return 0;
    }
    stream.delivery.direction = bc_conversation_way(pinfo);
    if (!PINFO_FD_VISITED(pinfo)) {
        stream.state = bc_conversation_direction(stream.delivery.conversation, stream.delivery.direction);
        note_loss(stream.state, stream.place);
        camshark_stream_place_arrived(&stream.state->place, stream.place,
                                      stream.place + (uint32_t)tvb_captured_length(tvb));
        camshark_stream_place_advance(&stream.state->place, stream.place);
    }
    const int done = bc_stream_dissect(&stream);
    if (done < (int)tvb_captured_length(tvb) && stream.can_wait) {
        pinfo->desegment_offset = done;
        /* Not exactly what a header lacks: a second call for the same message within one frame, now for its
         * body, would be a layer more than on later passes, and TCP would not find the message again. */
        pinfo->desegment_len = (stream.missing > 0) ? stream.missing : DESEGMENT_ONE_MORE_SEGMENT;
    }
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
