/* header-fields.c
 * The fields of a BC message's header.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/expert.h>
#include <epan/packet.h>

#include <baichuan/record/message-names.h>
#include <baichuan/show/header-fields.h>

static int hf_baichuan_bin_offset = -1;
static int hf_baichuan_channel_id = -1;
static int hf_baichuan_encrypt = -1;
static int hf_baichuan_encrypt_xml = -1;
static int hf_baichuan_exchange_id = -1;
static int hf_baichuan_last_word = -1;
static int hf_baichuan_magic = -1;
static int hf_baichuan_message_handle = -1;
static int hf_baichuan_msg_class = -1;
static int hf_baichuan_msg_id = -1;
static int hf_baichuan_msg_len = -1;
static int hf_baichuan_msg_understood = -1;
static int hf_baichuan_recording_time = -1;
static int hf_baichuan_response_status = -1;
static int hf_baichuan_status_code = -1;
static int hf_baichuan_stream_id = -1;
static int hf_baichuan_unknown = -1;
static int hf_baichuan_xml_encryption_offset = -1;

static expert_field ei_baichuan_large = EI_INIT;
static expert_field ei_baichuan_length = EI_INIT;
static expert_field ei_baichuan_login_empty = EI_INIT;
static expert_field ei_baichuan_login_refused = EI_INIT;
static expert_field ei_baichuan_payload_offset = EI_INIT;

static void
show_body_length(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, const bc_header_t *header)
{
    proto_item *item = proto_tree_add_uint(tree, hf_baichuan_msg_len, tvb, offset + 8, 4, header->body_len);

    if (!bc_header_possible(header)) {
        expert_add_info(pinfo, item, &ei_baichuan_length);
    } else if (header->body_len > BC_USUAL_BODY) {
        expert_add_info(pinfo, item, &ei_baichuan_large);
    }
}

static void
show_message_id(tvbuff_t *tvb, proto_tree *tree, int offset, const bc_header_t *header)
{
    const bool understood = bc_message_known_name(header->msg_id) != NULL;

    proto_tree_add_uint(tree, hf_baichuan_msg_id, tvb, offset, 4, header->msg_id);
    proto_item *item = proto_tree_add_boolean(tree, hf_baichuan_msg_understood, tvb, offset, 4, understood);
    proto_item_set_generated(item);
    proto_item_set_hidden(item); /* of use in filters only: the name says it */
}

/* For columns and scripts, as other protocols have it: a request has none, where the bytes say 0. */
static void
show_response_status(tvbuff_t *tvb, proto_tree *tree, int offset, const bc_header_t *header)
{
    const uint16_t status = bc_header_status(header);

    if (status != 0) {
        proto_item *item =
            proto_tree_add_uint(tree, hf_baichuan_response_status, tvb, offset + 16, 2, status);
        proto_item_set_generated(item);
        proto_item_set_hidden(item); /* the status code says it */
    }
}

