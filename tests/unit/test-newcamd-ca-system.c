/* test-newcamd-ca-system.c
 * CA systems and their card numbers, against docs/newcamd.md sections 5.3 and 6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include <newcamd/wire/ca-system.h>

static void
a_caid_belongs_to_its_system(void)
{
    static const struct {
        unsigned caid;
        newcamd_ca_t ca;
    } systems[] = {
        { 0x0000, NEWCAMD_CA_OTHER },    { 0x0100, NEWCAMD_CA_SECA },     { 0x01ff, NEWCAMD_CA_SECA },
        { 0x0200, NEWCAMD_CA_OTHER },    { 0x0500, NEWCAMD_CA_VIACCESS }, { 0x0624, NEWCAMD_CA_IRDETO },
        { 0x0963, NEWCAMD_CA_NDS },      { 0x0b00, NEWCAMD_CA_CONAX },    { 0x0d05, NEWCAMD_CA_CRYPTOWORKS },
        { 0x1702, NEWCAMD_CA_IRDETO },   { 0x1830, NEWCAMD_CA_NAGRA },    { 0x2710, NEWCAMD_CA_DRE },
        { 0x2712, NEWCAMD_CA_OTHER },    { 0x4ae1, NEWCAMD_CA_DRE },      { 0x4aee, NEWCAMD_CA_BULCRYPT },
        { 0x5581, NEWCAMD_CA_BULCRYPT }, { 0x7be0, NEWCAMD_CA_DRE },      { 0xffff, NEWCAMD_CA_OTHER },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(systems); i++) {
        g_assert_cmpint(newcamd_ca_of(systems[i].caid), ==, systems[i].ca);
    }
}

static void
a_card_number_has_the_bytes_of_its_system(void)
{
    static const uint8_t short_number[] = { 0, 0, 0, 0, 5, 6, 7, 8 };
    static const uint8_t long_number[] = { 0, 0, 3, 4, 5, 6, 7, 8 };
    static const struct {
        newcamd_ca_t ca;
        bool has_base;
        unsigned number, provider;
    } systems[] = {
        { NEWCAMD_CA_IRDETO, true, 5, 5 },       { NEWCAMD_CA_VIACCESS, false, 3, 4 },
        { NEWCAMD_CA_CRYPTOWORKS, false, 3, 3 }, { NEWCAMD_CA_SECA, false, 2, 4 },
        { NEWCAMD_CA_CONAX, false, 1, 1 },       { NEWCAMD_CA_NDS, false, 4, 4 },
        { NEWCAMD_CA_NAGRA, false, 4, 4 },       { NEWCAMD_CA_DRE, false, 4, 4 },
        { NEWCAMD_CA_BULCRYPT, false, 4, 4 },    { NEWCAMD_CA_OTHER, false, 2, 4 },
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(systems); i++) {
        const newcamd_number_t number = newcamd_card_number(systems[i].ca, short_number);
        const newcamd_number_t provider = newcamd_provider_address(systems[i].ca);
        g_assert_true(number.has_base == systems[i].has_base && provider.has_base == systems[i].has_base);
        g_assert_cmpuint(number.first, ==, systems[i].number);
        g_assert_cmpuint(provider.first, ==, systems[i].provider);
    }
    g_assert_cmpuint(newcamd_card_number(NEWCAMD_CA_NAGRA, long_number).first, ==, 2);
    g_assert_cmpuint(newcamd_card_number(NEWCAMD_CA_BULCRYPT, long_number).first, ==, 4);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/newcamd/ca-system/" #f, f)
    TEST(a_caid_belongs_to_its_system);
    TEST(a_card_number_has_the_bytes_of_its_system);
    return g_test_run();
}
