/* pdu.c
 * One PDU in tree and columns, from its record alone, on every pass.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/show/pdu.h>

#include <epan/expert.h>
#include <epan/prefs-int.h>
#include <epan/prefs.h>

#include <common/pure/secrets.h>

#include <newcamd/show/closed-frame.h>
#include <newcamd/show/commands.h>
#include <newcamd/wire/frame.h>
#include <newcamd/record/keytable.h>
#include <newcamd/record/mid-session.h>
#include <newcamd/record/requests.h>

#define CHECKSUM_LEN 1

static int proto_newcamd = -1;

static int hf_newcamd_greeting = -1;
static int hf_newcamd_greeting_multics = -1;
static int hf_newcamd_length = -1;
static int hf_newcamd_encrypted = -1;
static int hf_newcamd_iv = -1;
static int hf_newcamd_out_of_step = -1;
static int hf_newcamd_lost = -1;
static int hf_newcamd_login_frame = -1;
static int hf_newcamd_version = -1;
static int hf_newcamd_key = -1;
static int hf_newcamd_key_row = -1;
static int hf_newcamd_recognized_in = -1;
static int hf_newcamd_undecoded = -1;
static int hf_newcamd_padding = -1;
static int hf_newcamd_checksum = -1;
static int hf_newcamd_checksum_status = -1;

static int ett_newcamd = -1;

static expert_field ei_newcamd_version_forced = EI_INIT;
static expert_field ei_newcamd_clear = EI_INIT;
static expert_field ei_newcamd_clear_length = EI_INIT;
static expert_field ei_newcamd_out_of_order = EI_INIT;
static expert_field ei_newcamd_repeated = EI_INIT;
static expert_field ei_newcamd_password_differs = EI_INIT;
static expert_field ei_newcamd_checksum = EI_INIT;
static expert_field ei_newcamd_padding = EI_INIT;
static expert_field ei_newcamd_length = EI_INIT;
static expert_field ei_newcamd_data_length = EI_INIT;
static expert_field ei_newcamd_lost = EI_INIT;
static expert_field ei_newcamd_out_of_step = EI_INIT;
static expert_field ei_newcamd_cut = EI_INIT;

/* The columns stay as they are until there is something to show: a segment may only make us ask for more. */
static proto_item *
begin_pdu(newcamd_call_t *call, uint32_t length, proto_tree **tree)
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
say(newcamd_call_t *call, proto_item *item, const char *sentence)
{
    col_append_sep_str(call->pinfo->cinfo, COL_INFO, "; ", sentence);
    proto_item_append_text(item, ", %s", sentence);
}

static void
show_checksum(newcamd_call_t *call, proto_tree *tree, tvbuff_t *plain, unsigned offset, uint8_t computed)
{
    proto_tree_add_checksum(tree, plain, offset, hf_newcamd_checksum, hf_newcamd_checksum_status,
                            &ei_newcamd_checksum, call->pinfo, computed, ENC_NA, PROTO_CHECKSUM_VERIFY);
}

static void
show_padding(newcamd_call_t *call, proto_tree *tree, tvbuff_t *plain, unsigned offset, unsigned len)
{
    proto_item *item = proto_tree_add_item(tree, hf_newcamd_padding, plain, (int)offset, (int)len, ENC_NA);

    if (len >= NEWCAMD_BLOCK_LEN) {
        expert_add_info_format(
            call->pinfo, item, &ei_newcamd_padding,
            "%u bytes of padding: every known program pads with 7 bytes at most, up to the "
            "next multiple of 8",
            len);
    }
}

/* Whether TCP puts segments in order before we see them. */
static bool
tcp_reorders(void)
{
    module_t *tcp = prefs_find_module("tcp");
    pref_t *preference = (tcp != NULL) ? prefs_find_preference(tcp, "reassemble_out_of_order") : NULL;

    return preference != NULL && prefs_get_bool_value(preference, pref_current);
}

/* Bytes of header of an opened PDU: that of the clear frames before a reverse login, the login's own, or that
 * of all else. */
