/* session.c
 * What a BC connection has said so far, and what follows from it for each message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Message 1 is the login's business (login-legs.c). Of any other message the Extension is read first: it may
 * say that the payload is binary, and which range of it is encrypted. A payload of an exchange that was called
 * binary is one, whatever it looks like; any other is XML if some cipher makes XML of it, and else the session
 * tells whether it is binary, a structure of the time before XML, or encrypted with a key that nobody has.
 *
 * Where texts can not be opened, a payload counts as clear only if that is sure: by its own first bytes, by what was
 * negotiated, or as it goes on from one that is. Of all others it is unknown how they are encrypted.
 */
#include <baichuan/session/session.h>

#include <glib.h>
#include <string.h>

#include <baichuan/session/binary-exchanges.h>
#include <baichuan/session/login-legs.h>
#include <baichuan/session/plain-parts.h>
#include <baichuan/session/steering.h>
#include <baichuan/session/stream-handles.h>
#include <baichuan/wire/binary-messages.h>
#include <baichuan/wire/inner-extension.h>
#include <baichuan/wire/media.h>

/* Anybody can begin any number of connections, so what few of them have is made when it is needed. */
struct bc_session {
    int8_t client;    /* direction in which the client sends, or -1 */
    bool texts_clear; /* the last text behind the login was clear or BC XOR */
    bc_logins_t logins;
    bc_exchanges_t exchanges;
    uint8_t *xml_block; /* how the last Extension that was not opened began; NULL if there was none */
    bc_stream_handles_t *handles; /* NULL before the first stream of a login */
};

/* A message at hand that is no login. */
typedef struct {
    bc_session_t *session;
    bc_message_t *message;
    const bc_candidates_t *candidates;
    bc_decision_t *out;
    bc_steering_t extension; /* what it says of the payload */
} deciding_t;

bc_session_t *
bc_session_new(void)
{
    bc_session_t *session = g_new0(bc_session_t, 1);

    session->client = -1;
    return session;
}

void
bc_session_free(bc_session_t *session)
{
    bc_logins_clear(&session->logins);
    bc_exchanges_clear(&session->exchanges);
    bc_stream_handles_free(session->handles);
    g_free(session->xml_block);
    g_free(session);
}

int
bc_session_client(const bc_session_t *session)
{
    return session->client;
}

void
bc_session_see_header(bc_session_t *session, const bc_header_t *header, unsigned direction)
{
    bool from_client;

    if (session->client < 0 && bc_header_direction(header, &from_client)) {
        session->client = (int8_t)(from_client ? direction : 1 - direction);
    }
}

void
bc_session_give_nonce(bc_session_t *session, const char *nonce)
{
    bc_logins_give_nonce(&session->logins, nonce);
}

static const bc_login_t *
login_in_force(const deciding_t *deciding)
{
    return bc_logins_in_force(&deciding->session->logins);
}

static bc_aes_t *
known_aes(const bc_login_t *login)
{
    return (login->key != NULL) ? login->key->aes : NULL;
}

/* Says why a part can not be opened. */
static void
explain_unopened(const deciding_t *deciding)
{
    bc_login_explain(bc_logins_learn(&deciding->session->logins), deciding->candidates, deciding->out);
}

/* An Extension that is not opened. */
static void
note_unopened_extension(bc_session_t *session, const uint8_t *extension, size_t have)
{
    session->texts_clear = false;
    if (have >= BC_AES_BLOCK) {
        g_free(session->xml_block);
        session->xml_block = g_memdup2(extension, BC_AES_BLOCK);
    }
}

/* The XML cipher of a part, after trying candidates if none is known yet. */
static bc_cipher_t
decide_xml_cipher(const deciding_t *deciding, const uint8_t *part, size_t have,
                  const bc_candidates_t *candidates)
{
    const uint8_t offset = deciding->message->header->channel;
    bc_cipher_t cipher = bc_part_xml_cipher(part, have, offset, known_aes(login_in_force(deciding)));

    if (cipher == BC_CIPHER_UNKNOWN && login_in_force(deciding)->key == NULL) {
        bc_login_t *login = bc_logins_learn(&deciding->session->logins);
        bc_login_prove_by_block(login, part, have, candidates);
        if (login->key != NULL) {
            cipher = bc_part_xml_cipher(part, have, offset, login->key->aes);
        }
    }
    if (cipher == BC_CIPHER_AES) {
        deciding->out->key = login_in_force(deciding)->key;
    }
    if (cipher != BC_CIPHER_UNKNOWN) {
        deciding->session->texts_clear = cipher != BC_CIPHER_AES;
    }
    return cipher;
}

