/* message.c
 * One BC message, whatever carried it: header, Extension, payload, columns.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/expert.h>
#include <epan/packet.h>

#include <baichuan/record/message-names.h>
#include <baichuan/show/losses.h>
#include <baichuan/show/display.h>
#include <baichuan/show/header-fields.h>
#include <baichuan/show/identity.h>
#include <baichuan/show/message-parts.h>
#include <baichuan/show/message.h>
#include <baichuan/show/media.h>
#include <baichuan/show/session-key.h>
#include <baichuan/show/unopened.h>
#include <baichuan/taps/dialogue.h>
#include <baichuan/taps/follow.h>
#include <baichuan/taps/message-tap.h>

#define HOLES_SHOWN 64u

static int proto_baichuan = -1;

static int hf_baichuan_key_row = -1;
static int hf_baichuan_waiting = -1;
static int hf_baichuan_hole = -1;
static int hf_baichuan_hole_offset = -1;
static int hf_baichuan_hole_length = -1;
static int ett_baichuan = -1;
static int ett_baichuan_hole = -1;
static expert_field ei_baichuan_message_hole = EI_INIT;
static expert_field ei_baichuan_waiting = EI_INIT;
static expert_field ei_baichuan_more_holes = EI_INIT;
static expert_field ei_baichuan_usual_answer = EI_INIT;
static expert_field ei_baichuan_handle_reused = EI_INIT;
static expert_field ei_baichuan_handle_again = EI_INIT;
static expert_field ei_baichuan_cut = EI_INIT;
static expert_field ei_baichuan_late = EI_INIT;

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

/* phrase: what its document says; NULL if it says nothing. */
static const char *
message_summary(packet_info *pinfo, const bc_header_t *header, const bc_record_t *record, const char *phrase)
{
    const char *name = (phrase != NULL) ? phrase : bc_message_name(pinfo->pool, header->msg_id);

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
    const bool asleep = record != NULL && record->aside != NULL && record->aside->asleep != NULL;
    return wmem_strdup_printf(pinfo->pool, "Reply %u %s%s", header->code, name, asleep ? " [asleep]" : "");
}

/* What is shown of media with a message; NULL if nothing is. */
static const bc_media_record_t *
media_of_run(const bc_run_t *run, packet_info *pinfo)
{
    if (run->record != NULL && run->assembly != NULL && bc_assembly_passes(run->assembly) &&
        run->assembly->passing->rest.last_run != NULL) {
        return bc_stretch_media(bc_segment_next_run(&run->assembly->passing->rest, NULL), pinfo->pool);
    }
    return (run->record != NULL) ? run->record->media : NULL;
}

/* A sentence for the Info column. */
static const char *
summary(packet_info *pinfo, const bc_header_t *header, const bc_run_t *run, const char *phrase)
{
    const char *text = message_summary(pinfo, header, run->record, phrase);
    const char *media = bc_media_summary(pinfo, media_of_run(run, pinfo));
    const char *note = (run->record != NULL) ? bc_unopened_note(header, &run->record->decision) : NULL;

    text = (media != NULL) ? wmem_strdup_printf(pinfo->pool, "%s (%s)", text, media) : text;
    return (note != NULL) ? wmem_strdup_printf(pinfo->pool, "%s %s", text, note) : text;
}

void
bc_message_show_waiting(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset)
{
    proto_item *item = proto_tree_add_boolean(tree, hf_baichuan_waiting, tvb, offset, 0, true);

    proto_item_set_generated(item);
    expert_add_info(pinfo, item, &ei_baichuan_waiting);
}

static void
show_delivery(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, const bc_delivery_t *delivery)
{
    bc_continuation_show_lost(&delivery->lost, tvb, pinfo, tree, offset);
    if (delivery->waiting) {
        bc_message_show_waiting(tvb, pinfo, tree, offset);
    }
    if (delivery->late) {
        expert_add_info(pinfo, proto_tree_get_parent(tree), &ei_baichuan_late);
    }
}

