/* address-text.h
 * IPv4 and IPv6 addresses as text. What inet_pton() does, which is not in C11 and has another header on every system.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_COMMON_PURE_ADDRESS_TEXT_H
#define CAMSHARK_COMMON_PURE_ADDRESS_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#define CAMSHARK_IPV4_LEN 4u
#define CAMSHARK_IPV6_LEN 16u

/* Reads four decimal numbers up to 255 with dots between them, without leading zeros ("192.0.2.1"), and nothing else.
 *   text  ended by NUL
 *   out   the bytes in network order; not written if the text is no such address */
bool camshark_ipv4_parse(const char *text, uint8_t out[CAMSHARK_IPV4_LEN]);

/* Reads an IPv6 address as RFC 4291, section 2.2 writes it: eight groups of up to four hex digits, "::" once for one or
 * more groups of zeros, an IPv4 address in place of the last two groups. No zone, no brackets.
 *   text  ended by NUL
 *   out   the bytes in network order; not written if the text is no such address */
bool camshark_ipv6_parse(const char *text, uint8_t out[CAMSHARK_IPV6_LEN]);

#endif
