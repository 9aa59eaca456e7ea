/* frame.c
 * One frame: its ciphertext, what opens it, and the message inside.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The record says which key opens the frame; it is opened here once a pass, and secrets are masked before anything else
 * sees the plaintext.
 */
#include <newcamd/show/frame.h>

#include <epan/expert.h>

#include <common/pure/secrets.h>

#include <newcamd/record/mid-session.h>
#include <newcamd/record/requests.h>
#include <newcamd/record/settings.h>
#include <newcamd/show/closed-frame.h>
#include <newcamd/show/commands.h>
#include <newcamd/show/session-key.h>
#include <newcamd/show/tapped-frame.h>
#include <newcamd/taps/ends.h>
#include <newcamd/wire/frame.h>

#define CHECKSUM_LEN 1

static int hf_newcamd_length = -1;
static int hf_newcamd_encrypted = -1;
static int hf_newcamd_iv = -1;
static int hf_newcamd_version = -1;
static int hf_newcamd_key = -1;
static int hf_newcamd_key_row = -1;
static int hf_newcamd_recognized_in = -1;
static int hf_newcamd_undecoded = -1;
static int hf_newcamd_padding = -1;
static int hf_newcamd_checksum = -1;
static int hf_newcamd_checksum_status = -1;

static expert_field ei_newcamd_version_forced = EI_INIT;
static expert_field ei_newcamd_clear = EI_INIT;
static expert_field ei_newcamd_clear_length = EI_INIT;
static expert_field ei_newcamd_password_differs = EI_INIT;
static expert_field ei_newcamd_checksum = EI_INIT;
static expert_field ei_newcamd_padding = EI_INIT;
static expert_field ei_newcamd_data_length = EI_INIT;
static expert_field ei_newcamd_long_frame = EI_INIT;

/* Values of the length field above which programs drop a frame (section 2.4). */
static const struct {
    unsigned longest;
    const char *programs;
} length_limits[] = {
    { 232, "first releases, old vdr-sc" }, { 264, "OSCam 2010" },    { 360, "old Tvheadend" },
    { 392, "tsdecrypt, OSCam 2012" },      { 400, "cardservproxy" }, { 496, "OSCam 2015" },
    { 1016, "OSCam, Tvheadend today" },
};

/* Names the programs for which a frame is too long. */
static void
show_long_frame(const newcamd_frame_t *frame)
{
    const unsigned length = frame->pdu->length - NEWCAMD_LENGTH_LEN;
    wmem_strbuf_t *programs;

    if (length <= length_limits[0].longest) {
        return;
    }
    programs = wmem_strbuf_new(frame->segment->pinfo->pool, "");
    for (unsigned i = 0; i < array_length(length_limits) && length > length_limits[i].longest; i++) {
        wmem_strbuf_append_printf(programs, "%s%s (%u)", (i > 0) ? "; " : "", length_limits[i].programs,
                                  length_limits[i].longest);
    }
    const newcamd_fault_at_t at = newcamd_segment_fault_at(frame->segment, frame->pdu);
    newcamd_fault_format(&at, frame->item, &ei_newcamd_long_frame,
                         "%u bytes are too long for some programs, which drop the frame: %s", length,
                         wmem_strbuf_get_str(programs));
}

proto_item *
newcamd_show_length(proto_tree *tree, tvbuff_t *tvb, int offset, uint32_t *length)
{
    uint32_t value;
    proto_item *item = proto_tree_add_item_ret_uint(tree, hf_newcamd_length, tvb, offset, NEWCAMD_LENGTH_LEN,
                                                    ENC_BIG_ENDIAN, &value);

    if (length != NULL) {
        *length = value;
    }
    return item;
}

void
newcamd_show_recognized(const newcamd_segment_t *segment, const newcamd_connection_t *connection,
                        proto_tree *tree)
{
    if (connection->recognized_in != 0) {
        proto_item *item = proto_tree_add_uint(tree, hf_newcamd_recognized_in, segment->tvb, 0, 0,
                                               connection->recognized_in);
        proto_item_set_generated(item);
    }
}

static void
show_message_checksum(const newcamd_frame_t *frame, tvbuff_t *plain, unsigned offset, uint8_t computed)
{
    const newcamd_fault_at_t at = newcamd_segment_fault_at(frame->segment, frame->pdu);
    proto_item *item =
        proto_tree_add_checksum(frame->tree, plain, offset, hf_newcamd_checksum, hf_newcamd_checksum_status,
                                NULL, frame->segment->pinfo, computed, ENC_NA, PROTO_CHECKSUM_VERIFY);

    if (tvb_get_uint8(plain, (int)offset) != computed) {
        newcamd_fault_format(&at, item, &ei_newcamd_checksum, "%s [should be 0x%02x]",
                             expert_get_summary(&ei_newcamd_checksum), computed);
    }
}

