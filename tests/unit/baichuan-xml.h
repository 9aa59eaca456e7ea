/* baichuan-xml.h
 * Documents for tests of reading and checking XML.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_TEST_BAICHUAN_XML_H
#define CAMSHARK_TEST_BAICHUAN_XML_H

#include "baichuan-bytes.h"

#include <baichuan/wire/xml-check.h>
#include <baichuan/wire/xml-read.h>

static inline unsigned
find(const char *text, bc_xml_field_t *fields, size_t n)
{
    return bc_xml_find((const uint8_t *)text, strlen(text), fields, n);
}

static inline bc_xml_verdict_t
check(const char *text)
{
    return bc_xml_check((const uint8_t *)text, strlen(text));
}

#endif
