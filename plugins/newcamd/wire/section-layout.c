/* section-layout.c
 * Where address and nanos stand in ECM and EMM sections, by CA system and table id.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/wire/section-layout.h>

#include <glib.h>

#include <newcamd/wire/frame.h>
#include <newcamd/wire/nanos.h>

/* Viaccess EMM-S (section 6.3). */
#define EMM_S             0x8e
#define EMM_S_FLAGS       6
#define EMM_S_NANOS       7
#define EMM_S_IS_VARIABLE 0x02
#define EMM_S_FIXED_LEN   0x2c

/* Cryptoworks EMM-SH, or assembled EMM-S (section 6.4): what the announced bytes of nanos leave of the
 * section's length. */
#define EMM_SH        0x84
#define EMM_SH_TOTAL  11
#define EMM_SH_BEFORE 9

/* What does not depend on the bytes behind the table id. */
typedef struct {
    newcamd_ca_t ca;
    uint8_t first, last; /* table ids */
    newcamd_section_t layout;
} row_t;

static const row_t rows[] = {
    { NEWCAMD_CA_VIACCESS, 0x80, 0x81, { .nanos = 4 } },
    { NEWCAMD_CA_VIACCESS, 0x88, 0x88, { .type = "EMM-U", .address = 3, .address_len = 5, .nanos = 8 } },
    { NEWCAMD_CA_VIACCESS, 0x8a, 0x8b, { .type = "EMM-G", .nanos = 3 } },
    { NEWCAMD_CA_VIACCESS, 0x8c, 0x8d, { .type = "EMM-GH", .nanos = 3 } },
    { NEWCAMD_CA_VIACCESS,
      EMM_S,
      EMM_S,
      { .type = "EMM-S", .address = 3, .address_len = 3, .flags = EMM_S_FLAGS, .nanos = EMM_S_NANOS } },
    { NEWCAMD_CA_CRYPTOWORKS, 0x80, 0x81, { 0 } },
    { NEWCAMD_CA_CRYPTOWORKS,
      0x82,
      0x82,
      { .type = "EMM-U", .address = 5, .address_len = 5, .nano_total = 12, .nanos = 13 } },
    { NEWCAMD_CA_CRYPTOWORKS,
      EMM_SH,
      EMM_SH,
      { .type = "EMM-SH", .address = 5, .address_len = 4, .nano_total = EMM_SH_TOTAL, .nanos = 12 } },
    { NEWCAMD_CA_CRYPTOWORKS, 0x86, 0x86, { .type = "EMM-SB", .nanos = 5 } },
    { NEWCAMD_CA_CRYPTOWORKS, 0x88, 0x89, { .type = "EMM-G", .nano_total = 7, .nanos = 8 } },
    { NEWCAMD_CA_SECA, 0x82, 0x82, { .type = "EMM-U", .address = 3, .address_len = 6 } },
    { NEWCAMD_CA_SECA, 0x83, 0x83, { .type = "EMM-G" } },
    { NEWCAMD_CA_SECA,
      0x84,
      0x84,
      { .type = "EMM-S", .form = NEWCAMD_ADDRESS_GROUP, .address = 5, .address_len = 3 } },
    { NEWCAMD_CA_CONAX, 0x82, 0x82, { .address = 3, .address_len = 7 } },
    { NEWCAMD_CA_NAGRA, 0x82, 0x82, { .type = "EMM-G" } },
    { NEWCAMD_CA_NAGRA,
      0x83,
      0x83,
      { .type = "EMM-U", .form = NEWCAMD_ADDRESS_NAGRA, .address = 3, .address_len = 4 } },
    { NEWCAMD_CA_BULCRYPT, 0x82, 0x82, { .address = 3, .address_len = 3 } },
    { NEWCAMD_CA_BULCRYPT, 0x84, 0x84, { .address = 3, .address_len = 2 } },
    { NEWCAMD_CA_BULCRYPT, 0x85, 0x85, { .address = 3, .address_len = 3 } },
    { NEWCAMD_CA_BULCRYPT, 0x8a, 0x8b, { .address = 3, .address_len = 3 } },
    { NEWCAMD_CA_DRE, 0x86, 0x86, { .address = 40, .address_len = 4 } },
    { NEWCAMD_CA_DRE, 0x87, 0x87, { .address = 3, .address_len = 4 } },
    { NEWCAMD_CA_IRDETO, 0x82, 0x8f, { .form = NEWCAMD_ADDRESS_IRDETO, .address = 4 } },
    { NEWCAMD_CA_NDS, 0x82, 0x8f, { .form = NEWCAMD_ADDRESS_NDS, .address = 4 } },
};

