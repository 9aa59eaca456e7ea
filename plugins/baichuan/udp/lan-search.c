/* lan-search.c
 * The LAN search on UDP ports 2000 and 3000.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <baichuan/show/display.h>
#include <baichuan/udp/lan-search.h>

static int proto_baichuan = -1;

static int hf_baichuan_mark = -1;
static int hf_baichuan_identifier = -1;
static int hf_baichuan_mac = -1;
static int hf_baichuan_ip = -1;
static int hf_baichuan_port = -1;
static int hf_baichuan_name = -1;
static int hf_baichuan_mac_text = -1;
static int hf_baichuan_model = -1;
static int hf_baichuan_uid = -1;
static int hf_baichuan_unknown = -1;

static int ett_baichuan_search = -1;

/* A field of the reply. Texts are padded with NUL. */
typedef struct {
    int *hf;
    int offset;
    int len;
    unsigned encoding;
} field_t;

static const field_t reply[] = {
    { &hf_baichuan_unknown, 0, 58, ENC_NA },    { &hf_baichuan_identifier, 58, 18, ENC_UTF_8 },
    { &hf_baichuan_unknown, 76, 4, ENC_NA },    { &hf_baichuan_mac, 80, 6, ENC_NA },
    { &hf_baichuan_unknown, 86, 18, ENC_NA },   { &hf_baichuan_mark, 104, 4, ENC_BIG_ENDIAN },
    { &hf_baichuan_ip, 108, 20, ENC_UTF_8 },    { &hf_baichuan_port, 128, 4, ENC_LITTLE_ENDIAN },
    { &hf_baichuan_name, 132, 32, ENC_UTF_8 },  { &hf_baichuan_mac_text, 164, 32, ENC_UTF_8 },
    { &hf_baichuan_model, 196, 32, ENC_UTF_8 }, { &hf_baichuan_uid, 228, 32, ENC_UTF_8 },
    { &hf_baichuan_unknown, 260, 128, ENC_NA },
};

static proto_tree *
begin_lan_search(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const char *text)
{
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "BcUdp");
    col_set_str(pinfo->cinfo, COL_INFO, text);
    proto_item *item = proto_tree_add_protocol_format(tree, proto_baichuan, tvb, 0, -1, "Baichuan, %s", text);

    return proto_item_add_subtree(item, ett_baichuan_search);
}

void
bc_lan_search_show_request(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    proto_tree *subtree = begin_lan_search(tvb, pinfo, tree, "LAN search");

    proto_tree_add_item(subtree, hf_baichuan_mark, tvb, 0, 4, ENC_BIG_ENDIAN);
}

static const char *
lan_text_at(tvbuff_t *tvb, packet_info *pinfo, int offset, int len)
{
    return (const char *)tvb_get_stringzpad(pinfo->pool, tvb, offset, len, ENC_UTF_8);
}

/* Somewhere in what nobody knows the camera writes an access key. */
static void
add_masked_unknown(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const field_t *field)
{
    tvbuff_t *masked = bc_masked_bytes(tvb, pinfo, (unsigned)field->len);

    proto_tree_add_item(tree, *field->hf, masked, 0, field->len, ENC_NA);
}

void
bc_lan_search_show_reply(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const char *text =
        wmem_strdup_printf(pinfo->pool, "LAN search reply: %s, %s, UID %s", lan_text_at(tvb, pinfo, 132, 32),
                           lan_text_at(tvb, pinfo, 108, 20), lan_text_at(tvb, pinfo, 228, 32));
    proto_tree *subtree = begin_lan_search(tvb, pinfo, tree, text);

    for (unsigned i = 0; i < array_length(reply); i++) {
        if (reply[i].hf == &hf_baichuan_unknown && bc_hides_secrets()) {
            add_masked_unknown(tvb, pinfo, subtree, &reply[i]);
        } else {
            proto_tree_add_item(subtree, *reply[i].hf, tvb, reply[i].offset, reply[i].len, reply[i].encoding);
        }
    }
}

void
bc_lan_search_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_mark,
          { "Mark", "baichuan.lan.mark", FT_UINT32, BASE_HEX, NULL, 0,
            "What a LAN search consists of; the reply repeats it", HFILL } },
        { &hf_baichuan_identifier,
          { "Identifier", "baichuan.lan.identifier", FT_STRINGZPAD, BASE_NONE, NULL, 0,
            "IPC on some devices without web interface, else empty", HFILL } },
        { &hf_baichuan_mac,
          { "MAC address", "baichuan.lan.mac", FT_ETHER, BASE_NONE, NULL, 0,
            "Of the device", HFILL } },
        { &hf_baichuan_ip,
          { "IP address", "baichuan.lan.ip", FT_STRINGZPAD, BASE_NONE, NULL, 0,
            "Of the device, as text", HFILL } },
        { &hf_baichuan_port,
          { "TCP port", "baichuan.lan.port", FT_UINT32, BASE_DEC, NULL, 0,
            "Where the device listens for Baichuan; so it seems, some call it a mark", HFILL } },
        { &hf_baichuan_name,
          { "Device name", "baichuan.lan.name", FT_STRINGZPAD, BASE_NONE, NULL, 0,
            "Which the user has given to it", HFILL } },
        { &hf_baichuan_mac_text,
          { "MAC address as text", "baichuan.lan.mac_text", FT_STRINGZPAD, BASE_NONE, NULL, 0,
            "Of the device, once more", HFILL } },
        { &hf_baichuan_model,
          { "Hardware model", "baichuan.lan.model", FT_STRINGZPAD, BASE_NONE, NULL, 0,
            "Of the device; empty where it does not say", HFILL } },
        { &hf_baichuan_uid,
          { "UID", "baichuan.lan.uid", FT_STRINGZPAD, BASE_NONE, NULL, 0,
            "Under which the vendor's servers know the device", HFILL } },
        { &hf_baichuan_unknown,
          { "Unknown bytes", "baichuan.lan.unknown", FT_BYTES, BASE_NONE, NULL, 0,
            "Bytes of the reply whose use is not known, mostly zero", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan_search };

    proto_baichuan = proto;
    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}
