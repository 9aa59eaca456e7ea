/* udp-data.c
 * BcUdp data packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The first pass finds the session of a packet and puts the packet into its place. What came of that (order, losses,
 * the time since a first transmission) goes into a record, and the packet is shown from it. Then the bytes that are
 * next in order go on to become messages: on the first pass those of this packet and of packets that waited for
 * it, on later ones what the first pass has noted.
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <common/epan/file-memory.h>

#include <baichuan/record/records.h>
#include <baichuan/show/display.h>
#include <baichuan/show/identity.h>
#include <baichuan/show/outcome.h>
#include <baichuan/show/segment.h>
#include <baichuan/stream/feed.h>
#include <baichuan/stream/waiting.h>
#include <baichuan/taps/follow.h>
#include <baichuan/taps/sessions.h>
#include <baichuan/taps/udp-stats.h>
#include <baichuan/udp/packet.h>
#include <baichuan/udp/udp-data.h>
#include <baichuan/udp/udp-data-fields.h>
#include <baichuan/udp/udp-session.h>
#include <baichuan/wire/udp-header.h>

#define USUAL_PAYLOAD 1330u /* bytes of a full packet, for those that are lost (section 6.8) */

/* What is next in order, as far as this packet lets it be known; lives in pinfo->pool. */
typedef struct data_step {
    struct data_step *next;
    bool own;       /* the bytes of the packet at hand; else these: */
    uint8_t *bytes; /* of a packet that waited; NULL and not own: packets that are given up */
    uint32_t len;   /* of bytes */
    uint32_t frame; /* of their packet */
    bc_segment_t *segment;
    uint32_t id;       /* of the packet, or of the first one that is given up */
    uint32_t cut;      /* bytes at its end that were not captured */
    uint32_t given_up; /* packets */
    bool late;         /* own, and given up before it came */
} data_step_t;

/* The packet at hand on the first pass. */
typedef struct {
    packet_info *pinfo;
    bc_udp_direction_t *direction;
    bc_udp_data_record_t *record;
    data_step_t *first_step; /* what is to be done with bytes */
    data_step_t **end;
} data_first_t;

/* ---- First pass: order -------------------------------------------------------------------------------- */

static uint64_t
capture_microseconds(const packet_info *pinfo)
{
    return (uint64_t)pinfo->abs_ts.secs * 1000000u + (uint64_t)pinfo->abs_ts.nsecs / 1000u;
}

static void
add_step(data_first_t *first, const data_step_t *step)
{
    *first->end = wmem_memdup(first->pinfo->pool, step, sizeof *step);
    first->end = &(*first->end)->next;
}

/* Takes the packets that waited for the one before them. */
static void
take_held_packets(data_first_t *first)
{
    bc_packet_t packet;

    while (bc_bytestream_take(&first->direction->order, &packet)) {
        const data_step_t step = {
            .bytes = wmem_memdup(first->pinfo->pool, packet.bytes, packet.len),
            .len = packet.len,
            .frame = packet.frame,
            .segment = packet.owner,
            .id = packet.id,
            .cut = packet.cut,
        };
        g_free(packet.bytes);
        add_step(first, &step);
    }
}

/* Gives up packets that nobody needs to wait for any longer. */
static void
give_up_packets(data_first_t *first, uint64_t now)
{
    bc_udp_data_record_t *record = first->record;
    uint32_t id = 0;
    uint32_t count;

    while ((count = bc_bytestream_give_up(&first->direction->order, now, &id)) > 0) {
        if (record->loss == NULL) {
            record->loss = camshark_file_new0(bc_udp_data_loss_t);
        }
        record->loss->packets += MIN(count, UINT32_MAX - record->loss->packets);
        record->loss->first = id;
        add_step(first, &(data_step_t){ .id = id, .given_up = count });
        take_held_packets(first);
    }
}

/* Puts a packet that is new into its place. */
static void
put_in_order(data_first_t *first, const bc_packet_t *packet)
{
    const bool before_newest = (int32_t)(packet->id - bc_bytestream_newest(&first->direction->order)) < 0;
    const uint64_t now = capture_microseconds(first->pinfo);
    bc_udp_data_record_t *record = first->record;

    switch (bc_udp_direction_put(first->direction, packet, now)) {
    case BC_PACKET_NEXT:
        record->order = before_newest ? BC_UDP_ORDER_REORDERED : BC_UDP_ORDER_NEXT;
        add_step(first, &(data_step_t){ .own = true,
                                        .frame = packet->frame,
                                        .segment = &record->segment,
                                        .id = packet->id,
                                        .cut = packet->cut });
        take_held_packets(first);
        break;
    case BC_PACKET_HELD:
        record->order = before_newest ? BC_UDP_ORDER_REORDERED : BC_UDP_ORDER_HELD;
        break;
    case BC_PACKET_REPEAT: /* not here: what is kept was seen */
    case BC_PACKET_PASSED:
        record->order = BC_UDP_ORDER_LATE;
        add_step(first, &(data_step_t){ .own = true,
                                        .frame = packet->frame,
                                        .segment = &record->segment,
                                        .id = packet->id,
                                        .cut = packet->cut,
                                        .late = true });
        break;
    }
    give_up_packets(first, now);
}

