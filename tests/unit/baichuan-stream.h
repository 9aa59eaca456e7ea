/* baichuan-stream.h
 * Byte streams put together from hex text and filling.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_TEST_BAICHUAN_STREAM_H
#define CAMSHARK_TEST_BAICHUAN_STREAM_H

#include "baichuan-bytes.h"

static inline void
append(GByteArray *stream, const char *hex)
{
    size_t len;
    uint8_t *bytes = bytes_of(hex, &len);

    g_byte_array_append(stream, bytes, (guint)len);
    g_free(bytes);
}

static inline void
append_fill(GByteArray *stream, uint8_t byte, size_t count)
{
    while (count-- > 0) {
        g_byte_array_append(stream, &byte, 1);
    }
}

#endif
