/* login-legs.c
 * The logins of a BC connection, and what each leg of them (message 1) says.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The legs are hello (client, class 0x6514, with or without the hashes of a legacy login), nonce (camera,
 * 0x6614, with the negotiated encryption), <LoginUser> (client, XML with the hashes) and its answer. Any of
 * them may be missing in a capture, and each says by itself what it is.
 */
#include <baichuan/session/login-legs.h>

#include <glib.h>
#include <string.h>

#include <baichuan/session/plain-parts.h>
#include <baichuan/wire/parts.h>
#include <baichuan/wire/xml-read.h>

#define REQUESTED_03 0xdc03u

/* A leg at hand. */
typedef struct {
    bc_logins_t *logins;
    bc_message_t *message;
    const bc_candidates_t *candidates;
    bc_decision_t *out;
} leg_t;

static bc_login_t *
begin_login(bc_logins_t *logins)
{
    bc_login_t *login = bc_login_new();

    login->previous = logins->current;
    login->number = (logins->current != NULL) ? logins->current->number + 1 : 0;
    logins->current = login;
    return login;
}

const bc_login_t *
bc_logins_in_force(const bc_logins_t *logins)
{
    static const bc_login_t unknown = { 0 };

    return (logins->current != NULL) ? logins->current : &unknown;
}

bc_login_t *
bc_logins_learn(bc_logins_t *logins)
{
    return (logins->current != NULL) ? logins->current : begin_login(logins);
}

void
bc_logins_clear(bc_logins_t *logins)
{
    while (logins->current != NULL) {
        bc_login_t *previous = logins->current->previous;
        bc_login_free(logins->current);
        logins->current = previous;
    }
}

void
bc_login_explain(bc_login_t *login, const bc_candidates_t *candidates, bc_decision_t *out)
{
    out->problem = (uint8_t)bc_login_problem(login, candidates);
    if (out->problem == BC_PROBLEM_WRONG_PASSWORD) {
        out->refused = login->refused;
    } else {
        out->refused =
            (out->problem == BC_PROBLEM_NO_LOGIN) ? bc_login_refused_keys(login, candidates) : NULL;
    }
}

static bool
negotiates_no_aes(const bc_login_t *login)
{
    return login->negotiated == BC_NEGOTIATED_NONE || login->negotiated == BC_NEGOTIATED_XOR;
}

bool
bc_login_excludes_aes(const bc_login_t *login)
{
    return bc_login_is_legacy(login) || negotiates_no_aes(login);
}

bool
bc_login_is_legacy(const bc_login_t *login)
{
    return login->legacy || (login->legacy_hello && login->nonce == NULL && !login->modern);
}

/* ---- nonce ---------------------------------------------------------------------------------------------- */

void
bc_logins_give_nonce(bc_logins_t *logins, const char *nonce)
{
    bc_login_t *login = bc_logins_learn(logins);

    if (g_strcmp0(login->nonce, nonce) == 0) {
        return; /* sent once more */
    }
    if (login->seen || login->nonce != NULL) {
        login = begin_login(logins);
    }
    login->nonce = g_strdup(nonce);
}

static void
note_nonce_leg(const leg_t *leg, const bc_plain_t *xml)
{
    bc_xml_field_t nonce = { .name = "nonce" };
    bc_login_t *login = bc_logins_learn(leg->logins);

    bc_xml_find(xml->bytes, xml->len, &nonce, 1);
    if (login->nonce != NULL) {
        login = begin_login(leg->logins); /* its first leg was not captured */
    }
    login->seen = true;
    login->negotiated = leg->message->header->code;
    if (nonce.found && nonce.value[0] != '\0') {
        login->nonce = g_strdup(nonce.value);
        login->legacy = false;
    }
}

/* ---- <LoginUser> ---------------------------------------------------------------------------------------- */

enum {
    USER_PASSWORD,
    USER_AUTH_TYPE,
    USER_NAME,
    USER_AUTH_CODE,
    USER_CIPHER_CONTENT,
    USER_FIELDS,
};

/* What the hashes of a <LoginUser> are of. */
typedef enum {
    LOGIN_BY_PASSWORD,
    LOGIN_FOR_TOKENS, /* the password, in another element */
    LOGIN_BY_TOKEN,
    LOGIN_BY_KEY_EXCHANGE,
    LOGIN_UNKNOWN, /* they do not prove a password */
} login_kind_t;

