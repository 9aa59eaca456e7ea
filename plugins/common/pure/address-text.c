/* address-text.c
 * IPv4 and IPv6 addresses as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/pure/address-text.h>

#include <glib.h>
#include <string.h>

#define GROUPS 8u

/* Reads up to three digits that make one byte; returns what follows, NULL if there is none. */
static const char *
read_byte(const char *text, uint8_t *out)
{
    unsigned value = 0;
    unsigned digits = 0;

    for (; g_ascii_isdigit(text[digits]) && digits < 3; digits++) {
        value = value * 10 + (unsigned)g_ascii_digit_value(text[digits]);
    }
    if (digits == 0 || value > 255 || (digits > 1 && text[0] == '0')) {
        return NULL;
    }
    *out = (uint8_t)value;
    return text + digits;
}

bool
camshark_ipv4_parse(const char *text, uint8_t out[CAMSHARK_IPV4_LEN])
{
    uint8_t bytes[CAMSHARK_IPV4_LEN];

    for (unsigned i = 0; i < CAMSHARK_IPV4_LEN; i++) {
        if (i > 0 && *text++ != '.') {
            return false;
        }
        text = read_byte(text, &bytes[i]);
        if (text == NULL) {
            return false;
        }
    }
    if (*text != '\0') {
        return false;
    }
    memcpy(out, bytes, sizeof bytes);
    return true;
}

/* The groups that were read so far, in order, and how many of them stand before "::". */
typedef struct {
    uint8_t bytes[CAMSHARK_IPV6_LEN];
    unsigned count;
    unsigned before_gap;
    bool has_gap;
} groups_t;

/* Reads "::" if it is there and was not before. */
static const char *
read_gap(const char *text, groups_t *groups)
{
    if (text[0] != ':' || text[1] != ':' || groups->has_gap) {
        return text;
    }
    groups->has_gap = true;
    groups->before_gap = groups->count;
    return text + 2;
}

/* Reads up to four hex digits; returns what follows, NULL if there is none or no room for it. */
static const char *
read_group(const char *text, groups_t *groups)
{
    unsigned value = 0;
    unsigned digits = 0;

    for (; g_ascii_isxdigit(text[digits]) && digits < 4; digits++) {
        value = value * 16 + (unsigned)g_ascii_xdigit_value(text[digits]);
    }
    if (digits == 0 || groups->count == GROUPS) {
        return NULL;
    }
    groups->bytes[2 * groups->count] = (uint8_t)(value >> 8);
    groups->bytes[2 * groups->count + 1] = (uint8_t)value;
    groups->count++;
    return text + digits;
}

/* Whether an IPv4 address ends the text; it fills two groups. */
static bool
read_ipv4_end(const char *text, groups_t *groups)
{
    if (groups->count > GROUPS - 2 || !camshark_ipv4_parse(text, groups->bytes + 2 * groups->count)) {
        return false;
    }
    groups->count += 2;
    return true;
}

/* Reads all groups. Every group but the last has a colon behind it, which "::" brings itself. */
static bool
read_groups(const char *text, groups_t *groups)
{
    text = read_gap(text, groups);
    while (*text != '\0') {
        if (read_ipv4_end(text, groups)) {
            return true;
        }
        text = read_group(text, groups);
        if (text == NULL) {
            return false;
        }
        if (*text == '\0') {
            return true;
        }
        const char *behind = read_gap(text, groups);
        if (behind == text && (text[0] != ':' || text[1] == '\0')) {
            return false;
        }
        text = (behind == text) ? text + 1 : behind;
    }
    return true;
}

bool
camshark_ipv6_parse(const char *text, uint8_t out[CAMSHARK_IPV6_LEN])
{
    groups_t groups = { 0 };

    if (!read_groups(text, &groups) || (groups.has_gap ? groups.count == GROUPS : groups.count != GROUPS)) {
        return false;
    }
    const size_t before = (size_t)2 * (groups.has_gap ? groups.before_gap : groups.count);
    const size_t behind = (size_t)2 * groups.count - before;
    memset(out, 0, CAMSHARK_IPV6_LEN);
    memcpy(out, groups.bytes, before);
    memcpy(out + CAMSHARK_IPV6_LEN - behind, groups.bytes + before, behind);
    return true;
}
