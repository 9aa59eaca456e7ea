/* pdu-tree.c
 * One PDU in tree and columns, from its record alone, on every pass.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "pdu-tree.h"

#include <epan/expert.h>

#include <common/secrets.h>

#include "commands.h"
#include "frame.h"
#include "keytable.h"
#include "requests.h"

#define CHECKSUM_LEN 1

static int proto_newcamd = -1;

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
static expert_field ei_padding = EI_INIT;
static expert_field ei_length = EI_INIT;
static expert_field ei_data_length = EI_INIT;
static expert_field ei_lost = EI_INIT;
static expert_field ei_out_of_step = EI_INIT;
static expert_field ei_cut = EI_INIT;

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
show_bad_preference(newcamd_call_t *call, proto_item *item)
{
    const char *complaint = newcamd_keytable_complaint();

    if (complaint != NULL) {
        expert_add_info_format(call->pinfo, item, &ei_bad_preference, "%s", complaint);
    }
}

/* Why a frame is not opened, and what would help. */
static void
show_reason(newcamd_call_t *call, const newcamd_pdu_t *pdu, proto_item *item)
{
    const newcamd_connection_t *connection = pdu->connection;

    if (!newcamd_crypto_available()) {
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
show_checksum(newcamd_call_t *call, proto_tree *tree, tvbuff_t *plain, unsigned offset, uint8_t computed)
{
    proto_tree_add_checksum(tree, plain, offset, hf_checksum, hf_checksum_status, &ei_checksum, call->pinfo,
                            computed, ENC_NA, PROTO_CHECKSUM_VERIFY);
}

static void
show_padding(newcamd_call_t *call, proto_tree *tree, tvbuff_t *plain, unsigned offset, unsigned len)
{
    proto_item *item = proto_tree_add_item(tree, hf_padding, plain, (int)offset, (int)len, ENC_NA);

    if (len >= NEWCAMD_BLOCK_LEN) {
        expert_add_info_format(
            call->pinfo, item, &ei_padding,
            "%u bytes of padding: every known program pads with 7 bytes at most, up to the "
            "next multiple of 8",
            len);
    }
}

/* The message inside an opened frame. plain is the plaintext region, masked if secrets are hidden; computed
 * the checksum of what it was before. */
static void
show_message(newcamd_call_t *call, const newcamd_pdu_t *pdu, proto_tree *tree, proto_item *item,
             const uint8_t *plain, unsigned plain_len, uint8_t computed, bool hidden)
{
    const newcamd_session_t *session = &pdu->connection->session;
    const unsigned checksum = plain_len - CHECKSUM_LEN;
    tvbuff_t *tvb = tvb_new_child_real_data(call->tvb, plain, plain_len, (int)plain_len);
    newcamd_message_t message = {
        .pinfo = call->pinfo,
        .tvb = tvb,
        .tree = tree,
        .item = item,
        .header = session->header,
        .tag = plain[session->header],
        .data_len = newcamd_data_len(plain, session->header),
        .from_server = pdu->direction == session->server,
        .hidden = hidden,
        .context = pdu->context,
    };

    newcamd_command_repair(&message);
    const unsigned end = session->header + NEWCAMD_MESSAGE_HEAD_LEN + message.data_len;

    add_new_data_source(call->pinfo, tvb, "Decrypted newcamd");
    if (computed != plain[checksum] && !newcamd_frame_ok(plain, plain_len, session->header)) {
        proto_tree_add_item(tree, hf_undecoded, tvb, 0, (int)checksum, ENC_NA);
        say(call, item, "Damaged message");
    } else if (end > checksum) {
        proto_tree_add_item(tree, hf_undecoded, tvb, 0, (int)checksum, ENC_NA);
        say(call, item, "Message longer than its frame");
        expert_add_info_format(call->pinfo, item, &ei_data_length,
                               "The message says that %u bytes follow, but its frame has only %u",
                               message.data_len, checksum - session->header - NEWCAMD_MESSAGE_HEAD_LEN);
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
show_opened_frame(newcamd_call_t *call, const newcamd_pdu_t *pdu, proto_tree *tree, proto_item *item,
                  uint8_t *plain, unsigned plain_len)
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
    const bool damaged = pdu->context != NULL && pdu->context->damaged != 0; /* and holds no secret */
    if (hidden && !damaged &&
        newcamd_secrets_start(plain, plain_len, session->header, pdu->direction == session->server,
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
show_frame(newcamd_call_t *call, tvbuff_t *tvb, int offset, const newcamd_pdu_t *pdu, proto_tree *tree,
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
show_greeting(newcamd_call_t *call, proto_tree *tree, proto_item *item)
{
    proto_tree_add_item(tree, hf_greeting, call->tvb, call->offset, NEWCAMD_GREETING_LEN, ENC_NA);
    say(call, item, "Greeting");
}

static void
show_cut_frame(newcamd_call_t *call, proto_tree *tree, proto_item *item)
{
    say(call, item, "Part of a frame");
    expert_add_info(call->pinfo, item, &ei_cut);
    if (tvb_bytes_exist(call->tvb, call->offset, NEWCAMD_LENGTH_LEN)) {
        proto_tree_add_item(tree, hf_length, call->tvb, call->offset, NEWCAMD_LENGTH_LEN, ENC_BIG_ENDIAN);
    }
}

static void
show_bad_length(newcamd_call_t *call, proto_tree *tree, proto_item *item)
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
show_out_of_step(newcamd_call_t *call, proto_tree *tree, proto_item *item)
{
    say(call, item, "Bytes from inside a frame");
    expert_add_info(call->pinfo, item, &ei_out_of_step);
    proto_tree_add_item(tree, hf_out_of_step, call->tvb, call->offset, -1, ENC_NA);
}

static void
show_lost(newcamd_call_t *call, const newcamd_pdu_t *pdu, proto_tree *tree)
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

void
newcamd_show_pdu(newcamd_call_t *call, const newcamd_pdu_t *pdu, uint8_t *plain)
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

void
newcamd_show_piece_of_login(newcamd_call_t *call, newcamd_connection_t *connection, uint32_t length)
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
        { &ei_padding,
          { "newcamd.expert.padding", PI_PROTOCOL, PI_WARN,
            "More padding than the next multiple of 8 needs: a message of unknown layout, or a program of unknown kind", EXPFILL } },
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
newcamd_pdu_tree_register(int proto)
{
    proto_newcamd = proto;
    register_fields();
    register_experts();
}