void
bc_header_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, const bc_header_t *header)
{
    proto_item *item;

    proto_tree_add_uint(tree, hf_baichuan_magic, tvb, offset, 4, header->magic);
    show_message_id(tvb, tree, offset + 4, header);
    show_body_length(tvb, pinfo, tree, offset, header);
    proto_tree_add_uint(tree, hf_baichuan_channel_id, tvb, offset + 12, 1, header->channel);
    proto_tree_add_uint(tree, hf_baichuan_xml_encryption_offset, tvb, offset + 12, 1, header->channel);
    proto_tree_add_uint(tree, hf_baichuan_stream_id, tvb, offset + 13, 1, header->stream);
    /* Here and below, hidden: names of the Lua dissector, for saved filters, of bytes that have a better one. */
    proto_item_set_hidden(
        proto_tree_add_uint(tree, hf_baichuan_unknown, tvb, offset + 14, 1, header->number & 0xff));
    proto_tree_add_uint(tree, hf_baichuan_message_handle, tvb, offset + 14, 2, header->number);
    item = proto_tree_add_uint(tree, hf_baichuan_exchange_id, tvb, offset + 12, 4, header->exchange_id);
    proto_item_set_generated(item);
    if (bc_header_negotiates(header)) {
        proto_tree_add_uint(tree, hf_baichuan_encrypt, tvb, offset + 16, 2, header->code);
        proto_item_set_hidden(
            proto_tree_add_boolean(tree, hf_baichuan_encrypt_xml, tvb, offset + 16, 1, header->code & 0xff));
    } else if (header->overwritten) {
        proto_tree_add_item(tree, hf_baichuan_recording_time, tvb, offset + 16, 4,
                            ENC_TIME_SECS | ENC_LITTLE_ENDIAN);
    } else {
        item = proto_tree_add_uint(tree, hf_baichuan_status_code, tvb, offset + 16, 2, header->code);
        show_response_status(tvb, tree, offset, header);
        if (header->msg_id == BC_MSG_LOGIN && header->code >= 400) {
            expert_add_info(pinfo, item, &ei_baichuan_login_refused);
        } else if (header->msg_id == BC_MSG_LOGIN && header->code == 200 && header->body_len == 0) {
            expert_add_info(pinfo, item, &ei_baichuan_login_empty);
        }
    }
    if (!header->overwritten) {
        proto_tree_add_uint(tree, hf_baichuan_msg_class, tvb, offset + 18, 2, header->msg_class);
    }
    if (header->len == BC_LONG_HEADER && header->msg_class == BC_CLASS_NO_OFFSET) {
        proto_tree_add_item(tree, hf_baichuan_last_word, tvb, offset + 20, 4, ENC_LITTLE_ENDIAN);
    } else if (header->offset_bad) {
        item = proto_tree_add_item(tree, hf_baichuan_bin_offset, tvb, offset + 20, 4, ENC_LITTLE_ENDIAN);
        expert_add_info(pinfo, item, &ei_baichuan_payload_offset);
    } else if (header->len == BC_LONG_HEADER) {
        proto_tree_add_uint(tree, hf_baichuan_bin_offset, tvb, offset + 20, 4, header->payload_offset);
    }
}

