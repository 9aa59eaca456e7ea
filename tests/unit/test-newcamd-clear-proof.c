/* test-newcamd-clear-proof.c
 * What newcamd takes for a connection in clear without its login, and what it does not.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <common/pure/hex.h>
#include <newcamd/session/clear-proof.h>

#define CLIENT 0
#define SERVER 1

/* Written by hand from docs/newcamd.md sections 2.3, 3 and 5: ECM with id 2 and its reply, ECM with id 3, a keepalive.
 * */
#define ECM_2                                                                                                \
    "00020021000000000000"                                                                                   \
    "807004"                                                                                                 \
    "01020304"
#define REPLY_2                                                                                              \
    "00020000000000000000"                                                                                   \
    "801010"                                                                                                 \
    "11223366445566ff2122236631323396"
#define ECM_3                                                                                                \
    "00030021000000000000"                                                                                   \
    "817004"                                                                                                 \
    "01020304"
#define ECM_524                                                                                              \
    "000200000021"                                                                                           \
    "807004"                                                                                                 \
    "01020304"
#define REPLY_524                                                                                            \
    "000200000000"                                                                                           \
    "800000"

static bool
note(newcamd_clear_proof_t *proof, unsigned direction, const char *text, unsigned *header_len,
     unsigned *server)
{
    uint8_t bytes[64];
    const size_t len = strlen(text) / 2;

    g_assert_true(camshark_hex_parse(text, "A message", bytes, len, NULL));
    return newcamd_clear_proof_note(proof, direction, bytes, len, header_len, server);
}

static void
an_ecm_its_reply_and_one_more_frame_are_proof(void)
{
    newcamd_clear_proof_t proof = { 0 };
    unsigned header_len, server;

    g_assert_false(note(&proof, CLIENT, ECM_2, &header_len, &server));
    g_assert_false(note(&proof, SERVER, REPLY_2, &header_len, &server));
    g_assert_true(note(&proof, CLIENT, ECM_3, &header_len, &server));
    g_assert_cmpuint(header_len, ==, NEWCAMD_HEADER_525);
    g_assert_cmpuint(server, ==, SERVER);
}

static void
so_they_are_with_the_short_header(void)
{
    newcamd_clear_proof_t proof = { 0 };
    unsigned header_len, server;

    g_assert_false(note(&proof, CLIENT, ECM_524, &header_len, &server));
    g_assert_false(note(&proof, SERVER, REPLY_524, &header_len, &server));
    g_assert_true(note(&proof, CLIENT, ECM_524, &header_len, &server));
    g_assert_cmpuint(header_len, ==, NEWCAMD_HEADER_524);
}

static void
frames_without_an_answer_are_none(void)
{
    newcamd_clear_proof_t proof = { 0 };
    unsigned header_len, server;

    for (unsigned i = 0; i < 10; i++) {
        g_assert_false(note(&proof, CLIENT, ECM_2, &header_len, &server));
        g_assert_false(note(&proof, CLIENT, ECM_3, &header_len, &server));
    }
}

static void
a_frame_that_is_no_message_begins_anew(void)
{
    newcamd_clear_proof_t proof = { 0 };
    unsigned header_len, server;

    g_assert_false(note(&proof, CLIENT, ECM_2, &header_len, &server));
    g_assert_false(note(&proof, SERVER, REPLY_2, &header_len, &server));
    g_assert_false(note(&proof, SERVER, "000200000000000000000102030405", &header_len, &server));
    g_assert_false(note(&proof, CLIENT, ECM_3, &header_len, &server));
}

static void
random_bytes_prove_nothing(void)
{
    GRand *dice = g_rand_new_with_seed(1);
    newcamd_clear_proof_t proof = { 0 };
    unsigned possible = 0, header_len, server;

    for (unsigned i = 0; i < 2000000; i++) {
        uint8_t bytes[32];
        const size_t len = (size_t)g_rand_int_range(dice, 9, sizeof bytes + 1);
        for (size_t k = 0; k < len; k++) {
            bytes[k] = (uint8_t)g_rand_int(dice);
        }
        possible += newcamd_clear_possible(i % 2, bytes, len);
        g_assert_false(newcamd_clear_proof_note(&proof, i % 2, bytes, len, &header_len, &server));
    }
    g_assert_cmpuint(possible, >, 0);
    g_assert_cmpuint(possible, <, 2000000 / 5000);
    g_rand_free(dice);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/newcamd/clear-proof/" #f, f)
    TEST(an_ecm_its_reply_and_one_more_frame_are_proof);
    TEST(so_they_are_with_the_short_header);
    TEST(frames_without_an_answer_are_none);
    TEST(a_frame_that_is_no_message_begins_anew);
    TEST(random_bytes_prove_nothing);
    return g_test_run();
}
