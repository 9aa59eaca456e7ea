/* session.c
 * What a BC connection has said so far, and what follows from it for each message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/pure/hash.h>

#include <baichuan/session/session.h>

#include <glib.h>
#include <string.h>

#include <baichuan/wire/xml-read.h>

#define NEGOTIATED_NONE 0xdd00u
#define NEGOTIATED_XOR  0xdd01u
#define NEGOTIATED_AES  0xdd02u
#define REQUESTED_03    0xdc03u
#define LAST_PIECE      201u /* status of the last message with a picture */
#define REFUSED         400u
#define MSG_START_VIDEO 3u
#define MSG_STOP_VIDEO  4u

#define BINARY_PATIENCE 300 /* seconds without a message, after which an exchange is binary no longer */

/* What is remembered of an exchange that is binary. */
typedef enum {
    EXCHANGE_BYTES = 1,
    EXCHANGE_JPEG, /* a picture that goes on */
} exchange_kind_t;

typedef struct {
    exchange_kind_t kind;
    int64_t used; /* when its last message came */
} exchange_t;

struct bc_session {
    int client;        /* direction in which the client sends, or -1 */
    GPtrArray *logins; /* bc_login_t, owned; the last one is in force */
    GHashTable *binary
        [2]; /* by direction: (message id, exchange id) of a binary exchange -> exchange_t; NULL before the
                            * first */
    int64_t now; /* seconds, of the message that is decided about */
};

static void
free_login(void *login)
{
    bc_login_free(login);
}

static bc_login_t *
new_login(bc_session_t *session)
{
    bc_login_t *login = bc_login_new();

    g_ptr_array_add(session->logins, login);
    return login;
}

static bc_login_t *
current_login(const bc_session_t *session)
{
    return g_ptr_array_index(session->logins, session->logins->len - 1);
}

bc_session_t *
bc_session_new(void)
{
    bc_session_t *session = g_new0(bc_session_t, 1);

    session->client = -1;
    session->logins = g_ptr_array_new_with_free_func(free_login);
    new_login(session);
    return session;
}

void
bc_session_free(bc_session_t *session)
{
    g_ptr_array_free(session->logins, TRUE);
    for (unsigned i = 0; i < 2; i++) {
        g_clear_pointer(&session->binary[i], g_hash_table_destroy);
    }
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
        session->client = (int)(from_client ? direction : 1 - direction);
    }
}

/* Why a part can not be read, and which passwords are known to be wrong. */
static void
set_problem(const bc_login_t *login, const bc_candidates_t *candidates, bc_decision_t *out)
{
    out->problem = (uint8_t)bc_login_problem(login, candidates);
    out->refused = (out->problem == BC_PROBLEM_WRONG_PASSWORD) ? login->refused : NULL;
}

static void
set_proof(const bc_proof_t *proof, bc_decision_t *out)
{
    out->password_ok = (uint8_t)proof->password;
    out->user_ok = (uint8_t)proof->user;
}

/* ---- login legs --------------------------------------------------------------------------------------- */

static uint8_t *
opened_copy(const uint8_t *part, size_t len, bc_cipher_t cipher, uint8_t offset, bc_aes_t *aes)
{
    uint8_t *copy = g_memdup2(part, len);

    if (!bc_part_open(cipher, copy, len, offset, aes)) {
        g_free(copy);
        return NULL;
    }
    return copy;
}

static void
see_nonce(bc_session_t *session, const bc_header_t *header, const uint8_t *xml, size_t len)
{
    bc_xml_field_t nonce = { .name = "nonce" };
    bc_login_t *login = current_login(session);

    bc_xml_find(xml, len, &nonce, 1);
    if (login->nonce != NULL) {
        login = new_login(session); /* its first leg was not captured */
    }
    login->seen = true;
    login->negotiated = header->code;
    if (nonce.found && nonce.value[0] != '\0') {
        login->nonce = g_strdup(nonce.value);
        login->legacy = false;
    }
}

void
bc_session_give_nonce(bc_session_t *session, const char *nonce)
{
    bc_login_t *login = current_login(session);

    if (g_strcmp0(login->nonce, nonce) == 0) {
        return; /* sent once more */
    }
    if (login->seen || login->nonce != NULL) {
        login = new_login(session);
    }
    login->nonce = g_strdup(nonce);
}

static bool
may_use_aes(const bc_login_t *login)
{
    return login->negotiated != NEGOTIATED_NONE && login->negotiated != NEGOTIATED_XOR;
}

