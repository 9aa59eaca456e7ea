/* media.c
 * Media packets (BcMedia): info, video frames, audio, and how they lie across BC messages.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/media.h>

#include <string.h>

#include <baichuan/wire/bytes.h>

#define INFO_HEADER   32u
#define ADTS_HEADER   7u
#define BLOCK_HEADER  4u     /* of ADPCM, before the block */
#define MAX_DIMENSION 32768u /* of pictures, either way */

/* ---- headers ------------------------------------------------------------------------------------------ */

/* Whether the bytes that are there agree with a pattern, of which '#' is any digit. */
static bool
agrees_with(const uint8_t *bytes, size_t len, const char *pattern)
{
    for (size_t i = 0; i < len && pattern[i] != '\0'; i++) {
        if (pattern[i] == '#' ? !g_ascii_isdigit(bytes[i]) : bytes[i] != (uint8_t)pattern[i]) {
            return false;
        }
    }
    return true;
}

static baichuan_media_type_t
media_type_of(const uint8_t *bytes, size_t len)
{
    static const struct {
        const char *magic;
        baichuan_media_type_t type;
    } magics[] = {
        { "1001", BAICHUAN_MEDIA_INFO },    { "1002", BAICHUAN_MEDIA_INFO },
        { "#0dc", BAICHUAN_MEDIA_I_FRAME }, { "#1dc", BAICHUAN_MEDIA_P_FRAME },
        { "#5wb", BAICHUAN_MEDIA_AAC },     { "#1wb", BAICHUAN_MEDIA_ADPCM },
    };

    for (size_t i = 0; i < G_N_ELEMENTS(magics); i++) {
        if (agrees_with(bytes, len, magics[i].magic)) {
            return magics[i].type;
        }
    }
    return BAICHUAN_MEDIA_UNKNOWN;
}

static bc_media_status_t
need_more(size_t bytes, size_t *need)
{
    if (need != NULL) {
        *need = bytes;
    }
    return BC_MEDIA_MORE;
}

static bc_media_status_t
parse_info(const uint8_t *bytes, size_t len, bool strict, bc_media_header_t *out, size_t *need)
{
    if (!agrees_with(bytes + 4, MIN(len - 4, 1), " ")) { /* 32 */
        return BC_MEDIA_NONE;
    }
    if (len < INFO_HEADER) {
        return need_more(INFO_HEADER, need);
    }
    out->len = INFO_HEADER;
    out->width = bc_u32(bytes + 8);
    out->height = bc_u32(bytes + 12);
    out->fps = bytes[17];
    const bool sane =
        out->width > 0 && out->width <= MAX_DIMENSION && out->height > 0 && out->height <= MAX_DIMENSION;
    return (bc_u32(bytes + 4) == INFO_HEADER && (sane || !strict)) ? BC_MEDIA_OK : BC_MEDIA_NONE;
}

static bc_media_status_t
parse_video(const uint8_t *bytes, size_t len, bc_media_header_t *out, size_t *need)
{
    const bool h264 = agrees_with(bytes + 4, len - 4, "H264");

    if (!h264 && !agrees_with(bytes + 4, len - 4, "H265")) {
        return BC_MEDIA_NONE;
    }
    if (len >= 16 &&
        (bc_u32(bytes + 8) > BC_MEDIA_MAX_SIZE || bc_u32(bytes + 12) > BC_MEDIA_MAX_ADDITIONAL)) {
        return BC_MEDIA_NONE;
    }
    if (len < BC_MEDIA_VIDEO_HEADER) {
        return need_more(BC_MEDIA_VIDEO_HEADER, need);
    }
    out->codec = h264 ? BAICHUAN_CODEC_H264 : BAICHUAN_CODEC_H265;
    out->size = bc_u32(bytes + 8);
    out->additional = bc_u32(bytes + 12);
    out->microseconds = bc_u32(bytes + 16) | (uint64_t)bc_u32(bytes + 20) << 32;
    out->len = BC_MEDIA_VIDEO_HEADER + out->additional;
    if (out->type == BAICHUAN_MEDIA_I_FRAME && out->additional >= 4 && len >= BC_MEDIA_VIDEO_HEADER + 4) {
        out->time = bc_u32(bytes + BC_MEDIA_VIDEO_HEADER);
    }
    return BC_MEDIA_OK;
}

