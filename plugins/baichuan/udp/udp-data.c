/* udp-data.c
 * BcUdp data packets and their acknowledgements.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The first pass finds the session of a packet, puts the packet into its place, and notes in a record what
 * came of that: order, losses, round-trip time, and the bytes that are dissected in its frame.
 */
#include <common/epan/ws-compat.h>

#include <epan/expert.h>
#include <epan/packet.h>

#include <string.h>

#include <baichuan/record/records.h>
#include <baichuan/show/display.h>
#include <baichuan/udp/udp-data.h>
#include <baichuan/wire/udp-header.h>
#include <baichuan/udp/udp-session.h>
#include <baichuan/taps/udp-stats.h>

#define USUAL_PIECE 1330u /* bytes of a full packet, for those that are lost (section 6.8) */

static int proto_baichuan = -1;

static int hf_baichuan_magic = -1;
static int hf_baichuan_type = -1;
static int hf_baichuan_connection_id = -1;
static int hf_baichuan_unknown = -1;
static int hf_baichuan_packet_count = -1;
static int hf_baichuan_message_id = -1;
static int hf_baichuan_size = -1;
static int hf_baichuan_last_ack_packet = -1;
static int hf_baichuan_latency = -1;
static int hf_baichuan_ack_payload_size = -1;
static int hf_baichuan_ack_map = -1;
static int hf_baichuan_ack_missing = -1;
static int hf_baichuan_ack_received = -1;
static int hf_baichuan_data = -1;
static int hf_baichuan_session = -1;
static int hf_baichuan_retransmission = -1;
static int hf_baichuan_first_frame = -1;
static int hf_baichuan_first_time = -1;
static int hf_baichuan_reordered = -1;
static int hf_baichuan_lost = -1;
static int hf_baichuan_acked_frame = -1;
static int hf_baichuan_ack_rtt = -1;

static int ett_baichuan_packet = -1;
static int ett_baichuan_map = -1;

static expert_field ei_baichuan_retransmission = EI_INIT;
static expert_field ei_baichuan_changed = EI_INIT;
static expert_field ei_baichuan_reordered = EI_INIT;
static expert_field ei_baichuan_held = EI_INIT;
static expert_field ei_baichuan_late = EI_INIT;
static expert_field ei_baichuan_lost = EI_INIT;
static expert_field ei_baichuan_cut = EI_INIT;
static expert_field ei_baichuan_ack_missing = EI_INIT;

static const value_string type_names[] = {
    { BC_UDP_DATA, "Data" },      { BC_UDP_ACK, "Acknowledgement" }, { BC_UDP_ALARM, "Alarm" },
    { BC_UDP_HUB, "Hub packet" }, { BC_UDP_DISCOVERY, "Discovery" }, { 0, NULL },
};

typedef enum {
    ORDER_NEXT,           /* the one that was to come */
    ORDER_REORDERED,      /* fills a hole */
    ORDER_HELD,           /* behind a hole */
    ORDER_RETRANSMISSION, /* was seen before */
    ORDER_LATE,           /* lies before what was given up, or before the first packet; not seen before */
} order_t;

/* What the first pass has found out about a packet; file scope. */
typedef struct {
    bc_conversation_t *conversation;
    uint32_t session;
    uint8_t direction;
    uint8_t order;        /* order_t, of a data packet */
    bool changed;         /* a retransmission has other bytes than the first one */
    uint32_t other_frame; /* of the first transmission, or of the packet that is acknowledged; 0: none */
    nstime_t since;       /* the time from that to this packet */
    uint32_t lost;        /* packets that are given up with this one */
    uint32_t first_lost;  /* id */
    bc_udp_pieces_t pieces;
} record_t;

/* ---- Tree --------------------------------------------------------------------------------------------- */

proto_tree *
bc_udp_begin(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const char *text, proto_item **item)
{
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "BcUdp");
    col_clear(pinfo->cinfo, COL_INFO);
    baichuan_append_info(pinfo, text);
    *item = proto_tree_add_protocol_format(tree, proto_baichuan, tvb, 0, -1, "Baichuan UDP, %s", text);
    proto_tree *subtree = proto_item_add_subtree(*item, ett_baichuan_packet);

    proto_tree_add_item(subtree, hf_baichuan_magic, tvb, 0, 4, ENC_LITTLE_ENDIAN);
    proto_tree_add_item(subtree, hf_baichuan_type, tvb, 0, 1, ENC_LITTLE_ENDIAN);
    return subtree;
}

