/* message-parts.c
 * The parts of a BC message in the tree: Extension and payload.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The conversation has decided which cipher each part has; here the parts are shown, and opened with it where the
 * first pass has not done so to decide. A part that had to be decrypted becomes a data source of its own.
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <baichuan/session/plain-parts.h>
#include <baichuan/show/binary-requests.h>
#include <baichuan/show/display.h>
#include <baichuan/show/extension-fields.h>
#include <baichuan/show/legacy-structures.h>
#include <baichuan/show/login-fields.h>
#include <baichuan/show/media.h>
#include <baichuan/show/message-parts.h>
#include <baichuan/show/opened-part.h>
#include <baichuan/show/payload-fields.h>
#include <baichuan/show/unopened.h>
#include <baichuan/taps/export.h>
#include <baichuan/wire/binary-messages.h>

static int hf_baichuan_extension = -1;
static int hf_baichuan_extension_xml = -1;
static int hf_baichuan_payload = -1;
static int hf_baichuan_payload_xml = -1;
static int hf_baichuan_payload_data = -1;
static int hf_baichuan_payload_text = -1;
static int hf_baichuan_payload_unread = -1;
static int hf_baichuan_payload_prefix = -1;
static int hf_baichuan_encrypted = -1;
static int hf_baichuan_payload_jpeg = -1;
static int ett_baichuan_extension = -1;
static int ett_baichuan_payload = -1;

/* The item of a part. It highlights the part's bytes in the message, unless these show what is hidden: a
 * plain item is written to PDML and JSON with its bytes. */
static proto_item *
add_part(tvbuff_t *tvb, proto_tree *tree, int hf, int offset, int len, const bc_opened_t *opened)
{
    if (opened->masked) {
        return proto_tree_add_item(tree, hf, opened->plain, 0, len, ENC_NA);
    }
    return proto_tree_add_item(tree, hf, tvb, offset, len, ENC_NA);
}

/* plain: the len bytes at offset, as bc_plain_extension() or bc_plain_inner_extension() has opened them. */
static void
show_extension(const bc_shown_message_t *shown, int offset, int len, const bc_plain_t *plain, uint8_t cipher)
{
    tvbuff_t *tvb = shown->tvb;
    packet_info *pinfo = shown->pinfo;
    const bc_decision_t *decision = &shown->record->decision;
    const bc_part_t part = { .document = true, .clear = cipher == BC_CIPHER_NONE };
    const bc_sent_part_t sent = { shown->tvb, offset };
    const bc_opened_t opened = bc_part_open_shown(&sent, shown->pinfo, shown->message->header, plain, &part);

    bc_show_encryption(tvb, shown->tree, offset, opened.masked ? 0 : len, cipher, "Extension");
    proto_item *item = add_part(tvb, shown->tree, hf_baichuan_extension, offset, len, &opened);
    proto_tree *subtree = proto_item_add_subtree(item, ett_baichuan_extension);
    if (opened.plain != NULL) {
        bc_extension_show(opened.plain, pinfo, subtree);
        bc_show_xml(opened.plain, pinfo, subtree, hf_baichuan_extension_xml);
    } else {
        proto_tree_add_item(subtree, hf_baichuan_encrypted, tvb, offset, len, ENC_NA);
        bc_unopened_explain(pinfo, item, decision);
    }
}

static void
show_jpeg(tvbuff_t *data, proto_tree *tree, proto_item *payload, uint8_t jpeg)
{
    static const char *const pieces[] = {
        [BC_JPEG_WHOLE] = "whole",
        [BC_JPEG_FIRST] = "first piece",
        [BC_JPEG_MIDDLE] = "middle piece",
        [BC_JPEG_LAST] = "last piece",
    };

    if (jpeg != BC_JPEG_NONE) {
        const int len = (int)tvb_captured_length(data);
        proto_item *item = proto_tree_add_string(tree, hf_baichuan_payload_jpeg, data, 0, len, pieces[jpeg]);
        proto_item_set_generated(item);
        proto_item_append_text(payload, " (JPEG, %s)", pieces[jpeg]);
    }
}

