/* session.c
 * A newcamd login as it is followed through a connection, and which key opens which frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The first frame of each direction is encrypted with the login key (DESKEY xor greeting), all others with the session key
 * (DESKEY and crypt string). The places of the two first frames follow from the greeting, so the place of a frame tells its
 * key. What is known grows in steps: the greeting; then the login, which gives everything at once, or is in clear; or the
 * reply to a login that is missing, which gives DESKEY and header version; or a session key that was proved without any of
 * them, and with or without the DESKEY. In a reverse login two frames in clear come first, and move the two places behind them.
 */
#include <newcamd/session/session.h>

#include <glib.h>
#include <string.h>

static const uint8_t *
frame_cipher(const uint8_t *frame)
{
    return frame + NEWCAMD_LENGTH_LEN;
}

static size_t
frame_plain_len(size_t frame_len)
{
    return frame_len - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN;
}

static const uint8_t *
frame_iv(const uint8_t *frame, size_t frame_len)
{
    return frame + frame_len - NEWCAMD_IV_LEN;
}

void
newcamd_session_greet(newcamd_session_t *session, unsigned acceptor,
                      const uint8_t greeting[NEWCAMD_GREETING_LEN], uint32_t place, uint32_t connector_place)
{
    session->greeted = true;
    session->acceptor = acceptor;
    session->greeting_place = place;
    memcpy(session->greeting, greeting, NEWCAMD_GREETING_LEN);
    session->first[acceptor] = place + NEWCAMD_GREETING_LEN;
    session->first[1 - acceptor] = connector_place;
}

static void
take_deskey(newcamd_session_t *session, const uint8_t deskey[NEWCAMD_KEY14_LEN])
{
    session->has_deskey = true;
    memcpy(session->deskey, deskey, NEWCAMD_KEY14_LEN);
}

/* Takes what an opened login says. Returns false if it is none. */
static bool
take_login(newcamd_session_t *session, const uint8_t deskey[NEWCAMD_KEY14_LEN], unsigned header_len,
           const uint8_t *plain, size_t plain_len)
{
    static const unsigned headers[] = { NEWCAMD_HEADER_525, NEWCAMD_HEADER_524 };

    for (unsigned i = 0; i < G_N_ELEMENTS(headers); i++) {
        newcamd_login_text_t text;
        if (newcamd_login_read(plain, plain_len, headers[i], &text)) {
            newcamd_session_key(deskey, plain + text.crypt, text.crypt_len, session->session_key);
            session->login = NEWCAMD_LOGIN_OPENED;
            session->login_header_len = headers[i];
            session->header_len = (header_len != 0) ? header_len : headers[i];
            session->server =
                (plain[headers[i]] == NEWCAMD_LOGIN) ? session->acceptor : 1 - session->acceptor;
            return true;
        }
    }
    if (newcamd_old_login(plain, plain_len)) {
        session->login = NEWCAMD_LOGIN_OLD_LAYOUT;
        return true;
    }
    return false;
}

bool
newcamd_session_try_login(newcamd_session_t *session, gcry_cipher_hd_t trial,
                          const uint8_t deskey[NEWCAMD_KEY14_LEN], unsigned header_len, const uint8_t *frame,
                          size_t frame_len)
{
    const size_t plain_len = frame_plain_len(frame_len);
    uint8_t key[NEWCAMD_KEY14_LEN];

    if (frame_len < NEWCAMD_LENGTH_LEN + NEWCAMD_LOGIN_LENGTH_MIN) {
        return false;
    }
    newcamd_login_key(deskey, session->greeting, key);
    if (!newcamd_cipher_set_key(trial, key) ||
        !newcamd_trial_may_open(trial, frame_cipher(frame), plain_len)) {
        return false;
    }
    gcry_cipher_hd_t login = newcamd_ciphers_login(session->ciphers, key);
    if (login == NULL) {
        return false;
    }
    uint8_t *plain = g_malloc(plain_len);
    const bool opened =
        newcamd_decrypt(login, frame_cipher(frame), plain_len, frame_iv(frame, frame_len), plain) &&
        take_login(session, deskey, header_len, plain, plain_len);
    g_free(plain);

    if (!opened) {
        return false;
    }
    take_deskey(session, deskey);
    return true;
}

