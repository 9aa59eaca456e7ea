/* pdu.c
 * One PDU in tree and columns, from its record alone, on every pass.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/show/pdu.h>

#include <epan/expert.h>

#include <newcamd/record/settings.h>
#include <newcamd/show/frame.h>
#include <newcamd/show/key-faults.h>
#include <newcamd/show/message.h>
#include <newcamd/show/session-key.h>
#include <newcamd/wire/frame.h>

static int proto_newcamd = -1;

static int hf_newcamd_greeting = -1;
static int hf_newcamd_greeting_multics = -1;
static int hf_newcamd_out_of_step = -1;
static int hf_newcamd_lost = -1;
static int hf_newcamd_login_frame = -1;
static int hf_newcamd_pieces = -1;
static int hf_newcamd_piece = -1;
static int hf_newcamd_shown_in = -1;
static int hf_newcamd_missing = -1;

static int ett_newcamd = -1;
static int ett_newcamd_pieces = -1;

static expert_field ei_newcamd_out_of_order = EI_INIT;
static expert_field ei_newcamd_repeated = EI_INIT;
static expert_field ei_newcamd_length = EI_INIT;
static expert_field ei_newcamd_lost = EI_INIT;
static expert_field ei_newcamd_out_of_step = EI_INIT;
static expert_field ei_newcamd_cut = EI_INIT;
static expert_field ei_newcamd_missing = EI_INIT;

static proto_item *
begin_pdu(newcamd_segment_t *segment, uint32_t length, proto_tree **tree)
{
    const int there = tvb_captured_length_remaining(segment->tvb, segment->offset);
    proto_item *item = proto_tree_add_item(segment->tree, proto_newcamd, segment->tvb, segment->offset,
                                           MIN((int)length, there), ENC_NA);

    if (!segment->shown) {
        segment->shown = true;
        col_set_str(segment->pinfo->cinfo, COL_PROTOCOL, "newcamd");
        col_clear(segment->pinfo->cinfo, COL_INFO);
    }

    *tree = proto_item_add_subtree(item, ett_newcamd);
    return item;
}

/* A PDU and where it is shown from: the segment, or its bytes out of several. */
typedef struct {
    newcamd_segment_t *segment;
    const newcamd_pdu_t *pdu;
    newcamd_fault_at_t at;
    tvbuff_t *tvb;
    int offset;
    proto_tree *tree;
    proto_item *item;
} shown_t;

static void
show_greeting(const shown_t *shown)
{
    newcamd_segment_t *segment = shown->segment;
    proto_item *item = shown->item;

    proto_tree_add_item(shown->tree, hf_newcamd_greeting, shown->tvb, shown->offset, NEWCAMD_GREETING_LEN,
                        ENC_NA);
    if (!newcamd_greeting_is_multics(tvb_get_ptr(shown->tvb, shown->offset, NEWCAMD_GREETING_LEN))) {
        newcamd_say_pdu(segment, item, "Greeting");
        return;
    }
    newcamd_say_pdu(segment, item, "Greeting of a MultiCS server");
    item = proto_tree_add_boolean(shown->tree, hf_newcamd_greeting_multics, shown->tvb, shown->offset,
                                  NEWCAMD_GREETING_LEN, true);
    proto_item_set_generated(item);
}

static void
show_cut_frame(const shown_t *shown)
{
    newcamd_say_pdu(shown->segment, shown->item, "Part of a frame");
    newcamd_fault(&shown->at, shown->item, &ei_newcamd_cut);
    if (tvb_bytes_exist(shown->tvb, shown->offset, NEWCAMD_LENGTH_LEN)) {
        newcamd_show_length(shown->tree, shown->tvb, shown->offset, NULL);
    }
}

/* Bytes of a PDU of which nobody can say what they are. */
static void
show_unread(const shown_t *shown, int skip)
{
    const int len = (int)((shown->pdu->bytes != NULL) ? shown->pdu->length : shown->pdu->here) - skip;
    const int there = tvb_captured_length_remaining(shown->tvb, shown->offset + skip);

    if (MIN(len, there) > 0) {
        proto_tree_add_item(shown->tree, hf_newcamd_out_of_step, shown->tvb, shown->offset + skip,
                            MIN(len, there), ENC_NA);
    }
}