/* What the first bytes of an audio payload must be. */
static bool
audio_begins(const uint8_t *payload, baichuan_media_type_t type)
{
    if (type == BAICHUAN_MEDIA_AAC) {
        return payload[0] == 0xff && (payload[1] & 0xf6) == 0xf0;
    }
    return payload[0] == 0 && payload[1] == 1;
}

static bc_media_status_t
parse_audio(const uint8_t *bytes, size_t len, bool strict, bc_media_header_t *out, size_t *need)
{
    const uint32_t least = (out->type == BAICHUAN_MEDIA_AAC) ? ADTS_HEADER : BLOCK_HEADER;

    if (len < BC_MEDIA_AUDIO_HEADER) {
        return need_more(BC_MEDIA_AUDIO_HEADER, need);
    }
    out->len = BC_MEDIA_AUDIO_HEADER;
    out->size = bc_u16(bytes + 4);
    if (bc_u16(bytes + 6) != out->size || (strict && out->size < least)) {
        return BC_MEDIA_NONE;
    }
    if (strict && len >= BC_MEDIA_AUDIO_HEADER + 2 &&
        !audio_begins(bytes + BC_MEDIA_AUDIO_HEADER, (baichuan_media_type_t)out->type)) {
        return BC_MEDIA_NONE;
    }
    return BC_MEDIA_OK;
}

bc_media_status_t
bc_media_header_parse(const uint8_t *bytes, size_t len, bool strict, bc_media_header_t *out, size_t *need)
{
    memset(out, 0, sizeof *out);
    if (len == 0) {
        return need_more(4, need);
    }
    out->type = (uint8_t)media_type_of(bytes, len);
    if (out->type == BAICHUAN_MEDIA_UNKNOWN) {
        return BC_MEDIA_NONE;
    }
    if (len < 4) {
        return need_more(4, need);
    }
    out->channel = (uint8_t)(bytes[0] - '0');
    switch ((baichuan_media_type_t)out->type) {
    case BAICHUAN_MEDIA_INFO:
        out->channel = 0; /* its digits are a version */
        return parse_info(bytes, len, strict, out, need);
    case BAICHUAN_MEDIA_I_FRAME:
    case BAICHUAN_MEDIA_P_FRAME:
        return parse_video(bytes, len, out, need);
    case BAICHUAN_MEDIA_AAC:
    case BAICHUAN_MEDIA_ADPCM:
        return parse_audio(bytes, len, strict, out, need);
    case BAICHUAN_MEDIA_UNKNOWN:
        break;
    }
    return BC_MEDIA_NONE;
}

/* Bytes behind a payload of this size, section 5.3. */
static uint32_t
padding_of(uint32_t size)
{
    return (8 - size % 8) % 8;
}

/* ---- parser ------------------------------------------------------------------------------------------- */

void
bc_media_parser_init(bc_media_parser_t *parser)
{
    memset(parser, 0, sizeof *parser);
    parser->head = g_byte_array_new();
    parser->seeking = true;
    parser->fresh = true;
}

void
bc_media_parser_clear(bc_media_parser_t *parser)
{
    g_byte_array_free(parser->head, TRUE);
    parser->head = NULL;
}

bool
bc_media_parser_lose(bc_media_parser_t *parser)
{
    const bool reading = parser->inside || (parser->head->len > 0 && !parser->guessed);

    g_byte_array_set_size(parser->head, 0);
    parser->inside = false;
    parser->guessed = false;
    parser->padding = 0;
    parser->seeking = true;
    return reading;
}

/* Whether a header that passes all checks begins here. */
static bool
is_media_header(const uint8_t *bytes, size_t len)
{
    bc_media_header_t header;

    return bc_media_header_parse(bytes, len, true, &header, NULL) == BC_MEDIA_OK;
}