bool
newcamd_session_is_reply_place(const newcamd_session_t *session, unsigned direction, uint32_t place)
{
    return session->greeted && direction == session->acceptor && place == session->first[direction];
}

bool
newcamd_session_try_reply(newcamd_session_t *session, gcry_cipher_hd_t trial,
                          const uint8_t deskey[NEWCAMD_KEY14_LEN], unsigned header_len, const uint8_t *frame,
                          size_t frame_len)
{
    static const unsigned headers[] = { NEWCAMD_HEADER_525, NEWCAMD_HEADER_524 };
    const uint8_t *cipher = frame_cipher(frame);
    uint8_t key[NEWCAMD_KEY14_LEN], plain[2 * NEWCAMD_BLOCK_LEN];

    newcamd_login_key(deskey, session->greeting, key);
    if (frame_plain_len(frame_len) != sizeof plain || !newcamd_cipher_set_key(trial, key) ||
        !newcamd_trial_block(trial, cipher, frame_iv(frame, frame_len), plain) ||
        !newcamd_trial_block(trial, cipher + NEWCAMD_BLOCK_LEN, cipher, plain + NEWCAMD_BLOCK_LEN)) {
        return false;
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(headers); i++) {
        if ((header_len == 0 || header_len == headers[i]) &&
            newcamd_login_reply_ok(plain, sizeof plain, headers[i], session->reverse)) {
            session->reply_opened = true;
            session->header_len = headers[i];
            session->server = session->reverse ? 1 - session->acceptor : session->acceptor;
            take_deskey(session, deskey);
            return true;
        }
    }
    return false;
}

bool
newcamd_session_try_clear(newcamd_session_t *session, uint32_t place, unsigned header_len,
                          const uint8_t *frame, size_t frame_len)
{
    static const unsigned headers[] = { NEWCAMD_HEADER_525, NEWCAMD_HEADER_524 };
    const uint8_t *bytes = frame + NEWCAMD_LENGTH_LEN;
    const size_t len = frame_len - NEWCAMD_LENGTH_LEN;

    for (unsigned i = 0; i < G_N_ELEMENTS(headers); i++) {
        newcamd_login_text_t text;
        uint16_t port;
        if (newcamd_clear_login_read(bytes, len, headers[i], &text)) {
            session->login = NEWCAMD_LOGIN_CLEAR;
            session->login_header_len = headers[i];
            session->header_len = (header_len != 0) ? header_len : headers[i];
            session->server = session->acceptor;
            return true;
        }
        if (!session->reverse && newcamd_server_name_read(bytes, len, headers[i], &port)) {
            session->reverse = true;
            session->server_port = port;
            session->name_header_len = headers[i];
            session->header_len = (header_len != 0) ? header_len : headers[i];
            session->server = 1 - session->acceptor;
            session->first[session->server] = place + (uint32_t)frame_len;
            /* Its answer has no data, so where that ends is known even if it is not in the capture. */
            session->first[session->acceptor] = session->greeting_place + NEWCAMD_GREETING_LEN +
                                                NEWCAMD_LENGTH_LEN + headers[i] + NEWCAMD_MESSAGE_HEAD_LEN;
            return true;
        }
    }
    return false;
}

/* Where the answer to a server's name begins. */
static bool
is_name_reply(const newcamd_session_t *session, unsigned direction, uint32_t place)
{
    return session->reverse && direction == session->acceptor &&
           place == session->greeting_place + NEWCAMD_GREETING_LEN;
}

bool
newcamd_session_is_first(const newcamd_session_t *session, unsigned direction, uint32_t place)
{
    return session->greeted &&
           (place == session->first[direction] || is_name_reply(session, direction, place));
}

bool
newcamd_session_expects_clear(const newcamd_session_t *session, unsigned direction, uint32_t place)
{
    return session->login == NEWCAMD_LOGIN_CLEAR || is_name_reply(session, direction, place);
}

void
newcamd_session_prove(newcamd_session_t *session, const uint8_t *deskey,
                      const uint8_t session_key[NEWCAMD_KEY14_LEN], unsigned header_len, unsigned server)
{
    session->login = NEWCAMD_LOGIN_PROVED;
    session->header_len = header_len;
    session->server = server;
    if (deskey != NULL) {
        take_deskey(session, deskey);
    }
    memcpy(session->session_key, session_key, NEWCAMD_KEY14_LEN);
}

