/* packet-newcamd.c
 * newcamd over TCP: heuristic, framing, keys by place, hand-over to the commands.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A connection begins with 14 random bytes of the side that accepted it (the greeting); after that both sides
 * send frames:
 *
 *     length (2, clear) | ciphertext (length - 8) | IV (8, clear)
 *
 * Nothing on the wire says "newcamd". So the heuristic only notes 14 bytes that may be a greeting, and says
 * yes when a candidate key opens what the other side answers; then the conversation is ours from the
 * greeting's frame on (docs/newcamd.md section 9.2). Two things follow. On one pass the greeting is not
 * shown, because its frame is gone by then. And a login that comes in several segments is gathered in the
 * note: asking TCP for the rest would mean to claim a connection that may not be ours. Where the key table or
 * the user names the port, it is ours from the first byte.
 *
 * First pass: next_pdu() finds where a PDU ends, decide_frame() finds its key, both write it into the PDU's
 * record. Every pass: show_pdu() works from the record.
 */
#include <common/ws-compat.h>

#include <string.h>

#include <epan/conversation.h>
#include <epan/expert.h>
#include <epan/packet.h>

#include <common/secrets.h>

#include "commands.h"
#include "conversation.h"
#include "frame.h"
#include "keytable.h"
#include "packet-newcamd.h"

#define CHECKSUM_LEN 1

/* The heuristic looks no further at longer segments: a login and what a client may send right behind it are
 * shorter. */
#define ANSWER_MAX 1024

static int proto_newcamd = -1;
static dissector_handle_t newcamd_handle;
static bool crypto_available;

static int hf_greeting = -1;
static int hf_length = -1;
static int hf_encrypted = -1;
static int hf_iv = -1;
static int hf_out_of_step = -1;
static int hf_lost = -1;
static int hf_login_frame = -1;
static int hf_version = -1;
static int hf_key = -1;
static int hf_key_row = -1;
static int hf_undecoded = -1;
static int hf_padding = -1;
static int hf_checksum = -1;
static int hf_checksum_status = -1;

static int ett_newcamd = -1;

static expert_field ei_no_key = EI_INIT;
static expert_field ei_login_missing = EI_INIT;
static expert_field ei_no_cipher = EI_INIT;
static expert_field ei_bad_preference = EI_INIT;
static expert_field ei_password_differs = EI_INIT;
static expert_field ei_checksum = EI_INIT;
static expert_field ei_length = EI_INIT;
static expert_field ei_data_length = EI_INIT;
static expert_field ei_lost = EI_INIT;
static expert_field ei_out_of_step = EI_INIT;
static expert_field ei_cut = EI_INIT;

/* Where one call of the dissector stands. */
typedef struct {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;
    newcamd_conversation_t *conversation;
    unsigned direction;
    uint32_t first_place; /* TCP sequence number of the tvb's first byte */
    int offset;           /* of the PDU at hand */
    bool shown;           /* a PDU is in tree and columns */
} call_t;

static uint32_t
place_of(const call_t *call)
{
    return call->first_place + (uint32_t)call->offset;
}

/* ---- Showing: every pass, from the record alone ---- */

/* The columns stay as they are until there is something to show: a segment may only make us ask for more. */
static proto_item *
begin_pdu(call_t *call, uint32_t length, proto_tree **tree)
{
    const int there = tvb_captured_length_remaining(call->tvb, call->offset);
    proto_item *item = proto_tree_add_item(call->tree, proto_newcamd, call->tvb, call->offset,
                                           MIN((int)length, there), ENC_NA);

    if (!call->shown) {
        call->shown = true;
        col_set_str(call->pinfo->cinfo, COL_PROTOCOL, "newcamd");
        col_clear(call->pinfo->cinfo, COL_INFO);
    }

    *tree = proto_item_add_subtree(item, ett_newcamd);
    return item;
}

static void
say(call_t *call, proto_item *item, const char *sentence)
{
    col_append_sep_str(call->pinfo->cinfo, COL_INFO, "; ", sentence);
    proto_item_append_text(item, ", %s", sentence);
}

static void
show_bad_preference(call_t *call, proto_item *item)
{
    const char *complaint = newcamd_keytable_complaint();

    if (complaint != NULL) {
        expert_add_info_format(call->pinfo, item, &ei_bad_preference, "%s", complaint);
    }
}