static void
show_decision(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, const bc_record_t *record)
{
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

/* Only TCP can be told to hand over what comes late. */
static void
explain_hole(packet_info *pinfo, proto_item *item, const camshark_hole_t *hole)
{
    if (hole->cut) {
        expert_add_info(pinfo, item, &ei_baichuan_cut);
    } else if (pinfo->ptype == PT_TCP) {
        expert_add_info_format(
            pinfo, item, &ei_baichuan_message_hole,
            "Set tcp.no_subdissector_on_error to FALSE if they came late: bytes of this message are "
            "missing, or not in the capture");
    } else {
        expert_add_info(pinfo, item, &ei_baichuan_message_hole);
    }
}

/* What is missing inside a message: by place and length, each hole by itself up to a number of them. */
static void
show_holes(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, const bc_assembly_t *assembly)
{
    uint32_t before = 0; /* bytes of tvb in front of the hole */
    uint32_t end = 0;    /* of the hole before, in the message */

    for (uint32_t i = 0; i < assembly->n_holes && i < HOLES_SHOWN; i++) {
        const camshark_hole_t *hole = &assembly->holes[i];
        before += bc_assembly_passes(assembly) ? 0 : hole->offset - end;
        end = hole->offset + hole->len;
        proto_item *item = proto_tree_add_none_format(tree, hf_baichuan_hole, tvb, offset + (int)before, 0,
                                                      "%u bytes are missing from byte %u on (%s)", hole->len,
                                                      hole->offset, hole->cut ? "not captured" : "lost");
        proto_item_set_generated(item);
        proto_tree *subtree = proto_item_add_subtree(item, ett_baichuan_hole);
        proto_item_set_generated(proto_tree_add_uint(subtree, hf_baichuan_hole_offset, tvb,
                                                     offset + (int)before, 0, hole->offset));
        proto_item_set_generated(
            proto_tree_add_uint(subtree, hf_baichuan_hole_length, tvb, offset + (int)before, 0, hole->len));
        explain_hole(pinfo, item, hole);
    }
    if (assembly->n_holes > HOLES_SHOWN) {
        proto_tree_add_expert(tree, pinfo, &ei_baichuan_more_holes, tvb, offset, 0);
    }
}

/* Says that a message ends before its length does: where it goes on behind a hole is not known, or another message
 * begins inside it. */
static void
show_early_end(packet_info *pinfo, proto_item *item, const bc_assembly_t *assembly, const bc_header_t *header)
{
    if (assembly->total < header->len + header->body_len && bc_header_possible(header)) {
        expert_add_info_format(
            pinfo, item, &ei_baichuan_cut,
            "Only %u of %u bytes of this message's body are here; what follows is not known to be its",
            assembly->total - header->len, header->body_len);
    }
}

/* What a document says in the Info column is known when it has been read. */
static bool
is_document(const bc_record_t *record)
{
    return record != NULL && record->decision.kind == BC_PAYLOAD_XML;
}

static void
show_summary(packet_info *pinfo, proto_item *item, const char *text)
{
    proto_item_set_text(item, "Baichuan, %s", text);
    bc_append_info(pinfo, text);
}

/* The item of the whole message. A document's words come when it has been read. */
static proto_item *
begin_message_item(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, const bc_run_t *run,
                   const bc_header_t *header)
{
    proto_item *item = proto_tree_add_item(tree, proto_baichuan, tvb, offset, (int)run->len, ENC_NA);

    if (is_document(run->record)) {
        proto_item_set_text(item, "Baichuan");
    } else {
        show_summary(pinfo, item, summary(pinfo, header, run, NULL));
    }
    return item;
}

/* document: see bc_follow_message() */
static void
follow_message(const bc_shown_message_t *shown, tvbuff_t *document)
{
    const bc_header_t *header = shown->message->header;
    const bc_transfer_piece_t *piece = shown->record->piece;
    const char *media = bc_media_summary(shown->pinfo, shown->record->media);
    const char *note = bc_unopened_note(header, &shown->record->decision);

    if (note == NULL && document == NULL && header->body_len > 0) {
        note = wmem_strdup_printf(shown->pinfo->pool, "[%u bytes]", header->body_len);
    }
    if (media == NULL && piece != NULL && piece->transfer->content == BC_CONTENT_MEDIA) {
        media = "media"; /* whose packets are shown where they pass by */
    }
    if (media != NULL) {
        note = wmem_strdup_printf(shown->pinfo->pool, "[%s, %u bytes]", media, header->body_len);
    }
    bc_follow_message(shown->pinfo, shown->tvb, header, shown->record, note, document);
}

proto_tree *
bc_message_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, const bc_run_t *run,
                bc_message_t *message)
{
    const bc_header_t *header = message->header;
    proto_item *item = begin_message_item(tvb, pinfo, tree, offset, run, header);
    proto_tree *subtree = proto_item_add_subtree(item, ett_baichuan);

    bc_header_show(tvb, pinfo, subtree, offset, header);
    bc_identity_show(tvb, pinfo, subtree, offset, header, run->record);
    if (run->record == NULL) {
        return subtree;
    }
    if (run->assembly != NULL) {
        show_holes(tvb, pinfo, subtree, offset, run->assembly);
        show_early_end(pinfo, item, run->assembly, header);
    }
    const bc_delivery_t *delivery = (run->record->aside != NULL) ? run->record->aside->delivery : NULL;
    if (delivery != NULL) {
        show_delivery(tvb, pinfo, subtree, offset, delivery);
    }
    show_decision(tvb, pinfo, subtree, offset, run->record);
    bc_session_key_show(tvb, subtree, offset, run->record);
    bc_unopened_show(tvb, subtree, offset, header, &run->record->decision);
    const nstime_t *when = (delivery != NULL) ? &delivery->when : &pinfo->abs_ts;
    bc_requests_show(&run->record->turn, header, when, pinfo, tvb, subtree);
    bc_message_tap_queue(pinfo, header, run, when, bc_hides_secrets());
    if (run->record->aside != NULL) {
        bc_asleep_show(run->record->aside->asleep, tvb, pinfo, subtree, item);
    }
    const char *phrase = NULL;
    tvbuff_t *document = NULL;
    const bc_shown_message_t shown = { tvb, pinfo, subtree, message, run->record, &phrase, &document };
    bc_message_parts_show(&shown, offset + header->len);
    if (is_document(run->record)) {
        show_summary(pinfo, item, summary(pinfo, header, run, phrase));
    }
    if (bc_follow_wanted()) {
        follow_message(&shown, document);
    }
    if (bc_dialogue_wanted()) {
        bc_dialogue_message(pinfo, header, run, summary(pinfo, header, run, phrase));
    }
    return subtree;
}

