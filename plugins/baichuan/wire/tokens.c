/* tokens.c
 * The tokens of a login with getAccesskey and authLogin.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/tokens.h>

#include <glib.h>
#include <string.h>

/* Decodes a slot. Returns the number of bytes; 0 if it is no base64 text with NULs behind it. */
static size_t
decode_token(const uint8_t *slot, uint8_t out[BC_TOKEN_MAX])
{
    size_t len = 0;
    gint state = 0;
    guint save = 0;

    while (len < BC_TOKEN_SLOT && slot[len] != '\0' &&
           (g_ascii_isalnum(slot[len]) || strchr("+/=", slot[len]) != NULL)) {
        len++;
    }
    for (size_t i = len; i < BC_TOKEN_SLOT; i++) {
        if (slot[i] != '\0') {
            return 0;
        }
    }
    return (len % 4 == 0) ? g_base64_decode_step((const char *)slot, len, out, &state, &save) : 0;
}

bool
bc_bytes_are_tokens(const uint8_t *bytes, size_t len)
{
    uint8_t token[BC_TOKEN_MAX];

    return len == BC_TOKENS * BC_TOKEN_SLOT && decode_token(bytes, token) > 0 &&
           decode_token(bytes + BC_TOKEN_SLOT, token) > 0;
}

bool
bc_token_open(const uint8_t *slot, bc_aes_t *aes, char out[BC_TOKEN_MAX + 1])
{
    uint8_t token[BC_TOKEN_MAX];
    const size_t len = decode_token(slot, token);

    if (len == 0 || !bc_aes_decrypt(aes, token, len)) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (!g_ascii_isprint(token[i])) {
            return false;
        }
    }
    memcpy(out, token, len);
    out[len] = '\0';
    return true;
}
