/* session.c
 * What a BC connection has said so far, and what follows from it for each message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "session.h"

#include <glib.h>
#include <string.h>

#include "xml.h"

#define NEGOTIATED_NONE 0xdd00u
#define NEGOTIATED_XOR  0xdd01u
#define LEGACY_LOGIN    64u /* bytes of a legacy login that mean something */
#define TRIED_KEPT      8u  /* first blocks that are remembered as tried in vain */
#define MAX_TRIALS      64u /* of all candidates in one login; after that all keys count as wrong */

/* One login on the connection; a second one has another nonce and so other keys. */
typedef struct {
    bool seen;           /* some leg of it was captured */
    bool legacy;         /* the camera did not answer with a nonce: no XML and no encryption follow */
    uint16_t negotiated; /* u16 at 16 of the nonce reply; 0 if not captured */
    char *nonce;         /* NULL if not captured */
    bool hash_known;
    char password_hash[BC_HASH_LEN + 1]; /* of the login request */
    bool mismatch;                       /* passwords are configured, and none has this hash */
    const bc_key_t *key;                 /* NULL until one is proved */
    /* First blocks on which every candidate failed. All XML parts of a session begin alike, so these are few.
     */
    unsigned n_trials;
    uint8_t tried[TRIED_KEPT][BC_AES_BLOCK];
} bc_login_t;

struct bc_session {
    int client;            /* direction in which the client sends, or -1 */
    GPtrArray *logins;     /* bc_login_t, owned; the last one is in force */
    GPtrArray *keys;       /* bc_key_t, owned */
    GHashTable *binary[2]; /* (message id, exchange id) of exchanges that are binary, a direction */
};

static void
login_free(void *data)
{
    bc_login_t *login = data;

    g_free(login->nonce);
    g_free(login);
}

static void
key_free(void *data)
{
    bc_key_t *key = data;

    bc_aes_free(key->aes);
    g_free(key->origin);
    g_free(key);
}

static bc_login_t *
new_login(bc_session_t *session)
{
    bc_login_t *login = g_new0(bc_login_t, 1);

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
    session->logins = g_ptr_array_new_with_free_func(login_free);
    session->keys = g_ptr_array_new_with_free_func(key_free);
    for (unsigned i = 0; i < 2; i++) {
        session->binary[i] = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    }
    new_login(session);
    return session;
}

