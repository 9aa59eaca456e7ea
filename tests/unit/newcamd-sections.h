/* newcamd-sections.h
 * Sections of the examples of docs/newcamd.md, as hex text and as bytes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_TEST_NEWCAMD_SECTIONS_H
#define CAMSHARK_TEST_NEWCAMD_SECTIONS_H

#include <glib.h>

#include <common/pure/hex.h>

/* Sections 6.3 and 6.4. */
#define COUNT_TO_1F "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define VIACCESS_GH "8c7010 9003030601 a90411223344 b103556677"
#define VIACCESS_S  "8e702c aabbcc 00 " COUNT_TO_1F " f1f2f3f4f5f6f7f8"
#define VIACCESS_PSEUDO                                                                                      \
    "8e7040 aabbcc 00 9003030601 9e20 " COUNT_TO_1F " a90411223344 b103556677 f008f1f2f3f4f5f6f7f8"
#define CRYPTOWORKS_SH     "847019 a9ff 01020304 4800 17 800401020304 df080000000000000000"
#define CRYPTOWORKS_SB     "867009 a9ff 830105 8c020908"
#define CRYPTOWORKS_PSEUDO "847020 a9ff 01020304 4800 17 800401020304 830105 8c020908 df080000000000000000"

typedef struct {
    uint8_t bytes[128];
    unsigned len;
} section_t;

static inline section_t
section(const char *text)
{
    section_t s = { .len = 0 };

    for (const char *p = text; *p != '\0'; p++) {
        s.len += *p != ' ';
    }
    s.len /= 2;
    g_assert_cmpuint(s.len, <=, sizeof s.bytes);
    g_assert_true(camshark_hex_parse(text, "A section", s.bytes, s.len, NULL));
    return s;
}

#endif
