/* nanos.c
 * Nanos: the tag, length, value lists in sections of Viaccess and Cryptoworks.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/wire/nanos.h>

#define PROVIDER_TAG     0x90
#define OLD_PROVIDER_TAG 0x40

bool
newcamd_nano_read(const uint8_t *section, unsigned len, unsigned at, newcamd_nano_t *nano)
{
    if (at + NEWCAMD_NANO_HEAD_LEN > len || at + NEWCAMD_NANO_HEAD_LEN + section[at + 1] > len) {
        return false;
    }
    *nano = (newcamd_nano_t){ .at = at, .tag = section[at], .len = section[at + 1] };
    return true;
}

unsigned
newcamd_nano_end(const newcamd_nano_t *nano)
{
    return nano->at + NEWCAMD_NANO_HEAD_LEN + nano->len;
}

bool
newcamd_nano_is_provider(const newcamd_nano_t *nano)
{
    return (nano->tag == PROVIDER_TAG || nano->tag == OLD_PROVIDER_TAG) &&
           nano->len == NEWCAMD_NANO_PROVIDER_LEN;
}

newcamd_nanos_t
newcamd_nanos_walk(const uint8_t *section, unsigned len, unsigned start)
{
    newcamd_nanos_t nanos = { .end = start, .ascending = true };
    newcamd_nano_t nano;
    unsigned last_tag = 0;

    while (newcamd_nano_read(section, len, nanos.end, &nano)) {
        nanos.count++;
        nanos.ascending = nanos.ascending && nano.tag >= last_tag;
        nanos.has_provider =
            nanos.has_provider || (nano.tag == PROVIDER_TAG && nano.len == NEWCAMD_NANO_PROVIDER_LEN);
        last_tag = nano.tag;
        nanos.end = newcamd_nano_end(&nano);
    }
    nanos.exact = nanos.end == len;
    return nanos;
}
