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

/* Texts that are looked for in structures whose fields nobody knows: so many of them, of at least so many bytes. */
#define MAX_TEXTS  32
#define LEAST_TEXT 4

static int hf_baichuan_legacy = -1;
static int hf_baichuan_mac = -1;
static int hf_baichuan_ip = -1;
static int hf_baichuan_text = -1;

static int ett_baichuan_legacy = -1;

static void
show_ip_settings(tvbuff_t *tvb, proto_tree *tree)
{
    const int len = (int)tvb_captured_length(tvb);

    if (len >= MAC_OFFSET + MAC_LEN) {
        proto_tree_add_item(tree, hf_baichuan_mac, tvb, MAC_OFFSET, MAC_LEN, ENC_NA);
    }
    if (len >= IP_OFFSET + IP_LEN) {
        proto_tree_add_item(tree, hf_baichuan_ip, tvb, IP_OFFSET, IP_LEN, ENC_BIG_ENDIAN);
    }
}

/* Bytes of a text that begins here; 0 if there is none. It ends with a NUL or with the structure. */
static int
legacy_text_len(const uint8_t *bytes, int len)
{
    int end = 0;
    bool masked = true;

    while (end < len && g_ascii_isprint(bytes[end])) {
        masked = masked && bytes[end] == '*';
        end++;
    }
    return (end >= LEAST_TEXT && !masked && (end == len || bytes[end] == '\0')) ? end : 0;
}

/* What can be read in it, wherever it stands. */
static void
show_texts(tvbuff_t *tvb, proto_tree *tree)
{
    const int len = (int)tvb_captured_length(tvb);
    const uint8_t *bytes = tvb_get_ptr(tvb, 0, len);
    int texts = 0;

    for (int at = 0; at < len && texts < MAX_TEXTS;) {
        const int text = legacy_text_len(bytes + at, len - at);
        if (text > 0) {
            proto_tree_add_item(tree, hf_baichuan_text, tvb, at, text, ENC_ASCII | ENC_NA);
            texts++;
        }
        at += text;
        while (at < len && g_ascii_isprint(bytes[at])) {
            at++; /* it is no text from the middle of it either */
        }
        at += at < len;
    }
}

bool
bc_legacy_may_hold_secrets(uint32_t msg_id)
{
    return msg_id != MSG_IP_SETTINGS;
}

void
bc_legacy_show(tvbuff_t *tvb, proto_tree *tree, uint32_t msg_id)
{
    proto_item *item = proto_tree_add_item(tree, hf_baichuan_legacy, tvb, 0, -1, ENC_NA);
    proto_tree *subtree = proto_item_add_subtree(item, ett_baichuan_legacy);

    if (msg_id == MSG_IP_SETTINGS) {
        proto_item_append_text(item, " (tentative: two fields are known, from one message)");
        show_ip_settings(tvb, subtree);
    } else {
        proto_item_append_text(item, " (its fields are not known)");
        show_texts(tvb, subtree);
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
        { &hf_baichuan_text,
          { "Text (tentative)", "baichuan.legacy.text", FT_STRING, BASE_NONE, NULL, 0,
            "Four bytes and more up to a NUL that can be read; which field they are is not known", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan_legacy };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}
