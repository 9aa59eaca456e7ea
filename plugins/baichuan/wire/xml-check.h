/* xml-check.h
 * Which XML documents may be given to a lenient parser.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Documents are untrusted.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_XML_CHECK_H
#define CAMSHARK_BAICHUAN_WIRE_XML_CHECK_H

#include <stddef.h>
#include <stdint.h>

#define BC_XML_MAX_DEPTH 64u
#define BC_XML_MAX_LEN   0x100000u /* bytes of a document that is parsed at all */
#define BC_XML_MAX_TAGS  0x10000u  /* start tags, end tags, comments and so on together, of the same */

typedef enum {
    BC_XML_OK,
    BC_XML_TOO_LONG, /* bytes or tags */
    BC_XML_TOO_DEEP,
    BC_XML_DOCTYPE,
    BC_XML_MALFORMED, /* also a text encoding in which the bytes could mean other tags, or hundreds of
                         attributes in one of them */
} bc_xml_verdict_t;

/* Whether a document may be given to a lenient parser such as Wireshark's xml dissector, which keeps a stack
 * of open tags and ends with a bug report when that grows deep. Accepts only text of which this function and
 * that parser count the same tags; a document whose end is cut off is accepted. */
bc_xml_verdict_t bc_xml_check(const uint8_t *text, size_t len);

#endif
