/* test-newcamd-frame.c
 * newcamd's frames and grammars against the vectors of docs/newcamd.md sections 4.6 and 4.7.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "newcamd-vectors.h"

#include <newcamd/wire/crypto.h>

static void
a_frame_decrypts_to_its_plaintext(gconstpointer data)
{
    const frame_vector_t *v = data;
    const bytes_t frame = unhex(v->frame);
    const bytes_t want = unhex(v->plain);
    uint8_t key[NEWCAMD_KEY14_LEN], plain[256];

    if (v->greeting != NULL) {
        newcamd_login_key(unhex(DESKEY).bytes, unhex(v->greeting).bytes, key);
    } else {
        memcpy(key, unhex(v->session_key).bytes, sizeof key);
    }
    gcry_cipher_hd_t cipher = newcamd_cipher_open(key);
    const size_t len = frame.len - NEWCAMD_LENGTH_LEN - NEWCAMD_IV_LEN;
    g_assert_true(newcamd_decrypt(cipher, frame.bytes + 2, len, frame.bytes + 2 + len, plain));
    gcry_cipher_close(cipher);
    g_assert_cmpmem(plain, len, want.bytes, want.len);
}

static void
a_frame_has_a_right_checksum_and_a_possible_length(gconstpointer data)
{
    const frame_vector_t *v = data;
    const bytes_t frame = unhex(v->frame), plain = unhex(v->plain);

    g_assert_cmphex(newcamd_xor_sum(plain.bytes, plain.len), ==, 0);
    g_assert_true(newcamd_length_possible((unsigned)(frame.bytes[0] << 8 | frame.bytes[1])));
    g_assert_cmpuint(frame.len, ==, 2u + (unsigned)(frame.bytes[0] << 8 | frame.bytes[1]));
}

static void
a_frame_is_ok_with_its_own_header_only(gconstpointer data)
{
    const frame_vector_t *v = data;
    const bytes_t plain = unhex(v->plain);
    const bool damaged = v->tag == 0;

    g_assert_true(newcamd_frame_ok(plain.bytes, plain.len, v->header) == !damaged);
    g_assert_false(newcamd_frame_ok(plain.bytes, plain.len, 16 - v->header));
    g_assert_cmphex(plain.bytes[v->header], ==, v->tag);
}

static void
a_session_frame_satisfies_the_grammar_of_its_direction(gconstpointer data)
{
    const frame_vector_t *v = data;
    const bytes_t plain = unhex(v->plain);
    const bool in_session = v->session_key != NULL && v->tag != 0;

    g_assert_true(newcamd_direction_ok(plain.bytes, plain.len, v->header, v->from_server) == in_session);
}

static void
a_login_frame_and_nothing_else_satisfies_the_login_grammar(gconstpointer data)
{
    const frame_vector_t *v = data;
    const bytes_t plain = unhex(v->plain);
    newcamd_login_text_t text;

    for (unsigned header = 6; header <= 10; header += 4) {
        const bool login = v->tag == NEWCAMD_LOGIN && header == v->header;
        g_assert_true(newcamd_login_read(plain.bytes, plain.len, header, &text) == login);
        if (login) {
            g_assert_cmpmem(plain.bytes + text.user, text.user_len, "dummy", 5);
            g_assert_cmpmem(plain.bytes + text.crypt, 12, NEWCAMD_CRYPT_SALT, 12);
            g_assert_cmpuint(text.crypt_len, ==, 34);
        }
    }
}

/* Changes one byte and puts the checksum right again. */
static bytes_t
changed(const char *name, size_t at, uint8_t value)
{
    bytes_t plain = unhex(vector(name)->plain);

    plain.bytes[plain.len - 1] ^= plain.bytes[at] ^ value;
    plain.bytes[at] = value;
    return plain;
}

static bool
is_login(bytes_t plain)
{
    newcamd_login_text_t text;

    return newcamd_login_read(plain.bytes, plain.len, 10, &text);
}

static void
the_login_grammar_refuses_what_is_nearly_a_login(void)
{
    const size_t user = 13, crypt = 19;

    g_assert_true(is_login(changed("1", user, 'D')));
    g_assert_true(is_login(changed("1", user, 0xe4))); /* a Latin-1 name */
    g_assert_true(is_login(changed("1", 10, NEWCAMD_SERVER_LOGIN)));
    g_assert_false(is_login(changed("1", 10, NEWCAMD_LOGIN_ACK)));
    g_assert_false(is_login(changed("1", user, 0)));         /* no name */
    g_assert_false(is_login(changed("1", user + 1, 0x07)));  /* not printable */
    g_assert_false(is_login(changed("1", user + 5, 'x')));   /* no NUL */
    g_assert_false(is_login(changed("1", crypt, '%')));      /* not "$1$" */
    g_assert_false(is_login(changed("1", crypt + 33, '-'))); /* not of the hash alphabet */
    g_assert_false(is_login(changed("1", crypt + 34, 'x'))); /* no NUL at the end */
    g_assert_false(is_login(changed("1", 12, 0x28)));        /* too short for its text */
    bytes_t plain = unhex(vector("1")->plain);
    plain.bytes[plain.len - 1] ^= 1;
    g_assert_false(is_login(plain)); /* checksum */
}

