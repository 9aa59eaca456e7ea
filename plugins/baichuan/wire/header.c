/* header.c
 * The BC message header: how many bytes it has, whether bytes are one, and where the next one begins.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/header.h>

#include <string.h>

#include <baichuan/wire/binary-messages.h>
#include <baichuan/wire/bytes.h>

#define MAX_MSG_ID 1023u /* of first contact and resynchronisation; the highest known id is 807 */

static bool
is_bc_magic(uint32_t value)
{
    return value == BC_MAGIC || value == BC_MAGIC_NVR || value == BC_MAGIC_MISPRINT;
}

/* Whether the first bytes (any number) are those of a magic. */
static bool
begins_magic(const uint8_t *data, size_t len)
{
    static const uint8_t magics[][4] = {
        { 0xf0, 0xde, 0xbc, 0x0a },
        { 0xa0, 0xcb, 0xed, 0x0f },
        { 0xa0, 0xcd, 0xed, 0x0f },
    };

    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        if (memcmp(data, magics[i], len < 4 ? len : 4) == 0) {
            return true;
        }
    }
    return false;
}

static bool
class_is_known(uint16_t msg_class)
{
    return msg_class == BC_CLASS_LEGACY || msg_class == BC_CLASS_SHORT || msg_class == BC_CLASS_REQUEST ||
           msg_class == BC_CLASS_DEVICE || msg_class == BC_CLASS_DOWNLOAD || msg_class == BC_CLASS_NO_OFFSET;
}

/* Messages with recorded data, in whose headers some firmware writes the recording's time over status and
 * class after a seek (section 1.4). */
static bool
is_replay(uint32_t msg_id)
{
    const bc_binary_message_t *known = bc_binary_message(msg_id);

    return known != NULL && known->replay;
}

/* The payload offset of such a header. */
static bool
replay_offset_is_sane(uint32_t payload_offset, uint32_t body_len)
{
    return payload_offset == 0 || (payload_offset >= 20 && payload_offset <= body_len);
}

/* Classes of the first two login messages. */
static bool
is_login_class(uint16_t msg_class)
{
    return msg_class == BC_CLASS_LEGACY || msg_class == BC_CLASS_SHORT;
}

/* Whether a class may be half of a recording's time: some of those of logins are days of 2023 and 2024. */
static bool
may_be_overwritten(const uint8_t *data, size_t len)
{
    const uint16_t msg_class = bc_u16(data + 18);

    return is_replay(bc_u32(data + 4)) && (is_login_class(msg_class) || !class_is_known(msg_class)) &&
           (len < BC_LONG_HEADER || replay_offset_is_sane(bc_u32(data + 20), bc_u32(data + 8)));
}

static bool
is_magic_at(const uint8_t *data, size_t len, size_t at)
{
    return len >= at + 4 && is_bc_magic(bc_u32(data + at));
}

/* What follows a message tells how long its header is. */
typedef enum { FOLLOWED_BY_NOTHING_KNOWN, FOLLOWED_AFTER_SHORT, FOLLOWED_AFTER_LONG } followed_t;

/* Whether the next header follows if this one has 20 bytes, or if it has 24. A body that ends with a magic by
 * chance is one in 2^31. Bytes that end where a message with 24 does are no sign of 20: a carrier that was asked
 * for them can not take four of them back. */
static followed_t
header_that_is_followed(const uint8_t *data, size_t len)
{
    const size_t end = (size_t)BC_LONG_HEADER + bc_u32(data + 8);

    if (len < end) {
        return FOLLOWED_BY_NOTHING_KNOWN;
    }
    const bool after_short = is_magic_at(data, len, end - (BC_LONG_HEADER - BC_SHORT_HEADER));
    const bool after_long = begins_magic(data + end, len - end);
    if (after_short == after_long) {
        return FOLLOWED_BY_NOTHING_KNOWN;
    }
    return after_short ? FOLLOWED_AFTER_SHORT : FOLLOWED_AFTER_LONG;
}

/* Of a class that nobody knows. */
static uint8_t
unknown_header_length(const uint8_t *data, size_t len)
{
    const followed_t followed = header_that_is_followed(data, len);

    if (followed != FOLLOWED_BY_NOTHING_KNOWN) {
        return (followed == FOLLOWED_AFTER_SHORT) ? BC_SHORT_HEADER : BC_LONG_HEADER;
    }
    return replay_offset_is_sane(bc_u32(data + 20), bc_u32(data + 8)) ? BC_LONG_HEADER : BC_SHORT_HEADER;
}

