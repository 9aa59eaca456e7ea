/* tail.c
 * The end of a message whose beginning is lost: finding the XML text in it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/tail.h>

#include <glib.h>
#include <string.h>

#include <common/pure/secrets.h>

#include <baichuan/wire/xml-check.h>
#include <baichuan/wire/xml-secrets.h>

#define WINDOW     64u /* bytes at the end that have to be text before all are looked at */
#define GLANCE     16u /* bytes at the end that have to be ASCII before BC XOR is taken for possible */
#define SURE       48u /* bytes of text without the end of a document that are no chance */
#define XOR_PERIOD 8u
/* Bytes in which an Extension may end whose payload is binary: such Extensions have 100 to 250 bytes. */
#define EXTENSION_MAX 512u
/* Bytes that are opened with one offset after the other, unless there are more. */
#define XOR_EFFORT 0x40000u

/* ---- what reads like XML ------------------------------------------------------------------------------ */

static bool
is_ascii_text(uint8_t byte)
{
    return (byte >= 0x20 && byte < 0x7f) || byte == '\n' || byte == '\r' || byte == '\t';
}

/* Devices put NULs behind a document. */
static size_t
without_nuls(const uint8_t *bytes, size_t len)
{
    while (len > 0 && bytes[len - 1] == '\0') {
        len--;
    }
    return len;
}

/* Where the text begins that goes to the end of bytes; len if there is none. UTF-8; the last character may be
 * cut. */
static size_t
text_begin(const uint8_t *bytes, size_t len)
{
    const char *text = (const char *)bytes;
    size_t begin = 0;
    size_t i = 0;

    len = without_nuls(bytes, len);
    while (i < len) {
        if (bytes[i] < 0x80) {
            begin = is_ascii_text(bytes[i]) ? begin : i + 1;
            i++;
            continue;
        }
        const gunichar c = g_utf8_get_char_validated(text + i, (gssize)(len - i));
        if (c == (gunichar)-2 && len - i < 4) {
            break;
        }
        if (c == (gunichar)-1 || c == (gunichar)-2) {
            begin = ++i;
        } else {
            i += (size_t)g_unichar_to_utf8(c, NULL);
        }
    }
    return begin;
}

static bool
ends_with(const uint8_t *bytes, size_t len, const char *end)
{
    const size_t end_len = strlen(end);

    return len >= end_len && memcmp(bytes + len - end_len, end, end_len) == 0;
}

/* Whether tags begin as they should, and some element ends. BC XOR with a neighbouring offset gives text,
 * too, with < and > in each other's place. */
static bool
has_sane_tags(const uint8_t *text, size_t len)
{
    bool ends = false;

    for (size_t i = 0; i + 2 < len; i++) {
        if (text[i] != '<') {
            continue;
        }
        const bool end_tag = text[i + 1] == '/';
        const uint8_t first = text[i + (end_tag ? 2 : 1)];
        if (!g_ascii_isalpha(first) && (end_tag || (first != '?' && first != '!'))) {
            return false;
        }
        ends |= end_tag;
    }
    return ends;
}

static bool
reads_like_xml(const uint8_t *text, size_t len)
{
    len = without_nuls(text, len);
    while (len > 0 && g_ascii_isspace(text[len - 1])) {
        len--;
    }
    if (ends_with(text, len, "</body>") || ends_with(text, len, "</Extension>")) {
        return true;
    }
    return len >= SURE && has_sane_tags(text, len);
}

/* ---- clear -------------------------------------------------------------------------------------------- */

static bool
find_clear(const uint8_t *bytes, size_t len, bc_tail_t *out)
{
    const size_t window = MIN(len, WINDOW);

    if (text_begin(bytes + len - window, window) > 3) { /* the rest of a character that begins before it */
        return false;
    }
    const size_t begin = text_begin(bytes, len);
    if (!reads_like_xml(bytes + begin, len - begin)) {
        return false;
    }
    out->cipher = BC_CIPHER_NONE;
    out->text_at = (uint32_t)begin;
    out->text_len = (uint32_t)(len - begin);
    return true;
}

/* ---- AES ---------------------------------------------------------------------------------------------- */

/* The text of plain, which is what follows the first block of an alignment. Returns its place in bytes. */
static size_t
aes_text_at(const uint8_t *plain, size_t len, size_t alignment)
{
    const size_t begin = text_begin(plain, len);

    if (begin <= 3) {
        return alignment + BC_AES_BLOCK + begin;
    }
    /* What is no text is another run, or the first block of this one: both end with a block of this run. */
    return alignment + BC_AES_BLOCK + (begin + BC_AES_BLOCK - 1) / BC_AES_BLOCK * BC_AES_BLOCK;
}

