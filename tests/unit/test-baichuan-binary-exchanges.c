/* test-baichuan-binary-exchanges.c
 * docs/baichuan.md section 4: which messages are binary, by those before them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-session.h"

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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/binary-exchanges/" #f, f)
    TEST(an_exchange_stays_binary_without_extension);
    TEST(binary_data_0_ends_a_binary_exchange);
    TEST(a_new_request_with_the_number_ends_a_binary_exchange);
    TEST(a_binary_exchange_is_forgotten_after_five_minutes_without_a_message);
    TEST(an_xml_reply_within_a_binary_exchange_is_xml);
    return g_test_run();
}
