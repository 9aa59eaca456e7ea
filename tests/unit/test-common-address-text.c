/* test-common-address-text.c
 * IPv4 and IPv6 addresses as text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <common/pure/address-text.h>

#ifdef G_OS_UNIX
#include <arpa/inet.h>
#endif

static void
assert_ipv6(const char *text, const char *bytes)
{
    uint8_t out[CAMSHARK_IPV6_LEN];

    g_assert_true(camshark_ipv6_parse(text, out));
    g_assert_cmpmem(out, sizeof out, bytes, CAMSHARK_IPV6_LEN);
}

static void
four_numbers_are_an_ipv4_address(void)
{
    uint8_t out[CAMSHARK_IPV4_LEN];

    g_assert_true(camshark_ipv4_parse("192.0.2.255", out));
    g_assert_cmpmem(out, sizeof out, "\xc0\x00\x02\xff", 4);
}

static void
what_is_no_ipv4_address_leaves_the_bytes_alone(void)
{
    static const char *const texts[] = { "",          "1",          "1.2.3",    "1.2.3.",    "1.2.3.4.",
                                         "1.2.3.256", "1.2.3.0004", "01.2.3.4", "1.2.3.4.5", " 1.2.3.4",
                                         "1.2.3.4 ",  "1..3.4",     "a.b.c.d",  "1.2.3.-4",  "1,2,3,4",
                                         "::1.2.3.4", "1.2.3.4\xff" };
    uint8_t out[CAMSHARK_IPV4_LEN] = { 9, 9, 9, 9 };

    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_assert_false(camshark_ipv4_parse(texts[i], out));
    }
    g_assert_cmpmem(out, sizeof out, "\x09\x09\x09\x09", 4);
}

static void
groups_and_a_gap_are_an_ipv6_address(void)
{
    assert_ipv6("::", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    assert_ipv6("::1", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1");
    assert_ipv6("1::", "\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    assert_ipv6("2001:dB8::a:0B", "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\x0a\0\x0b");
    assert_ipv6("1:2:3:4:5:6:7:8", "\0\1\0\2\0\3\0\4\0\5\0\6\0\7\0\x8");
    assert_ipv6("1:2:3:4:5:6:7::", "\0\1\0\2\0\3\0\4\0\5\0\6\0\7\0\0");
    assert_ipv6("::ffff:192.0.2.1", "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\x00\x02\x01");
    assert_ipv6("1:2:3:4:5:6:1.2.3.4", "\0\1\0\2\0\3\0\4\0\5\0\6\1\2\3\4");
}

static void
what_is_no_ipv6_address_is_refused(void)
{
    static const char *const texts[] = {
        "",
        ":",
        ":::",
        "1",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1::",
        "1:",
        ":1",
        "1::2:",
        "12345::",
        "g::",
        "::1%eth0",
        "[::1]",
        "::1.2.3",
        "1.2.3.4",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::/0",
        " ::",
        ":: ",
        "1:::2",
    };
    uint8_t out[CAMSHARK_IPV6_LEN];

    for (unsigned i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_assert_false(camshark_ipv6_parse(texts[i], out));
    }
}

#ifdef G_OS_UNIX
/* Texts of the characters that addresses are made of, many of them nearly addresses. */
static void
both_agree_with_inet_pton(void)
{
    static const char *const pieces[] = { ":",   "::",   ".", "0",       "1",        "25",
                                          "256", "ffff", "a", "1.2.3.4", "2001:db8", "x" };
    GString *text = g_string_new(NULL);
    unsigned addresses = 0;

    for (unsigned round = 0; round < 200000; round++) {
        uint8_t out[CAMSHARK_IPV6_LEN] = { 0 };
        uint8_t expected[CAMSHARK_IPV6_LEN] = { 0 };
        g_string_truncate(text, 0);
        for (int count = g_test_rand_int_range(1, 17); count > 0; count--) {
            g_string_append(text, pieces[g_test_rand_int_range(0, G_N_ELEMENTS(pieces))]);
        }
        g_assert_cmpint(camshark_ipv4_parse(text->str, out), ==,
                        inet_pton(AF_INET, text->str, expected) == 1);
        const bool ok = camshark_ipv6_parse(text->str, out);
        g_assert_cmpint(ok, ==, inet_pton(AF_INET6, text->str, expected) == 1);
        g_assert_cmpmem(out, sizeof out, expected, sizeof expected);
        addresses += ok;
    }
    g_assert_cmpuint(addresses, >, 100);
    g_string_free(text, TRUE);
}
#endif

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/common/address-text/" #f, f)
    TEST(four_numbers_are_an_ipv4_address);
    TEST(what_is_no_ipv4_address_leaves_the_bytes_alone);
    TEST(groups_and_a_gap_are_an_ipv6_address);
    TEST(what_is_no_ipv6_address_is_refused);
#ifdef G_OS_UNIX
    TEST(both_agree_with_inet_pton);
#endif
    return g_test_run();
}
