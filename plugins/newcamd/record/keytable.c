/* keytable.c
 * The keys of the user: the key table, the single preferences, and the candidate keys that they give.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the user typed is text (uat_rows, pref_*). Whenever it changes it is compiled into candidates, once,
 * so that a login costs no parsing. Dissection only ever reads.
 */
#include <newcamd/record/keytable.h>

#include <string.h>

#include <epan/uat.h>
#include <wsutil/report_message.h>

#include <common/pure/address-rule.h>
#include <common/pure/hex.h>
#include <common/epan/key-column.h>

#include <newcamd/wire/frame.h>

typedef struct {
    char *server;
    char *port;
    char *deskey;
    char *user;
    char *password;
    char *comment;
} uat_row_t;

typedef struct {
    camshark_address_rule_t server;
    uint16_t port;   /* 0 = any */
    bool has_deskey; /* else the row names a port, and no more */
    uint8_t deskey[NEWCAMD_KEY14_LEN];
    char *name;
    char *user;     /* empty = not known */
    char *password; /* NULL = none */
    char *crypt;    /* cache of newcamd_candidate_crypt(); NULL = not asked for yet */
    bool has_session_key;
    uint8_t session_key[NEWCAMD_KEY14_LEN]; /* cache of newcamd_candidate_session_key() */
} compiled_t;

#define DEFAULT_DESKEY "0102030405060708091011121314"

static uat_row_t *uat_rows;
static unsigned uat_row_count;
static uat_t *newcamd_keys_uat;
static const char *pref_deskey = "";
static const char *pref_password = "";

static wmem_array_t *candidates; /* of compiled_t, epan scope, as everything it points to */
static bool stale = true;        /* rows came or went since they were compiled */
static char *complaint;          /* about pref_deskey or pref_password; epan scope */

/* Text that begins like a crypt string has to be one; everything else is a plain password. */
static bool
is_password(const char *text, char **err)
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
parse_deskey(const char *text, bool *present, uint8_t *out, char **err)
{
    *present = *text != '\0';
    return !*present || camshark_hex_parse(text, "A DESKEY", out, NEWCAMD_KEY14_LEN, err);
}

/* Adds a row; one that cannot be read is left out, because whoever checked it has said so. */
static void
add_candidate(const char *name, const char *server, const char *port, const char *deskey, const char *user,
              const char *password)
{
    compiled_t compiled = { 0 };

    if (!camshark_address_rule_parse(server, &compiled.server, NULL) ||
        !camshark_port_parse(port, &compiled.port, NULL) ||
        !parse_deskey(deskey, &compiled.has_deskey, compiled.deskey, NULL)) {
        return;
    }
    compiled.name = wmem_strdup(wmem_epan_scope(), name);
    compiled.user = wmem_strdup(wmem_epan_scope(), user);
    if (*password != '\0' && is_password(password, NULL)) {
        compiled.password = wmem_strdup(wmem_epan_scope(), password);
    }
    wmem_array_append_one(candidates, compiled);
}

/* What is wrong with the single preferences, to be freed with g_free(); NULL if nothing is. */
static char *
check_single_preferences(void)
{
    uint8_t deskey[NEWCAMD_KEY14_LEN];
    const char *name = NULL;
    char *err = NULL;

    if (*pref_deskey != '\0' && !camshark_hex_parse(pref_deskey, "A DESKEY", deskey, sizeof deskey, &err)) {
        name = "newcamd.deskey";
    } else if (!is_password(pref_password, &err)) {
        name = "newcamd.password";
    } else {
        return NULL;
    }
    char *sentence = g_strdup_printf("Correct the preference %s, which is ignored. %s", name, err);
    g_free(err);
    return sentence;
}

/* Reports each bad text once: Wireshark applies preferences more often than they change. */
static void
complain(const char *sentence)
{
    const bool news = g_strcmp0(sentence, complaint) != 0;

    wmem_free(wmem_epan_scope(), complaint);
    complaint = (sentence != NULL) ? wmem_strdup(wmem_epan_scope(), sentence) : NULL;
    if (sentence != NULL && news) {
        report_failure("%s", sentence);
    }
}

