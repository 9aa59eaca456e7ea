/* hex.c
 * Hexadecimal text as people type it into preferences.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/pure/hex.h>

#include <glib.h>

/* Takes over the sentence, which may repeat bytes that are no UTF-8. */
static bool
refuse_hex(char **err, char *sentence)
{
    if (err != NULL) {
        *err = g_utf8_make_valid(sentence, -1);
    }
    g_free(sentence);
    return false;
}

bool
camshark_hex_parse(const char *text, const char *what, uint8_t *out, size_t len, char **err)
{
    size_t digits = 0;

    for (const char *p = text; *p != '\0'; p++) {
        if (*p == ' ' || *p == ':') {
            continue;
        }
        if (!g_ascii_isxdigit(*p)) {
            const bool whole = g_utf8_get_char_validated(p, -1) < (gunichar)-2;
            const char *end = whole ? g_utf8_next_char(p) : p + 1;
            return refuse_hex(err,
                              g_strdup_printf("%s is %u hexadecimal digits (0-9, a-f; spaces and colons are "
                                              "skipped), and \"%.*s\" is not one of them.",
                                              what, (unsigned)(2 * len), (int)(end - p), p));
        }
        digits++;
    }
    if (digits != 2 * len) {
        return refuse_hex(err, g_strdup_printf("%s is %u hexadecimal digits, not %u.", what,
                                               (unsigned)(2 * len), (unsigned)digits));
    }

    size_t i = 0;
    for (const char *p = text; *p != '\0'; p++) {
        if (g_ascii_isxdigit(*p)) {
            const uint8_t nibble = (uint8_t)g_ascii_xdigit_value(*p);
            out[i / 2] = (i % 2 == 0) ? (uint8_t)(nibble << 4) : (uint8_t)(out[i / 2] | nibble);
            i++;
        }
    }
    return true;
}
