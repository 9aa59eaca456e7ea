/* test-newcamd-nanos.c
 * Nanos against the examples of docs/newcamd.md section 6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "newcamd-sections.h"

#include <newcamd/wire/nanos.h>

static void
nanos_of_the_examples_end_with_their_sections(void)
{
    static const struct {
        const char *text;
        unsigned start, count;
        bool has_provider;
    } lists[] = {
        { VIACCESS_GH, 3, 3, true },          { VIACCESS_PSEUDO, 7, 5, true },
        { CRYPTOWORKS_SH, 12, 2, false },     { CRYPTOWORKS_SB, 5, 2, false },
        { CRYPTOWORKS_PSEUDO, 12, 4, false },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++) {
        const section_t s = section(lists[i].text);
        const newcamd_nanos_t nanos = newcamd_nanos_walk(s.bytes, s.len, lists[i].start);
        g_assert_true(nanos.exact);
        g_assert_true(nanos.ascending);
        g_assert_cmpuint(nanos.count, ==, lists[i].count);
        g_assert_cmpuint(nanos.end, ==, s.len);
        g_assert_true(nanos.has_provider == lists[i].has_provider);
    }
}

static void
equal_tags_are_in_order_and_smaller_ones_are_not(void)
{
    const section_t equal = section("8c7006 900101 900102");
    const section_t smaller = section("8c7006 a90101 900102");

    g_assert_true(newcamd_nanos_walk(equal.bytes, equal.len, 3).ascending);
    g_assert_false(newcamd_nanos_walk(smaller.bytes, smaller.len, 3).ascending);
}

static void
a_nano_that_does_not_fit_ends_the_list(void)
{
    const section_t s = section("8c7008 900101 a904112233");
    const newcamd_nanos_t nanos = newcamd_nanos_walk(s.bytes, s.len, 3);

    g_assert_false(nanos.exact);
    g_assert_cmpuint(nanos.count, ==, 1);
    g_assert_cmpuint(nanos.end, ==, 6);
    for (unsigned len = 3; len < s.len; len++) {
        g_assert_cmpuint(newcamd_nanos_walk(s.bytes, len, 3).end, <=, len);
    }
}

static void
a_provider_nano_has_three_bytes(void)
{
    g_assert_true(newcamd_nano_is_provider(&(newcamd_nano_t){ .tag = 0x90, .len = 3 }));
    g_assert_true(newcamd_nano_is_provider(&(newcamd_nano_t){ .tag = 0x40, .len = 3 }));
    g_assert_false(newcamd_nano_is_provider(&(newcamd_nano_t){ .tag = 0x90, .len = 4 }));
    g_assert_false(newcamd_nano_is_provider(&(newcamd_nano_t){ .tag = 0xa9, .len = 3 }));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/newcamd/nanos/" #f, f)
    TEST(nanos_of_the_examples_end_with_their_sections);
    TEST(equal_tags_are_in_order_and_smaller_ones_are_not);
    TEST(a_nano_that_does_not_fit_ends_the_list);
    TEST(a_provider_nano_has_three_bytes);
    return g_test_run();
}
