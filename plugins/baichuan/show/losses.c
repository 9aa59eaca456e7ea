/* losses.c
 * What losses leave behind: bytes that are missing, and bytes without the header of their message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/expert.h>
#include <epan/packet.h>

#include <baichuan/show/losses.h>
#include <baichuan/show/display.h>
#include <baichuan/show/identity.h>

static int proto_baichuan = -1;

static int hf_baichuan_lost = -1;
static int hf_baichuan_lost_packets = -1;
static int hf_baichuan_continuation = -1;
static int hf_baichuan_continuation_length = -1;
static int hf_baichuan_continuation_header = -1;
static int hf_baichuan_continuation_text = -1;

static int ett_baichuan_continuation = -1;

static expert_field ei_baichuan_lost = EI_INIT;
static expert_field ei_baichuan_continuation = EI_INIT;
static expert_field ei_baichuan_unfinished = EI_INIT;

/* The text in the bytes, as a buffer; NULL if there is none. *masked is set if there were secrets
 * in it. */
static tvbuff_t *
open_text(tvbuff_t *tvb, packet_info *pinfo, int offset, int len, const bc_skip_t *skip, bool *masked)
{
    if (skip == NULL || skip->tail.cipher == BC_CIPHER_UNKNOWN) {
        return NULL;
    }
    const bool clear = skip->tail.cipher == BC_CIPHER_NONE;
    const int text_len = (int)skip->tail.text_len;
    uint8_t *text = wmem_alloc(pinfo->pool, (size_t)text_len);
    const uint8_t *bytes = tvb_get_ptr(tvb, offset, len);

    if (!bc_tail_open(&skip->tail, bytes, (size_t)len, skip->key != NULL ? skip->key->aes : NULL, text)) {
        return NULL;
    }
    *masked = bc_hides_secrets() && bc_tail_mask_secrets(text, (size_t)text_len);
    if (clear && !*masked) {
        return tvb_new_subset_length(tvb, offset + (int)skip->tail.text_at, text_len);
    }
    tvbuff_t *opened = tvb_new_child_real_data(tvb, text, (unsigned)text_len, text_len);
    add_new_data_source(pinfo, opened, clear ? "BC without secrets" : "Decrypted BC");
    return opened;
}

/* Whether the bytes can be shown as they are on the wire: bytes that nobody can read may be secrets in the clear. */
static bool
may_show_bytes(const bc_skip_t *skip, const tvbuff_t *text, bool masked)
{
    const bool encrypted = text != NULL && skip->tail.cipher != BC_CIPHER_NONE;

    return !bc_hides_secrets() || encrypted || (text != NULL && !masked && skip->tail.text_at == 0);
}

proto_tree *
bc_continuation_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, int len,
                     const bc_skip_t *skip)
{
    bool masked = false;
    tvbuff_t *text = open_text(tvb, pinfo, offset, len, skip, &masked);
    proto_item *top = proto_tree_add_protocol_format(tree, proto_baichuan, tvb, offset, len,
                                                     "Baichuan, continuation (%d bytes)", len);
    proto_tree *subtree = proto_item_add_subtree(top, ett_baichuan_continuation);

    bc_append_info(pinfo, "Continuation");
    if (may_show_bytes(skip, text, masked)) {
        proto_tree_add_item(subtree, hf_baichuan_continuation, tvb, offset, len, ENC_NA);
    }
    proto_item *item =
        proto_tree_add_uint(subtree, hf_baichuan_continuation_length, tvb, offset, 0, (uint32_t)len);
    proto_item_set_generated(item);
    if (skip != NULL) {
        bc_connection_show(tvb, subtree, offset, skip->connection);
    }
    if (skip != NULL && skip->header_frame != 0) {
        expert_add_info(pinfo, top, &ei_baichuan_unfinished);
        item =
            proto_tree_add_uint(subtree, hf_baichuan_continuation_header, tvb, offset, 0, skip->header_frame);
        proto_item_set_generated(item);
    } else {
        expert_add_info(pinfo, top, &ei_baichuan_continuation);
    }
    if (text != NULL) {
        const int at = (int)skip->tail.text_at;
        bc_show_encryption(tvb, subtree, offset + at, masked ? 0 : (int)skip->tail.text_len,
                           skip->tail.cipher, "text");
        proto_tree_add_item(subtree, hf_baichuan_continuation_text, text, 0, -1, ENC_UTF_8);
    }
    return subtree;
}

