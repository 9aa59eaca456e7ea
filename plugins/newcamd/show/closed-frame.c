/* closed-frame.c
 * Frames that stay closed: why, what would help, and what their length hints at.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/show/closed-frame.h>

#include <epan/expert.h>

#include <newcamd/wire/frame.h>
#include <newcamd/record/candidates.h>
#include <newcamd/record/keytable.h>
#include <newcamd/record/learned-keys.h>

/* Values of the length field: a message with less than four bytes of data, two control words (section 8.4).
 */
#define SHORT_LENGTH NEWCAMD_LENGTH_MIN
#define WORDS_LENGTH 40

/* In the words of newcamd.opened, and for the Info column. docs/troubleshooting.md lists them. */
typedef struct {
    const char *value;
    const char *note;
} newcamd_reason_t;

static const newcamd_reason_t no_key = { "no key", "[no key]" };
static const newcamd_reason_t wrong_key = { "wrong key", "[wrong key]" };
static const newcamd_reason_t login_missing = { "login not in the capture", "[login not in the capture]" };
static const newcamd_reason_t greeting_missing = { "greeting not in the capture",
                                                   "[greeting not in the capture]" };
static const newcamd_reason_t not_proved = { "key not proved", "[not opened: key not proved]" };
static const newcamd_reason_t no_deskey = { "no DESKEY", "[not opened: no DESKEY]" };
static const newcamd_reason_t old_layout = { "old layout", "[not opened: old layout]" };
static const newcamd_reason_t no_cipher = { "no cipher", "[not opened: no cipher]" };

static int hf_newcamd_hint = -1;
static int hf_newcamd_opened = -1;

static expert_field ei_newcamd_no_key = EI_INIT;
static expert_field ei_newcamd_no_deskey = EI_INIT;
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

/* Without a login: what is missing for a session key. Gives the reason. */
static const newcamd_reason_t *
show_login_missing(newcamd_segment_t *segment, const newcamd_pdu_t *pdu, proto_item *item)
{
    const newcamd_fault_at_t at = newcamd_segment_fault_at(segment, pdu);
    const bool tried = pdu->connection->suspect.given_count > 0;
    if (tried && pdu->suspected) {
        newcamd_fault(&at, item, &ei_newcamd_not_proved);
        return &not_proved;
    }
    newcamd_fault(&at, item, &ei_newcamd_login_missing);
    if (tried) {
        newcamd_fault_format(
            &at, item, &ei_newcamd_no_session_key,
            "Check session key, or DESKEY and password, in Keys (newcamd_keys): with none of "
            "them, and with no other login %s, a session key opens two frames of this "
            "connection",
            !PINFO_FD_VISITED(segment->pinfo) ? "up to here"
            : newcamd_learned_left_out()      ? "of those that were tried (there are too many)"
                                              : "of this capture");
    } else if (newcamd_candidates_have_deskey(segment->pinfo)) {
        newcamd_fault(&at, item, &ei_newcamd_password_missing);
    }
    return &login_missing;
}

/* What else was tried behind the first one. */
static const char *
others_text(const packet_info *pinfo, unsigned more)
{
    return (more > 0) ? wmem_strdup_printf(pinfo->pool, " and %u more for this server", more) : "";
}

/* No DESKEY has opened the login, and none but the well-known one was there. Gives the reason. */
static const newcamd_reason_t *
show_without_deskey(newcamd_segment_t *segment, const newcamd_pdu_t *pdu, proto_item *item)
{
    const newcamd_fault_at_t at = newcamd_segment_fault_at(segment, pdu);
    const newcamd_connection_t *connection = pdu->connection;
    const newcamd_suspect_t *suspect = &connection->suspect;
    unsigned more;
    const char *session_key = newcamd_candidates_session_keys(segment->pinfo, &more);

    if ((session_key != NULL || newcamd_session_has_key(&connection->session)) &&
        newcamd_session_is_first(&connection->session, pdu->direction, pdu->place)) {
        newcamd_fault(&at, item, &ei_newcamd_no_deskey);
        return &no_deskey;
    }
    if (suspect->given_count == 0) {
        newcamd_fault_format(&at, item, &ei_newcamd_no_key,
                             "%s: no key opened the login in frame %u; each profile has Keys of its own",
                             "Add this server's DESKEY to Keys (newcamd_keys, newcamd.deskey)",
                             connection->login_frame);
        return &no_key;
    }
    newcamd_fault_format(
        &at, item, &ei_newcamd_no_key,
        "Check the session key in %s%s (newcamd_keys): none opens two frames behind the login in frame %u, "
        "which no DESKEY opened",
        suspect->given, others_text(segment->pinfo, suspect->given_count - 1), connection->login_frame);
    return &wrong_key;
}

/* No key has opened the login. Gives the reason. */
static const newcamd_reason_t *
show_no_key(newcamd_segment_t *segment, const newcamd_pdu_t *pdu, proto_item *item)
{
    const newcamd_fault_at_t at = newcamd_segment_fault_at(segment, pdu);
    const newcamd_connection_t *connection = pdu->connection;

    if (pdu->suspected) {
        newcamd_fault(&at, item, &ei_newcamd_not_proved);
        return &not_proved;
    }
    if (connection->tried_count == 0) {
        return show_without_deskey(segment, pdu, item);
    }
    newcamd_fault_format(&at, item, &ei_newcamd_no_key,
                         "Check the DESKEY in %s%s (newcamd_keys): no key opened the login in frame %u",
                         connection->tried, others_text(segment->pinfo, connection->tried_count - 1),
                         connection->login_frame);
    return &wrong_key;
}

