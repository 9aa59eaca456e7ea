/* test-baichuan-session.c
 * docs/baichuan.md sections 2.1, 2.2, 2.6, 2.8 and 2.9: what a session makes of each message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-session.h"

static void
the_nonce_reply_and_the_login_are_xor_even_where_aes_is_negotiated(void)
{
    keys_t keys = { .password = { "passTest" } };
    bc_session_t *session = bc_session_new();
    bc_decision_t decision = nonce_reply(session, 2, REAL_NONCE, true, &keys);

    g_assert_cmpint(decision.payload, ==, BC_CIPHER_XOR);
    g_assert_cmpint(decision.kind, ==, BC_PAYLOAD_XML);
    decision = login(session, REAL_HASH, true, &keys);
    g_assert_cmpint(decision.payload, ==, BC_CIPHER_XOR);
    g_assert_cmpint(decision.problem, ==, BC_PROBLEM_NONE);
    g_assert_cmpstr(decision.key->origin, ==, "passTest");
    bc_session_free(session);
}

static void
the_real_session_opens_with_its_password(void)
{
    keys_t keys = { .password = { "wrong", "passTest", "later" } };
    bc_session_t *session = bc_session_new();

    nonce_reply(session, 2, REAL_NONCE, true, &keys);
    login(session, REAL_HASH, true, &keys);
    bc_decision_t decision = decide_hex(session, CLIENT, REAL_151, &keys);
    g_assert_cmpint(decision.extension, ==, BC_CIPHER_AES);
    g_assert_cmpint(decision.kind, ==, BC_PAYLOAD_NONE);
    decision = decide_hex(session, CAMERA, REAL_102, &keys);
    g_assert_cmpint(decision.payload, ==, BC_CIPHER_AES);
    g_assert_cmpint(decision.kind, ==, BC_PAYLOAD_XML);
    g_assert_cmpstr(decision.key->origin, ==, "passTest");
    decision = decide_hex(session, CAMERA, REAL_3, &keys);
    g_assert_cmpint(decision.extension, ==, BC_CIPHER_AES);
    g_assert_cmpint(decision.payload, ==, BC_CIPHER_NONE);
    g_assert_cmpint(decision.kind, ==, BC_PAYLOAD_BINARY);
    bc_session_free(session);
}

static void
without_the_login_request_one_block_proves_the_password(void)
{
    keys_t keys = { .password = { "wrong", "passTest" } };
    bc_session_t *session = bc_session_new();

    nonce_reply(session, 2, REAL_NONCE, false, &keys);
    g_assert_cmpstr(decide_hex(session, CAMERA, REAL_102, &keys).key->origin, ==, "passTest");
    bc_session_free(session);
}

static void
without_a_login_a_raw_key_opens(void)
{
    keys_t keys = { .password = { "passTest" }, .key = "56B2622CC1E69FB7" };
    bc_session_t *session = bc_session_new();
    const bc_decision_t decision = decide_hex(session, CLIENT, REAL_151, &keys);

    g_assert_cmpint(decision.extension, ==, BC_CIPHER_AES);
    g_assert_cmpstr(decision.key->origin, ==, "raw");
    bc_session_free(session);
}

static void
without_a_login_a_password_is_not_enough(void)
{
    keys_t keys = { .password = { "passTest" } };
    bc_session_t *session = bc_session_new();
    const bc_decision_t decision = decide_hex(session, CLIENT, REAL_151, &keys);

    g_assert_cmpint(decision.extension, ==, BC_CIPHER_UNKNOWN);
    g_assert_cmpint(decision.problem, ==, BC_PROBLEM_NO_LOGIN);
    g_assert_null(decision.key);
    bc_session_free(session);
}

static void
full_aes_has_its_range_from_the_extension(void)
{
    keys_t keys = { .password = { "123456" } };
    bc_session_t *session = bc_session_new();

    nonce_reply(session, 0x12, FULL_NONCE, true, &keys);
    const bc_decision_t decision = decide_hex(session, CAMERA, FULL_3, &keys);
    g_assert_cmpint(decision.extension, ==, BC_CIPHER_AES);
    g_assert_cmpint(decision.payload, ==, BC_CIPHER_FULL_AES);
    g_assert_cmpuint(decision.encrypt_pos, ==, 0);
    g_assert_cmpuint(decision.encrypt_len, ==, 24);
    bc_session_free(session);
}

static void
a_wrong_password_is_said_at_the_login_and_where_it_hurts(void)
{
    keys_t keys = { .password = { "wrong" } };
    bc_session_t *session = bc_session_new();

    nonce_reply(session, 2, REAL_NONCE, true, &keys);
    g_assert_cmpint(login(session, REAL_HASH, true, &keys).problem, ==, BC_PROBLEM_WRONG_PASSWORD);
    g_assert_cmpint(decide_hex(session, CAMERA, REAL_102, &keys).problem, ==, BC_PROBLEM_WRONG_PASSWORD);
    bc_session_free(session);
}

static void
no_password_is_said_at_the_login_and_where_it_hurts(void)
{
    keys_t keys = { 0 };
    bc_session_t *session = bc_session_new();

    nonce_reply(session, 2, REAL_NONCE, true, &keys);
    g_assert_cmpint(login(session, REAL_HASH, true, &keys).problem, ==, BC_PROBLEM_NO_KEY);
    const bc_decision_t decision = decide_hex(session, CAMERA, REAL_102, &keys);
    g_assert_cmpint(decision.problem, ==, BC_PROBLEM_NO_KEY);
    g_assert_cmpint(decision.kind, ==, BC_PAYLOAD_UNREADABLE);
    bc_session_free(session);
}

static void
no_password_is_needed_where_aes_is_not_negotiated(void)
{
    keys_t keys = { 0 };
    bc_session_t *session = bc_session_new();

    nonce_reply(session, 1, REAL_NONCE, true, &keys);
    g_assert_cmpint(login(session, REAL_HASH, true, &keys).problem, ==, BC_PROBLEM_NONE);
    bc_session_free(session);
}

static void
a_login_without_nonce_says_that_the_login_is_incomplete(void)
{
    keys_t keys = { .password = { "passTest" } };
    bc_session_t *session = bc_session_new();

    g_assert_cmpint(login(session, REAL_HASH, true, &keys).problem, ==, BC_PROBLEM_NO_LOGIN);
    bc_session_free(session);
}

static void
the_empty_password_is_tried_last(void)
{
    keys_t keys = { 0 };
    bc_session_t *session = bc_session_new();

    nonce_reply(session, 2, FULL_NONCE, true, &keys);
    g_assert_cmpstr(login(session, "8EFECD610524A98390F118D2789BE3B", true, &keys).key->origin, ==,
                    "empty password");
    bc_session_free(session);
}

static void
aes_is_read_where_xor_was_negotiated(void)
{
    keys_t keys = { .password = { "passTest" } };
    bc_session_t *session = bc_session_new();

    nonce_reply(session, 1, REAL_NONCE, true, &keys);
    login(session, REAL_HASH, true, &keys);
    g_assert_cmpint(decide_hex(session, CLIENT, REAL_151, &keys).extension, ==, BC_CIPHER_AES);
    g_assert_cmpint(decide_text(session, CAMERA, "f0debc0a5000000000000000000000 00c80000000 0000000",
                                PROLOG "<body/>", true, &keys)
                        .payload,
                    ==, BC_CIPHER_XOR);
    g_assert_cmpint(decide_text(session, CAMERA, "f0debc0a5000000000000000000000 00c80000000 0000000",
                                "\n" PROLOG "<body/>", false, &keys)
                        .payload,
                    ==, BC_CIPHER_NONE);
    bc_session_free(session);
}

static void
a_second_login_on_the_connection_has_its_own_key(void)
{
    keys_t keys = { .password = { "123456", "passTest" } };
    bc_session_t *session = bc_session_new();

    login_request(session, &keys);
    nonce_reply(session, 0x12, FULL_NONCE, true, &keys);
    g_assert_cmpstr(decide_hex(session, CAMERA, FULL_3, &keys).key->origin, ==, "123456");
    login_request(session, &keys);
    nonce_reply(session, 2, REAL_NONCE, true, &keys);
    g_assert_cmpstr(decide_hex(session, CAMERA, REAL_102, &keys).key->origin, ==, "passTest");
    /* A third one whose first leg is not in the capture. */
    nonce_reply(session, 0x12, FULL_NONCE, true, &keys);
    g_assert_cmpstr(decide_hex(session, CAMERA, FULL_3, &keys).key->origin, ==, "123456");
    bc_session_free(session);
}