static unsigned
header_of(const newcamd_pdu_t *pdu)
{
    const newcamd_session_t *session = &pdu->connection->session;

    if (pdu->key == NEWCAMD_KEY_CLEAR && session->reverse) {
        return session->name_header;
    }
    return (pdu->is_login && session->login_header != 0) ? session->login_header : session->header;
}

/* The message inside an opened frame. plain is the plaintext region, masked if secrets are hidden; computed
 * the checksum of what it was before. */
static void
show_message(newcamd_call_t *call, const newcamd_pdu_t *pdu, proto_tree *tree, proto_item *item,
             const uint8_t *plain, unsigned plain_len, uint8_t computed, bool hidden)
{
    const newcamd_session_t *session = &pdu->connection->session;
    const unsigned header = header_of(pdu);
    const unsigned checksum = plain_len - CHECKSUM_LEN;
    tvbuff_t *tvb = tvb_new_child_real_data(call->tvb, plain, plain_len, (int)plain_len);
    newcamd_message_t message = {
        .pinfo = call->pinfo,
        .tvb = tvb,
        .tree = tree,
        .item = item,
        .header = header,
        .tag = plain[header],
        .data_len = newcamd_data_len(plain, plain_len, header),
        .from_server = pdu->direction == session->server,
        .hidden = hidden,
        .context = pdu->context,
    };

    newcamd_command_repair(&message);
    const unsigned end = header + NEWCAMD_MESSAGE_HEAD_LEN + message.data_len;

    add_new_data_source(call->pinfo, tvb, "Decrypted newcamd");
    if (computed != plain[checksum] && !newcamd_frame_ok(plain, plain_len, header)) {
        proto_tree_add_item(tree, hf_newcamd_undecoded, tvb, 0, (int)checksum, ENC_NA);
        say(call, item, "Damaged message");
    } else if (end > checksum) {
        proto_tree_add_item(tree, hf_newcamd_undecoded, tvb, 0, (int)checksum, ENC_NA);
        say(call, item, "Message longer than its frame");
        expert_add_info_format(call->pinfo, item, &ei_newcamd_data_length,
                               "The message says that %u bytes follow, but its frame has only %u",
                               message.data_len, checksum - header - NEWCAMD_MESSAGE_HEAD_LEN);
    } else {
        newcamd_command_show(&message);
        newcamd_requests_show(&pdu->part, call->pinfo, tvb, tree, item);
        if (end < checksum) {
            show_padding(call, tree, tvb, end, checksum - end);
        }
    }
    show_checksum(call, tree, tvb, checksum, computed);
}

static void
show_generated(newcamd_call_t *call, const newcamd_pdu_t *pdu, proto_tree *tree, const char *key)
{
    const newcamd_connection_t *connection = pdu->connection;
    proto_item *item;

    item = proto_tree_add_uint(tree, hf_newcamd_version, call->tvb, 0, 0,
                               (header_of(pdu) == NEWCAMD_HEADER_525) ? 525 : 524);
    proto_item_set_generated(item);
    item = proto_tree_add_string(tree, hf_newcamd_key, call->tvb, 0, 0, key);
    proto_item_set_generated(item);
    item =
        proto_tree_add_string(tree, hf_newcamd_key_row, call->tvb, 0, 0,
                              (pdu->key == NEWCAMD_KEY_CLEAR) ? "none: not encrypted" : connection->key_row);
    proto_item_set_generated(item);
}

/* What is shown only because a later frame told what it is. */
static void
show_recognized(newcamd_call_t *call, const newcamd_connection_t *connection, proto_tree *tree)
{
    if (connection->recognized_in != 0) {
        proto_item *item =
            proto_tree_add_uint(tree, hf_newcamd_recognized_in, call->tvb, 0, 0, connection->recognized_in);
        proto_item_set_generated(item);
    }
}