static login_kind_t
login_kind(const bc_login_t *login, const bc_xml_field_t *fields)
{
    const char *kind = fields[USER_AUTH_TYPE].found ? fields[USER_AUTH_TYPE].value : "password";

    if (fields[USER_CIPHER_CONTENT].found || g_str_has_prefix(kind, "sigV")) {
        return LOGIN_BY_KEY_EXCHANGE;
    }
    if (strcmp(kind, "password") == 0) {
        return LOGIN_BY_PASSWORD;
    }
    if (strcmp(kind, "getAccesskey") == 0) {
        return LOGIN_FOR_TOKENS;
    }
    return (strcmp(kind, "authLogin") == 0 && login->tokens != NULL) ? LOGIN_BY_TOKEN : LOGIN_UNKNOWN;
}

/* Copies a hash; "" if the field has none. */
static void
copy_login_hash(const bc_xml_field_t *field, char hash[BC_HASH_LEN + 1])
{
    if (field->found && strlen(field->value) == BC_HASH_LEN) {
        memcpy(hash, field->value, BC_HASH_LEN + 1);
    } else {
        hash[0] = '\0';
    }
}

/* Another password after one that was refused: the nonce stays, the key does not. */
static bc_login_t *
begin_attempt(bc_logins_t *logins)
{
    const bc_login_t *before = logins->current;
    bc_login_t *login = begin_login(logins);

    login->seen = true;
    login->modern = true;
    login->requested = before->requested;
    login->negotiated = before->negotiated;
    login->nonce = g_strdup(before->nonce);
    return login;
}

static void
set_proof(const bc_proof_t *proof, bc_decision_t *out)
{
    out->password_ok = (uint8_t)proof->password;
    out->user_ok = (uint8_t)proof->user;
}

/* Raw keys wait for a block: a login says nothing of them. */
static void
explain_login(const leg_t *leg, bc_login_t *login)
{
    bc_login_explain(login, leg->candidates, leg->out);
    if (leg->out->problem == BC_PROBLEM_WRONG_KEY) {
        leg->out->problem = BC_PROBLEM_NONE;
    }
}

/* Compares the hashes with the candidates. */
static void
prove_login(const leg_t *leg, bc_login_t *login, login_kind_t kind)
{
    bc_proof_t proof;

    login->key_exchange = false;
    login->hash_known = true;
    if (kind == LOGIN_BY_TOKEN) {
        bc_login_prove_by_token(login, leg->candidates, &proof);
    } else {
        bc_login_prove_by_hash(login, leg->candidates, &proof);
    }
    set_proof(&proof, leg->out);
    leg->out->key = login->key;
    if (login->key == NULL && !negotiates_no_aes(login)) {
        explain_login(leg, login);
    }
}

static void
note_user_hashes(const leg_t *leg, const bc_xml_field_t *fields, login_kind_t kind)
{
    bc_login_t *login = bc_logins_learn(leg->logins);
    char hash[BC_HASH_LEN + 1];

    copy_login_hash(&fields[kind == LOGIN_FOR_TOKENS ? USER_AUTH_CODE : USER_PASSWORD], hash);
    if (hash[0] == '\0') {
        return;
    }
    if (login->nonce == NULL) {
        leg->out->problem = BC_PROBLEM_NO_LOGIN;
        return;
    }
    if (kind != LOGIN_BY_TOKEN && login->hash_known && strcmp(hash, login->password_hash) != 0) {
        login = begin_attempt(leg->logins);
    }
    memcpy(login->password_hash, hash, sizeof hash);
    copy_login_hash(&fields[USER_NAME], login->user_hash);
    prove_login(leg, login, kind);
}

static void
note_user_leg(const leg_t *leg, const bc_plain_t *xml)
{
    bc_xml_field_t fields[USER_FIELDS] = {
        [USER_PASSWORD] = { .name = "password" },
        [USER_AUTH_TYPE] = { .name = "authType" },
        [USER_NAME] = { .name = "userName" },
        [USER_AUTH_CODE] = { .name = "authCode" },
        [USER_CIPHER_CONTENT] = { .name = "cipherContent" },
    };
    bc_login_t *login = bc_logins_learn(leg->logins);

    bc_xml_find(xml->bytes, xml->len, fields, USER_FIELDS);
    login->seen = true;
    login->modern = true;
    const login_kind_t kind = login_kind(login, fields);
    if (kind == LOGIN_BY_KEY_EXCHANGE) {
        login->key_exchange = true;
        explain_login(leg, login);
    } else if (kind != LOGIN_UNKNOWN) {
        note_user_hashes(leg, fields, kind);
    }
}