void
bc_header_fields_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_bin_offset,
          { "Payload offset", "baichuan.bin_offset", FT_UINT32, BASE_DEC, NULL, 0,
            "Bytes of the Extension, after which the payload begins", HFILL } },
        { &hf_baichuan_channel_id,
          { "Channel or session handle", "baichuan.channel_id", FT_UINT8, BASE_DEC, NULL, 0,
            "Channel, counter or handle, as the client that wrote it understands byte 12; the real channel is in "
            "the XML", HFILL } },
        { &hf_baichuan_encrypt,
          { "Encryption negotiation", "baichuan.encrypt", FT_UINT16, BASE_HEX, VALS(bc_negotiation_names), 0,
            "What the client can do at most, or what the camera chose for the session", HFILL } },
        { &hf_baichuan_encrypt_xml,
          { "Encryption is asked for", "baichuan.encrypt_xml", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Byte 16 of a login leg is not 0: the low byte of baichuan.encrypt, under the name that the Lua "
            "dissector gives it", HFILL } },
        { &hf_baichuan_exchange_id,
          { "Exchange ID", "baichuan.exchange_id", FT_UINT32, BASE_HEX, NULL, 0,
            "Bytes 12 to 15 as one number: the camera copies them from a request into each reply", HFILL } },
        { &hf_baichuan_last_word,
          { "Last word of the header", "baichuan.last_word", FT_UINT32, BASE_HEX, NULL, 0,
            "Bytes 20 to 23 of class 0xffff, where they are no payload offset; nobody knows what they are", HFILL } },
        { &hf_baichuan_magic,
          { "Magic", "baichuan.magic", FT_UINT32, BASE_HEX, VALS(bc_magic_names), 0,
            "First four bytes of each message: of a camera or client, or of an NVR", HFILL } },
        { &hf_baichuan_message_handle,
          { "Message number", "baichuan.message_handle", FT_UINT16, BASE_DEC, NULL, 0,
            "Bytes 14 and 15; how many of them count depends on the client", HFILL } },
        { &hf_baichuan_msg_class,
          { "Message class", "baichuan.msg_class", FT_UINT16, BASE_HEX, VALS(bc_class_names), 0,
            "Decides the length of the header", HFILL } },
        { &hf_baichuan_msg_id,
          { "Message ID", "baichuan.msg_id", FT_UINT32, BASE_DEC | BASE_EXT_STRING, &bc_message_names_ext, 0,
            "What the message is about; a reply has that of its request", HFILL } },
        { &hf_baichuan_msg_len,
          { "Body length", "baichuan.msg_len", FT_UINT32, BASE_DEC, NULL, 0,
            "Bytes after the header: Extension and payload together", HFILL } },
        { &hf_baichuan_msg_understood,
          { "Message is known", "baichuan.msg_understood", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Whether the message ID has a name", HFILL } },
        { &hf_baichuan_recording_time,
          { "Recording time", "baichuan.recording_time", FT_ABSOLUTE_TIME, ABSOLUTE_TIME_UTC, NULL, 0,
            "Second of the recording, which some firmware writes over status and class after a seek (reported of one "
            "model only)", HFILL } },
        { &hf_baichuan_response_status,
          { "Status", "baichuan.response_status", FT_UINT16, BASE_DEC, VALS(bc_status_names + 1 /* it is not 0 */), 0,
            "Status code of a reply or push; left out where there is none, in requests and pieces of a replay, whose "
            "baichuan.status_code is 0", HFILL } },
        { &hf_baichuan_status_code,
          { "Status code", "baichuan.status_code", FT_UINT16, BASE_DEC, VALS(bc_status_names), 0,
            "How the camera answers: 200 and 201 for success, as HTTP has it; 0 in a request", HFILL } },
        { &hf_baichuan_stream_id,
          { "Stream", "baichuan.stream_id", FT_UINT8, BASE_DEC, NULL, 0,
            "Stream type of a video message; some clients count requests here", HFILL } },
        { &hf_baichuan_unknown,
          { "Low byte of the message number", "baichuan.unknown", FT_UINT8, BASE_HEX, NULL, 0,
            "Byte 14, under the name that the Lua dissector gives it", HFILL } },
        { &hf_baichuan_xml_encryption_offset,
          { "XOR offset", "baichuan.xml_encryption_offset", FT_UINT8, BASE_DEC, NULL, 0,
            "Byte 12 again: where BC XOR begins in its key", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_baichuan_large,
          { "baichuan.expert.large", PI_PROTOCOL, PI_NOTE,
            "This body is longer than the 1000000 bytes that cameras send at most", EXPFILL } },
        { &ei_baichuan_length,
          { "baichuan.expert.length", PI_MALFORMED, PI_ERROR,
            "This length is impossible (a message of 16 MiB or more); the next header is searched for", EXPFILL } },
        { &ei_baichuan_login_empty,
          { "baichuan.expert.login_empty", PI_RESPONSE_CODE, PI_NOTE,
            "The camera accepts the login but does not describe itself; one client takes this for a refusal", EXPFILL } },
        { &ei_baichuan_login_refused,
          { "baichuan.expert.login_refused", PI_RESPONSE_CODE, PI_WARN,
            "The camera refuses the login: wrong user or password, or a kind of login that it no longer accepts",
            EXPFILL } },
        { &ei_baichuan_payload_offset,
          { "baichuan.expert.payload_offset", PI_MALFORMED, PI_WARN,
            "The payload offset lies behind the end of the body, or is too small for any Extension; the message is shown "
            "without Extension",
            EXPFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