/* The procedure of section 1.4. With fewer than 24 bytes, 24 means "24 or not yet known". */
static uint8_t
header_length(const uint8_t *data, size_t len)
{
    const uint16_t msg_class = bc_u16(data + 18);

    if (is_login_class(msg_class) && !may_be_overwritten(data, len)) {
        return BC_SHORT_HEADER;
    }
    if (msg_class == BC_CLASS_REQUEST || msg_class == BC_CLASS_DOWNLOAD || msg_class == BC_CLASS_NO_OFFSET ||
        len < BC_LONG_HEADER) {
        return BC_LONG_HEADER;
    }
    if (msg_class == BC_CLASS_DEVICE) {
        return (bc_u32(data + 20) > bc_u32(data + 8) ||
                header_that_is_followed(data, len) == FOLLOWED_AFTER_SHORT)
                   ? BC_SHORT_HEADER
                   : BC_LONG_HEADER;
    }
    return unknown_header_length(data, len);
}

/* Reads the payload offset of a long header. */
static void
read_payload_offset(const uint8_t *data, bc_header_t *out)
{
    const uint32_t offset = bc_u32(data + 20);

    if (out->msg_class == BC_CLASS_NO_OFFSET) {
        return;
    }
    out->offset_bad = class_is_known(out->msg_class) ? offset > out->body_len
                                                     : !replay_offset_is_sane(offset, out->body_len);
    out->payload_offset = out->offset_bad ? 0 : offset;
}

bc_header_status_t
bc_header_parse(const uint8_t *data, size_t len, bc_header_t *out)
{
    if (!begins_magic(data, len)) {
        return BC_HEADER_NONE;
    }
    if (len < BC_SHORT_HEADER) {
        return BC_HEADER_MORE;
    }
    const uint8_t header_len = header_length(data, len);
    if (len < header_len) {
        return BC_HEADER_MORE;
    }
    bc_header_read(data, header_len, out);
    return BC_HEADER_OK;
}

void
bc_header_read(const uint8_t *data, uint8_t header_len, bc_header_t *out)
{
    memset(out, 0, sizeof *out);
    out->magic = bc_u32(data);
    out->msg_id = bc_u32(data + 4);
    out->body_len = bc_u32(data + 8);
    out->channel = data[12];
    out->stream = data[13];
    out->number = bc_u16(data + 14);
    out->exchange_id = bc_u32(data + 12);
    out->code = bc_u16(data + 16);
    out->msg_class = bc_u16(data + 18);
    out->len = header_len;
    if (header_len == BC_LONG_HEADER) {
        read_payload_offset(data, out);
    }
    if (header_len == BC_LONG_HEADER && may_be_overwritten(data, header_len)) {
        out->overwritten = true;
        out->code = 0;
    }
}

bool
bc_header_is_shorter(const uint8_t *data, const uint8_t *last, const uint8_t *next, size_t next_len)
{
    const uint16_t msg_class = bc_u16(data + 18);

    return (msg_class == BC_CLASS_DEVICE || !class_is_known(msg_class)) && is_bc_magic(bc_u32(last)) &&
           !(next_len > 0 && begins_magic(next, next_len));
}

bool
bc_header_class_is_known(const bc_header_t *header)
{
    return class_is_known(header->msg_class);
}

bool
bc_header_possible(const bc_header_t *header)
{
    return header->body_len < BC_MAX_MESSAGE - header->len;
}

/* What first contact and resynchronisation have in common, with 20 bytes at least; but for the class. */
static bool
is_sane_header(const uint8_t *data)
{
    return is_bc_magic(bc_u32(data)) && bc_u32(data + 4) <= MAX_MSG_ID && bc_u32(data + 8) <= BC_USUAL_BODY;
}

static bool
offset_is_sane(const uint8_t *data)
{
    const uint16_t msg_class = bc_u16(data + 18);

    return msg_class == BC_CLASS_LEGACY || msg_class == BC_CLASS_SHORT || msg_class == BC_CLASS_NO_OFFSET ||
           bc_u32(data + 20) <= bc_u32(data + 8);
}

bool
bc_header_first_contact(const uint8_t *data, size_t len)
{
    if (len < BC_SHORT_HEADER || !is_sane_header(data)) {
        return false;
    }
    const uint32_t msg_id = bc_u32(data + 4);
    const uint16_t msg_class = bc_u16(data + 18);
    if (!class_is_known(msg_class) || msg_class == BC_CLASS_NO_OFFSET) {
        return false; /* no conversation begins with the latter, and foreign bytes are ffff easily */
    }
    if (msg_id == BC_MSG_LOGIN && msg_class == BC_CLASS_LEGACY) {
        return data[17] == 0xdc;
    }
    if (msg_id == BC_MSG_LOGIN && msg_class == BC_CLASS_SHORT) {
        return data[17] == 0xdd;
    }
    return len < BC_LONG_HEADER || offset_is_sane(data) ||
           (msg_class == BC_CLASS_DEVICE && msg_id == BC_MSG_LOGIN);
}