/* Why a frame is not opened, and what would help. */
static void
show_reason(call_t *call, const newcamd_pdu_t *pdu, proto_item *item)
{
    const newcamd_connection_t *connection = pdu->connection;

    if (!crypto_available) {
        expert_add_info(call->pinfo, item, &ei_no_cipher);
    } else if (connection->session.login == NEWCAMD_LOGIN_NOT_OPENED) {
        expert_add_info_format(
            call->pinfo, item, &ei_no_key,
            "No key opened the login in frame %u: add the DESKEY of this server to the key "
            "table (newcamd_keys), or set the preference newcamd.deskey",
            connection->login_frame);
        show_bad_preference(call, item);
    } else {
        expert_add_info(call->pinfo, item, &ei_login_missing);
    }
}

static void
show_checksum(call_t *call, proto_tree *tree, tvbuff_t *plain, unsigned offset, uint8_t computed)
{
    proto_tree_add_checksum(tree, plain, offset, hf_checksum, hf_checksum_status, &ei_checksum, call->pinfo,
                            computed, ENC_NA, PROTO_CHECKSUM_VERIFY);
}

/* The message inside an opened frame. plain is the plaintext region, masked if secrets are hidden; computed
 * the checksum of what it was before. */
static void
show_message(call_t *call, const newcamd_pdu_t *pdu, proto_tree *tree, proto_item *item, const uint8_t *plain,
             unsigned plain_len, uint8_t computed, bool hidden)
{
    const newcamd_session_t *session = &pdu->connection->session;
    const unsigned data_len = newcamd_data_len(plain, session->header);
    const unsigned end = session->header + 3 + data_len;
    const unsigned checksum = plain_len - CHECKSUM_LEN;
    tvbuff_t *tvb = tvb_new_child_real_data(call->tvb, plain, plain_len, (int)plain_len);

    add_new_data_source(call->pinfo, tvb, "Decrypted newcamd");
    if (computed != plain[checksum] && !newcamd_frame_ok(plain, plain_len, session->header)) {
        proto_tree_add_item(tree, hf_undecoded, tvb, 0, (int)checksum, ENC_NA);
        say(call, item, "Damaged message");
    } else if (end > checksum) {
        proto_tree_add_item(tree, hf_undecoded, tvb, 0, (int)checksum, ENC_NA);
        say(call, item, "Message longer than its frame");
        expert_add_info_format(call->pinfo, item, &ei_data_length,
                               "The message says that %u bytes follow, but its frame has only %u", data_len,
                               checksum - session->header - 3);
    } else {
        newcamd_message_t message = {
            .pinfo = call->pinfo,
            .tvb = tvb,
            .tree = tree,
            .item = item,
            .header = session->header,
            .tag = plain[session->header],
            .data_len = data_len,
            .from_server = pdu->direction == session->server,
            .hidden = hidden,
        };
        newcamd_command_show(&message);
        if (end < checksum) {
            proto_tree_add_item(tree, hf_padding, tvb, (int)end, (int)(checksum - end), ENC_NA);
        }
    }
    show_checksum(call, tree, tvb, checksum, computed);
}

static void
show_opened_frame(call_t *call, const newcamd_pdu_t *pdu, proto_tree *tree, proto_item *item, uint8_t *plain,
                  unsigned plain_len)
{
    const newcamd_connection_t *connection = pdu->connection;
    const newcamd_session_t *session = &connection->session;
    const bool login = pdu->key == NEWCAMD_KEY_LOGIN && pdu->direction != session->acceptor;
    proto_item *generated;

    generated = proto_tree_add_uint(tree, hf_version, call->tvb, 0, 0,
                                    (session->header == NEWCAMD_HEADER_525) ? 525 : 524);
    proto_item_set_generated(generated);
    generated = proto_tree_add_string(tree, hf_key, call->tvb, 0, 0,
                                      (pdu->key == NEWCAMD_KEY_LOGIN) ? "login" : "session");
    proto_item_set_generated(generated);
    generated = proto_tree_add_string(tree, hf_key_row, call->tvb, 0, 0, connection->key_row);
    proto_item_set_generated(generated);

    const uint8_t computed = newcamd_xor_sum(plain, plain_len - CHECKSUM_LEN);
    const bool hidden = newcamd_hide_secrets();
    unsigned secrets;
    if (hidden && newcamd_secrets_start(plain, plain_len, session->header, pdu->direction == session->server,
                                        computed == plain[plain_len - CHECKSUM_LEN], &secrets)) {
        camshark_mask(plain + secrets, plain_len - CHECKSUM_LEN - secrets);
    }
    show_message(call, pdu, tree, item, plain, plain_len, computed, hidden);
    if (login) {
        if (connection->password_differs) {
            expert_add_info_format(call->pinfo, item, &ei_password_differs,
                                   "The password of %s is not the one in this login", connection->key_row);
        }
        show_bad_preference(call, item);
    }
}