static bool
direction_ok(const char *head, bool from_server)
{
    /* 524 header, then the message, then as many zeros as make it whole. */
    char *text = g_strconcat("000000000000", head, NULL);
    bytes_t plain = unhex(text);

    g_free(text);
    const unsigned len = newcamd_data_len(plain.bytes, sizeof plain.bytes, 6);
    plain.len = (6 + 4 + len + 7) & ~7u;
    return newcamd_direction_ok(plain.bytes, plain.len, 6, from_server);
}

static void
the_direction_grammar_knows_who_says_what(void)
{
    static const struct {
        const char *head;
        bool client, server;
    } cases[] = {
        { "800000", true, true },   { "801010", true, true },   { "800020", true, true },
        { "800011", true, false },  { "827005", true, false },  { "821000", true, true },
        { "8f1000", true, true },   { "900005", false, false }, { "c00010", true, false },
        { "c1000f", false, false }, { "d10005", false, true },  { "d20001", false, true },
        { "d30000", false, true },  { "d30001", false, false }, { "d40000", false, true },
        { "d50003", false, true },  { "d60000", true, true },   { "d60010", false, true },
        { "d60011", false, false }, { "d70006", false, true },  { "d70007", false, false },
        { "d80000", true, false },  { "e30000", true, false },  { "e30001", false, false },
        { "e4000c", false, true },  { "e40017", false, true },  { "e40018", false, false },
        { "e4000b", false, false }, { "fd0000", true, true },   { "fd0001", false, false },
        { "e00000", false, false }, { "000000", false, false },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].head);
        g_assert_true(direction_ok(cases[i].head, false) == cases[i].client);
        g_assert_true(direction_ok(cases[i].head, true) == cases[i].server);
    }
}

static void
a_length_is_a_multiple_of_8_between_24_and_2392(void)
{
    g_assert_false(newcamd_length_possible(0));
    g_assert_false(newcamd_length_possible(16));
    g_assert_true(newcamd_length_possible(24));
    g_assert_false(newcamd_length_possible(25));
    g_assert_true(newcamd_length_possible(2392));
    g_assert_false(newcamd_length_possible(2400));
    g_assert_false(newcamd_login_length_possible(48));
    g_assert_true(newcamd_login_length_possible(56));
    g_assert_true(newcamd_login_length_possible(136));
    g_assert_false(newcamd_login_length_possible(144));
}

static void
the_mark_of_multics_is_known_and_no_other_greeting_has_it(void)
{
    static const char *const others[] = {
        GREETING_A,
        "5b0f2887d6a1e7060bef2702f061",
        "96f69122046bddbfd25a50ad7651",
        "0123456789abcdeffedcba987654",
        "00112233445566778899aabbccdd",
        "fffefdfcfbfaf9f8f7f6f5f4f3f2",
        "0000000000000000000000000000",
    };

    g_assert_true(newcamd_greeting_is_multics(unhex("00112280445566c08899aa1accdd").bytes));
    for (unsigned i = 0; i < G_N_ELEMENTS(others); i++) {
        g_assert_false(newcamd_greeting_is_multics(unhex(others[i]).bytes));
    }
}

static void
a_text_banner_is_no_greeting(void)
{
    g_assert_false(newcamd_greeting_possible((const uint8_t *)"220 ftp.home\r\n"));
    g_assert_false(newcamd_greeting_possible((const uint8_t *)"\ttab and space"));
    g_assert_true(newcamd_greeting_possible(unhex(GREETING_A).bytes));
    g_assert_true(newcamd_greeting_possible((const uint8_t *)"thirteen char")); /* and a NUL */
}

static bool
secrets_start(bytes_t plain, bool from_server, bool sound, unsigned *start)
{
    return newcamd_secrets_start(plain.bytes, plain.len, 10, from_server, sound, start);
}

