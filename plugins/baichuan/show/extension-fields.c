/* extension-fields.c
 * The Extension of a message: what it says of the payload.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Only shown here; the session has read what steers decryption.
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <baichuan/show/extension-fields.h>
#include <baichuan/show/xml-fields.h>

static int hf_baichuan_binary_data = -1;
static int hf_baichuan_channel_id = -1;
static int hf_baichuan_check_pos = -1;
static int hf_baichuan_check_value = -1;
static int hf_baichuan_chn_type = -1;
static int hf_baichuan_encrypt_len = -1;
static int hf_baichuan_encrypt_pos = -1;
static int hf_baichuan_rf_id = -1;
static int hf_baichuan_token = -1;
static int hf_baichuan_user_name = -1;

static const bc_xml_row_t rows[] = {
    { "binaryData", NULL, &hf_baichuan_binary_data },
    { "channelId", NULL, &hf_baichuan_channel_id },
    { "checkPos", NULL, &hf_baichuan_check_pos },
    { "checkValue", NULL, &hf_baichuan_check_value },
    { "chnType", NULL, &hf_baichuan_chn_type },
    { "encryptLen", NULL, &hf_baichuan_encrypt_len },
    { "encryptPos", NULL, &hf_baichuan_encrypt_pos },
    { "rfId", NULL, &hf_baichuan_rf_id },
    { "token", NULL, &hf_baichuan_token },
    { "userName", NULL, &hf_baichuan_user_name },
};
static bc_xml_map_t *extension_map;

void
bc_extension_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    bc_xml_fields_show(tvb, pinfo, tree, extension_map);
}

void
bc_extension_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_binary_data,
          { "Binary data", "baichuan.extension.binary_data", FT_UINT32, BASE_DEC, NULL, 0,
            "1: the payload is binary, and so are those of following messages with this id and number that have no "
            "Extension", HFILL } },
        { &hf_baichuan_encrypt_len,
          { "Encrypted length", "baichuan.extension.encrypt_len", FT_UINT32, BASE_DEC, NULL, 0,
            "Bytes of the payload that are AES; the rest is clear", HFILL } },
        { &hf_baichuan_encrypt_pos,
          { "Encrypted position", "baichuan.extension.encrypt_pos", FT_UINT32, BASE_DEC, NULL, 0,
            "Byte of the payload where the encrypted range begins", HFILL } },
        { &hf_baichuan_check_pos,
          { "Check position", "baichuan.extension.check_pos", FT_UINT32, BASE_DEC, NULL, 0,
            "Byte of the decrypted payload where the check value stands; known from one implementation only",
            HFILL } },
        { &hf_baichuan_check_value,
          { "Check value", "baichuan.extension.check_value", FT_INT32, BASE_DEC, NULL, 0,
            "What the decrypted payload has at the check position; known from one implementation only", HFILL } },
        { &hf_baichuan_channel_id,
          { "Channel ID", "baichuan.extension.channel_id", FT_UINT32, BASE_DEC, NULL, 0,
            "The real channel, counted from 0", HFILL } },
        { &hf_baichuan_user_name,
          { "User name", "baichuan.extension.user_name", FT_STRING, BASE_NONE, NULL, 0,
            "In plain words, unlike the hash of the login", HFILL } },
        { &hf_baichuan_token,
          { "Token", "baichuan.extension.token", FT_STRING, BASE_NONE, NULL, 0,
            "Which abilities are asked for, separated by commas", HFILL } },
        { &hf_baichuan_rf_id,
          { "RF ID", "baichuan.extension.rf_id", FT_UINT32, BASE_DEC, NULL, 0,
            "Number of the PIR sensor", HFILL } },
        { &hf_baichuan_chn_type,
          { "Channel type", "baichuan.extension.chn_type", FT_UINT32, BASE_DEC, NULL, 0,
            "Seen by one implementation only, in the vendor's read of message 332, with value 0", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
    extension_map = bc_xml_map_new();
    bc_xml_map_add_rows(extension_map, rows, array_length(rows));
}