void
bc_udp_show_unknown(tvbuff_t *tvb, proto_tree *tree, int offset)
{
    proto_tree_add_item(tree, hf_baichuan_unknown, tvb, offset, 4, ENC_LITTLE_ENDIAN);
}

void
bc_udp_show_size(tvbuff_t *tvb, proto_tree *tree, int offset)
{
    proto_tree_add_item(tree, hf_baichuan_size, tvb, offset, 4, ENC_LITTLE_ENDIAN);
}

/* ---- Records ------------------------------------------------------------------------------------------ */

static record_t *
find_record(tvbuff_t *tvb, packet_info *pinfo)
{
    const camshark_record_key_t key = bc_records_key_in_frame(BC_RECORD_UDP_DATA, tvb);

    return camshark_record_find(bc_records, pinfo, &key);
}

static record_t *
new_record(tvbuff_t *tvb, packet_info *pinfo, const bc_udp_link_t *link, unsigned direction)
{
    const camshark_record_key_t key = bc_records_key_in_frame(BC_RECORD_UDP_DATA, tvb);
    record_t *record = wmem_new0(wmem_file_scope(), record_t);

    record->session = link->number;
    record->direction = (uint8_t)direction;
    camshark_record_add(bc_records, pinfo, &key, record);
    return record;
}

static uint64_t
microseconds(const packet_info *pinfo)
{
    return (uint64_t)pinfo->abs_ts.secs * 1000000u + (uint64_t)pinfo->abs_ts.nsecs / 1000u;
}

/* ---- Data: first pass --------------------------------------------------------------------------------- */

/* A hash that tells retransmissions from other packets with the same id. */
static uint32_t
hash_of(const uint8_t *bytes, size_t len)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ bytes[i]) * 16777619u;
    }
    return hash;
}

/* Notes that a packet was seen. Returns what is known of its first transmission; NULL if this is the first.
 */
static bc_udp_seen_t *
see(bc_udp_way_t *way, uint32_t id, uint32_t hash, const packet_info *pinfo)
{
    bc_udp_seen_t *seen = wmem_map_lookup(way->seen, GUINT_TO_POINTER(id));

    if (seen != NULL) {
        seen->repeated = true;
        return seen;
    }
    const bool first = wmem_map_size(way->seen) == 0;
    seen = wmem_new0(wmem_file_scope(), bc_udp_seen_t);
    seen->frame = pinfo->num;
    seen->time = pinfo->abs_ts;
    seen->hash = hash;
    wmem_map_insert(way->seen, GUINT_TO_POINTER(id), seen);
    if (first || (int32_t)(id - way->newest) > 0) {
        way->newest = id;
    }
    return NULL;
}

/* Gives up a message that lost packets have torn, and lets the next one tell of the loss. */
static void
note_loss(bc_udp_way_t *way, record_t *record, uint32_t first, uint32_t count, const bc_udp_sink_t *sink)
{
    bc_loss_t *lost = &sink->conversation->directions[sink->direction].lost;

    bc_udp_assembler_break(way->assembler, MIN(count, 1000u) * USUAL_PIECE, false, sink);
    lost->from = (lost->packets > 0) ? lost->from : first;
    lost->to = first + count;
    lost->packets += count;
    lost->holes++;
    record->lost += count;
    record->first_lost = first;
}

/* Gives the bytes of a packet that is next in order, and says what the capture has cut off its end. */
static void
give(bc_udp_way_t *way, const bc_udp_bytes_t *bytes, const bc_packet_t *packet, const bc_udp_sink_t *sink)
{
    bc_udp_assembler_add(way->assembler, bytes, sink);
    if (packet->cut > 0) {
        bc_loss_t *lost = &sink->conversation->directions[sink->direction].lost;
        bc_udp_assembler_break(way->assembler, packet->cut, true, sink);
        lost->from = (lost->packets > 0) ? lost->from : packet->id;
        lost->to = packet->id + 1;
        lost->packets++;
        lost->holes++;
    }
}