static void
show_block_padding(const newcamd_frame_t *frame, tvbuff_t *plain, unsigned offset, unsigned len)
{
    proto_item *item =
        proto_tree_add_item(frame->tree, hf_newcamd_padding, plain, (int)offset, (int)len, ENC_NA);

    if (len >= NEWCAMD_BLOCK_LEN) {
        const newcamd_fault_at_t at = newcamd_segment_fault_at(frame->segment, frame->pdu);
        newcamd_fault_format(&at, item, &ei_newcamd_padding,
                             "%u bytes of padding: every known program pads with 7 bytes at most, up to the "
                             "next multiple of 8",
                             len);
    }
}

/* Bytes of header of an opened PDU: that of the clear frames before a reverse login, the login's own, or that
 * of all else. */
static unsigned
header_len_of(const newcamd_pdu_t *pdu)
{
    const newcamd_session_t *session = &pdu->connection->session;

    if (pdu->key == NEWCAMD_KEY_CLEAR && session->reverse) {
        return session->name_header_len;
    }
    return (pdu->is_login && session->login_header_len != 0) ? session->login_header_len
                                                             : session->header_len;
}

/* The message inside an opened frame. plain is the plaintext region, masked if secrets are hidden; computed
 * the checksum of what it was before. */
static void
show_opened_message(const newcamd_frame_t *frame, const uint8_t *plain, unsigned plain_len, uint8_t computed)
{
    const newcamd_segment_t *segment = frame->segment;
    const newcamd_pdu_t *pdu = frame->pdu;
    const newcamd_session_t *session = &pdu->connection->session;
    const unsigned header_len = header_len_of(pdu);
    const unsigned checksum = plain_len - CHECKSUM_LEN;
    tvbuff_t *tvb = tvb_new_child_real_data(segment->tvb, plain, plain_len, (int)plain_len);
    newcamd_message_t message = {
        .pinfo = segment->pinfo,
        .at = newcamd_segment_fault_at(segment, pdu),
        .tvb = tvb,
        .tree = frame->tree,
        .item = frame->item,
        .header_len = header_len,
        .tag = plain[header_len],
        .data_len = newcamd_data_len(plain, plain_len, header_len),
        .from_server = pdu->direction == session->server,
        .hidden = newcamd_hide_secrets(),
        .context = pdu->context,
        .turn = &pdu->turn,
    };

    newcamd_command_repair(&message);
    const unsigned end = header_len + NEWCAMD_MESSAGE_HEAD_LEN + message.data_len;

    add_new_data_source(segment->pinfo, tvb, "Decrypted newcamd");
    if (computed != plain[checksum] && !newcamd_frame_ok(plain, plain_len, header_len)) {
        proto_tree_add_item(frame->tree, hf_newcamd_undecoded, tvb, 0, (int)checksum, ENC_NA);
        newcamd_say_pdu(frame->segment, frame->item, "Damaged message");
        newcamd_tap_frame(frame->segment->pinfo, frame->pdu, NULL);
    } else if (end > checksum) {
        proto_tree_add_item(frame->tree, hf_newcamd_undecoded, tvb, 0, (int)checksum, ENC_NA);
        newcamd_say_pdu(frame->segment, frame->item, "Message longer than its frame");
        newcamd_fault_format(&message.at, frame->item, &ei_newcamd_data_length,
                             "The message says that %u bytes follow, but its frame has only %u",
                             message.data_len, checksum - header_len - NEWCAMD_MESSAGE_HEAD_LEN);
        newcamd_tap_frame(frame->segment->pinfo, frame->pdu, NULL);
    } else {
        newcamd_tap_frame(frame->segment->pinfo, frame->pdu, &message);
        newcamd_command_show(&message);
        newcamd_requests_show(&pdu->turn, &message.at, tvb, frame->tree, frame->item);
        if (end < checksum) {
            show_block_padding(frame, tvb, end, checksum - end);
        }
    }
    show_message_checksum(frame, tvb, checksum, computed);
}

