/* fuzz-newcamd-frame.c
 * Every grammar that newcamd's plaintext and clear frames are held against.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Input: a plaintext region, or what follows the length field of a clear frame.
 */
#include "fuzz.h"

#include <newcamd/wire/frame.h>

static const unsigned headers[] = { NEWCAMD_HEADER_524, NEWCAMD_HEADER_525 };

static void
check_text(const uint8_t *bytes, size_t len, const newcamd_login_text_t *text)
{
    FUZZ_CHECK(text->user + text->user_len < len && bytes[text->user + text->user_len] == '\0');
    FUZZ_CHECK(text->crypt + text->crypt_len < len && bytes[text->crypt + text->crypt_len] == '\0');
    FUZZ_CHECK(text->user_len > 0 && text->user + text->user_len < text->crypt);
}

static void
look_at_plain(const uint8_t *plain, size_t len)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(headers); i++) {
        const unsigned header = headers[i];
        newcamd_login_text_t text;
        unsigned start;

        if (newcamd_frame_ok(plain, len, header)) {
            FUZZ_CHECK(header + NEWCAMD_MESSAGE_HEAD_LEN + newcamd_data_len(plain, len, header) < len);
        }
        if (newcamd_login_read(plain, len, header, &text)) {
            check_text(plain, len, &text);
        }
        for (unsigned from_server = 0; from_server < 2; from_server++) {
            newcamd_direction_ok(plain, len, header, from_server);
            for (unsigned sound = 0; sound < 2; sound++) {
                if (newcamd_secrets_start(plain, len, header, from_server, sound, &start)) {
                    FUZZ_CHECK(start < len);
                }
            }
        }
    }
    newcamd_old_login(plain, len);
}

static void
look_at_clear(const uint8_t *bytes, size_t len)
{
    const unsigned opening = newcamd_clear_opening(bytes, len);

    FUZZ_CHECK(opening == 0 || newcamd_clear_frame_ok(bytes, len, opening));
    for (unsigned i = 0; i < G_N_ELEMENTS(headers); i++) {
        const unsigned header = headers[i];
        newcamd_login_text_t text;
        uint16_t port;
        unsigned start;

        if (!newcamd_clear_frame_ok(bytes, len, header)) {
            continue;
        }
        if (newcamd_clear_login_read(bytes, len, header, &text)) {
            check_text(bytes, len, &text);
        }
        newcamd_server_name_read(bytes, len, header, &port);
        for (unsigned from_server = 0; from_server < 2; from_server++) {
            if (newcamd_clear_secrets_start(bytes, len, header, from_server, &start)) {
                FUZZ_CHECK(start < len);
            }
        }
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const size_t plain_len = size / 8 * 8;

    if (plain_len >= 16 && newcamd_length_possible((unsigned)MIN(plain_len + NEWCAMD_IV_LEN, 65535))) {
        uint8_t *plain = fuzz_copy(data, plain_len);
        look_at_plain(plain, plain_len);
        g_free(plain);
    }
    if (newcamd_clear_length_possible((unsigned)MIN(size, 65535))) {
        uint8_t *bytes = fuzz_copy(data, size);
        look_at_clear(bytes, size);
        g_free(bytes);
    }
    if (size >= NEWCAMD_GREETING_LEN) {
        newcamd_greeting_possible(data);
    }
    return 0;
}
