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

/* Masks all text in elements that carry passwords, keys or hashes, and the values of attributes that do, by their names
 * (wire/secret-names.h); in a login or logout those of <userName>, too. Where such an element only ends, all text before it is masked, since its beginning is lost.
 * Returns whether there was something to mask. */
bool bc_xml_mask_secrets(uint8_t *text, size_t len, bool login);

/* The same of a piece of a document of which nobody knows what it is: whatever is a secret in some document is masked. */
bool bc_xml_mask_all_secrets(uint8_t *text, size_t len);

/* Whether there is a tag of such an element, or such an attribute, in a document. If not, bc_xml_mask_secrets() has nothing to do, and
 * nobody needs a copy for it. */
bool bc_xml_has_secrets(const uint8_t *text, size_t len, bool login);

/* The same of bytes of which only their sender says what they are: a payload that is called binary, a structure
 * of the time before XML, media. They may hold a document all the same, and are to be given to
 * bc_xml_mask_secrets() then. A tag counts here only with its >, or if it is cut off: three letters behind
 * a < are found by chance in each few hundred megabytes of video. */
bool bc_data_has_secrets(const uint8_t *bytes, size_t len, bool login);

#define BC_SECRET_CUT 64u /* bytes: more than the tag of a secret has */

/* What such bytes leave to those that follow them. All zero: nothing, and the start. */
typedef struct {
    uint16_t depth;  /* of elements with secrets that have not ended */
    uint8_t scopes;  /* what bc_secret_scope() says of elements that have not ended */
    bool cut_secret; /* the last tag has not ended, and has a secret, or is longer than what is kept of it: */
    uint8_t n_cut;   /* its first bytes */
    uint8_t cut[BC_SECRET_CUT];
} bc_secret_trail_t;

/* Whether there is anything that may be a secret in bytes that follow others: one that begins in them, or goes on. Notes what
 * they leave. */
bool bc_data_secrets_go_on(bc_secret_trail_t *trail, const uint8_t *bytes, size_t len);

/* Bytes are missing before those that follow. */
void bc_data_secrets_lose(bc_secret_trail_t *trail);

#endif
