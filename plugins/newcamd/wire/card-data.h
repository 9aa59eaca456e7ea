/* card-data.h
 * Where things stand in card data (docs/newcamd.md section 5.3).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_WIRE_CARD_DATA_H
#define CAMSHARK_NEWCAMD_WIRE_CARD_DATA_H

#include <stdint.h>

/* Offsets in the message data, and bytes. */
#define NEWCAMD_CARD_CAID_AT       1
#define NEWCAMD_CARD_NUMBER_AT     3
#define NEWCAMD_CARD_COUNT_AT      11
#define NEWCAMD_CARD_HEAD_LEN      12 /* user id, CAID, card number, number of providers */
#define NEWCAMD_PROVIDER_LEN       11 /* of one provider: ident and address */
#define NEWCAMD_PROVIDER_IDENT_LEN 3

/* Bytes of message data that a card data message has by its own number of providers; data has at least
 * NEWCAMD_CARD_HEAD_LEN bytes. */
static inline unsigned
newcamd_damaged_card_data_len(const uint8_t *data)
{
    return NEWCAMD_CARD_HEAD_LEN + NEWCAMD_PROVIDER_LEN * data[NEWCAMD_CARD_COUNT_AT];
}

#endif
