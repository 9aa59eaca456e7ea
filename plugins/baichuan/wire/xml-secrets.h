/* xml-secrets.h
 * Secrets in XML documents: which elements have some, and masking them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Works on any bytes, well-formed or not, and costs their length.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_XML_SECRETS_H
#define CAMSHARK_BAICHUAN_WIRE_XML_SECRETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Masks all text in elements that carry passwords, keys or hashes, and in <userName> where it is a hash
 * (login). Where such an element only ends, all text before it is masked, since its beginning is lost.
 * Returns whether there was something to mask. */
bool bc_xml_mask_secrets(uint8_t *text, size_t len, bool login);

#endif