/* What an opened login, or one in clear, has to say besides its fields. */
static void
show_login_notes(newcamd_call_t *call, const newcamd_pdu_t *pdu, proto_item *item)
{
    const newcamd_connection_t *connection = pdu->connection;
    const newcamd_session_t *session = &connection->session;

    if (connection->password_differs) {
        expert_add_info_format(call->pinfo, item, &ei_newcamd_password_differs,
                               "The password of %s is not the one in this login", connection->key_row);
    }
    if (session->header != session->login_header) {
        expert_add_info_format(
            call->pinfo, item, &ei_newcamd_version_forced,
            "This login has version %u, but the preference newcamd.force_version makes all "
            "that follows be read as %u",
            (session->login_header == NEWCAMD_HEADER_525) ? 525 : 524,
            (session->header == NEWCAMD_HEADER_525) ? 525 : 524);
    }
    newcamd_show_bad_preference(call, item);
}

/* key  the one that opened it, which is not the record's where the session key was proved later */
static void
show_opened_frame(newcamd_call_t *call, const newcamd_pdu_t *pdu, proto_tree *tree, proto_item *item,
                  newcamd_key_t key, uint8_t *plain, unsigned plain_len)
{
    const newcamd_session_t *session = &pdu->connection->session;
    const unsigned header = header_of(pdu);
    const bool forced = session->login_header != 0 && session->login_header != session->header;

    show_generated(call, pdu, tree, (key == NEWCAMD_KEY_LOGIN) ? "login" : "session");

    const uint8_t computed = newcamd_xor_sum(plain, plain_len - CHECKSUM_LEN);
    const bool hidden = newcamd_hide_secrets();
    unsigned secrets;
    const bool damaged = pdu->context != NULL && pdu->context->damaged != 0; /* and holds no secret */
    bool masked = hidden && !damaged &&
                  newcamd_secrets_start(plain, plain_len, header, pdu->direction == session->server,
                                        computed == plain[plain_len - CHECKSUM_LEN], &secrets);
    if (hidden && forced && !pdu->is_login) {
        /* Read with another header than it was written, nobody can say what a message holds. */
        secrets = NEWCAMD_HEADER_524 + NEWCAMD_MESSAGE_HEAD_LEN;
        masked = true;
    }
    if (masked) {
        camshark_mask(plain + secrets, plain_len - CHECKSUM_LEN - secrets);
    }
    show_message(call, pdu, tree, item, plain, plain_len, computed, hidden);
    if (pdu->is_login && session->login == NEWCAMD_LOGIN_OPENED) {
        show_login_notes(call, pdu, item);
    }
}

/* A clear message from whose byte at secrets on nothing is shown. The bytes of the packet stay what they are; at least
 * no field shows them. */
static tvbuff_t *
mask_clear(newcamd_call_t *call, tvbuff_t *message, unsigned secrets)
{
    const unsigned len = tvb_captured_length(message);
    uint8_t *masked = tvb_memdup(call->pinfo->pool, message, 0, len);

    camshark_mask(masked + secrets, len - secrets);
    tvbuff_t *masked_tvb = tvb_new_child_real_data(message, masked, len, (int)len);
    add_new_data_source(call->pinfo, masked_tvb, "newcamd message in clear, masked");
    return masked_tvb;
}

