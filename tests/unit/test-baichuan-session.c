/* test-baichuan-session.c
 * docs/baichuan.md sections 2.1, 2.2, 2.6, 2.8, 2.9 and 4: what a session makes of each message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-bytes.h"

#include <baichuan/session/session.h>

#define CLIENT 0u
#define CAMERA 1u

/* The published capture (R5) and the constructed vectors of 2.8. */
#define REAL_NONCE "AB5B32EC757765C2"
#define REAL_HASH  "EC1AF34630047FEB2C5B9D2C5402A8D"
#define REAL_151                                                                                             \
    "f0debc0a97000000a50000000000000200001464a5000000a62f81c354192d6827d4aa8f6abc6fbe233796bec3dba3038eb883" \
    "f8"                                                                                                     \
    "bd3ffcb1a6ac130f4c480dac20ae6bc2ad533a51ac8cfc665a3b8c2f7aa116723beb3a393639f1de8c9ac5b670d9297c80429b" \
    "b4"                                                                                                     \
    "29fe6849d7f94f53603f17cb38789fc9175ad35bf8a8c89154fdc676a08fbdc830ccf38b34fdf0c4b36efd8c37b206170db8e5" \
    "a2"                                                                                                     \
    "161b70617f57257f77f3719ed88c185408aa984f0c9bdb9d75351ffa31fcc2aad5"
#define REAL_102                                                                                             \
    "f0debc0a660000005500000000000006c800000000000000a62f81c354192d6827d4aa8f6abc6fbe233796bec3dba3038eb883" \
    "f8"                                                                                                     \
    "bd3ffcb1a6ac130f4c480dac20897cd2b1034304b98195197d28e1c2f7dd72bcbfa367d1117c309b9bf0cdc0d5d19290fbd84c" \
    "66"                                                                                                     \
    "19c00f0e2d"
#define REAL_3                                                                                               \
    "f0debc0a030000008a0000000000000dc80000006a000000a62f81c354192d6827d4aa8f6abc6fbe233796bec3dba3038eb883" \
    "f8"                                                                                                     \
    "bd3ffcb1a6ac130f4c480dac20ae6bc2ad533a51ac8cfc665a3b8c2f7aa116723beb3a393639f1c99691d68a68f02d36b519d9" \
    "fc"                                                                                                     \
    "989c7385a38d71f589e21a9e45468e802797b504d6ede9b5539031303032200000000009000010050000000f79040f08370279" \
    "04"                                                                                                     \
    "0f0837020000"
#define FULL_NONCE "9E6D1FCB9E69846D"
#define FULL_3                                                                                               \
    "f0debc0a03000000c600000000000900c800000086000000c640e9ad98c8769f3cdb1a55cfd4985710bee2e828f6d0d6cd7b76" \
    "bc"                                                                                                     \
    "8c7cc3fe19a62165915a813b8fd3982c5f89c2af15522d4636680f88be315457a82b18b6034d190661f1c905b7a5aa5df5bdd7" \
    "2a"                                                                                                     \
    "fe56e622f46df9640e2546bd21185ad56422a3000a81b5ff738ef9de569ea0723210aa6345f83440cc44e35b8d079468369582" \
    "e8"                                                                                                     \
    "e4b0fa7e93c3f0ed06fd46a17931ade4b469c9273373d87769d218191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f30" \
    "31"                                                                                                     \
    "32333435363738393a3b3c3d3e3f"

/* ---- candidates --------------------------------------------------------------------------------------- */

typedef struct {
    const char *password[4];
    const char *key; /* raw, tried after the passwords */
    unsigned asked;  /* how many candidates were given in all */
} keys_t;

static bool
give(void *context, unsigned index, bc_candidate_t *out)
{
    keys_t *keys = context;
    unsigned n = 0;

    memset(out, 0, sizeof *out);
    keys->asked++;
    while (n < G_N_ELEMENTS(keys->password) && keys->password[n] != NULL) {
        if (n == index) {
            out->password = keys->password[n];
            out->origin = keys->password[n];
            return true;
        }
        n++;
    }
    if (keys->key != NULL && index == n) {
        out->key = (const uint8_t *)keys->key;
        out->iv = bc_default_iv;
        out->origin = "raw";
        return true;
    }
    n += keys->key != NULL;
    out->password = "";
    out->origin = "empty password";
    out->fallback = true;
    return index == n;
}