/* Flags of an assembled EMM-S are those of the broadcast one, so only its nanos tell the two apart. */
static void
read_viaccess_emm_s(newcamd_section_t *layout, const uint8_t *section, unsigned len)
{
    const newcamd_nanos_t nanos = newcamd_nanos_walk(section, len, EMM_S_NANOS);

    layout->assembled = nanos.exact && nanos.has_provider;
    if (!layout->assembled && len == NEWCAMD_SECTION_HEAD_LEN + EMM_S_FIXED_LEN &&
        !(section[EMM_S_FLAGS] & EMM_S_IS_VARIABLE)) {
        layout->fixed = EMM_S_NANOS;
        layout->nanos = 0;
    }
}

static void
read_irdeto(newcamd_section_t *layout, uint8_t control)
{
    static const char *const types[] = { "EMM-G", "EMM-S", "EMM-S", "EMM-U" };
    const unsigned address_len = control & 0x07;

    layout->address_len = address_len;
    if (address_len < G_N_ELEMENTS(types)) {
        layout->type = types[address_len];
    }
}

static void
read_nds(newcamd_section_t *layout, uint8_t control)
{
    static const char *const types[] = { "EMM-G", "EMM-U", "EMM-S", NULL };

    layout->type = types[control >> 6];
    /* A global EMM has no address, whatever the number says. */
    layout->address_len = (control >> 6) ? ((control >> 4 & 3) + 1) * NEWCAMD_NDS_ADDRESS_LEN : 0;
}

/* As in an EMM-G. No capture has proved this place, so a list that does not end with the section is none. */
static void
read_cryptoworks_ecm(newcamd_section_t *layout, const uint8_t *section, unsigned len)
{
    const unsigned start = 8;

    if (start < len && newcamd_nanos_walk(section, len, start).exact) {
        layout->nanos = start;
    }
}

/* What depends on the bytes of the section, which is long enough for the fixed part. */
static void
read_bytes(newcamd_section_t *layout, newcamd_ca_t ca, const uint8_t *section, unsigned len)
{
    if (layout->form == NEWCAMD_ADDRESS_IRDETO) {
        read_irdeto(layout, section[NEWCAMD_SECTION_HEAD_LEN]);
    } else if (layout->form == NEWCAMD_ADDRESS_NDS) {
        read_nds(layout, section[NEWCAMD_SECTION_HEAD_LEN]);
    } else if (layout->form == NEWCAMD_ADDRESS_NAGRA) {
        layout->type = (len > 7 && section[7] == 0x10) ? "EMM-S" : "EMM-U";
    } else if (ca == NEWCAMD_CA_VIACCESS && section[0] == EMM_S) {
        read_viaccess_emm_s(layout, section, len);
    } else if (ca == NEWCAMD_CA_CRYPTOWORKS && section[0] <= NEWCAMD_ECM_ODD) {
        read_cryptoworks_ecm(layout, section, len);
    } else if (ca == NEWCAMD_CA_CRYPTOWORKS && section[0] == EMM_SH &&
               len - NEWCAMD_SECTION_HEAD_LEN - EMM_SH_BEFORE == section[EMM_SH_TOTAL]) {
        layout->assembled = true;
        layout->type = "EMM-S";
    }
}

newcamd_section_t
newcamd_section_layout(newcamd_ca_t ca, const uint8_t *section, unsigned len)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].ca != ca || section[0] < rows[i].first || section[0] > rows[i].last) {
            continue;
        }
        newcamd_section_t layout = rows[i].layout;
        if (layout.address + layout.address_len > len || layout.nanos > len) {
            return (newcamd_section_t){ .type = layout.type, .too_short = true };
        }
        read_bytes(&layout, ca, section, len);
        if (layout.address + layout.address_len > len) {
            layout.address_len = 0;
            layout.too_short = true;
        }
        return layout;
    }
    return (newcamd_section_t){ 0 };
}