/* A frame that is not encrypted: header and message, and nothing else (section 2.3). */
static void
show_clear_frame(newcamd_call_t *call, tvbuff_t *tvb, int offset, const newcamd_pdu_t *pdu, proto_tree *tree,
                 proto_item *item)
{
    const newcamd_session_t *session = &pdu->connection->session;
    const unsigned len = pdu->length - NEWCAMD_LENGTH_LEN;
    const unsigned header = header_of(pdu);
    const bool from_server = pdu->direction == session->server;
    tvbuff_t *message_tvb = tvb_new_subset_length(tvb, offset + NEWCAMD_LENGTH_LEN, (int)len);
    const uint8_t *bytes = tvb_get_ptr(message_tvb, 0, (int)len);
    unsigned secrets;

    proto_tree_add_item(tree, hf_newcamd_length, tvb, offset, NEWCAMD_LENGTH_LEN, ENC_BIG_ENDIAN);
    show_generated(call, pdu, tree, "none");
    if (!newcamd_clear_frame_ok(bytes, len, header)) {
        /* Nobody can say where secrets are in it. */
        message_tvb = newcamd_hide_secrets() ? mask_clear(call, message_tvb, MIN(len, header)) : message_tvb;
        proto_tree_add_item(tree, hf_newcamd_undecoded, message_tvb, 0, (int)len, ENC_NA);
        say(call, item, "Damaged message");
        expert_add_info(call->pinfo, item, &ei_newcamd_clear_length);
        return;
    }
    if (newcamd_hide_secrets() && newcamd_clear_secrets_start(bytes, len, header, from_server, &secrets)) {
        message_tvb = mask_clear(call, message_tvb, secrets);
    }
    newcamd_message_t message = {
        .pinfo = call->pinfo,
        .tvb = message_tvb,
        .tree = tree,
        .item = item,
        .header = header,
        .tag = tvb_get_uint8(message_tvb, (int)header),
        .data_len = len - header - NEWCAMD_MESSAGE_HEAD_LEN,
        .from_server = from_server,
        .hidden = newcamd_hide_secrets(),
        .context = pdu->context,
    };
    newcamd_command_show(&message);
    newcamd_requests_show(&pdu->part, call->pinfo, message_tvb, tree, item);
    if (session->login == NEWCAMD_LOGIN_CLEAR && pdu->is_login) {
        expert_add_info(call->pinfo, item, &ei_newcamd_clear);
        show_login_notes(call, pdu, item);
    }
}

/* Opens a frame. plain  where the first pass has it already; else NULL. Gives the key that it was opened
 * with; NEWCAMD_KEY_NONE if it stays closed. */
static newcamd_key_t
open_frame(newcamd_call_t *call, tvbuff_t *tvb, int offset, const newcamd_pdu_t *pdu, uint8_t **plain)
{
    const newcamd_session_t *session = &pdu->connection->session;
    const unsigned plain_len = pdu->length - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN;
    const bool proved_later = pdu->key == NEWCAMD_KEY_NONE && newcamd_session_has_key(session);

    if (pdu->key == NEWCAMD_KEY_NONE && !proved_later) {
        return NEWCAMD_KEY_NONE;
    }
    if (*plain != NULL) {
        return (newcamd_key_t)pdu->key;
    }
    const uint8_t *frame = tvb_get_ptr(tvb, offset, (int)pdu->length);
    *plain = wmem_alloc(call->pinfo->pool, plain_len);
    if (proved_later) {
        return newcamd_session_decide(session, pdu->direction, newcamd_call_place(call), frame, pdu->length,
                                      *plain);
    }
    return newcamd_session_open(session, (newcamd_key_t)pdu->key, frame, pdu->length, *plain)
               ? (newcamd_key_t)pdu->key
               : NEWCAMD_KEY_NONE;
}

/* A PDU with what was found out about it when a later frame had proved its key. */
static newcamd_pdu_t
proved_pdu(const newcamd_call_t *call, const newcamd_pdu_t *pdu)
{
    newcamd_pdu_t proved = *pdu;

    if (pdu->key == NEWCAMD_KEY_NONE) {
        const newcamd_closed_t *closed =
            newcamd_mid_session_closed(pdu->connection, pdu->direction, newcamd_call_place(call));
        if (closed != NULL) {
            proved.part = closed->part;
            proved.context = closed->context;
        }
    }
    return proved;
}

/* A whole frame at the start of tvb, which is the segment's or that of a login put together from pieces.
 *   plain  the opened plaintext, where the first pass has it already; else NULL */
