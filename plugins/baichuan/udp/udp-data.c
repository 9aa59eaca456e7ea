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

#include <epan/expert.h>
#include <epan/packet.h>

#include <common/epan/file-memory.h>

#include <baichuan/record/records.h>
#include <baichuan/show/display.h>
#include <baichuan/show/outcome.h>
#include <baichuan/show/segment.h>
#include <baichuan/stream/feed.h>
#include <baichuan/stream/waiting.h>
#include <baichuan/taps/sessions.h>
#include <baichuan/taps/udp-stats.h>
#include <baichuan/udp/packet.h>
#include <baichuan/udp/udp-data.h>
#include <baichuan/udp/udp-session.h>
#include <baichuan/wire/udp-header.h>

#define USUAL_PAYLOAD 1330u /* bytes of a full packet, for those that are lost (section 6.8) */
#define MAX_GUESSED   1000u /* lost packets whose bytes are guessed */

static int hf_baichuan_packet_count = -1;
static int hf_baichuan_message_id = -1;
static int hf_baichuan_data = -1;
static int hf_baichuan_retransmission = -1;
static int hf_baichuan_first_frame = -1;
static int hf_baichuan_first_time = -1;
static int hf_baichuan_reordered = -1;
static int hf_baichuan_lost = -1;

static expert_field ei_baichuan_retransmission = EI_INIT;
static expert_field ei_baichuan_changed = EI_INIT;
static expert_field ei_baichuan_reordered = EI_INIT;
static expert_field ei_baichuan_held = EI_INIT;
static expert_field ei_baichuan_late = EI_INIT;
static expert_field ei_baichuan_lost = EI_INIT;
static expert_field ei_baichuan_cut = EI_INIT;

typedef enum {
    ORDER_NEXT,           /* the one that was to come */
    ORDER_REORDERED,      /* fills a hole */
    ORDER_HELD,           /* behind a hole */
    ORDER_RETRANSMISSION, /* was seen before */
    ORDER_LATE,           /* lies before what was given up, or before the first packet; not seen before */
} data_order_t;

/* The first transmission of a packet that is sent again; file scope. */
typedef struct {
    uint32_t frame;
    bool other_bytes; /* than the one at hand has */
    nstime_t since;   /* the time from it to that one */
} first_transmission_t;

/* Packets that are given up; file scope. */
typedef struct {
    uint32_t packets;
    uint32_t first; /* id, of the last ones without a gap */
} data_loss_t;

/* What the first pass has found out about a packet; file scope. */
typedef struct {
    bc_conversation_t *conversation; /* of its session */
    uint8_t direction;
    uint8_t order; /* data_order_t */
    union {
        const first_transmission_t *first; /* of a retransmission */
        data_loss_t *loss;                 /* of others: what is given up with it; NULL: nothing */
    };
    bc_segment_t segment;
} data_record_t;

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
} data_step_t;