/* A whole frame at the start of tvb, which is the segment's or that of a login put together from pieces.
 *   plain  the opened plaintext, where the first pass has it already; else NULL */
static void
show_frame(call_t *call, tvbuff_t *tvb, int offset, const newcamd_pdu_t *pdu, proto_tree *tree,
           proto_item *item, uint8_t *plain)
{
    const unsigned frame_len = pdu->length;
    const unsigned plain_len = frame_len - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN;

    proto_tree_add_item(tree, hf_length, tvb, offset, NEWCAMD_LENGTH_LEN, ENC_BIG_ENDIAN);
    proto_tree_add_item(tree, hf_encrypted, tvb, offset + NEWCAMD_LENGTH_LEN, (int)plain_len, ENC_NA);
    proto_tree_add_item(tree, hf_iv, tvb, offset + NEWCAMD_LENGTH_LEN + (int)plain_len, NEWCAMD_IV_LEN,
                        ENC_NA);

    if (plain == NULL && pdu->key != NEWCAMD_KEY_NONE) {
        const uint8_t *frame = tvb_get_ptr(tvb, offset, (int)frame_len);
        plain = wmem_alloc(call->pinfo->pool, plain_len);
        if (!newcamd_session_open(&pdu->connection->session, pdu->key, frame, frame_len, plain)) {
            plain = NULL;
        }
    }
    if (plain != NULL && pdu->key != NEWCAMD_KEY_NONE) {
        show_opened_frame(call, pdu, tree, item, plain, plain_len);
    } else {
        say(call, item, wmem_strdup_printf(call->pinfo->pool, "Encrypted, %u bytes", plain_len));
        show_reason(call, pdu, item);
    }
}

static void
show_greeting(call_t *call, proto_tree *tree, proto_item *item)
{
    proto_tree_add_item(tree, hf_greeting, call->tvb, call->offset, NEWCAMD_GREETING_LEN, ENC_NA);
    say(call, item, "Greeting");
}

static void
show_cut_frame(call_t *call, proto_tree *tree, proto_item *item)
{
    say(call, item, "Part of a frame");
    expert_add_info(call->pinfo, item, &ei_cut);
    if (tvb_bytes_exist(call->tvb, call->offset, NEWCAMD_LENGTH_LEN)) {
        proto_tree_add_item(tree, hf_length, call->tvb, call->offset, NEWCAMD_LENGTH_LEN, ENC_BIG_ENDIAN);
    }
}

static void
show_bad_length(call_t *call, proto_tree *tree, proto_item *item)
{
    uint32_t length;
    proto_item *field = proto_tree_add_item_ret_uint(tree, hf_length, call->tvb, call->offset,
                                                     NEWCAMD_LENGTH_LEN, ENC_BIG_ENDIAN, &length);

    say(call, item, "Impossible length");
    expert_add_info_format(call->pinfo, field, &ei_length,
                           "No frame has a length of %u: lengths are multiples of 8 from %u to %u", length,
                           NEWCAMD_LENGTH_MIN, NEWCAMD_LENGTH_MAX);
    if (tvb_captured_length_remaining(call->tvb, call->offset) > NEWCAMD_LENGTH_LEN) {
        proto_tree_add_item(tree, hf_out_of_step, call->tvb, call->offset + NEWCAMD_LENGTH_LEN, -1, ENC_NA);
    }
}

static void
show_out_of_step(call_t *call, proto_tree *tree, proto_item *item)
{
    say(call, item, "Bytes from inside a frame");
    expert_add_info(call->pinfo, item, &ei_out_of_step);
    proto_tree_add_item(tree, hf_out_of_step, call->tvb, call->offset, -1, ENC_NA);
}

