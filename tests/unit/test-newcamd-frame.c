/* test-newcamd-frame.c
 * newcamd's frames, grammars and sessions against the vectors of docs/newcamd.md sections 4.6 and 4.7.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <common/pure/hex.h>
#include <newcamd/session/session.h>

#define DESKEY     "0102030405060708091011121314"
#define GREETING_A "779dcc5dd20d592edcedb817c1ab"
#define SESSION_A  "233f32507a392a005c4234671b0d"
#define SESSION_B  "3831266940792427053933662a1c"

#define A_CRYPT    "2431246162636465666768246e70534554517372496d33354d516669554941646e2e00"
#define B_CRYPT    "243124616263646566676824544e7a6164764b33474a6a4e4a506d466763657a6c2f00"
#define USER_DUMMY "64756d6d7900"

/* key: a session key, or greeting for the login key that DESKEY makes of it. */
typedef struct {
    const char *name;
    const char *session_key, *greeting;
    unsigned header;
    uint8_t tag;
    bool from_server;
    const char *frame, *plain;
} frame_vector_t;

static const frame_vector_t frame_vectors[] = {
    { "1", NULL, GREETING_A, 10, 0xe0, false,
      "0040809e548c73806aa3688da764cc5cb2d944a991df689765cbaf9e9b4a93dd41b89eff09b24b9afbf04062220d9487ba31cc"
      "d63e574"
      "ac9d7971011121314151617",
      "00016d67000000000011 e00029" USER_DUMMY A_CRYPT "a1 43" },
    { "2", NULL, GREETING_A, 6, 0xe0, false,
      "004056b12c04b1f2d0d4cbb45d5c868bf69cbe2f33cc45dbb92cc472e9c63ebcda2ad34d5c1bffceea6378d752db01ed31b882"
      "f799ec2"
      "b8485081011121314151617",
      "000100005644 e00029" USER_DUMMY A_CRYPT "a1a2a3a4a5 4a" },
    { "3", NULL, GREETING_A, 10, 0xe1, true, "001823bdcb06a5d363916bc9b28c678c400e1011121314151617",
      "00010000000000000000 e10000 a1a2 e3" },
    { "4", SESSION_A, NULL, 10, 0xe3, false, "00185374e44c298cb3f982a6ad243566ea301011121314151617",
      "00020000000000000000 e30000 a1a2 e2" },
    { "5", SESSION_A, NULL, 10, 0xe4, true,
      "00305374e44c298cb3f995788ef44a9277c80f27632616d899b6f853e0748a3ef3d4f15604f0b26d2a8c1011121314151617",
      "00020000000000000000 e40017 01 0500 0000000102030405 01 030600 00000000aabbcc00 a1a2a3 8d" },
    { "6", SESSION_A, NULL, 6, 0xfd, false, "0018f4b60e8b635a6e95092f4040132f05011011121314151617",
      "000300000000 fd0000 a1a2a3a4a5a6 f9" },
    { "R1", NULL, "0cfcc196e07fc6258f5b3e802b2b", 10, 0xe0, false,
      "0040929c4f85f3e239498d926570c3eb76954f9efcd9c5fd623926165c35417b3b338d0b8f508c2def7ef1f65ddfcd8c87fdad"
      "36810f9"
      "0b8f50097e5b69e1325f4da",
      "00017878000000000000 e00029" USER_DUMMY B_CRYPT "f4 62" },
    { "R2", NULL, "0cfcc196e07fc6258f5b3e802b2b", 10, 0xe1, true,
      "0018a08d7c9f0cf0de5396060a6465d732c8dfdcf4e0588a33a9", "0001 6e73 0000 000000 14 e10000 8218 73" },
    { "R3", SESSION_B, NULL, 10, 0xe4, true,
      "0038de9b3c55cbe76e5aff1393b9930fd806dacadc19aa6d7756d702ab07dfd5e2f7bfd9bbc3930eb828ab7116d5d707881eec"
      "431a193"
      "d143818",
      "00000000000000000000 e40022 0b 0b00 0000000000000000 02 000000 0000000000000000 000001 "
      "0000000000000000 c5" },
    { "R4", SESSION_B, NULL, 10, 0x80, true,
      "0028f82bafee9c5df3b53a2697b80d9c7cf4bbf81e3dd218c914c5742bf116fa6078539e1da45387fb12",
      "0002 0000000000000000 801010 11223366445566ff 2122236631323396 7d72 83" },
    { "R5", SESSION_B, NULL, 10, 0xd6, true,
      "0020b46145281e8204d31955b26ba6a7907ac237cdcc094cafda80ab43e84b95cc66",
      "00020000000000000000 d60004 312e3637 20d41e38e6f0 0a" },
    { "R6", SESSION_B, NULL, 10, 0xd3, true, "00186bf9d7bbf224563d8b203793674c17820ee43e8f2698f7b0",
      "0001 61da 0b00 000001 00 d30000 00da b9" },
    { "R7", SESSION_B, NULL, 10, 0xd7, true,
      "002080ab80a45bbb4b004383dd6b8ef900e4bcd98c331a1f24be98214daf215b62f5",
      "0001 1001 61e4 000001 14 d70009 100201 100301 abcd01 54 6c" },
    { "R8", SESSION_B, NULL, 10, 0x82, true, "0018b088cae127d1b6e5e7909e0336dd88d0e08bf7b1998cb7c9",
      "00020000000000000000 821000 85cf da" },
    { "R9", NULL, "913bc2c11e0fd860b9282e0526c6", 10, 0xe2, true,
      "00180d3ee48e4dab26e0c06b20aa326c1cb435cc025f6ed90068", "00010000000000000000 e20000 96c6 b3" },
    /* The 524 defect (section 5.3): the first three message bytes are overwritten. */
    { "R10", SESSION_B, NULL, 6, 0, true,
      "0038d1b55b08314db2ecc39521acbffbaaf28e9d5c37d044d44c05d3e39c4d219bbd18bcdc5970bbac0c3183d3306ac4a36ecc"
      "347a131"
      "67c9746",
      "0001 00000000 000000 0b 0b00 0000000000000000 02 000000 0000000000000000 000001 0000000000000000 "
      "9480da03 cf" },
    { "R11", NULL, "f13bcb0191aec2363948a5d959f9", 6, 0xe0, false,
      "00409abe67a87354bda3e7a9cd330c9bee9dc4acd496638852acd4bf26ae27568c3dcb3cfc7c01afa24eb17a7c1f519df41329"
      "ee7984f"
      "6997e2e1a8324281e05bb8e",
      "0000 00008888 e00029" USER_DUMMY B_CRYPT "a3f30ea79f f1" },
};

