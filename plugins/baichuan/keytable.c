/* keytable.c
 * Passwords and keys as the user gives them: the table baichuan_keys and baichuan.password.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * All columns are text. Each is checked by its own callback, so that the window refuses it where it is typed.
 */
#include <common/ws-compat.h>

#include <epan/uat.h>

#include <string.h>

#include <common/address-rule.h>
#include <common/hex.h>

#include "keytable.h"

typedef struct {
    char *camera;
    char *user;
    char *password;
    char *key;
    char *iv;
    char *comment;

    /* What the texts mean; filled by row_update(). */
    camshark_address_rule_t rule;
    bool has_key;
    uint8_t key_bytes[BC_AES_BLOCK];
    uint8_t iv_bytes[BC_AES_BLOCK];
    char *origin;
} key_row_t;

static key_row_t *rows;
static unsigned n_rows;
static const char *single_password = "";

/* ---- what the texts mean ------------------------------------------------------------------------------ */

/* 16 characters as they are, or 32 hexadecimal digits. Empty text is accepted and gives present = false. */
static bool
parse_key(const char *text, const char *what, bool *present, uint8_t *out, char **err)
{
    uint8_t bytes[BC_AES_BLOCK];

    *present = false;
    if (*text == '\0') {
        return true;
    }
    if (strlen(text) == BC_AES_BLOCK) {
        memcpy(bytes, text, BC_AES_BLOCK);
    } else {
        char *reason = NULL;
        if (!camshark_hex_parse(text, what, bytes, sizeof bytes, &reason)) {
            *err = ws_strdup_printf("%s Or it is 16 characters, taken as they are; this has %zu.", reason,
                                    strlen(text));
            g_free(reason);
            return false;
        }
    }
    *present = true;
    memcpy(out, bytes, BC_AES_BLOCK);
    return true;
}

static wsc_bool
check_camera(void *row _U_, const char *text, unsigned len, const void *u1 _U_, const void *u2 _U_,
             char **err)
{
    camshark_address_rule_t rule;
    char *copy = g_strndup(text, len);
    const bool ok = camshark_address_rule_parse(copy, &rule, err);

    g_free(copy);
    return ok;
}

static wsc_bool
check_key_text(const char *text, unsigned len, const char *what, char **err)
{
    uint8_t bytes[BC_AES_BLOCK];
    bool present;
    char *copy = g_strndup(text, len);
    const bool ok = parse_key(copy, what, &present, bytes, err);

    g_free(copy);
    return ok;
}

static wsc_bool
check_key(void *row _U_, const char *text, unsigned len, const void *u1 _U_, const void *u2 _U_, char **err)
{
    return check_key_text(text, len, "An AES key", err);
}

static wsc_bool
check_iv(void *row _U_, const char *text, unsigned len, const void *u1 _U_, const void *u2 _U_, char **err)
{
    return check_key_text(text, len, "An AES IV", err);
}

/* ---- the table ---------------------------------------------------------------------------------------- */

UAT_CSTRING_CB_DEF(key_rows, camera, key_row_t)
UAT_CSTRING_CB_DEF(key_rows, user, key_row_t)
UAT_CSTRING_CB_DEF(key_rows, password, key_row_t)
UAT_CSTRING_CB_DEF(key_rows, key, key_row_t)
UAT_CSTRING_CB_DEF(key_rows, iv, key_row_t)
UAT_CSTRING_CB_DEF(key_rows, comment, key_row_t)

static void *
row_copy(void *to, const void *from, size_t len _U_)
{
    key_row_t *copy = to;
    const key_row_t *row = from;

    *copy = *row;
    copy->camera = g_strdup(row->camera);
    copy->user = g_strdup(row->user);
    copy->password = g_strdup(row->password);
    copy->key = g_strdup(row->key);
    copy->iv = g_strdup(row->iv);
    copy->comment = g_strdup(row->comment);
    copy->origin = g_strdup(row->origin);
    return copy;
}

static void
row_free(void *record)
{
    key_row_t *row = record;

    g_free(row->camera);
    g_free(row->user);
    g_free(row->password);
    g_free(row->key);
    g_free(row->iv);
    g_free(row->comment);
    g_free(row->origin);
}

static wsc_bool
row_update(void *record, char **err)
{
    key_row_t *row = record;
    bool has_iv = false;

    memcpy(row->iv_bytes, bc_default_iv, BC_AES_BLOCK);
    if (!camshark_address_rule_parse(row->camera, &row->rule, err) ||
        !parse_key(row->key, "An AES key", &row->has_key, row->key_bytes, err) ||
        !parse_key(row->iv, "An AES IV", &has_iv, row->iv_bytes, err)) {
        return false;
    }
    if (has_iv && !row->has_key) {
        *err = g_strdup("An IV is only used together with a key; a password has the usual IV.");
        return false;
    }
    return true;
}

