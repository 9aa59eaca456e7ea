/* closed-frame.c
 * Frames that stay closed: why, what would help, and what their length hints at.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/show/closed-frame.h>

#include <epan/expert.h>

#include <newcamd/wire/frame.h>
#include <newcamd/record/keytable.h>
#include <newcamd/record/learned-keys.h>

/* Values of the length field: a message with less than four bytes of data, two control words (section 8.4).
 */
#define SHORT_LENGTH NEWCAMD_LENGTH_MIN
#define WORDS_LENGTH 40

static int hf_newcamd_hint = -1;

static expert_field ei_newcamd_no_key = EI_INIT;
static expert_field ei_newcamd_login_missing = EI_INIT;
static expert_field ei_newcamd_password_missing = EI_INIT;
static expert_field ei_newcamd_no_session_key = EI_INIT;
static expert_field ei_newcamd_greeting_missing = EI_INIT;
static expert_field ei_newcamd_not_proved = EI_INIT;
static expert_field ei_newcamd_old_layout = EI_INIT;
static expert_field ei_newcamd_closed_without_reply = EI_INIT;
static expert_field ei_newcamd_no_cipher = EI_INIT;
static expert_field ei_newcamd_bad_preference = EI_INIT;

void
newcamd_show_bad_preference(newcamd_segment_t *segment, proto_item *item)
{
    const char *complaint = newcamd_keytable_complaint();

    if (complaint != NULL) {
        expert_add_info_format(segment->pinfo, item, &ei_newcamd_bad_preference, "%s", complaint);
    }
}

/* Without a login: what is missing for a session key. */
static void
show_login_missing(newcamd_segment_t *segment, const newcamd_pdu_t *pdu, proto_item *item)
{
    const newcamd_fault_at_t at = newcamd_segment_fault_at(segment, pdu);
    if (!newcamd_keytable_has_password(segment->pinfo)) {
        newcamd_fault(&at, item, &ei_newcamd_login_missing);
        if (newcamd_keytable_has_deskey(segment->pinfo)) {
            newcamd_fault(&at, item, &ei_newcamd_password_missing);
        }
    } else if (pdu->suspected) {
        newcamd_fault(&at, item, &ei_newcamd_not_proved);
    } else {
        newcamd_fault(&at, item, &ei_newcamd_login_missing);
        newcamd_fault_format(
            &at, item, &ei_newcamd_no_session_key,
            "No DESKEY with its password (newcamd_keys), and no other login %s, gives a session key "
            "that opens two frames of this connection",
            !PINFO_FD_VISITED(segment->pinfo) ? "up to here"
            : newcamd_learned_left_out()      ? "of those that were tried (there are too many)"
                                              : "of this capture");
    }
    newcamd_show_bad_preference(segment, item);
}

/* Why a frame is not opened, and what would help. */
static void
show_reason(newcamd_segment_t *segment, const newcamd_pdu_t *pdu, proto_item *item)
{
    const newcamd_fault_at_t at = newcamd_segment_fault_at(segment, pdu);
    const newcamd_connection_t *connection = pdu->connection;

    if (!newcamd_crypto_available()) {
        newcamd_fault(&at, item, &ei_newcamd_no_cipher);
        return;
    }
    switch (connection->session.login) {
    case NEWCAMD_LOGIN_NOT_OPENED:
        newcamd_fault_format(&at, item, &ei_newcamd_no_key,
                             "No key opened the login in frame %u: add the DESKEY of this server to the key "
                             "table (newcamd_keys), or set the preference newcamd.deskey",
                             connection->login_frame);
        newcamd_show_bad_preference(segment, item);
        break;
    case NEWCAMD_LOGIN_OLD_LAYOUT:
        newcamd_fault_format(&at, item, &ei_newcamd_old_layout,
                             "The login in frame %u, opened with %s, has the layout of releases before "
                             "5.20 (no custom data in "
                             "the header): it is not supported",
                             connection->login_frame, connection->key_row);
        break;
    case NEWCAMD_LOGIN_PROVED:
        newcamd_fault(&at, item, &ei_newcamd_greeting_missing);
        break;
    case NEWCAMD_LOGIN_NOT_SEEN:
    case NEWCAMD_LOGIN_OPENED:
    case NEWCAMD_LOGIN_CLEAR:
        show_login_missing(segment, pdu, item);
        break;
    }
}

/* What a frame of this length and at this place is; NULL if that is not clear. */
static const char *
hint(const newcamd_pdu_t *pdu)
{
    const newcamd_session_t *session = &pdu->connection->session;
    const unsigned server = session->reverse ? session->server : session->acceptor;
    const uint32_t place = pdu->place;
    const uint32_t length = pdu->length - NEWCAMD_LENGTH_LEN;

    if (!session->greeted) {
        return NULL;
    }
    if (pdu->is_login) {
        return "login";
    }
    if (length == SHORT_LENGTH) {
        return newcamd_session_is_reply_place(session, pdu->direction, place) ? "reply to the login"
                                                                              : "short message";
    }
    if (pdu->direction != server || length < WORDS_LENGTH) {
        return NULL;
    }
    if (!session->reverse && place == session->first[server] + NEWCAMD_LENGTH_LEN + SHORT_LENGTH) {
        return "card data";
    }
    return (length == WORDS_LENGTH) ? "control words" : NULL;
}

