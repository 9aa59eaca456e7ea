/* fuzz-key-line.c
 * Lines with keys, as a key log file, a secrets block or a packet comment may have them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Input: the bytes of such a source.
 */
#include "fuzz.h"

#include <common/pure/key-line.h>

static void
look_at_line(const uint8_t *bytes, size_t len)
{
    uint8_t *copy = fuzz_copy(bytes, len);
    camshark_key_line_t *line = g_new(camshark_key_line_t, 1);
    const char *error = NULL;
    const camshark_key_line_kind_t kind = camshark_key_line_parse(copy, len, line, &error);

    FUZZ_CHECK((kind == CAMSHARK_KEY_LINE_BAD) == (error != NULL));
    for (unsigned i = 0; kind == CAMSHARK_KEY_LINE_ROW && i < CAMSHARK_KEY_CELLS; i++) {
        FUZZ_CHECK(strlen(line->cells[i]) < CAMSHARK_KEY_LINE_MAX);
    }
    g_free(line);
    g_free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = fuzz_copy(data, size);
    camshark_key_lines_t lines = { copy, size, 0, 0 };
    const uint8_t *line;
    size_t len;
    size_t seen = 0;
    bool ended = true;

    while (camshark_key_lines_next(&lines, &line, &len, &ended)) {
        FUZZ_CHECK(line == copy + seen && memchr(line, '\n', len) == NULL);
        seen += len + (ended ? 1 : 0);
        FUZZ_CHECK(seen <= size && (ended || seen == size));
        look_at_line(line, len);
        if (camshark_key_comment_row("baichuan", &line, &len)) {
            look_at_line(line, len);
        }
    }
    FUZZ_CHECK(seen == size);
    g_free(copy);
    return 0;
}