/* A payload that is a document, in plain text. */
static void
show_document(const bc_shown_message_t *shown, tvbuff_t *plain, proto_tree *subtree, proto_item *item)
{
    const bc_decision_t *decision = &shown->record->decision;
    const bc_aside_t *aside = shown->record->aside;
    const char *phrase = bc_payload_fields_show(plain, shown->pinfo, subtree, shown->message->header);

    if (shown->message->header->msg_id == BC_MSG_LOGIN) {
        bc_login_fields_verdict(plain, subtree, decision);
        bc_unopened_explain(shown->pinfo, item, decision);
        const char *user = (aside != NULL) ? aside->user : NULL;
        phrase = bc_login_phrase(shown->pinfo, user, bc_hides_secrets());
        bc_login_list_user(shown->pinfo, user, decision, bc_hides_secrets());
    }
    *shown->document = plain;
    *shown->phrase = (phrase != NULL) ? phrase : *shown->phrase;
    bc_show_xml(plain, shown->pinfo, subtree, hf_baichuan_payload_xml);
}

/* A payload in plain text, up to the first hole in it. */
static void
show_plain_payload(tvbuff_t *plain, const bc_shown_message_t *shown, proto_tree *subtree, proto_item *item)
{
    packet_info *pinfo = shown->pinfo;
    const bc_header_t *header = shown->message->header;
    const bc_record_t *record = shown->record;
    const bc_decision_t *decision = &record->decision;
    const int len = (int)tvb_captured_length(plain);

    switch ((bc_payload_kind_t)decision->kind) {
    case BC_PAYLOAD_XML:
        show_document(shown, plain, subtree, item);
        break;
    case BC_PAYLOAD_LEGACY_LOGIN:
        proto_item_append_text(item, " (legacy login)");
        bc_login_fields_legacy(plain, subtree);
        bc_login_fields_verdict(plain, subtree, decision);
        break;
    case BC_PAYLOAD_TOKENS:
        proto_item_append_text(item, " (tokens)");
        bc_login_fields_tokens(plain, subtree, decision, bc_hides_secrets());
        proto_tree_add_item(subtree, hf_baichuan_payload_data, plain, 0, len, ENC_NA);
        break;
    case BC_PAYLOAD_LEGACY:
        proto_item_append_text(item, " (legacy structure)");
        bc_legacy_show(plain, subtree, header->msg_id);
        proto_tree_add_item(subtree, hf_baichuan_payload_data, plain, 0, len, ENC_NA);
        break;
    case BC_PAYLOAD_NONE:
    case BC_PAYLOAD_BINARY:
    case BC_PAYLOAD_UNREADABLE:
        if (record->turn.role == BC_ROLE_REQUEST) {
            bc_binary_request_show(plain, pinfo, subtree, header->msg_id);
        } else {
            bc_replay_head_show(plain, subtree, header);
        }
        show_jpeg(plain, subtree, item, decision->jpeg);
        proto_tree_add_item(subtree, hf_baichuan_payload_data, plain, 0, len, ENC_NA);
        bc_export_payload(plain, pinfo, record->piece);
        break;
    }
}

/* Whether a payload is read as bytes. */
static bool
is_data(const bc_decision_t *decision)
{
    return decision->kind == BC_PAYLOAD_NONE || decision->kind == BC_PAYLOAD_BINARY ||
           decision->kind == BC_PAYLOAD_UNREADABLE;
}

/* A payload in plain text behind holes, and the media packets in all of it.
 *   tvb  of the whole plain text */
static void
show_behind(tvbuff_t *tvb, const bc_plain_t *plain, const bc_shown_message_t *shown, proto_tree *tree)
{
    const bc_record_t *record = shown->record;
    const bool text = record->decision.kind == BC_PAYLOAD_XML;

    for (size_t i = 0; i < plain->n_breaks; i++) {
        const int at = (int)plain->breaks[i];
        const int len = (int)bc_plain_end_behind(plain, i) - at;
        if (len > 0) {
            proto_tree_add_item(tree, text ? hf_baichuan_payload_text : hf_baichuan_payload_data, tvb, at,
                                len, text ? ENC_UTF_8 : ENC_NA);
        }
    }
    if (is_data(&record->decision) &&
        !(record->secret && bc_hides_secrets())) { /* nothing can be read of them */
        bc_media_show(tvb, shown->pinfo, tree, shown->message->header, record->media, record->piece);
    }
}

/* Bytes behind holes that are not opened: as they were sent.
 *   offset  where they begin in shown->tvb */
static void
show_unread_behind(const bc_shown_message_t *shown, int offset, int hf)
{
    for (size_t i = 0; i < shown->message->n_behind && !bc_hides_secrets(); i++) {
        const int len = (int)shown->message->behind[i].len;
        proto_tree_add_item(shown->tree, hf, shown->tvb, offset, len, ENC_NA);
        offset += len;
    }
}

