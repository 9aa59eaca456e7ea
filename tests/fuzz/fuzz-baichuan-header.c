/* fuzz-baichuan-header.c
 * BC headers, and finding the next one after a loss.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Input: a byte stream of one direction.
 */
#include "fuzz.h"

#include <baichuan/wire/header.h>

static void
check_header(const uint8_t *bytes, size_t len, const bc_header_t *header)
{
    bool from_client;

    FUZZ_CHECK(header->len == BC_SHORT_HEADER || header->len == BC_LONG_HEADER);
    FUZZ_CHECK(header->len <= len);
    FUZZ_CHECK(header->payload_offset <= header->body_len);
    FUZZ_CHECK(header->len == BC_LONG_HEADER || header->payload_offset == 0);
    if (bc_header_possible(header)) {
        FUZZ_CHECK(header->len + header->body_len < BC_MAX_MESSAGE);
    }
    bc_header_negotiates(header);
    bc_header_direction(header, &from_client);
    (void)bytes;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *bytes = fuzz_copy(data, size);
    size_t at = 0;

    bc_header_first_contact(bytes, size);
    while (at < size) {
        bc_header_t header;
        const bc_header_status_t status = bc_header_parse(bytes + at, size - at, &header);
        if (status == BC_HEADER_MORE) {
            FUZZ_CHECK(size - at < BC_LONG_HEADER);
            break;
        }
        if (status == BC_HEADER_OK) {
            check_header(bytes + at, size - at, &header);
            if (bc_header_possible(&header)) {
                at += header.len;
                at += MIN(header.body_len, size - at);
                continue;
            }
        }
        /* As the carrier does: at least one byte, else nothing would ever move on. */
        const size_t skip = bc_header_resync(bytes + at, size - at);
        FUZZ_CHECK(skip <= size - at);
        at += MAX(skip, 1);
    }
    g_free(bytes);
    return 0;
}
