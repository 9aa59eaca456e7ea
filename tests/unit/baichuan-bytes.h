/* baichuan-bytes.h
 * Hex text as byte strings, for the vectors of docs/baichuan.md.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_TEST_BAICHUAN_BYTES_H
#define CAMSHARK_TEST_BAICHUAN_BYTES_H

#include <glib.h>
#include <string.h>

#include <common/pure/hex.h>

#define PROLOG       "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n"
#define PROLOG_BYTES 40

/* The bytes of hex text; to be freed. */
static inline uint8_t *
bytes_of(const char *hex, size_t *len)
{
    size_t digits = 0;

    for (const char *p = hex; *p != '\0'; p++) {
        digits += g_ascii_isxdigit(*p) != 0;
    }
    *len = digits / 2;
    uint8_t *bytes = g_malloc(*len + 1);
    g_assert_true(camshark_hex_parse(hex, "A vector", bytes, *len, NULL));
    bytes[*len] = '\0';
    return bytes;
}

#endif