/* ---- Extension ------------------------------------------------------------------------------------------ */

static void
decide_extension(deciding_t *deciding)
{
    bc_session_t *session = deciding->session;
    const bc_message_t *message = deciding->message;
    const size_t have = bc_message_extension_len(message);

    if (have > 0) {
        deciding->out->extension =
            (uint8_t)decide_xml_cipher(deciding, message->body, have, deciding->candidates);
        if (deciding->out->extension == BC_CIPHER_UNKNOWN) {
            explain_unopened(deciding);
            note_unopened_extension(session, message->body, have);
        } else {
            const bc_plain_t *xml = bc_plain_extension(deciding->message, deciding->out);
            bc_steering_read(xml->bytes, xml->len, &deciding->extension);
        }
    }
    bc_exchanges_note_message(&session->exchanges, message);
    if (deciding->extension.binary_given) {
        bc_exchanges_note_binary(&session->exchanges, message, deciding->extension.binary);
    }
}

/* ---- payload -------------------------------------------------------------------------------------------- */

static bool
has_unopened_extension(const deciding_t *deciding)
{
    return bc_message_extension_len(deciding->message) > 0 && deciding->out->extension == BC_CIPHER_UNKNOWN;
}

/* Whether bytes may be encrypted with a key that is not known: no Extension tells. */
static bool
may_be_sealed(const deciding_t *deciding)
{
    return has_unopened_extension(deciding) ||
           (login_in_force(deciding)->key == NULL && !deciding->extension.binary_given);
}

static bool
is_unopened_xml(const deciding_t *deciding)
{
    const bc_session_t *session = deciding->session;
    const bc_message_t *message = deciding->message;

    return session->xml_block != NULL &&
           bc_part_is_xml_beside(bc_message_payload(message), bc_message_payload_len(message),
                                 session->xml_block);
}

/* Whether nothing in this connection is encrypted with AES, as far as is known. */
static bool
uses_no_aes(const deciding_t *deciding)
{
    const bc_login_t *login = login_in_force(deciding);

    return bc_login_excludes_aes(login) || (login->negotiated == 0 && deciding->session->texts_clear);
}

/* Whether a payload that may be sealed is clear for sure. Where AES was negotiated for texts, bytes beside an Extension are
 * clear if they are no text; where media are encrypted, too, only what begins with a magic is, and without an Extension, which
 * would name an encrypted range, what goes on from there or has whole packets in it. */
static bool
is_surely_clear(const deciding_t *deciding)
{
    const bc_message_t *message = deciding->message;
    const uint8_t *payload = bc_message_payload(message);
    const size_t have = bc_message_payload_len(message);

    if (bc_bytes_are_media(payload, have) || bc_bytes_are_file(payload, have)) {
        return true;
    }
    if (is_unopened_xml(deciding)) {
        return false;
    }
    if (login_in_force(deciding)->negotiated == BC_NEGOTIATED_AES && deciding->session->xml_block != NULL) {
        /* No document is shorter than a block. */
        return have >= BC_AES_BLOCK || message->have == message->header->body_len;
    }
    return !has_unopened_extension(deciding) &&
           (uses_no_aes(deciding) || bc_exchanges_has(&deciding->session->exchanges, message) ||
            bc_media_proved(payload, have));
}

/* Whether bytes of a payload that are not here yet may prove that it is clear: is_surely_clear() looks at all of it. */
static bool
may_be_proved_later(const deciding_t *deciding)
{
    const bool texts_tell =
        login_in_force(deciding)->negotiated == BC_NEGOTIATED_AES && deciding->session->xml_block != NULL;

    return deciding->message->goes_on && !texts_tell && !has_unopened_extension(deciding) &&
           !is_unopened_xml(deciding);
}

/* A payload that nobody can open. */
static void
set_unreadable(const deciding_t *deciding)
{
    bc_decision_t *out = deciding->out;

    if (may_be_proved_later(deciding)) {
        return;
    }
    out->payload = BC_CIPHER_UNKNOWN;
    out->kind = BC_PAYLOAD_UNREADABLE;
    out->unopened_text = is_unopened_xml(deciding);
    explain_unopened(deciding);
    if (!out->unopened_text) {
        bc_exchanges_note_binary(&deciding->session->exchanges, deciding->message, false);
    }
}

