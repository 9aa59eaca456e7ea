/* udp-data-fields.c
 * The fields of BcUdp data packets, and what is said of their order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/expert.h>

#include <baichuan/show/display.h>
#include <baichuan/udp/packet.h>
#include <baichuan/udp/udp-data-fields.h>

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

static void
show_retransmission(const bc_udp_first_t *first, packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree)
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
show_data_order(const bc_udp_data_record_t *record, packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree)
{
    proto_item *packet = proto_tree_get_parent(tree);
    proto_item *item;

    switch ((bc_udp_data_order_t)record->order) {
    case BC_UDP_ORDER_NEXT:
        break;
    case BC_UDP_ORDER_REORDERED:
        item = proto_tree_add_boolean(tree, hf_baichuan_reordered, tvb, 12, 4, true);
        proto_item_set_generated(item);
        expert_add_info(pinfo, item, &ei_baichuan_reordered);
        break;
    case BC_UDP_ORDER_HELD:
        expert_add_info(pinfo, packet, &ei_baichuan_held);
        break;
    case BC_UDP_ORDER_RETRANSMISSION:
        show_retransmission(record->first, pinfo, tvb, tree);
        break;
    case BC_UDP_ORDER_LATE:
        expert_add_info(pinfo, packet, &ei_baichuan_late);
        break;
    }
}

uint32_t
bc_udp_data_lost(const bc_udp_data_record_t *record)
{
    return (record->order != BC_UDP_ORDER_RETRANSMISSION && record->loss != NULL) ? record->loss->packets : 0;
}

static void
show_data_lost(const bc_udp_data_record_t *record, packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree)
{
    const uint32_t lost = bc_udp_data_lost(record);

    if (lost > 0) {
        proto_item *item = proto_tree_add_uint(tree, hf_baichuan_lost, tvb, 12, 4, lost);
        proto_item_set_generated(item);
        expert_add_info_format(
            pinfo, item, &ei_baichuan_lost,
            "%u packets, the last of them from packet ID %u on, are not in the capture and are no "
            "longer waited for",
            lost, record->loss->first);
    }
}

proto_tree *
bc_udp_data_show_header(tvbuff_t *tvb, tvbuff_t *payload, packet_info *pinfo, proto_tree *tree)
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

void
bc_udp_data_show_order(const bc_udp_data_record_t *record, packet_info *pinfo, tvbuff_t *tvb,
                       proto_tree *tree)
{
    show_data_order(record, pinfo, tvb, tree);
    show_data_lost(record, pinfo, tvb, tree);
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
bc_udp_data_fields_register(int proto)
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