/* Whether the block in front of the text is the first one of its document. */
static bool
begins_document(const uint8_t *bytes, size_t text_at, bc_aes_t *aes)
{
    uint8_t block[BC_AES_BLOCK];

    memcpy(block, bytes + text_at - BC_AES_BLOCK, sizeof block);
    return bc_aes_decrypt(aes, block, sizeof block) && bc_bytes_are_xml(block, sizeof block);
}

static bool
accept_aes(const uint8_t *bytes, size_t len, size_t alignment, bc_aes_t *aes, bc_tail_t *out)
{
    const size_t first = alignment + BC_AES_BLOCK;
    uint8_t *plain = g_memdup2(bytes + first, len - first);
    bool ok = bc_aes_decrypt_after(aes, bytes + alignment, plain, len - first);

    if (ok) {
        const size_t at = aes_text_at(plain, len - first, alignment);
        ok = at < len && reads_like_xml(plain + (at - first), len - at);
        if (ok) {
            memset(out, 0, sizeof *out);
            out->cipher = BC_CIPHER_AES;
            out->alignment = (uint8_t)alignment;
            out->whole = begins_document(bytes, at, aes);
            out->text_at = (uint32_t)(out->whole ? at - BC_AES_BLOCK : at);
            out->text_len = (uint32_t)len - out->text_at;
        }
    }
    g_free(plain);
    return ok;
}

bool
bc_tail_find_aes(const uint8_t *bytes, size_t len, bc_aes_t *aes, bc_tail_t *out)
{
    if (len > BC_XML_MAX_LEN) {
        return false;
    }
    for (size_t alignment = 0; alignment < BC_AES_BLOCK && alignment + BC_AES_BLOCK < len; alignment++) {
        uint8_t window[WINDOW];
        size_t at = alignment + BC_AES_BLOCK;

        if (len - at > WINDOW) {
            at += (len - at - WINDOW + BC_AES_BLOCK - 1) / BC_AES_BLOCK * BC_AES_BLOCK;
        }
        memcpy(window, bytes + at, len - at);
        if (!bc_aes_decrypt_after(aes, bytes + at - BC_AES_BLOCK, window, len - at)) {
            return false;
        }
        if (text_begin(window, len - at) <= 3 && accept_aes(bytes, len, alignment, aes, out)) {
            return true;
        }
    }
    return false;
}

/* ---- BC XOR ------------------------------------------------------------------------------------------- */

/* Whether the last bytes are ASCII text under an offset and a place in the key. Most are refused by the last
 * one. */
static bool
glance_xor(const uint8_t *bytes, size_t len, uint8_t offset, size_t place)
{
    for (size_t i = len; i > len - GLANCE; i--) {
        uint8_t byte = bytes[i - 1];
        bc_xor_at(&byte, 1, offset, place + (i - 1) % XOR_PERIOD);
        if (!is_ascii_text(byte)) {
            return false;
        }
    }
    return true;
}

static bool
accept_xor(const uint8_t *bytes, size_t len, uint8_t offset, size_t place, bc_tail_t *out)
{
    uint8_t *plain = g_memdup2(bytes, len);

    bc_xor_at(plain, len, offset, place);
    const size_t begin = text_begin(plain, len);
    const bool ok = reads_like_xml(plain + begin, len - begin);
    if (ok) {
        out->cipher = BC_CIPHER_XOR;
        out->alignment = (uint8_t)place;
        out->offset = offset;
        out->text_at = (uint32_t)begin;
        out->text_len = (uint32_t)(len - begin);
    }
    g_free(plain);
    return ok;
}

static bool
find_xor(const uint8_t *bytes, size_t len, bc_tail_t *out)
{
    /* There are bytes that are text under a hundred offsets. */
    size_t effort = XOR_EFFORT;

    if (len < GLANCE) {
        return false;
    }
    for (unsigned offset = 0; offset < 256; offset++) {
        for (size_t place = 0; place < XOR_PERIOD; place++) {
            if (!glance_xor(bytes, len, (uint8_t)offset, place)) {
                continue;
            }
            if (accept_xor(bytes, len, (uint8_t)offset, place, out)) {
                return true;
            }
            if (effort <= len) {
                return false;
            }
            effort -= len;
        }
    }
    return false;
}

/* ---- an Extension in front of binary data ------------------------------------------------------------- */

static const char extension_end[] = "</Extension>";
#define EXTENSION_END_LEN (sizeof extension_end - 1)

/* What follows the end of the Extension in bytes of which every one is XORed with the same value, if the
 * first character of its end tag is at i; 0 if it is not. */
