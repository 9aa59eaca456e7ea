/* candidates.c
 * The keys that may open a connection, in the order in which they are tried.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the user typed is text. It is compiled once, so that a login costs no parsing. A row that has a session key, too,
 * gives two candidates: its DESKEY opens logins, its session key what follows them.
 */
#include <newcamd/record/candidates.h>

#include <string.h>

#include <common/pure/address-rule.h>
#include <common/pure/hex.h>

#include <newcamd/wire/frame.h>

typedef enum {
    NO_KEY, /* the row names a port, and no more */
    DESKEY,
    SESSION_KEY
} key_kind_t;

typedef struct {
    camshark_address_rule_t server;
    uint16_t port; /* 0 = any */
    key_kind_t kind;
    uint8_t deskey[NEWCAMD_KEY14_LEN];
    char *name;
    char *user;     /* empty = not known */
    char *password; /* NULL = none */
    char *crypt;    /* cache of newcamd_candidate_crypt(); NULL = not asked for yet */
    bool has_session_key;
    uint8_t session_key[NEWCAMD_KEY14_LEN]; /* as given; else cache of newcamd_candidate_session_key() */
} compiled_t;

static wmem_array_t *candidates; /* of compiled_t, epan scope, as everything it points to */
static bool stale = true;        /* rows came or went since they were compiled */
static void (*refill_candidates)(void);

/* Text that begins like a crypt string has to be one; everything else is a plain password. */
bool
newcamd_key_is_password(const char *text, char **err)
{
    if (!g_str_has_prefix(text, "$1$")) {
        return true;
    }
    const char *salt = text + strlen("$1$");
    const char *end = strchr(salt, '$');
    bool ok = end != NULL && end - salt <= 8 && strlen(end + 1) == 22;
    for (const char *p = salt; ok && *p != '\0'; p++) {
        ok = p == end || newcamd_is_crypt_char((uint8_t)*p);
    }
    if (!ok && err != NULL) {
        *err =
            g_strdup("A password that begins with \"$1$\" is a crypt string: \"$1$abcdefgh$\" and 22 of the "
                     "characters ./0-9A-Za-z.");
    }
    return ok;
}

/* Empty text is accepted and gives present = false. */
static bool
parse_key14(const char *text, const char *what, bool *present, uint8_t *out, char **err)
{
    *present = *text != '\0';
    return !*present || camshark_hex_parse(text, what, out, NEWCAMD_KEY14_LEN, err);
}

bool
newcamd_key_is_deskey(const char *text, char **err)
{
    uint8_t deskey[NEWCAMD_KEY14_LEN];
    bool present;

    return parse_key14(text, "A DESKEY", &present, deskey, err);
}

bool
newcamd_key_is_session_key(const char *text, char **err)
{
    uint8_t session_key[NEWCAMD_KEY14_LEN];
    bool present;

    return parse_key14(text, "A session key", &present, session_key, err);
}

static void
append_compiled(compiled_t compiled, const char *name, const newcamd_key_texts_t *texts)
{
    compiled.name = wmem_strdup(wmem_epan_scope(), name);
    compiled.user = wmem_strdup(wmem_epan_scope(), texts->user);
    if (compiled.kind == DESKEY && *texts->password != '\0' &&
        newcamd_key_is_password(texts->password, NULL)) {
        compiled.password = wmem_strdup(wmem_epan_scope(), texts->password);
    }
    wmem_array_append_one(candidates, compiled);
}

void
newcamd_candidates_add(const char *name, const newcamd_key_texts_t *texts)
{
    compiled_t compiled = { 0 };
    bool has_deskey, has_session_key;

    if (!camshark_address_rule_parse(texts->server, &compiled.server, NULL) ||
        !camshark_port_parse(texts->port, &compiled.port, NULL) ||
        !parse_key14(texts->deskey, "A DESKEY", &has_deskey, compiled.deskey, NULL) ||
        !parse_key14(texts->session_key, "A session key", &has_session_key, compiled.session_key, NULL)) {
        return;
    }
    if (has_session_key) {
        compiled.kind = SESSION_KEY;
        compiled.has_session_key = true;
        append_compiled(compiled, name, texts);
    }
    if (has_deskey || !has_session_key) {
        compiled.kind = has_deskey ? DESKEY : NO_KEY;
        compiled.has_session_key = false;
        append_compiled(compiled, name, texts);
    }
}

void
newcamd_candidates_empty(void)
{
    for (unsigned i = 0; candidates != NULL && i < wmem_array_get_count(candidates); i++) {
        compiled_t *compiled = wmem_array_index(candidates, i);
        wmem_free(wmem_epan_scope(), compiled->name);
        wmem_free(wmem_epan_scope(), compiled->user);
        wmem_free(wmem_epan_scope(), compiled->password);
        wmem_free(wmem_epan_scope(), compiled->crypt);
    }
    if (candidates != NULL) {
        wmem_destroy_array(candidates);
    }
    candidates = wmem_array_new(wmem_epan_scope(), sizeof(compiled_t));
    stale = false;
}

void
newcamd_candidates_register(void (*refill)(void))
{
    refill_candidates = refill;
}

void
newcamd_candidates_stale(void)
{
    stale = true;
}

static unsigned
candidate_count(void)
{
    if (stale) {
        refill_candidates();
    }
    return wmem_array_get_count(candidates);
}

