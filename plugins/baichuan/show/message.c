/* message.c
 * One BC message, whatever carried it: header, Extension, payload, columns.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/expert.h>
#include <epan/packet.h>

#include <baichuan/show/losses.h>
#include <baichuan/show/display.h>
#include <baichuan/show/header-fields.h>
#include <baichuan/record/message-names.h>
#include <baichuan/show/message-parts.h>
#include <baichuan/show/message.h>
#include <baichuan/show/media.h>

static int proto_baichuan = -1;

static int hf_baichuan_key_row = -1;
static int ett_baichuan = -1;
static expert_field ei_baichuan_usual_answer = EI_INIT;
static expert_field ei_baichuan_handle_reused = EI_INIT;
static expert_field ei_baichuan_handle_again = EI_INIT;
static expert_field ei_baichuan_cut = EI_INIT;
static expert_field ei_baichuan_late = EI_INIT;

static const char *
message_name(packet_info *pinfo, const bc_header_t *header)
{
    const char *name = bc_message_phrase(header->msg_id);

    return (name != NULL) ? name : wmem_strdup_printf(pinfo->pool, "Unknown message %u", header->msg_id);
}

/* Whether a message is the camera's, as far as anybody knows: by what it is to others, else by its header. */
static bool
is_from_camera(const bc_header_t *header, const bc_record_t *record)
{
    const bc_role_t role = (record != NULL) ? (bc_role_t)record->turn.role : BC_ROLE_UNKNOWN;
    bool from_client = true;

    if (role != BC_ROLE_UNKNOWN &&
        header->msg_id != BC_MSG_UDP_KEEP_ALIVE) { /* both sides ask and answer that */
        return role != BC_ROLE_REQUEST;
    }
    return bc_header_direction(header, &from_client) && !from_client;
}

static const char *
message_summary(packet_info *pinfo, const bc_header_t *header, const bc_record_t *record)
{
    const char *name = message_name(pinfo, header);

    if (bc_header_negotiates(header)) {
        if (header->msg_class == BC_CLASS_SHORT && record != NULL &&
            record->decision.kind == BC_PAYLOAD_XML) {
            return "Login: nonce";
        }
        return (header->body_len > 0) ? "Login: legacy" : "Login: negotiation";
    }
    if (header->overwritten || !is_from_camera(header, record)) {
        return name;
    }
    if (record != NULL && record->turn.role == BC_ROLE_PUSH) {
        return wmem_strdup_printf(pinfo->pool, "Push %s", name);
    }
    return wmem_strdup_printf(pinfo->pool, "Reply %u %s", header->code, name);
}

/* A sentence for the Info column. record is NULL if there is none. */
static const char *
summary(packet_info *pinfo, const bc_header_t *header, const bc_record_t *record)
{
    const char *text = message_summary(pinfo, header, record);
    const char *media = (record != NULL) ? bc_media_summary(pinfo, record->media) : NULL;

    return (media != NULL) ? wmem_strdup_printf(pinfo->pool, "%s (%s)", text, media) : text;
}

static void
show_decision(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, const bc_record_t *record)
{
    bc_continuation_show_lost(&record->lost, tvb, pinfo, tree, offset);
    if (record->late) {
        expert_add_info(pinfo, proto_tree_get_parent(tree), &ei_baichuan_late);
    }
    if (record->decision.usual_answer) {
        expert_add_info(pinfo, proto_tree_get_parent(tree), &ei_baichuan_usual_answer);
    }
    if (record->decision.handle_use != BC_HANDLE_NEW) {
        expert_add_info(pinfo, proto_tree_get_parent(tree),
                        record->decision.handle_use == BC_HANDLE_REUSED ? &ei_baichuan_handle_reused
                                                                        : &ei_baichuan_handle_again);
    }
    if (record->decision.key != NULL) {
        proto_item *item =
            proto_tree_add_string(tree, hf_baichuan_key_row, tvb, offset, 0, record->decision.key->origin);
        proto_item_set_generated(item);
    }
}

void
bc_message_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, const bc_header_t *header,
                   const bc_delivery_t *delivery)
{
    const bool possible = bc_header_possible(header);
    const int body = offset + header->len;
    const int captured = tvb_captured_length_remaining(tvb, body);
    const int have = possible ? MIN((int)header->body_len, captured) : 0;
    bc_message_t message = bc_conversation_message(delivery, pinfo, header, tvb, body, have);
    const bc_record_t *record = possible ? bc_conversation_record(delivery, pinfo, &message) : NULL;
    const char *text = summary(pinfo, header, record);

    bc_append_info(pinfo, text);
    proto_item *item = proto_tree_add_protocol_format(tree, proto_baichuan, tvb, offset, header->len + have,
                                                      "Baichuan, %s", text);
    proto_tree *subtree = proto_item_add_subtree(item, ett_baichuan);

    bc_header_show(tvb, pinfo, subtree, offset, header);
    if (record == NULL) {
        return;
    }
    show_decision(tvb, pinfo, subtree, offset, record);
    bc_requests_show(&record->turn, header, pinfo, tvb, subtree, item);
    const bc_shown_message_t shown = { tvb, pinfo, subtree, &message, record };
    bc_message_parts_show(&shown, body);
    if (have < (int)header->body_len) {
        expert_add_info_format(pinfo, item, &ei_baichuan_cut, "Only %d of %u bytes of this message's body %s",
                               have, header->body_len,
                               record->late ? "are here; others came before its header" : "were captured");
    }
}

static void
register_message_fields(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_key_row,
          { "Opened by", "baichuan.key_row", FT_STRING, BASE_NONE, NULL, 0,
            "Row of the key table and its comment, or preference, that gave the AES key", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}

void
bc_message_register(int proto)
{
    /* clang-format off */
    static ei_register_info ei[] = {
        { &ei_baichuan_usual_answer,
          { "baichuan.expert.usual_answer", PI_PROTOCOL, PI_CHAT,
            "The client asked for 03 and the camera chose AES (02): the usual answer", EXPFILL } },
        { &ei_baichuan_handle_reused,
          { "baichuan.expert.handle_reused", PI_SEQUENCE, PI_WARN,
            "This login has used this stream handle before: the camera will not play that stream again until it is "
            "reset", EXPFILL } },
        { &ei_baichuan_handle_again,
          { "baichuan.expert.handle_again", PI_SEQUENCE, PI_NOTE,
            "This login has used this stream handle before, and has stopped that stream since; if the camera does not play "
            "it, the camera has to be reset first", EXPFILL } },
        { &ei_baichuan_cut,
          { "baichuan.expert.cut", PI_SEQUENCE, PI_WARN,
            "Not all of this message was captured", EXPFILL } },
        { &ei_baichuan_late,
          { "baichuan.expert.late", PI_SEQUENCE, PI_NOTE,
            "This message was completed after ones that follow it: segments were captured out of order. The "
            "preference tcp.reassemble_out_of_order would put them in order", EXPFILL } },
    };
    /* clang-format on */

    proto_baichuan = proto;
    register_message_fields(proto);
    bc_message_parts_register(proto);
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