static void
show_frame(newcamd_call_t *call, tvbuff_t *tvb, int offset, const newcamd_pdu_t *pdu, proto_tree *tree,
           proto_item *item, uint8_t *plain)
{
    const unsigned plain_len = pdu->length - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN;

    if (pdu->key == NEWCAMD_KEY_CLEAR) {
        show_clear_frame(call, tvb, offset, pdu, tree, item);
        newcamd_show_unanswered_login(call, pdu, item);
        return;
    }
    proto_tree_add_uint(tree, hf_newcamd_length, tvb, offset, NEWCAMD_LENGTH_LEN,
                        pdu->length - NEWCAMD_LENGTH_LEN);
    proto_tree_add_item(tree, hf_newcamd_encrypted, tvb, offset + NEWCAMD_LENGTH_LEN, (int)plain_len, ENC_NA);
    proto_tree_add_item(tree, hf_newcamd_iv, tvb, offset + NEWCAMD_LENGTH_LEN + (int)plain_len,
                        NEWCAMD_IV_LEN, ENC_NA);

    const newcamd_key_t key = open_frame(call, tvb, offset, pdu, &plain);
    const newcamd_pdu_t proved = proved_pdu(call, pdu);
    if (pdu->unrecorded || (pdu->key == NEWCAMD_KEY_NONE && key != NEWCAMD_KEY_NONE)) {
        show_recognized(call, pdu->connection, tree);
    }
    if (key != NEWCAMD_KEY_NONE) {
        show_opened_frame(call, &proved, tree, item, key, plain, plain_len);
    } else {
        say(call, item, newcamd_show_closed(call, pdu, tree, item));
    }
    newcamd_show_unanswered_login(call, pdu, item);
}

static void
show_greeting(newcamd_call_t *call, proto_tree *tree, proto_item *item)
{
    proto_tree_add_item(tree, hf_newcamd_greeting, call->tvb, call->offset, NEWCAMD_GREETING_LEN, ENC_NA);
    if (!newcamd_greeting_is_multics(tvb_get_ptr(call->tvb, call->offset, NEWCAMD_GREETING_LEN))) {
        say(call, item, "Greeting");
        return;
    }
    say(call, item, "Greeting of a MultiCS server");
    item = proto_tree_add_boolean(tree, hf_newcamd_greeting_multics, call->tvb, call->offset,
                                  NEWCAMD_GREETING_LEN, true);
    proto_item_set_generated(item);
}

static void
show_cut_frame(newcamd_call_t *call, proto_tree *tree, proto_item *item)
{
    say(call, item, "Part of a frame");
    expert_add_info(call->pinfo, item, &ei_newcamd_cut);
    if (tvb_bytes_exist(call->tvb, call->offset, NEWCAMD_LENGTH_LEN)) {
        proto_tree_add_item(tree, hf_newcamd_length, call->tvb, call->offset, NEWCAMD_LENGTH_LEN,
                            ENC_BIG_ENDIAN);
    }
}

static void
show_bad_length(newcamd_call_t *call, proto_tree *tree, proto_item *item)
{
    uint32_t length;
    proto_item *field = proto_tree_add_item_ret_uint(tree, hf_newcamd_length, call->tvb, call->offset,
                                                     NEWCAMD_LENGTH_LEN, ENC_BIG_ENDIAN, &length);

    say(call, item, "Impossible length");
    expert_add_info_format(call->pinfo, field, &ei_newcamd_length,
                           "No frame has a length of %u: lengths are multiples of 8 from %u to %u", length,
                           NEWCAMD_LENGTH_MIN, NEWCAMD_LENGTH_MAX);
    if (tvb_captured_length_remaining(call->tvb, call->offset) > NEWCAMD_LENGTH_LEN) {
        proto_tree_add_item(tree, hf_newcamd_out_of_step, call->tvb, call->offset + NEWCAMD_LENGTH_LEN, -1,
                            ENC_NA);
    }
}

static void
show_out_of_step(newcamd_call_t *call, const newcamd_pdu_t *pdu, proto_tree *tree, proto_item *item)
{
    if (pdu->unrecorded) {
        show_recognized(call, pdu->connection, tree);
    }
    say(call, item, "Bytes from inside a frame");
    expert_add_info(call->pinfo, item, &ei_newcamd_out_of_step);
    proto_tree_add_item(tree, hf_newcamd_out_of_step, call->tvb, call->offset, -1, ENC_NA);
}

