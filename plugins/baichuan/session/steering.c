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
 * parser then. */
static bool
may_steer(const uint8_t *xml, size_t len)
{
    static const char binary[] = "inary", encrypt[] = "ncrypt"; /* of binaryData, encryptLen, encryptPos */

    for (size_t at = 0; at + strlen(encrypt) <= len; at++) {
        const char letter = (char)(xml[at] | 0x20);
        const char *piece = (letter == binary[0]) ? binary : (letter == encrypt[0]) ? encrypt : NULL;
        if (piece != NULL && g_ascii_strncasecmp((const char *)xml + at, piece, strlen(piece)) == 0) {
            return true;
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
    bc_xml_find(xml, len, fields, G_N_ELEMENTS(fields));
    *out = (bc_steering_t){
        .binary_given = fields[BINARY_DATA].found,
        .binary = bc_xml_number(&fields[BINARY_DATA], BC_MAX_MESSAGE) != 0,
        .range_given = fields[ENCRYPT_LEN].found,
        .encrypt_len = bc_xml_number(&fields[ENCRYPT_LEN], BC_MAX_MESSAGE),
        .encrypt_pos = bc_xml_number(&fields[ENCRYPT_POS], BC_MAX_MESSAGE),
    };
}
