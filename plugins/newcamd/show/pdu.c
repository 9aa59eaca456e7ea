/* pdu.c
 * One PDU in tree and columns, from its record alone, on every pass.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/show/pdu.h>

#include <epan/expert.h>
#include <epan/prefs-int.h>
#include <epan/prefs.h>

#include <newcamd/show/frame.h>
#include <newcamd/wire/frame.h>

static int proto_newcamd = -1;

static int hf_newcamd_greeting = -1;
static int hf_newcamd_greeting_multics = -1;
static int hf_newcamd_out_of_step = -1;
static int hf_newcamd_lost = -1;
static int hf_newcamd_login_frame = -1;

static int ett_newcamd = -1;

static expert_field ei_newcamd_out_of_order = EI_INIT;
static expert_field ei_newcamd_repeated = EI_INIT;
static expert_field ei_newcamd_length = EI_INIT;
static expert_field ei_newcamd_lost = EI_INIT;
static expert_field ei_newcamd_out_of_step = EI_INIT;
static expert_field ei_newcamd_cut = EI_INIT;

/* The columns stay as they are until there is something to show: a segment may only make us ask for more. */
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

/* Whether TCP puts segments in order before we see them. */
static bool
tcp_reorders(void)
{
    module_t *tcp = prefs_find_module("tcp");
    pref_t *preference = (tcp != NULL) ? prefs_find_preference(tcp, "reassemble_out_of_order") : NULL;

    return preference != NULL && prefs_get_bool_value(preference, pref_current);
}

static void
show_greeting(newcamd_segment_t *segment, proto_tree *tree, proto_item *item)
{
    proto_tree_add_item(tree, hf_newcamd_greeting, segment->tvb, segment->offset, NEWCAMD_GREETING_LEN,
                        ENC_NA);
    if (!newcamd_greeting_is_multics(tvb_get_ptr(segment->tvb, segment->offset, NEWCAMD_GREETING_LEN))) {
        newcamd_say_pdu(segment, item, "Greeting");
        return;
    }
    newcamd_say_pdu(segment, item, "Greeting of a MultiCS server");
    item = proto_tree_add_boolean(tree, hf_newcamd_greeting_multics, segment->tvb, segment->offset,
                                  NEWCAMD_GREETING_LEN, true);
    proto_item_set_generated(item);
}

static void
show_cut_frame(newcamd_segment_t *segment, proto_tree *tree, proto_item *item)
{
    newcamd_say_pdu(segment, item, "Part of a frame");
    expert_add_info(segment->pinfo, item, &ei_newcamd_cut);
    if (tvb_bytes_exist(segment->tvb, segment->offset, NEWCAMD_LENGTH_LEN)) {
        newcamd_show_length(tree, segment->tvb, segment->offset, NULL);
    }
}

static void
show_bad_length(newcamd_segment_t *segment, proto_tree *tree, proto_item *item)
{
    uint32_t length;
    proto_item *field = newcamd_show_length(tree, segment->tvb, segment->offset, &length);

    newcamd_say_pdu(segment, item, "Impossible length");
    expert_add_info_format(segment->pinfo, field, &ei_newcamd_length,
                           "No frame has a length of %u: lengths are multiples of 8 from %u to %u", length,
                           NEWCAMD_LENGTH_MIN, NEWCAMD_LENGTH_MAX);
    if (tvb_captured_length_remaining(segment->tvb, segment->offset) > NEWCAMD_LENGTH_LEN) {
        proto_tree_add_item(tree, hf_newcamd_out_of_step, segment->tvb, segment->offset + NEWCAMD_LENGTH_LEN,
                            -1, ENC_NA);
    }
}

static void
show_out_of_step(newcamd_segment_t *segment, const newcamd_pdu_t *pdu, proto_tree *tree, proto_item *item)
{
    if (pdu->unrecorded) {
        newcamd_show_recognized(segment, pdu->connection, tree);
    }
    newcamd_say_pdu(segment, item, "Bytes from inside a frame");
    expert_add_info(segment->pinfo, item, &ei_newcamd_out_of_step);
    proto_tree_add_item(tree, hf_newcamd_out_of_step, segment->tvb, segment->offset, -1, ENC_NA);
}

