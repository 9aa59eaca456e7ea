/* test-newcamd-section-layout.c
 * What lies where in a section of each CA system, against docs/newcamd.md section 6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "newcamd-sections.h"

#include <newcamd/wire/section-layout.h>

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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(layouts); i++) {
        char *path = g_strdup_printf("/layout/%s", layouts[i].name);
        g_test_add_data_func(path, &layouts[i], a_section_has_its_layout);
        g_free(path);
        path = g_strdup_printf("/cut/%s", layouts[i].name);
        g_test_add_data_func(path, &layouts[i], a_cut_section_keeps_to_its_bytes);
        g_free(path);
    }
    return g_test_run();
}
