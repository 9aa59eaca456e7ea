/* test-newcamd-session.c
 * The state of a connection against the vectors of docs/newcamd.md sections 4.6 and 4.7.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "newcamd-vectors.h"

#include <newcamd/session/session.h>

#define ACCEPTOR        1
#define CONNECTOR       0
#define GREETING_PLACE  0xfffffff8u /* sequence numbers wrap in the greeting */
#define CONNECTOR_PLACE 700u

static newcamd_ciphers_t *ciphers;

static bool
log_in(newcamd_session_t *session, const char *name, const char *deskey)
{
    const frame_vector_t *v = vector(name);
    const bytes_t frame = unhex(v->frame);
    gcry_cipher_hd_t trial = newcamd_trial_open();

    newcamd_session_greet(session, ACCEPTOR, unhex(v->greeting).bytes, GREETING_PLACE, CONNECTOR_PLACE);
    const bool opened =
        newcamd_session_try_login(session, trial, unhex(deskey).bytes, 0, frame.bytes, frame.len);
    gcry_cipher_close(trial);
    return opened;
}

static void
the_login_opens_with_its_deskey(gconstpointer data)
{
    const char *name = data;
    newcamd_session_t session = { .ciphers = ciphers };

    g_assert_false(log_in(&session, name, "1102030405060708091011121314"));
    g_assert_cmpint(newcamd_session_key_at(&session, CONNECTOR, CONNECTOR_PLACE), ==, NEWCAMD_KEY_NONE);
    g_assert_true(log_in(&session, name, DESKEY));
    g_assert_cmpint(session.login, ==, NEWCAMD_LOGIN_OPENED);
    g_assert_cmpuint(session.header_len, ==, vector(name)->header);
    g_assert_cmpuint(session.server, ==, ACCEPTOR);
}

static void
a_key_follows_from_the_place_and_from_nothing_else(void)
{
    newcamd_session_t session = { .ciphers = ciphers };
    const uint32_t ack = GREETING_PLACE + NEWCAMD_GREETING_LEN;

    g_assert_true(log_in(&session, "R1", DESKEY));
    g_assert_true(newcamd_session_is_login_place(&session, CONNECTOR, CONNECTOR_PLACE));
    g_assert_false(newcamd_session_is_login_place(&session, ACCEPTOR, ack));
    /* In any order: pipelined messages come before the ACK has been seen. */
    g_assert_cmpint(newcamd_session_key_at(&session, CONNECTOR, CONNECTOR_PLACE + 66), ==,
                    NEWCAMD_KEY_SESSION);
    g_assert_cmpint(newcamd_session_key_at(&session, ACCEPTOR, ack + 26), ==, NEWCAMD_KEY_SESSION);
    g_assert_cmpint(newcamd_session_key_at(&session, ACCEPTOR, ack), ==, NEWCAMD_KEY_LOGIN);
    g_assert_cmpint(newcamd_session_key_at(&session, CONNECTOR, CONNECTOR_PLACE), ==, NEWCAMD_KEY_LOGIN);
}

static newcamd_key_t
decide(const newcamd_session_t *session, unsigned direction, uint32_t place, const char *name, uint8_t *plain)
{
    const bytes_t frame = unhex(vector(name)->frame);

    return newcamd_session_decide(session, direction, place, frame.bytes, frame.len, plain);
}

static void
frames_open_with_the_key_of_their_place(void)
{
    newcamd_session_t session = { .ciphers = ciphers };
    uint8_t plain[256];
    const uint32_t ack = GREETING_PLACE + NEWCAMD_GREETING_LEN;

    g_assert_true(log_in(&session, "R1", DESKEY));
    g_assert_cmpint(decide(&session, ACCEPTOR, ack, "R2", plain), ==, NEWCAMD_KEY_LOGIN);
    g_assert_cmpmem(plain, 16, unhex(vector("R2")->plain).bytes, 16);
    g_assert_cmpint(decide(&session, ACCEPTOR, ack + 26, "R3", plain), ==, NEWCAMD_KEY_SESSION);
    g_assert_cmpmem(plain, 48, unhex(vector("R3")->plain).bytes, 48);
    /* R10 passes for its checksum, although no grammar knows its tag. */
    g_assert_cmpint(decide(&session, ACCEPTOR, ack + 84, "R10", plain), ==, NEWCAMD_KEY_SESSION);
    g_assert_cmpmem(plain, 48, unhex(vector("R10")->plain).bytes, 48);
}