static void
a_legacy_login_is_recognised_by_its_size(void)
{
    keys_t keys = { 0 };
    bc_session_t *session = bc_session_new();
    char *zeros = g_strnfill(1836 * 2, '0');
    char *hex = g_strconcat("f0debc0a010000002c0700000000000101dc1465", zeros, NULL);
    const bc_decision_t decision = decide_hex(session, CLIENT, hex, &keys);

    g_assert_cmpint(decision.kind, ==, BC_PAYLOAD_LEGACY_LOGIN);
    g_assert_cmpint(decision.payload, ==, BC_CIPHER_NONE);
    g_free(hex);
    g_free(zeros);
    bc_session_free(session);
}

static void
structures_of_a_session_without_nonce_are_legacy(void)
{
    keys_t keys = { 0 };
    bc_session_t *session = bc_session_new();

    decide_hex(session, CLIENT, "f0debc0a0100000000000000000000 0100dc1465", &keys);
    decide_hex(session, CAMERA, "f0debc0a0100000000000000000000 0100dd1466", &keys);
    g_assert_cmpint(
        decide_hex(session, CAMERA, "f0debc0a4c0000000400000000000000c80000000000000000112233", &keys).kind,
        ==, BC_PAYLOAD_LEGACY);
    bc_session_free(session);
}