static bool
row_fits(const compiled_t *compiled, const address *server, uint32_t port)
{
    const bool has_bytes = server->type == AT_IPv4 || server->type == AT_IPv6;

    return (compiled->port == 0 || port == NEWCAMD_ANY_PORT || compiled->port == port) &&
           camshark_address_rule_matches(&compiled->server, server->data,
                                         has_bytes ? (size_t)server->len : 0);
}

static newcamd_candidate_t
candidate_of(const compiled_t *compiled, unsigned row)
{
    return (newcamd_candidate_t){ .deskey = (compiled->kind == DESKEY) ? compiled->deskey : NULL,
                                  .name = compiled->name,
                                  .user = compiled->user,
                                  .row = row };
}

bool
newcamd_candidate_next(const address *server, uint32_t port, unsigned *at, newcamd_candidate_t *candidate)
{
    const unsigned count = candidate_count();

    while (*at < count) {
        const unsigned row = (*at)++;
        const compiled_t *compiled = wmem_array_index(candidates, row);

        if (compiled->kind == DESKEY && row_fits(compiled, server, port)) {
            *candidate = candidate_of(compiled, row);
            return true;
        }
    }
    return false;
}

const char *
newcamd_candidate_crypt(const newcamd_candidate_t *candidate)
{
    compiled_t *compiled = wmem_array_index(candidates, candidate->row);
    char crypt[NEWCAMD_CRYPT_LEN + 1];

    if (compiled->crypt == NULL && compiled->password != NULL) {
        if (g_str_has_prefix(compiled->password, "$1$")) {
            compiled->crypt = wmem_strdup(wmem_epan_scope(), compiled->password);
        } else if (newcamd_md5_crypt(compiled->password, crypt)) {
            compiled->crypt = wmem_strdup(wmem_epan_scope(), crypt);
        }
    }
    return compiled->crypt;
}

bool
newcamd_candidate_next_either(const packet_info *pinfo, unsigned *at, newcamd_candidate_t *candidate,
                              bool *at_source)
{
    const unsigned count = candidate_count();

    while (*at < count) {
        const unsigned row = (*at)++;
        const compiled_t *compiled = wmem_array_index(candidates, row);
        const bool destination = row_fits(compiled, &pinfo->dst, pinfo->destport);

        if (compiled->kind != NO_KEY && (destination || row_fits(compiled, &pinfo->src, pinfo->srcport))) {
            *candidate = candidate_of(compiled, row);
            *at_source = !destination;
            return true;
        }
    }
    return false;
}

const uint8_t *
newcamd_candidate_session_key(const newcamd_candidate_t *candidate)
{
    compiled_t *compiled = wmem_array_index(candidates, candidate->row);

    if (!compiled->has_session_key) {
        const char *crypt = newcamd_candidate_crypt(candidate);
        if (crypt == NULL) {
            return NULL;
        }
        newcamd_session_key(compiled->deskey, (const uint8_t *)crypt, strlen(crypt), compiled->session_key);
        compiled->has_session_key = true;
    }
    return compiled->session_key;
}

const char *
newcamd_candidates_tried(const address *server, uint32_t port, unsigned *more)
{
    newcamd_candidate_t candidate;
    const char *first = NULL;
    unsigned at = 0;

    *more = 0;
    /* The default is the last one. */
    while (newcamd_candidate_next(server, port, &at, &candidate) && at < wmem_array_get_count(candidates)) {
        *more += (first != NULL) ? 1 : 0;
        first = (first != NULL) ? first : candidate.name;
    }
    return first;
}

const char *
newcamd_candidates_session_keys(const packet_info *pinfo, unsigned *more)
{
    newcamd_candidate_t candidate;
    const char *first = NULL;
    unsigned at = 0;
    bool at_source;

    *more = 0;
    while (newcamd_candidate_next_either(pinfo, &at, &candidate, &at_source)) {
        if (candidate.deskey == NULL) {
            *more += (first != NULL) ? 1 : 0;
            first = (first != NULL) ? first : candidate.name;
        }
    }
    return first;
}

bool
newcamd_candidates_have_deskey(const packet_info *pinfo)
{
    newcamd_candidate_t candidate;
    unsigned at = 0;
    bool at_source;

    while (newcamd_candidate_next_either(pinfo, &at, &candidate, &at_source) &&
           at < wmem_array_get_count(candidates)) {
        if (candidate.deskey != NULL) {
            return true;
        }
    }
    return false;
}

bool
newcamd_candidates_give_session_key(const packet_info *pinfo)
{
    newcamd_candidate_t candidate;
    unsigned at = 0;
    bool at_source;

    while (newcamd_candidate_next_either(pinfo, &at, &candidate, &at_source)) {
        const compiled_t *compiled = wmem_array_index(candidates, candidate.row);
        if (compiled->kind == SESSION_KEY || compiled->password != NULL) {
            return true;
        }
    }
    return false;
}

bool
newcamd_candidates_name(const address *server, uint32_t port)
{
    const unsigned count = candidate_count();

    for (unsigned i = 0; i < count; i++) {
        const compiled_t *compiled = wmem_array_index(candidates, i);
        if (compiled->port != 0 && row_fits(compiled, server, port)) {
            return true;
        }
    }
    return false;
}

bool
newcamd_candidates_next_port(unsigned *at, uint16_t *port)
{
    const unsigned count = candidate_count();

    while (*at < count) {
        const compiled_t *compiled = wmem_array_index(candidates, (*at)++);
        if (compiled->port != 0) {
            *port = compiled->port;
            return true;
        }
    }
    return false;
}