/* The first place in bytes, from at on, where a header begins or may begin. */
static uint32_t
find_media_header(const uint8_t *bytes, uint32_t len, uint32_t at)
{
    bc_media_header_t header;

    while (at < len) {
        const uint8_t *digit = bytes + at;
        if (g_ascii_isdigit(*digit) &&
            bc_media_header_parse(digit, len - at, true, &header, NULL) != BC_MEDIA_NONE) {
            break;
        }
        at++;
    }
    return at;
}

/* Whether another packet begins behind the one that begins here. */
static bool
is_followed_by_packet(const uint8_t *bytes, size_t len)
{
    bc_media_header_t header;

    if (bc_media_header_parse(bytes, len, true, &header, NULL) != BC_MEDIA_OK) {
        return false;
    }
    const size_t end = (size_t)header.len + header.size;
    const size_t padded = end + padding_of(header.size);
    return (end < len && is_media_header(bytes + end, len - end)) ||
           (padded < len && is_media_header(bytes + padded, len - padded));
}

bool
bc_media_proved(const uint8_t *bytes, size_t len)
{
    for (size_t at = 0; at < len; at++) {
        if (g_ascii_isdigit(bytes[at]) && is_followed_by_packet(bytes + at, len - at)) {
            return true;
        }
    }
    return false;
}

/* Takes bytes of the payload of the packet that is being read, and its padding. */
static void
take_media_payload(bc_media_parser_t *parser, const uint8_t *bytes, uint32_t len, uint32_t *at,
                   bc_media_piece_t *out)
{
    const uint32_t here = MIN(parser->left, len - *at);

    out->data_at = *at;
    out->data_len = here;
    parser->left -= here;
    *at += here;
    if (parser->left == 0) {
        const bool none = is_media_header(bytes + *at, len - *at); /* some may not pad */
        const uint32_t padding = none ? 0 : padding_of(parser->header.size);
        const uint32_t there = MIN(padding, len - *at);
        out->ends = true;
        parser->inside = false;
        parser->padding = padding - there;
        *at += there;
    }
}

/* The header in parser->header is complete: goes on with the payload. */
static void
begin_media_payload(bc_media_parser_t *parser, const uint8_t *bytes, uint32_t len, uint32_t *at,
                    bc_media_piece_t *out)
{
    out->header = true;
    parser->inside = true;
    parser->seeking = false;
    parser->left = parser->header.size;
    take_media_payload(parser, bytes, len, at, out);
}

/* Takes zero bytes where a packet should begin. */
static void
take_media_zeros(const uint8_t *bytes, uint32_t len, uint32_t *at, bc_media_piece_t *out)
{
    out->kind = BC_MEDIA_ZEROS;
    while (*at < len && bytes[*at] == 0) {
        ++*at;
    }
}

/* The last bytes of a payload may begin a packet, in a search for one: as long as nobody knows, they belong to none. */
static void
keep_guess(bc_media_parser_t *parser, const uint8_t *bytes, uint32_t len, uint32_t *at, bc_media_piece_t *out)
{
    g_byte_array_append(parser->head, bytes + *at, len - *at);
    *at = len;
    parser->guessed = true;
    out->kind = BC_MEDIA_SKIPPED;
}

/* A guess is confirmed by a header, or goes on. */
static void
mark_guess(bc_media_parser_t *parser, bc_media_status_t status, bc_media_piece_t *out)
{
    if (!parser->guessed) {
        return;
    }
    if (status == BC_MEDIA_OK) {
        parser->guessed = false;
        out->begins = true;
    } else {
        out->kind = BC_MEDIA_SKIPPED;
    }
}

