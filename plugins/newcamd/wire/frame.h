/* frame.h
 * What a newcamd frame may look like: lengths, the two headers, and the grammars that tell a right key from a
 * wrong one.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md sections 2.1, 2.4, 3, 5.2 and 8.5. "plain" is always a whole plaintext region of
 * plain_len bytes (a multiple of 8, at least 16): from the message id to the checksum. Numbers on the wire
 * are big-endian.
 */
#ifndef CAMSHARK_NEWCAMD_WIRE_FRAME_H
#define CAMSHARK_NEWCAMD_WIRE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NEWCAMD_GREETING_LEN 14
#define NEWCAMD_LENGTH_LEN   2 /* the clear length field */
#define NEWCAMD_IV_LEN       8

/* Values of the length field, which counts what follows it (section 2.4). */
#define NEWCAMD_LENGTH_MIN       24
#define NEWCAMD_LENGTH_MAX       2392
#define NEWCAMD_LOGIN_LENGTH_MIN 56
#define NEWCAMD_LOGIN_LENGTH_MAX 136 /* user names of up to 63 characters */

/* Bytes of the two headers at the start of the plaintext (section 3). */
#define NEWCAMD_HEADER_524 6
#define NEWCAMD_HEADER_525 10
#define NEWCAMD_HEADER_OLD 2 /* releases before 5.20 have the message id alone; only recognised */

/* Offsets in the long header, that of version 525; and in the short one, where the service id is the low half of 32 bits. */
#define NEWCAMD_LONG_SID_AT      2
#define NEWCAMD_LONG_CAID_AT     4
#define NEWCAMD_LONG_PROVIDER_AT 6
#define NEWCAMD_LONG_FLAGS_AT    9
#define NEWCAMD_SHORT_SID_AT     4

/* Bytes of tag, flags and data length behind the header. */
#define NEWCAMD_MESSAGE_HEAD_LEN 3

/* Command tags that code outside the command table has to know (section 5.1). */
enum {
    NEWCAMD_ECM_EVEN = 0x80,
    NEWCAMD_ECM_ODD = 0x81,
    NEWCAMD_EMM_FIRST = 0x82,
    NEWCAMD_EMM_LAST = 0x8f,
    NEWCAMD_EMM_LAST_WIDE = 0x91, /* of later OSCam trees */
    NEWCAMD_CACHED_CW_EVEN = 0xc0,
    NEWCAMD_CACHED_CW_ODD = 0xc1,
    NEWCAMD_ADD_CARD = 0xd3,
    NEWCAMD_LOGIN = 0xe0,
    NEWCAMD_LOGIN_ACK = 0xe1,
    NEWCAMD_LOGIN_NAK = 0xe2,
    NEWCAMD_CARD_DATA_REQUEST = 0xe3,
    NEWCAMD_CARD_DATA = 0xe4,
    NEWCAMD_SERVER_NAME = 0xe5,
    NEWCAMD_SERVER_NAME_ACK = 0xe6,
    NEWCAMD_SERVER_NAME_NAK = 0xe7,
    NEWCAMD_SERVER_LOGIN = 0xe8,
    NEWCAMD_SERVER_LOGIN_ACK = 0xe9,
    NEWCAMD_SERVER_LOGIN_NAK = 0xea,
    NEWCAMD_KEEPALIVE = 0xfd
};

/* Whether a length field can be one of an encrypted frame (section 2.4). */
bool newcamd_length_possible(unsigned length);

/* Whether a length field can be one of a login frame (section 9.1, H3). */
bool newcamd_login_length_possible(unsigned length);

/* The 14 bytes are not all text, as banners of other protocols are (section 9.1, H2). */
bool newcamd_greeting_possible(const uint8_t greeting[NEWCAMD_GREETING_LEN]);

/* Three of the bytes are sums of others, as in all greetings of MultiCS servers (section 9.3). */
bool newcamd_greeting_is_multics(const uint8_t greeting[NEWCAMD_GREETING_LEN]);