/* ---- legs ----------------------------------------------------------------------------------------------- */

/* What the header of a leg says by itself. */
static void
note_leg_header(const leg_t *leg)
{
    const bc_header_t *header = leg->message->header;
    bc_login_t *login = bc_logins_learn(leg->logins);

    if (header->msg_class == BC_CLASS_LEGACY) {
        login = (login->seen || login->nonce != NULL) ? begin_login(leg->logins) : login;
        login->seen = true;
        login->requested = header->code;
    } else if (header->len == BC_SHORT_HEADER) {
        login->seen = true;
        leg->out->usual_answer = login->requested == REQUESTED_03 && header->code == BC_NEGOTIATED_AES;
        login->legacy = login->nonce == NULL; /* unless the body has a nonce */
    }
}

/* A legacy login shows the hashes of user and password; old cameras send it back. */
static void
note_legacy_leg(const leg_t *leg)
{
    bc_login_t *login = bc_logins_learn(leg->logins);
    bc_proof_t proof;

    if (leg->message->header->msg_class != BC_CLASS_LEGACY ||
        bc_message_payload_len(leg->message) < BC_LEGACY_LOGIN) {
        return;
    }
    login->legacy_hello = true;
    bc_login_prove_legacy(login, bc_message_payload(leg->message), leg->candidates, &proof);
    set_proof(&proof, leg->out);
}

/* A payload of so many bytes (if all had been captured) that is no document. */
static void
decide_leg_bytes(const leg_t *leg, size_t len)
{
    const bc_header_t *header = leg->message->header;
    const uint8_t *payload = bc_message_payload(leg->message);
    const size_t have = bc_message_payload_len(leg->message);
    bc_login_t *login = bc_logins_learn(leg->logins);

    leg->out->payload = BC_CIPHER_NONE;
    leg->out->kind = BC_PAYLOAD_BINARY;
    if (header->msg_class == BC_CLASS_SHORT && !bc_bytes_are_legacy_login(payload, have)) {
        leg->out->kind = BC_PAYLOAD_LEGACY;
    } else if (bc_header_negotiates(header) && len >= BC_LEGACY_LOGIN) {
        leg->out->kind = BC_PAYLOAD_LEGACY_LOGIN;
        note_legacy_leg(leg);
    } else if (bc_bytes_are_tokens(payload, have)) {
        leg->out->kind = BC_PAYLOAD_TOKENS;
        leg->out->key = login->key;
        g_free(login->tokens);
        login->tokens = g_memdup2(payload, have);
    } else if (!bc_header_negotiates(header) && !bc_login_excludes_aes(login)) {
        leg->out->payload = BC_CIPHER_UNKNOWN;
        leg->out->kind = BC_PAYLOAD_UNREADABLE;
        bc_login_explain(login, leg->candidates, leg->out);
    }
}

/* Message 1 is clear or BC XOR in both directions, whatever was negotiated. */
void
bc_logins_decide(bc_logins_t *logins, bc_message_t *message, const bc_candidates_t *candidates,
                 bc_decision_t *out)
{
    const leg_t leg = { logins, message, candidates, out };
    const bc_header_t *header = message->header;
    const size_t extension = bc_message_extension_len(message);
    const size_t len = header->body_len - header->payload_offset;

    if (extension > 0) {
        out->extension = (uint8_t)bc_part_xml_cipher(message->body, extension, header->channel, NULL);
    }
    note_leg_header(&leg);
    if (len == 0) {
        return;
    }
    out->payload = (uint8_t)bc_part_xml_cipher(bc_message_payload(message), bc_message_payload_len(message),
                                               header->channel, NULL);
    if (out->payload == BC_CIPHER_UNKNOWN) {
        decide_leg_bytes(&leg, len);
        return;
    }
    out->kind = BC_PAYLOAD_XML;
    if (header->msg_class == BC_CLASS_SHORT) {
        note_nonce_leg(&leg, bc_plain_payload(message, out));
    } else if (header->code == 0) {
        note_user_leg(&leg, bc_plain_payload(message, out));
    }
}
