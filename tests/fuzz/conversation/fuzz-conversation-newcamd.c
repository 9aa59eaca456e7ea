/* fuzz-conversation-newcamd.c
 * newcamd connections through all of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Input: 1 byte for Wireshark (open_options_t), 1 byte for the network (network_options_t, and in bits 4 and 5 what
 * carried Exported PDUs), 14 bytes greeting, then stretches of the two streams: 1 byte (bit 0: from the server; bits
 * 1 and 2: as it is, or a plaintext that is encrypted here with the login key or with the session key, since no
 * fuzzer guesses 3DES; bit 3: the checksum is set right; bit 4: in front of it a new connection begins with the
 * greeting; bit 5: the message's own length is set right), 1 byte of delivery (network.h), 2 bytes length, bytes.
 */
#include "../fuzz.h"
#include "network.h"

#include <newcamd/wire/crypto.h>

#define SEALED_LOGIN   2u
#define SEALED_SESSION 4u
#define SEALED         6u
#define SUM_RIGHT      8u
#define RESTART        16u
#define LENGTH_RIGHT   32u

#define IV_LEN         8u
#define LOGIN_HEADER   10u /* bytes in front of a message of version 525 */

/* The DESKEY and the password of the generators. */
static const uint8_t deskey[NEWCAMD_KEY14_LEN] = { 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6, 0x07,
                                                   0x18, 0x29, 0x3a, 0x4b, 0x5c, 0x6d, 0x7e };
static const char password[] = "sesame";

typedef struct {
    network_t network;
    const uint8_t *greeting;
    uint8_t login_key[NEWCAMD_KEY14_LEN];
    uint8_t session_key[NEWCAMD_KEY14_LEN];
} connection_t;

/* The frame around a plaintext of len bytes, which is padded; to be freed with g_free(). The IV is made of the
 * length. */
static uint8_t *
seal_message(const connection_t *connection, unsigned kind, const uint8_t *plain, size_t len,
             size_t *frame_len)
{
    const size_t padded = (len + 1 + 7) / 8 * 8;
    uint8_t *frame = g_malloc0(2 + padded + IV_LEN);
    gcry_cipher_hd_t cipher =
        newcamd_cipher_open((kind & SEALED_LOGIN) ? connection->login_key : connection->session_key);

    *frame_len = 2 + padded + IV_LEN;
    frame[0] = (uint8_t)((padded + IV_LEN) >> 8);
    frame[1] = (uint8_t)(padded + IV_LEN);
    memcpy(frame + 2, plain, len);
    if ((kind & LENGTH_RIGHT) && len >= LOGIN_HEADER + 3) {
        const size_t data_len = len - LOGIN_HEADER - 3;

        frame[2 + LOGIN_HEADER + 1] = (uint8_t)((frame[2 + LOGIN_HEADER + 1] & 0xf0) | data_len >> 8);
        frame[2 + LOGIN_HEADER + 2] = (uint8_t)data_len;
    }
    if (kind & SUM_RIGHT) {
        frame[2 + padded - 1] = newcamd_xor_sum(frame + 2, padded - 1);
    }
    memset(frame + 2 + padded, (int)len, IV_LEN);
    if (cipher != NULL) { /* half of the key may be a weak one */
        FUZZ_CHECK(gcry_cipher_setiv(cipher, frame + 2 + padded, IV_LEN) == 0);
        FUZZ_CHECK(gcry_cipher_encrypt(cipher, frame + 2, padded, NULL, 0) == 0);
        gcry_cipher_close(cipher);
    }
    return frame;
}

static bool
send_stretch(connection_t *connection, fuzz_input_t *input)
{
    const unsigned kind = fuzz_byte(input), delivery = fuzz_byte(input);
    const size_t len = fuzz_u16(input);
    const uint8_t *bytes = fuzz_take(input, len);
    const side_t side = (kind & 1) ? SERVER : CLIENT;

    if (bytes == NULL) {
        return false;
    }
    if (kind & RESTART) {
        network_restart_tcp(&connection->network);
        network_send_tcp(&connection->network, SERVER, connection->greeting, NEWCAMD_KEY14_LEN, 0);
    }
    if (kind & SEALED) {
        size_t frame_len;
        uint8_t *frame = seal_message(connection, kind, bytes, len, &frame_len);

        network_send_tcp(&connection->network, side, frame, frame_len, delivery);
        g_free(frame);
    } else {
        network_send_tcp(&connection->network, side, bytes, len, delivery);
    }
    return input->left > 0 && connection->network.count < NETWORK_MAX_FRAMES;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    wireshark_start();
    return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static connection_t connection;
    static char crypt[NEWCAMD_CRYPT_LEN + 1];
    fuzz_input_t input = { data, size };
    const unsigned wireshark = fuzz_byte(&input), options = fuzz_byte(&input);

    connection.greeting = fuzz_take(&input, NEWCAMD_KEY14_LEN);
    if (connection.greeting == NULL) {
        return 0;
    }
    if (crypt[0] == '\0') {
        FUZZ_CHECK(newcamd_md5_crypt(password, crypt));
        newcamd_session_key(deskey, (const uint8_t *)crypt, strlen(crypt), connection.session_key);
    }
    newcamd_login_key(deskey, connection.greeting, connection.login_key);
    network_init(&connection.network, options, 50000, 15050, "newcamd");
    network_open_tcp(&connection.network);
    if (!(options & NETWORK_NO_START)) {
        network_send_tcp(&connection.network, SERVER, connection.greeting, NEWCAMD_KEY14_LEN, 0);
    }
    while (send_stretch(&connection, &input)) {
    }
    network_show(&connection.network, wireshark);
    network_clear(&connection.network);
    return 0;
}