/* Notes that a packet is the last one of its direction, in whose frame it is shown what still waits at the end. */
static void
note_last(bc_udp_session_t *session, unsigned direction, data_first_t *first)
{
    bc_udp_data_record_t *record = first->record;
    bc_direction_t *of_stream = bc_conversation_direction(session->conversation, direction);

    of_stream->last_segment = &record->segment;
    if (bc_bytestream_held(&first->direction->order, 0) != NULL) {
        bc_direction_losses(of_stream)->order = &first->direction->order;
    }
}

/* A packet whose id was seen before. */
static void
note_retransmission(bc_udp_data_record_t *record, bc_udp_seen_t *seen, uint32_t hash,
                    const packet_info *pinfo)
{
    bc_udp_first_t *first = camshark_file_new0(bc_udp_first_t);

    first->frame = seen->frame;
    first->other_bytes = seen->hash != hash;
    nstime_delta(&first->since, &pinfo->abs_ts, &seen->time);
    seen->repeated = true;
    record->order = BC_UDP_ORDER_RETRANSMISSION;
    record->first = first;
}

/* The session of a data packet, and its direction. */
static bc_udp_session_t *
session_of_data(tvbuff_t *tvb, packet_info *pinfo, const bc_packet_t *packet, uint32_t hash,
                unsigned *direction)
{
    const bc_udp_packet_t what = {
        .receiver = tvb_get_letohl(tvb, 4),
        .data = true,
        .packet = packet->id,
        .hash = hash,
        .begins = bc_header_first_contact(packet->bytes, packet->len),
    };
    bc_udp_session_t *session = bc_udp_session_of(pinfo, &what, direction);

    bc_udp_session_converse(session);
    return session;
}

/* Decides about a packet. Returns its record; first gets what is to be done with bytes. */
static bc_udp_data_record_t *
decide_data(tvbuff_t *tvb, tvbuff_t *payload, packet_info *pinfo, data_first_t *first)
{
    const uint32_t len = tvb_captured_length(payload);
    bc_packet_t packet = {
        .id = tvb_get_letohl(tvb, 12),
        .frame = pinfo->num,
        .len = len,
        .cut = tvb_reported_length(tvb) - tvb_captured_length(tvb),
        .bytes = (len > 0) ? (uint8_t *)tvb_get_ptr(payload, 0, (int)len) : (uint8_t *)"",
    };
    const camshark_record_key_t key = bc_records_key_in_frame(BC_RECORD_UDP_DATA, tvb);
    const uint32_t hash = bc_udp_bytes_hash(packet.bytes, len);
    bc_udp_data_record_t *record = camshark_record_new(bc_records, pinfo, &key, sizeof *record);
    unsigned direction;
    bc_udp_session_t *session = session_of_data(tvb, pinfo, &packet, hash, &direction);
    bc_udp_seen_t *seen = bc_udp_direction_seen(session->directions[direction], packet.id);

    if (bc_udp_session_has_begun(session)) {
        bc_outcome_packet(bc_udp_session_outcome(session), pinfo, direction, record);
        bc_outcome_data(session->conversation->outcome, pinfo, direction,
                        (seen != NULL) ? &seen->time : NULL);
    }
    record->conversation = session->conversation;
    record->direction = (uint8_t)direction;
    if (seen != NULL) {
        note_retransmission(record, seen, hash, pinfo);
        return record;
    }
    *first = (data_first_t){ .pinfo = pinfo,
                             .direction = bc_udp_session_direction(session, direction),
                             .record = record };
    first->end = &first->first_step;
    packet.owner = &record->segment;
    bc_udp_direction_note(first->direction, packet.id, hash, pinfo);
    put_in_order(first, &packet);
    note_last(session, direction, first);
    return record;
}

/* ---- First pass: messages ----------------------------------------------------------------------------- */

/* Moves on over packets that are given up. How many bytes they had is a guess. */
static void
lose_packets(data_first_t *first, const data_step_t *step, bc_stream_t *stream)
{
    bc_udp_direction_t *direction = first->direction;
    const bc_stream_gap_t gap = {
        .bytes = MIN(step->given_up, BC_STREAM_GUESSED) *
                 (direction->usual > 0 ? direction->usual : USUAL_PAYLOAD),
        .packets = step->given_up,
        .from = step->id,
    };

    bc_stream_lose(stream, &gap);
    direction->place += gap.bytes;
}