/* Gives the packets that waited for the one before them. */
static void
give_held(bc_udp_way_t *way, const bc_udp_sink_t *sink)
{
    bc_packet_t packet;

    while (bc_bytestream_take(way->stream, &packet)) {
        uint8_t *copy = wmem_memdup(sink->pinfo->pool, packet.bytes, packet.len);
        record_t *record = packet.owner;
        bc_udp_bytes_t bytes = { .frame = packet.frame, .pieces = &record->pieces };
        g_free(packet.bytes);
        bytes.tvb = tvb_new_child_real_data(sink->payload, copy, packet.len, (int)packet.len);
        give(way, &bytes, &packet, sink);
    }
}

/* Puts a packet that is new into its place. */
static void
place(bc_udp_way_t *way, record_t *record, bc_packet_t *packet, const bc_udp_sink_t *sink)
{
    const bool before_newest = wmem_map_size(way->seen) > 1 && (int32_t)(packet->id - way->newest) < 0;
    const uint64_t now = microseconds(sink->pinfo);
    uint32_t first = 0;
    uint32_t count;

    switch (bc_bytestream_add(way->stream, packet, now)) {
    case BC_PACKET_NEXT:
        record->order = before_newest ? ORDER_REORDERED : ORDER_NEXT;
        give(way, &(bc_udp_bytes_t){ sink->payload, sink->pinfo->num, &record->pieces, true }, packet, sink);
        give_held(way, sink);
        break;
    case BC_PACKET_HELD:
        record->order = before_newest ? ORDER_REORDERED : ORDER_HELD;
        break;
    case BC_PACKET_REPEAT:
        record->order = ORDER_RETRANSMISSION;
        break;
    case BC_PACKET_PASSED:
        record->order = ORDER_LATE;
        break;
    }
    while ((count = bc_bytestream_give_up(way->stream, now, &first)) > 0) {
        note_loss(way, record, first, count, sink);
        give_held(way, sink);
    }
}

static void
decide_data(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, tvbuff_t *payload, uint32_t cut)
{
    const uint32_t len = tvb_captured_length(payload);
    const uint8_t *bytes = (len > 0) ? tvb_get_ptr(payload, 0, (int)len) : (const uint8_t *)"";
    bc_udp_packet_t packet = { .receiver = tvb_get_letohl(tvb, 4), .packet = tvb_get_letohl(tvb, 12) };
    unsigned direction;

    packet.data = true;
    packet.hash = hash_of(bytes, len);
    packet.begins = bc_header_first_contact(bytes, len);
    bc_udp_link_t *link = bc_udp_link_of(pinfo, &packet, &direction);
    bc_udp_link_open(link, direction);
    bc_udp_way_t *way = &link->ways[direction];
    record_t *record = new_record(tvb, pinfo, link, direction);
    record->conversation = link->conversation;

    const bc_udp_seen_t *before = see(way, packet.packet, packet.hash, pinfo);
    if (before != NULL) {
        record->order = ORDER_RETRANSMISSION;
        record->other_frame = before->frame;
        record->changed = before->hash != packet.hash;
        nstime_delta(&record->since, &pinfo->abs_ts, &before->time);
        return;
    }
    const bc_udp_sink_t sink = { pinfo, tree, payload, link->conversation, direction, &record->pieces };
    bc_packet_t next = { .id = packet.packet, .frame = pinfo->num, .len = len, .cut = cut, .owner = record };
    next.bytes = (uint8_t *)bytes;
    place(way, record, &next, &sink);
}

/* ---- Data: every pass --------------------------------------------------------------------------------- */

static void
show_order(const record_t *record, packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree, proto_item *packet)
{
    proto_item *item;

    switch ((order_t)record->order) {
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
        item = proto_tree_add_boolean(tree, hf_baichuan_retransmission, tvb, 12, 4, true);
        proto_item_set_generated(item);
        expert_add_info(pinfo, item, record->changed ? &ei_baichuan_changed : &ei_baichuan_retransmission);
        item = proto_tree_add_uint(tree, hf_baichuan_first_frame, tvb, 0, 0, record->other_frame);
        proto_item_set_generated(item);
        item = proto_tree_add_time(tree, hf_baichuan_first_time, tvb, 0, 0, &record->since);
        proto_item_set_generated(item);
        break;
    case ORDER_LATE:
        expert_add_info(pinfo, packet, &ei_baichuan_late);
        break;
    }
}

