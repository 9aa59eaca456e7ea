/* address-rule.h
 * The address column of a key table: which hosts a row is meant for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_COMMON_PURE_ADDRESS_RULE_H
#define CAMSHARK_COMMON_PURE_ADDRESS_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An IPv4 or IPv6 address, optionally with a prefix length; or any address. */
typedef struct {
    uint8_t len;    /* bytes of an address of this family: 4 or 16; 0 = any address of any family */
    uint8_t prefix; /* leading bits that must agree */
    uint8_t bytes[16];
} camshark_address_rule_t;

/* Reads "192.0.2.1", "192.0.2.0/24", "2001:db8::1", "2001:db8::/32"; empty or blank text means any address.
 *   out   not written on error.
 *   err   on error a sentence for the user in UTF-8, to be freed with g_free(); NULL if nobody wants it.
 * Returns false for anything else, host names included: a table of keys must not start name resolution. */
bool camshark_address_rule_parse(const char *text, camshark_address_rule_t *out, char **err);

/* Whether an address (len bytes in network order: 4 for IPv4, 16 for IPv6) falls under the rule. */
bool camshark_address_rule_matches(const camshark_address_rule_t *rule, const uint8_t *address, size_t len);

/* Reads the port column: 1 to 65535; empty, blank or 0 means any port and gives 0.
 *   err   as above.
 * Returns false for anything else. */
bool camshark_port_parse(const char *text, uint16_t *out, char **err);

#endif