/* How a PDU lies in the stream, where that is not right behind the one before it. */
static void
show_place(newcamd_call_t *call, const newcamd_pdu_t *pdu, proto_tree *tree)
{
    if (pdu->lost > 0) {
        proto_item *item = proto_tree_add_uint(tree, hf_newcamd_lost, call->tvb, call->offset, 0, pdu->lost);
        proto_item_set_generated(item);
        expert_add_info_format(
            call->pinfo, item, &ei_newcamd_lost,
            tcp_reorders() ? "%u bytes are missing before this message: TCP segments were lost, or not "
                             "captured"
                           : "%u bytes are missing before this message: TCP segments were lost, or not "
                             "captured, or come later (then tcp.reassemble_out_of_order helps, which is "
                             "off)",
            pdu->lost);
    }
    if (pdu->out_of_order && !tcp_reorders()) {
        expert_add_info(call->pinfo, proto_tree_get_parent(tree), &ei_newcamd_out_of_order);
    }
    if (pdu->repeated) {
        expert_add_info(call->pinfo, proto_tree_get_parent(tree), &ei_newcamd_repeated);
    }
}

void
newcamd_show_pdu(newcamd_call_t *call, const newcamd_pdu_t *pdu, uint8_t *plain)
{
    proto_tree *tree;
    proto_item *item = begin_pdu(call, pdu->length, &tree);

    const bool greeting_after_all = pdu->perhaps != NULL && pdu->perhaps->connection != NULL;

    if (!greeting_after_all) {
        show_place(call, pdu, tree);
    }
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
        show_out_of_step(call, pdu, tree, item);
        break;
    case NEWCAMD_PDU_PERHAPS_GREETING:
        if (greeting_after_all) {
            show_greeting(call, tree, item);
        } else {
            show_out_of_step(call, pdu, tree, item);
        }
        break;
    case NEWCAMD_PDU_PIECE_OF_LOGIN:
        DISSECTOR_ASSERT_NOT_REACHED();
    }
}

void
newcamd_show_piece_of_login(newcamd_call_t *call, newcamd_connection_t *connection, uint32_t length)
{
    proto_tree *tree;
    proto_item *item = begin_pdu(call, length, &tree);

    if (tvb_reported_length_remaining(call->tvb, call->offset) < (int)length) {
        say(call, item, "Part of a login");
        item = proto_tree_add_uint(tree, hf_newcamd_login_frame, call->tvb, 0, 0, connection->login_frame);
        proto_item_set_generated(item);
        return;
    }
    const newcamd_pdu_t pdu = { .connection = connection,
                                .kind = NEWCAMD_PDU_FRAME,
                                .key = (uint8_t)connection->pieced_key,
                                .is_login = connection->session.login != NEWCAMD_LOGIN_NOT_SEEN,
                                .unrecorded = connection->recognized_in > connection->login_frame,
                                .direction = (uint8_t)call->direction,
                                .length = connection->pieced_login_len,
                                .part = connection->pieced_login_part };
    tvbuff_t *tvb = tvb_new_child_real_data(call->tvb, connection->pieced_login, pdu.length, (int)pdu.length);

    add_new_data_source(call->pinfo, tvb, "newcamd login in pieces");
    show_frame(call, tvb, 0, &pdu, tree, item, NULL);
}

