/* key-row.c
 * A row with keys of a card server, as it is tried: of the key table, a preference, or a line from elsewhere.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/record/key-row.h>

#include <string.h>

#include <common/pure/hex.h>

#include <newcamd/wire/frame.h>

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

/* Reads the columns that are no plain texts. What is wrong with them, or NULL. */
static const char *
read_columns(newcamd_key_row_t *row, const newcamd_key_texts_t *texts)
{
    if (!camshark_address_rule_parse(texts->server, &row->server, NULL)) {
        return "Its server is no IPv4 or IPv6 address, with or without the length of a prefix.";
    }
    if (!camshark_port_parse(texts->port, &row->port, NULL)) {
        return "Its port is no number from 1 to 65535.";
    }
    if (!parse_key14(texts->deskey, "A DESKEY", &row->has_deskey, row->deskey, NULL)) {
        return "Its DESKEY is not 28 hexadecimal digits.";
    }
    if (!parse_key14(texts->session_key, "A session key", &row->has_session_key, row->session_key, NULL)) {
        return "Its session key is not 28 hexadecimal digits.";
    }
    return newcamd_key_is_password(texts->password, NULL)
               ? NULL
               : "Its password begins like a crypt string, and is none.";
}

newcamd_key_row_t *
newcamd_key_row_new(const char *name, const newcamd_key_texts_t *texts, const char **error)
{
    newcamd_key_row_t *row = g_new0(newcamd_key_row_t, 1);

    *error = read_columns(row, texts);
    if (*error != NULL) {
        g_free(row);
        return NULL;
    }
    row->name = g_strdup(name);
    row->user = g_strdup(texts->user);
    row->password = (*texts->password != '\0') ? g_strdup(texts->password) : NULL;
    return row;
}

void
newcamd_key_row_free(void *data)
{
    newcamd_key_row_t *row = data;

    if (row != NULL) {
        g_free(row->name);
        g_free(row->user);
        g_free(row->password);
        g_free(row->crypt);
        g_free(row);
    }
}

bool
newcamd_key_row_fits(const newcamd_key_row_t *row, const address *server, uint32_t port)
{
    const bool has_bytes = server->type == AT_IPv4 || server->type == AT_IPv6;

    return (row->port == 0 || port == NEWCAMD_ANY_PORT || row->port == port) &&
           camshark_address_rule_matches(&row->server, server->data, has_bytes ? (size_t)server->len : 0);
}

const char *
newcamd_key_row_crypt(newcamd_key_row_t *row)
{
    char crypt[NEWCAMD_CRYPT_LEN + 1];

    if (row->crypt == NULL && row->password != NULL) {
        if (g_str_has_prefix(row->password, "$1$")) {
            row->crypt = g_strdup(row->password);
        } else if (newcamd_md5_crypt(row->password, crypt)) {
            row->crypt = g_strdup(crypt);
        }
    }
    return row->crypt;
}

const uint8_t *
newcamd_key_row_made_key(newcamd_key_row_t *row)
{
    const char *crypt = row->has_deskey ? newcamd_key_row_crypt(row) : NULL;

    if (crypt == NULL) {
        return NULL;
    }
    if (!row->has_made_key) {
        newcamd_session_key(row->deskey, (const uint8_t *)crypt, strlen(crypt), row->made_key);
        row->has_made_key = true;
    }
    return row->made_key;
}
