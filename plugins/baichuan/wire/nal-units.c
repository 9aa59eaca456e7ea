/* nal-units.c
 * Cutting a video frame into NAL units.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/nal-units.h>

#include <string.h>

#define LEAST            2u  /* bytes of a unit that has anything in it */
#define H264_KEPT_BACK   24u /* this type and higher ones: only in RTP */
#define H265_KEPT_BACK   48u
#define H265_LAYER_MASK  0x01f8u
#define H265_TEMPORAL_ID 0x0007u

static uint8_t
h264_type(const uint8_t *unit)
{
    return unit[0] & 0x1f;
}

static uint8_t
h265_type(const uint8_t *unit)
{
    return unit[0] >> 1 & 0x3f;
}

/* A type that cameras send, in the one layer that they send. */
static bool
is_h265(const uint8_t *unit)
{
    const unsigned header = (unsigned)unit[0] << 8 | unit[1];
    const uint8_t type = h265_type(unit);

    if ((header & 0x8000) != 0 || (header & H265_LAYER_MASK) != 0 || (header & H265_TEMPORAL_ID) == 0) {
        return false;
    }
    if (type <= 1) { /* slices that are no key frame */
        return true;
    }
    return (header & H265_TEMPORAL_ID) == 1 &&
           ((type >= 19 && type <= 21) || (type >= 32 && type <= 35) || type == 39 || type == 40);
}

static bool
is_h264(const uint8_t *unit)
{
    const unsigned importance = unit[0] >> 5;

    switch (unit[0] >> 7 ? 0 : h264_type(unit)) {
    case 1: /* slice */
        return true;
    case 5: /* key frame */
    case 7: /* parameter sets */
    case 8:
        return importance != 0;
    case 6: /* SEI */
    case 9: /* access unit delimiter */
        return importance == 0;
    default:
        return false;
    }
}

baichuan_codec_t
bc_nal_codec(const uint8_t *unit)
{
    /* In this order: H.264 types with an even first byte are those of H.265 with a temporal id that it does
     * not use for them. */
    if (is_h265(unit)) {
        return BAICHUAN_CODEC_H265;
    }
    return is_h264(unit) ? BAICHUAN_CODEC_H264 : BAICHUAN_CODEC_NONE;
}

void
bc_nal_clear(bc_nal_splitter_t *splitter)
{
    g_free(splitter->kept);
    splitter->kept = NULL;
}

void
bc_nal_begin(bc_nal_splitter_t *splitter, baichuan_codec_t codec, bool key)
{
    if (!splitter->known) {
        splitter->codec = (uint8_t)codec;
    }
    splitter->proved = splitter->proved && !key;
    splitter->open = false;
    splitter->given = false;
    splitter->zeros = 0;
    splitter->budget = BC_NAL_KEPT;
    splitter->kept_len = 0;
    splitter->overflow = false;
}

static bool
is_slice(uint8_t codec, uint8_t type)
{
    if (codec == BAICHUAN_CODEC_H265) {
        return type <= 9 || (type >= 16 && type <= 21);
    }
    return (type >= 1 && type <= 5) || (type >= 19 && type <= 21);
}

static bool
is_kept_back(uint8_t codec, uint8_t type)
{
    return type >= (codec == BAICHUAN_CODEC_H265 ? H265_KEPT_BACK : H264_KEPT_BACK);
}

/* The unit of which bytes are known, so many that its type is. */
static void
classify_unit(bc_nal_splitter_t *splitter, const uint8_t *bytes, bc_nal_unit_t *unit)
{
    const baichuan_codec_t codec = splitter->proved ? BAICHUAN_CODEC_NONE : bc_nal_codec(bytes);

    if (codec != BAICHUAN_CODEC_NONE) {
        splitter->codec = (uint8_t)codec;
        splitter->known = true;
        splitter->proved = true;
    }
    unit->codec = splitter->codec;
    unit->type = (splitter->codec == BAICHUAN_CODEC_H265) ? h265_type(bytes) : h264_type(bytes);
    unit->extent = BC_NAL_WHOLE;
    if (is_kept_back(unit->codec, unit->type)) {
        unit->extent = BC_NAL_KEPT_BACK;
    } else if (is_slice(unit->codec, unit->type)) {
        unit->extent = BC_NAL_BEGINNING;
    }
}

typedef struct {
    bc_nal_splitter_t *splitter;
    const uint8_t *bytes;
    bc_nal_take_t take;
    void *context;
} piece_t;

/* Keeps bytes of the open unit for the next piece. */
static void
keep_unit_bytes(bc_nal_splitter_t *splitter, const uint8_t *bytes, uint32_t len)
{
    const uint32_t kept = MIN(len, splitter->budget);

    if (splitter->kept == NULL) {
        splitter->kept = g_malloc0(BC_NAL_KEPT);
    }
    memcpy(splitter->kept + splitter->kept_len, bytes, kept);
    splitter->kept_len += kept;
    splitter->budget -= kept;
    splitter->overflow = splitter->overflow || kept < len;
}

/* A unit ends with a byte that is not 0: zeros behind it belong to the next start code, or fill. */
static uint32_t
without_zeros(const uint8_t *bytes, uint32_t len)
{
    while (len > 0 && bytes[len - 1] == 0) {
        len--;
    }
    return len;
}

