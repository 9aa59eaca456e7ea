/* legacy-structures.c
 * Bodies of the time before XML: C structures under the message ids that carry XML today.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <baichuan/show/legacy-structures.h>

#define MSG_IP_SETTINGS 76u

/* Where the one published structure of message 76 has its two known fields. */
#define MAC_OFFSET 7
#define MAC_LEN    6
#define IP_OFFSET  26
#define IP_LEN     4

static int hf_baichuan_legacy = -1;
static int hf_baichuan_mac = -1;
static int hf_baichuan_ip = -1;

static int ett_baichuan_legacy = -1;

void
bc_legacy_show(tvbuff_t *tvb, proto_tree *tree, uint32_t msg_id)
{
    const int len = (int)tvb_captured_length(tvb);
    proto_item *item = proto_tree_add_item(tree, hf_baichuan_legacy, tvb, 0, len, ENC_NA);
    proto_tree *subtree = proto_item_add_subtree(item, ett_baichuan_legacy);

    if (msg_id != MSG_IP_SETTINGS) {
        return;
    }
    if (len >= MAC_OFFSET + MAC_LEN) {
        proto_tree_add_item(subtree, hf_baichuan_mac, tvb, MAC_OFFSET, MAC_LEN, ENC_NA);
    }
    if (len >= IP_OFFSET + IP_LEN) {
        proto_tree_add_item(subtree, hf_baichuan_ip, tvb, IP_OFFSET, IP_LEN, ENC_BIG_ENDIAN);
    }
}

void
bc_legacy_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_legacy,
          { "Legacy structure", "baichuan.legacy", FT_NONE, BASE_NONE, NULL, 0,
            "Body of a device from before XML; what it means is mostly unknown", HFILL } },
        { &hf_baichuan_mac,
          { "MAC address (tentative)", "baichuan.legacy.mac", FT_ETHER, BASE_NONE, NULL, 0,
            "Byte 7 of message 76, as in the one message that was published", HFILL } },
        { &hf_baichuan_ip,
          { "IP address (tentative)", "baichuan.legacy.ip", FT_IPv4, BASE_NONE, NULL, 0,
            "Byte 26 of message 76, as in the one message that was published", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan_legacy };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}