static void
a_frame_at_an_odd_place_opens_with_the_other_key_if_it_makes_sense(void)
{
    newcamd_session_t session = { .ciphers = ciphers };
    uint8_t plain[256];

    g_assert_true(log_in(&session, "R1", DESKEY));
    g_assert_cmpint(decide(&session, ACCEPTOR, GREETING_PLACE + NEWCAMD_GREETING_LEN, "R3", plain), ==,
                    NEWCAMD_KEY_SESSION);
    g_assert_cmpmem(plain, 48, unhex(vector("R3")->plain).bytes, 48);
}

static void
a_damaged_frame_keeps_the_key_of_its_place(void)
{
    newcamd_session_t session = { .ciphers = ciphers };
    bytes_t frame = unhex(vector("R3")->frame);
    uint8_t plain[256];

    g_assert_true(log_in(&session, "R1", DESKEY));
    frame.bytes[10] ^= 1;
    g_assert_cmpint(newcamd_session_decide(&session, ACCEPTOR, 5000, frame.bytes, frame.len, plain), ==,
                    NEWCAMD_KEY_SESSION);
    g_assert_cmphex(newcamd_xor_sum(plain, 48), !=, 0);
}

static void
a_server_name_moves_the_first_encrypted_frames(void)
{
    newcamd_session_t session = { .ciphers = ciphers };
    bytes_t frame = unhex("0015" NAME_E5);

    newcamd_session_greet(&session, ACCEPTOR, unhex(vector("R1")->greeting).bytes, GREETING_PLACE,
                          CONNECTOR_PLACE);
    g_assert_true(newcamd_session_try_clear(&session, CONNECTOR_PLACE, 0, frame.bytes, frame.len));
    g_assert_true(session.reverse);
    g_assert_cmpuint(session.server, ==, CONNECTOR);
    g_assert_cmpuint(session.server_port, ==, 15050);
    g_assert_false(newcamd_session_is_login_place(&session, CONNECTOR, CONNECTOR_PLACE));
    g_assert_true(newcamd_session_is_login_place(&session, CONNECTOR, CONNECTOR_PLACE + 23));
    g_assert_true(newcamd_session_expects_clear(&session, ACCEPTOR, GREETING_PLACE + NEWCAMD_GREETING_LEN));
    g_assert_cmpuint(session.first[ACCEPTOR], ==, GREETING_PLACE + NEWCAMD_GREETING_LEN + 15);
}

static void
a_proved_key_with_the_greeting_gives_the_login_key(void)
{
    newcamd_session_t session = { .ciphers = ciphers };
    uint8_t plain[256];
    const uint32_t ack = GREETING_PLACE + NEWCAMD_GREETING_LEN;

    newcamd_session_greet(&session, ACCEPTOR, unhex(vector("R1")->greeting).bytes, GREETING_PLACE,
                          CONNECTOR_PLACE);
    newcamd_session_prove(&session, unhex(DESKEY).bytes, unhex(SESSION_B).bytes, 10, ACCEPTOR);
    g_assert_true(newcamd_session_has_key(&session));
    g_assert_cmpint(decide(&session, ACCEPTOR, ack, "R2", plain), ==, NEWCAMD_KEY_LOGIN);
    g_assert_cmpint(decide(&session, ACCEPTOR, ack + 26, "R3", plain), ==, NEWCAMD_KEY_SESSION);
}

