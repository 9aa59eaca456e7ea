/* test-newcamd-sections.c
 * Nanos, addresses and card numbers against the examples of docs/newcamd.md sections 5.3 and 6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <common/pure/hex.h>
#include <newcamd/wire/ca-system.h>
#include <newcamd/wire/nanos.h>
#include <newcamd/wire/section-layout.h>

/* Sections 6.3 and 6.4. */
#define COUNT_TO_1F "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define VIACCESS_GH "8c7010 9003030601 a90411223344 b103556677"
#define VIACCESS_S  "8e702c aabbcc 00 " COUNT_TO_1F " f1f2f3f4f5f6f7f8"
#define VIACCESS_PSEUDO                                                                                      \
    "8e7040 aabbcc 00 9003030601 9e20 " COUNT_TO_1F " a90411223344 b103556677 f008f1f2f3f4f5f6f7f8"
#define CRYPTOWORKS_SH     "847019 a9ff 01020304 4800 17 800401020304 df080000000000000000"
#define CRYPTOWORKS_SB     "867009 a9ff 830105 8c020908"
#define CRYPTOWORKS_PSEUDO "847020 a9ff 01020304 4800 17 800401020304 830105 8c020908 df080000000000000000"

typedef struct {
    uint8_t bytes[128];
    unsigned len;
} section_t;

static section_t
section(const char *text)
{
    section_t s = { .len = 0 };

    for (const char *p = text; *p != '\0'; p++) {
        s.len += *p != ' ';
    }
    s.len /= 2;
    g_assert_cmpuint(s.len, <=, sizeof s.bytes);
    g_assert_true(camshark_hex_parse(text, "A section", s.bytes, s.len, NULL));
    return s;
}

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

/* What section-layout.c finds, in the order of the members that matter. */
typedef struct {
    const char *name;
    newcamd_ca_t ca;
    const char *text;
    const char *type;
    unsigned address, address_len, nanos, nano_total, fixed;
    bool assembled, too_short;
} layout_case_t;

static const layout_case_t layouts[] = {
    { "viaccess ECM", NEWCAMD_CA_VIACCESS, "807006 00 9003030601", NULL, 0, 0, 4, 0, 0, false, false },
    { "viaccess EMM-U", NEWCAMD_CA_VIACCESS, "88700a 0102030405 9003030601", "EMM-U", 3, 5, 8, 0, 0, false,
      false },
    { "viaccess EMM-G", NEWCAMD_CA_VIACCESS, "8a7005 9003030601", "EMM-G", 0, 0, 3, 0, 0, false, false },
    { "viaccess EMM-G 8b", NEWCAMD_CA_VIACCESS, "8b7005 9003030601", "EMM-G", 0, 0, 3, 0, 0, false, false },
    { "viaccess EMM-GH", NEWCAMD_CA_VIACCESS, VIACCESS_GH, "EMM-GH", 0, 0, 3, 0, 0, false, false },
    { "viaccess EMM-GH 8d", NEWCAMD_CA_VIACCESS, "8d7005 9003030601", "EMM-GH", 0, 0, 3, 0, 0, false, false },
    { "viaccess EMM-S fixed", NEWCAMD_CA_VIACCESS, VIACCESS_S, "EMM-S", 3, 3, 0, 0, 7, false, false },
    { "viaccess EMM-S variable", NEWCAMD_CA_VIACCESS, "8e7009 aabbcc 02 9e03010203", "EMM-S", 3, 3, 7, 0, 0,
      false, false },
    { "viaccess EMM-S assembled", NEWCAMD_CA_VIACCESS, VIACCESS_PSEUDO, "EMM-S", 3, 3, 7, 0, 0, true, false },
    /* The flags say nothing about a pseudo EMM: with 2c and bit 1 clear it is told by its nanos. */
    { "viaccess assembled of fixed length", NEWCAMD_CA_VIACCESS,
      "8e702c aabbcc 00 9003030601 9e21" COUNT_TO_1F "20", "EMM-S", 3, 3, 7, 0, 0, true, false },
    { "viaccess EMM-S too short", NEWCAMD_CA_VIACCESS, "8e7003 aabbcc", "EMM-S", 0, 0, 0, 0, 0, false, true },
    { "viaccess other table", NEWCAMD_CA_VIACCESS, "827003 aabbcc", NULL, 0, 0, 0, 0, 0, false, false },
    { "cryptoworks EMM-U", NEWCAMD_CA_CRYPTOWORKS, "82700d a9ff 0102030405 4800 03 830105", "EMM-U", 5, 5, 13,
      12, 0, false, false },
    { "cryptoworks EMM-SH", NEWCAMD_CA_CRYPTOWORKS, CRYPTOWORKS_SH, "EMM-SH", 5, 4, 12, 11, 0, false, false },
    { "cryptoworks EMM-SB", NEWCAMD_CA_CRYPTOWORKS, CRYPTOWORKS_SB, "EMM-SB", 0, 0, 5, 0, 0, false, false },
    { "cryptoworks assembled", NEWCAMD_CA_CRYPTOWORKS, CRYPTOWORKS_PSEUDO, "EMM-S", 5, 4, 12, 11, 0, true,
      false },
    { "cryptoworks EMM-G", NEWCAMD_CA_CRYPTOWORKS, "887008 a9ff 4800 03 830105", "EMM-G", 0, 0, 8, 7, 0,
      false, false },
    { "irdeto global", NEWCAMD_CA_IRDETO, "827003 80 0102", "EMM-G", 4, 0, 0, 0, 0, false, false },
    { "irdeto shared", NEWCAMD_CA_IRDETO, "827004 0a 010203", "EMM-S", 4, 2, 0, 0, 0, false, false },
    { "irdeto unique", NEWCAMD_CA_IRDETO, "827004 83 010203", "EMM-U", 4, 3, 0, 0, 0, false, false },
    { "irdeto address too long", NEWCAMD_CA_IRDETO, "827003 83 0102", "EMM-U", 4, 0, 0, 0, 0, false, true },
    { "seca card", NEWCAMD_CA_SECA, "827007 010203040506 00", "EMM-U", 3, 6, 0, 0, 0, false, false },
    { "seca group", NEWCAMD_CA_SECA, "847006 0010 010203 00", "EMM-S", 5, 3, 0, 0, 0, false, false },
    { "seca global", NEWCAMD_CA_SECA, "837001 00", "EMM-G", 0, 0, 0, 0, 0, false, false },
    { "conax", NEWCAMD_CA_CONAX, "827008 01020304050607 00", NULL, 3, 7, 0, 0, 0, false, false },
    { "nagra unique", NEWCAMD_CA_NAGRA, "837005 03020104 00", "EMM-U", 3, 4, 0, 0, 0, false, false },
    { "nagra shared", NEWCAMD_CA_NAGRA, "837005 03020104 10", "EMM-S", 3, 4, 0, 0, 0, false, false },
    { "nds global", NEWCAMD_CA_NDS, "827001 30", "EMM-G", 4, 0, 0, 0, 0, false, false },
    { "nds two unique", NEWCAMD_CA_NDS, "827009 50 01020304 05060708", "EMM-U", 4, 8, 0, 0, 0, false, false },
    { "nds shared", NEWCAMD_CA_NDS, "827005 80 01020304", "EMM-S", 4, 4, 0, 0, 0, false, false },
    { "bulcrypt 82", NEWCAMD_CA_BULCRYPT, "827004 010203 00", NULL, 3, 3, 0, 0, 0, false, false },
    { "bulcrypt 84", NEWCAMD_CA_BULCRYPT, "847004 0102 0000", NULL, 3, 2, 0, 0, 0, false, false },
    { "bulcrypt 8b", NEWCAMD_CA_BULCRYPT, "8b7004 010203 00", NULL, 3, 3, 0, 0, 0, false, false },
    { "dre 87", NEWCAMD_CA_DRE, "877004 01020304", NULL, 3, 4, 0, 0, 0, false, false },
    { "dre 86 too short", NEWCAMD_CA_DRE, "867004 01020304", NULL, 0, 0, 0, 0, 0, false, true },
    { "other", NEWCAMD_CA_OTHER, "827004 01020304", NULL, 0, 0, 0, 0, 0, false, false },
};

