/* fuzz-baichuan-media.c
 * Media packets across the payloads of messages, and NAL units across the pieces of packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Input: payloads one after the other: 1 byte (bit 0: bytes are missing before it), 2 bytes length, bytes.
 * The last one may be shorter.
 */
#include "fuzz.h"

#include <baichuan/wire/media.h>
#include <baichuan/wire/nal-units.h>

typedef struct {
    const uint8_t *piece;
    uint32_t len;
    uint64_t given; /* bytes of units */
} units_t;

static uint8_t sum; /* of what was given, so that it is read */

static void
take_unit(void *context, const bc_nal_unit_t *unit)
{
    units_t *units = context;

    FUZZ_CHECK(unit->extent <= BC_NAL_TOO_LONG);
    if (unit->joined == NULL) {
        FUZZ_CHECK(unit->at <= units->len && unit->len <= units->len - unit->at);
    }
    FUZZ_CHECK(unit->here <= units->len);
    const uint8_t *bytes = (unit->joined != NULL) ? unit->joined : units->piece + unit->at;
    for (uint32_t i = 0; i < unit->len; i++) {
        sum ^= bytes[i];
    }
}

static void
check_header(const bc_media_header_t *header)
{
    FUZZ_CHECK(header->type > BAICHUAN_MEDIA_UNKNOWN && header->type < BAICHUAN_MEDIA_TYPES);
    FUZZ_CHECK(header->codec <= BAICHUAN_CODEC_H265);
    FUZZ_CHECK(header->size <= BC_MEDIA_MAX_SIZE);
    if (header->type == BAICHUAN_MEDIA_I_FRAME || header->type == BAICHUAN_MEDIA_P_FRAME) {
        FUZZ_CHECK(header->additional <= BC_MEDIA_MAX_ADDITIONAL);
        FUZZ_CHECK(header->len == BC_MEDIA_VIDEO_HEADER + header->additional);
    }
    FUZZ_CHECK(header->len >= BC_MEDIA_AUDIO_HEADER);
}

static void
read_payload(bc_media_parser_t *parser, bc_nal_splitter_t *splitter, const uint8_t *bytes, uint32_t len)
{
    bc_media_piece_t piece;
    uint32_t at = 0;

    for (uint32_t before = 0; bc_media_next(parser, bytes, len, &at, &piece); before = at) {
        FUZZ_CHECK(piece.at == before && piece.at + piece.len == at && at <= len);
        FUZZ_CHECK(piece.len > 0 || piece.begins || piece.ends);
        if (piece.kind == BC_MEDIA_SKIPPED) {
            continue;
        }
        FUZZ_CHECK(piece.data_len == 0 ||
                   (piece.data_at >= piece.at && piece.data_len <= piece.at + piece.len - piece.data_at));
        if (piece.header) {
            check_header(&parser->header);
            FUZZ_CHECK(!piece.joined || parser->head->len >= parser->header.len);
            bc_nal_begin(splitter, (baichuan_codec_t)parser->header.codec,
                         parser->header.type == BAICHUAN_MEDIA_I_FRAME);
        }
        units_t units = { bytes + piece.data_at, piece.data_len, 0 };
        bc_nal_split(splitter, units.piece, units.len, piece.ends, take_unit, &units);
    }
    FUZZ_CHECK(at == len);
    FUZZ_CHECK(parser->head->len <= BC_MEDIA_FIXED_HEADER + BC_MEDIA_MAX_ADDITIONAL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input_t input = { data, size };
    bc_media_parser_t parser;
    bc_nal_splitter_t splitter = { 0 };

    bc_media_parser_init(&parser);
    while (input.left > 0) {
        const unsigned options = fuzz_byte(&input);
        const size_t announced = fuzz_u16(&input);
        const size_t len = MIN(announced, input.left);
        uint8_t *payload = fuzz_copy(fuzz_take(&input, len), len);

        if (options & 1) {
            bc_media_parser_lose(&parser);
        }
        read_payload(&parser, &splitter, payload, (uint32_t)len);
        g_free(payload);
    }
    bc_nal_clear(&splitter);
    bc_media_parser_clear(&parser);
    return 0;
}