static void
a_proved_key_without_a_deskey_leaves_login_and_reply_closed(void)
{
    newcamd_session_t session = { .ciphers = ciphers };
    uint8_t plain[256];
    const uint32_t ack = GREETING_PLACE + NEWCAMD_GREETING_LEN;

    newcamd_session_greet(&session, ACCEPTOR, unhex(vector("R1")->greeting).bytes, GREETING_PLACE,
                          CONNECTOR_PLACE);
    newcamd_session_prove(&session, NULL, unhex(SESSION_B).bytes, 10, ACCEPTOR);
    g_assert_true(newcamd_session_has_key(&session));
    g_assert_cmpint(decide(&session, CONNECTOR, CONNECTOR_PLACE, "R1", plain), ==, NEWCAMD_KEY_NONE);
    g_assert_cmpint(decide(&session, ACCEPTOR, ack, "R2", plain), ==, NEWCAMD_KEY_NONE);
    g_assert_cmpint(decide(&session, ACCEPTOR, ack + 26, "R3", plain), ==, NEWCAMD_KEY_SESSION);
}

static void
without_the_greeting_no_luck_opens_the_reply_to_a_login(void)
{
    newcamd_session_t session = { .ciphers = ciphers };
    uint8_t plain[256];

    newcamd_session_prove(&session, unhex(DESKEY).bytes, unhex(SESSION_B).bytes, 10, ACCEPTOR);
    g_assert_cmpint(decide(&session, ACCEPTOR, 100, "R2", plain), ==, NEWCAMD_KEY_NONE);
    g_assert_cmpint(decide(&session, ACCEPTOR, 126, "R3", plain), ==, NEWCAMD_KEY_SESSION);
    newcamd_session_settle(&session, ACCEPTOR, 126);
    /* What follows is damaged, if it does not open; what came before may be the reply. */
    g_assert_cmpint(decide(&session, ACCEPTOR, 200, "R2", plain), ==, NEWCAMD_KEY_SESSION);
    g_assert_cmpint(decide(&session, ACCEPTOR, 100, "R2", plain), ==, NEWCAMD_KEY_NONE);
    g_assert_cmpint(decide(&session, CONNECTOR, 200, "R2", plain), ==, NEWCAMD_KEY_NONE);
}

static void
the_reply_to_a_login_that_was_not_seen_opens_with_the_deskey(void)
{
    static const char *const names[] = { "R2", "R9" };
    const uint32_t reply = GREETING_PLACE + NEWCAMD_GREETING_LEN;
    gcry_cipher_hd_t trial = newcamd_trial_open();

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        const frame_vector_t *v = vector(names[i]);
        const bytes_t frame = unhex(v->frame);
        newcamd_session_t session = { .ciphers = ciphers };
        uint8_t plain[256];

        newcamd_session_greet(&session, ACCEPTOR, unhex(v->greeting).bytes, GREETING_PLACE, CONNECTOR_PLACE);
        g_assert_true(newcamd_session_is_reply_place(&session, ACCEPTOR, reply));
        g_assert_false(newcamd_session_is_reply_place(&session, CONNECTOR, CONNECTOR_PLACE));
        g_assert_false(newcamd_session_try_reply(&session, trial, unhex("0102030405060708091011121315").bytes,
                                                 0, frame.bytes, frame.len));
        g_assert_false(newcamd_session_try_reply(&session, trial, unhex(DESKEY).bytes, NEWCAMD_HEADER_524,
                                                 frame.bytes, frame.len));
        g_assert_true(
            newcamd_session_try_reply(&session, trial, unhex(DESKEY).bytes, 0, frame.bytes, frame.len));
        g_assert_cmpuint(session.header_len, ==, NEWCAMD_HEADER_525);
        g_assert_cmpuint(session.server, ==, ACCEPTOR);
        g_assert_cmpint(decide(&session, ACCEPTOR, reply, names[i], plain), ==, NEWCAMD_KEY_LOGIN);
        g_assert_cmpint(newcamd_session_key_at(&session, ACCEPTOR, reply + 26), ==, NEWCAMD_KEY_NONE);
        g_assert_false(newcamd_session_has_key(&session));
    }
    gcry_cipher_close(trial);
}

