/* keytable.c
 * Passwords and keys: the table baichuan_keys, the key log file, baichuan.password, and what the capture itself brings.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * All columns are text. Each is checked by its own callback, so that the window refuses it where it is typed. A line of another
 * source has the same columns, and becomes the same row.
 */
#include <common/epan/ws-compat.h>

#include <epan/uat.h>

#include <string.h>

#include <common/pure/address-rule.h>
#include <common/pure/hex.h>
#include <common/pure/printable.h>
#include <common/epan/key-column.h>
#include <common/epan/key-sources.h>

#include <baichuan/record/keytable.h>

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
    bool has_pad;
    uint8_t pad[BC_AES_BLOCK]; /* bc_aes_pad() */
    char *origin;
} key_row_t;

#define SECRETS_BLOCK 0x42434b59u /* "BCKY" */

static key_row_t *rows;
static unsigned n_rows;
static uat_t *bc_keys_uat;
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

static bool
is_key(const char *text, char **err)
{
    uint8_t bytes[BC_AES_BLOCK];
    bool present;

    return parse_key(text, "An AES key", &present, bytes, err);
}

static bool
is_iv(const char *text, char **err)
{
    uint8_t bytes[BC_AES_BLOCK];
    bool present;

    return parse_key(text, "An AES IV", &present, bytes, err);
}

static wsc_cb_bool
check_key(void *row _U_, const char *text, unsigned len, const void *u1 _U_, const void *u2 _U_, char **err)
{
    return camshark_column_check(text, len, is_key, err);
}

static wsc_cb_bool
check_iv(void *row _U_, const char *text, unsigned len, const void *u1 _U_, const void *u2 _U_, char **err)
{
    return camshark_column_check(text, len, is_iv, err);
}

/* ---- the table ---------------------------------------------------------------------------------------- */

UAT_CSTRING_CB_DEF(key_rows, camera, key_row_t)
UAT_CSTRING_CB_DEF(key_rows, user, key_row_t)
UAT_CSTRING_CB_DEF(key_rows, password, key_row_t)
UAT_CSTRING_CB_DEF(key_rows, key, key_row_t)
UAT_CSTRING_CB_DEF(key_rows, iv, key_row_t)
UAT_CSTRING_CB_DEF(key_rows, comment, key_row_t)

static const size_t row_texts[] = {
    offsetof(key_row_t, camera), offsetof(key_row_t, user), offsetof(key_row_t, password),
    offsetof(key_row_t, key),    offsetof(key_row_t, iv),   offsetof(key_row_t, comment),
    offsetof(key_row_t, origin),
};

static void *
row_copy(void *to, const void *from, size_t len _U_)
{
    memcpy(to, from, sizeof(key_row_t));
    camshark_row_copy_texts(to, from, (camshark_row_texts_t){ row_texts, G_N_ELEMENTS(row_texts) });
    return to;
}

static void
row_free(void *record)
{
    camshark_row_free_texts(record, (camshark_row_texts_t){ row_texts, G_N_ELEMENTS(row_texts) });
}

static wsc_cb_bool
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
    row->has_pad = row->has_key && bc_aes_pad(row->key_bytes, row->iv_bytes, row->pad);
    return true;
}

static void
name_row(unsigned i)
{
    g_free(rows[i].origin);
    rows[i].origin = camshark_row_name(bc_keys_uat, i, rows[i].comment);
}

static void
rows_updated(void)
{
    for (unsigned i = 0; i < n_rows; i++) {
        name_row(i);
    }
}

/* ---- lines of other sources --------------------------------------------------------------------------- */

static void
free_line_row(void *row)
{
    row_free(row);
    g_free(row);
}

static bool
can_be_key(const char *text)
{
    char *reason = NULL;
    const bool ok = is_key(text, &reason);

    g_free(reason);
    return ok;
}

/* What is wrong with a row that can not be used, without a word of what it has. */
static const char *
complaint_about(const key_row_t *row)
{
    camshark_address_rule_t rule;

    if (!camshark_address_rule_parse(row->camera, &rule, NULL)) {
        return "Its camera is no IPv4 or IPv6 address, with or without the length of a prefix.";
    }
    if (!can_be_key(row->key)) {
        return "Its key is neither 16 characters nor 32 hexadecimal digits.";
    }
    if (!can_be_key(row->iv)) {
        return "Its IV is neither 16 characters nor 32 hexadecimal digits.";
    }
    if (!camshark_text_prints(row->user)) {
        return "Its user is no text in UTF-8, or has control characters.";
    }
    return "It has an IV, which is only used together with a key.";
}