static void
show_payload(const bc_shown_message_t *shown, int offset, int len)
{
    tvbuff_t *tvb = shown->tvb;
    packet_info *pinfo = shown->pinfo;
    const bc_header_t *header = shown->message->header;
    const bc_record_t *record = shown->record;
    const bc_decision_t *decision = &record->decision;
    const bc_binary_message_t *carrier = bc_binary_message(header->msg_id);
    const bc_part_t part = {
        .legacy_login = decision->kind == BC_PAYLOAD_LEGACY_LOGIN,
        .secret = (carrier != NULL && carrier->secret && decision->kind != BC_PAYLOAD_XML) ||
                  record->secret ||
                  (decision->kind == BC_PAYLOAD_LEGACY && bc_legacy_may_hold_secrets(header->msg_id)),
        .document = decision->kind == BC_PAYLOAD_XML,
        .clear = decision->payload == BC_CIPHER_NONE,
    };
    const bc_plain_t *plain = bc_plain_payload(shown->message, decision);
    const bc_sent_part_t sent = { shown->tvb, offset };
    bc_opened_t opened = bc_part_open_shown(&sent, shown->pinfo, shown->message->header, plain, &part);
    const bool readable = opened.plain != NULL;
    if (!readable && part.secret && bc_hides_secrets()) {
        opened = (bc_opened_t){ bc_masked_bytes(tvb, pinfo, (unsigned)len), true }; /* they may be clear */
    }
    bc_show_encryption(tvb, shown->tree, offset, opened.masked ? 0 : len, decision->payload, "payload");
    proto_item *item = add_part(tvb, shown->tree, hf_baichuan_payload, offset, len, &opened);
    proto_tree *subtree = proto_item_add_subtree(item, ett_baichuan_payload);
    if (readable) {
        tvbuff_t *first = tvb_new_subset_length(opened.plain, 0, (int)plain->len);
        show_plain_payload(plain->n_breaks > 0 ? first : opened.plain, shown, subtree, item);
        show_behind(opened.plain, plain, shown, subtree);
        return;
    }
    add_part(tvb, subtree, hf_baichuan_encrypted, offset, len, &opened);
    show_unread_behind(shown, offset + len, hf_baichuan_encrypted);
    bc_media_show_unopened(pinfo, item, record->media);
    bc_export_unopened(pinfo, record->piece, bc_media_record_stream(record->media));
    if (decision->extension != BC_CIPHER_UNKNOWN || header->payload_offset == 0) {
        bc_unopened_explain(pinfo, item, decision); /* otherwise the Extension has said it */
    }
}

/* An Extension that lies in the payload, and what is before it; offset is that of the payload. */
static void
show_inner_extension(const bc_shown_message_t *shown, int offset)
{
    const bc_decision_t *decision = &shown->record->decision;
    const bc_plain_t plain = bc_plain_inner_extension(shown->message, decision);

    if (decision->inner_prefix > 0) {
        proto_tree_add_item(shown->tree, hf_baichuan_payload_prefix, shown->tvb, offset,
                            decision->inner_prefix, ENC_NA);
    }
    show_extension(shown, offset + decision->inner_prefix, (int)plain.len, &plain, BC_CIPHER_AES);
}

void
bc_message_parts_show(const bc_shown_message_t *shown, int offset)
{
    const bc_decision_t *decision = &shown->record->decision;
    const int extension = (int)bc_message_extension_len(shown->message);

    if (extension > 0) {
        show_extension(shown, offset, extension, bc_plain_extension(shown->message, decision),
                       decision->extension);
    }
    if (decision->inner_len > 0) {
        show_inner_extension(shown, offset + extension);
        shown->message->skip = (uint32_t)decision->inner_prefix + decision->inner_len;
    }
    const int payload = (int)bc_message_payload_len(shown->message);
    if (payload > 0) {
        show_payload(shown, offset + extension + (int)shown->message->skip, payload);
    } else {
        show_unread_behind(shown, offset + (int)shown->message->have, hf_baichuan_payload_unread);
    }
}

/* Bytes of a stretch that nobody can open. */
static void
show_unopened_stretch(const bc_shown_stretch_t *shown, proto_tree *tree, proto_item *item, int offset,
                      int len)
{
    const bc_record_t *record = shown->run->assembly->passing->record;

    proto_tree_add_item(tree, hf_baichuan_encrypted, shown->tvb, offset, len, ENC_NA);
    if (shown->with_message) {
        bc_media_show_unopened(shown->pinfo, item, record->media);
        bc_export_unopened(shown->pinfo, record->piece, bc_media_record_stream(record->media));
        if (record->decision.extension != BC_CIPHER_UNKNOWN || shown->header->payload_offset == 0) {
            bc_unopened_explain(shown->pinfo, item,
                                &record->decision); /* otherwise the Extension has said it */
        }
    }
}