static void
the_user_may_choose_another_header_than_the_login_has(void)
{
    const frame_vector_t *v = vector("R1");
    const bytes_t frame = unhex(v->frame);
    newcamd_session_t session = { .ciphers = ciphers };
    gcry_cipher_hd_t trial = newcamd_trial_open();

    newcamd_session_greet(&session, ACCEPTOR, unhex(v->greeting).bytes, GREETING_PLACE, CONNECTOR_PLACE);
    g_assert_true(newcamd_session_try_login(&session, trial, unhex(DESKEY).bytes, NEWCAMD_HEADER_524,
                                            frame.bytes, frame.len));
    gcry_cipher_close(trial);
    g_assert_cmpuint(session.login_header_len, ==, NEWCAMD_HEADER_525);
    g_assert_cmpuint(session.header_len, ==, NEWCAMD_HEADER_524);
}

static void
nothing_opens_before_the_login(void)
{
    const newcamd_session_t session = { .ciphers = ciphers };
    uint8_t plain[256];

    g_assert_cmpint(decide(&session, ACCEPTOR, 1, "R3", plain), ==, NEWCAMD_KEY_NONE);
    g_assert_false(newcamd_session_is_login_place(&session, CONNECTOR, 0));
}

static void
logins_that_take_turns_all_stay_open(void)
{
    static const char *const names[] = { "R1", "1" };
    newcamd_session_t sessions[] = { { .ciphers = ciphers }, { .ciphers = ciphers } };

    for (unsigned i = 0; i < 4; i++) {
        const char *name = names[i % 2];
        newcamd_session_t *session = &sessions[i % 2];
        uint8_t plain[256];
        g_assert_true(i >= 2 || log_in(session, name, DESKEY));
        g_assert_cmpint(decide(session, CONNECTOR, CONNECTOR_PLACE, name, plain), ==, NEWCAMD_KEY_LOGIN);
        const bytes_t expected = unhex(vector(name)->plain);
        g_assert_cmpmem(plain, expected.len, expected.bytes, expected.len);
    }
}

int
main(int argc, char **argv)
{
    g_assert_nonnull(gcry_check_version(NULL));
    g_test_init(&argc, &argv, NULL);
    ciphers = newcamd_ciphers_new();
    g_test_add_data_func("/newcamd/session/the_login_opens_with_its_deskey/1", "1",
                         the_login_opens_with_its_deskey);
    g_test_add_data_func("/newcamd/session/the_login_opens_with_its_deskey/2", "2",
                         the_login_opens_with_its_deskey);
    g_test_add_data_func("/newcamd/session/the_login_opens_with_its_deskey/R1", "R1",
                         the_login_opens_with_its_deskey);
    g_test_add_data_func("/newcamd/session/the_login_opens_with_its_deskey/R11", "R11",
                         the_login_opens_with_its_deskey);
#define TEST(f) g_test_add_func("/newcamd/session/" #f, f)
    TEST(a_key_follows_from_the_place_and_from_nothing_else);
    TEST(frames_open_with_the_key_of_their_place);
    TEST(a_frame_at_an_odd_place_opens_with_the_other_key_if_it_makes_sense);
    TEST(a_damaged_frame_keeps_the_key_of_its_place);
    TEST(nothing_opens_before_the_login);
    TEST(a_server_name_moves_the_first_encrypted_frames);
    TEST(a_proved_key_with_the_greeting_gives_the_login_key);
    TEST(a_proved_key_without_a_deskey_leaves_login_and_reply_closed);
    TEST(without_the_greeting_no_luck_opens_the_reply_to_a_login);
    TEST(the_reply_to_a_login_that_was_not_seen_opens_with_the_deskey);
    TEST(the_user_may_choose_another_header_than_the_login_has);
    TEST(logins_that_take_turns_all_stay_open);
    const int status = g_test_run();
    newcamd_ciphers_free(ciphers);
    return status;
}