static void
take_step(data_first_t *first, const data_step_t *step, const uint8_t *own, uint32_t own_len,
          bc_stream_t *stream)
{
    if (step->given_up > 0) {
        lose_packets(first, step, stream);
        return;
    }
    const uint32_t captured = step->own ? own_len : step->len;
    uint32_t place = first->direction->place;
    if (step->late && !bc_stream_place_of_late(stream, step->id, &place)) {
        return;
    }
    const camshark_slice_t slice = {
        .place = place,
        .len = captured + step->cut,
        .captured = captured,
        .frame = step->frame,
        .bytes = step->own ? own : step->bytes,
    };
    bc_stream_feed(stream, &slice, &bc_udp_direction_seen(first->direction, step->id)->time, step->segment);
    if (!step->late) {
        first->direction->place += slice.len;
        first->direction->usual = slice.len;
    }
}

/* Puts what is next in order into the stream. Returns what was decided about in this frame. */
static bc_decided_t *
feed_steps(data_first_t *first, tvbuff_t *payload)
{
    const uint32_t len = tvb_captured_length(payload);
    const uint8_t *bytes = (len > 0) ? tvb_get_ptr(payload, 0, (int)len) : (const uint8_t *)"";
    bc_stream_t stream = {
        .pinfo = first->pinfo,
        .conversation = first->record->conversation,
        .direction = first->record->direction,
        .segment = &first->record->segment,
    };

    for (const data_step_t *step = first->first_step; step != NULL; step = step->next) {
        take_step(first, step, bytes, len, &stream);
    }
    return stream.decided;
}

/* ---- Every pass --------------------------------------------------------------------------------------- */

static void
queue_data(const bc_udp_data_record_t *record, packet_info *pinfo, uint32_t receiver)
{
    const bc_udp_tap_t packet = {
        .type = BC_UDP_DATA,
        .session = record->conversation->number,
        .receiver = receiver,
        .retransmission = record->order == BC_UDP_ORDER_RETRANSMISSION,
        .reordered = record->order == BC_UDP_ORDER_REORDERED,
        .lost = bc_udp_data_lost(record),
    };

    bc_udp_stats_queue(pinfo, &packet);
}

/* How the session goes that a packet with data belongs to, the only one included. */
static const bc_outcome_t *
outcome_of_data(const bc_udp_data_record_t *record, const packet_info *pinfo)
{
    const bc_conversation_t *conversation = record->conversation;

    return (conversation->outcome != NULL)
               ? conversation->outcome
               : bc_outcome_lone(pinfo, BC_CARRIER_UDP, conversation->number, record->direction, record);
}

/* NULL on a later pass that meets a packet which the first one did not see. */
static bc_udp_data_record_t *
data_record_of(tvbuff_t *tvb, tvbuff_t *payload, packet_info *pinfo, data_first_t *first)
{
    const camshark_record_key_t key = bc_records_key_in_frame(BC_RECORD_UDP_DATA, tvb);

    return PINFO_FD_VISITED(pinfo) ? camshark_record_find(bc_records, pinfo, &key)
                                   : decide_data(tvb, payload, pinfo, first);
}

void
bc_udp_data_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    tvbuff_t *payload = tvb_new_subset_length(tvb, BC_UDP_DATA_HEADER,
                                              tvb_captured_length_remaining(tvb, BC_UDP_DATA_HEADER));
    data_first_t first = { 0 };
    bc_udp_data_record_t *record = data_record_of(tvb, payload, pinfo, &first);
    proto_tree *subtree = bc_udp_data_show_header(tvb, payload, pinfo, tree);

    if (record == NULL) {
        return;
    }
    bc_udp_packet_show_session(tvb, subtree, record->conversation->number);
    bc_connection_show(tvb, subtree, 4, record->conversation->connection);
    bc_follow_note(pinfo, record->conversation->connection);
    bc_udp_data_show_order(record, pinfo, tvb, subtree);
    const bc_outcome_t *outcome = outcome_of_data(record, pinfo);
    bc_outcome_show_udp(outcome, record, tvb, pinfo, subtree);
    const bc_segment_view_t view = { pinfo, tree, record->conversation, record->direction,
                                     (first.record != NULL) ? feed_steps(&first, payload) : NULL };
    bc_segment_show(&record->segment, payload, &view);
    if (PINFO_FD_VISITED(pinfo)) {
        bc_waiting_show(&record->segment, &view, payload);
    }
    queue_data(record, pinfo, tvb_get_letohl(tvb, 4));
    bc_sessions_queue(pinfo, outcome, record->direction);
}