static void
show_key_and_version(const newcamd_frame_t *frame, const char *key)
{
    const newcamd_pdu_t *pdu = frame->pdu;
    tvbuff_t *tvb = frame->segment->tvb;
    const newcamd_connection_t *connection = pdu->connection;
    proto_item *item;

    item = proto_tree_add_uint(frame->tree, hf_newcamd_version, tvb, 0, 0,
                               (header_len_of(pdu) == NEWCAMD_HEADER_525) ? 525 : 524);
    proto_item_set_generated(item);
    item = proto_tree_add_string(frame->tree, hf_newcamd_key, tvb, 0, 0, key);
    proto_item_set_generated(item);
    item =
        proto_tree_add_string(frame->tree, hf_newcamd_key_row, tvb, 0, 0,
                              (pdu->key == NEWCAMD_KEY_CLEAR) ? "none: not encrypted" : connection->key_row);
    proto_item_set_generated(item);
}

/* What an opened login, or one in clear, has to say besides its fields. */
static void
show_login_notes(const newcamd_frame_t *frame)
{
    const newcamd_connection_t *connection = frame->pdu->connection;
    const newcamd_session_t *session = &connection->session;

    newcamd_session_key_show(frame->segment, frame->pdu, frame->tree);
    if (connection->password_differs) {
        expert_add_info_format(frame->segment->pinfo, frame->item, &ei_newcamd_password_differs,
                               "The password of %s is not the one in this login", connection->key_row);
    }
    if (session->header_len != session->login_header_len) {
        expert_add_info_format(
            frame->segment->pinfo, frame->item, &ei_newcamd_version_forced,
            "This login has version %u, but the preference newcamd.force_version makes all "
            "that follows be read as %u",
            (session->login_header_len == NEWCAMD_HEADER_525) ? 525 : 524,
            (session->header_len == NEWCAMD_HEADER_525) ? 525 : 524);
    }
    newcamd_show_bad_preference(frame->segment, frame->item);
}

/* key  the one that opened it, which is not the record's where the session key was proved later */
static void
show_opened_frame(const newcamd_frame_t *frame, newcamd_key_t key, uint8_t *plain, unsigned plain_len)
{
    const newcamd_pdu_t *pdu = frame->pdu;
    const newcamd_session_t *session = &pdu->connection->session;
    const unsigned header_len = header_len_of(pdu);
    const bool forced = session->login_header_len != 0 && session->login_header_len != session->header_len;

    show_key_and_version(frame, (key == NEWCAMD_KEY_LOGIN) ? "login" : "session");

    const uint8_t computed = newcamd_xor_sum(plain, plain_len - CHECKSUM_LEN);
    const bool hidden = newcamd_hide_secrets();
    unsigned secrets;
    const bool damaged = pdu->context != NULL && pdu->context->damaged != 0; /* and holds no secret */
    bool masked = hidden && !damaged &&
                  newcamd_secrets_start(plain, plain_len, header_len, pdu->direction == session->server,
                                        computed == plain[plain_len - CHECKSUM_LEN], &secrets);
    if (hidden && forced && !pdu->is_login) {
        /* Read with another header than it was written, nobody can say what a message holds. */
        secrets = NEWCAMD_HEADER_524 + NEWCAMD_MESSAGE_HEAD_LEN;
        masked = true;
    }
    if (masked) {
        camshark_mask(plain + secrets, plain_len - CHECKSUM_LEN - secrets);
    }
    show_opened_message(frame, plain, plain_len, computed);
    if (pdu->is_login && session->login == NEWCAMD_LOGIN_OPENED) {
        show_login_notes(frame);
    }
}

/* A clear message from whose byte at secrets on nothing is shown. The bytes of the packet stay what they are; at least
 * no field shows them. */
static tvbuff_t *
mask_clear(const newcamd_segment_t *segment, tvbuff_t *message, unsigned secrets)
{
    const unsigned len = tvb_captured_length(message);
    uint8_t *masked = tvb_memdup(segment->pinfo->pool, message, 0, len);

    camshark_mask(masked + secrets, len - secrets);
    tvbuff_t *masked_tvb = tvb_new_child_real_data(message, masked, len, (int)len);
    add_new_data_source(segment->pinfo, masked_tvb, "newcamd message in clear, masked");
    return masked_tvb;
}