static void
an_encrypted_range_is_kept_inside_the_payload(void)
{
    keys_t keys = { .key = "56B2622CC1E69FB7" };
    bc_session_t *session = bc_session_new();
    static const char xml[] =
        PROLOG "<Extension version=\"1.1\">\n<binaryData>1</binaryData>\n"
               "<encryptLen>4294967295</encryptLen>\n<encryptPos>1</encryptPos>\n</Extension>\n";
    uint8_t header[24] = { 0xf0, 0xde, 0xbc, 0x0a, 3,   0, 0, 0, (uint8_t)(sizeof xml - 1 + 4), 0, 0, 0,
                           0,    0,    7,    0,    200, 0, 0, 0, (uint8_t)(sizeof xml - 1) };
    uint8_t bytes[sizeof header + sizeof xml - 1 + 4];

    decide_hex(session, CLIENT, REAL_151, &keys);
    memcpy(bytes, header, sizeof header);
    memcpy(bytes + sizeof header, xml, sizeof xml - 1);
    memcpy(bytes + sizeof header + sizeof xml - 1, "data", 4);
    const bc_decision_t decision = decide(session, CAMERA, bytes, sizeof bytes, &keys);
    g_assert_cmpint(decision.payload, ==, BC_CIPHER_FULL_AES);
    g_assert_cmpuint(decision.encrypt_pos, ==, 1);
    g_assert_cmpuint(decision.encrypt_len, ==, 3);
    bc_session_free(session);
}

static void
keys_are_not_tried_twice_on_the_same_block(void)
{
    keys_t keys = { .password = { "wrong" } };
    bc_session_t *session = bc_session_new();

    nonce_reply(session, 2, REAL_NONCE, true, &keys);
    decide_hex(session, CAMERA, REAL_102, &keys);
    const unsigned first = keys.asked;
    decide_hex(session, CAMERA, REAL_102, &keys);
    /* Only asked once more, to say what is wrong. */
    g_assert_cmpuint(keys.asked - first, <, first);
    bc_session_free(session);
}

static void
a_message_cut_anywhere_is_decided_without_harm(void)
{
    keys_t keys = { .password = { "123456" } };
    size_t len;
    uint8_t *bytes = bytes_of(FULL_3, &len);

    for (size_t have = 24; have < len; have++) {
        bc_session_t *session = bc_session_new();
        uint8_t *part = g_memdup2(bytes, have);
        nonce_reply(session, 0x12, FULL_NONCE, true, &keys);
        decide(session, CAMERA, part, have, &keys);
        g_free(part);
        bc_session_free(session);
    }
    g_free(bytes);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/session/" #f, f)
    TEST(the_nonce_reply_and_the_login_are_xor_even_where_aes_is_negotiated);
    TEST(the_real_session_opens_with_its_password);
    TEST(without_the_login_request_one_block_proves_the_password);
    TEST(without_a_login_a_raw_key_opens);
    TEST(without_a_login_a_password_is_not_enough);
    TEST(full_aes_has_its_range_from_the_extension);
    TEST(a_wrong_password_is_said_at_the_login_and_where_it_hurts);
    TEST(no_password_is_said_at_the_login_and_where_it_hurts);
    TEST(no_password_is_needed_where_aes_is_not_negotiated);
    TEST(a_login_without_nonce_says_that_the_login_is_incomplete);
    TEST(the_empty_password_is_tried_last);
    TEST(aes_is_read_where_xor_was_negotiated);
    TEST(a_second_login_on_the_connection_has_its_own_key);
    TEST(a_legacy_login_is_recognised_by_its_size);
    TEST(structures_of_a_session_without_nonce_are_legacy);
    TEST(an_encrypted_range_is_kept_inside_the_payload);
    TEST(keys_are_not_tried_twice_on_the_same_block);
    TEST(a_message_cut_anywhere_is_decided_without_harm);
    return g_test_run();
}