static void
show_lost(call_t *call, const newcamd_pdu_t *pdu, proto_tree *tree)
{
    if (pdu->lost > 0) {
        proto_item *item = proto_tree_add_uint(tree, hf_lost, call->tvb, call->offset, 0, pdu->lost);
        proto_item_set_generated(item);
        expert_add_info_format(call->pinfo, item, &ei_lost,
                               "%u bytes are missing before this message: TCP segments were lost, or not "
                               "captured",
                               pdu->lost);
    }
}

static void
show_pdu(call_t *call, const newcamd_pdu_t *pdu, uint8_t *plain)
{
    proto_tree *tree;
    proto_item *item = begin_pdu(call, pdu->length, &tree);

    show_lost(call, pdu, tree);
    switch ((newcamd_pdu_kind_t)pdu->kind) {
    case NEWCAMD_PDU_GREETING:
        show_greeting(call, tree, item);
        break;
    case NEWCAMD_PDU_FRAME:
        show_frame(call, call->tvb, call->offset, pdu, tree, item, plain);
        break;
    case NEWCAMD_PDU_CUT_FRAME:
        show_cut_frame(call, tree, item);
        break;
    case NEWCAMD_PDU_BAD_LENGTH:
        show_bad_length(call, tree, item);
        break;
    case NEWCAMD_PDU_OUT_OF_STEP:
        show_out_of_step(call, tree, item);
        break;
    case NEWCAMD_PDU_PIECE_OF_LOGIN:
        DISSECTOR_ASSERT_NOT_REACHED();
    }
}

/* A segment with a piece of a login that was gathered by the heuristic: the login is shown where its last
 * byte arrived. length is what is left of the login from this place on. */
static void
show_piece_of_login(call_t *call, newcamd_connection_t *connection, uint32_t length)
{
    proto_tree *tree;
    proto_item *item = begin_pdu(call, length, &tree);

    if (tvb_reported_length_remaining(call->tvb, call->offset) < (int)length) {
        say(call, item, "Part of a login");
        item = proto_tree_add_uint(tree, hf_login_frame, call->tvb, 0, 0, connection->login_frame);
        proto_item_set_generated(item);
        return;
    }
    const newcamd_pdu_t pdu = { .connection = connection,
                                .kind = NEWCAMD_PDU_FRAME,
                                .key = NEWCAMD_KEY_LOGIN,
                                .direction = (uint8_t)call->direction,
                                .length = connection->pieced_login_len };
    tvbuff_t *tvb = tvb_new_child_real_data(call->tvb, connection->pieced_login, pdu.length, (int)pdu.length);

    add_new_data_source(call->pinfo, tvb, "newcamd login in pieces");
    show_frame(call, tvb, 0, &pdu, tree, item, NULL);
}

/* ---- Deciding: first pass ---- */

/* Whether frames fill the rest of a segment exactly, so that its first byte begins one (section 8.4). */
static bool
frames_fill(tvbuff_t *tvb, int offset)
{
    const int end = (int)tvb_reported_length(tvb);

    while (end - offset >= NEWCAMD_LENGTH_LEN) {
        const unsigned length = tvb_get_ntohs(tvb, offset);
        if (!newcamd_length_possible(length)) {
            return false;
        }
        offset += NEWCAMD_LENGTH_LEN + (int)length;
    }
    return offset == end;
}

/* What next_pdu() found. */
typedef struct {
    newcamd_pdu_kind_t kind;
    uint32_t length;
    uint32_t ask; /* not 0: nothing yet, this much more has to come (or DESEGMENT_ONE_MORE_SEGMENT) */
} found_t;

/* The snap length of the capture cut this segment. */
static bool
is_snapped(const call_t *call)
{
    return tvb_captured_length(call->tvb) < tvb_reported_length(call->tvb);
}

static found_t
frame_at(call_t *call)
{
    const uint32_t there = (uint32_t)tvb_reported_length_remaining(call->tvb, call->offset);
    const bool may_ask = call->pinfo->can_desegment > 0;
    found_t cut = { .kind = NEWCAMD_PDU_CUT_FRAME, .length = there };

    if (!tvb_bytes_exist(call->tvb, call->offset, NEWCAMD_LENGTH_LEN)) {
        return (may_ask && there < NEWCAMD_LENGTH_LEN) ? (found_t){ .ask = DESEGMENT_ONE_MORE_SEGMENT } : cut;
    }
    const uint32_t length = tvb_get_ntohs(call->tvb, call->offset);
    const uint32_t frame_len = NEWCAMD_LENGTH_LEN + length;
    if (!newcamd_length_possible(length)) {
        return (found_t){ .kind = NEWCAMD_PDU_BAD_LENGTH, .length = there };
    }
    if (tvb_bytes_exist(call->tvb, call->offset, (int)frame_len)) {
        return (found_t){ .kind = NEWCAMD_PDU_FRAME, .length = frame_len };
    }
    cut.length = MIN(there, frame_len);
    return (may_ask && there < frame_len) ? (found_t){ .ask = frame_len - there } : cut;
}