/* Bytes of message data that a message announces behind tag and length; 0 if it ends before that. header is
 * NEWCAMD_HEADER_524 or _525. Whether so many bytes are there is not checked. */
unsigned newcamd_data_len(const uint8_t *plain, size_t plain_len, unsigned header_len);

/* Whether a message of whatever tag fills its plaintext region with the least padding that it needs. A wrong key and a
 * right checksum give such a region with a chance of 7.6e-6 (section 8.6). */
bool newcamd_message_fills(const uint8_t *plain, size_t plain_len, unsigned header_len);

/* ok(h) of section 3.3: the message fits with the least padding, and the tag is known. */
bool newcamd_frame_ok(const uint8_t *plain, size_t plain_len, unsigned header_len);

/* Where the two strings of a login stand, as offsets in the plaintext; lengths in bytes without the NUL. */
typedef struct {
    unsigned user, user_len;
    unsigned crypt, crypt_len;
} newcamd_login_text_t;

/* Login grammar of section 8.5: tag E0 or E8, printable user name, NUL, "$1$abcdefgh$" and 22 characters,
 * NUL, and nothing else; least padding; checksum. Returns false, and leaves text alone, if the plaintext is
 * no such thing. */
bool newcamd_login_read(const uint8_t *plain, size_t plain_len, unsigned header_len,
                        newcamd_login_text_t *text);

/* The reply to a login (reverse: to that of a server): accepted or refused, without data; least padding;
 * checksum. */
bool newcamd_login_reply_ok(const uint8_t *plain, size_t plain_len, unsigned header_len, bool reverse);

/* The login of releases before 5.20 and before tng5 (section 3): no custom data, and a message without a
 * length in the latter. */
bool newcamd_old_login(const uint8_t *plain, size_t plain_len);

/* Whether a length field can be one of a clear frame (section 2.3); its message may be of any length. */
bool newcamd_clear_length_possible(unsigned length);

/* A clear frame (section 2.3): header and message fill it exactly.
 *   bytes  what follows the length field, len bytes */
bool newcamd_clear_frame_ok(const uint8_t *bytes, size_t len, unsigned header_len);

/* The direction grammar of section 8.5 for a clear frame, whose tag is known.
 *   from_server  whether the card server sent it */
bool newcamd_clear_direction_ok(const uint8_t *bytes, size_t len, unsigned header_len, bool from_server);

/* The header of a clear frame with which a connector may begin: a login, or a server's name. 0 if it is
 * neither. */
unsigned newcamd_clear_opening(const uint8_t *bytes, size_t len);

/* A login in a clear frame: E0 and the two strings, as newcamd_login_read(). */
bool newcamd_clear_login_read(const uint8_t *bytes, size_t len, unsigned header_len,
                              newcamd_login_text_t *text);

/* A server's name (E5) in a clear frame (section 8.3): printable name, NUL, port.
 *   port  on which that server listens */
bool newcamd_server_name_read(const uint8_t *bytes, size_t len, unsigned header_len, uint16_t *port);

/* Direction grammar G of section 8.5, session phase, without the checksum.
 *   from_server  whether the card server sent it */
bool newcamd_direction_ok(const uint8_t *plain, size_t plain_len, unsigned header_len, bool from_server);

/* What "hide secrets" has to mask: from *start bytes into the plaintext on, to its end but for the checksum. A message that
 * is not well formed is masked from its data on, because nobody can say what it holds.
 *   sound  whether the checksum is right
 * Returns false if the message holds no secret. */
bool newcamd_secrets_start(const uint8_t *plain, size_t plain_len, unsigned header_len, bool from_server,
                           bool sound, unsigned *start);

/* The same for a clear frame that newcamd_clear_frame_ok() accepts; it has no checksum. */
bool newcamd_clear_secrets_start(const uint8_t *bytes, size_t len, unsigned header_len, bool from_server,
                                 unsigned *start);

#endif