static void
register_fields(void)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_greeting,
          { "Greeting", "newcamd.greeting", FT_BYTES, BASE_NONE, NULL, 0,
            "Random bytes of the side that accepted the connection; they make the login key", HFILL } },
        { &hf_newcamd_greeting_multics,
          { "Mark of MultiCS", "newcamd.greeting.multics", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "Three bytes are sums of others, which one greeting in 16 million is by chance (seen in MultiCS only)", HFILL } },
        { &hf_newcamd_length,
          { "Length", "newcamd.length", FT_UINT16, BASE_DEC, NULL, 0,
            "Bytes of the frame behind this field, in clear", HFILL } },
        { &hf_newcamd_encrypted,
          { "Encrypted message", "newcamd.encrypted", FT_BYTES, BASE_NONE, NULL, 0,
            "Ciphertext: header, command, padding and checksum", HFILL } },
        { &hf_newcamd_iv,
          { "Initialization vector", "newcamd.iv", FT_BYTES, BASE_NONE, NULL, 0,
            "IV of this frame for 3DES in CBC mode, in clear", HFILL } },
        { &hf_newcamd_out_of_step,
          { "Unread bytes", "newcamd.unread", FT_BYTES, BASE_NONE, NULL, 0,
            "Bytes of which it is not known where a frame begins", HFILL } },
        { &hf_newcamd_lost,
          { "Lost bytes", "newcamd.lost", FT_UINT32, BASE_DEC, NULL, 0,
            "Bytes missing before this message, by TCP's sequence numbers", HFILL } },
        { &hf_newcamd_login_frame,
          { "Login shown in frame", "newcamd.login_frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "The login came in pieces; it is shown in the frame that holds its last one", HFILL } },
        { &hf_newcamd_version,
          { "Version", "newcamd.version", FT_UINT16, BASE_DEC, NULL, 0,
            "Which header the messages have: 524 (6 bytes) or 525 (10 bytes)", HFILL } },
        { &hf_newcamd_key,
          { "Key", "newcamd.key", FT_STRING, BASE_NONE, NULL, 0,
            "Which key opened the frame: login (first of each direction) or session; none if it is in clear", HFILL } },
        { &hf_newcamd_key_row,
          { "Key from", "newcamd.key_row", FT_STRING, BASE_NONE, NULL, 0,
            "Row of the key table, with its comment, or preference that opened the login; or another login", HFILL } },
        { &hf_newcamd_recognized_in,
          { "Recognised in frame", "newcamd.recognized_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "A later frame that told that this is newcamd, or that proved the session key", HFILL } },
        { &hf_newcamd_undecoded,
          { "Undecoded message", "newcamd.undecoded", FT_BYTES, BASE_NONE, NULL, 0,
            "Decrypted bytes that make no message", HFILL } },
        { &hf_newcamd_padding,
          { "Padding", "newcamd.padding", FT_BYTES, BASE_NONE, NULL, 0,
            "Arbitrary bytes up to the cipher's block length", HFILL } },
        { &hf_newcamd_checksum,
          { "Checksum", "newcamd.checksum", FT_UINT8, BASE_HEX, NULL, 0,
            "XOR of all decrypted bytes before it", HFILL } },
        { &hf_newcamd_checksum_status,
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
        { &ei_newcamd_version_forced,
          { "newcamd.expert.version_forced", PI_ASSUMPTION, PI_NOTE,
            "The preference newcamd.force_version is not what the login has", EXPFILL } },
        { &ei_newcamd_clear,
          { "newcamd.expert.clear", PI_SECURITY, PI_NOTE,
            "This connection is not encrypted (clear mode; seen in one implementation)", EXPFILL } },
        { &ei_newcamd_clear_length,
          { "newcamd.expert.clear_length", PI_MALFORMED, PI_ERROR,
            "The message in clear does not fill its frame exactly", EXPFILL } },
        { &ei_newcamd_out_of_order,
          { "newcamd.expert.out_of_order", PI_SEQUENCE, PI_WARN,
            "This segment came out of order, behind what follows it: switch on the preference "
            "tcp.reassemble_out_of_order",
            EXPFILL } },
        { &ei_newcamd_repeated,
          { "newcamd.expert.repeated", PI_SEQUENCE, PI_NOTE,
            "These bytes were there before: a retransmission", EXPFILL } },
        { &ei_newcamd_password_differs,
          { "newcamd.expert.password_differs", PI_SECURITY, PI_NOTE,
            "The password in the key table is not the one in this login", EXPFILL } },
        { &ei_newcamd_checksum,
          { "newcamd.expert.checksum", PI_CHECKSUM, PI_ERROR,
            "The checksum is wrong: the frame is damaged, or it was encrypted with another key", EXPFILL } },
        { &ei_newcamd_padding,
          { "newcamd.expert.padding", PI_PROTOCOL, PI_WARN,
            "More padding than the next multiple of 8 needs: a message of unknown layout, or a program of unknown kind", EXPFILL } },
        { &ei_newcamd_length,
          { "newcamd.expert.length", PI_MALFORMED, PI_ERROR, "Impossible length", EXPFILL } },
        { &ei_newcamd_data_length,
          { "newcamd.expert.data_length", PI_MALFORMED, PI_ERROR, "The message is longer than its frame", EXPFILL } },
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
    register_fields();
    register_experts();
    newcamd_closed_frame_register(proto);
}