typedef struct {
    uint8_t bytes[256];
    size_t len;
} bytes_t;

static bytes_t
unhex(const char *text)
{
    bytes_t b = { .len = 0 };

    for (const char *p = text; *p != '\0'; p++) {
        b.len += *p != ' ';
    }
    b.len /= 2;
    g_assert_cmpuint(b.len, <=, sizeof b.bytes);
    g_assert_true(camshark_hex_parse(text, "A test vector", b.bytes, b.len, NULL));
    return b;
}

static const frame_vector_t *
vector(const char *name)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(frame_vectors); i++) {
        if (strcmp(frame_vectors[i].name, name) == 0) {
            return &frame_vectors[i];
        }
    }
    g_assert_not_reached();
}

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

#define NAME_E5  "00000000000000000000 e50008 617474696300 3aca"  /* "attic", 15050; section 8.3 */
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

/* ---- Sessions ---- */

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
sessions_of_one_key_share_a_cipher(void)
{
    newcamd_session_t one = { .ciphers = ciphers }, other = { .ciphers = ciphers };

    g_assert_true(log_in(&one, "R1", DESKEY));
    newcamd_session_prove(&other, unhex(DESKEY).bytes, one.session_key, 10, ACCEPTOR);
    g_assert_true(one.session_cipher == other.session_cipher);
    newcamd_session_prove(&other, unhex(DESKEY).bytes, unhex("0102030405060708091011121314").bytes, 10,
                          ACCEPTOR);
    g_assert_false(one.session_cipher == other.session_cipher);
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
    g_test_add_data_func("/newcamd/session/the_login_opens_with_its_deskey/1", "1",
                         the_login_opens_with_its_deskey);
    g_test_add_data_func("/newcamd/session/the_login_opens_with_its_deskey/2", "2",
                         the_login_opens_with_its_deskey);
    g_test_add_data_func("/newcamd/session/the_login_opens_with_its_deskey/R1", "R1",
                         the_login_opens_with_its_deskey);
    g_test_add_data_func("/newcamd/session/the_login_opens_with_its_deskey/R11", "R11",
                         the_login_opens_with_its_deskey);
#undef TEST
#define TEST(f) g_test_add_func("/newcamd/session/" #f, f)
    TEST(a_key_follows_from_the_place_and_from_nothing_else);
    TEST(frames_open_with_the_key_of_their_place);
    TEST(a_frame_at_an_odd_place_opens_with_the_other_key_if_it_makes_sense);
    TEST(a_damaged_frame_keeps_the_key_of_its_place);
    TEST(nothing_opens_before_the_login);
    TEST(a_server_name_moves_the_first_encrypted_frames);
    TEST(a_proved_key_with_the_greeting_gives_the_login_key);
    TEST(the_reply_to_a_login_that_was_not_seen_opens_with_the_deskey);
    TEST(the_user_may_choose_another_header_than_the_login_has);
    TEST(sessions_of_one_key_share_a_cipher);
    TEST(logins_that_take_turns_all_stay_open);
    const int status = g_test_run();
    newcamd_ciphers_free(ciphers);
    return status;
}
