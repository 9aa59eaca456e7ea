/* test-common-secrets.c
 * Masking of secrets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <common/pure/secrets.h>

static void
a_mask_keeps_the_length(void)
{
    uint8_t text[] = "user=secret;";

    camshark_mask(text + 5, 6);
    g_assert_cmpstr((const char *)text, ==, "user=******;");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/common/secrets/" #f, f)
    TEST(a_mask_keeps_the_length);
    return g_test_run();
}
