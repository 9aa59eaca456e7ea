/* ca-system.c
 * CA systems whose addresses and sections are known, by CAID.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/wire/ca-system.h>

#include <glib.h>

static const struct {
    uint16_t first, last;
    newcamd_ca_t ca;
} ranges[] = {
    { 0x0100, 0x01ff, NEWCAMD_CA_SECA },     { 0x0500, 0x05ff, NEWCAMD_CA_VIACCESS },
    { 0x0600, 0x06ff, NEWCAMD_CA_IRDETO },   { 0x0900, 0x09ff, NEWCAMD_CA_NDS },
    { 0x0b00, 0x0bff, NEWCAMD_CA_CONAX },    { 0x0d00, 0x0dff, NEWCAMD_CA_CRYPTOWORKS },
    { 0x1700, 0x17ff, NEWCAMD_CA_IRDETO },   { 0x1800, 0x18ff, NEWCAMD_CA_NAGRA },
    { 0x2710, 0x2711, NEWCAMD_CA_DRE },      { 0x4ae0, 0x4ae1, NEWCAMD_CA_DRE },
    { 0x4aee, 0x4aee, NEWCAMD_CA_BULCRYPT }, { 0x5581, 0x5581, NEWCAMD_CA_BULCRYPT },
    { 0x7be0, 0x7be1, NEWCAMD_CA_DRE },
};

newcamd_ca_t
newcamd_ca_of(unsigned caid)
{
    for (unsigned i = 0; i < G_N_ELEMENTS(ranges); i++) {
        if (caid >= ranges[i].first && caid <= ranges[i].last) {
            return ranges[i].ca;
        }
    }
    return NEWCAMD_CA_OTHER;
}

newcamd_number_t
newcamd_card_number(newcamd_ca_t ca, const uint8_t number[NEWCAMD_CARD_NUMBER_LEN])
{
    switch (ca) {
    case NEWCAMD_CA_IRDETO:
        return (newcamd_number_t){ .has_base = true, .base = 4, .first = 5 };
    case NEWCAMD_CA_VIACCESS:
    case NEWCAMD_CA_CRYPTOWORKS:
        return (newcamd_number_t){ .first = 3 };
    case NEWCAMD_CA_CONAX:
        return (newcamd_number_t){ .first = 1 };
    case NEWCAMD_CA_NDS:
    case NEWCAMD_CA_NAGRA:
    case NEWCAMD_CA_DRE:
        /* OSCam fills two more bytes. */
        return (newcamd_number_t){ .first = (number[2] | number[3]) ? 2 : 4 };
    case NEWCAMD_CA_BULCRYPT:
        return (newcamd_number_t){ .first = 4 };
    case NEWCAMD_CA_SECA:
    case NEWCAMD_CA_OTHER:
        break;
    }
    return (newcamd_number_t){ .first = 2 };
}

newcamd_number_t
newcamd_provider_address(newcamd_ca_t ca)
{
    switch (ca) {
    case NEWCAMD_CA_IRDETO:
        return (newcamd_number_t){ .has_base = true, .base = 4, .first = 5 };
    case NEWCAMD_CA_CRYPTOWORKS:
        return (newcamd_number_t){ .first = 3 };
    case NEWCAMD_CA_CONAX:
        return (newcamd_number_t){ .first = 1 };
    default:
        return (newcamd_number_t){ .first = 4 };
    }
}