static void
empty_candidates(void)
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
}

static void
compile_preferences(void)
{
    empty_candidates();
    stale = false;
    for (unsigned i = 0; i < uat_row_count; i++) {
        const uat_row_t *row = &uat_rows[i];
        char *name = camshark_row_name(newcamd_keys_uat, i, row->comment);
        add_candidate(name, row->server, row->port, row->deskey, row->user, row->password);
        g_free(name);
    }
    if (*pref_deskey != '\0') {
        add_candidate("preference newcamd.deskey", "", "", pref_deskey, "", pref_password);
    }
    add_candidate("default DESKEY", "", "", DEFAULT_DESKEY, "", pref_password);

    char *sentence = check_single_preferences();
    complain(sentence);
    g_free(sentence);
}

/* Rows may have changed without a call of compile_preferences(): Wireshark makes none for a table that it
 * could not read to its end, or for a profile that has none. */
static unsigned
candidate_count(void)
{
    if (stale) {
        compile_preferences();
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

bool
newcamd_candidate_next(const address *server, uint32_t port, unsigned *at, newcamd_candidate_t *candidate)
{
    const unsigned count = candidate_count();

    while (*at < count) {
        const unsigned row = (*at)++;
        const compiled_t *compiled = wmem_array_index(candidates, row);

        if (compiled->has_deskey && row_fits(compiled, server, port)) {
            *candidate = (newcamd_candidate_t){
                .deskey = compiled->deskey, .name = compiled->name, .user = compiled->user, .row = row
            };
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

        if (compiled->has_deskey && (destination || row_fits(compiled, &pinfo->src, pinfo->srcport))) {
            *candidate = (newcamd_candidate_t){
                .deskey = compiled->deskey, .name = compiled->name, .user = compiled->user, .row = row
            };
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
newcamd_keytable_tried(const address *server, uint32_t port, unsigned *more)
{
    newcamd_candidate_t candidate;
    const char *first = NULL;
    unsigned at = 0;

    *more = 0;
    while (newcamd_candidate_next(server, port, &at, &candidate) && at < wmem_array_get_count(candidates)) {
        *more += (first != NULL) ? 1 : 0;
        first = (first != NULL) ? first : candidate.name;
    }
    return first;
}

bool
newcamd_keytable_has_deskey(const packet_info *pinfo)
{
    newcamd_candidate_t candidate;
    unsigned at = 0;
    bool at_source;

    /* The default is the last one. */
    return newcamd_candidate_next_either(pinfo, &at, &candidate, &at_source) &&
           at < wmem_array_get_count(candidates);
}

bool
newcamd_keytable_has_password(const packet_info *pinfo)
{
    newcamd_candidate_t candidate;
    unsigned at = 0;
    bool at_source;

    while (newcamd_candidate_next_either(pinfo, &at, &candidate, &at_source)) {
        const compiled_t *compiled = wmem_array_index(candidates, candidate.row);
        if (compiled->password != NULL) {
            return true;
        }
    }
    return false;
}

bool
newcamd_keytable_names(const address *server, uint32_t port)
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
newcamd_keytable_next_port(unsigned *at, uint16_t *port)
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

const char *
newcamd_keytable_complaint(void)
{
    return complaint;
}

static const size_t uat_texts[] = {
    offsetof(uat_row_t, server), offsetof(uat_row_t, port),     offsetof(uat_row_t, deskey),
    offsetof(uat_row_t, user),   offsetof(uat_row_t, password), offsetof(uat_row_t, comment),
};

static void *
uat_row_copy(void *to, const void *from, size_t len _U_)
{
    camshark_row_copy_texts(to, from, (camshark_row_texts_t){ uat_texts, G_N_ELEMENTS(uat_texts) });
    return to;
}

static void
uat_row_free(void *record)
{
    camshark_row_free_texts(record, (camshark_row_texts_t){ uat_texts, G_N_ELEMENTS(uat_texts) });
}

static wsc_cb_bool
uat_row_update(void *record _U_, char **err _U_)
{
    stale = true;
    return true;
}

/* Only a note: when Wireshark ends, this is called after our memory is gone. */
static void
uat_rows_reset(void)
{
    stale = true;
}

static bool
is_port(const char *text, char **err)
{
    uint16_t port;

    return camshark_port_parse(text, &port, err);
}

static bool
is_deskey(const char *text, char **err)
{
    uint8_t deskey[NEWCAMD_KEY14_LEN];
    bool present;

    return parse_deskey(text, &present, deskey, err);
}

static wsc_cb_bool
check_port(void *record _U_, const char *text, unsigned len, const void *data _U_, const void *field _U_,
           char **err)
{
    return camshark_column_check(text, len, is_port, err);
}

static wsc_cb_bool
check_deskey(void *record _U_, const char *text, unsigned len, const void *data _U_, const void *field _U_,
             char **err)
{
    return camshark_column_check(text, len, is_deskey, err);
}

static wsc_cb_bool
check_password(void *record _U_, const char *text, unsigned len, const void *data _U_, const void *field _U_,
               char **err)
{
    return camshark_column_check(text, len, is_password, err);
}

UAT_CSTRING_CB_DEF(keys, server, uat_row_t)
UAT_CSTRING_CB_DEF(keys, port, uat_row_t)
UAT_CSTRING_CB_DEF(keys, deskey, uat_row_t)
UAT_CSTRING_CB_DEF(keys, user, uat_row_t)
UAT_CSTRING_CB_DEF(keys, password, uat_row_t)
UAT_CSTRING_CB_DEF(keys, comment, uat_row_t)

module_t *
newcamd_keytable_register(int proto)
{
    /* clang-format off */
    static uat_field_t fields[] = {
        UAT_FLD_CSTRING_OTHER(keys, server, "Server", camshark_column_check_address,
                              "IPv4 or IPv6 address of the card server, with an optional prefix length; empty for any"),
        UAT_FLD_CSTRING_OTHER(keys, port, "Port", check_port,
                              "TCP port of the card server; empty or 0 for any. A port given here is shown as newcamd "
                              "even if no key fits, and if Wireshark knows it as another protocol's"),
        UAT_FLD_CSTRING_OTHER(keys, deskey, "DESKEY", check_deskey,
                              "28 hexadecimal digits; spaces and colons are skipped; empty if not known"),
        UAT_FLD_CSTRING(keys, user, "User", "User name that belongs to the password; empty if not known"),
        UAT_FLD_CSTRING_OTHER(keys, password, "Password", check_password,
                              "Plain password, or the \"$1$...\" crypt string made of it; empty if not known"),
        UAT_FLD_CSTRING(keys, comment, "Comment", "Shown in the tree where this row opened a login"),
        UAT_END_FIELDS
    };
    /* clang-format on */

    module_t *module = prefs_register_protocol(proto, compile_preferences);
    newcamd_keys_uat = uat_new("newcamd keys", sizeof(uat_row_t), "newcamd_keys", true, &uat_rows,
                               &uat_row_count, UAT_AFFECTS_DISSECTION, NULL, uat_row_copy, uat_row_update,
                               uat_row_free, compile_preferences, uat_rows_reset, fields);

    prefs_register_uat_preference(module, "keys", "Keys",
                                  "DESKEYs and passwords of card servers; the first row that opens the login "
                                  "wins, the well-known default DESKEY is tried last",
                                  newcamd_keys_uat);
    prefs_register_string_preference(module, "deskey", "DESKEY",
                                     "One more DESKEY for any server, tried behind the table: 28 hexadecimal "
                                     "digits; spaces and colons are skipped",
                                     &pref_deskey);
    prefs_register_string_preference(module, "password", "Password",
                                     "The password that belongs to this DESKEY: plain, or the \"$1$...\" "
                                     "crypt string made of it",
                                     &pref_password);
    return module;
}