/* A frame that is not encrypted: header and message, and nothing else (section 2.3). */
static void
show_clear_frame(const newcamd_frame_t *frame)
{
    const newcamd_segment_t *segment = frame->segment;
    const newcamd_pdu_t *pdu = frame->pdu;
    const newcamd_session_t *session = &pdu->connection->session;
    const unsigned len = pdu->length - NEWCAMD_LENGTH_LEN;
    const unsigned header_len = header_len_of(pdu);
    const bool from_server = pdu->direction == session->server;
    tvbuff_t *message_tvb = tvb_new_subset_length(frame->tvb, frame->offset + NEWCAMD_LENGTH_LEN, (int)len);
    const uint8_t *bytes = tvb_get_ptr(message_tvb, 0, (int)len);
    unsigned secrets;

    newcamd_show_length(frame->tree, frame->tvb, frame->offset, NULL);
    show_key_and_version(frame, "none");
    if (!newcamd_clear_frame_ok(bytes, len, header_len)) {
        /* Nobody can say where secrets are in it. */
        message_tvb =
            newcamd_hide_secrets() ? mask_clear(segment, message_tvb, MIN(len, header_len)) : message_tvb;
        proto_tree_add_item(frame->tree, hf_newcamd_undecoded, message_tvb, 0, (int)len, ENC_NA);
        newcamd_say_pdu(frame->segment, frame->item, "Damaged message");
        const newcamd_fault_at_t at = newcamd_segment_fault_at(segment, pdu);
        newcamd_fault(&at, frame->item, &ei_newcamd_clear_length);
        newcamd_tap_frame(frame->segment->pinfo, frame->pdu, NULL);
        return;
    }
    if (newcamd_hide_secrets() &&
        newcamd_clear_secrets_start(bytes, len, header_len, from_server, &secrets)) {
        message_tvb = mask_clear(segment, message_tvb, secrets);
    }
    newcamd_message_t message = {
        .pinfo = segment->pinfo,
        .at = newcamd_segment_fault_at(segment, pdu),
        .tvb = message_tvb,
        .tree = frame->tree,
        .item = frame->item,
        .header_len = header_len,
        .tag = tvb_get_uint8(message_tvb, (int)header_len),
        .data_len = len - header_len - NEWCAMD_MESSAGE_HEAD_LEN,
        .from_server = from_server,
        .hidden = newcamd_hide_secrets(),
        .context = pdu->context,
        .turn = &pdu->turn,
    };
    newcamd_tap_frame(frame->segment->pinfo, frame->pdu, &message);
    newcamd_command_show(&message);
    newcamd_requests_show(&pdu->turn, &message.at, message_tvb, frame->tree, frame->item);
    if (session->login == NEWCAMD_LOGIN_CLEAR && pdu->is_login) {
        expert_add_info(segment->pinfo, frame->item, &ei_newcamd_clear);
        show_login_notes(frame);
    }
}

/* Opens a frame. plain  where the first pass has it already; else NULL. Gives the key that it was opened
 * with; NEWCAMD_KEY_NONE if it stays closed. */
static newcamd_key_t
open_frame(const newcamd_frame_t *frame, uint8_t **plain)
{
    const newcamd_segment_t *segment = frame->segment;
    const newcamd_pdu_t *pdu = frame->pdu;
    const newcamd_session_t *session = &pdu->connection->session;
    const unsigned plain_len = pdu->length - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN;
    const bool proved_later = pdu->key == NEWCAMD_KEY_NONE && newcamd_session_has_key(session);

    if (pdu->key == NEWCAMD_KEY_NONE && !proved_later) {
        return NEWCAMD_KEY_NONE;
    }
    if (*plain != NULL) {
        return (newcamd_key_t)pdu->key;
    }
    const uint8_t *bytes = tvb_get_ptr(frame->tvb, frame->offset, (int)pdu->length);
    *plain = wmem_alloc(segment->pinfo->pool, plain_len);
    if (proved_later) {
        return newcamd_session_decide(session, pdu->direction, pdu->place, bytes, pdu->length, *plain);
    }
    return newcamd_session_open(session, (newcamd_key_t)pdu->key, bytes, pdu->length, *plain)
               ? (newcamd_key_t)pdu->key
               : NEWCAMD_KEY_NONE;
}

/* A PDU with what was found out about it when a later frame had proved its key. */
static newcamd_pdu_t
proved_pdu(const newcamd_pdu_t *pdu)
{
    newcamd_pdu_t proved = *pdu;

    if (pdu->key == NEWCAMD_KEY_NONE) {
        const newcamd_closed_t *closed =
            newcamd_mid_session_closed(pdu->connection, pdu->direction, pdu->place);
        if (closed != NULL) {
            proved.turn = closed->turn;
            proved.context = closed->context;
        }
    }
    return proved;
}

