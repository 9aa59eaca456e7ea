/* frame.c
 * What a newcamd frame may look like: lengths, the two headers, and the grammars that tell a right key from a
 * wrong one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/wire/frame.h>

#include <newcamd/wire/tags.h>

#include <glib.h>
#include <string.h>

#include <newcamd/wire/crypto.h>

#define CHECKSUM_LEN 1

bool
newcamd_length_possible(unsigned length)
{
    return length >= NEWCAMD_LENGTH_MIN && length <= NEWCAMD_LENGTH_MAX && length % NEWCAMD_BLOCK_LEN == 0;
}

bool
newcamd_login_length_possible(unsigned length)
{
    return length >= NEWCAMD_LOGIN_LENGTH_MIN && length <= NEWCAMD_LOGIN_LENGTH_MAX &&
           length % NEWCAMD_BLOCK_LEN == 0;
}

bool
newcamd_greeting_possible(const uint8_t greeting[NEWCAMD_GREETING_LEN])
{
    for (unsigned i = 0; i < NEWCAMD_GREETING_LEN; i++) {
        const uint8_t c = greeting[i];
        if (!(c >= 0x20 && c <= 0x7e) && c != '\r' && c != '\n' && c != '\t') {
            return true;
        }
    }
    return false;
}

bool
newcamd_greeting_is_multics(const uint8_t g[NEWCAMD_GREETING_LEN])
{
    return g[3] == (uint8_t)((g[0] ^ 'M') + g[1] + g[2]) && g[7] == (uint8_t)(g[4] + (g[5] ^ 'C') + g[6]) &&
           g[11] == (uint8_t)(g[8] + g[9] + (g[10] ^ 'S'));
}

unsigned
newcamd_data_len(const uint8_t *plain, size_t plain_len, unsigned header_len)
{
    if (plain_len < header_len + NEWCAMD_MESSAGE_HEAD_LEN) {
        return 0;
    }
    return (unsigned)((plain[header_len + 1] & 0x0f) << 8) | plain[header_len + 2];
}

bool
newcamd_message_fills(const uint8_t *plain, size_t plain_len, unsigned header_len)
{
    const size_t used =
        header_len + NEWCAMD_MESSAGE_HEAD_LEN + newcamd_data_len(plain, plain_len, header_len) + CHECKSUM_LEN;

    return used <= plain_len && plain_len - used < NEWCAMD_BLOCK_LEN;
}

bool
newcamd_frame_ok(const uint8_t *plain, size_t plain_len, unsigned header_len)
{
    return newcamd_message_fills(plain, plain_len, header_len) && newcamd_tag_proves(plain[header_len]);
}

static bool
is_login_crypt(const uint8_t *crypt, size_t len)
{
    const size_t salt = strlen(NEWCAMD_CRYPT_SALT);

    if (len != NEWCAMD_CRYPT_LEN || memcmp(crypt, NEWCAMD_CRYPT_SALT, salt) != 0) {
        return false;
    }
    for (size_t i = salt; i < len; i++) {
        if (!newcamd_is_crypt_char(crypt[i])) {
            return false;
        }
    }
    return true;
}

/* Bytes from 80 up are printable in whatever 8-bit encoding the user chose (section 10, 25). */
static unsigned
printable_run(const uint8_t *bytes, unsigned at, unsigned end)
{
    while (at < end && bytes[at] >= 0x20 && bytes[at] != 0x7f) {
        at++;
    }
    return at;
}

/* The two strings of a login, each with its NUL, from *at on; *at moves behind them. end is where they end at
 * the latest. */
static bool
read_login_text(const uint8_t *bytes, unsigned *at, unsigned end, newcamd_login_text_t *text)
{
    const unsigned user = *at;
    const unsigned nul = printable_run(bytes, user, end);
    const unsigned crypt = nul + 1;

    if (nul == user || nul == end || bytes[nul] != '\0' || end - crypt < NEWCAMD_CRYPT_LEN + 1 ||
        bytes[crypt + NEWCAMD_CRYPT_LEN] != '\0' || !is_login_crypt(bytes + crypt, NEWCAMD_CRYPT_LEN)) {
        return false;
    }
    *at = crypt + NEWCAMD_CRYPT_LEN + 1;
    *text = (newcamd_login_text_t){
        .user = user, .user_len = nul - user, .crypt = crypt, .crypt_len = NEWCAMD_CRYPT_LEN
    };
    return true;
}

bool
newcamd_login_read(const uint8_t *plain, size_t plain_len, unsigned header_len, newcamd_login_text_t *text)
{
    if (!newcamd_frame_ok(plain, plain_len, header_len) ||
        (plain[header_len] != NEWCAMD_LOGIN && plain[header_len] != NEWCAMD_SERVER_LOGIN) ||
        newcamd_xor_sum(plain, plain_len) != 0) {
        return false;
    }
    unsigned at = header_len + NEWCAMD_MESSAGE_HEAD_LEN;
    const unsigned end = at + newcamd_data_len(plain, plain_len, header_len);
    newcamd_login_text_t found;

    if (!read_login_text(plain, &at, end, &found) || at != end) {
        return false;
    }
    *text = found;
    return true;
}