static void
a_section_has_its_layout(gconstpointer data)
{
    const layout_case_t *c = data;
    const section_t s = section(c->text);
    const newcamd_section_t layout = newcamd_section_layout(c->ca, s.bytes, s.len);

    g_assert_cmpstr(layout.type, ==, c->type);
    g_assert_cmpuint(layout.address, ==, c->address);
    g_assert_cmpuint(layout.address_len, ==, c->address_len);
    g_assert_cmpuint(layout.nanos, ==, c->nanos);
    g_assert_cmpuint(layout.nano_total, ==, c->nano_total);
    g_assert_cmpuint(layout.fixed, ==, c->fixed);
    g_assert_true(layout.assembled == c->assembled);
    g_assert_true(layout.too_short == c->too_short);
}

/* No offset points behind the end, wherever a section is cut. */
static void
a_cut_section_keeps_to_its_bytes(gconstpointer data)
{
    const layout_case_t *c = data;
    const section_t s = section(c->text);

    for (unsigned len = NEWCAMD_SECTION_HEAD_LEN; len <= s.len; len++) {
        uint8_t *bytes = g_memdup2(s.bytes, len); /* for the sanitizer */
        const newcamd_section_t layout = newcamd_section_layout(c->ca, bytes, len);
        g_assert_cmpuint(layout.address + layout.address_len, <=, len);
        g_assert_cmpuint(layout.nanos, <=, len);
        g_assert_true(layout.nano_total == 0 || layout.nano_total < len);
        g_assert_true(layout.flags == 0 || layout.flags < len);
        g_assert_true(layout.fixed == 0 || layout.fixed + NEWCAMD_FIXED_LAST_LEN < len);
        g_free(bytes);
    }
}

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
    g_test_add_func("/nanos/examples", nanos_of_the_examples_end_with_their_sections);
    g_test_add_func("/nanos/order", equal_tags_are_in_order_and_smaller_ones_are_not);
    g_test_add_func("/nanos/cut", a_nano_that_does_not_fit_ends_the_list);
    g_test_add_func("/nanos/provider", a_provider_nano_has_three_bytes);
    for (unsigned i = 0; i < G_N_ELEMENTS(layouts); i++) {
        char *path = g_strdup_printf("/layout/%s", layouts[i].name);
        g_test_add_data_func(path, &layouts[i], a_section_has_its_layout);
        g_free(path);
        path = g_strdup_printf("/cut/%s", layouts[i].name);
        g_test_add_data_func(path, &layouts[i], a_cut_section_keeps_to_its_bytes);
        g_free(path);
    }
    g_test_add_func("/ca/caid", a_caid_belongs_to_its_system);
    g_test_add_func("/ca/card-number", a_card_number_has_the_bytes_of_its_system);
    return g_test_run();
}
