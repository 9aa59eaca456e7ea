/* test-common-address-rule.c
 * Addresses and ports in cells of key tables.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <common/pure/address-rule.h>

static bool
rule_matches(const char *text, const char *address, size_t len)
{
    camshark_address_rule_t rule;

    g_assert_true(camshark_address_rule_parse(text, &rule, NULL));
    return camshark_address_rule_matches(&rule, (const uint8_t *)address, len);
}

static void
an_empty_address_matches_any(void)
{
    g_assert_true(rule_matches("", "\x01\x02\x03\x04", 4));
    g_assert_true(rule_matches("  ", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16));
}

static void
a_prefix_matches_its_network_only(void)
{
    g_assert_true(rule_matches("192.0.2.1", "\xc0\x00\x02\x01", 4));
    g_assert_false(rule_matches("192.0.2.1", "\xc0\x00\x02\x02", 4));
    g_assert_true(rule_matches("192.0.2.128/25", "\xc0\x00\x02\xff", 4));
    g_assert_false(rule_matches("192.0.2.128/25", "\xc0\x00\x02\x7f", 4));
    g_assert_true(rule_matches("0.0.0.0/0", "\xc0\x00\x02\x7f", 4));
    g_assert_true(rule_matches("2001:db8::/33", "\x20\x01\x0d\xb8\x7f\0\0\0\0\0\0\0\0\0\0\1", 16));
    g_assert_false(rule_matches("2001:db8::/33", "\x20\x01\x0d\xb8\x80\0\0\0\0\0\0\0\0\0\0\1", 16));
    g_assert_false(rule_matches("192.0.2.1", "\xc0\x00\x02\x01\0\0\0\0\0\0\0\0\0\0\0\1", 16));
}

static void
a_host_name_is_refused_with_a_sentence(void)
{
    camshark_address_rule_t rule;
    char *err = NULL;

    g_assert_false(camshark_address_rule_parse("camera.example.org", &rule, &err));
    g_assert_nonnull(strstr(err, "\"camera.example.org\" is none (host names are not looked up)"));
    g_free(err);
    g_assert_false(camshark_address_rule_parse("192.0.2.1/33", &rule, NULL));
    g_assert_false(camshark_address_rule_parse("192.0.2.1/", &rule, NULL));
    g_assert_false(camshark_address_rule_parse("192.0.2.1/-1", &rule, NULL));
}

static void
a_port_above_65535_is_refused_with_a_sentence(void)
{
    uint16_t port = 1;
    char *err = NULL;

    g_assert_false(camshark_port_parse("70000", &port, &err));
    g_assert_cmpstr(err, ==, "A port is a number from 1 to 65535, or empty or 0 for any; \"70000\" is none.");
    g_free(err);
    g_assert_true(camshark_port_parse("", &port, NULL));
    g_assert_cmpuint(port, ==, 0);
    g_assert_true(camshark_port_parse(" 15050 ", &port, NULL));
    g_assert_cmpuint(port, ==, 15050);
    g_assert_false(camshark_port_parse("4294967297", &port, NULL));
}

static void
a_sentence_about_bytes_that_are_no_utf8_is_utf8(void)
{
    camshark_address_rule_t rule;
    uint16_t port;
    char *err = NULL;

    g_assert_false(camshark_address_rule_parse("192.0.2.\xff", &rule, &err));
    g_assert_true(g_utf8_validate(err, -1, NULL));
    g_free(err);
    g_assert_false(camshark_port_parse("\xfe", &port, &err));
    g_assert_true(g_utf8_validate(err, -1, NULL));
    g_free(err);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/common/address-rule/" #f, f)
    TEST(an_empty_address_matches_any);
    TEST(a_prefix_matches_its_network_only);
    TEST(a_host_name_is_refused_with_a_sentence);
    TEST(a_port_above_65535_is_refused_with_a_sentence);
    TEST(a_sentence_about_bytes_that_are_no_utf8_is_utf8);
    return g_test_run();
}