/* ---- messages ----------------------------------------------------------------------------------------- */

static int64_t now = 1700000000; /* seconds */

static bc_decision_t
decide(bc_session_t *session, unsigned direction, const uint8_t *bytes, size_t len, keys_t *keys)
{
    const bc_candidates_t candidates = { give, keys };
    bc_header_t header;
    bc_decision_t decision;

    g_assert_cmpint(bc_header_parse(bytes, len, &header), ==, BC_HEADER_OK);
    bc_session_see_header(session, &header, direction);
    bc_message_t message = {
        .header = &header,
        .direction = direction,
        .client = bc_session_client(session),
        .when = now,
        .body = bytes + header.len,
        .have = len - header.len,
    };
    bc_session_decide(session, &message, &candidates, &decision);
    bc_message_clear(&message);
    return decision;
}

static bc_decision_t
decide_hex(bc_session_t *session, unsigned direction, const char *hex, keys_t *keys)
{
    size_t len;
    uint8_t *bytes = bytes_of(hex, &len);
    const bc_decision_t decision = decide(session, direction, bytes, len, keys);

    g_free(bytes);
    return decision;
}

/* A message with a payload only, which is XORed with offset 0 if wanted. */
static bc_decision_t
decide_text(bc_session_t *session, unsigned direction, const char *header_hex, const char *payload,
            bool xored, keys_t *keys)
{
    size_t header_len;
    uint8_t *header = bytes_of(header_hex, &header_len);
    const size_t len = strlen(payload);
    uint8_t *bytes = g_malloc(header_len + len);

    memcpy(bytes, header, header_len);
    memcpy(bytes + header_len, payload, len);
    bytes[8] = (uint8_t)len;
    bytes[9] = (uint8_t)(len >> 8);
    if (xored) {
        bc_xor(bytes + header_len, len, bytes[12]);
    }
    const bc_decision_t decision = decide(session, direction, bytes, header_len + len, keys);
    g_free(bytes);
    g_free(header);
    return decision;
}

static bc_decision_t
nonce_reply(bc_session_t *session, unsigned negotiated, const char *nonce, bool xored, keys_t *keys)
{
    char *header = g_strdup_printf("f0debc0a0100000000000000000000%02x%02xdd1466", 0, negotiated);
    char *xml = g_strdup_printf(PROLOG "<body>\n<Encryption version=\"1.1\">\n<type>md5</type>\n"
                                       "<nonce>%s</nonce>\n</Encryption>\n</body>\n",
                                nonce);
    const bc_decision_t decision = decide_text(session, CAMERA, header, xml, xored, keys);

    g_free(header);
    g_free(xml);
    return decision;
}

static bc_decision_t
login(bc_session_t *session, const char *hash, bool xored, keys_t *keys)
{
    char *xml = g_strdup_printf(PROLOG "<body>\n<LoginUser version=\"1.1\">\n<userName>x</userName>\n"
                                       "<password>%s</password>\n</LoginUser>\n</body>\n",
                                hash);
    const bc_decision_t decision =
        decide_text(session, CLIENT, "f0debc0a010000000000000000000000000014640 0000000", xml, xored, keys);

    g_free(xml);
    return decision;
}

static void
login_request(bc_session_t *session, keys_t *keys)
{
    decide_hex(session, CLIENT, "f0debc0a010000000000000000000000 12dc1465", keys);
}

/* ---- tests -------------------------------------------------------------------------------------------- */

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

/* ---- binary exchanges (section 4) --------------------------------------------------------------------- */

#define CHUNK(exchange) "f0debc0a03000000040000000000" exchange "c8000000000000000011 2233"

/* An Extension in the clear, with binaryData. */
static bc_decision_t
binary_extension(bc_session_t *session, const char *value, keys_t *keys)
{
    char *xml = g_strdup_printf(
        PROLOG "<Extension version=\"1.1\">\n<binaryData>%s</binaryData>\n</Extension>\n", value);
    const size_t len = strlen(xml);
    uint8_t header[24] = { 0xf0, 0xde, 0xbc, 0x0a, 80,  0, 0, 0, (uint8_t)(len + 4), 0, 0, 0,
                           0,    0,    7,    0,    200, 0, 0, 0, (uint8_t)len };
    uint8_t *bytes = g_malloc(sizeof header + len + 4);

    memcpy(bytes, header, sizeof header);
    memcpy(bytes + sizeof header, xml, len);
    memcpy(bytes + sizeof header + len, "data", 4);
    const bc_decision_t decision = decide(session, CAMERA, bytes, sizeof header + len + 4, keys);
    g_free(bytes);
    g_free(xml);
    return decision;
}

