/* secret-names.h
 * Which elements and attributes of BC documents hold secrets, by their names.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 4.1.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_SECRET_NAMES_H
#define CAMSHARK_BAICHUAN_WIRE_SECRET_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* Where a name means a secret. Bits, since a document may have several of these. */
enum {
    BC_SECRET_ALWAYS = 1,
    BC_SECRET_LOGIN = 2,   /* in a login or logout: a user name that is a hash or goes with a password */
    BC_SECRET_PUSH = 4,    /* in a document with a <PushInfo>: what the vendor's servers know a phone by */
    BC_SECRET_WEBHOOK = 8, /* in one with a <HaCfg> */
};

/* Where the text of an element, or the value of an attribute, with this name is a secret; 0 if nowhere. A prefix of a name
 * space does not count. Upper and lower case are alike. name: len bytes without a NUL behind them. */
unsigned bc_secret_name(const uint8_t *name, size_t len);

/* What an element with this name makes of its document: BC_SECRET_PUSH, BC_SECRET_WEBHOOK, or 0. */
unsigned bc_secret_scope(const uint8_t *name, size_t len);

#endif