static void
hiding_masks_crypt_strings_and_control_words_only(void)
{
    unsigned start;

    g_assert_true(secrets_start(unhex(vector("1")->plain), false, true, &start));
    g_assert_cmpuint(start, ==, 19); /* behind the user name */
    g_assert_true(secrets_start(unhex(vector("R4")->plain), true, true, &start));
    g_assert_cmpuint(start, ==, 13);
    g_assert_false(secrets_start(unhex(vector("R4")->plain), false, true, &start)); /* would be an ECM */
    g_assert_false(secrets_start(unhex(vector("R3")->plain), true, true, &start));
    g_assert_true(secrets_start(unhex(vector("R3")->plain), true, false, &start)); /* damaged: nobody knows */
    g_assert_cmpuint(start, ==, 13);
}

/* ---- Clear frames, and logins of old releases ---- */

#define CLEAR_E0 "00017878000000000000 e00029" USER_DUMMY B_CRYPT /* section 2.3 */

static void
a_server_name_has_a_name_and_a_port_and_nothing_else(void)
{
    const bytes_t name = unhex(NAME_E5);
    uint16_t port = 0;

    g_assert_true(newcamd_server_name_read(name.bytes, name.len, 10, &port));
    g_assert_cmpuint(port, ==, 15050);
    g_assert_false(newcamd_server_name_read(name.bytes, name.len - 1, 10, &port));
    g_assert_false(newcamd_server_name_read(name.bytes, name.len, 6, &port));
    g_assert_cmpuint(newcamd_clear_opening(name.bytes, name.len), ==, 10);
    const bytes_t no_port = unhex("00000000000000000000 e50006 617474696300");
    g_assert_false(newcamd_server_name_read(no_port.bytes, no_port.len, 10, &port));
}

static void
a_login_in_clear_fills_its_frame(void)
{
    const bytes_t login = unhex(CLEAR_E0);
    newcamd_login_text_t text;

    g_assert_true(newcamd_clear_login_read(login.bytes, login.len, 10, &text));
    g_assert_cmpmem(login.bytes + text.user, text.user_len, "dummy", 5);
    g_assert_false(newcamd_clear_login_read(login.bytes, login.len - 1, 10, &text));
    g_assert_cmpuint(newcamd_clear_opening(login.bytes, login.len), ==, 10);
    g_assert_cmpuint(newcamd_clear_opening(login.bytes, 5), ==, 0);
}

static void
the_login_of_an_old_release_is_known_for_one(void)
{
    /* Message id, tag, length, strings, padding; then without a length. The last byte makes the sum 0. */
    bytes_t with_length = unhex("0001 e00029" USER_DUMMY B_CRYPT "a1 00");
    bytes_t without = unhex("0001 e0" USER_DUMMY B_CRYPT "a1a2a3 00");

    with_length.bytes[with_length.len - 1] = newcamd_xor_sum(with_length.bytes, with_length.len);
    without.bytes[without.len - 1] = newcamd_xor_sum(without.bytes, without.len);
    g_assert_true(newcamd_old_login(with_length.bytes, with_length.len));
    g_assert_true(newcamd_old_login(without.bytes, without.len));
    g_assert_false(newcamd_old_login(unhex(vector("1")->plain).bytes, unhex(vector("1")->plain).len));
    without.bytes[3] ^= 1;
    g_assert_false(newcamd_old_login(without.bytes, without.len));
}

int
main(int argc, char **argv)
{
    g_assert_nonnull(gcry_check_version(NULL));
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(frame_vectors); i++) {
        const frame_vector_t *v = &frame_vectors[i];
#define VECTOR_TEST(f)                                                                                       \
    do {                                                                                                     \
        char *path = g_strdup_printf("/newcamd/frame/" #f "/%s", v->name);                                   \
        g_test_add_data_func(path, v, f);                                                                    \
        g_free(path);                                                                                        \
    } while (0)
        VECTOR_TEST(a_frame_decrypts_to_its_plaintext);
        VECTOR_TEST(a_frame_has_a_right_checksum_and_a_possible_length);
        VECTOR_TEST(a_frame_is_ok_with_its_own_header_only);
        VECTOR_TEST(a_session_frame_satisfies_the_grammar_of_its_direction);
        VECTOR_TEST(a_login_frame_and_nothing_else_satisfies_the_login_grammar);
    }
#define TEST(f) g_test_add_func("/newcamd/frame/" #f, f)
    TEST(the_login_grammar_refuses_what_is_nearly_a_login);
    TEST(the_direction_grammar_knows_who_says_what);
    TEST(a_length_is_a_multiple_of_8_between_24_and_2392);
    TEST(the_mark_of_multics_is_known_and_no_other_greeting_has_it);
    TEST(a_text_banner_is_no_greeting);
    TEST(hiding_masks_crypt_strings_and_control_words_only);
    TEST(a_server_name_has_a_name_and_a_port_and_nothing_else);
    TEST(a_login_in_clear_fills_its_frame);
    TEST(the_login_of_an_old_release_is_known_for_one);
    return g_test_run();
}