/* A payload, of so many bytes if all had been captured, of which a range is encrypted that begins in it. */
static bc_cipher_t
decide_range_cipher(const deciding_t *deciding, size_t len)
{
    const bc_message_t *message = deciding->message;
    const bc_steering_t *extension = &deciding->extension;
    bc_decision_t *out = deciding->out;

    out->encrypt_pos = extension->encrypt_pos;
    out->encrypt_len = MIN(extension->encrypt_len, (uint32_t)(len - extension->encrypt_pos));
    if (out->encrypt_pos > 0) {
        return BC_CIPHER_FULL_AES;
    }
    return bc_part_full_aes_cipher(bc_message_payload(message), bc_message_payload_len(message),
                                   out->encrypt_len, known_aes(login_in_force(deciding)));
}

static void
decide_binary(const deciding_t *deciding)
{
    const bc_message_t *message = deciding->message;
    const size_t len = bc_message_payload_whole(message);
    const bc_steering_t *extension = &deciding->extension;
    const bc_login_t *login = login_in_force(deciding);
    bc_decision_t *out = deciding->out;

    if (may_be_sealed(deciding)) {
        if (!is_surely_clear(deciding)) {
            set_unreadable(deciding);
            return;
        }
        bc_exchanges_note_binary(&deciding->session->exchanges, message, true);
    }
    out->kind = BC_PAYLOAD_BINARY;
    if (!extension->range_given || extension->encrypt_len == 0 || extension->encrypt_pos >= len) {
        out->payload = (uint8_t)bc_part_binary_cipher(bc_message_payload(message),
                                                      bc_message_payload_len(message), known_aes(login));
    } else {
        out->payload = (uint8_t)decide_range_cipher(deciding, len);
    }
    if (out->payload == BC_CIPHER_FULL_AES && login->key == NULL) {
        set_unreadable(deciding);
    } else if (out->payload != BC_CIPHER_NONE) {
        out->key = login->key;
    }
}

static bool
get_no_candidate(void *context G_GNUC_UNUSED, unsigned nth G_GNUC_UNUSED, bc_candidate_t *out G_GNUC_UNUSED)
{
    return false;
}

/* A payload that is not known to be binary. */
static void
decide_text(const deciding_t *deciding)
{
    static const bc_candidates_t nobody = { .get = get_no_candidate };
    const bc_message_t *message = deciding->message;
    const uint8_t *payload = bc_message_payload(message);
    const size_t have = bc_message_payload_len(message);
    const bc_login_t *login = login_in_force(deciding);
    bc_decision_t *out = deciding->out;
    /* Keys are not tried on what is most likely a piece of a picture: without a key nothing else tells it from
     * encrypted XML. */
    const bool carrier = bc_binary_message(message->header->msg_id) != NULL;
    const bool stream = carrier && message->client != (int)message->direction;
    const bc_cipher_t cipher =
        decide_xml_cipher(deciding, payload, have, stream ? &nobody : deciding->candidates);

    out->payload = (uint8_t)cipher;
    if (cipher != BC_CIPHER_UNKNOWN) {
        out->kind = BC_PAYLOAD_XML;
    } else if (login->key != NULL || stream || bc_bytes_are_media(payload, have) ||
               (carrier && is_surely_clear(deciding))) {
        decide_binary(deciding);
    } else if (bc_login_is_legacy(login)) {
        out->kind = BC_PAYLOAD_LEGACY;
        out->payload = BC_CIPHER_NONE;
    } else {
        set_unreadable(deciding);
    }
}

static void
decide_payload(const deciding_t *deciding)
{
    bc_session_t *session = deciding->session;
    const bc_message_t *message = deciding->message;

    if (bc_exchanges_has(&session->exchanges, message) &&
        (deciding->extension.binary_given ||
         bc_part_xml_cipher(bc_message_payload(message), bc_message_payload_len(message),
                            message->header->channel,
                            known_aes(login_in_force(deciding))) == BC_CIPHER_UNKNOWN)) {
        decide_binary(deciding);
    } else {
        decide_text(deciding);
    }
    if (deciding->out->kind == BC_PAYLOAD_BINARY) {
        bc_exchanges_note_jpeg(&session->exchanges, message, deciding->out);
    }
}