static void
show_bad_length(const shown_t *shown)
{
    uint32_t length;

    newcamd_say_pdu(shown->segment, shown->item, "Impossible length");
    proto_item *field = newcamd_show_length(shown->tree, shown->tvb, shown->offset, &length);
    newcamd_fault_format(&shown->at, field, &ei_newcamd_length,
                         "No frame has a length of %u: lengths are multiples of 8 from %u to %u", length,
                         NEWCAMD_LENGTH_MIN, NEWCAMD_LENGTH_MAX);
    show_unread(shown, NEWCAMD_LENGTH_LEN);
}

static void
show_out_of_step(const shown_t *shown)
{
    if (shown->pdu->unrecorded) {
        newcamd_show_recognized(shown->segment, shown->pdu->connection, shown->tree);
    }
    newcamd_say_piece(shown->segment, shown->item, "Bytes from inside a frame");
    newcamd_fault(&shown->at, shown->item, &ei_newcamd_out_of_step);
    show_unread(shown, 0);
}

static void
show_shown_in(const shown_t *shown)
{
    proto_item_set_generated(
        proto_tree_add_uint(shown->tree, hf_newcamd_shown_in, shown->tvb, 0, 0, shown->pdu->whole->shown_in));
}

/* Bytes of a PDU that is shown where it is whole. That may be known later only. */
static void
show_piece(const shown_t *shown)
{
    const newcamd_whole_t *whole = shown->pdu->whole;

    newcamd_say_piece(shown->segment, shown->item, "Part of a message");
    if (whole != NULL && whole->shown_in != 0) {
        show_shown_in(shown);
    } else if (whole != NULL && whole->missing != 0) {
        proto_item *item =
            proto_tree_add_uint(shown->tree, hf_newcamd_missing, shown->tvb, 0, 0, whole->missing);
        proto_item_set_generated(item);
        newcamd_fault_format(&shown->at, item, &ei_newcamd_missing,
                             "%u bytes of this message are not in the capture, so that it cannot be opened",
                             whole->missing);
    }
}

/* The segments that a PDU came in. */
static void
show_pieces(const shown_t *shown)
{
    const newcamd_whole_t *whole = shown->pdu->whole;
    /* Items are written to PDML with their bytes, which may be secrets in the clear. */
    const bool hidden = newcamd_hide_secrets();
    proto_item *item =
        proto_tree_add_item(shown->tree, hf_newcamd_pieces, shown->tvb, 0, hidden ? 0 : -1, ENC_NA);
    proto_tree *tree = proto_item_add_subtree(item, ett_newcamd_pieces);
    int at = 0;

    proto_item_set_text(item, "%u segments (%u bytes)", whole->piece_count, shown->pdu->length);
    proto_item_set_generated(item);
    for (unsigned i = 0; i < whole->piece_count; i++) {
        const newcamd_piece_t *piece = &whole->pieces[i];
        item =
            proto_tree_add_uint_format(tree, hf_newcamd_piece, shown->tvb, at, hidden ? 0 : (int)piece->len,
                                       piece->frame, "Frame %u: %u bytes", piece->frame, piece->len);
        proto_item_set_generated(item);
        at += (int)piece->len;
    }
}

/* How a segment lies in the stream, where that is not right behind the one before it. */
static void
show_place(const shown_t *shown)
{
    const newcamd_pdu_t *pdu = shown->pdu;

    if (pdu->lost > 0) {
        proto_item *item = proto_tree_add_uint(shown->tree, hf_newcamd_lost, shown->segment->tvb,
                                               shown->segment->offset, 0, pdu->lost);
        proto_item_set_generated(item);
        newcamd_fault_format(
            &shown->at, item, &ei_newcamd_lost,
            newcamd_tcp_withholds()
                ? "Set tcp.no_subdissector_on_error to FALSE if they come late: %u bytes are missing before "
                  "this "
                  "segment; they were lost, or not captured, or come late"
                : "%u bytes are missing before this segment: they were lost, or not captured, or come later",
            pdu->lost);
    }
    if (pdu->out_of_order) {
        newcamd_fault(&shown->at, shown->item, &ei_newcamd_out_of_order);
    }
}