/* Why a frame is not opened, and what would help. */
static const newcamd_reason_t *
show_reason(newcamd_segment_t *segment, const newcamd_pdu_t *pdu, proto_item *item)
{
    const newcamd_fault_at_t at = newcamd_segment_fault_at(segment, pdu);
    const newcamd_connection_t *connection = pdu->connection;
    const newcamd_reason_t *reason = &login_missing;

    if (!newcamd_crypto_available()) {
        newcamd_fault(&at, item, &ei_newcamd_no_cipher);
        return &no_cipher;
    }
    switch (connection->session.login) {
    case NEWCAMD_LOGIN_NOT_OPENED:
        reason = show_no_key(segment, pdu, item);
        newcamd_show_bad_preference(segment, item);
        break;
    case NEWCAMD_LOGIN_OLD_LAYOUT:
        newcamd_fault_format(&at, item, &ei_newcamd_old_layout,
                             "The login in frame %u, opened with %s, has the layout of releases before "
                             "5.20 (no custom data in "
                             "the header): it is not supported",
                             connection->login_frame, connection->key_row);
        reason = &old_layout;
        break;
    case NEWCAMD_LOGIN_PROVED:
        if (connection->session.greeted && !connection->session.has_deskey) {
            return (connection->login_frame != 0) ? show_no_key(segment, pdu, item)
                                                  : show_without_deskey(segment, pdu, item);
        }
        newcamd_fault(&at, item, &ei_newcamd_greeting_missing);
        reason = &greeting_missing;
        break;
    case NEWCAMD_LOGIN_NOT_SEEN:
    case NEWCAMD_LOGIN_OPENED:
    case NEWCAMD_LOGIN_CLEAR:
        reason = show_login_missing(segment, pdu, item);
        newcamd_show_bad_preference(segment, item);
        break;
    }
    return reason;
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
    const newcamd_reason_t *reason = show_reason(segment, pdu, item);
    proto_item_set_generated(
        proto_tree_add_string(tree, hf_newcamd_opened, segment->tvb, 0, 0, reason->value));
    return (what != NULL)
               ? wmem_strdup_printf(segment->pinfo->pool, "Encrypted, %u bytes (length of: %s) %s", len, what,
                                    reason->note)
               : wmem_strdup_printf(segment->pinfo->pool, "Encrypted, %u bytes %s", len, reason->note);
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
        { &hf_newcamd_opened,
          { "Not opened", "newcamd.opened", FT_STRING, BASE_NONE, NULL, 0,
            "Why this was not opened: no key, wrong key, no DESKEY, login not in the capture, greeting not in the capture, key not "
            "proved, old layout, no cipher", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_newcamd_no_key,
          { "newcamd.expert.no_key", PI_DECRYPTION, PI_WARN,
            "Add this server's DESKEY to Keys (newcamd_keys): no key opened the login", EXPFILL } },
        { &ei_newcamd_no_deskey,
          { "newcamd.expert.no_deskey", PI_DECRYPTION, PI_NOTE,
            "Only this server's DESKEY opens the login and the reply to it: the session key opens what follows them", EXPFILL } },
        { &ei_newcamd_login_missing,
          { "newcamd.expert.login_missing", PI_DECRYPTION, PI_WARN,
            "Begin the capture before the connection, or add DESKEY and password, or the session key, to Keys: greeting or login are not in the "
            "capture",
            EXPFILL } },
        { &ei_newcamd_password_missing,
          { "newcamd.expert.password_missing", PI_DECRYPTION, PI_NOTE,
            "Add the password beside the DESKEY of this server: without the login in the capture both are needed, or the session "
            "key (columns of newcamd_keys, or the preferences newcamd.deskey and newcamd.password)",
            EXPFILL } },
        { &ei_newcamd_no_session_key,
          { "newcamd.expert.no_session_key", PI_DECRYPTION, PI_NOTE,
            "Check session key, or DESKEY and password, in Keys (newcamd_keys): with none of them, and with no other login, a "
            "session key opens two frames of this connection",
            EXPFILL } },
        { &ei_newcamd_greeting_missing,
          { "newcamd.expert.greeting_missing", PI_DECRYPTION, PI_NOTE,
            "Begin the capture before the connection: the greeting is not in it, and without it the key of the login and of its reply is not "
            "known; the session key, which is, does not open this frame", EXPFILL } },
        { &ei_newcamd_not_proved,
          { "newcamd.expert.not_proved", PI_DECRYPTION, PI_CHAT,
            "A session key opens this frame, but no opened login gave it, and one frame is no proof; where a "
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
            "Let this computer's libgcrypt do 3DES and MD5: it refuses them (FIPS mode?)", EXPFILL } },
        { &ei_newcamd_bad_preference,
          { "newcamd.expert.bad_preference", PI_DECRYPTION, PI_WARN, "A preference cannot be used", EXPFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