/* The first bytes of a conversation: exactly 14 are a greeting (section 8.4). */
static bool
is_first_of_conversation(const call_t *call)
{
    const newcamd_conversation_t *conversation = call->conversation;

    return !conversation->connection->session.greeted && !conversation->place[0].known &&
           !conversation->place[1].known;
}

static found_t
next_pdu(call_t *call)
{
    newcamd_conversation_t *conversation = call->conversation;
    const newcamd_session_t *session = &conversation->connection->session;
    const camshark_stream_place_t *stream = &conversation->place[call->direction];
    const uint32_t there = (uint32_t)tvb_reported_length_remaining(call->tvb, call->offset);

    if (is_first_of_conversation(call)) {
        if (there < NEWCAMD_GREETING_LEN && call->pinfo->can_desegment > 0) {
            return (found_t){ .ask = NEWCAMD_GREETING_LEN - there };
        }
        if (there == NEWCAMD_GREETING_LEN && tvb_bytes_exist(call->tvb, call->offset, NEWCAMD_GREETING_LEN)) {
            return (found_t){ .kind = NEWCAMD_PDU_GREETING, .length = there };
        }
    }
    if (session->greeted && place_of(call) == session->first[call->direction]) {
        conversation->in_step[call->direction] = true;
    } else if (camshark_stream_place_lost(stream, place_of(call)) > 0) {
        conversation->in_step[call->direction] = false;
    }
    if (!conversation->in_step[call->direction]) {
        if (!is_snapped(call) && !frames_fill(call->tvb, call->offset)) {
            return (found_t){ .kind = NEWCAMD_PDU_OUT_OF_STEP, .length = there };
        }
        conversation->in_step[call->direction] = true;
    }
    return frame_at(call);
}

/* Finds the key of a frame and gives its plaintext (NULL if it stays closed). */
static uint8_t *
decide_frame(call_t *call, newcamd_pdu_t *pdu)
{
    newcamd_connection_t *connection = pdu->connection;
    newcamd_session_t *session = &connection->session;
    const uint8_t *frame = tvb_get_ptr(call->tvb, call->offset, (int)pdu->length);

    if (session->login == NEWCAMD_LOGIN_NOT_SEEN &&
        newcamd_session_is_login_place(session, call->direction, place_of(call))) {
        newcamd_connection_login(connection, call->pinfo, frame, pdu->length);
    }
    if (session->login != NEWCAMD_LOGIN_OPENED) {
        return NULL;
    }
    uint8_t *plain = wmem_alloc(call->pinfo->pool, pdu->length - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN);
    pdu->key =
        (uint8_t)newcamd_session_decide(session, call->direction, place_of(call), frame, pdu->length, plain);
    return (pdu->key != NEWCAMD_KEY_NONE) ? plain : NULL;
}

/* Writes the record of a PDU that next_pdu() found, and gives the plaintext of a frame that was opened. */
static newcamd_pdu_t *
decide_pdu(call_t *call, const found_t *found, uint32_t answer_place, uint8_t **plain)
{
    newcamd_conversation_t *conversation = call->conversation;
    newcamd_pdu_t *pdu = newcamd_pdu_add(call->pinfo, proto_newcamd, conversation, call->direction,
                                         place_of(call), found->kind, found->length);

    switch (found->kind) {
    case NEWCAMD_PDU_GREETING:
        newcamd_session_greet(&pdu->connection->session, call->direction,
                              tvb_get_ptr(call->tvb, call->offset, NEWCAMD_GREETING_LEN), place_of(call),
                              answer_place);
        break;
    case NEWCAMD_PDU_FRAME:
        *plain = decide_frame(call, pdu);
        break;
    case NEWCAMD_PDU_CUT_FRAME:
        /* What the snap length took away is no more to come; without reassembly the rest comes next. */
        conversation->in_step[call->direction] = is_snapped(call);
        break;
    case NEWCAMD_PDU_BAD_LENGTH:
        conversation->in_step[call->direction] = false;
        break;
    case NEWCAMD_PDU_OUT_OF_STEP:
    case NEWCAMD_PDU_PIECE_OF_LOGIN:
        break;
    }
    return pdu;
}

