/* parts.c
 * Extension and payload are separate cipher runs: which cipher a part has, and opening it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/parts.h>

#include <glib.h>
#include <string.h>

#define PROBE 32u /* bytes that are enough to know a document by, white space before it included */

const char *
bc_cipher_name(bc_cipher_t cipher)
{
    switch (cipher) {
    case BC_CIPHER_NONE:
        return "None";
    case BC_CIPHER_XOR:
        return "BC XOR";
    case BC_CIPHER_AES:
        return "AES";
    case BC_CIPHER_FULL_AES:
        return "Full AES";
    case BC_CIPHER_UNKNOWN:
        break;
    }
    return "Unknown";
}

static bool
begins_with(const uint8_t *bytes, size_t len, const char *text)
{
    const size_t text_len = strlen(text);

    return len >= text_len && memcmp(bytes, text, text_len) == 0;
}

bool
bc_bytes_are_xml(const uint8_t *bytes, size_t len)
{
    while (len > 0 && g_ascii_isspace(*bytes)) {
        bytes++;
        len--;
    }
    return begins_with(bytes, len, "<?xml") || begins_with(bytes, len, "<body") ||
           begins_with(bytes, len, "<Extension");
}

bool
bc_bytes_are_media(const uint8_t *bytes, size_t len)
{
    if (len < 8) {
        return false;
    }
    if (begins_with(bytes, len, "1001") || begins_with(bytes, len, "1002")) {
        return memcmp(bytes + 4, "\x20\0\0\0", 4) == 0;
    }
    if (!g_ascii_isdigit(bytes[0])) {
        return false;
    }
    if (memcmp(bytes + 1, "0dc", 3) == 0 || memcmp(bytes + 1, "1dc", 3) == 0) {
        return memcmp(bytes + 4, "H264", 4) == 0 || memcmp(bytes + 4, "H265", 4) == 0;
    }
    if (memcmp(bytes + 1, "5wb", 3) == 0 || memcmp(bytes + 1, "1wb", 3) == 0) {
        return memcmp(bytes + 4, bytes + 6, 2) == 0;
    }
    return false;
}

bool
bc_bytes_are_mp4(const uint8_t *bytes, size_t len)
{
    return len >= 8 && bytes[0] == 0 && bytes[1] == 0 && memcmp(bytes + 4, "ftyp", 4) == 0;
}

bool
bc_bytes_are_file(const uint8_t *bytes, size_t len)
{
    const bool jpeg = len >= 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0;

    return jpeg || bc_bytes_are_mp4(bytes, len);
}

/* Whether the first block is XML if the other one begins so. */
static bool
is_xml_if(const uint8_t *part, const uint8_t *xml_block, const char *other_begins)
{
    uint8_t probe[BC_AES_BLOCK];

    for (size_t i = 0; i < BC_AES_BLOCK; i++) {
        probe[i] = part[i] ^ xml_block[i] ^ (uint8_t)other_begins[i];
    }
    return bc_bytes_are_xml(probe, BC_AES_BLOCK);
}

bool
bc_part_is_xml_beside(const uint8_t *part, size_t len, const uint8_t *xml_block)
{
    return len >= BC_AES_BLOCK && (is_xml_if(part, xml_block, "<?xml version=\"1") ||
                                   is_xml_if(part, xml_block, "\n<?xml version=\""));
}

typedef bool (*test_t)(const uint8_t *bytes, size_t len);

static bool
fits_cipher(test_t test, bc_cipher_t cipher, const uint8_t *part, size_t len, uint8_t offset, bc_aes_t *aes)
{
    uint8_t probe[PROBE];

    len = MIN(len, sizeof probe);
    memcpy(probe, part, len);
    return bc_part_open(cipher, probe, len, offset, aes) && test(probe, len);
}

bc_cipher_t
bc_part_xml_cipher(const uint8_t *part, size_t len, uint8_t offset, bc_aes_t *aes)
{
    static const bc_cipher_t order[] = { BC_CIPHER_NONE, BC_CIPHER_XOR, BC_CIPHER_AES };

    for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
        if (fits_cipher(bc_bytes_are_xml, order[i], part, len, offset, aes)) {
            return order[i];
        }
    }
    return BC_CIPHER_UNKNOWN;
}

bc_cipher_t
bc_part_binary_cipher(const uint8_t *part, size_t len, bc_aes_t *aes)
{
    if (!bc_bytes_are_media(part, len) && fits_cipher(bc_bytes_are_media, BC_CIPHER_AES, part, len, 0, aes)) {
        return BC_CIPHER_AES;
    }
    return BC_CIPHER_NONE;
}

bc_cipher_t
bc_part_full_aes_cipher(const uint8_t *part, size_t len, size_t encrypted, bc_aes_t *aes)
{
    if (bc_bytes_are_media(part, len) &&
        !fits_cipher(bc_bytes_are_media, BC_CIPHER_AES, part, MIN(len, encrypted), 0, aes)) {
        return BC_CIPHER_NONE;
    }
    return BC_CIPHER_FULL_AES;
}

bool
bc_part_open(bc_cipher_t cipher, uint8_t *bytes, size_t len, uint8_t offset, bc_aes_t *aes)
{
    switch (cipher) {
    case BC_CIPHER_NONE:
        return true;
    case BC_CIPHER_XOR:
        bc_xor(bytes, len, offset);
        return true;
    case BC_CIPHER_AES:
    case BC_CIPHER_FULL_AES:
        return aes != NULL && bc_aes_decrypt(aes, bytes, len);
    case BC_CIPHER_UNKNOWN:
        break;
    }
    return false;
}

bool
bc_part_open_range(bc_cipher_t cipher, uint8_t *bytes, size_t len, uint8_t offset, bc_encrypted_t range,
                   bc_aes_t *aes)
{
    size_t pos = 0;

    if (cipher == BC_CIPHER_FULL_AES) {
        pos = MIN(range.pos, len);
        len = MIN(range.len, len - pos);
    }
    return bc_part_open(cipher, bytes + pos, len, offset, aes);
}
