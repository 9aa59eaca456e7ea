/* udp-ack.c
 * BcUdp acknowledgements.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The first pass finds the session, and the packet that is acknowledged here for the first time. What the receiver
 * has got and the capture has not is not waited for any longer: the next data packet sees to that.
 */
#include <common/epan/ws-compat.h>

#include <epan/expert.h>
#include <epan/packet.h>

#include <baichuan/record/records.h>
#include <baichuan/show/identity.h>
#include <baichuan/show/outcome.h>
#include <baichuan/taps/follow.h>
#include <baichuan/taps/sessions.h>
#include <baichuan/taps/udp-stats.h>
#include <baichuan/udp/packet.h>
#include <baichuan/udp/udp-ack.h>
#include <baichuan/udp/udp-session.h>
#include <baichuan/wire/udp-header.h>

static int hf_baichuan_last_ack_packet = -1;
static int hf_baichuan_group_id = -1;
static int hf_baichuan_receive_rate = -1;
static int hf_baichuan_receive_kilobytes = -1;
static int hf_baichuan_latency = -1;
static int hf_baichuan_ack_payload_size = -1;
static int hf_baichuan_ack_map = -1;
static int hf_baichuan_ack_missing = -1;
static int hf_baichuan_ack_received = -1;
static int hf_baichuan_acked_frame = -1;
static int hf_baichuan_ack_rtt = -1;

static int ett_baichuan_map = -1;

static expert_field ei_baichuan_ack_missing = EI_INIT;

/* What the first pass has found out about an acknowledgement; file scope. */
typedef struct {
    const bc_outcome_t *outcome; /* of its session */
    uint32_t data_frame; /* with the packet that is acknowledged; 0: none, or it was acknowledged before */
    uint8_t direction;   /* in which it travels */
    bool sent_again;     /* nobody knows which of its transmissions is acknowledged: no round-trip time */
    nstime_t since;      /* from the packet to this one */
} ack_record_t;

/* ---- First pass --------------------------------------------------------------------------------------- */

static bool
acknowledges_nothing(tvbuff_t *tvb)
{
    return tvb_get_letohl(tvb, BC_UDP_ACK_GROUP) == UINT32_MAX && tvb_get_letohl(tvb, 16) == UINT32_MAX;
}

static void
note_acknowledged(bc_udp_direction_t *data, uint32_t id, const packet_info *pinfo, ack_record_t *record)
{
    uint32_t next;

    if (data == NULL || !bc_bytestream_next(&data->order, &next)) {
        return; /* nothing of that direction is known, nor to be expected */
    }
    bc_bytestream_acknowledged(&data->order, id);
    bc_udp_seen_t *seen = bc_udp_direction_seen(data, id);
    if (seen == NULL || seen->acknowledged) {
        return;
    }
    seen->acknowledged = true;
    record->data_frame = seen->frame;
    record->sent_again = seen->repeated;
    nstime_delta(&record->since, &pinfo->abs_ts, &seen->time);
}

static ack_record_t *
decide_ack(tvbuff_t *tvb, packet_info *pinfo, const camshark_record_key_t *key)
{
    bc_udp_packet_t packet = { .receiver = tvb_get_letohl(tvb, 4), .packet = tvb_get_letohl(tvb, 16) };
    ack_record_t *record = camshark_record_new(bc_records, pinfo, key, sizeof *record);
    unsigned direction;

    packet.nothing = acknowledges_nothing(tvb);
    bc_udp_session_t *session = bc_udp_session_of(pinfo, &packet, &direction);
    bc_outcome_t *outcome = bc_udp_session_outcome(session);
    bc_outcome_packet(outcome, pinfo, direction, record);
    record->outcome = outcome;
    record->direction = (uint8_t)direction;
    if (!packet.nothing) {
        bc_outcome_ack(outcome, pinfo, direction, tvb_get_letohl(tvb, BC_UDP_ACK_RATE));
        note_acknowledged(session->directions[1 - direction], packet.packet, pinfo, record);
    }
    return record;
}

/* NULL on a later pass that meets a packet which the first one did not see. */
static const ack_record_t *
ack_record_of(tvbuff_t *tvb, packet_info *pinfo)
{
    const camshark_record_key_t key = bc_records_key_in_frame(BC_RECORD_UDP_ACK, tvb);

    return PINFO_FD_VISITED(pinfo) ? camshark_record_find(bc_records, pinfo, &key)
                                   : decide_ack(tvb, pinfo, &key);
}

/* ---- Every pass --------------------------------------------------------------------------------------- */