static void
show_lost(const record_t *record, packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree)
{
    if (record->lost > 0) {
        proto_item *item = proto_tree_add_uint(tree, hf_baichuan_lost, tvb, 12, 4, record->lost);
        proto_item_set_generated(item);
        expert_add_info_format(
            pinfo, item, &ei_baichuan_lost,
            "%u packets, the last of them from packet ID %u on, are not in the capture and are no "
            "longer waited for; messages go on at the next header",
            record->lost, record->first_lost);
    }
}

static void
show_session(uint32_t session, tvbuff_t *tvb, proto_tree *tree)
{
    proto_item *item = proto_tree_add_uint(tree, hf_baichuan_session, tvb, 4, 4, session);

    proto_item_set_generated(item);
}

static void
show_record(const record_t *record, packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree, proto_item *packet)
{
    show_session(record->session, tvb, tree);
    show_order(record, pinfo, tvb, tree, packet);
    show_lost(record, pinfo, tvb, tree);
    bc_udp_reassembly_show_parts(&record->pieces, pinfo, tvb, tree);
}

static void
queue_data(const record_t *record, packet_info *pinfo, uint32_t receiver)
{
    const bc_udp_tap_t packet = {
        .type = BC_UDP_DATA,
        .session = record->session,
        .receiver = receiver,
        .retransmission = record->order == ORDER_RETRANSMISSION,
        .reordered = record->order == ORDER_REORDERED,
        .lost = record->lost,
    };

    bc_udp_stats_queue(pinfo, &packet);
}

void
bc_udp_data_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const uint32_t receiver = tvb_get_letohl(tvb, 4);
    const uint32_t id = tvb_get_letohl(tvb, 12);
    const uint32_t cut = tvb_reported_length(tvb) - tvb_captured_length(tvb);
    const int have = tvb_captured_length_remaining(tvb, BC_UDP_DATA_HEADER);
    tvbuff_t *payload = tvb_new_subset_length(tvb, BC_UDP_DATA_HEADER, have);
    proto_item *item;
    proto_tree *subtree =
        bc_udp_begin(tvb, pinfo, tree, wmem_strdup_printf(pinfo->pool, "Data %u", id), &item);

    proto_tree_add_item(subtree, hf_baichuan_connection_id, tvb, 4, 4, ENC_LITTLE_ENDIAN);
    bc_udp_show_unknown(tvb, subtree, 8);
    proto_tree_add_item(subtree, hf_baichuan_packet_count, tvb, 12, 4, ENC_LITTLE_ENDIAN);
    proto_item_set_hidden(
        proto_tree_add_item(subtree, hf_baichuan_message_id, tvb, 12, 4, ENC_LITTLE_ENDIAN));
    bc_udp_show_size(tvb, subtree, 16);
    if (have > 0 && !baichuan_hides_secrets()) { /* there may be some in it, in the clear */
        proto_tree_add_item(subtree, hf_baichuan_data, payload, 0, have, ENC_NA);
    }
    if (cut > 0) {
        expert_add_info(pinfo, item, &ei_baichuan_cut);
    }
    if (!PINFO_FD_VISITED(pinfo)) {
        decide_data(tvb, pinfo, tree, payload, cut);
    }
    record_t *record = find_record(tvb, pinfo);
    if (record == NULL) {
        return;
    }
    if (PINFO_FD_VISITED(pinfo) && record->conversation != NULL) {
        const bc_udp_sink_t sink = { pinfo,          tree, payload, record->conversation, record->direction,
                                     &record->pieces };
        bc_udp_reassembly_again(&sink);
    }
    show_record(record, pinfo, tvb, subtree, item);
    queue_data(record, pinfo, receiver);
}

/* ---- Acknowledgements --------------------------------------------------------------------------------- */

static bool
acknowledges_nothing(tvbuff_t *tvb)
{
    return tvb_get_letohl(tvb, 12) == UINT32_MAX && tvb_get_letohl(tvb, 16) == UINT32_MAX;
}