static void
register_message_fields(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_key_row,
          { "Opened by", "baichuan.key_row", FT_STRING, BASE_NONE, NULL, 0,
            "What gave the AES key: a row of the key table, a line of another source of keys, each with its comment, or a preference", HFILL } },
        { &hf_baichuan_waiting,
          { "Incomplete at the end", "baichuan.waiting", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "The capture ends before this is complete, or before what is missing in front of it: it is shown in the last packet "
            "of its direction", HFILL } },
        { &hf_baichuan_hole,
          { "Hole", "baichuan.hole", FT_NONE, BASE_NONE, NULL, 0,
            "Bytes of this message that are missing: lost, or not captured", HFILL } },
        { &hf_baichuan_hole_offset,
          { "Offset of the hole", "baichuan.hole.offset", FT_UINT32, BASE_DEC, NULL, 0,
            "Bytes of the message before it, its header included", HFILL } },
        { &hf_baichuan_hole_length,
          { "Length of the hole", "baichuan.hole.length", FT_UINT32, BASE_DEC, NULL, 0,
            "Bytes that are missing", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan, &ett_baichuan_hole };

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
        { &ei_baichuan_message_hole,
          { "baichuan.expert.hole", PI_SEQUENCE, PI_WARN,
            "Bytes of this message are missing: they are not in the capture", EXPFILL } },
        { &ei_baichuan_waiting,
          { "baichuan.expert.waiting", PI_SEQUENCE, PI_NOTE,
            "The capture ends before the rest of this message came, or what is missing in front of it", EXPFILL } },
        { &ei_baichuan_more_holes,
          { "baichuan.expert.more_holes", PI_SEQUENCE, PI_NOTE,
            "This message has more holes, which are not listed", EXPFILL } },
        { &ei_baichuan_late,
          { "baichuan.expert.late", PI_SEQUENCE, PI_NOTE,
            "This message was completed after ones that follow it: its packets came out of order", EXPFILL } },
    };
    /* clang-format on */

    proto_baichuan = proto;
    register_message_fields(proto);
    bc_message_parts_register(proto);
    bc_session_key_register(proto);
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