static void
show_kind(const shown_t *shown, uint8_t *plain)
{
    const newcamd_pdu_t *pdu = shown->pdu;

    switch ((newcamd_pdu_kind_t)pdu->kind) {
    case NEWCAMD_PDU_GREETING:
        show_greeting(shown);
        break;
    case NEWCAMD_PDU_FRAME:
        newcamd_show_frame(
            &(newcamd_frame_t){ shown->segment, pdu, shown->tvb, shown->offset, shown->tree, shown->item },
            plain);
        break;
    case NEWCAMD_PDU_CUT_FRAME:
        show_cut_frame(shown);
        break;
    case NEWCAMD_PDU_BAD_LENGTH:
        show_bad_length(shown);
        break;
    case NEWCAMD_PDU_PIECE:
        show_piece(shown);
        break;
    case NEWCAMD_PDU_REPEATED:
        newcamd_say_piece(shown->segment, shown->item, "Retransmission");
        newcamd_fault(&shown->at, shown->item, &ei_newcamd_repeated);
        break;
    case NEWCAMD_PDU_OUT_OF_STEP:
    case NEWCAMD_PDU_PERHAPS_GREETING:
        if (pdu->perhaps != NULL && pdu->perhaps->connection != NULL) {
            show_greeting(shown);
        } else if (pdu->whole != NULL && pdu->whole->shown_in != 0 && pdu->bytes == NULL) {
            show_piece(shown);
        } else {
            show_out_of_step(shown);
        }
        break;
    case NEWCAMD_PDU_PIECE_OF_LOGIN:
        DISSECTOR_ASSERT_NOT_REACHED();
    }
}

void
newcamd_show_pdu(newcamd_segment_t *segment, const newcamd_pdu_t *pdu, uint8_t *plain)
{
    shown_t shown = { .segment = segment,
                      .pdu = pdu,
                      .at = newcamd_segment_fault_at(segment, pdu),
                      .tvb = segment->tvb,
                      .offset = segment->offset };

    shown.item = begin_pdu(segment, pdu->here, &shown.tree);
    if (pdu->bytes != NULL) {
        shown.tvb = tvb_new_child_real_data(segment->tvb, pdu->bytes, pdu->length, (int)pdu->length);
        shown.offset = 0;
        add_new_data_source(segment->pinfo, shown.tvb, "Reassembled newcamd");
        show_pieces(&shown);
    }
    if (pdu->perhaps == NULL || pdu->perhaps->connection == NULL) {
        show_place(&shown);
    }
    show_kind(&shown, plain);
    newcamd_faults_sum_up(&shown.at, shown.item);
}

void
newcamd_show_piece_of_login(newcamd_segment_t *segment, newcamd_connection_t *connection, uint32_t length)
{
    proto_tree *tree;
    proto_item *item = begin_pdu(segment, length, &tree);

    if (segment->pinfo->num != connection->early_login.frame) {
        newcamd_say_piece(segment, item, "Part of a login");
        item = proto_tree_add_uint(tree, hf_newcamd_login_frame, segment->tvb, 0, 0,
                                   connection->early_login.frame);
        proto_item_set_generated(item);
        return;
    }
    const newcamd_pdu_t pdu = { .connection = connection,
                                .kind = NEWCAMD_PDU_FRAME,
                                .key = (uint8_t)connection->early_login.key,
                                .is_login = connection->session.login != NEWCAMD_LOGIN_NOT_SEEN,
                                .place = connection->early_login.place,
                                .unrecorded = connection->recognized_in > connection->login_frame,
                                .direction = (uint8_t)segment->direction,
                                .length = connection->early_login.len,
                                .turn = connection->early_login.turn };
    tvbuff_t *tvb =
        tvb_new_child_real_data(segment->tvb, connection->early_login.bytes, pdu.length, (int)pdu.length);

    add_new_data_source(segment->pinfo, tvb, "newcamd login in pieces");
    newcamd_show_frame(&(newcamd_frame_t){ segment, &pdu, tvb, 0, tree, item }, NULL);
    const newcamd_fault_at_t at = newcamd_segment_fault_at(segment, &pdu);
    newcamd_faults_sum_up(&at, item);
}

