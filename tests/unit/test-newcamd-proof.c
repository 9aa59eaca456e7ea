/* test-newcamd-proof.c
 * What newcamd takes for a connection without its login, and what it does not: wrong keys on random frames.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <common/hex.h>
#include <newcamd/proof.h>

#define CLIENT 0
#define SERVER 1

/* Vectors of docs/newcamd.md section 4.6 under SESSION_A: a card data request and card data with the long
 * header, a keepalive with the short one. */
#define SESSION_A "233f32507a392a005c4234671b0d"
#define REQUEST_4 "00185374e44c298cb3f982a6ad243566ea301011121314151617"
#define CARD_5                                                                                               \
    "00305374e44c298cb3f995788ef44a9277c80f27632616d899b6f853e0748a3ef3d4f15604f0b26d2a8c1011121314151617"
#define KEEPALIVE_6   "0018f4b60e8b635a6e95092f4040132f05011011121314151617"

#define FRAMES        200000
#define KEYS          1000
#define KEYS_A_FRAME  12 /* all keys take part in turn; a frame with each of them would take minutes */
#define FRAME_LEN_MAX (NEWCAMD_LENGTH_LEN + 256)
#define CONNECTION    20 /* frames of one random connection */

static gcry_cipher_hd_t trial;

static newcamd_worlds_t
try_frame(const char *text, unsigned direction, unsigned header, const char *key)
{
    const size_t len = strlen(text) / 2;
    uint8_t frame[FRAME_LEN_MAX], key14[NEWCAMD_KEY14_LEN];
    newcamd_worlds_t worlds;

    g_assert_true(camshark_hex_parse(text, "A frame", frame, len, NULL));
    g_assert_true(camshark_hex_parse(key, "A key", key14, sizeof key14, NULL));
    g_assert_true(newcamd_proof_try(trial, key14, header, direction, frame, len, &worlds) ==
                  (worlds.possible != 0));
    return worlds;
}

static void
two_frames_of_a_session_agree_on_header_and_server(void)
{
    const newcamd_worlds_t request = try_frame(REQUEST_4, CLIENT, 0, SESSION_A);
    const newcamd_worlds_t card = try_frame(CARD_5, SERVER, 0, SESSION_A);
    unsigned header, server;

    g_assert_cmphex(newcamd_proof_combine(request, card).possible, !=, 0);
    newcamd_proof_choose(newcamd_proof_combine(request, card), CLIENT, &header, &server);
    g_assert_cmpuint(header, ==, NEWCAMD_HEADER_525);
    g_assert_cmpuint(server, ==, SERVER);
}

static void
frames_that_contradict_each_other_prove_nothing(void)
{
    /* Only a client asks for card data, only a server sends it: not both in one direction. */
    const newcamd_worlds_t request = try_frame(REQUEST_4, CLIENT, 0, SESSION_A);
    const newcamd_worlds_t card = try_frame(CARD_5, CLIENT, 0, SESSION_A);
    const newcamd_worlds_t keepalive = try_frame(KEEPALIVE_6, CLIENT, 0, SESSION_A);

    g_assert_cmphex(card.possible, !=, 0);
    g_assert_cmphex(newcamd_proof_combine(request, card).possible, ==, 0);
    g_assert_cmphex(newcamd_proof_combine(request, keepalive).possible, ==, 0);
}

static void
a_message_of_either_side_leaves_the_side_open(void)
{
    const newcamd_worlds_t keepalive = try_frame(KEEPALIVE_6, CLIENT, 0, SESSION_A);
    unsigned header, server;

    for (unsigned expected = 0; expected < 2; expected++) {
        newcamd_proof_choose(keepalive, expected, &header, &server);
        g_assert_cmpuint(header, ==, NEWCAMD_HEADER_524);
        g_assert_cmpuint(server, ==, expected);
    }
}

static void
a_forced_header_leaves_no_other(void)
{
    g_assert_cmphex(try_frame(REQUEST_4, CLIENT, NEWCAMD_HEADER_524, SESSION_A).possible, ==, 0);
    g_assert_cmphex(try_frame(REQUEST_4, CLIENT, NEWCAMD_HEADER_525, SESSION_A).possible, !=, 0);
    g_assert_cmphex(try_frame(KEEPALIVE_6, CLIENT, NEWCAMD_HEADER_525, SESSION_A).possible, ==, 0);
}