void
newcamd_show_frame(const newcamd_frame_t *frame, uint8_t *plain)
{
    const newcamd_pdu_t *pdu = frame->pdu;
    const unsigned plain_len = pdu->length - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN;
    const int behind_length = frame->offset + NEWCAMD_LENGTH_LEN;

    show_long_frame(frame);
    newcamd_ends_show(frame->tree, frame->segment->pinfo, frame->tvb, pdu->connection);
    if (pdu->key == NEWCAMD_KEY_CLEAR) {
        if (pdu->unrecorded) {
            newcamd_show_recognized(frame->segment, pdu->connection, frame->tree);
        }
        show_clear_frame(frame);
        newcamd_show_unanswered_login(frame->segment, pdu, frame->item);
        return;
    }
    proto_tree_add_uint(frame->tree, hf_newcamd_length, frame->tvb, frame->offset, NEWCAMD_LENGTH_LEN,
                        pdu->length - NEWCAMD_LENGTH_LEN);
    proto_tree_add_item(frame->tree, hf_newcamd_encrypted, frame->tvb, behind_length, (int)plain_len, ENC_NA);
    proto_tree_add_item(frame->tree, hf_newcamd_iv, frame->tvb, behind_length + (int)plain_len,
                        NEWCAMD_IV_LEN, ENC_NA);

    const newcamd_key_t key = open_frame(frame, &plain);
    const newcamd_pdu_t proved = proved_pdu(pdu);
    const bool before_proof = pdu->key == NEWCAMD_KEY_NONE &&
                              newcamd_session_has_key(&pdu->connection->session) &&
                              frame->segment->pinfo->num < pdu->connection->recognized_in;
    if (pdu->unrecorded || before_proof || (pdu->key == NEWCAMD_KEY_NONE && key != NEWCAMD_KEY_NONE)) {
        newcamd_show_recognized(frame->segment, pdu->connection, frame->tree);
    }
    if (key != NEWCAMD_KEY_NONE) {
        newcamd_frame_t opened = *frame;
        opened.pdu = &proved;
        show_opened_frame(&opened, key, plain, plain_len);
    } else {
        newcamd_say_pdu(frame->segment, frame->item,
                        newcamd_show_closed(frame->segment, pdu, frame->tree, frame->item));
        newcamd_tap_frame(frame->segment->pinfo, frame->pdu, NULL);
    }
    newcamd_show_unanswered_login(frame->segment, pdu, frame->item);
}

void
newcamd_frame_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_length,
          { "Length", "newcamd.length", FT_UINT16, BASE_DEC, NULL, 0,
            "Bytes of the frame behind this field, in clear", HFILL } },
        { &hf_newcamd_encrypted,
          { "Encrypted message", "newcamd.encrypted", FT_BYTES, BASE_NONE, NULL, 0,
            "Ciphertext: header, command, padding and checksum", HFILL } },
        { &hf_newcamd_iv,
          { "Initialization vector", "newcamd.iv", FT_BYTES, BASE_NONE, NULL, 0,
            "IV of this frame for 3DES in CBC mode, in clear", HFILL } },
        { &hf_newcamd_version,
          { "Version", "newcamd.version", FT_UINT16, BASE_DEC, NULL, 0,
            "Which header the messages have: 524 (6 bytes) or 525 (10 bytes)", HFILL } },
        { &hf_newcamd_key,
          { "Key", "newcamd.key", FT_STRING, BASE_NONE, NULL, 0,
            "Which key opened the frame: login (first of each direction) or session; none if it is in clear", HFILL } },
        { &hf_newcamd_key_row,
          { "Key from", "newcamd.key_row", FT_STRING, BASE_NONE, NULL, 0,
            "What opened the login, or what follows it: a row of the key table, a line of another source of keys, each with its "
            "comment, a preference, or another login", HFILL } },
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
        { &ei_newcamd_password_differs,
          { "newcamd.expert.password_differs", PI_SECURITY, PI_NOTE,
            "The password in the key table is not the one in this login", EXPFILL } },
        { &ei_newcamd_checksum,
          { "newcamd.expert.checksum", PI_CHECKSUM, PI_ERROR,
            "The checksum is wrong: the frame is damaged, or it was encrypted with another key", EXPFILL } },
        { &ei_newcamd_padding,
          { "newcamd.expert.padding", PI_PROTOCOL, PI_WARN,
            "More padding than the next multiple of 8 needs: a message of unknown layout, or a program of unknown kind", EXPFILL } },
        { &ei_newcamd_long_frame,
          { "newcamd.expert.long_frame", PI_PROTOCOL, PI_NOTE, "The frame is too long for some programs", EXPFILL } },
        { &ei_newcamd_data_length,
          { "newcamd.expert.data_length", PI_MALFORMED, PI_ERROR, "The message is longer than its frame", EXPFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
    newcamd_closed_frame_register(proto);
}