const char *
newcamd_show_closed(newcamd_segment_t *segment, const newcamd_pdu_t *pdu, proto_tree *tree, proto_item *item)
{
    const unsigned len = pdu->length - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN;
    const char *what = hint(pdu);

    if (what != NULL) {
        proto_item_set_generated(proto_tree_add_string(tree, hf_newcamd_hint, segment->tvb, 0, 0, what));
    }
    show_reason(segment, pdu, item);
    return (what != NULL)
               ? wmem_strdup_printf(segment->pinfo->pool, "Encrypted, %u bytes (length of: %s)", len, what)
               : wmem_strdup_printf(segment->pinfo->pool, "Encrypted, %u bytes", len);
}

/* The other side closed the connection instead of answering the login. TCP knows when all of the capture has
 * been read. */
void
newcamd_show_unanswered_login(newcamd_segment_t *segment, const newcamd_pdu_t *pdu, proto_item *item)
{
    const newcamd_connection_t *connection = pdu->connection;

    /* Behind another connection in the same TCP conversation it is not known which of them was closed. */
    if (!pdu->is_login || connection->answered || connection->restarted) {
        return;
    }
    const struct tcp_analysis *tcp = get_tcp_conversation_data(NULL, segment->pinfo);
    const bool reset = (tcp->conversation_completeness & WSC_TCP_COMPLETENESS_RESET) != 0;
    if (tcp->rev->closing_initiator || (reset && !tcp->fwd->closing_initiator)) {
        expert_add_info(segment->pinfo, item, &ei_newcamd_closed_without_reply);
    }
}

void
newcamd_closed_frame_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_hint,
          { "Length of", "newcamd.hint", FT_STRING, BASE_NONE, NULL, 0,
            "What a frame of this length and at this place is mostly; no more than a hint, because it stays encrypted", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_newcamd_no_key,
          { "newcamd.expert.no_key", PI_DECRYPTION, PI_WARN, "No key opened the login", EXPFILL } },
        { &ei_newcamd_login_missing,
          { "newcamd.expert.login_missing", PI_DECRYPTION, PI_WARN,
            "Encrypted, and greeting or login are not in the capture: it has to begin before the connection does, or "
            "the key table has to have DESKEY and password",
            EXPFILL } },
        { &ei_newcamd_password_missing,
          { "newcamd.expert.password_missing", PI_DECRYPTION, PI_NOTE,
            "There is a DESKEY for this server without a password: without the login in the capture both are needed "
            "(columns DESKEY and password of newcamd_keys, or the preferences newcamd.deskey and newcamd.password)",
            EXPFILL } },
        { &ei_newcamd_no_session_key,
          { "newcamd.expert.no_session_key", PI_DECRYPTION, PI_NOTE,
            "No DESKEY with its password (newcamd_keys), and no other login, gives a session key that opens two frames of "
            "this connection",
            EXPFILL } },
        { &ei_newcamd_greeting_missing,
          { "newcamd.expert.greeting_missing", PI_DECRYPTION, PI_NOTE,
            "Encrypted: the greeting is not in the capture, and without it the key of the login and of its reply is not "
            "known; the session key, which is, does not open this frame", EXPFILL } },
        { &ei_newcamd_not_proved,
          { "newcamd.expert.not_proved", PI_DECRYPTION, PI_CHAT,
            "A session key opens this frame, but the login is not in the capture and one frame is no proof; where a "
            "second one proves the key, this one is shown too from the next look on (two passes, or the window)",
            EXPFILL } },
        { &ei_newcamd_old_layout,
          { "newcamd.expert.old_layout", PI_UNDECODED, PI_WARN,
            "The layout of releases before 5.20 is not supported", EXPFILL } },
        { &ei_newcamd_closed_without_reply,
          { "newcamd.expert.closed_without_reply", PI_RESPONSE_CODE, PI_WARN,
            "Closed without a reply to this login: the server's DESKEY is another one, or it refuses silently, as some do: "
            "MultiCS a user who logged in less than 60 seconds ago, or has a space or control character in the name",
            EXPFILL } },
        { &ei_newcamd_no_cipher,
          { "newcamd.expert.no_cipher", PI_DECRYPTION, PI_WARN,
            "Encrypted, and the libgcrypt of this computer refuses 3DES or MD5 (FIPS mode?)", EXPFILL } },
        { &ei_newcamd_bad_preference,
          { "newcamd.expert.bad_preference", PI_DECRYPTION, PI_WARN, "A preference cannot be used", EXPFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
