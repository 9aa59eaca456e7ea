/* test-newcamd-proof.c
 * What newcamd takes for a connection without its login, and what it does not: wrong keys on random frames.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <common/pure/hex.h>
#include <newcamd/session/proof.h>

#define CLIENT 0
#define SERVER 1

/* Vectors of docs/newcamd.md section 4.6 under SESSION_A: a card data request and card data with the long
 * header, a keepalive with the short one. */
#define SESSION_A "233f32507a392a005c4234671b0d"
#define REQUEST_4 "00185374e44c298cb3f982a6ad243566ea301011121314151617"
#define CARD_5                                                                                               \
    "00305374e44c298cb3f995788ef44a9277c80f27632616d899b6f853e0748a3ef3d4f15604f0b26d2a8c1011121314151617"
#define KEEPALIVE_6 "0018f4b60e8b635a6e95092f4040132f05011011121314151617"

/* Every key is tried on every frame, on all processors: 75 seconds of one. */
#define FRAMES        200000
#define KEYS          1000
#define KEYS_QUICKLY  50
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
    g_assert_true(newcamd_cipher_set_key(trial, key14));
    g_assert_true(newcamd_proof_try(trial, header, direction, frame, len, &worlds) == (worlds.possible != 0));
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

static uint8_t keys[KEYS][NEWCAMD_KEY14_LEN];
static uint8_t (*frames)[FRAME_LEN_MAX];
static size_t frame_lens[FRAMES];
static uint8_t greeting[NEWCAMD_GREETING_LEN];

static void
make_frames(void)
{
    fill(keys[0], sizeof keys);
    fill(greeting, sizeof greeting);
    frames = g_malloc(sizeof *frames * FRAMES);
    for (unsigned i = 0; i < FRAMES; i++) {
        const size_t len = NEWCAMD_LENGTH_MIN + 8 * (next_random() % 29);
        frame_lens[i] = NEWCAMD_LENGTH_LEN + len;
        fill(frames[i], frame_lens[i]);
        frames[i][0] = (uint8_t)(len >> 8);
        frames[i][1] = (uint8_t)len;
    }
}

/* What some of the keys opened. */
typedef struct {
    unsigned first_key, end_key;
    unsigned suspected, proved; /* as session keys */
    unsigned passed, opened;    /* as DESKEYs of a login: the block that rejects, and the grammar behind it */
} trials_t;

/* One key on all frames, as a session key. */
static void
try_session(gcry_cipher_hd_t handle, const uint8_t *key, trials_t *trials)
{
    newcamd_worlds_t suspect = { 0 }, worlds;

    g_assert_true(newcamd_cipher_set_key(handle, key));
    for (unsigned i = 0; i < FRAMES; i++) {
        if (i % CONNECTION == 0) {
            suspect = (newcamd_worlds_t){ 0 };
        }
        if (newcamd_proof_try(handle, 0, i % 2, frames[i], frame_lens[i], &worlds)) {
            trials->suspected++;
            trials->proved += newcamd_proof_combine(suspect, worlds).possible != 0;
            suspect = worlds;
        }
    }
}

/* Whether a key that passed the block opens a login, of whatever header. */
static bool
opens_login(const uint8_t *login_key, const uint8_t *frame, size_t frame_len)
{
    const size_t len = frame_len - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN;
    gcry_cipher_hd_t handle = newcamd_cipher_open(login_key);
    uint8_t plain[NEWCAMD_LOGIN_LENGTH_MAX];
    newcamd_login_text_t text;

    g_assert_true(
        newcamd_decrypt(handle, frame + NEWCAMD_LENGTH_LEN, len, frame + NEWCAMD_LENGTH_LEN + len, plain));
    gcry_cipher_close(handle);
    return newcamd_login_read(plain, len, NEWCAMD_HEADER_525, &text) ||
           newcamd_login_read(plain, len, NEWCAMD_HEADER_524, &text) || newcamd_old_login(plain, len);
}

/* One key on all frames that are as long as a login, as a DESKEY. */
static void
try_logins(gcry_cipher_hd_t handle, const uint8_t *deskey, trials_t *trials)
{
    uint8_t key[NEWCAMD_KEY14_LEN];

    newcamd_login_key(deskey, greeting, key);
    g_assert_true(newcamd_cipher_set_key(handle, key));
    for (unsigned i = 0; i < FRAMES; i++) {
        if (newcamd_login_length_possible((unsigned)frame_lens[i] - NEWCAMD_LENGTH_LEN) &&
            newcamd_trial_may_open(handle, frames[i] + NEWCAMD_LENGTH_LEN,
                                   frame_lens[i] - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN)) {
            trials->passed++;
            trials->opened += opens_login(key, frames[i], frame_lens[i]);
        }
    }
}

static void *
try_keys(void *data)
{
    trials_t *trials = data;
    gcry_cipher_hd_t handle = newcamd_trial_open();

    for (unsigned k = trials->first_key; k < trials->end_key; k++) {
        try_session(handle, keys[k], trials);
        try_logins(handle, keys[k], trials);
    }
    gcry_cipher_close(handle);
    return NULL;
}

/* Sections 8.6 and 9.2: a wrong session key opens one frame with a chance of 1.2e-6, two of a connection with
 * 1.5e-12; a wrong DESKEY passes the first block of a login with 2^-16, and the login grammar with 1e-30. */
static void
no_random_frame_is_accepted_with_any_of_many_keys(void)
{
    const unsigned used = g_test_slow() ? KEYS : KEYS_QUICKLY;
    const unsigned threads = CLAMP(g_get_num_processors(), 1, 16);
    trials_t part[16] = { { 0 } }, all = { 0 };
    GThread *thread[16];
    unsigned logins = 0;

    make_frames();
    for (unsigned i = 0; i < threads; i++) {
        part[i].first_key = used * i / threads;
        part[i].end_key = used * (i + 1) / threads;
        thread[i] = g_thread_new("keys", try_keys, &part[i]);
    }
    for (unsigned i = 0; i < threads; i++) {
        g_thread_join(thread[i]);
        all.suspected += part[i].suspected;
        all.proved += part[i].proved;
        all.passed += part[i].passed;
        all.opened += part[i].opened;
    }
    for (unsigned i = 0; i < FRAMES; i++) {
        const size_t len = frame_lens[i] - NEWCAMD_LENGTH_LEN;
        logins += newcamd_login_length_possible((unsigned)len);
        g_assert_cmpuint(newcamd_clear_opening(frames[i] + NEWCAMD_LENGTH_LEN, len), ==, 0);
    }
    g_free(frames);

    g_test_message(
        "%u frames, %u of them as long as a login, %u keys: %u suspects, %u blocks like those of a login",
        FRAMES, logins, used, all.suspected, all.passed);
    g_assert_cmpuint(all.proved, ==, 0);
    g_assert_cmpuint(all.opened, ==, 0);
    /* So that the two zeros mean something: as many as the reference says, the same on every computer. */
    g_assert_cmpfloat_with_epsilon(all.suspected / (1.2e-6 * FRAMES * used), 1.0, g_test_slow() ? 0.3 : 0.9);
    g_assert_cmpfloat_with_epsilon(all.passed / (logins * (double)used / 65536), 1.0, 0.2);
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
    TEST(no_random_frame_is_accepted_with_any_of_many_keys);
    const int status = g_test_run();
    gcry_cipher_close(trial);
    return status;
}