bool
newcamd_login_reply_ok(const uint8_t *plain, size_t plain_len, unsigned header_len, bool reverse)
{
    if (!newcamd_frame_ok(plain, plain_len, header_len)) {
        return false;
    }
    const uint8_t tag = plain[header_len];

    return (reverse ? tag == NEWCAMD_SERVER_LOGIN_ACK || tag == NEWCAMD_SERVER_LOGIN_NAK
                    : tag == NEWCAMD_LOGIN_ACK || tag == NEWCAMD_LOGIN_NAK) &&
           newcamd_data_len(plain, plain_len, header_len) == 0 && newcamd_xor_sum(plain, plain_len) == 0;
}

bool
newcamd_old_login(const uint8_t *plain, size_t plain_len)
{
    const unsigned end = (unsigned)plain_len - CHECKSUM_LEN;
    unsigned at = NEWCAMD_HEADER_OLD + 1;
    newcamd_login_text_t text;

    if (newcamd_login_read(plain, plain_len, NEWCAMD_HEADER_OLD, &text)) {
        return true;
    }
    return plain[NEWCAMD_HEADER_OLD] == NEWCAMD_LOGIN && newcamd_xor_sum(plain, plain_len) == 0 &&
           read_login_text(plain, &at, end, &text) && end - at < NEWCAMD_BLOCK_LEN;
}

bool
newcamd_clear_length_possible(unsigned length)
{
    return length >= NEWCAMD_HEADER_524 + NEWCAMD_MESSAGE_HEAD_LEN && length <= NEWCAMD_LENGTH_MAX;
}

bool
newcamd_clear_frame_ok(const uint8_t *bytes, size_t len, unsigned header_len)
{
    return len >= header_len + NEWCAMD_MESSAGE_HEAD_LEN &&
           header_len + NEWCAMD_MESSAGE_HEAD_LEN + newcamd_data_len(bytes, len, header_len) == len;
}

bool
newcamd_clear_direction_ok(const uint8_t *bytes, size_t len, unsigned header_len, bool from_server)
{
    return newcamd_clear_frame_ok(bytes, len, header_len) && newcamd_tag_proves(bytes[header_len]) &&
           newcamd_tag_fits(bytes[header_len], from_server, newcamd_data_len(bytes, len, header_len));
}

bool
newcamd_clear_login_read(const uint8_t *bytes, size_t len, unsigned header_len, newcamd_login_text_t *text)
{
    unsigned at = header_len + NEWCAMD_MESSAGE_HEAD_LEN;

    return newcamd_clear_frame_ok(bytes, len, header_len) && bytes[header_len] == NEWCAMD_LOGIN &&
           read_login_text(bytes, &at, (unsigned)len, text) && at == len;
}

bool
newcamd_server_name_read(const uint8_t *bytes, size_t len, unsigned header_len, uint16_t *port)
{
    const unsigned name = header_len + NEWCAMD_MESSAGE_HEAD_LEN;

    if (!newcamd_clear_frame_ok(bytes, len, header_len) || bytes[header_len] != NEWCAMD_SERVER_NAME) {
        return false;
    }
    const unsigned nul = printable_run(bytes, name, (unsigned)len);
    if (nul + 3 != len || bytes[nul] != '\0') {
        return false;
    }
    *port = (uint16_t)(bytes[nul + 1] << 8 | bytes[nul + 2]);
    return true;
}

unsigned
newcamd_clear_opening(const uint8_t *bytes, size_t len)
{
    static const unsigned headers[] = { NEWCAMD_HEADER_525, NEWCAMD_HEADER_524 };
    newcamd_login_text_t text;
    uint16_t port;

    for (unsigned i = 0; i < sizeof headers / sizeof *headers; i++) {
        if (newcamd_clear_login_read(bytes, len, headers[i], &text) ||
            newcamd_server_name_read(bytes, len, headers[i], &port)) {
            return headers[i];
        }
    }
    return 0;
}

bool
newcamd_direction_ok(const uint8_t *plain, size_t plain_len, unsigned header_len, bool from_server)
{
    if (!newcamd_frame_ok(plain, plain_len, header_len)) {
        return false;
    }
    const unsigned len = newcamd_data_len(plain, plain_len, header_len);
    return newcamd_tag_fits(plain[header_len], from_server, len);
}

/* The data of a message that is well formed. */
static bool
message_secrets_start(const uint8_t *bytes, size_t len, unsigned header_len, bool from_server,
                      unsigned *start)
{
    *start = header_len + NEWCAMD_MESSAGE_HEAD_LEN;
    switch (newcamd_tag_secret(bytes[header_len])) {
    case NEWCAMD_SECRET_NONE:
        return false;
    case NEWCAMD_SECRET_CW:
        return from_server;
    case NEWCAMD_SECRET_DATA:
        return true;
    case NEWCAMD_SECRET_LOGIN:
        break;
    }
    /* The user name is no secret; what follows its NUL is. A login without one is masked whole. */
    const unsigned end = *start + newcamd_data_len(bytes, len, header_len);
    for (unsigned at = *start; at < end; at++) {
        if (bytes[at] == '\0') {
            *start = at + 1;
            break;
        }
    }
    return true;
}

bool
newcamd_secrets_start(const uint8_t *plain, size_t plain_len, unsigned header_len, bool from_server,
                      bool sound, unsigned *start)
{
    *start = header_len + NEWCAMD_MESSAGE_HEAD_LEN;
    return !sound || !newcamd_frame_ok(plain, plain_len, header_len) ||
           message_secrets_start(plain, plain_len, header_len, from_server, start);
}

bool
newcamd_clear_secrets_start(const uint8_t *bytes, size_t len, unsigned header_len, bool from_server,
                            unsigned *start)
{
    return message_secrets_start(bytes, len, header_len, from_server, start) && *start < len;
}
