/* frame.c
 * What a newcamd frame may look like: lengths, the two headers, and the grammars that tell a right key from a
 * wrong one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/wire/frame.h>

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
newcamd_data_len(const uint8_t *plain, size_t plain_len, unsigned header)
{
    if (plain_len < header + NEWCAMD_MESSAGE_HEAD_LEN) {
        return 0;
    }
    return (unsigned)((plain[header + 1] & 0x0f) << 8) | plain[header + 2];
}

/* The 46 tags that the error rates of section 8.6 count; 90 and 91 have a name but are no proof of a key. */
static bool
tag_is_known(uint8_t tag)
{
    return (tag >= NEWCAMD_ECM_EVEN && tag <= NEWCAMD_EMM_LAST) || tag == NEWCAMD_CACHED_CW_EVEN ||
           tag == NEWCAMD_CACHED_CW_ODD || (tag >= 0xd1 && tag <= 0xd8) || (tag >= 0xe0 && tag <= 0xf2) ||
           tag == NEWCAMD_KEEPALIVE;
}

bool
newcamd_frame_ok(const uint8_t *plain, size_t plain_len, unsigned header)
{
    const size_t used =
        header + NEWCAMD_MESSAGE_HEAD_LEN + newcamd_data_len(plain, plain_len, header) + CHECKSUM_LEN;

    return used <= plain_len && plain_len - used < NEWCAMD_BLOCK_LEN && tag_is_known(plain[header]);
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
newcamd_login_read(const uint8_t *plain, size_t plain_len, unsigned header, newcamd_login_text_t *text)
{
    if (!newcamd_frame_ok(plain, plain_len, header) ||
        (plain[header] != NEWCAMD_LOGIN && plain[header] != NEWCAMD_SERVER_LOGIN) ||
        newcamd_xor_sum(plain, plain_len) != 0) {
        return false;
    }
    unsigned at = header + NEWCAMD_MESSAGE_HEAD_LEN;
    const unsigned end = at + newcamd_data_len(plain, plain_len, header);
    newcamd_login_text_t found;

    if (!read_login_text(plain, &at, end, &found) || at != end) {
        return false;
    }
    *text = found;
    return true;
}

bool
newcamd_login_reply_ok(const uint8_t *plain, size_t plain_len, unsigned header, bool reverse)
{
    if (!newcamd_frame_ok(plain, plain_len, header)) {
        return false;
    }
    const uint8_t tag = plain[header];

    return (reverse ? tag == NEWCAMD_SERVER_LOGIN_ACK || tag == NEWCAMD_SERVER_LOGIN_NAK
                    : tag == NEWCAMD_LOGIN_ACK || tag == NEWCAMD_LOGIN_NAK) &&
           newcamd_data_len(plain, plain_len, header) == 0 && newcamd_xor_sum(plain, plain_len) == 0;
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
newcamd_clear_frame_ok(const uint8_t *bytes, size_t len, unsigned header)
{
    return len >= header + NEWCAMD_MESSAGE_HEAD_LEN &&
           header + NEWCAMD_MESSAGE_HEAD_LEN + newcamd_data_len(bytes, len, header) == len;
}

bool
newcamd_clear_login_read(const uint8_t *bytes, size_t len, unsigned header, newcamd_login_text_t *text)
{
    unsigned at = header + NEWCAMD_MESSAGE_HEAD_LEN;

    return newcamd_clear_frame_ok(bytes, len, header) && bytes[header] == NEWCAMD_LOGIN &&
           read_login_text(bytes, &at, (unsigned)len, text) && at == len;
}

bool
newcamd_server_name_read(const uint8_t *bytes, size_t len, unsigned header, uint16_t *port)
{
    const unsigned name = header + NEWCAMD_MESSAGE_HEAD_LEN;

    if (!newcamd_clear_frame_ok(bytes, len, header) || bytes[header] != NEWCAMD_SERVER_NAME) {
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

static bool
is_client_message(uint8_t tag, unsigned len)
{
    switch (tag) {
    case NEWCAMD_CARD_DATA_REQUEST:
    case 0xd6:
    case 0xd8:
    case NEWCAMD_KEEPALIVE:
        return len == 0;
    case NEWCAMD_CACHED_CW_EVEN:
    case NEWCAMD_CACHED_CW_ODD:
        return len == 16;
    default:
        return tag >= NEWCAMD_ECM_EVEN && tag <= NEWCAMD_EMM_LAST;
    }
}

static bool
is_server_message(uint8_t tag, unsigned len)
{
    switch (tag) {
    case NEWCAMD_ECM_EVEN:
    case NEWCAMD_ECM_ODD:
        return len == 0 || len == 16 || len == 32;
    case NEWCAMD_CARD_DATA:
        return len >= 12 && (len - 12) % 11 == 0;
    case 0xd3:
    case 0xd4:
    case NEWCAMD_KEEPALIVE:
        return len == 0;
    case 0xd1:
    case 0xd2:
    case 0xd5:
        return true;
    case 0xd6:
        return len <= 16;
    case 0xd7:
        return len % 3 == 0;
    default:
        return tag >= NEWCAMD_EMM_FIRST && tag <= NEWCAMD_EMM_LAST && len == 0;
    }
}

bool
newcamd_direction_ok(const uint8_t *plain, size_t plain_len, unsigned header, bool from_server)
{
    if (!newcamd_frame_ok(plain, plain_len, header)) {
        return false;
    }
    const unsigned len = newcamd_data_len(plain, plain_len, header);
    return from_server ? is_server_message(plain[header], len) : is_client_message(plain[header], len);
}

/* The data of a message that is well formed. */
static bool
message_secrets_start(const uint8_t *bytes, size_t len, unsigned header, bool from_server, unsigned *start)
{
    *start = header + NEWCAMD_MESSAGE_HEAD_LEN;
    switch (bytes[header]) {
    case NEWCAMD_LOGIN:
    case NEWCAMD_SERVER_LOGIN: {
        /* The user name is no secret; what follows its NUL is. A login without one is masked whole. */
        const unsigned end = *start + newcamd_data_len(bytes, len, header);
        for (unsigned at = *start; at < end; at++) {
            if (bytes[at] == '\0') {
                *start = at + 1;
                break;
            }
        }
        return true;
    }
    case NEWCAMD_ECM_EVEN:
    case NEWCAMD_ECM_ODD:
        return from_server;
    case NEWCAMD_CACHED_CW_EVEN:
    case NEWCAMD_CACHED_CW_ODD:
        return true;
    default:
        return false;
    }
}

bool
newcamd_secrets_start(const uint8_t *plain, size_t plain_len, unsigned header, bool from_server, bool sound,
                      unsigned *start)
{
    *start = header + NEWCAMD_MESSAGE_HEAD_LEN;
    return !sound || !newcamd_frame_ok(plain, plain_len, header) ||
           message_secrets_start(plain, plain_len, header, from_server, start);
}

bool
newcamd_clear_secrets_start(const uint8_t *bytes, size_t len, unsigned header, bool from_server,
                            unsigned *start)
{
    return message_secrets_start(bytes, len, header, from_server, start) && *start < len;
}
