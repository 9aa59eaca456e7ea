/* keytable.c
 * The keys of the user: the key table and the single preferences.
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

#include <newcamd/record/candidates.h>

typedef struct {
    char *server;
    char *port;
    char *deskey;
    char *user;
    char *password;
    char *comment;
    char *session_key;
} uat_row_t;

#define DEFAULT_DESKEY "0102030405060708091011121314"

static uat_row_t *uat_rows;
static unsigned uat_row_count;
static uat_t *newcamd_keys_uat;
static const char *pref_deskey = "";
static const char *pref_password = "";

static char *complaint; /* about pref_deskey or pref_password; epan scope */

/* What is wrong with the single preferences, to be freed with g_free(); NULL if nothing is. */
static char *
check_single_preferences(void)
{
    const char *name = NULL;
    char *err = NULL;

    if (!newcamd_key_is_deskey(pref_deskey, &err)) {
        name = "newcamd.deskey";
    } else if (!newcamd_key_is_password(pref_password, &err)) {
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

/* Rows may have changed without a call of this: Wireshark makes none for a table that it could not read to its end, or for a
 * profile that has none. So whoever looks at candidates calls it then. */
static void
compile_preferences(void)
{
    const char *password = newcamd_key_is_password(pref_password, NULL) ? pref_password : "";

    newcamd_candidates_empty();
    for (unsigned i = 0; i < uat_row_count; i++) {
        const uat_row_t *row = &uat_rows[i];
        char *name = camshark_row_name(newcamd_keys_uat, i, row->comment);
        newcamd_candidates_add(NEWCAMD_KEYS_OF_TABLE, name,
                               &(newcamd_key_texts_t){ row->server, row->port, row->deskey, row->user,
                                                       row->password, row->session_key });
        g_free(name);
    }
    if (*pref_deskey != '\0') {
        newcamd_candidates_add(NEWCAMD_KEYS_OF_PREFERENCE, "preference newcamd.deskey",
                               &(newcamd_key_texts_t){ "", "", pref_deskey, "", password, "" });
    }
    newcamd_candidates_add(NEWCAMD_DEFAULT_KEY, "default DESKEY",
                           &(newcamd_key_texts_t){ "", "", DEFAULT_DESKEY, "", password, "" });

    char *sentence = check_single_preferences();
    complain(sentence);
    g_free(sentence);
}

const char *
newcamd_keytable_complaint(void)
{
    return complaint;
}

static const size_t uat_texts[] = {
    offsetof(uat_row_t, server),      offsetof(uat_row_t, port),     offsetof(uat_row_t, deskey),
    offsetof(uat_row_t, user),        offsetof(uat_row_t, password), offsetof(uat_row_t, comment),
    offsetof(uat_row_t, session_key),
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
    newcamd_candidates_stale();
    return true;
}

/* Only a note: when Wireshark ends, this is called after our memory is gone. */
static void
uat_rows_reset(void)
{
    newcamd_candidates_stale();
}

static bool
is_port(const char *text, char **err)
{
    uint16_t port;

    return camshark_port_parse(text, &port, err);
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
    return camshark_column_check(text, len, newcamd_key_is_deskey, err);
}

static wsc_cb_bool
check_password(void *record _U_, const char *text, unsigned len, const void *data _U_, const void *field _U_,
               char **err)
{
    return camshark_column_check(text, len, newcamd_key_is_password, err);
}

static wsc_cb_bool
check_session_key(void *record _U_, const char *text, unsigned len, const void *data _U_,
                  const void *field _U_, char **err)
{
    return camshark_column_check(text, len, newcamd_key_is_session_key, err);
}

UAT_CSTRING_CB_DEF(keys, server, uat_row_t)
UAT_CSTRING_CB_DEF(keys, port, uat_row_t)
UAT_CSTRING_CB_DEF(keys, deskey, uat_row_t)
UAT_CSTRING_CB_DEF(keys, user, uat_row_t)
UAT_CSTRING_CB_DEF(keys, password, uat_row_t)
UAT_CSTRING_CB_DEF(keys, comment, uat_row_t)
UAT_CSTRING_CB_DEF(keys, session_key, uat_row_t)

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
        UAT_FLD_CSTRING_OTHER(keys, session_key, "Session key", check_session_key,
                              "28 hexadecimal digits, as newcamd.session_key shows them: opens what follows the login, without "
                              "DESKEY and password; empty if not known"),
        UAT_END_FIELDS
    };
    /* clang-format on */
    /* Rows that were written before there were session keys end with the comment. */
    static const char *defaults[] = { NULL, NULL, NULL, NULL, NULL, NULL, "" };

    module_t *module = prefs_register_protocol(proto, compile_preferences);
    newcamd_keys_uat = uat_new("newcamd keys", sizeof(uat_row_t), "newcamd_keys", true, &uat_rows,
                               &uat_row_count, UAT_AFFECTS_DISSECTION, NULL, uat_row_copy, uat_row_update,
                               uat_row_free, compile_preferences, uat_rows_reset, fields);
    uat_set_default_values(newcamd_keys_uat, defaults);

    prefs_register_uat_preference(
        module, "keys", "Keys",
        "DESKEYs, passwords and session keys of card servers; the first row that opens the login "
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
    newcamd_candidates_register(module, compile_preferences);
    return module;
}