static void
take_hash(const bc_xml_field_t *field, char hash[BC_HASH_LEN + 1])
{
    if (field->found && strlen(field->value) == BC_HASH_LEN) {
        memcpy(hash, field->value, BC_HASH_LEN + 1);
    } else {
        hash[0] = '\0';
    }
}

/* Another password after one that was refused: the nonce stays, the key does not. */
static bc_login_t *
new_attempt(bc_session_t *session)
{
    const bc_login_t *before = current_login(session);
    bc_login_t *login = new_login(session);

    login->seen = true;
    login->modern = true;
    login->requested = before->requested;
    login->negotiated = before->negotiated;
    login->nonce = g_strdup(before->nonce);
    return login;
}

/* The login request. Other kinds of login than those named here have fields that do not prove a password. */
static void
see_login_user(bc_session_t *session, const uint8_t *xml, size_t len, const bc_candidates_t *candidates,
               bc_decision_t *out)
{
    bc_xml_field_t fields[] = {
        { .name = "password" }, { .name = "authType" },      { .name = "userName" },
        { .name = "authCode" }, { .name = "cipherContent" },
    };
    bc_login_t *login = current_login(session);

    bc_xml_find(xml, len, fields, G_N_ELEMENTS(fields));
    login->seen = true;
    login->modern = true;
    const char *kind = fields[1].found ? fields[1].value : "password";
    const bool accesskey = strcmp(kind, "getAccesskey") == 0;
    const bool token = strcmp(kind, "authLogin") == 0;
    if (fields[4].found || g_str_has_prefix(kind, "sigV")) {
        login->key_exchange = true;
        set_problem(login, candidates, out);
        out->problem = (out->problem == BC_PROBLEM_WRONG_KEY) ? BC_PROBLEM_NONE : out->problem;
        return;
    }
    if (!accesskey && strcmp(kind, "password") != 0 && !(token && login->tokens_known)) {
        return;
    }
    char hash[BC_HASH_LEN + 1];
    take_hash(accesskey ? &fields[3] : &fields[0], hash);
    if (hash[0] == '\0') {
        return;
    }
    if (login->nonce == NULL) {
        out->problem = BC_PROBLEM_NO_LOGIN;
        return;
    }
    if (!token && login->hash_known && strcmp(hash, login->password_hash) != 0) {
        login = new_attempt(session);
    }
    memcpy(login->password_hash, hash, sizeof hash);
    take_hash(&fields[2], login->user_hash);
    login->key_exchange = false;
    bc_proof_t proof;
    login->hash_known = true;
    if (token) {
        bc_login_prove_by_token(login, candidates, &proof);
    } else {
        bc_login_prove_by_hash(login, candidates, &proof);
    }
    set_proof(&proof, out);
    out->key = login->key;
    if (login->key == NULL && may_use_aes(login)) {
        set_problem(login, candidates, out);
        if (out->problem == BC_PROBLEM_WRONG_KEY) {
            out->problem = BC_PROBLEM_NONE; /* raw keys wait for a block */
        }
    }
}

/* What the header of a login leg says by itself. */
static void
see_leg(bc_session_t *session, const bc_header_t *header, bc_decision_t *out)
{
    bc_login_t *login = current_login(session);

    if (header->msg_class == BC_CLASS_LEGACY) {
        login = (login->seen || login->nonce != NULL) ? new_login(session) : login;
        login->seen = true;
        login->requested = header->code;
    } else if (header->len == BC_SHORT_HEADER) {
        login->seen = true;
        out->usual_answer = login->requested == REQUESTED_03 && header->code == NEGOTIATED_AES;
        login->legacy = login->nonce == NULL; /* unless the body has a nonce */
    }
}

/* A legacy login shows the hashes of user and password; old cameras send it back. */
static void
see_legacy_login(bc_session_t *session, const bc_header_t *header, const uint8_t *part, size_t have,
                 const bc_candidates_t *candidates, bc_decision_t *out)
{
    bc_login_t *login = current_login(session);
    bc_proof_t proof;

    if (header->msg_class != BC_CLASS_LEGACY || have < BC_LEGACY_LOGIN) {
        return;
    }
    login->legacy_hello = true;
    bc_login_prove_legacy(login, part, candidates, &proof);
    set_proof(&proof, out);
}