void
bc_message_parts_show_stretch(const bc_shown_stretch_t *shown)
{
    static const uint32_t at_once = 0;
    const bc_stretch_t *stretch = bc_stretch_of(shown->run);
    const bc_decision_t *decision = &shown->run->assembly->passing->record->decision;
    const bc_transfer_piece_t *piece = bc_stretch_piece(shown->run, shown->pinfo);
    const bc_part_t part = { .clear = decision->payload == BC_CIPHER_NONE, .secret = stretch->secret };
    const int offset = shown->offset + (int)bc_stretch_head(shown->run);
    const int len = shown->offset + (int)shown->run->len - offset;
    bc_plain_t plain = shown->plain;

    if (len <= 0) {
        return;
    }
    if (stretch->offset > 0) { /* text may begin inside a secret */
        plain.len = 0;
        plain.breaks = &at_once;
        plain.n_breaks = 1;
    }
    const bc_sent_part_t sent = { shown->tvb, offset + len - (int)plain.all };
    const bc_opened_t opened = bc_part_open_shown(&sent, shown->pinfo, shown->header, &plain, &part);

    if (stretch->offset == 0 || shown->with_message || opened.plain == NULL) { /* the same in between */
        bc_show_encryption(shown->tvb, shown->tree, offset, opened.masked ? 0 : len, decision->payload,
                           "payload");
    }
    proto_item *item = add_part(shown->tvb, shown->tree, hf_baichuan_payload, offset, len, &opened);
    proto_tree *subtree = proto_item_add_subtree(item, ett_baichuan_payload);
    if (opened.plain == NULL) {
        show_unopened_stretch(shown, subtree, item, offset, len);
        return;
    }
    proto_tree_add_item(subtree, hf_baichuan_payload_data, opened.plain, 0, (int)plain.all, ENC_NA);
    bc_export_payload(opened.plain, shown->pinfo, piece);
    if (stretch->secret && bc_hides_secrets()) {
        return; /* nothing can be read of media */
    }
    bc_media_show(opened.plain, shown->pinfo, subtree, shown->header,
                  bc_stretch_media(shown->run, shown->pinfo->pool), piece);
}

static void
register_part_fields(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_extension,
          { "Extension", "baichuan.extension", FT_NONE, BASE_NONE, NULL, 0,
            "First part of the body: describes the payload", HFILL } },
        { &hf_baichuan_extension_xml,
          { "Extension XML", "baichuan.extension.xml", FT_STRING, BASE_NONE, NULL, 0,
            "The whole document in plain text", HFILL } },
        { &hf_baichuan_payload,
          { "Payload", "baichuan.payload", FT_NONE, BASE_NONE, NULL, 0,
            "Second part of the body: a document or binary data", HFILL } },
        { &hf_baichuan_payload_xml,
          { "Payload XML", "baichuan.payload.xml", FT_STRING, BASE_NONE, NULL, 0,
            "The whole document in plain text", HFILL } },
        { &hf_baichuan_payload_data,
          { "Payload data", "baichuan.payload.data", FT_BYTES, BASE_NONE, NULL, 0,
            "Plain bytes of a binary payload", HFILL } },
        { &hf_baichuan_payload_text,
          { "Text behind a hole", "baichuan.payload.text", FT_STRING, BASE_NONE, NULL, 0,
            "What can be read of a document behind bytes that are missing; with AES it goes on one block behind them",
            HFILL } },
        { &hf_baichuan_payload_unread,
          { "Bytes behind a hole", "baichuan.payload.unread", FT_BYTES, BASE_NONE, NULL, 0,
            "Bytes of a message of which the beginning of the payload is missing, as they were sent", HFILL } },
        { &hf_baichuan_payload_prefix,
          { "Bytes before the Extension", "baichuan.payload.prefix", FT_BYTES, BASE_NONE, NULL, 0,
            "First bytes of a replay's payload, before the Extension that lies in it; nobody knows what they are (reported "
            "of one model only)", HFILL } },
        { &hf_baichuan_encrypted,
          { "Encrypted bytes", "baichuan.encrypted", FT_BYTES, BASE_NONE, NULL, 0,
            "Bytes of a part that could not be opened", HFILL } },
        { &hf_baichuan_payload_jpeg,
          { "JPEG picture", "baichuan.payload.jpeg", FT_STRING, BASE_NONE, NULL, 0,
            "Which piece of a picture this payload is: whole, first piece, middle piece, last piece", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan_extension, &ett_baichuan_payload };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}

void
bc_message_parts_register(int proto)
{
    register_part_fields(proto);
    bc_unopened_register(proto);
}