static void
register_pdu_fields(void)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_greeting,
          { "Greeting", "newcamd.greeting", FT_BYTES, BASE_NONE, NULL, 0,
            "Random bytes of the side that accepted the connection; they make the login key", HFILL } },
        { &hf_newcamd_greeting_multics,
          { "Mark of MultiCS", "newcamd.greeting.multics", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Three bytes are sums of others, which one greeting in 16 million is by chance (seen in MultiCS only)", HFILL } },
        { &hf_newcamd_out_of_step,
          { "Unread bytes", "newcamd.unread", FT_BYTES, BASE_NONE, NULL, 0,
            "Bytes of which it is not known where a frame begins", HFILL } },
        { &hf_newcamd_lost,
          { "Lost bytes", "newcamd.lost", FT_UINT32, BASE_DEC, NULL, 0,
            "Bytes missing before this segment, by TCP's sequence numbers", HFILL } },
        { &hf_newcamd_login_frame,
          { "Login shown in frame", "newcamd.login_frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "The login came in pieces; it is shown in the frame that holds its last one", HFILL } },
        { &hf_newcamd_pieces,
          { "Segments", "newcamd.segments", FT_NONE, BASE_NONE, NULL, 0,
            "The segments that the message came in", HFILL } },
        { &hf_newcamd_piece,
          { "Segment", "newcamd.segment", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "A frame with bytes of the message", HFILL } },
        { &hf_newcamd_shown_in,
          { "Message shown in frame", "newcamd.segment.reassembled_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "These bytes are part of a message; it is shown in the frame in which its last byte arrived", HFILL } },
        { &hf_newcamd_missing,
          { "Bytes missing in the message", "newcamd.segment.missing", FT_UINT32, BASE_DEC, NULL, 0,
            "Bytes of the message that are not in the capture", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_newcamd, &ett_newcamd_pieces };

    proto_register_field_array(proto_newcamd, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}

static void
register_pdu_experts(void)
{
    /* clang-format off */
    static ei_register_info ei[] = {
        { &ei_newcamd_out_of_order,
          { "newcamd.expert.out_of_order", PI_SEQUENCE, PI_NOTE,
            "This segment came out of order, behind what follows it, and was put into its place", EXPFILL } },
        { &ei_newcamd_missing,
          { "newcamd.expert.missing", PI_SEQUENCE, PI_WARN, "Bytes of this message are not in the capture", EXPFILL } },
        { &ei_newcamd_repeated,
          { "newcamd.expert.repeated", PI_SEQUENCE, PI_NOTE,
            "These bytes were there before: a retransmission", EXPFILL } },
        { &ei_newcamd_length,
          { "newcamd.expert.length", PI_MALFORMED, PI_ERROR, "Impossible length", EXPFILL } },
        { &ei_newcamd_lost,
          { "newcamd.expert.lost", PI_SEQUENCE, PI_WARN, "Bytes are missing before this message", EXPFILL } },
        { &ei_newcamd_out_of_step,
          { "newcamd.expert.out_of_step", PI_SEQUENCE, PI_NOTE,
            "These bytes begin inside a frame whose beginning is not in the capture; "
            "the next segment that holds whole frames is read again", EXPFILL } },
        { &ei_newcamd_cut,
          { "newcamd.expert.cut", PI_UNDECODED, PI_WARN,
            "The rest of this frame is missing: the packet was cut by the snap length", EXPFILL } },
    };
    /* clang-format on */

    expert_register_field_array(expert_register_protocol(proto_newcamd), ei, array_length(ei));
}

void
newcamd_pdu_tree_register(int proto)
{
    proto_newcamd = proto;
    register_pdu_fields();
    register_pdu_experts();
    newcamd_frame_register(proto);
    newcamd_key_faults_register(proto);
    newcamd_session_key_register(proto);
}