/* A part of a login that is no document. */
static void
decide_login_bytes(bc_session_t *session, const bc_header_t *header, const uint8_t *part, size_t have,
                   size_t len, const bc_candidates_t *candidates, bc_decision_t *out)
{
    bc_login_t *login = current_login(session);

    out->payload = BC_CIPHER_NONE;
    out->kind = BC_PAYLOAD_BINARY;
    if (header->msg_class == BC_CLASS_SHORT && !bc_bytes_are_legacy_login(part, have)) {
        out->kind = BC_PAYLOAD_LEGACY;
    } else if (bc_header_negotiates(header) && len >= BC_LEGACY_LOGIN) {
        out->kind = BC_PAYLOAD_LEGACY_LOGIN;
        see_legacy_login(session, header, part, have, candidates, out);
    } else if (bc_bytes_are_tokens(part, have)) {
        out->kind = BC_PAYLOAD_TOKENS;
        out->key = login->key;
        login->tokens_known = true;
        memcpy(login->tokens, part, have);
    }
}

/* Message 1 is clear or BC XOR in both directions, whatever was negotiated. */
static void
decide_login(bc_session_t *session, const bc_header_t *header, const uint8_t *part, size_t have, size_t len,
             const bc_candidates_t *candidates, bc_decision_t *out)
{
    see_leg(session, header, out);
    if (len == 0) {
        return;
    }
    out->payload = (uint8_t)bc_part_xml_cipher(part, have, header->channel, NULL);
    if (out->payload == BC_CIPHER_UNKNOWN) {
        decide_login_bytes(session, header, part, have, len, candidates, out);
        return;
    }
    out->kind = BC_PAYLOAD_XML;
    uint8_t *xml = opened_copy(part, have, (bc_cipher_t)out->payload, header->channel, NULL);
    if (header->msg_class == BC_CLASS_SHORT) {
        see_nonce(session, header, xml, have);
    } else if (header->code == 0) {
        see_login_user(session, xml, have, candidates, out);
    }
    g_free(xml);
}

/* ---- other messages ----------------------------------------------------------------------------------- */

typedef struct {
    bool binary_given; /* the Extension says whether the payload is binary */
    bool binary;
    bool range_given; /* it names an encrypted range */
    uint32_t encrypt_pos;
    uint32_t encrypt_len;
} extension_t;

static uint32_t
number(const bc_xml_field_t *field)
{
    const uint64_t value = field->found ? g_ascii_strtoull(field->value, NULL, 10) : 0;

    return (uint32_t)MIN(value, BC_MAX_MESSAGE);
}

/* Whether a text may have an element that steers decryption. Most Extensions name a channel only, and need no
 * parser then. */
