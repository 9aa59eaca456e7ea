/* printable.c
 * Texts that go to a terminal, of whatever somebody sent.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/pure/printable.h>

#include <string.h>

#include <glib.h>

/* Whether a character is obeyed where it is shown: by a terminal, by what breaks lines, or by what orders the text behind it. */
static bool
is_obeyed(gunichar letter)
{
    return g_unichar_iscntrl(letter) || (letter >= 0x2028 && letter <= 0x202e) ||
           (letter >= 0x2066 && letter <= 0x2069);
}

/* Bytes of the character at a place, and whether it prints. What is no UTF-8 is taken byte by byte. */
static size_t
read_character(const char *at, bool *prints)
{
    const gunichar letter = g_utf8_get_char_validated(at, -1);
    const bool valid = letter != (gunichar)-1 && letter != (gunichar)-2;

    *prints = valid && !is_obeyed(letter);
    return valid ? (size_t)(g_utf8_next_char(at) - at) : 1;
}

bool
camshark_text_prints(const char *text)
{
    bool prints = true;

    while (prints && *text != '\0') {
        text += read_character(text, &prints);
    }
    return prints;
}

void
camshark_text_make_printable(char *text)
{
    bool prints;

    while (*text != '\0') {
        if (g_ascii_isprint(*text)) { /* most are */
            text++;
            continue;
        }
        const size_t len = read_character(text, &prints);
        if (!prints) {
            memset(text, '?', len);
        }
        text += len;
    }
}