/* Shows the PDU at call->offset and returns its bytes, or 0 if more bytes were asked for. */
static uint32_t
dissect_pdu(call_t *call, const struct tcpinfo *tcpinfo)
{
    packet_info *pinfo = call->pinfo;
    newcamd_pdu_t *pdu = newcamd_pdu_get(pinfo, proto_newcamd, place_of(call));
    uint8_t *plain = NULL;

    if (pdu == NULL) {
        newcamd_pdu_kind_t kind;
        uint32_t length;
        newcamd_connection_t *connection =
            newcamd_conversation_recall(call->conversation, call->direction, place_of(call), &kind, &length);
        if (connection != NULL && kind == NEWCAMD_PDU_PIECE_OF_LOGIN) {
            show_piece_of_login(call, connection, length);
            return length;
        }
        if (connection != NULL) {
            const newcamd_pdu_t greeting = { .connection = connection, .kind = kind, .length = length };
            show_pdu(call, &greeting, NULL);
            return length;
        }
        const found_t found = PINFO_FD_VISITED(pinfo) ? frame_at(call) : next_pdu(call);
        if (found.ask != 0) {
            pinfo->desegment_offset = call->offset;
            pinfo->desegment_len = found.ask;
            return 0;
        }
        if (PINFO_FD_VISITED(pinfo)) {
            /* Nobody decided about it when it was first seen. */
            return (uint32_t)tvb_reported_length_remaining(call->tvb, call->offset);
        }
        pdu = decide_pdu(call, &found, tcpinfo->lastackseq, &plain);
    }
    show_pdu(call, pdu, plain);
    return pdu->length;
}

static int
dissect_newcamd(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const struct tcpinfo *tcpinfo = data;

    /* A packet quoted in an ICMP error shows part of a segment, at a time when it tells nothing. */
    if (tcpinfo == NULL || pinfo->flags.in_error_pkt) {
        return 0;
    }
    newcamd_conversation_t *conversation =
        newcamd_conversation_get(pinfo, proto_newcamd, !PINFO_FD_VISITED(pinfo));
    if (conversation == NULL) {
        return 0;
    }
    call_t call = {
        .tvb = tvb,
        .pinfo = pinfo,
        .tree = tree,
        .conversation = conversation,
        .direction = newcamd_conversation_direction(conversation, pinfo),
        .first_place = tcpinfo->seq,
    };

    while (tvb_reported_length_remaining(tvb, call.offset) > 0) {
        const uint32_t length = dissect_pdu(&call, tcpinfo);
        if (length == 0) {
            break;
        }
        call.offset += (int)length;
    }
    return (int)tvb_captured_length(tvb);
}

/* ---- Heuristic: first pass ---- */

/* The user says in the key table that this port speaks newcamd; then it may begin with a greeting, or with a
 * frame if the capture begins later. Anything else is left to others. */
static bool
is_named_port(tvbuff_t *tvb, const packet_info *pinfo)
{
    if (!newcamd_keytable_names(&pinfo->src, pinfo->srcport) &&
        !newcamd_keytable_names(&pinfo->dst, pinfo->destport)) {
        return false;
    }
    return tvb_reported_length(tvb) == NEWCAMD_GREETING_LEN ||
           (tvb_bytes_exist(tvb, 0, NEWCAMD_LENGTH_LEN) && newcamd_length_possible(tvb_get_ntohs(tvb, 0)));
}

/* A candidate key opened the login: the conversation is ours from the greeting on. */
static void
claim(packet_info *pinfo, newcamd_conversation_t *conversation, unsigned direction, uint32_t login_len,
      bool pieced)
{
    const newcamd_note_t *note = &conversation->note;
    newcamd_connection_t *connection = conversation->connection;

    conversation_set_dissector_from_frame_number(find_or_create_conversation(pinfo), note->frame,
                                                 newcamd_handle);
    camshark_stream_place_advance(&conversation->place[note->direction], note->place + NEWCAMD_GREETING_LEN);
    if (pieced) {
        connection->pieced_login = note->answer;
        connection->pieced_login_len = login_len;
        camshark_stream_place_advance(&conversation->place[direction], note->answer_place + login_len);
        conversation->in_step[direction] = true;
    }
}

