/* secret-names.c
 * Which elements and attributes of BC documents hold secrets, by their names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/secret-names.h>

#include <glib.h>
#include <stdbool.h>
#include <string.h>

typedef struct {
    const char *text;
    unsigned where;
} secret_word_t;

#define LEN_OF_SHORTEST 3u

/* Anywhere in a name: a secret always. */
static const char *const parts[] = { "password", "passwd", "passwort", "passphrase", "pwd",
                                     "psk",      "secret", "authcode", "credential", "ciphercontent" };

/* All of a name. */
static const secret_word_t wholes[] = {
    { "pin", BC_SECRET_ALWAYS }, { "pass", BC_SECRET_ALWAYS },   { "userName", BC_SECRET_LOGIN },
    { "token", BC_SECRET_PUSH }, { "clientID", BC_SECRET_PUSH }, { "url", BC_SECRET_WEBHOOK },
};

/* The public half of a pair. */
static const char *const no_keys[] = { "publicKey", "pubKey" };

static bool
secret_text_is(const uint8_t *name, size_t len, const char *text)
{
    return strlen(text) == len && g_ascii_strncasecmp((const char *)name, text, len) == 0;
}

static bool
has_secret_part(const uint8_t *name, size_t len)
{
    for (size_t at = 0; at + LEN_OF_SHORTEST <= len; at++) {
        for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
            const size_t part = strlen(parts[i]);
            if ((name[at] | 0x20) == parts[i][0] && part <= len - at &&
                g_ascii_strncasecmp((const char *)name + at, parts[i], part) == 0) {
                return true;
            }
        }
    }
    return false;
}

static bool
is_secret_key(const uint8_t *name, size_t len)
{
    const size_t key = strlen("key");

    for (size_t i = 0; i < G_N_ELEMENTS(no_keys); i++) {
        if (secret_text_is(name, len, no_keys[i])) {
            return false;
        }
    }
    return secret_text_is(name + len - key, key, "key");
}

/* Goes behind the prefix of a name space. */
static size_t
skip_secret_prefix(const uint8_t **name, size_t len)
{
    for (size_t i = len; i > 0; i--) {
        if ((*name)[i - 1] == ':') {
            *name += i;
            return len - i;
        }
    }
    return len;
}

unsigned
bc_secret_name(const uint8_t *name, size_t len)
{
    len = skip_secret_prefix(&name, len);
    if (len < LEN_OF_SHORTEST) { /* most bytes that look like a tag have no name at all */
        return 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(wholes); i++) {
        if (secret_text_is(name, len, wholes[i].text)) {
            return wholes[i].where;
        }
    }
    return (has_secret_part(name, len) || is_secret_key(name, len)) ? BC_SECRET_ALWAYS : 0;
}

unsigned
bc_secret_scope(const uint8_t *name, size_t len)
{
    len = skip_secret_prefix(&name, len);
    if (secret_text_is(name, len, "PushInfo")) {
        return BC_SECRET_PUSH;
    }
    return secret_text_is(name, len, "HaCfg") ? BC_SECRET_WEBHOOK : 0;
}
