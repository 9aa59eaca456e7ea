/* address-rule.c
 * The address column of a key table: which hosts a row is meant for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/pure/address-rule.h>

#include <glib.h>
#include <string.h>

#include <common/pure/address-text.h>

#define LONGEST_ADDRESS (sizeof "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255") /* with its NUL */

/* The text is repeated in a sentence that goes to windows and trees, which want UTF-8. */
static bool
refuse_rule(char **err, const char *format, const char *text)
{
    if (err != NULL) {
        char *valid = g_utf8_make_valid(text, -1);
        *err = g_strdup_printf(format, valid);
        g_free(valid);
    }
    return false;
}

/* Unlike g_ascii_string_to_unsigned() this needs no GError and refuses a sign and leading blanks. */
static bool
parse_decimal(const char *text, unsigned max, unsigned *out)
{
    unsigned value = 0;

    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (!g_ascii_isdigit(*text)) {
            return false;
        }
        value = value * 10 + (unsigned)(*text - '0');
        if (value > max) {
            return false;
        }
    }
    *out = value;
    return true;
}

static bool
parse_trimmed(const char *text, camshark_address_rule_t *out)
{
    camshark_address_rule_t rule = { 0 };
    char host[LONGEST_ADDRESS];
    const char *slash = strchr(text, '/');
    const size_t host_len = (slash != NULL) ? (size_t)(slash - text) : strlen(text);

    if (host_len >= sizeof host) {
        return false;
    }
    memcpy(host, text, host_len);
    host[host_len] = '\0';

    if (camshark_ipv4_parse(host, rule.bytes)) {
        rule.len = CAMSHARK_IPV4_LEN;
    } else if (camshark_ipv6_parse(host, rule.bytes)) {
        rule.len = CAMSHARK_IPV6_LEN;
    } else {
        return false;
    }

    unsigned prefix = rule.len * 8u;
    if (slash != NULL && !parse_decimal(slash + 1, prefix, &prefix)) {
        return false;
    }
    rule.prefix = (uint8_t)prefix;
    *out = rule;
    return true;
}

bool
camshark_address_rule_parse(const char *text, camshark_address_rule_t *out, char **err)
{
    char *trimmed = g_strstrip(g_strdup(text));
    bool ok = true;

    if (*trimmed == '\0') {
        memset(out, 0, sizeof *out);
    } else {
        ok = parse_trimmed(trimmed, out);
    }
    if (!ok) {
        refuse_rule(
            err,
            "An address is an IPv4 or IPv6 address such as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32, or "
            "empty for any; \"%s\" is none (host names are not looked up).",
            trimmed);
    }
    g_free(trimmed);
    return ok;
}

bool
camshark_address_rule_matches(const camshark_address_rule_t *rule, const uint8_t *address, size_t len)
{
    if (rule->len == 0) {
        return true;
    }
    if (rule->len != len) {
        return false;
    }
    const unsigned whole = rule->prefix / 8u;
    const unsigned rest = rule->prefix % 8u;
    if (memcmp(rule->bytes, address, whole) != 0) {
        return false;
    }
    return rest == 0 || ((rule->bytes[whole] ^ address[whole]) >> (8u - rest)) == 0;
}

bool
camshark_port_parse(const char *text, uint16_t *out, char **err)
{
    char *trimmed = g_strstrip(g_strdup(text));
    unsigned port = 0;
    bool ok = true;

    if (*trimmed != '\0' && !parse_decimal(trimmed, 65535, &port)) {
        ok = refuse_rule(err, "A port is a number from 1 to 65535, or empty or 0 for any; \"%s\" is none.",
                         trimmed);
    } else {
        *out = (uint16_t)port;
    }
    g_free(trimmed);
    return ok;
}