static size_t
behind_extension(const uint8_t *bytes, size_t len, size_t i, uint8_t value)
{
    for (size_t k = 0; k < EXTENSION_END_LEN; k++) {
        if ((uint8_t)(bytes[i + k] ^ value) != (uint8_t)extension_end[k]) {
            return 0;
        }
    }
    i += EXTENSION_END_LEN;
    return (i < len && (uint8_t)(bytes[i] ^ value) == '\n') ? i + 1 : i;
}

static size_t
find_extension_end(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i + EXTENSION_END_LEN <= len; i++) {
        const size_t end = behind_extension(bytes, len, i, 0);
        if (end > 0) {
            return end;
        }
    }
    return 0;
}

static bool
find_clear_extension(const uint8_t *bytes, size_t len, bc_tail_t *out)
{
    const size_t end = find_extension_end(bytes, len);

    return end > 0 && find_clear(bytes, end, out);
}

static bool
find_aes_extension(const uint8_t *bytes, size_t len, bc_aes_t *aes, bc_tail_t *out)
{
    uint8_t plain[EXTENSION_MAX];

    for (size_t alignment = 0; alignment < BC_AES_BLOCK && alignment + BC_AES_BLOCK < len; alignment++) {
        const size_t first = alignment + BC_AES_BLOCK;
        memcpy(plain, bytes + first, len - first);
        if (!bc_aes_decrypt_after(aes, bytes + alignment, plain, len - first)) {
            return false;
        }
        const size_t end = find_extension_end(plain, len - first);
        if (end > 0 && accept_aes(bytes, first + end, alignment, aes, out)) {
            return true;
        }
    }
    return false;
}

static bool
find_xor_extension(const uint8_t *bytes, size_t len, bc_tail_t *out)
{
    uint8_t plain[EXTENSION_MAX];

    for (size_t place = 0; place < XOR_PERIOD; place++) {
        memcpy(plain, bytes, len);
        bc_xor_at(plain, len, 0, place);
        for (size_t i = 0; i + EXTENSION_END_LEN <= len; i++) {
            const uint8_t offset = (uint8_t)(plain[i] ^ (uint8_t)extension_end[0]);
            const size_t end = behind_extension(plain, len, i, offset);
            if (end > 0 && accept_xor(bytes, end, offset, place, out)) {
                return true;
            }
        }
    }
    return false;
}

/* ---- all of them -------------------------------------------------------------------------------------- */

void
bc_tail_find(const uint8_t *bytes, size_t len, bc_aes_t *aes, bc_tail_t *out)
{
    memset(out, 0, sizeof *out);
    if (len > BC_XML_MAX_LEN || find_clear(bytes, len, out)) {
        return;
    }
    if ((aes != NULL && bc_tail_find_aes(bytes, len, aes, out)) || find_xor(bytes, len, out)) {
        return;
    }
    const size_t begin = MIN(len, EXTENSION_MAX);
    if (!find_clear_extension(bytes, begin, out) &&
        !(aes != NULL && find_aes_extension(bytes, begin, aes, out))) {
        find_xor_extension(bytes, begin, out);
    }
}

static bool
open_aes(const bc_tail_t *tail, const uint8_t *bytes, bc_aes_t *aes, uint8_t *text)
{
    /* Text may begin up to three bytes behind the border of a block: with the next whole character. */
    const size_t into = (tail->text_at - tail->alignment) % BC_AES_BLOCK;
    const size_t block = tail->text_at - into;
    const size_t len = into + tail->text_len;
    uint8_t *plain = g_memdup2(bytes + block, len);
    const bool ok = tail->whole ? bc_aes_decrypt(aes, plain, len)
                                : bc_aes_decrypt_after(aes, bytes + block - BC_AES_BLOCK, plain, len);

    memcpy(text, plain + into, tail->text_len);
    g_free(plain);
    return ok;
}

bool
bc_tail_open(const bc_tail_t *tail, const uint8_t *bytes, size_t len, bc_aes_t *aes, uint8_t *text)
{
    if (tail->cipher == BC_CIPHER_UNKNOWN || tail->text_at >= len || tail->text_len > len - tail->text_at) {
        return false;
    }
    if (tail->cipher == BC_CIPHER_AES) {
        return aes != NULL && open_aes(tail, bytes, aes, text);
    }
    memcpy(text, bytes + tail->text_at, tail->text_len);
    if (tail->cipher == BC_CIPHER_XOR) {
        bc_xor_at(text, tail->text_len, tail->offset, tail->alignment + tail->text_at % XOR_PERIOD);
    }
    return true;
}

bool
bc_tail_mask_secrets(uint8_t *text, size_t len)
{
    size_t first = 0;

    while (first < len && text[first] != '<') {
        first++;
    }
    camshark_mask(text, first);
    return bc_xml_mask_all_secrets(text, len) || first > 0;
}
