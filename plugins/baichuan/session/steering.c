/* steering.c
 * What an Extension says of the payload behind it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/session/steering.h>

#include <glib.h>
#include <string.h>

#include <baichuan/wire/header.h>
#include <baichuan/wire/xml-read.h>

/* Whether a text may have an element that steers decryption. Most Extensions name a channel only, and need no
 * parser then: they have no "ry", as in binaryData, encryptLen and encryptPos. */
static bool
may_steer(const uint8_t *xml, size_t len)
{
    for (const char *y = "yY"; *y != '\0'; y++) {
        const uint8_t *at = xml;
        while ((at = memchr(at, *y, len - (size_t)(at - xml))) != NULL) {
            if (at > xml && (at[-1] | 0x20) == 'r') {
                return true;
            }
            at++;
        }
    }
    return false;
}

void
bc_steering_read(const uint8_t *xml, size_t len, bc_steering_t *out)
{
    enum { BINARY_DATA, ENCRYPT_LEN, ENCRYPT_POS };
    bc_xml_field_t fields[] = { [BINARY_DATA] = { .name = "binaryData" },
                                [ENCRYPT_LEN] = { .name = "encryptLen" },
                                [ENCRYPT_POS] = { .name = "encryptPos" } };

    if (xml == NULL || !may_steer(xml, len)) {
        return;
    }
    if (bc_xml_find(xml, len, fields, G_N_ELEMENTS(fields)) == 0) {
        return;
    }
    *out = (bc_steering_t){
        .binary_given = fields[BINARY_DATA].found,
        .binary = bc_xml_number(&fields[BINARY_DATA], BC_MAX_MESSAGE) != 0,
        .range_given = fields[ENCRYPT_LEN].found,
        .encrypt_len = bc_xml_number(&fields[ENCRYPT_LEN], BC_MAX_MESSAGE),
        .encrypt_pos = bc_xml_number(&fields[ENCRYPT_POS], BC_MAX_MESSAGE),
    };
}