void
bc_session_free(bc_session_t *session)
{
    g_ptr_array_free(session->logins, TRUE);
    g_ptr_array_free(session->keys, TRUE);
    for (unsigned i = 0; i < 2; i++) {
        g_hash_table_destroy(session->binary[i]);
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

/* ---- keys --------------------------------------------------------------------------------------------- */

static const bc_key_t *
adopt_key(bc_session_t *session, const uint8_t *key, const uint8_t *iv, const char *origin)
{
    bc_aes_t *aes = bc_aes_new(key, iv);

    if (aes == NULL) {
        return NULL;
    }
    bc_key_t *adopted = g_new0(bc_key_t, 1);
    adopted->aes = aes;
    adopted->origin = g_strdup(origin);
    g_ptr_array_add(session->keys, adopted);
    return adopted;
}

static const bc_key_t *
adopt_password(bc_session_t *session, const bc_login_t *login, const bc_candidate_t *candidate)
{
    uint8_t key[BC_AES_BLOCK];

    if (!bc_session_key(login->nonce, candidate->password, key)) {
        return NULL;
    }
    return adopt_key(session, key, bc_default_iv, candidate->origin);
}

/* Section 2.6, 2: the login's hash proves a password without any cipher text. */
static void
prove_by_hash(bc_session_t *session, bc_login_t *login, const bc_candidates_t *candidates)
{
    bc_candidate_t candidate;
    bool configured = false;

    for (unsigned i = 0; login->key == NULL && candidates->get(candidates->context, i, &candidate); i++) {
        char hash[BC_HASH_LEN + 1];
        if (candidate.password == NULL) {
            continue;
        }
        configured |= !candidate.fallback;
        if (bc_login_hash(candidate.password, login->nonce, hash) &&
            strcmp(hash, login->password_hash) == 0) {
            login->key = adopt_password(session, login, &candidate);
        }
    }
    login->mismatch = login->key == NULL && configured;
}

/* Whether a candidate's AES makes XML of one block of a part. */
static bool
opens(const bc_login_t *login, const bc_candidate_t *candidate, const uint8_t *block)
{
    uint8_t key[BC_AES_BLOCK];
    const uint8_t *iv = bc_default_iv;

    if (candidate->password == NULL) {
        memcpy(key, candidate->key, sizeof key);
        iv = candidate->iv;
    } else if (login->nonce == NULL || login->hash_known ||
               !bc_session_key(login->nonce, candidate->password, key)) {
        return false; /* with the hash at hand, a block can prove nothing more about a password */
    }
    bc_aes_t *aes = bc_aes_new(key, iv);
    if (aes == NULL) {
        return false;
    }
    const bool ok = bc_part_xml_cipher(block, BC_AES_BLOCK, 0, aes) == BC_CIPHER_AES;
    bc_aes_free(aes);
    return ok;
}

/* Section 2.6, 3: one block of a part that should be XML. Candidates are not tried twice on the same block.
 */
static void
prove_by_block(bc_session_t *session, bc_login_t *login, const uint8_t *part, size_t len,
               const bc_candidates_t *candidates)
{
    bc_candidate_t candidate;

    if (login->key != NULL || len < BC_AES_BLOCK || login->n_trials == MAX_TRIALS) {
        return;
    }
    for (unsigned i = 0; i < MIN(login->n_trials, TRIED_KEPT); i++) {
        if (memcmp(login->tried[i], part, BC_AES_BLOCK) == 0) {
            return;
        }
    }
    unsigned n_candidates = 0;
    while (candidates->get(candidates->context, n_candidates, &candidate)) {
        n_candidates++;
        if (opens(login, &candidate, part)) {
            login->key = (candidate.password == NULL)
                             ? adopt_key(session, candidate.key, candidate.iv, candidate.origin)
                             : adopt_password(session, login, &candidate);
            return;
        }
    }
    if (n_candidates == 0) {
        return;
    }
    memcpy(login->tried[login->n_trials++ % TRIED_KEPT], part, BC_AES_BLOCK);
}

/* Why a part of this login can not be read. */
static bc_problem_t
problem_of(const bc_login_t *login, const bc_candidates_t *candidates)
{
    bc_candidate_t candidate;
    bool raw_key = false;
    bool password = false;

    if (login->key != NULL) {
        return BC_PROBLEM_NOT_OPENED;
    }
    for (unsigned i = 0; candidates->get(candidates->context, i, &candidate); i++) {
        raw_key |= candidate.password == NULL;
        password |= candidate.password != NULL && !candidate.fallback;
    }
    if (login->mismatch) {
        return BC_PROBLEM_WRONG_PASSWORD;
    }
    if (login->nonce == NULL) {
        return raw_key ? BC_PROBLEM_WRONG_KEY : BC_PROBLEM_NO_LOGIN;
    }
    return (raw_key || password) ? BC_PROBLEM_WRONG_KEY : BC_PROBLEM_NO_KEY;
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

static bool
may_use_aes(const bc_login_t *login)
{
    return login->negotiated != NEGOTIATED_NONE && login->negotiated != NEGOTIATED_XOR;
}

static bc_problem_t
see_login_user(bc_session_t *session, const uint8_t *xml, size_t len, const bc_candidates_t *candidates)
{
    bc_xml_field_t fields[] = { { .name = "password" }, { .name = "authType" } };
    bc_login_t *login = current_login(session);

    bc_xml_find(xml, len, fields, G_N_ELEMENTS(fields));
    login->seen = true;
    if (!fields[0].found || strlen(fields[0].value) != BC_HASH_LEN ||
        (fields[1].found && strcmp(fields[1].value, "password") != 0)) {
        return BC_PROBLEM_NONE; /* another kind of login, whose fields do not prove a password */
    }
    memcpy(login->password_hash, fields[0].value, sizeof login->password_hash);
    if (login->nonce == NULL) {
        return BC_PROBLEM_NO_LOGIN;
    }
    login->hash_known = true;
    prove_by_hash(session, login, candidates);
    if (login->key != NULL || !may_use_aes(login)) {
        return BC_PROBLEM_NONE;
    }
    const bc_problem_t problem = problem_of(login, candidates);
    return (problem == BC_PROBLEM_WRONG_KEY) ? BC_PROBLEM_NONE : problem; /* raw keys wait for a block */
}

/* What the header of a login leg says by itself. */
static void
see_leg(bc_session_t *session, const bc_header_t *header)
{
    bc_login_t *login = current_login(session);

    if (header->msg_class == BC_CLASS_LEGACY) {
        login = login->seen ? new_login(session) : login;
        login->seen = true;
    } else if (header->len == BC_SHORT_HEADER) {
        login->seen = true;
        login->legacy = login->nonce == NULL; /* unless the body has a nonce */
    }
}

/* Message 1 is clear or BC XOR in both directions, whatever was negotiated. */
static void
decide_login(bc_session_t *session, const bc_header_t *header, const uint8_t *part, size_t have, size_t len,
             const bc_candidates_t *candidates, bc_decision_t *out)
{
    see_leg(session, header);
    if (len == 0) {
        return;
    }
    out->payload = (uint8_t)bc_part_xml_cipher(part, have, header->channel, NULL);
    if (out->payload == BC_CIPHER_UNKNOWN) {
        out->payload = BC_CIPHER_NONE;
        out->kind = (bc_header_negotiates(header) && len >= LEGACY_LOGIN) ? BC_PAYLOAD_LEGACY_LOGIN
                                                                          : BC_PAYLOAD_BINARY;
        return;
    }
    out->kind = BC_PAYLOAD_XML;
    uint8_t *xml = opened_copy(part, have, (bc_cipher_t)out->payload, header->channel, NULL);
    if (header->msg_class == BC_CLASS_SHORT) {
        see_nonce(session, header, xml, have);
    } else if (header->code == 0) {
        out->problem = (uint8_t)see_login_user(session, xml, have, candidates);
        out->key = current_login(session)->key;
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

    return (uint32_t)MIN(value, BC_MAX_BODY);
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
    bc_xml_find(xml, len, fields, G_N_ELEMENTS(fields));
    g_free(xml);
    out->binary_given = fields[0].found;
    out->binary = number(&fields[0]) != 0;
    out->range_given = fields[1].found;
    out->encrypt_len = number(&fields[1]);
    out->encrypt_pos = number(&fields[2]);
}

/* Section 4: an exchange that was called binary stays so for messages without Extension. */
static bool
is_binary(bc_session_t *session, const bc_header_t *header, unsigned direction, const extension_t *extension)
{
    const int64_t exchange = (int64_t)((uint64_t)header->msg_id << 32 | header->exchange_id);

    if (session->client == (int)direction) {
        g_hash_table_remove(session->binary[1 - direction], &exchange); /* a new request with that number */
    }
    if (extension->binary_given) {
        if (extension->binary) {
            g_hash_table_add(session->binary[direction], g_memdup2(&exchange, sizeof exchange));
        } else {
            g_hash_table_remove(session->binary[direction], &exchange);
        }
    }
    return g_hash_table_contains(session->binary[direction], &exchange);
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
        prove_by_block(session, login, part, have, candidates);
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
        out->problem = (uint8_t)problem_of(login, candidates);
    } else if (out->payload != BC_CIPHER_NONE) {
        out->key = login->key;
    }
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
    } else if (login->legacy) {
        out->kind = BC_PAYLOAD_LEGACY;
        out->payload = BC_CIPHER_NONE;
    } else {
        out->kind = BC_PAYLOAD_UNREADABLE;
        out->problem = (uint8_t)problem_of(login, candidates);
    }
}

static void
decide_message(bc_session_t *session, const bc_header_t *header, unsigned direction, const uint8_t *body,
               size_t have, const bc_candidates_t *candidates, bc_decision_t *out)
{
    extension_t extension = { 0 };
    const size_t extension_have = MIN(header->payload_offset, have);
    const size_t payload_len = header->body_len - header->payload_offset;
    const uint8_t *payload = body + extension_have;
    const size_t payload_have = have - extension_have;

    if (extension_have > 0) {
        out->extension = (uint8_t)xml_cipher(session, body, extension_have, header, candidates, out);
        if (out->extension == BC_CIPHER_UNKNOWN) {
            out->problem = (uint8_t)problem_of(current_login(session), candidates);
        } else {
            read_extension(body, extension_have, header, out, &extension);
        }
    }
    const bool binary = is_binary(session, header, direction, &extension);
    if (payload_len == 0 || payload_have == 0) {
        return;
    }
    const bc_login_t *login = current_login(session);
    if (binary && (extension.binary_given ||
                   bc_part_xml_cipher(payload, payload_have, header->channel,
                                      login->key != NULL ? login->key->aes : NULL) == BC_CIPHER_UNKNOWN)) {
        decide_binary(login, payload, payload_have, payload_len, &extension, candidates, out);
    } else {
        decide_text(session, header, direction, payload, payload_have, candidates, out);
    }
}

void
bc_session_decide(bc_session_t *session, const bc_header_t *header, unsigned direction, const uint8_t *body,
                  size_t have, const bc_candidates_t *candidates, bc_decision_t *out)
{
    memset(out, 0, sizeof *out);
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