/* A packet begins at *at, or there is none. */
static void
begin_media_packet(bc_media_parser_t *parser, const uint8_t *bytes, uint32_t len, uint32_t *at,
                   bc_media_piece_t *out)
{
    if (!parser->seeking && bytes[*at] == 0) {
        take_media_zeros(bytes, len, at, out);
        return;
    }
    const bc_media_status_t status =
        bc_media_header_parse(bytes + *at, len - *at, parser->seeking, &parser->header, NULL);

    if (status == BC_MEDIA_NONE) {
        out->kind = BC_MEDIA_SKIPPED;
        parser->seeking = true;
        *at = find_media_header(bytes, len, *at + 1);
        return;
    }
    if (status == BC_MEDIA_MORE && parser->seeking && !parser->fresh) {
        keep_guess(parser, bytes, len, at, out);
        return;
    }
    out->begins = true;
    if (status == BC_MEDIA_MORE || parser->header.len > len - *at) {
        g_byte_array_append(parser->head, bytes + *at, len - *at);
        *at = len;
        return;
    }
    *at += parser->header.len;
    begin_media_payload(parser, bytes, len, at, out);
}

/* Reads on in a header that began in an earlier payload. False if it was none: *at is not moved then, and the
 * head is shorter. */
static bool
continue_media_header(bc_media_parser_t *parser, const uint8_t *bytes, uint32_t len, uint32_t *at,
                      bc_media_piece_t *out)
{
    GByteArray *head = parser->head;
    const guint before = head->len;
    const uint32_t start = *at;
    bc_media_status_t status;
    size_t need = 0;

    while ((status = bc_media_header_parse(head->data, head->len, parser->seeking, &parser->header, &need)) !=
           BC_MEDIA_NONE) {
        need = (status == BC_MEDIA_OK) ? parser->header.len : need;
        if (head->len >= need) {
            mark_guess(parser, status, out);
            parser->head_done = true;
            out->joined = true;
            begin_media_payload(parser, bytes, len, at, out);
            return true;
        }
        const uint32_t taken = MIN((uint32_t)(need - head->len), len - *at);
        if (taken == 0) {
            mark_guess(parser, status, out);
            return true;
        }
        g_byte_array_append(head, bytes + *at, taken);
        *at += taken;
    }
    /* One may still begin later in what was kept. */
    *at = start;
    g_byte_array_set_size(head, before);
    g_byte_array_remove_range(head, 0, find_media_header(head->data, before, 1));
    out->disproved |= !parser->guessed;
    parser->guessed = true;
    parser->seeking = true;
    return false;
}

/* Takes what is left of the padding of a packet that ended with the payload before, unless there is none. */
static void
take_media_padding(bc_media_parser_t *parser, const uint8_t *bytes, uint32_t len, uint32_t *at)
{
    const uint32_t here = is_media_header(bytes, len) ? 0 : MIN(parser->padding, len);

    parser->padding = (here == 0) ? 0 : parser->padding - here;
    *at += here;
}

static void
next_media_piece(bc_media_parser_t *parser, const uint8_t *bytes, uint32_t len, uint32_t *at,
                 bc_media_piece_t *out)
{
    if (parser->head_done) {
        parser->head_done = false;
        g_byte_array_set_size(parser->head, 0);
    }
    if (*at == 0 && (parser->inside || parser->head->len > 0) &&
        media_type_of(bytes, len) == BAICHUAN_MEDIA_INFO && is_media_header(bytes, len)) {
        bc_media_parser_lose(parser); /* section 5.8: an info packet begins the message, so a stream begins */
    }
    if (parser->padding > 0) {
        take_media_padding(parser, bytes, len, at);
        if (*at > 0) {
            return;
        }
    }
    if (parser->inside) {
        take_media_payload(parser, bytes, len, at, out);
        return;
    }
    while (parser->head->len > 0) {
        if (continue_media_header(parser, bytes, len, at, out)) {
            return;
        }
    }
    begin_media_packet(parser, bytes, len, at, out);
}

bool
bc_media_next(bc_media_parser_t *parser, const uint8_t *bytes, uint32_t len, uint32_t *at,
              bc_media_piece_t *out)
{
    const bool seeking = parser->seeking;

    memset(out, 0, sizeof *out);
    out->at = *at;
    if (*at >= len) {
        return false;
    }
    next_media_piece(parser, bytes, len, at, out);
    parser->fresh = false;
    out->len = *at - out->at;
    out->search = out->kind == BC_MEDIA_SKIPPED && !seeking;
    return true;
}
