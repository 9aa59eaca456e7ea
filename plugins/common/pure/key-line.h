/* key-line.h
 * A line with a key: a row of a key table as its file has it, and as `-z baichuan_keys` and `-z newcamd_keys` print it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One parser for every source of keys: a key log file, a secrets block, a packet comment. The last two come with a capture,
 * so nothing is believed of the bytes, and none of them need end with a zero.
 */
#ifndef CAMSHARK_COMMON_PURE_KEY_LINE_H
#define CAMSHARK_COMMON_PURE_KEY_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

#define CAMSHARK_KEY_CELLS    7u /* columns that a key table has at most; the sixth one of each is the comment */
#define CAMSHARK_KEY_COMMENT  5u
#define CAMSHARK_KEY_LINE_MAX 2048u /* bytes of a line */

/* The cells of a line, as texts without escapes, of whatever bytes but zeros. A column that the line has not is "". */
typedef struct {
    const char *cells[CAMSHARK_KEY_CELLS]; /* point into text */
    unsigned count;                        /* those that the line has */
    char text[CAMSHARK_KEY_LINE_MAX + CAMSHARK_KEY_CELLS];
} camshark_key_line_t;

typedef enum {
    CAMSHARK_KEY_LINE_ROW,
    CAMSHARK_KEY_LINE_EMPTY, /* blank, or begins with # */
    CAMSHARK_KEY_LINE_BAD,
} camshark_key_line_kind_t;

/* Reads a line: `"cell","cell",...` as Wireshark writes and reads it, escapes such as \x22 included. A column may be left
 * empty without quotation marks, and columns at the end may be left out.
 *   bytes  len of them, without the end of the line; a CR at its end is dropped
 *   line   the cells, if it is a row
 *   error  what is wrong with a bad line: a sentence that repeats nothing of it, never to be freed */
camshark_key_line_kind_t camshark_key_line_parse(const uint8_t *bytes, size_t len, camshark_key_line_t *line,
                                                 const char **error);

/* Bytes that are read line by line. */
typedef struct {
    const uint8_t *bytes;
    size_t len;
    size_t at;       /* where the next line begins */
    unsigned number; /* of the line that was given last, from 1 on */
} camshark_key_lines_t;

/* The next line without its end (LF), and its length. False behind the last one.
 *   ended  out: whether it has an end; only the last one may have none */
bool camshark_key_lines_next(camshark_key_lines_t *lines, const uint8_t **line, size_t *len, bool *ended);

/* Whether a line of a packet comment is `camshark-key: PROTOCOL ROW`: then line and len become those of the row. */
bool camshark_key_comment_row(const char *protocol, const uint8_t **line, size_t *len);

/* Adds a colon and the beginning of a row's own comment to its name. Whoever made the capture may have written it, and what has it
 * goes to terminals: for what does not print there is a question mark. */
void camshark_key_comment_append(GString *name, const char *comment);

#endif