/* Takes a segment that goes on with the answer to a noted greeting, and claims the connection if the answer
 * ends in it and a candidate key opens it. */
static bool
answer_opens(tvbuff_t *tvb, packet_info *pinfo, newcamd_conversation_t *conversation, unsigned direction)
{
    newcamd_note_t *note = &conversation->note;
    newcamd_connection_t *connection = conversation->connection;
    const bool pieced = note->answer_len > 0;
    const uint32_t login_len = newcamd_note_gather(note, tvb);

    if (login_len == 0) {
        return false;
    }
    newcamd_session_greet(&connection->session, note->direction, note->bytes, note->place,
                          note->answer_place);
    if (!newcamd_connection_login(connection, pinfo, note->answer, login_len)) {
        memset(connection, 0, sizeof *connection);
        note->frame = 0;
        return false;
    }
    claim(pinfo, conversation, direction, login_len, pieced);
    return true;
}

static wsc_bool
dissect_newcamd_heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    const struct tcpinfo *tcpinfo = data;
    const unsigned length = tvb_reported_length(tvb);

    /* What is ours was bound to the conversation on the first pass. */
    if (tcpinfo == NULL || pinfo->flags.in_error_pkt || PINFO_FD_VISITED(pinfo)) {
        return false;
    }
    if (is_named_port(tvb, pinfo)) {
        conversation_set_dissector(find_or_create_conversation(pinfo), newcamd_handle);
        return dissect_newcamd(tvb, pinfo, tree, data) > 0;
    }
    if (!crypto_available || length == 0 || length > ANSWER_MAX || tvb_captured_length(tvb) < length) {
        return false;
    }
    newcamd_conversation_t *conversation = newcamd_conversation_get(pinfo, proto_newcamd, false);
    if (conversation != NULL) {
        const unsigned direction = newcamd_conversation_direction(conversation, pinfo);
        if (newcamd_note_continues(&conversation->note, direction, tvb, tcpinfo->seq)) {
            return answer_opens(tvb, pinfo, conversation, direction) &&
                   dissect_newcamd(tvb, pinfo, tree, data) > 0;
        }
    }
    if (length == NEWCAMD_GREETING_LEN) {
        newcamd_note_greeting(tvb, pinfo, proto_newcamd, tcpinfo);
    }
    return false;
}

