/* login-facts.c
 * Who logged in: what later messages and tables know of a connection's login.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/record/login-facts.h>

#include <string.h>

#include <newcamd/wire/crypto.h>
#include <newcamd/wire/frame.h>

/* A name in file scope as UTF-8; what is none is read as ISO 8859-1 (section 10, number 25). */
static const char *
printable_name(const uint8_t *name, size_t len)
{
    wmem_strbuf_t *text = wmem_strbuf_new(wmem_file_scope(), "");
    const bool is_utf8 = g_utf8_validate((const char *)name, (gssize)len, NULL);

    for (const uint8_t *at = name; at < name + len;) {
        const gunichar letter = is_utf8 ? g_utf8_get_char((const char *)at) : *at;
        wmem_strbuf_append_unichar(text, g_unichar_iscntrl(letter) ? '?' : letter);
        at += is_utf8 ? g_utf8_skip[*at] : 1;
    }
    return wmem_strbuf_finalize(text);
}

/* A crypt string in file scope; NULL if it is none. */
static const char *
crypt_string(const uint8_t *begin, const uint8_t *end)
{
    const uint8_t *at = begin;

    while (at < end && (*at == '$' || newcamd_is_crypt_char(*at))) {
        at++;
    }
    return (at > begin && at < end && *at == '\0')
               ? wmem_strndup(wmem_file_scope(), (const char *)begin, (size_t)(at - begin))
               : NULL;
}

void
newcamd_login_facts_note(newcamd_login_facts_t *facts, const newcamd_noted_t *message)
{
    const unsigned header_len = message->header_len;
    const unsigned sid_at = (header_len == NEWCAMD_HEADER_525) ? NEWCAMD_LONG_SID_AT : NEWCAMD_SHORT_SID_AT;
    const uint8_t *user = message->bytes + header_len + NEWCAMD_MESSAGE_HEAD_LEN;
    const unsigned len = newcamd_data_len(message->bytes, message->len, header_len);

    if (facts->user != NULL || header_len + NEWCAMD_MESSAGE_HEAD_LEN + len > message->len ||
        memchr(user, '\0', len) == NULL) {
        return;
    }
    facts->user = printable_name(user, strlen((const char *)user));
    facts->crypt = crypt_string(user + strlen((const char *)user) + 1, user + len);
    facts->client_id = (uint16_t)(message->bytes[sid_at] << 8 | message->bytes[sid_at + 1]);
}