/* How a PDU lies in the stream, where that is not right behind the one before it. */
static void
show_place(newcamd_segment_t *segment, const newcamd_pdu_t *pdu, proto_tree *tree)
{
    if (pdu->lost > 0) {
        proto_item *item =
            proto_tree_add_uint(tree, hf_newcamd_lost, segment->tvb, segment->offset, 0, pdu->lost);
        proto_item_set_generated(item);
        expert_add_info_format(
            segment->pinfo, item, &ei_newcamd_lost,
            tcp_reorders() ? "%u bytes are missing before this message: TCP segments were lost, or not "
                             "captured"
                           : "%u bytes are missing before this message: TCP segments were lost, or not "
                             "captured, or come later (then tcp.reassemble_out_of_order helps, which is "
                             "off)",
            pdu->lost);
    }
    if (pdu->out_of_order && !tcp_reorders()) {
        expert_add_info(segment->pinfo, proto_tree_get_parent(tree), &ei_newcamd_out_of_order);
    }
    if (pdu->repeated) {
        expert_add_info(segment->pinfo, proto_tree_get_parent(tree), &ei_newcamd_repeated);
    }
}

void
newcamd_show_pdu(newcamd_segment_t *segment, const newcamd_pdu_t *pdu, uint8_t *plain)
{
    proto_tree *tree;
    proto_item *item = begin_pdu(segment, pdu->length, &tree);

    const bool greeting_after_all = pdu->perhaps != NULL && pdu->perhaps->connection != NULL;

    if (!greeting_after_all) {
        show_place(segment, pdu, tree);
    }
    switch ((newcamd_pdu_kind_t)pdu->kind) {
    case NEWCAMD_PDU_GREETING:
        show_greeting(segment, tree, item);
        break;
    case NEWCAMD_PDU_FRAME:
        newcamd_show_frame(&(newcamd_frame_t){ segment, pdu, segment->tvb, segment->offset, tree, item },
                           plain);
        break;
    case NEWCAMD_PDU_CUT_FRAME:
        show_cut_frame(segment, tree, item);
        break;
    case NEWCAMD_PDU_BAD_LENGTH:
        show_bad_length(segment, tree, item);
        break;
    case NEWCAMD_PDU_OUT_OF_STEP:
        show_out_of_step(segment, pdu, tree, item);
        break;
    case NEWCAMD_PDU_PERHAPS_GREETING:
        if (greeting_after_all) {
            show_greeting(segment, tree, item);
        } else {
            show_out_of_step(segment, pdu, tree, item);
        }
        break;
    case NEWCAMD_PDU_PIECE_OF_LOGIN:
        DISSECTOR_ASSERT_NOT_REACHED();
    }
}

void
newcamd_show_piece_of_login(newcamd_segment_t *segment, newcamd_connection_t *connection, uint32_t length)
{
    proto_tree *tree;
    proto_item *item = begin_pdu(segment, length, &tree);

    if (tvb_reported_length_remaining(segment->tvb, segment->offset) < (int)length) {
        newcamd_say_pdu(segment, item, "Part of a login");
        item = proto_tree_add_uint(tree, hf_newcamd_login_frame, segment->tvb, 0, 0, connection->login_frame);
        proto_item_set_generated(item);
        return;
    }
    const newcamd_pdu_t pdu = { .connection = connection,
                                .kind = NEWCAMD_PDU_FRAME,
                                .key = (uint8_t)connection->early_login.key,
                                .is_login = connection->session.login != NEWCAMD_LOGIN_NOT_SEEN,
                                .unrecorded = connection->recognized_in > connection->login_frame,
                                .direction = (uint8_t)segment->direction,
                                .length = connection->early_login.len,
                                .turn = connection->early_login.turn };
    tvbuff_t *tvb =
        tvb_new_child_real_data(segment->tvb, connection->early_login.bytes, pdu.length, (int)pdu.length);

    add_new_data_source(segment->pinfo, tvb, "newcamd login in pieces");
    newcamd_show_frame(&(newcamd_frame_t){ segment, &pdu, tvb, 0, tree, item }, NULL);
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
            "Bytes missing before this message, by TCP's sequence numbers", HFILL } },
        { &hf_newcamd_login_frame,
          { "Login shown in frame", "newcamd.login_frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "The login came in pieces; it is shown in the frame that holds its last one", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_newcamd };

    proto_register_field_array(proto_newcamd, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}

static void
register_pdu_experts(void)
{
    /* clang-format off */
    static ei_register_info ei[] = {
        { &ei_newcamd_out_of_order,
          { "newcamd.expert.out_of_order", PI_SEQUENCE, PI_WARN,
            "This segment came out of order, behind what follows it: switch on the preference "
            "tcp.reassemble_out_of_order",
            EXPFILL } },
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
            "The rest of this frame is missing: the packet was cut by the snap length, "
            "or the preference tcp.desegment_tcp_streams is off", EXPFILL } },
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
}