/* Whether the bytes at the end of data (fewer than a header) may begin one. */
static bool
may_begin_header(const uint8_t *data, size_t len)
{
    return begins_magic(data, len) && (len < 8 || bc_u32(data + 4) <= MAX_MSG_ID) &&
           (len < 12 || bc_u32(data + 8) <= BC_USUAL_BODY) &&
           (len < BC_SHORT_HEADER || class_is_known(bc_u16(data + 18)) || is_replay(bc_u32(data + 4)));
}

typedef enum { CANDIDATE_NO, CANDIDATE_DOUBTFUL, CANDIDATE_GOOD } candidate_t;

/* Of a candidate, with its header. */
static size_t
message_length(const uint8_t *data, size_t len)
{
    return (size_t)header_length(data, len) + bc_u32(data + 8);
}

static candidate_t
judge_candidate(const uint8_t *data, size_t len)
{
    if (!is_sane_header(data)) {
        return CANDIDATE_NO;
    }
    if (!class_is_known(bc_u16(data + 18)) &&
        !(is_replay(bc_u32(data + 4)) && replay_offset_is_sane(bc_u32(data + 20), bc_u32(data + 8)))) {
        return CANDIDATE_NO;
    }
    const size_t end = message_length(data, len);
    const bool meets_magic = end < len && begins_magic(data + end, len - end);
    if (!offset_is_sane(data)) {
        /* A 20 byte header of class 0x0000 is too rare to be believed for itself. */
        return meets_magic ? CANDIDATE_GOOD : CANDIDATE_NO;
    }
    return (end >= len || meets_magic) ? CANDIDATE_GOOD : CANDIDATE_DOUBTFUL;
}

size_t
bc_header_resync(const uint8_t *data, size_t len)
{
    size_t doubtful = len;
    size_t until =
        len; /* of a better candidate: it has to overlap the doubtful one, so nothing is read twice */

    for (size_t i = 0; i < until; i++) {
        if (data[i] != 0xf0 && data[i] != 0xa0) {
            continue;
        }
        if (len - i < BC_LONG_HEADER) {
            if (may_begin_header(data + i, len - i)) {
                return (doubtful < i) ? doubtful : i;
            }
            continue;
        }
        const candidate_t candidate = judge_candidate(data + i, len - i);
        if (candidate == CANDIDATE_GOOD) {
            return i;
        }
        if (candidate == CANDIDATE_DOUBTFUL && doubtful == len) {
            doubtful = i;
            until = i + message_length(data + i, len - i);
        }
    }
    return doubtful;
}

bool
bc_header_negotiates(const bc_header_t *header)
{
    return header->msg_id == BC_MSG_LOGIN &&
           (header->msg_class == BC_CLASS_LEGACY || header->msg_class == BC_CLASS_SHORT);
}

uint16_t
bc_header_status(const bc_header_t *header)
{
    const bool other = header->msg_class == BC_CLASS_LEGACY || header->msg_class == BC_CLASS_SHORT;

    return (other || header->overwritten) ? 0 : header->code;
}

/* Whether bytes 16 and 17 are the status of an answer, which tells who sends it. */
static bool
has_status(const bc_header_t *header)
{
    return header->code >= BC_STATUS_OK && header->code < BC_STATUS_REFUSED_END && !header->overwritten;
}

bool
bc_header_direction(const bc_header_t *header, bool *from_client)
{
    switch (header->msg_class) {
    case BC_CLASS_LEGACY:
        *from_client = true;
        return true;
    case BC_CLASS_REQUEST:
        /* Servers are known that answer in the class of requests; a client answers 234 alone. */
        *from_client = !has_status(header) || header->msg_id == BC_MSG_UDP_KEEP_ALIVE;
        return true;
    case BC_CLASS_SHORT:
        *from_client = false;
        return true;
    case BC_CLASS_DEVICE:
        /* The request of a sigV3 login has this class too. */
        *from_client = false;
        return header->msg_id != BC_MSG_LOGIN || header->code != 0;
    default:
        *from_client = false;
        return has_status(header);
    }
}

uint32_t
bc_header_tie(const bc_header_t *header)
{
    const bc_binary_message_t *known = bc_binary_message(header->msg_id);

    switch ((bc_tie_t)(known != NULL ? known->tie : BC_TIE_EXCHANGE)) {
    case BC_TIE_CHANNEL:
        return header->channel;
    case BC_TIE_NOTHING:
    case BC_TIE_TALK:
        return 0;
    case BC_TIE_EXCHANGE:
        break;
    }
    return header->exchange_id;
}