static void
show_lost_packets(const bc_loss_t *lost, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset)
{
    proto_item *item = proto_tree_add_uint(tree, hf_baichuan_lost_packets, tvb, offset, 0, lost->packets);
    const char *where =
        (lost->holes == 1) ? "" : wmem_strdup_printf(pinfo->pool, " in %u places", lost->holes);

    proto_item_set_generated(item);
    expert_add_info_format(
        pinfo, item, &ei_baichuan_lost,
        "%u BcUdp packets before this message are not in the capture%s, within the packet IDs "
        "%u to %u",
        lost->packets, where, lost->from, lost->to - 1);
}

static void
show_lost_bytes(const bc_loss_t *lost, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset)
{
    proto_item *item = proto_tree_add_uint(tree, hf_baichuan_lost, tvb, offset, 0, lost->bytes);
    const char *where = (lost->holes == 1)
                            ? "with the"
                            : wmem_strdup_printf(pinfo->pool, "in %u places within the", lost->holes);

    proto_item_set_generated(item);
    expert_add_info_format(
        pinfo, item, &ei_baichuan_lost,
        "%u bytes before this message are missing, %s sequence numbers %u to %u: not captured, "
        "of a message with a hole, or captured out of order (the preference "
        "tcp.reassemble_out_of_order puts those in order)",
        lost->bytes, where, lost->from, lost->to - 1);
}

void
bc_continuation_show_lost(const bc_loss_t *lost, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                          int offset)
{
    if (lost->packets > 0) {
        show_lost_packets(lost, tvb, pinfo, tree, offset);
    } else if (lost->bytes > 0) {
        show_lost_bytes(lost, tvb, pinfo, tree, offset);
    }
}

void
bc_continuation_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_lost,
          { "Lost bytes", "baichuan.lost", FT_UINT32, BASE_DEC, NULL, 0,
            "Bytes missing before this message, by sequence numbers: not captured, or of a message with a hole", HFILL } },
        { &hf_baichuan_lost_packets,
          { "Lost packets", "baichuan.lost_packets", FT_UINT32, BASE_DEC, NULL, 0,
            "BcUdp packets missing before this message, by packet IDs", HFILL } },
        { &hf_baichuan_continuation,
          { "Continuation", "baichuan.continuation", FT_BYTES, BASE_NONE, NULL, 0,
            "Bytes of a message whose header is not in the capture, or of one that is shown in another frame as far as "
            "it was captured", HFILL } },
        { &hf_baichuan_continuation_length,
          { "Length of the continuation", "baichuan.continuation.length", FT_UINT32, BASE_DEC, NULL, 0,
            "Bytes that are skipped up to the next header", HFILL } },
        { &hf_baichuan_continuation_header,
          { "Header of the message in frame", "baichuan.continuation.header_frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame with the header of the message that these bytes belong to, by its length and their sequence numbers",
            HFILL } },
        { &hf_baichuan_continuation_text,
          { "Text of the continuation", "baichuan.continuation.text", FT_STRING, BASE_NONE, NULL, 0,
            "Text at the end of these bytes, or of the Extension in them, decrypted as far as that is possible without what "
            "is lost", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_baichuan_lost,
          { "baichuan.expert.lost", PI_SEQUENCE, PI_WARN,
            "Bytes before this message are missing", EXPFILL } },
        { &ei_baichuan_continuation,
          { "baichuan.expert.continuation", PI_SEQUENCE, PI_NOTE,
            "The header of the message that these bytes belong to is not in the capture; they are skipped up to "
            "the next header", EXPFILL } },
        { &ei_baichuan_unfinished,
          { "baichuan.expert.unfinished", PI_SEQUENCE, PI_NOTE,
            "The message that these bytes belong to is not complete in the capture, or TCP does not reassemble it; "
            "they are skipped up to its end", EXPFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan_continuation };

    proto_baichuan = proto;
    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