static bool
may_steer(const uint8_t *xml, size_t len)
{
    static const char *const pieces[] = { "inary", "ncrypt" }; /* of binaryData, encryptLen, encryptPos */

    for (size_t at = 0; at + 6 <= len; at++) {
        for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
            if ((xml[at] | 0x20) == pieces[i][0] &&
                g_ascii_strncasecmp((const char *)xml + at, pieces[i], strlen(pieces[i])) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void
read_extension(const uint8_t *part, size_t len, const bc_header_t *header, const bc_decision_t *decision,
               extension_t *out)
{
    bc_xml_field_t fields[] = { { .name = "binaryData" },
                                { .name = "encryptLen" },
                                { .name = "encryptPos" } };
    uint8_t *xml = opened_copy(part, len, (bc_cipher_t)decision->extension, header->channel,
                               decision->key != NULL ? decision->key->aes : NULL);

    if (xml == NULL) {
        return;
    }
    if (may_steer(xml, len)) {
        bc_xml_find(xml, len, fields, G_N_ELEMENTS(fields));
    }
    g_free(xml);
    out->binary_given = fields[0].found;
    out->binary = number(&fields[0]) != 0;
    out->range_given = fields[1].found;
    out->encrypt_len = number(&fields[1]);
    out->encrypt_pos = number(&fields[2]);
}

/* ---- binary exchanges --------------------------------------------------------------------------------- */

static int64_t
exchange_of(const bc_header_t *header)
{
    return (int64_t)((uint64_t)header->msg_id << 32 | header->exchange_id);
}

static void
forget_exchange(bc_session_t *session, unsigned direction, int64_t key)
{
    if (session->binary[direction] != NULL) {
        g_hash_table_remove(session->binary[direction], &key);
    }
}

static void
mark_exchange(bc_session_t *session, const bc_header_t *header, unsigned direction, exchange_kind_t kind)
{
    const int64_t key = exchange_of(header);
    const exchange_t exchange = { kind, session->now };

    if (session->binary[direction] == NULL) {
        session->binary[direction] = g_hash_table_new_full(camshark_hash_u64, g_int64_equal, g_free, g_free);
    }
    g_hash_table_insert(session->binary[direction], g_memdup2(&key, sizeof key),
                        g_memdup2(&exchange, sizeof exchange));
}

/* The binary exchange of a message, which keeps it from being forgotten; NULL if it is none. Section 4:
 * numbers wrap, so what was binary long ago may be another exchange now. */
static const exchange_t *
binary_exchange(bc_session_t *session, const bc_header_t *header, unsigned direction)
{
    const int64_t key = exchange_of(header);
    GHashTable *known = session->binary[direction];
    exchange_t *exchange = (known != NULL) ? g_hash_table_lookup(known, &key) : NULL;

    if (exchange != NULL && session->now - exchange->used > BINARY_PATIENCE) {
        g_hash_table_remove(known, &key);
        return NULL;
    }
    if (exchange != NULL) {
        exchange->used = session->now;
    }
    return exchange;
}

/* Section 4: an exchange that was called binary stays so for messages without Extension. */
static void
see_extension(bc_session_t *session, const bc_header_t *header, unsigned direction,
              const extension_t *extension)
{
    const int64_t exchange = exchange_of(header);

    if (session->client == (int)direction) {
        forget_exchange(session, 1 - direction, exchange); /* a new request with that number */
    }
    if (extension->binary_given) {
        if (extension->binary) {
            if (binary_exchange(session, header, direction) == NULL) {
                mark_exchange(session, header, direction, EXCHANGE_BYTES);
            }
        } else {
            forget_exchange(session, direction, exchange);
        }
    }
}

/* The encrypted range of a binary payload, within the bytes that were captured. */
static size_t
encrypted_range(const bc_decision_t *decision, size_t have, size_t *pos)
{
    if (decision->payload == BC_CIPHER_NONE) {
        *pos = 0;
        return 0;
    }
    if (decision->payload != BC_CIPHER_FULL_AES) {
        *pos = 0;
        return have;
    }
    *pos = MIN(decision->encrypt_pos, have);
    return MIN(decision->encrypt_len, have - *pos);
}

/* Whether the first have bytes of a binary payload, opened, begin (or end) as a JPEG does. */
static bool
is_jpeg_edge(const bc_decision_t *decision, const uint8_t *part, size_t have, bool end)
{
    static const uint8_t begin_mark[] = { 0xff, 0xd8, 0xff };
    static const uint8_t end_mark[] = { 0xff, 0xd9 };
    size_t pos;
    const size_t encrypted = encrypted_range(decision, have, &pos);
    const uint8_t *mark = end ? end_mark : begin_mark;
    const size_t mark_len = end ? sizeof end_mark : sizeof begin_mark;

    if (have < mark_len) {
        return false;
    }
    const size_t at = end ? have - mark_len : 0;
    if (encrypted == 0 || at >= pos + encrypted || at + mark_len <= pos) {
        return memcmp(part + at, mark, mark_len) == 0;
    }
    uint8_t *plain = g_memdup2(part, have);
    const bool ok = decision->key != NULL && bc_part_open((bc_cipher_t)decision->payload, plain + pos,
                                                          encrypted, 0, decision->key->aes);
    const bool found = ok && memcmp(plain + at, mark, mark_len) == 0;
    g_free(plain);
    return found;
}

/* Recognises a picture by its first bytes, and its other pieces by their exchange (section 3.6). */
static void
see_jpeg(bc_session_t *session, const bc_header_t *header, unsigned direction, const uint8_t *part,
         size_t have, size_t len, bc_decision_t *out)
{
    const exchange_t *known = binary_exchange(session, header, direction);
    const bool first = is_jpeg_edge(out, part, MIN(have, BC_AES_BLOCK), false);

    if (!first && (known == NULL || known->kind != EXCHANGE_JPEG)) {
        return;
    }
    const bool last = (have == len && is_jpeg_edge(out, part, have, true)) || header->code == LAST_PIECE;
    if (first) {
        out->jpeg = last ? BC_JPEG_WHOLE : BC_JPEG_FIRST;
    } else {
        out->jpeg = last ? BC_JPEG_LAST : BC_JPEG_MIDDLE;
    }
    mark_exchange(session, header, direction, last ? EXCHANGE_BYTES : EXCHANGE_JPEG);
}

/* Messages whose answers are streams of bytes: without a key nothing else tells them from encrypted XML. */
static bool
usually_binary(uint32_t msg_id)
{
    static const uint16_t ids[] = { 3, 5, 8, 13, 65, 66, 67, 108, 109, 143, 202, 298, 381 };

    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        if (ids[i] == msg_id) {
            return true;
        }
    }
    return false;
}

static bool
no_candidate(void *context G_GNUC_UNUSED, unsigned nth G_GNUC_UNUSED, bc_candidate_t *out G_GNUC_UNUSED)
{
    return false;
}

/* The XML cipher of a part, after trying candidates if none is known yet. */
static bc_cipher_t
xml_cipher(bc_session_t *session, const uint8_t *part, size_t have, const bc_header_t *header,
           const bc_candidates_t *candidates, bc_decision_t *out)
{
    bc_login_t *login = current_login(session);
    bc_cipher_t cipher = bc_part_xml_cipher(part, have, header->channel, NULL);

    if (cipher == BC_CIPHER_UNKNOWN) {
        bc_login_prove_by_block(login, part, have, candidates);
        if (login->key != NULL) {
            cipher = bc_part_xml_cipher(part, have, header->channel, login->key->aes);
        }
    }
    if (cipher == BC_CIPHER_AES) {
        out->key = login->key;
    }
    return cipher;
}

static void
decide_binary(const bc_login_t *login, const uint8_t *part, size_t have, size_t len,
              const extension_t *extension, const bc_candidates_t *candidates, bc_decision_t *out)
{
    bc_aes_t *aes = (login->key != NULL) ? login->key->aes : NULL;

    out->kind = BC_PAYLOAD_BINARY;
    if (!extension->range_given || extension->encrypt_len == 0 || extension->encrypt_pos >= len) {
        out->payload = (uint8_t)bc_part_binary_cipher(part, have, aes);
    } else {
        out->encrypt_pos = extension->encrypt_pos;
        out->encrypt_len = MIN(extension->encrypt_len, (uint32_t)(len - extension->encrypt_pos));
        out->payload = (extension->encrypt_pos == 0)
                           ? (uint8_t)bc_part_full_aes_cipher(part, have, out->encrypt_len, aes)
                           : BC_CIPHER_FULL_AES;
    }
    if (out->payload == BC_CIPHER_FULL_AES && aes == NULL) {
        out->payload = BC_CIPHER_UNKNOWN;
        out->kind = BC_PAYLOAD_UNREADABLE;
        set_problem(login, candidates, out);
    } else if (out->payload != BC_CIPHER_NONE) {
        out->key = login->key;
    }
}

/* Section 11: a client that goes on after a legacy login without a nonce stays with structures. */
static bool
is_legacy(const bc_login_t *login)
{
    return login->legacy || (login->legacy_hello && login->nonce == NULL && !login->modern);
}

/* A payload that is not known to be binary. */
static void
decide_text(bc_session_t *session, const bc_header_t *header, unsigned direction, const uint8_t *part,
            size_t have, const bc_candidates_t *candidates, bc_decision_t *out)
{
    static const bc_candidates_t nobody = { no_candidate, NULL };
    const bc_login_t *login = current_login(session);
    /* Keys are not tried on what is most likely a piece of a picture. */
    const bool stream = usually_binary(header->msg_id) && session->client != (int)direction;
    const bc_cipher_t cipher = xml_cipher(session, part, have, header, stream ? &nobody : candidates, out);

    out->payload = (uint8_t)cipher;
    if (cipher != BC_CIPHER_UNKNOWN) {
        out->kind = BC_PAYLOAD_XML;
    } else if (login->key != NULL || stream || bc_bytes_are_media(part, have)) {
        out->kind = BC_PAYLOAD_BINARY;
        out->payload =
            (uint8_t)bc_part_binary_cipher(part, have, login->key != NULL ? login->key->aes : NULL);
        if (out->payload == BC_CIPHER_AES) {
            out->key = login->key;
        }
    } else if (is_legacy(login)) {
        out->kind = BC_PAYLOAD_LEGACY;
        out->payload = BC_CIPHER_NONE;
    } else {
        out->kind = BC_PAYLOAD_UNREADABLE;
        set_problem(login, candidates, out);
    }
}

/* Section 3.3: each open stream has a handle of its own. */
static void
see_stream_request(bc_session_t *session, const bc_header_t *header, const uint8_t *part, size_t have,
                   bc_decision_t *out)
{
    bc_xml_field_t fields[] = { { .name = "handle" }, { .name = "channelId" } };
    uint8_t *xml = opened_copy(part, have, (bc_cipher_t)out->payload, header->channel,
                               out->key != NULL ? out->key->aes : NULL);

    if (xml == NULL) {
        return;
    }
    bc_xml_find(xml, have, fields, G_N_ELEMENTS(fields));
    g_free(xml);
    if (!fields[0].found) {
        return;
    }
    bc_login_t *login = current_login(session);
    const uint32_t channel = number(&fields[1]);
    if (header->msg_id == MSG_STOP_VIDEO) {
        bc_login_stop_stream(login, channel, number(&fields[0]));
    } else {
        out->handle_use =
            (uint8_t)bc_login_see_stream(login, channel, number(&fields[0]), header->exchange_id);
    }
}

static void
see_video(bc_session_t *session, const bc_header_t *header, const uint8_t *part, size_t have,
          bc_decision_t *out)
{
    bool from_client;

    if (!bc_header_direction(header, &from_client)) {
        return;
    }
    if (from_client && out->kind == BC_PAYLOAD_XML) {
        see_stream_request(session, header, part, have, out);
    } else if (!from_client && header->msg_id == MSG_START_VIDEO && header->code >= REFUSED) {
        bc_login_forget_stream(current_login(session), header->exchange_id);
    }
}

static void
decide_payload(bc_session_t *session, const bc_header_t *header, unsigned direction, const uint8_t *part,
               size_t have, const extension_t *extension, const bc_candidates_t *candidates,
               bc_decision_t *out)
{
    const bc_login_t *login = current_login(session);
    bc_aes_t *aes = (login->key != NULL) ? login->key->aes : NULL;
    const size_t len = header->body_len - header->payload_offset;

    if (binary_exchange(session, header, direction) != NULL &&
        (extension->binary_given ||
         bc_part_xml_cipher(part, have, header->channel, aes) == BC_CIPHER_UNKNOWN)) {
        decide_binary(login, part, have, len, extension, candidates, out);
    } else {
        decide_text(session, header, direction, part, have, candidates, out);
    }
    if (out->kind == BC_PAYLOAD_BINARY) {
        see_jpeg(session, header, direction, part, have, len, out);
    }
}

static void
decide_message(bc_session_t *session, const bc_header_t *header, unsigned direction, const uint8_t *body,
               size_t have, const bc_candidates_t *candidates, bc_decision_t *out)
{
    extension_t extension = { 0 };
    const size_t extension_have = MIN(header->payload_offset, have);
    const uint8_t *payload = body + extension_have;
    const size_t payload_have = have - extension_have;

    if (extension_have > 0) {
        out->extension = (uint8_t)xml_cipher(session, body, extension_have, header, candidates, out);
        if (out->extension == BC_CIPHER_UNKNOWN) {
            set_problem(current_login(session), candidates, out);
        } else {
            read_extension(body, extension_have, header, out, &extension);
        }
    }
    see_extension(session, header, direction, &extension);
    if (payload_have > 0) {
        decide_payload(session, header, direction, payload, payload_have, &extension, candidates, out);
    }
    if (header->msg_id == MSG_START_VIDEO || header->msg_id == MSG_STOP_VIDEO) {
        see_video(session, header, payload, payload_have, out);
    }
}

void
bc_session_decide(bc_session_t *session, const bc_header_t *header, unsigned direction, int64_t when,
                  const uint8_t *body, size_t have, const bc_candidates_t *candidates, bc_decision_t *out)
{
    memset(out, 0, sizeof *out);
    session->now = when;
    if (header->msg_id == BC_MSG_LOGIN) {
        const size_t extension = MIN(header->payload_offset, have);
        if (extension > 0) {
            out->extension = (uint8_t)bc_part_xml_cipher(body, extension, header->channel, NULL);
        }
        decide_login(session, header, body + extension, have - extension,
                     header->body_len - header->payload_offset, candidates, out);
    } else {
        decide_message(session, header, direction, body, have, candidates, out);
    }
}

const bc_key_t *
bc_session_find_tail(bc_session_t *session, const uint8_t *bytes, size_t len,
                     const bc_candidates_t *candidates, bc_tail_t *out)
{
    bc_login_t *login = current_login(session);

    bc_tail_find(bytes, len, login->key != NULL ? login->key->aes : NULL, out);
    if (out->cipher == BC_CIPHER_UNKNOWN && login->key == NULL) {
        bc_login_prove_by_tail(login, bytes, len, candidates);
        if (login->key != NULL) {
            bc_tail_find_aes(bytes, len, login->key->aes, out);
        }
    }
    return (out->cipher == BC_CIPHER_AES) ? login->key : NULL;
}
