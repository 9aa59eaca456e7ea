/* fuzz-newcamd-sections.c
 * What is inside ECM and EMM sections, and card numbers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Input: 2 bytes CAID, then a section from its table id on.
 */
#include "fuzz.h"

#include <newcamd/wire/nanos.h>
#include <newcamd/wire/section-layout.h>

static void
check_inside(unsigned at, unsigned part, unsigned len)
{
    FUZZ_CHECK(at <= len && part <= len - at);
}

static void
look_at_nanos(const uint8_t *section, unsigned len, unsigned start)
{
    const newcamd_nanos_t nanos = newcamd_nanos_walk(section, len, start);
    newcamd_nano_t nano;
    unsigned count = 0;

    FUZZ_CHECK(nanos.end <= len && nanos.exact == (nanos.end == len));
    for (unsigned at = start; newcamd_nano_read(section, len, at, &nano); at = newcamd_nano_end(&nano)) {
        FUZZ_CHECK(newcamd_nano_end(&nano) > at);
        check_inside(at, NEWCAMD_NANO_HEAD_LEN + nano.len, len);
        newcamd_nano_is_provider(&nano);
        count++;
    }
    FUZZ_CHECK(count == nanos.count);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input_t input = { data, size };
    const newcamd_ca_t ca = newcamd_ca_of(fuzz_u16(&input));
    const unsigned len = (unsigned)MIN(input.left, NEWCAMD_SECTION_HEAD_LEN + 0xfff);

    if (len < NEWCAMD_SECTION_HEAD_LEN) {
        return 0;
    }
    uint8_t *section = fuzz_copy(input.at, len);
    const newcamd_section_t layout = newcamd_section_layout(ca, section, len);

    /* What the tree shows without asking again. */
    check_inside(layout.address, layout.address_len, len);
    check_inside(layout.flags, layout.flags != 0, len);
    check_inside(layout.nano_total, layout.nano_total != 0, len);
    check_inside(layout.nanos, 0, len);
    FUZZ_CHECK(layout.form != NEWCAMD_ADDRESS_NAGRA || layout.address_len == 4 || layout.address == 0);
    FUZZ_CHECK(layout.form != NEWCAMD_ADDRESS_GROUP || layout.address >= 2);
    if (layout.fixed != 0) {
        check_inside(layout.fixed, NEWCAMD_FIXED_LAST_LEN, len);
    }
    if (layout.nanos != 0) {
        look_at_nanos(section, len, layout.nanos);
    }
    look_at_nanos(section, len, NEWCAMD_SECTION_HEAD_LEN);
    if (len >= NEWCAMD_CARD_NUMBER_LEN) {
        const newcamd_number_t number = newcamd_card_number(ca, section);
        FUZZ_CHECK(number.first < NEWCAMD_CARD_NUMBER_LEN && number.base < NEWCAMD_CARD_NUMBER_LEN);
    }
    g_free(section);
    return 0;
}