void
newcamd_session_take_clear(newcamd_session_t *session, unsigned header_len, unsigned server)
{
    session->login = NEWCAMD_LOGIN_CLEAR;
    session->header_len = header_len;
    session->server = server;
}

bool
newcamd_session_has_key(const newcamd_session_t *session)
{
    return session->login == NEWCAMD_LOGIN_OPENED || session->login == NEWCAMD_LOGIN_PROVED;
}

bool
newcamd_session_is_login_place(const newcamd_session_t *session, unsigned direction, uint32_t place)
{
    return session->greeted && direction != session->acceptor && place == session->first[direction];
}

newcamd_key_t
newcamd_session_key_at(const newcamd_session_t *session, unsigned direction, uint32_t place)
{
    if (!newcamd_session_has_key(session)) {
        return (session->reply_opened && newcamd_session_is_reply_place(session, direction, place))
                   ? NEWCAMD_KEY_LOGIN
                   : NEWCAMD_KEY_NONE;
    }
    return (session->greeted && place == session->first[direction]) ? NEWCAMD_KEY_LOGIN : NEWCAMD_KEY_SESSION;
}

/* The handle with the login key, or NULL if there is none. */
static gcry_cipher_hd_t
login_cipher(const newcamd_session_t *session)
{
    uint8_t key[NEWCAMD_KEY14_LEN];

    if (!session->greeted || !session->has_deskey) {
        return NULL;
    }
    newcamd_login_key(session->deskey, session->greeting, key);
    return newcamd_ciphers_login(session->ciphers, key);
}

/* The handle with the session key, or NULL if there is none. */
static gcry_cipher_hd_t
session_cipher(const newcamd_session_t *session)
{
    return newcamd_session_has_key(session) ? newcamd_ciphers_session(session->ciphers, session->session_key)
                                            : NULL;
}

bool
newcamd_session_open(const newcamd_session_t *session, newcamd_key_t key, const uint8_t *frame,
                     size_t frame_len, uint8_t *plain)
{
    const gcry_cipher_hd_t cipher = (key == NEWCAMD_KEY_LOGIN)     ? login_cipher(session)
                                    : (key == NEWCAMD_KEY_SESSION) ? session_cipher(session)
                                                                   : NULL;

    return cipher != NULL && newcamd_decrypt(cipher, frame_cipher(frame), frame_plain_len(frame_len),
                                             frame_iv(frame, frame_len), plain);
}

/* Whether the frame at a place may be a login or the reply to one, which only the greeting could tell and open. */
static bool
may_be_login_frame(const newcamd_session_t *session, unsigned direction, uint32_t place)
{
    return !session->greeted &&
           (!session->settled[direction] || (int32_t)(place - session->settled_place[direction]) < 0);
}

void
newcamd_session_settle(newcamd_session_t *session, unsigned direction, uint32_t place)
{
    if (may_be_login_frame(session, direction, place)) {
        session->settled[direction] = true;
        session->settled_place[direction] = place;
    }
}

newcamd_key_t
newcamd_session_decide(const newcamd_session_t *session, unsigned direction, uint32_t place,
                       const uint8_t *frame, size_t frame_len, uint8_t *plain)
{
    const size_t plain_len = frame_plain_len(frame_len);
    const newcamd_key_t expected = newcamd_session_key_at(session, direction, place);

    if (!newcamd_session_open(session, expected, frame, frame_len, plain)) {
        return NEWCAMD_KEY_NONE;
    }
    const bool sound = newcamd_xor_sum(plain, plain_len) == 0;
    if (may_be_login_frame(session, direction, place)) {
        return (sound && newcamd_message_fills(plain, plain_len, session->header_len)) ? expected
                                                                                       : NEWCAMD_KEY_NONE;
    }
    if (sound) {
        return expected;
    }
    const newcamd_key_t other = (expected == NEWCAMD_KEY_LOGIN) ? NEWCAMD_KEY_SESSION : NEWCAMD_KEY_LOGIN;
    if (newcamd_session_open(session, other, frame, frame_len, plain) &&
        newcamd_xor_sum(plain, plain_len) == 0 &&
        newcamd_direction_ok(plain, plain_len, session->header_len, direction == session->server)) {
        return other;
    }
    /* Neither: the place is right more often than a checksum of eight bits. */
    newcamd_session_open(session, expected, frame, frame_len, plain);
    return expected;
}