static void
register_fields(void)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_greeting,
          { "Greeting", "newcamd.greeting", FT_BYTES, BASE_NONE, NULL, 0,
            "Random bytes of the side that accepted the connection; they make the login key", HFILL } },
        { &hf_length,
          { "Length", "newcamd.length", FT_UINT16, BASE_DEC, NULL, 0,
            "Bytes of the frame behind this field, in clear", HFILL } },
        { &hf_encrypted,
          { "Encrypted message", "newcamd.encrypted", FT_BYTES, BASE_NONE, NULL, 0,
            "Ciphertext: header, command, padding and checksum", HFILL } },
        { &hf_iv,
          { "Initialization vector", "newcamd.iv", FT_BYTES, BASE_NONE, NULL, 0,
            "IV of this frame for 3DES in CBC mode, in clear", HFILL } },
        { &hf_out_of_step,
          { "Unread bytes", "newcamd.unread", FT_BYTES, BASE_NONE, NULL, 0,
            "Bytes of which it is not known where a frame begins", HFILL } },
        { &hf_lost,
          { "Lost bytes", "newcamd.lost", FT_UINT32, BASE_DEC, NULL, 0,
            "Bytes missing before this message, by TCP's sequence numbers", HFILL } },
        { &hf_login_frame,
          { "Login shown in frame", "newcamd.login_frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "The login came in pieces; it is shown in the frame that holds its last one", HFILL } },
        { &hf_version,
          { "Version", "newcamd.version", FT_UINT16, BASE_DEC, NULL, 0,
            "Which header the messages have: 524 (6 bytes) or 525 (10 bytes)", HFILL } },
        { &hf_key,
          { "Key", "newcamd.key", FT_STRING, BASE_NONE, NULL, 0,
            "Which key opened the frame: login (first of each direction) or session", HFILL } },
        { &hf_key_row,
          { "Key from", "newcamd.key_row", FT_STRING, BASE_NONE, NULL, 0,
            "Row of the key table, with its comment, or preference that opened the login", HFILL } },
        { &hf_undecoded,
          { "Undecoded message", "newcamd.undecoded", FT_BYTES, BASE_NONE, NULL, 0,
            "Decrypted bytes that make no message", HFILL } },
        { &hf_padding,
          { "Padding", "newcamd.padding", FT_BYTES, BASE_NONE, NULL, 0,
            "Arbitrary bytes up to the cipher's block length", HFILL } },
        { &hf_checksum,
          { "Checksum", "newcamd.checksum", FT_UINT8, BASE_HEX, NULL, 0,
            "XOR of all decrypted bytes before it", HFILL } },
        { &hf_checksum_status,
          { "Checksum status", "newcamd.checksum.status", FT_UINT8, BASE_NONE, VALS(proto_checksum_vals), 0,
            "Whether the checksum is that of the decrypted bytes", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_newcamd };

    proto_register_field_array(proto_newcamd, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}

static void
register_experts(void)
{
    /* clang-format off */
    static ei_register_info ei[] = {
        { &ei_no_key,
          { "newcamd.expert.no_key", PI_DECRYPTION, PI_WARN, "No key opened the login", EXPFILL } },
        { &ei_login_missing,
          { "newcamd.expert.login_missing", PI_DECRYPTION, PI_WARN,
            "Encrypted, and greeting or login are not in the capture: it has to begin before the connection does",
            EXPFILL } },
        { &ei_no_cipher,
          { "newcamd.expert.no_cipher", PI_DECRYPTION, PI_WARN,
            "Encrypted, and the libgcrypt of this computer refuses 3DES or MD5 (FIPS mode?)", EXPFILL } },
        { &ei_bad_preference,
          { "newcamd.expert.bad_preference", PI_DECRYPTION, PI_WARN, "A preference cannot be used", EXPFILL } },
        { &ei_password_differs,
          { "newcamd.expert.password_differs", PI_SECURITY, PI_NOTE,
            "The password in the key table is not the one in this login", EXPFILL } },
        { &ei_checksum,
          { "newcamd.expert.checksum", PI_CHECKSUM, PI_ERROR,
            "The checksum is wrong: the frame is damaged, or it was encrypted with another key", EXPFILL } },
        { &ei_length,
          { "newcamd.expert.length", PI_MALFORMED, PI_ERROR, "Impossible length", EXPFILL } },
        { &ei_data_length,
          { "newcamd.expert.data_length", PI_MALFORMED, PI_ERROR, "The message is longer than its frame", EXPFILL } },
        { &ei_lost,
          { "newcamd.expert.lost", PI_SEQUENCE, PI_WARN, "Bytes are missing before this message", EXPFILL } },
        { &ei_out_of_step,
          { "newcamd.expert.out_of_step", PI_SEQUENCE, PI_NOTE,
            "These bytes begin inside a frame whose beginning is not in the capture; "
            "the next segment that holds whole frames is read again", EXPFILL } },
        { &ei_cut,
          { "newcamd.expert.cut", PI_UNDECODED, PI_WARN,
            "The rest of this frame is missing: the packet was cut by the snap length, "
            "or the preference tcp.desegment_tcp_streams is off", EXPFILL } },
    };
    /* clang-format on */

    expert_register_field_array(expert_register_protocol(proto_newcamd), ei, array_length(ei));
}

void
proto_register_newcamd(void)
{
    proto_newcamd = proto_register_protocol("newcamd card server protocol", "newcamd", "newcamd");
    newcamd_handle = register_dissector("newcamd", dissect_newcamd, proto_newcamd);
    crypto_available = newcamd_crypto_available();

    register_fields();
    register_experts();
    newcamd_commands_register(proto_newcamd);
    newcamd_keytable_register(proto_newcamd);
}

void
proto_reg_handoff_newcamd(void)
{
    heur_dissector_add("tcp", dissect_newcamd_heuristic, "newcamd over TCP", "newcamd_tcp", proto_newcamd,
                       HEURISTIC_ENABLE);
    dissector_add_for_decode_as("tcp.port", newcamd_handle);
}