static void *
line_row(const camshark_key_line_t *line, const char *origin, char **error)
{
    key_row_t *row = g_new0(key_row_t, 1);
    char *reason = NULL;

    row->camera = g_strdup(line->cells[0]);
    row->user = g_strdup(line->cells[1]);
    row->password = g_strdup(line->cells[2]);
    row->key = g_strdup(line->cells[3]);
    row->iv = g_strdup(line->cells[4]);
    row->comment = g_strdup(line->cells[5]);
    row->origin = g_strdup(origin);
    const bool ok = row_update(row, &reason) && camshark_text_prints(row->user);
    g_free(reason);
    if (!ok) {
        *error = g_strdup(complaint_about(row));
        free_line_row(row);
        return NULL;
    }
    return row;
}

void
bc_keytable_register(module_t *module)
{
    static uat_field_t fields[] = {
        UAT_FLD_CSTRING_OTHER(key_rows, camera, "Camera", camshark_column_check_address,
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
    static const camshark_key_kind_t lines = { "baichuan", SECRETS_BLOCK, 6, line_row, free_line_row };

    bc_keys_uat =
        uat_new("Baichuan passwords and keys", sizeof(key_row_t), "baichuan_keys", true, &rows, &n_rows,
                UAT_AFFECTS_DISSECTION, NULL, row_copy, row_update, row_free, rows_updated, NULL, fields);
    prefs_register_uat_preference(module, "keys", "Keys",
                                  "Passwords of cameras, and AES keys for captures without a login",
                                  bc_keys_uat);
    prefs_register_string_preference(module, "password", "Password",
                                     "A password that is tried for every camera after those in the table",
                                     &single_password);
    camshark_key_sources_register(module, &lines);
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
    out->pad = row->has_pad ? row->pad : NULL;
    return row->has_key;
}

/* The rows of all sources in the order in which they are tried, those of the capture last. Not NULL. */
static const key_row_t *
row_at(const bc_camera_t *camera, unsigned i)
{
    if (i >= n_rows + camera->n_logged) {
        return camshark_key_sources_row(CAMSHARK_KEYS_OF_CAPTURE, i - n_rows - camera->n_logged);
    }
    if (i >= n_rows) {
        return camshark_key_sources_row(CAMSHARK_KEYS_OF_LOG, i - n_rows);
    }
    if (rows[i].origin == NULL) {
        name_row(i); /* of a file with a bad row, which Wireshark does not finish loading */
    }
    return &rows[i];
}

/* What a step of the iteration offers: each row has two, and between those of the user and those of the capture there is the
 * single password. */
static bool
step_candidate(const bc_camera_t *camera, unsigned step, bc_candidate_t *out)
{
    const unsigned user_steps = 2 * (n_rows + camera->n_logged);

    if (step == user_steps) {
        out->password = single_password;
        out->origin = "preference baichuan.password";
        return single_password[0] != '\0';
    }
    const unsigned row_step = (step < user_steps) ? step : step - 1;
    if (row_step == user_steps + 2 * camera->n_captured) {
        out->password = "";
        out->origin = "empty password";
        out->fallback = true;
        return true;
    }
    const key_row_t *row = row_at(camera, row_step / 2);
    out->tries = (step > user_steps) ? camshark_key_sources_tries() : NULL;
    return row_matches(row, camera) && row_candidate(row, row_step % 2, out);
}

static bool
get_candidate(void *context, unsigned nth, bc_candidate_t *out)
{
    bc_camera_t *camera = context;

    if (nth == 0) {
        camera->step = 0;
        camera->n_logged = camshark_key_sources_count(CAMSHARK_KEYS_OF_LOG);
        camera->n_captured = camshark_key_sources_count(CAMSHARK_KEYS_OF_CAPTURE);
    }
    const unsigned steps = 2 * (n_rows + camera->n_logged + camera->n_captured) + 2;
    while (camera->step < steps) {
        memset(out, 0, sizeof *out);
        if (step_candidate(camera, camera->step++, out)) {
            return true;
        }
    }
    return false;
}

static uint32_t
get_edition(void *camera _U_)
{
    return camshark_key_sources_edition();
}

bc_candidates_t
bc_keytable_candidates(bc_camera_t *camera)
{
    return (bc_candidates_t){ get_candidate, camera, get_edition };
}