static void
decide_ack(tvbuff_t *tvb, packet_info *pinfo)
{
    bc_udp_packet_t packet = { .receiver = tvb_get_letohl(tvb, 4), .packet = tvb_get_letohl(tvb, 16) };
    unsigned direction;

    packet.nothing = acknowledges_nothing(tvb);
    bc_udp_link_t *link = bc_udp_link_of(pinfo, &packet, &direction);
    record_t *record = new_record(tvb, pinfo, link, direction);
    bc_udp_way_t *data = &link->ways[1 - direction];
    if (packet.nothing || data->stream == NULL) {
        return;
    }
    bc_bytestream_acknowledged(data->stream, packet.packet);
    bc_udp_seen_t *seen = wmem_map_lookup(data->seen, GUINT_TO_POINTER(packet.packet));
    if (seen == NULL || seen->acknowledged) {
        return;
    }
    seen->acknowledged = true;
    record->other_frame = seen->frame;
    nstime_delta(&record->since, &pinfo->abs_ts, &seen->time);
    record->changed = seen->repeated; /* nobody knows which of them is acknowledged: no time then */
}

/* The ids in the map, as a text: "missing 5, 7; received 6". */
static void
show_map(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, uint32_t last)
{
    const int len = tvb_captured_length_remaining(tvb, BC_UDP_ACK_HEADER);
    unsigned missing = 0;

    if (len <= 0) {
        return;
    }
    proto_item *item = proto_tree_add_item(tree, hf_baichuan_ack_map, tvb, BC_UDP_ACK_HEADER, len, ENC_NA);
    proto_tree *subtree = proto_item_add_subtree(item, ett_baichuan_map);
    for (int i = 0; i < len; i++) {
        const int offset = (int)BC_UDP_ACK_HEADER + i;
        const bool received = tvb_get_uint8(tvb, offset) != 0;
        proto_tree_add_uint(subtree, received ? hf_baichuan_ack_received : hf_baichuan_ack_missing, tvb,
                            offset, 1, last + 1 + (uint32_t)i);
        missing += received ? 0 : 1;
    }
    proto_item_append_text(item, " (%u missing, %u received)", missing, (unsigned)len - missing);
    if (missing > 0) {
        expert_add_info(pinfo, item, &ei_baichuan_ack_missing);
    }
}

static const char *
ack_text(packet_info *pinfo, tvbuff_t *tvb)
{
    if (acknowledges_nothing(tvb)) {
        return "Ack, nothing received yet";
    }
    return wmem_strdup_printf(pinfo->pool, "Ack %u", tvb_get_letohl(tvb, 16));
}

void
bc_udp_ack_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    proto_item *item;
    proto_tree *subtree = bc_udp_begin(tvb, pinfo, tree, ack_text(pinfo, tvb), &item);

    proto_tree_add_item(subtree, hf_baichuan_connection_id, tvb, 4, 4, ENC_LITTLE_ENDIAN);
    bc_udp_show_unknown(tvb, subtree, 8);
    bc_udp_show_unknown(tvb, subtree, 12);
    proto_tree_add_item(subtree, hf_baichuan_last_ack_packet, tvb, 16, 4, ENC_LITTLE_ENDIAN);
    proto_tree_add_item(subtree, hf_baichuan_latency, tvb, 20, 4, ENC_LITTLE_ENDIAN);
    proto_tree_add_item(subtree, hf_baichuan_ack_payload_size, tvb, 24, 4, ENC_LITTLE_ENDIAN);
    show_map(tvb, pinfo, subtree, tvb_get_letohl(tvb, 16));
    if (!PINFO_FD_VISITED(pinfo)) {
        decide_ack(tvb, pinfo);
    }
    const record_t *record = find_record(tvb, pinfo);
    if (record == NULL) {
        return;
    }
    bc_udp_tap_t packet = { .type = BC_UDP_ACK,
                            .session = record->session,
                            .receiver = tvb_get_letohl(tvb, 4) };
    show_session(record->session, tvb, subtree);
    if (record->other_frame != 0) {
        item = proto_tree_add_uint(subtree, hf_baichuan_acked_frame, tvb, 16, 4, record->other_frame);
        proto_item_set_generated(item);
        if (!record->changed) {
            item = proto_tree_add_time(subtree, hf_baichuan_ack_rtt, tvb, 16, 4, &record->since);
            proto_item_set_generated(item);
            packet.has_rtt = true;
            packet.rtt = record->since;
        }
    }
    bc_udp_stats_queue(pinfo, &packet);
}

