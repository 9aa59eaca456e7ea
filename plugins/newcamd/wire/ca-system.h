/* ca-system.h
 * CA systems whose addresses and sections are known, by CAID.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_WIRE_CA_SYSTEM_H
#define CAMSHARK_NEWCAMD_WIRE_CA_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

typedef enum {
    NEWCAMD_CA_OTHER,
    NEWCAMD_CA_SECA,
    NEWCAMD_CA_VIACCESS,
    NEWCAMD_CA_IRDETO, /* and Betacrypt */
    NEWCAMD_CA_NDS,
    NEWCAMD_CA_CONAX,
    NEWCAMD_CA_CRYPTOWORKS,
    NEWCAMD_CA_NAGRA,
    NEWCAMD_CA_BULCRYPT,
    NEWCAMD_CA_DRE
} newcamd_ca_t;

/* The system that a CAID belongs to (docs/newcamd.md section 6.1); NEWCAMD_CA_OTHER also for 0. */
newcamd_ca_t newcamd_ca_of(unsigned caid);

/* Bytes of a card number, and of a card's address with a provider. */
#define NEWCAMD_CARD_NUMBER_LEN 8

/* Which of the 8 bytes of such a number mean something (section 5.3): the one at base, if has_base, and those
 * from first to the last. */
typedef struct {
    bool has_base;
    uint8_t base;
    uint8_t first;
} newcamd_number_t;

/* Layout of the card number in card data, and of the address with a provider. Where implementations disagree
 * it is the widest of their layouts. */
newcamd_number_t newcamd_card_number(newcamd_ca_t ca, const uint8_t number[NEWCAMD_CARD_NUMBER_LEN]);
newcamd_number_t newcamd_provider_address(newcamd_ca_t ca);

#endif