/* The packet at hand on the first pass. */
typedef struct {
    packet_info *pinfo;
    bc_udp_direction_t *direction;
    data_record_t *record;
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
    data_record_t *record = first->record;
    uint32_t id = 0;
    uint32_t count;

    while ((count = bc_bytestream_give_up(&first->direction->order, now, &id)) > 0) {
        if (record->loss == NULL) {
            record->loss = camshark_file_new0(data_loss_t);
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
    data_record_t *record = first->record;

    switch (bc_udp_direction_put(first->direction, packet, now)) {
    case BC_PACKET_NEXT:
        record->order = before_newest ? ORDER_REORDERED : ORDER_NEXT;
        add_step(first, &(data_step_t){ .own = true,
                                        .frame = packet->frame,
                                        .segment = &record->segment,
                                        .id = packet->id,
                                        .cut = packet->cut });
        take_held_packets(first);
        break;
    case BC_PACKET_HELD:
        record->order = before_newest ? ORDER_REORDERED : ORDER_HELD;
        break;
    case BC_PACKET_REPEAT: /* not here: what is kept was seen */
    case BC_PACKET_PASSED:
        record->order = ORDER_LATE;
        break;
    }
    give_up_packets(first, now);
}

/* A packet whose id was seen before. */
static void
note_retransmission(data_record_t *record, bc_udp_seen_t *seen, uint32_t hash, const packet_info *pinfo)
{
    first_transmission_t *first = camshark_file_new0(first_transmission_t);

    first->frame = seen->frame;
    first->other_bytes = seen->hash != hash;
    nstime_delta(&first->since, &pinfo->abs_ts, &seen->time);
    seen->repeated = true;
    record->order = ORDER_RETRANSMISSION;
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
static data_record_t *
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
    data_record_t *record = camshark_record_new(bc_records, pinfo, &key, sizeof *record);
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
    return record;
}

/* ---- First pass: messages ----------------------------------------------------------------------------- */

/* Moves on over packets that are given up. How many bytes they had is a guess. */
static void
lose_packets(data_first_t *first, const data_step_t *step, bc_stream_t *stream)
{
    bc_udp_direction_t *direction = first->direction;
    const bc_stream_gap_t gap = {
        .bytes = MIN(step->given_up, MAX_GUESSED) * (direction->usual > 0 ? direction->usual : USUAL_PAYLOAD),
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
    const camshark_slice_t slice = {
        .place = first->direction->place,
        .len = captured + step->cut,
        .captured = captured,
        .frame = step->frame,
        .bytes = step->own ? own : step->bytes,
    };
    bc_stream_feed(stream, &slice, &bc_udp_direction_seen(first->direction, step->id)->time, step->segment);
    first->direction->place += slice.len;
    first->direction->usual = slice.len;
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
show_retransmission(const first_transmission_t *first, packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree)
{
    proto_item *item = proto_tree_add_boolean(tree, hf_baichuan_retransmission, tvb, 12, 4, true);

    proto_item_set_generated(item);
    expert_add_info(pinfo, item, first->other_bytes ? &ei_baichuan_changed : &ei_baichuan_retransmission);
    item = proto_tree_add_uint(tree, hf_baichuan_first_frame, tvb, 0, 0, first->frame);
    proto_item_set_generated(item);
    item = proto_tree_add_time(tree, hf_baichuan_first_time, tvb, 0, 0, &first->since);
    proto_item_set_generated(item);
}

static void
show_data_order(const data_record_t *record, packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree)
{
    proto_item *packet = proto_tree_get_parent(tree);
    proto_item *item;

    switch ((data_order_t)record->order) {
    case ORDER_NEXT:
        break;
    case ORDER_REORDERED:
        item = proto_tree_add_boolean(tree, hf_baichuan_reordered, tvb, 12, 4, true);
        proto_item_set_generated(item);
        expert_add_info(pinfo, item, &ei_baichuan_reordered);
        break;
    case ORDER_HELD:
        expert_add_info(pinfo, packet, &ei_baichuan_held);
        break;
    case ORDER_RETRANSMISSION:
        show_retransmission(record->first, pinfo, tvb, tree);
        break;
    case ORDER_LATE:
        expert_add_info(pinfo, packet, &ei_baichuan_late);
        break;
    }
}

static uint32_t
packets_lost(const data_record_t *record)
{
    return (record->order != ORDER_RETRANSMISSION && record->loss != NULL) ? record->loss->packets : 0;
}

static void
show_data_lost(const data_record_t *record, packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree)
{
    const uint32_t lost = packets_lost(record);

    if (lost > 0) {
        proto_item *item = proto_tree_add_uint(tree, hf_baichuan_lost, tvb, 12, 4, lost);
        proto_item_set_generated(item);
        expert_add_info_format(
            pinfo, item, &ei_baichuan_lost,
            "%u packets, the last of them from packet ID %u on, are not in the capture and are no "
            "longer waited for; messages go on at the next header",
            lost, record->loss->first);
    }
}

static proto_tree *
show_data_header(tvbuff_t *tvb, tvbuff_t *payload, packet_info *pinfo, proto_tree *tree)
{
    const int have = (int)tvb_captured_length(payload);
    const char *text = wmem_strdup_printf(pinfo->pool, "Data %u", tvb_get_letohl(tvb, 12));
    proto_item *item;
    proto_tree *subtree = bc_udp_packet_begin(tvb, pinfo, tree, text, &item);

    bc_udp_packet_show_receiver(tvb, subtree);
    proto_tree_add_item(subtree, hf_baichuan_packet_count, tvb, 12, 4, ENC_LITTLE_ENDIAN);
    proto_item_set_hidden(
        proto_tree_add_item(subtree, hf_baichuan_message_id, tvb, 12, 4, ENC_LITTLE_ENDIAN));
    bc_udp_packet_show_size(tvb, subtree, 16);
    if (have > 0 && !bc_hides_secrets()) { /* there may be some in it, in the clear */
        proto_tree_add_item(subtree, hf_baichuan_data, payload, 0, have, ENC_NA);
    }
    if (tvb_reported_length(tvb) > tvb_captured_length(tvb)) {
        expert_add_info(pinfo, item, &ei_baichuan_cut);
    }
    return subtree;
}

static void
queue_data(const data_record_t *record, packet_info *pinfo, uint32_t receiver)
{
    const bc_udp_tap_t packet = {
        .type = BC_UDP_DATA,
        .session = record->conversation->number,
        .receiver = receiver,
        .retransmission = record->order == ORDER_RETRANSMISSION,
        .reordered = record->order == ORDER_REORDERED,
        .lost = packets_lost(record),
    };

    bc_udp_stats_queue(pinfo, &packet);
    bc_sessions_queue(pinfo, record->conversation->outcome, record->direction);
}

/* NULL on a later pass that meets a packet which the first one did not see. */
static data_record_t *
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
    data_record_t *record = data_record_of(tvb, payload, pinfo, &first);
    proto_tree *subtree = show_data_header(tvb, payload, pinfo, tree);

    if (record == NULL) {
        return;
    }
    bc_udp_packet_show_session(tvb, subtree, record->conversation->number);
    show_data_order(record, pinfo, tvb, subtree);
    show_data_lost(record, pinfo, tvb, subtree);
    bc_outcome_show(record->conversation->outcome, record, tvb, pinfo, subtree);
    const bc_segment_view_t view = { pinfo, tree, record->conversation, record->direction,
                                     (first.record != NULL) ? feed_steps(&first, payload) : NULL };
    bc_segment_show(&record->segment, payload, &view);
    if (PINFO_FD_VISITED(pinfo)) {
        bc_waiting_show(&record->segment, &view, payload);
    }
    queue_data(record, pinfo, tvb_get_letohl(tvb, 4));
}

/* ---- Registration ------------------------------------------------------------------------------------- */

static void
register_data_fields(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_packet_count,
          { "Packet ID", "baichuan.udp_packet_count", FT_UINT32, BASE_DEC, NULL, 0,
            "Counts the data packets of a direction, from 0 on", HFILL } },
        { &hf_baichuan_message_id,
          { "Packet ID once more", "baichuan.udp_message_id", FT_UINT32, BASE_DEC, NULL, 0,
            "The packet ID, under another name that the Lua dissector has", HFILL } },
        { &hf_baichuan_data,
          { "Piece of the stream", "baichuan.udp.data", FT_BYTES, BASE_NONE, NULL, 0,
            "The payload: bytes of messages, which begin anywhere in it", HFILL } },
        { &hf_baichuan_retransmission,
          { "Retransmission", "baichuan.udp.retransmission", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "A packet with this ID was captured before", HFILL } },
        { &hf_baichuan_first_frame,
          { "First transmission in", "baichuan.udp.first_frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame in which this packet was captured first", HFILL } },
        { &hf_baichuan_first_time,
          { "Time since first transmission", "baichuan.udp.first_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "Seconds from the first transmission to this one", HFILL } },
        { &hf_baichuan_reordered,
          { "Reordered", "baichuan.udp.reordered", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Captured behind packets with higher IDs, and not before", HFILL } },
        { &hf_baichuan_lost,
          { "Packets given up", "baichuan.udp.lost", FT_UINT32, BASE_DEC, NULL, 0,
            "Packets before this one that are not in the capture", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
}

void
bc_udp_data_register(int proto)
{
    /* clang-format off */
    static ei_register_info ei[] = {
        { &ei_baichuan_retransmission,
          { "baichuan.expert.udp_retransmission", PI_SEQUENCE, PI_NOTE,
            "This packet was sent before; its bytes are used once", EXPFILL } },
        { &ei_baichuan_changed,
          { "baichuan.expert.udp_changed", PI_SEQUENCE, PI_WARN,
            "A packet with this ID but other bytes was captured before; the first one is used", EXPFILL } },
        { &ei_baichuan_reordered,
          { "baichuan.expert.udp_reordered", PI_SEQUENCE, PI_NOTE,
            "This packet was captured behind ones that follow it; its bytes are put in order", EXPFILL } },
        { &ei_baichuan_held,
          { "baichuan.expert.udp_held", PI_SEQUENCE, PI_CHAT,
            "A packet before this one was not captured yet; messages wait for it", EXPFILL } },
        { &ei_baichuan_late,
          { "baichuan.expert.udp_late", PI_SEQUENCE, PI_NOTE,
            "This packet lies before the first one of its session in this capture, or came after it was no longer waited "
            "for; its bytes are not used", EXPFILL } },
        { &ei_baichuan_lost,
          { "baichuan.expert.udp_lost", PI_SEQUENCE, PI_WARN,
            "Packets before this one are not in the capture", EXPFILL } },
        { &ei_baichuan_cut,
          { "baichuan.expert.udp_cut", PI_SEQUENCE, PI_WARN,
            "Not all of this packet was captured", EXPFILL } },
    };
    /* clang-format on */

    register_data_fields(proto);
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
