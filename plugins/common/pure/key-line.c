/* key-line.c
 * A line with a key: a row of a key table as its file has it, and as `-z baichuan_keys` and `-z newcamd_keys` print it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/pure/key-line.h>

#include <string.h>

#include <glib.h>

#include <common/pure/printable.h>

#define COMMENT_MARK  "camshark-key: "
#define COMMENT_SHOWN 60 /* bytes of a row's own comment */

/* What is left of a line, and of the text that its cells go to. */
typedef struct {
    const uint8_t *at;
    const uint8_t *end;
    char *out;
} reading_t;

static bool
is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

static void
skip_blanks(reading_t *reading)
{
    while (reading->at < reading->end && is_blank(*reading->at)) {
        reading->at++;
    }
}

static bool
is_octal(const reading_t *reading)
{
    return reading->at < reading->end && *reading->at >= '0' && *reading->at <= '7';
}

/* Up to three digits; what is more than a byte is the largest one, as in Wireshark. */
static uint8_t
read_octal(reading_t *reading)
{
    unsigned value = 0;

    for (unsigned digits = 0; digits < 3 && is_octal(reading); digits++) {
        value = 8 * value + (unsigned)(*reading->at++ - '0');
    }
    return (uint8_t)MIN(value, 0xffu);
}

/* The byte that stands for what follows a backslash. There is a byte. */
static uint8_t
read_escaped(reading_t *reading)
{
    static const char letters[] = "abefnrtv";
    static const uint8_t bytes[] = { '\a', '\b', '\033', '\f', '\n', '\r', '\t', '\v' };

    if (is_octal(reading)) {
        return read_octal(reading);
    }
    const uint8_t byte = *reading->at++;
    if (byte == 'x' && reading->end - reading->at >= 2 && g_ascii_isxdigit(reading->at[0]) &&
        g_ascii_isxdigit(reading->at[1])) {
        const int value = g_ascii_xdigit_value(reading->at[0]) * 16 + g_ascii_xdigit_value(reading->at[1]);
        reading->at += 2;
        return (uint8_t)value;
    }
    const char *letter = (byte != '\0') ? strchr(letters, byte) : NULL;
    return (letter != NULL) ? bytes[letter - letters] : byte;
}

/* Reads a cell behind its first quotation mark. What is wrong with it, or NULL. */
static const char *
read_quoted(reading_t *reading)
{
    while (reading->at < reading->end) {
        uint8_t byte = *reading->at++;
        if (byte == '"') {
            *reading->out++ = '\0';
            return NULL;
        }
        if (byte == '\\' && reading->at < reading->end) {
            byte = read_escaped(reading);
        }
        if (byte == '\0') {
            return "A text has no zero byte.";
        }
        *reading->out++ = (char)byte;
    }
    return "A quotation mark at the end of a text is missing.";
}

/* Reads a cell, and the comma behind it if there is one: then there is another one. What is wrong, or NULL. */
static const char *
read_cell(reading_t *reading, bool *more)
{
    skip_blanks(reading);
    if (reading->at < reading->end && *reading->at == '"') {
        reading->at++;
        const char *error = read_quoted(reading);
        if (error != NULL) {
            return error;
        }
    } else {
        *reading->out++ = '\0';
    }
    skip_blanks(reading);
    *more = reading->at < reading->end;
    if (*more && *reading->at++ != ',') {
        return "Each column is a text in quotation marks, with a comma before the next one.";
    }
    return NULL;
}

camshark_key_line_kind_t
camshark_key_line_parse(const uint8_t *bytes, size_t len, camshark_key_line_t *line, const char **error)
{
    if (len > 0 && bytes[len - 1] == '\r') {
        len--;
    }
    reading_t reading = { bytes, bytes + len, line->text };
    bool more = true;

    skip_blanks(&reading);
    if (reading.at == reading.end || *reading.at == '#') {
        return CAMSHARK_KEY_LINE_EMPTY;
    }
    if (len > CAMSHARK_KEY_LINE_MAX) {
        *error = "The line is longer than 2048 bytes.";
        return CAMSHARK_KEY_LINE_BAD;
    }
    *error = NULL;
    line->count = 0;
    for (unsigned i = 0; i < CAMSHARK_KEY_CELLS; i++) {
        line->cells[i] = more ? reading.out : "";
        if (more) {
            *error = read_cell(&reading, &more);
            line->count++;
        }
        if (*error != NULL) {
            return CAMSHARK_KEY_LINE_BAD;
        }
    }
    if (more) {
        *error = "There are more columns than the table has.";
    }
    return more ? CAMSHARK_KEY_LINE_BAD : CAMSHARK_KEY_LINE_ROW;
}

bool
camshark_key_lines_next(camshark_key_lines_t *lines, const uint8_t **line, size_t *len, bool *ended)
{
    if (lines->at >= lines->len) {
        return false;
    }
    const uint8_t *begin = lines->bytes + lines->at;
    const size_t left = lines->len - lines->at;
    const uint8_t *end = memchr(begin, '\n', left);

    *ended = end != NULL;
    *line = begin;
    *len = *ended ? (size_t)(end - begin) : left;
    lines->at += *len + (*ended ? 1 : 0);
    lines->number++;
    return true;
}

static bool
skip_word(const uint8_t **at, size_t *len, const char *word)
{
    const size_t size = strlen(word);

    if (*len < size || memcmp(*at, word, size) != 0) {
        return false;
    }
    *at += size;
    *len -= size;
    return true;
}

bool
camshark_key_comment_row(const char *protocol, const uint8_t **line, size_t *len)
{
    const uint8_t *at = *line;
    size_t left = *len;

    if (!skip_word(&at, &left, COMMENT_MARK) || !skip_word(&at, &left, protocol) ||
        !skip_word(&at, &left, " ")) {
        return false;
    }
    *line = at;
    *len = left;
    return true;
}

void
camshark_key_comment_append(GString *name, const char *comment)
{
    char *cut = g_strndup(comment, COMMENT_SHOWN);

    camshark_text_make_printable(cut);
    g_string_append_printf(name, ": %s", cut);
    g_free(cut);
}
