/* packet.c
 * What the trees of all BcUdp packets have in common.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <baichuan/show/display.h>
#include <baichuan/udp/packet.h>
#include <baichuan/wire/udp-header.h>

static int proto_baichuan = -1;

static int hf_baichuan_magic = -1;
static int hf_baichuan_type = -1;
static int hf_baichuan_unknown = -1;
static int hf_baichuan_size = -1;
static int hf_baichuan_connection_id = -1;
static int hf_baichuan_session = -1;

static int ett_baichuan_packet = -1;

static const value_string type_names[] = {
    { BC_UDP_DATA, "Data" },      { BC_UDP_ACK, "Acknowledgement" }, { BC_UDP_ALARM, "Alarm" },
    { BC_UDP_HUB, "Hub packet" }, { BC_UDP_DISCOVERY, "Discovery" }, { 0, NULL },
};

proto_tree *
bc_udp_packet_begin(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const char *text, proto_item **item)
{
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "BcUdp");
    col_clear(pinfo->cinfo, COL_INFO);
    bc_append_info(pinfo, text);
    *item = proto_tree_add_protocol_format(tree, proto_baichuan, tvb, 0, -1, "Baichuan UDP, %s", text);
    proto_tree *subtree = proto_item_add_subtree(*item, ett_baichuan_packet);

    proto_tree_add_item(subtree, hf_baichuan_magic, tvb, 0, 4, ENC_LITTLE_ENDIAN);
    proto_tree_add_item(subtree, hf_baichuan_type, tvb, 0, 1, ENC_LITTLE_ENDIAN);
    return subtree;
}

void
bc_udp_packet_show_unknown(tvbuff_t *tvb, proto_tree *tree, int offset)
{
    proto_tree_add_item(tree, hf_baichuan_unknown, tvb, offset, 4, ENC_LITTLE_ENDIAN);
}

void
bc_udp_packet_hide_unknown(tvbuff_t *tvb, proto_tree *tree, int offset)
{
    proto_item_set_hidden(proto_tree_add_item(tree, hf_baichuan_unknown, tvb, offset, 4, ENC_LITTLE_ENDIAN));
}

void
bc_udp_packet_show_size(tvbuff_t *tvb, proto_tree *tree, int offset)
{
    proto_tree_add_item(tree, hf_baichuan_size, tvb, offset, 4, ENC_LITTLE_ENDIAN);
}

void
bc_udp_packet_show_receiver(tvbuff_t *tvb, proto_tree *tree)
{
    proto_tree_add_item(tree, hf_baichuan_connection_id, tvb, 4, 4, ENC_LITTLE_ENDIAN);
    bc_udp_packet_show_unknown(tvb, tree, 8);
}

void
bc_udp_packet_show_session(tvbuff_t *tvb, proto_tree *tree, uint32_t session)
{
    proto_item_set_generated(proto_tree_add_uint(tree, hf_baichuan_session, tvb, 4, 4, session));
}

void
bc_udp_packet_register(int proto)
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
        { &hf_baichuan_size,
          { "Payload size", "baichuan.udp_size", FT_UINT32, BASE_DEC, NULL, 0,
            "In bytes, without the header", HFILL } },
        { &hf_baichuan_session,
          { "Session", "baichuan.udp.session", FT_UINT32, BASE_DEC, NULL, 0,
            "Number of the session in this capture, from 0 on: both directions, whatever the addresses", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan_packet };

    proto_baichuan = proto;
    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}