/* ---- an Extension in the payload ------------------------------------------------------------------------ */

/* What is known of the recording behind the Extension. */
static void
decide_recording(deciding_t *deciding, bc_cipher_t cipher)
{
    bc_decision_t *out = deciding->out;

    if (deciding->extension.range_given) {
        decide_binary(deciding);
        return;
    }
    out->kind = BC_PAYLOAD_BINARY;
    out->payload = (uint8_t)cipher;
    out->key = login_in_force(deciding)->key;
}

/* Replays of an E1 have an Extension in their payload (section 3.8). It is found by what AES makes of the payload,
 * whatever was decided about that before. */
static void
decide_inner_extension(deciding_t *deciding)
{
    bc_message_t *message = deciding->message;
    bc_decision_t *out = deciding->out;
    const bc_binary_message_t *known = bc_binary_message(message->header->msg_id);
    bc_aes_t *aes = known_aes(login_in_force(deciding));

    if (known == NULL || !known->replay || aes == NULL || out->payload == BC_CIPHER_FULL_AES) {
        return;
    }
    const bc_inner_extension_t inner =
        bc_inner_extension_find(bc_message_payload(message), bc_message_payload_len(message), aes);
    if (inner.len == 0) {
        return;
    }
    out->problem = BC_PROBLEM_NONE;
    out->inner_prefix = inner.prefix;
    out->inner_len = inner.len;
    out->key = login_in_force(deciding)->key;
    bc_plain_t xml = bc_plain_inner_extension(message, out);
    bc_steering_read(xml.bytes, xml.len, &deciding->extension);
    bc_message_forget(message, &xml);
    message->skip = (uint32_t)inner.prefix + inner.len;
    decide_recording(deciding, (bc_cipher_t)inner.cipher);
    bc_exchanges_note_binary(&deciding->session->exchanges, message, true);
}

/* ---- messages ------------------------------------------------------------------------------------------- */

/* Whether a payload is read as it comes: media, or what nobody can open. Texts, pictures and structures that a client sends are
 * read when they are whole. */
static bool
can_pass_by(const bc_message_t *message, const bc_decision_t *out)
{
    if (message->header->msg_id != BC_MSG_TALK && bc_message_from_client(message)) {
        return false;
    }
    return (out->kind == BC_PAYLOAD_BINARY && out->jpeg == BC_JPEG_NONE) ||
           (out->kind == BC_PAYLOAD_UNREADABLE && !out->unopened_text);
}

bool
bc_session_decide(bc_session_t *session, bc_message_t *message, const bc_candidates_t *candidates,
                  bc_decision_t *out)
{
    deciding_t deciding = { session, message, candidates, out, { 0 } };

    memset(out, 0, sizeof *out);
    bc_session_take_user(session); /* of the message before, if nobody has */
    if (message->header->msg_id == BC_MSG_LOGIN) {
        bc_logins_decide(&session->logins, message, candidates, out);
        return true;
    }
    decide_extension(&deciding);
    if (bc_message_payload_len(message) > 0) {
        decide_payload(&deciding);
        decide_inner_extension(&deciding);
    }
    if (message->goes_on && !can_pass_by(message, out)) {
        return false;
    }
    bc_stream_handles_note(&session->handles, bc_logins_in_force(&session->logins)->number, message, out);
    return true;
}

const char *
bc_session_take_user(bc_session_t *session)
{
    bc_login_t *login = session->logins.current;
    const char *user = (login != NULL) ? login->user : NULL;

    if (login != NULL) {
        login->user = NULL;
    }
    return user;
}

const bc_key_t *
bc_session_find_tail(bc_session_t *session, const uint8_t *bytes, size_t len,
                     const bc_candidates_t *candidates, bc_tail_t *out)
{
    const bc_login_t *known = bc_logins_in_force(&session->logins);

    bc_tail_find(bytes, len, known_aes(known), out);
    if (out->cipher == BC_CIPHER_UNKNOWN && known->key == NULL) {
        bc_login_t *login = bc_logins_learn(&session->logins);
        bc_login_prove_by_tail(login, bytes, len, candidates);
        if (login->key != NULL) {
            bc_tail_find_aes(bytes, len, login->key->aes, out);
        }
    }
    return (out->cipher == BC_CIPHER_AES) ? bc_logins_in_force(&session->logins)->key : NULL;
}
