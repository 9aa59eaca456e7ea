/* fuzz-newcamd-session.c
 * newcamd's keys: a connection from its greeting on, as the epan side drives it, and the proof of session
 * keys without a login.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Input: 1 byte of options (bit 0: header version is given, bit 1: which, bit 2: no greeting), 14 bytes
 * greeting, then frames: 1 byte (bit 0: direction; bits 1 and 2: as it is, or a plaintext that is encrypted
 * here with the login key or with the session key, since no fuzzer guesses 3DES), 2 bytes length, bytes.
 */
#include "fuzz.h"

#include <newcamd/session/proof.h>
#include <newcamd/session/session.h>

#define CLIENT 0u
#define SERVER 1u

/* The key and the password of captures/newcamd. */
static const uint8_t deskey[NEWCAMD_KEY14_LEN] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x10, 0x11, 0x12, 0x13, 0x14 };
static const char password[] = "secret123";

typedef struct {
    newcamd_session_t session;
    gcry_cipher_hd_t trial;
    uint8_t session_key[NEWCAMD_KEY14_LEN];
    uint8_t login_key[NEWCAMD_KEY14_LEN];
    unsigned header;
    uint32_t place[2];
    bool proved; /* a frame has made the session key a suspect */
    newcamd_worlds_t worlds;
} connection_t;

/* A whole frame with its length field around len bytes (a multiple of 8), which are encrypted with a key. */
static void
seal(uint8_t *frame, size_t frame_len, const uint8_t key14[NEWCAMD_KEY14_LEN])
{
    const size_t plain_len = frame_len - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN;
    gcry_cipher_hd_t cipher = newcamd_cipher_open(key14);
    uint8_t *plain = frame + NEWCAMD_LENGTH_LEN;

    if (cipher == NULL) {
        return; /* half of the key is a weak one */
    }
    /* The checksum is not what is being tested. */
    plain[plain_len - 1] = newcamd_xor_sum(plain, plain_len - 1);
    FUZZ_CHECK(gcry_cipher_setiv(cipher, plain + plain_len, NEWCAMD_IV_LEN) == 0);
    FUZZ_CHECK(gcry_cipher_encrypt(cipher, plain, plain_len, NULL, 0) == 0);
    gcry_cipher_close(cipher);
}

static void
try_proof(connection_t *connection, unsigned direction, const uint8_t *frame, size_t frame_len)
{
    newcamd_worlds_t worlds;
    unsigned header = 0, server = 2;

    if (!newcamd_cipher_set_key(connection->trial, connection->session_key) ||
        !newcamd_proof_try(connection->trial, connection->header, direction, frame, frame_len, &worlds)) {
        return;
    }
    if (connection->proved) {
        worlds = newcamd_proof_combine(worlds, connection->worlds);
    }
    connection->proved = true;
    connection->worlds = worlds;
    if (worlds.possible == 0) {
        connection->proved = false;
        return;
    }
    newcamd_proof_choose(worlds, SERVER, &header, &server);
    FUZZ_CHECK(header == NEWCAMD_HEADER_524 || header == NEWCAMD_HEADER_525);
    FUZZ_CHECK(server < 2);
    if (connection->session.login == NEWCAMD_LOGIN_NOT_SEEN) {
        newcamd_session_prove(&connection->session, deskey, connection->session_key, header, server);
    }
}

static void
see_frame(connection_t *connection, unsigned direction, const uint8_t *frame, size_t frame_len)
{
    newcamd_session_t *session = &connection->session;
    const uint32_t place = connection->place[direction];
    const unsigned length = (unsigned)(frame_len - NEWCAMD_LENGTH_LEN);

    newcamd_session_is_first(session, direction, place);
    newcamd_session_expects_clear(session, direction, place);
    if (newcamd_session_is_login_place(session, direction, place) &&
        session->login == NEWCAMD_LOGIN_NOT_SEEN && !session->reverse) {
        if (newcamd_clear_length_possible(length)) {
            newcamd_session_try_clear(session, place, connection->header, frame, frame_len);
        }
        if (session->login == NEWCAMD_LOGIN_NOT_SEEN && newcamd_login_length_possible(length)) {
            newcamd_session_try_login(session, connection->trial, deskey, connection->header, frame,
                                      frame_len);
        }
    }
    if (newcamd_length_possible(length)) {
        uint8_t *plain = g_malloc(frame_len - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN);
        const newcamd_key_t key = newcamd_session_decide(session, direction, place, frame, frame_len, plain);
        FUZZ_CHECK(key == NEWCAMD_KEY_NONE || newcamd_session_has_key(session));
        g_free(plain);
        try_proof(connection, direction, frame, frame_len);
    }
    connection->place[direction] += (uint32_t)frame_len;
}

static bool
next_frame(connection_t *connection, fuzz_input_t *input)
{
    const unsigned kind = fuzz_byte(input);
    const size_t length = fuzz_u16(input);
    const uint8_t *bytes = fuzz_take(input, length);
    const size_t frame_len = NEWCAMD_LENGTH_LEN + length;

    if (bytes == NULL ||
        (!newcamd_length_possible((unsigned)length) && !newcamd_clear_length_possible((unsigned)length))) {
        return bytes != NULL && length > 0;
    }
    uint8_t *frame = g_malloc(frame_len);
    frame[0] = (uint8_t)(length >> 8);
    frame[1] = (uint8_t)length;
    memcpy(frame + NEWCAMD_LENGTH_LEN, bytes, length);
    if ((kind & 6) != 0 && newcamd_length_possible((unsigned)length)) {
        seal(frame, frame_len, (kind & 2) ? connection->login_key : connection->session_key);
    }
    see_frame(connection, kind & 1, frame, frame_len);
    g_free(frame);
    return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char crypt[NEWCAMD_CRYPT_LEN + 1];
    fuzz_input_t input = { data, size };
    const unsigned options = fuzz_byte(&input);
    const uint8_t *greeting = fuzz_take(&input, NEWCAMD_GREETING_LEN);
    connection_t connection = { 0 };

    if (greeting == NULL) {
        return 0;
    }
    if (crypt[0] == '\0') {
        gcry_check_version(NULL);
        gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
        FUZZ_CHECK(newcamd_md5_crypt(password, crypt));
    }
    connection.session.ciphers = newcamd_ciphers_new();
    connection.trial = newcamd_trial_open();
    FUZZ_CHECK(connection.trial != NULL);
    newcamd_session_key(deskey, (const uint8_t *)crypt, strlen(crypt), connection.session_key);
    newcamd_login_key(deskey, greeting, connection.login_key);
    if (options & 1) {
        connection.header = (options & 2) ? NEWCAMD_HEADER_524 : NEWCAMD_HEADER_525;
    }
    if (!(options & 4)) {
        newcamd_session_greet(&connection.session, SERVER, greeting, 0, 0);
        connection.place[SERVER] = NEWCAMD_GREETING_LEN;
    }
    while (next_frame(&connection, &input)) {
    }
    newcamd_ciphers_free(connection.session.ciphers);
    gcry_cipher_close(connection.trial);
    return 0;
}