static bc_payload_kind_t
chunk(bc_session_t *session, const char *exchange, keys_t *keys)
{
    char *hex = g_strconcat("f0debc0a5000000004000000", exchange, "c80000000000000000112233", NULL);
    const bc_decision_t decision = decide_hex(session, CAMERA, hex, keys);

    g_free(hex);
    return (bc_payload_kind_t)decision.kind;
}

static void
an_exchange_stays_binary_without_extension(void)
{
    keys_t keys = { 0 };
    bc_session_t *session = bc_session_new();

    nonce_reply(session, 2, REAL_NONCE, true, &keys);
    g_assert_cmpint(chunk(session, "00000700", &keys), ==, BC_PAYLOAD_UNREADABLE);
    g_assert_cmpint(binary_extension(session, "1", &keys).kind, ==, BC_PAYLOAD_BINARY);
    g_assert_cmpint(chunk(session, "00000700", &keys), ==, BC_PAYLOAD_BINARY);
    g_assert_cmpint(chunk(session, "00000800", &keys), ==, BC_PAYLOAD_UNREADABLE); /* another exchange */
    bc_session_free(session);
}

static void
binary_data_0_ends_a_binary_exchange(void)
{
    keys_t keys = { 0 };
    bc_session_t *session = bc_session_new();

    nonce_reply(session, 2, REAL_NONCE, true, &keys);
    binary_extension(session, "1", &keys);
    binary_extension(session, "0", &keys);
    g_assert_cmpint(chunk(session, "00000700", &keys), ==, BC_PAYLOAD_UNREADABLE);
    bc_session_free(session);
}

static void
a_new_request_with_the_number_ends_a_binary_exchange(void)
{
    keys_t keys = { 0 };
    bc_session_t *session = bc_session_new();

    nonce_reply(session, 2, REAL_NONCE, true, &keys);
    binary_extension(session, "1", &keys);
    decide_hex(session, CLIENT, "f0debc0a50000000000000000000 07000000146400000000", &keys);
    g_assert_cmpint(chunk(session, "00000700", &keys), ==, BC_PAYLOAD_UNREADABLE);
    bc_session_free(session);
}

static void
a_binary_exchange_is_forgotten_after_five_minutes_without_a_message(void)
{
    keys_t keys = { 0 };
    bc_session_t *session = bc_session_new();

    nonce_reply(session, 2, REAL_NONCE, true, &keys);
    binary_extension(session, "1", &keys);
    now += 300;
    g_assert_cmpint(chunk(session, "00000700", &keys), ==, BC_PAYLOAD_BINARY);
    now += 300;
    g_assert_cmpint(chunk(session, "00000700", &keys), ==, BC_PAYLOAD_BINARY);
    now += 301;
    g_assert_cmpint(chunk(session, "00000700", &keys), ==, BC_PAYLOAD_UNREADABLE);
    bc_session_free(session);
}

static void
an_xml_reply_within_a_binary_exchange_is_xml(void)
{
    keys_t keys = { 0 };
    bc_session_t *session = bc_session_new();

    binary_extension(session, "1", &keys);
    g_assert_cmpint(decide_text(session, CAMERA, "f0debc0a500000000000000000000700c800000000000000",
                                PROLOG "<body/>", false, &keys)
                        .kind,
                    ==, BC_PAYLOAD_XML);
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
    TEST(an_exchange_stays_binary_without_extension);
    TEST(binary_data_0_ends_a_binary_exchange);
    TEST(a_new_request_with_the_number_ends_a_binary_exchange);
    TEST(a_binary_exchange_is_forgotten_after_five_minutes_without_a_message);
    TEST(an_xml_reply_within_a_binary_exchange_is_xml);
    TEST(an_encrypted_range_is_kept_inside_the_payload);
    TEST(keys_are_not_tried_twice_on_the_same_block);
    TEST(a_message_cut_anywhere_is_decided_without_harm);
    return g_test_run();
}