/* ---- Registration ------------------------------------------------------------------------------------- */

static void
register_fields(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_magic,
          { "BcUdp magic", "baichuan.udp_magic", FT_UINT32, BASE_HEX, NULL, 0,
            "First four bytes of a packet, type included", HFILL } },
        { &hf_baichuan_type,
          { "Packet type", "baichuan.udp_type", FT_UINT8, BASE_HEX, VALS(type_names), 0,
            "First byte of the magic", HFILL } },
        { &hf_baichuan_connection_id,
          { "Connection ID", "baichuan.udp_connection_id", FT_INT32, BASE_DEC, NULL, 0,
            "Of the receiver: did if that is the device, cid if it is the client", HFILL } },
        { &hf_baichuan_unknown,
          { "Unknown word", "baichuan.udp_unknown", FT_UINT32, BASE_HEX, NULL, 0,
            "A word of the header whose use is not known; always the same", HFILL } },
        { &hf_baichuan_packet_count,
          { "Packet ID", "baichuan.udp_packet_count", FT_UINT32, BASE_DEC, NULL, 0,
            "Counts the data packets of a direction, from 0 on", HFILL } },
        { &hf_baichuan_message_id,
          { "Packet ID once more", "baichuan.udp_message_id", FT_UINT32, BASE_DEC, NULL, 0,
            "The packet ID, under another name that the Lua dissector has", HFILL } },
        { &hf_baichuan_size,
          { "Payload size", "baichuan.udp_size", FT_UINT32, BASE_DEC, NULL, 0,
            "In bytes, without the header", HFILL } },
        { &hf_baichuan_last_ack_packet,
          { "Last packet received", "baichuan.udp_last_ack_packet", FT_UINT32, BASE_DEC, NULL, 0,
            "Packet ID up to which nothing is missing", HFILL } },
        { &hf_baichuan_latency,
          { "Latency word", "baichuan.udp.latency", FT_UINT32, BASE_DEC, NULL, 0,
            "A measure that changes each second, perhaps microseconds; its meaning is not known", HFILL } },
        { &hf_baichuan_ack_payload_size,
          { "Map size", "baichuan.udp_ack_payload_size", FT_UINT32, BASE_DEC, NULL, 0,
            "Bytes of the map of packets behind the last one that was received", HFILL } },
        { &hf_baichuan_ack_map,
          { "Map", "baichuan.udp.ack.map", FT_BYTES, BASE_NONE, NULL, 0,
            "One byte a packet behind the last one: 1 received, 0 missing", HFILL } },
        { &hf_baichuan_ack_missing,
          { "Missing packet", "baichuan.udp.ack.missing", FT_UINT32, BASE_DEC, NULL, 0,
            "ID of a packet that the sender of this acknowledgement does not have", HFILL } },
        { &hf_baichuan_ack_received,
          { "Received packet", "baichuan.udp.ack.received", FT_UINT32, BASE_DEC, NULL, 0,
            "ID of a packet behind a missing one that has arrived", HFILL } },
        { &hf_baichuan_data,
          { "Piece of the stream", "baichuan.udp.data", FT_BYTES, BASE_NONE, NULL, 0,
            "The payload: bytes of messages, which begin anywhere in it", HFILL } },
        { &hf_baichuan_session,
          { "Session", "baichuan.udp.session", FT_UINT32, BASE_DEC, NULL, 0,
            "Number of the session in this capture, from 0 on: both directions, whatever the addresses", HFILL } },
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
        { &hf_baichuan_acked_frame,
          { "Acknowledges packet in", "baichuan.udp.ack.frame", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_ACK), 0,
            "Frame with the packet that is acknowledged here first", HFILL } },
        { &hf_baichuan_ack_rtt,
          { "Ack round-trip time", "baichuan.udp.ack.rtt", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "Seconds from the packet to its acknowledgement, if it was sent once", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan_packet, &ett_baichuan_map };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
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
        { &ei_baichuan_ack_missing,
          { "baichuan.expert.udp_missing", PI_SEQUENCE, PI_NOTE,
            "The receiver lacks packets that it knows of", EXPFILL } },
    };
    /* clang-format on */

    proto_baichuan = proto;
    register_fields(proto);
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
