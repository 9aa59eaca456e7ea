/* section-layout.h
 * Where address and nanos stand in ECM and EMM sections, by CA system and table id.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md sections 6.2 to 6.5. A section is len bytes from its table id on: table id, two
 * bytes with the length of the rest, the rest.
 */
#ifndef CAMSHARK_NEWCAMD_WIRE_SECTION_LAYOUT_H
#define CAMSHARK_NEWCAMD_WIRE_SECTION_LAYOUT_H

#include <newcamd/wire/ca-system.h>

#define NEWCAMD_SECTION_HEAD_LEN 3

/* How the address is written. */
typedef enum {
    NEWCAMD_ADDRESS_PLAIN,
    NEWCAMD_ADDRESS_IRDETO, /* behind a byte with base and length */
    NEWCAMD_ADDRESS_NDS,    /* behind a byte with type and number: addresses of 4 bytes */
    NEWCAMD_ADDRESS_NAGRA,  /* 4 bytes, the first three in reverse order */
    NEWCAMD_ADDRESS_GROUP   /* Seca: behind a provider of 2 bytes */
} newcamd_address_form_t;

/* Offsets in the section; 0 where there is no such thing. */
typedef struct {
    const char *type; /* "EMM-U" and so on; NULL of an ECM, and if it is not known */
    newcamd_address_form_t form;
    unsigned address, address_len; /* of all addresses */
    unsigned flags;                /* one byte, Viaccess EMM-S */
    unsigned nano_total;           /* one byte: bytes of all nanos, Cryptoworks */
    unsigned nanos;                /* first nano; the list goes to the end of the section */
    unsigned fixed;                /* Viaccess EMM-S of fixed length: data, the last 8 bytes apart */
    bool assembled;                /* a pseudo EMM that the client made of two sections */
    bool too_short;                /* the section ends before what its table id promises */
} newcamd_section_t;

#define NEWCAMD_FIXED_LAST_LEN  8 /* of the data of a Viaccess EMM-S of fixed length */
#define NEWCAMD_NDS_ADDRESS_LEN 4

/* Finds out what is where. len is at least NEWCAMD_SECTION_HEAD_LEN. All zero for what is not known. */
newcamd_section_t newcamd_section_layout(newcamd_ca_t ca, const uint8_t *section, unsigned len);

#endif
