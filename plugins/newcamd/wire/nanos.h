/* nanos.h
 * Nanos: the tag, length, value lists in sections of Viaccess and Cryptoworks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/newcamd.md section 6.2. A section is len bytes from its table id on.
 */
#ifndef CAMSHARK_NEWCAMD_WIRE_NANOS_H
#define CAMSHARK_NEWCAMD_WIRE_NANOS_H

#include <stdbool.h>
#include <stdint.h>

#define NEWCAMD_NANO_HEAD_LEN     2 /* tag and length */
#define NEWCAMD_NANO_PROVIDER_LEN 3

/* at is the offset of the tag in the section; the value of len bytes follows tag and length. */
typedef struct {
    unsigned at, tag, len;
} newcamd_nano_t;

/* Reads the nano at an offset. Returns false if it does not fit into the section, and at its end. */
bool newcamd_nano_read(const uint8_t *section, unsigned len, unsigned at, newcamd_nano_t *nano);

/* Offset of what follows a nano. */
unsigned newcamd_nano_end(const newcamd_nano_t *nano);

/* Whether its value is a Viaccess provider and key number. */
bool newcamd_nano_is_provider(const newcamd_nano_t *nano);

typedef struct {
    unsigned count;
    unsigned end;      /* offset behind the last whole nano */
    bool exact;        /* the list ends where the section ends */
    bool ascending;    /* no tag is smaller than the one before it */
    bool has_provider; /* has a nano 90 03 */
} newcamd_nanos_t;

/* Walks from an offset to the end of the section. start is at most len. */
newcamd_nanos_t newcamd_nanos_walk(const uint8_t *section, unsigned len, unsigned start);

#endif
