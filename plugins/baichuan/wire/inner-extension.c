/* inner-extension.c
 * An Extension that lies in the payload, in front of what it describes: E1 replays.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where the Extension ends is known to a line end: a line feed behind it may be its own, or the first byte of the next
 * run as the key of this one opens it. What the next run begins with decides.
 */
#include <baichuan/wire/inner-extension.h>

#include <glib.h>
#include <string.h>

#define PROBE 32u /* bytes that are enough to know an Extension, or media, by */

static const char end_tag[] = "</Extension>";

static bool
begins_recording(const uint8_t *bytes, size_t len)
{
    return bc_bytes_are_media(bytes, len) || bc_bytes_are_mp4(bytes, len);
}

static bool
run_begins_recording(const uint8_t *run, size_t len, bc_aes_t *aes)
{
    uint8_t probe[PROBE];

    len = MIN(len, sizeof probe);
    memcpy(probe, run, len);
    return bc_aes_decrypt(aes, probe, len) && begins_recording(probe, len);
}

/* Opens the beginning of what may be an Extension. Returns how many bytes it has up to its end tag; 0 if it is none. */
static size_t
open_inner_extension(const uint8_t *run, size_t len, bc_aes_t *aes, uint8_t plain[BC_INNER_MAX])
{
    const size_t probe = MIN(len, PROBE);

    len = MIN(len, BC_INNER_MAX);
    memcpy(plain, run, len);
    if (!bc_aes_decrypt(aes, plain, probe) || !bc_bytes_are_xml(plain, probe)) {
        return 0;
    }
    memcpy(plain, run, len);
    if (!bc_aes_decrypt(aes, plain, len)) {
        return 0;
    }
    const char *end = g_strstr_len((const char *)plain, (gssize)len, end_tag);
    return (end != NULL) ? (size_t)(end - (const char *)plain) + strlen(end_tag) : 0;
}

/* How many of the bytes at the end of an Extension may be its line end. */
static size_t
line_end(const uint8_t *plain, size_t len)
{
    if (len >= 2 && plain[0] == '\r' && plain[1] == '\n') {
        return 2;
    }
    return (len >= 1 && (plain[0] == '\r' || plain[0] == '\n')) ? 1 : 0;
}

/* Of an Extension that begins at run and has so many bytes up to its end tag, and one or two more if they are its line
 * end. The longest form behind which a run begins as it should is the one. */
static void
settle_end(const uint8_t *run, size_t len, size_t tag_end, size_t line, bc_aes_t *aes,
           bc_inner_extension_t *out)
{
    out->len = (uint16_t)(tag_end + line);
    out->cipher = BC_CIPHER_AES;
    for (size_t more = line + 1; more-- > 0;) {
        const size_t end = tag_end + more;
        const bool clear = begins_recording(run + end, len - end);
        if (clear || run_begins_recording(run + end, len - end, aes)) {
            out->len = (uint16_t)end;
            out->cipher = clear ? BC_CIPHER_NONE : BC_CIPHER_AES;
            return;
        }
    }
}

bc_inner_extension_t
bc_inner_extension_find(const uint8_t *payload, size_t len, bc_aes_t *aes)
{
    uint8_t plain[BC_INNER_MAX];

    for (uint16_t prefix = 0; prefix <= BC_INNER_PREFIX && prefix < len; prefix += BC_INNER_PREFIX) {
        const uint8_t *run = payload + prefix;
        const size_t have = len - prefix;
        const size_t tag_end = open_inner_extension(run, have, aes, plain);
        if (tag_end == 0) {
            continue;
        }
        bc_inner_extension_t inner = { .prefix = prefix };
        const size_t line = line_end(plain + tag_end, MIN(have, BC_INNER_MAX) - tag_end);
        settle_end(run, have, tag_end, line, aes, &inner);
        if (inner.len < have) {
            return inner;
        }
    }
    return (bc_inner_extension_t){ 0 };
}