static void
give_unit(piece_t *piece, bc_nal_unit_t *unit)
{
    piece->splitter->given = true;
    if (unit->extent == BC_NAL_WHOLE && unit->len > BC_NAL_KEPT) {
        unit->extent = BC_NAL_TOO_LONG;
    }
    if (unit->extent != BC_NAL_WHOLE) {
        unit->len = MIN(unit->len, BC_NAL_SLICE);
    }
    piece->take(piece->context, unit);
}

/* The open unit ends before to, or goes on behind the piece (goes_on); its bytes here begin at from. Returns
 * false if more of it is needed. */
static bool
give_unit_here(piece_t *piece, uint32_t from, uint32_t to, bool goes_on)
{
    const uint32_t here = goes_on ? to - from : without_zeros(piece->bytes + from, to - from);
    bc_nal_unit_t unit = { .at = from, .len = here, .here = here };

    if (here < LEAST) {
        return !goes_on;
    }
    classify_unit(piece->splitter, piece->bytes + from, &unit);
    if (goes_on &&
        (unit.extent == BC_NAL_WHOLE || (unit.extent == BC_NAL_BEGINNING && here < BC_NAL_SLICE))) {
        return false;
    }
    give_unit(piece, &unit);
    return true;
}

/* The same for a unit that began in an earlier piece. */
static bool
give_joined_unit(piece_t *piece, uint32_t to, bool goes_on)
{
    bc_nal_splitter_t *splitter = piece->splitter;

    keep_unit_bytes(splitter, piece->bytes, to);
    const uint32_t len = (goes_on || splitter->overflow) ? splitter->kept_len
                                                         : without_zeros(splitter->kept, splitter->kept_len);
    bc_nal_unit_t unit = { .joined = splitter->kept, .len = len };

    if (len < LEAST) {
        return !goes_on;
    }
    classify_unit(splitter, splitter->kept, &unit);
    if (goes_on && (unit.extent == BC_NAL_WHOLE || (unit.extent == BC_NAL_BEGINNING && len < BC_NAL_SLICE))) {
        return false;
    }
    if (splitter->overflow && unit.extent == BC_NAL_WHOLE) {
        unit.extent = BC_NAL_TOO_LONG;
    }
    give_unit(piece, &unit);
    return true;
}

/* The part of the open unit that this piece has, from `from` to `to`. */
static void
note_unit_part(piece_t *piece, uint32_t from, uint32_t to, bool goes_on)
{
    bc_nal_splitter_t *splitter = piece->splitter;

    if (!splitter->open || splitter->given) {
        return;
    }
    if (splitter->kept_len > 0) {
        give_joined_unit(piece, to, goes_on);
    } else if (!give_unit_here(piece, from, to, goes_on)) {
        keep_unit_bytes(splitter, piece->bytes + from, to - from);
    }
}

static void
open_unit(bc_nal_splitter_t *splitter)
{
    splitter->open = true;
    splitter->given = false;
    splitter->kept_len = 0;
    splitter->overflow = false;
}

/* How many bytes at the start of a piece complete a start code that began in the one before; 0 if none does.
 */
static uint32_t
start_code_end(const bc_nal_splitter_t *splitter, const uint8_t *bytes, uint32_t len)
{
    if (splitter->zeros == 2 && len >= 1 && bytes[0] == 1) {
        return 1;
    }
    return (splitter->zeros >= 1 && len >= 2 && bytes[0] == 0 && bytes[1] == 1) ? 2 : 0;
}

/* The first byte behind a start code that lies in bytes, from at on; 0 if there is none. */
static uint32_t
find_start_code(const uint8_t *bytes, uint32_t len, uint32_t at)
{
    while (at + 2 < len) {
        const uint8_t *one = memchr(bytes + at + 2, 1, len - at - 2);
        if (one == NULL) {
            break;
        }
        if (one[-1] == 0 && one[-2] == 0) {
            return (uint32_t)(one - bytes) + 1;
        }
        at = (uint32_t)(one - bytes) - 1;
    }
    return 0;
}

static uint8_t
count_zeros(uint8_t before, const uint8_t *bytes, uint32_t len)
{
    const uint32_t zeros = len - without_zeros(bytes, len);

    return (uint8_t)MIN(2, zeros == len ? before + zeros : zeros);
}

void
bc_nal_split(bc_nal_splitter_t *splitter, const uint8_t *bytes, uint32_t len, bool end, bc_nal_take_t take,
             void *context)
{
    piece_t piece = { splitter, bytes, take, context };
    uint32_t from = 0;
    uint32_t code = start_code_end(splitter, bytes, len);

    if (code > 0) {
        note_unit_part(&piece, 0, 0, false);
        open_unit(splitter);
        from = code;
    }
    while ((code = find_start_code(bytes, len, from)) > 0) {
        note_unit_part(&piece, from, code - 3, false);
        open_unit(splitter);
        from = code;
    }
    note_unit_part(&piece, from, len, !end);
    splitter->zeros = count_zeros(splitter->zeros, bytes, len);
}