/* The ids in the map, as a text: "missing 5, 7; received 6". */
static void
show_ack_map(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const uint32_t last = tvb_get_letohl(tvb, 16);
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

/* Graphs multiply by whole numbers alone, and have one axis: bytes a second would hide all else there. */
static void
show_receive_rate(tvbuff_t *tvb, proto_tree *tree)
{
    const uint32_t rate = tvb_get_letohl(tvb, BC_UDP_ACK_RATE);

    proto_tree_add_uint(tree, hf_baichuan_receive_rate, tvb, BC_UDP_ACK_RATE, 4, rate);
    if (rate != 0) {
        proto_item_set_generated(proto_tree_add_uint(tree, hf_baichuan_receive_kilobytes, tvb,
                                                     BC_UDP_ACK_RATE, 4,
                                                     rate / 1000 + (rate % 1000 >= 500 ? 1 : 0)));
    }
    proto_item_set_hidden(proto_tree_add_uint(tree, hf_baichuan_latency, tvb, BC_UDP_ACK_RATE, 4, rate));
}

static void
show_ack_header(tvbuff_t *tvb, proto_tree *tree)
{
    bc_udp_packet_show_receiver(tvb, tree);
    proto_tree_add_item(tree, hf_baichuan_group_id, tvb, BC_UDP_ACK_GROUP, 4, ENC_LITTLE_ENDIAN);
    bc_udp_packet_hide_unknown(tvb, tree, BC_UDP_ACK_GROUP);
    proto_tree_add_item(tree, hf_baichuan_last_ack_packet, tvb, 16, 4, ENC_LITTLE_ENDIAN);
    show_receive_rate(tvb, tree);
    proto_tree_add_item(tree, hf_baichuan_ack_payload_size, tvb, 24, 4, ENC_LITTLE_ENDIAN);
}

static bool
has_round_trip(const ack_record_t *record)
{
    return record->data_frame != 0 && !record->sent_again;
}

static void
show_ack_record(const ack_record_t *record, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    proto_item *item;

    bc_udp_packet_show_session(tvb, tree, record->outcome->number);
    bc_connection_show(tvb, tree, 4, record->outcome->connection);
    bc_follow_note(pinfo, record->outcome->connection);
    if (record->data_frame != 0) {
        item = proto_tree_add_uint(tree, hf_baichuan_acked_frame, tvb, 16, 4, record->data_frame);
        proto_item_set_generated(item);
    }
    if (has_round_trip(record)) {
        item = proto_tree_add_time(tree, hf_baichuan_ack_rtt, tvb, 16, 4, &record->since);
        proto_item_set_generated(item);
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
    const ack_record_t *record = ack_record_of(tvb, pinfo);
    proto_item *item;
    proto_tree *subtree = bc_udp_packet_begin(tvb, pinfo, tree, ack_text(pinfo, tvb), &item);

    show_ack_header(tvb, subtree);
    show_ack_map(tvb, pinfo, subtree);
    if (record == NULL) {
        return;
    }
    show_ack_record(record, tvb, pinfo, subtree);
    bc_outcome_show_udp(record->outcome, record, tvb, pinfo, subtree);
    const bc_udp_tap_t packet = {
        .type = BC_UDP_ACK,
        .session = record->outcome->number,
        .receiver = tvb_get_letohl(tvb, 4),
        .has_rtt = has_round_trip(record),
        .rtt = record->since,
        .nothing = acknowledges_nothing(tvb),
        .receive_rate = tvb_get_letohl(tvb, BC_UDP_ACK_RATE),
    };
    bc_udp_stats_queue(pinfo, &packet);
    bc_sessions_queue(pinfo, record->outcome, record->direction);
}

/* ---- Registration ------------------------------------------------------------------------------------- */

void
bc_udp_ack_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_last_ack_packet,
          { "Last packet received", "baichuan.udp_last_ack_packet", FT_UINT32, BASE_DEC, NULL, 0,
            "Packet ID up to which nothing is missing", HFILL } },
        { &hf_baichuan_latency,
          { "Receive rate under its old name", "baichuan.udp.latency", FT_UINT32, BASE_DEC, NULL, 0,
            "In bytes a second; use baichuan.udp.receive_rate", HFILL } },
        { &hf_baichuan_group_id,
          { "Group ID", "baichuan.udp.group_id", FT_UINT32, BASE_DEC, NULL, 0,
            "Counts groups of 2^30 packets: a packet's place is this * 2^30 + packet ID; 4294967295: nothing received",
            HFILL } },
        { &hf_baichuan_receive_rate,
          { "Receive rate", "baichuan.udp.receive_rate", FT_UINT32, BASE_DEC, NULL, 0,
            "In bytes a second, of what the sender of this received in the last one; 0: no estimate. Cameras send by it",
            HFILL } },
        { &hf_baichuan_receive_kilobytes,
          { "Receive rate (kB/s)", "baichuan.udp.receive_kilobytes", FT_UINT32, BASE_DEC, NULL, 0,
            "The same in units of 1,000 bytes a second, for graphs that have one axis; left out where there is no estimate",
            HFILL } },
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
        { &hf_baichuan_acked_frame,
          { "Acknowledges packet in", "baichuan.udp.ack.frame", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_ACK), 0,
            "Frame with the packet that is acknowledged here first", HFILL } },
        { &hf_baichuan_ack_rtt,
          { "Ack round-trip time", "baichuan.udp.ack.rtt", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "Seconds from the packet to its acknowledgement, if it was sent once", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_baichuan_ack_missing,
          { "baichuan.expert.udp_missing", PI_SEQUENCE, PI_NOTE,
            "The receiver lacks packets that it knows of", EXPFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan_map };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