static void
a_wrong_key_opens_nothing(void)
{
    g_assert_cmphex(try_frame(REQUEST_4, CLIENT, 0, "333f32507a392a005c4234671b0d").possible, ==, 0);
    g_assert_cmphex(try_frame(CARD_5, SERVER, 0, "233f32507a392a005c4234671b0f").possible, ==, 0);
}

/* xorshift: the same frames on every computer. */
static uint64_t random_state = 88172645463325252u;

static uint64_t
next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static void
fill(uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (uint8_t)(next_random() >> 32);
    }
}

/* Section 8.6: one wrong key opens one frame with a chance of 1.2e-6, two frames with 1.5e-12. */
static void
no_random_connection_is_proved(void)
{
    static uint8_t keys[KEYS][NEWCAMD_KEY14_LEN];
    static newcamd_worlds_t suspects[KEYS]; /* of the connection at hand */
    unsigned suspected = 0, proved = 0;

    fill(keys[0], sizeof keys);
    for (unsigned i = 0; i < FRAMES; i++) {
        const size_t len = NEWCAMD_LENGTH_MIN + 8 * (next_random() % 29);
        uint8_t frame[FRAME_LEN_MAX];
        fill(frame, NEWCAMD_LENGTH_LEN + len);
        frame[0] = (uint8_t)(len >> 8);
        frame[1] = (uint8_t)len;
        if (i % CONNECTION == 0) {
            memset(suspects, 0, sizeof suspects);
        }
        for (unsigned k = 0; k < KEYS_A_FRAME; k++) {
            const unsigned key = (i / CONNECTION * KEYS_A_FRAME + k) % KEYS;
            newcamd_worlds_t worlds;
            if (newcamd_proof_try(trial, keys[key], 0, i % 2, frame, NEWCAMD_LENGTH_LEN + len, &worlds)) {
                suspected++;
                proved += newcamd_proof_combine(suspects[key], worlds).possible != 0;
                suspects[key] = worlds;
            }
        }
    }
    g_test_message("%u frames, %u trials each: %u suspects", FRAMES, KEYS_A_FRAME, suspected);
    g_assert_cmpuint(proved, ==, 0);
    g_assert_cmpuint(suspected, <, 20); /* 2.9 are expected */
}

/* The block that rejects a wrong key, and what is left behind it (section 9.2). */
static void
no_random_frame_is_a_login(void)
{
    unsigned passed = 0;

    for (unsigned i = 0; i < FRAMES; i++) {
        const size_t len = NEWCAMD_LOGIN_LENGTH_MIN + 8 * (next_random() % 11) - NEWCAMD_IV_LEN;
        uint8_t cipher[NEWCAMD_LOGIN_LENGTH_MAX], key[NEWCAMD_KEY14_LEN];
        fill(cipher, len);
        for (unsigned k = 0; k < 4; k++) {
            fill(key, sizeof key);
            passed += newcamd_trial_may_open(trial, key, cipher, len);
        }
        newcamd_login_text_t text;
        g_assert_false(newcamd_login_read(cipher, len, NEWCAMD_HEADER_525, &text));
        g_assert_false(newcamd_login_read(cipher, len, NEWCAMD_HEADER_524, &text));
        g_assert_false(newcamd_old_login(cipher, len));
        g_assert_cmpuint(newcamd_clear_opening(cipher, len), ==, 0);
    }
    /* 800,000 * 2^-16 */
    g_assert_cmpuint(passed, <, 40);
}

int
main(int argc, char **argv)
{
    g_assert_nonnull(gcry_check_version(NULL));
    g_test_init(&argc, &argv, NULL);
    trial = newcamd_trial_open();
    g_assert_nonnull(trial);
#define TEST(f) g_test_add_func("/newcamd/proof/" #f, f)
    TEST(two_frames_of_a_session_agree_on_header_and_server);
    TEST(frames_that_contradict_each_other_prove_nothing);
    TEST(a_message_of_either_side_leaves_the_side_open);
    TEST(a_forced_header_leaves_no_other);
    TEST(a_wrong_key_opens_nothing);
    TEST(no_random_connection_is_proved);
    TEST(no_random_frame_is_a_login);
    const int status = g_test_run();
    gcry_cipher_close(trial);
    return status;
}
