/* xml-secrets.c
 * Secrets in XML documents: which elements have some, and masking them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/xml-secrets.h>

#include <glib.h>
#include <string.h>

#include <common/pure/secrets.h>

#include <baichuan/wire/xml-scan.h>

static bool
name_is(const uint8_t *name, size_t len, const char *text)
{
    return strlen(text) == len && g_ascii_strncasecmp((const char *)name, text, len) == 0;
}

/* Passwords, whatever stands before or behind the word; keys, but for the public half of a pair. */
static bool
is_secret(const uint8_t *name, size_t len, bool login)
{
    static const char *const secrets[] = { "passwd", "pwd", "psk", "authCode", "cipherContent" };
    static const char password[] = "password";
    static const char key[] = "key";

    for (size_t i = len; i > 0; i--) {
        if (name[i - 1] == ':') { /* behind the prefix of a name space */
            name += i;
            len -= i;
            break;
        }
    }
    for (size_t i = 0; i + strlen(password) <= len; i++) {
        if (name_is(name + i, strlen(password), password)) {
            return true;
        }
    }
    for (size_t i = 0; i < G_N_ELEMENTS(secrets); i++) {
        if (name_is(name, len, secrets[i])) {
            return true;
        }
    }
    if (len >= strlen(key) && name_is(name + len - strlen(key), strlen(key), key)) {
        return !name_is(name, len, "publicKey") && !name_is(name, len, "pubKey");
    }
    return login && name_is(name, len, "userName");
}

/* Masks a text, unless it is white space between elements. Returns whether it did. */
static bool
mask_text(uint8_t *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!bc_xml_is_space(text[i])) {
            camshark_mask(text, len);
            return true;
        }
    }
    return false;
}

/* What is known of a tag, of a comment, or of a piece of CDATA. */
typedef struct {
    const uint8_t *name;
    size_t name_len; /* 0: no tag */
    bool closing;
    bool empty; /* <name/> */
} tag_t;

/* The > of a tag behind the name of which the scan stands, or a < where the tag does not end. */
static const uint8_t *
end_of_tag(const bc_xml_scan_t *scan)
{
    const uint8_t *at = scan->at;
    uint8_t quote = 0;

    while (at < scan->end && (quote != 0 || (*at != '>' && *at != '<'))) {
        if (quote != 0) {
            quote = (*at == quote) ? 0 : quote;
        } else if (*at == '"' || *at == '\'') {
            quote = *at;
        }
        at++;
    }
    if (at == scan->end && quote != 0) { /* a quote without its partner means nothing */
        at = scan->at;
        while (at < scan->end && *at != '>' && *at != '<') {
            at++;
        }
    }
    return at;
}

/* Goes behind what begins with the < at which the scan stands. With hide set, what CDATA and comments hold is
 * masked; else they are looked through for tags, whether they end or not. */
static bool
pass_tag(bc_xml_scan_t *scan, tag_t *tag, bool hide)
{
    memset(tag, 0, sizeof *tag);
    scan->at++;
    const bool cdata = bc_xml_starts(scan, "![CDATA[");
    if (hide && (cdata || bc_xml_starts(scan, "!--"))) {
        const uint8_t *inside = scan->at + strlen(cdata ? "![CDATA[" : "!--");
        const bool ends = bc_xml_skip_behind(scan, cdata ? "]]>" : "-->");
        const uint8_t *end = MAX(inside, scan->at - (ends ? 3 : 0));
        return mask_text((uint8_t *)inside, (size_t)(end - inside));
    }
    tag->closing = bc_xml_starts(scan, "/");
    scan->at += tag->closing;
    tag->name = scan->at;
    tag->name_len = bc_xml_skip_name(scan);
    scan->at = end_of_tag(scan);
    if (scan->at < scan->end && *scan->at == '>') {
        tag->empty = scan->at[-1] == '/';
        scan->at++;
    }
    return false;
}

/* Goes behind the text at which the scan stands. */
static bool
pass_text(bc_xml_scan_t *scan, bool hide)
{
    const uint8_t *begin = scan->at;

    while (scan->at < scan->end && *scan->at != '<') {
        scan->at++;
    }
    return hide && mask_text((uint8_t *)begin, (size_t)(scan->at - begin));
}

/* Masks all text. */
static bool
mask_all(uint8_t *text, size_t len)
{
    bc_xml_scan_t scan = { text, text + len };
    bool masked = pass_text(&scan, true);
    tag_t tag;

    while (scan.at < scan.end) {
        masked |= pass_tag(&scan, &tag, true);
        masked |= pass_text(&scan, true);
    }
    return masked;
}

bool
bc_xml_mask_secrets(uint8_t *text, size_t len, bool login)
{
    bc_xml_scan_t scan = { text, text + len };
    tag_t secret = { 0 };        /* the element that is hidden with all that is in it */
    const uint8_t *shown = text; /* nothing before it is left to be masked */
    bool masked = false;
    tag_t tag;

    pass_text(&scan, false);
    while (scan.at < scan.end) {
        const uint8_t *begin = scan.at;
        masked |= pass_tag(&scan, &tag, secret.name_len > 0);
        if (is_secret(tag.name, tag.name_len, login)) {
            if (!tag.closing && !tag.empty && secret.name_len == 0) {
                secret = tag;
            } else if (tag.closing && secret.name_len == 0) {
                masked |= mask_all((uint8_t *)shown, (size_t)(begin - shown)); /* its beginning is lost */
                shown = begin;
            } else if (tag.closing && tag.name_len == secret.name_len &&
                       memcmp(tag.name, secret.name, tag.name_len) == 0) {
                secret.name_len = 0;
            }
        }
        masked |= pass_text(&scan, secret.name_len > 0);
    }
    return masked;
}