/* Rows are counted as the window shows them, from 1. */
static void
name_row(unsigned i)
{
    g_free(rows[i].origin);
    rows[i].origin = (rows[i].comment[0] != '\0') ? ws_strdup_printf("row %u: %s", i + 1, rows[i].comment)
                                                  : ws_strdup_printf("row %u", i + 1);
}

static void
rows_updated(void)
{
    for (unsigned i = 0; i < n_rows; i++) {
        name_row(i);
    }
}

void
bc_keytable_register(module_t *module)
{
    static uat_field_t fields[] = {
        UAT_FLD_CSTRING_OTHER(key_rows, camera, "Camera", check_camera,
                              "IPv4 or IPv6 address of the camera or NVR, with an optional prefix length; "
                              "empty for any"),
        UAT_FLD_CSTRING(key_rows, user, "User", "User name, for your own reference"),
        UAT_FLD_CSTRING(key_rows, password, "Password", "Password of the account; may be empty"),
        UAT_FLD_CSTRING_OTHER(key_rows, key, "AES key", check_key,
                              "Only for captures without a login, and logins that derive their key "
                              "otherwise: 16 characters or 32 hexadecimal digits"),
        UAT_FLD_CSTRING_OTHER(key_rows, iv, "AES IV", check_iv,
                              "For such a key, if its IV is not the usual one: 16 characters or 32 "
                              "hexadecimal digits"),
        UAT_FLD_CSTRING(key_rows, comment, "Comment", "Shown with what this row opens"),
        UAT_END_FIELDS,
    };

    uat_t *table =
        uat_new("Baichuan passwords and keys", sizeof(key_row_t), "baichuan_keys", true, &rows, &n_rows,
                UAT_AFFECTS_DISSECTION, NULL, row_copy, row_update, row_free, rows_updated, NULL, fields);
    prefs_register_uat_preference(module, "keys", "Keys",
                                  "Passwords of cameras, and AES keys for captures without a login", table);
    prefs_register_string_preference(module, "password", "Password",
                                     "A password that is tried for every camera after those in the table",
                                     &single_password);
}

/* ---- candidates --------------------------------------------------------------------------------------- */

static bool
row_matches(const key_row_t *row, const bc_camera_t *camera)
{
    for (unsigned i = 0; i < camera->n; i++) {
        const address *side = camera->sides[i];
        const bool ip = side->type == AT_IPv4 || side->type == AT_IPv6;
        if (camshark_address_rule_matches(&row->rule, side->data, ip ? (size_t)side->len : 0)) {
            return true;
        }
    }
    return false;
}

/* What a row offers: its password, then its key. Each step of a row is one candidate or none. */
static bool
row_candidate(const key_row_t *row, unsigned step, bc_candidate_t *out)
{
    out->origin = row->origin;
    if (step == 0) {
        /* A row with a key and no password means the key alone; one with neither means the empty password. */
        out->user = row->user;
        out->password = row->password;
        return !row->has_key || row->password[0] != '\0';
    }
    out->password = NULL;
    out->key = row->key_bytes;
    out->iv = row->iv_bytes;
    return row->has_key;
}

static bool
get_candidate(void *context, unsigned nth, bc_candidate_t *out)
{
    bc_camera_t *camera = context;

    if (nth == 0) {
        camera->step = 0;
    }
    memset(out, 0, sizeof *out);
    while (camera->step < 2 * n_rows) {
        const key_row_t *row = &rows[camera->step / 2];
        if (row->origin == NULL) {
            name_row(camera->step /
                     2); /* of a file with a bad row, which Wireshark does not finish loading */
        }
        const unsigned step = camera->step++ % 2;
        if (row_matches(row, camera) && row_candidate(row, step, out)) {
            return true;
        }
    }
    if (camera->step == 2 * n_rows) {
        camera->step++;
        if (single_password[0] != '\0') {
            out->password = single_password;
            out->origin = "preference baichuan.password";
            return true;
        }
    }
    if (camera->step == 2 * n_rows + 1) {
        camera->step++;
        out->password = "";
        out->origin = "empty password";
        out->fallback = true;
        return true;
    }
    return false;
}

bc_candidates_t
bc_keytable_candidates(bc_camera_t *camera)
{
    return (bc_candidates_t){ get_candidate, camera };
}
