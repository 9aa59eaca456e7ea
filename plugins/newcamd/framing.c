/* framing.c
 * Where in the byte stream of a direction a PDU begins and ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The first 14 bytes of a conversation are a greeting. Everything else has its length in front, so one frame tells where
 * the next one begins: as long as that works, a direction is in step. It is out of step where the capture begins in the
 * middle and behind a length that no frame can have. Nothing marks the beginning of a frame, but most segments begin
 * with one: a segment that frames fill from its first byte to its last puts the direction in step again, and whatever
 * comes before that is shown as bytes from inside a frame.
 *
 * Bytes are taken as TCP hands them over, and put together here (common/pure/assembler.h). A PDU is decided, and shown,
 * where the last of its bytes arrives, whatever is behind it already; the frames with its other pieces point there.
 */
#include <newcamd/framing.h>

#include <newcamd/record/greeting-note.h>
#include <newcamd/wire/frame.h>

bool
newcamd_frames_fill(const newcamd_session_t *session, tvbuff_t *tvb, int offset, int end)
{
    const bool clear = session->login == NEWCAMD_LOGIN_CLEAR;

    while (end - offset >= NEWCAMD_LENGTH_LEN) {
        if (!tvb_bytes_exist(tvb, offset, NEWCAMD_LENGTH_LEN)) {
            return false;
        }
        const unsigned length = tvb_get_ntohs(tvb, offset);
        offset += NEWCAMD_LENGTH_LEN;
        if (clear ? !(newcamd_clear_length_possible(length) && tvb_bytes_exist(tvb, offset, (int)length) &&
                      newcamd_clear_frame_ok(tvb_get_ptr(tvb, offset, (int)length), length,
                                             session->header_len))
                  : !newcamd_length_possible(length)) {
            return false;
        }
        offset += (int)length;
    }
    return offset == end;
}

static const newcamd_session_t *
session_of(const newcamd_reader_t *reader)
{
    return &reader->segment->conversation->connection->session;
}

/* Whether a frame in clear may begin at a place: the whole connection is, or its connector may begin with one. */
static bool
may_be_clear(const newcamd_reader_t *reader, uint64_t place)
{
    const newcamd_session_t *session = session_of(reader);
    const unsigned direction = reader->segment->direction;

    return newcamd_session_expects_clear(session, direction, (uint32_t)place) ||
           (session->login == NEWCAMD_LOGIN_NOT_SEEN && !session->reverse &&
            newcamd_session_is_login_place(session, direction, (uint32_t)place));
}

static bool
is_length(const newcamd_reader_t *reader, uint64_t place, uint32_t length)
{
    const bool clear =
        newcamd_session_expects_clear(session_of(reader), reader->segment->direction, (uint32_t)place);

    return (!clear && newcamd_length_possible(length)) ||
           (may_be_clear(reader, place) && newcamd_clear_length_possible(length));
}

/* Whether the bytes of a whole frame may be one. Only then it is known whether one that is too short, or of an odd
 * length, is in clear. */
static bool
is_frame(const newcamd_reader_t *reader, uint64_t place, const uint8_t *bytes, uint32_t len)
{
    const uint32_t length = len - NEWCAMD_LENGTH_LEN;

    return newcamd_session_expects_clear(session_of(reader), reader->segment->direction, (uint32_t)place) ||
           newcamd_length_possible(length) || newcamd_clear_opening(bytes + NEWCAMD_LENGTH_LEN, length) != 0;
}

/* Fills in where found bytes lie in the segment. */
static void
locate(const newcamd_reader_t *reader, newcamd_found_t *found, uint64_t from, uint64_t to)
{
    const uint64_t here_from = MAX(from, reader->arrival.from), here_to = MIN(to, reader->arrival.to);

    found->place = (uint32_t)from;
    found->length = (uint32_t)(to - from);
    found->offset = (here_from < here_to) ? (uint32_t)(here_from - reader->base) : 0;
    found->here = (here_from < here_to) ? (uint32_t)(here_to - here_from) : 0;
}

/* ---- Where PDUs begin ---------------------------------------------------------------------------------- */

typedef enum {
    BEGAN,
    MORE_TO_COME, /* its length is not there */
    BAD_LENGTH,
    NO_PLACE, /* nobody knows of one that begins there, or it would lie over another one */
} beginning_t;

static bool
is_edge(const newcamd_reader_t *reader, uint64_t place)
{
    return newcamd_stream_is_edge(reader->stream, place) ||
           newcamd_session_is_first(session_of(reader), reader->segment->direction, (uint32_t)place);
}

static bool
is_greeting_place(const newcamd_reader_t *reader, uint64_t place)
{
    return reader->stream->greeting && place == reader->stream->greeting_place;
}

/* Begins the PDU at a place where one begins. */
static beginning_t
begin_at(newcamd_reader_t *reader, uint64_t place)
{
    uint8_t scratch[NEWCAMD_LENGTH_LEN];
    uint32_t got, total = NEWCAMD_GREETING_LEN;

    if (!is_greeting_place(reader, place)) {
        const uint8_t *bytes =
            camshark_assembler_peek(reader->stream->assembler, place, sizeof scratch, scratch, &got);
        if (got < sizeof scratch) {
            return MORE_TO_COME;
        }
        const uint32_t length = (uint32_t)(bytes[0] << 8) | bytes[1];
        if (!is_length(reader, place, length)) {
            return BAD_LENGTH;
        }
        total = NEWCAMD_LENGTH_LEN + length;
    }
    return (newcamd_stream_begin(reader->stream, place, total) != NULL) ? BEGAN : NO_PLACE;
}

/* The same where bytes that came before may hold the first byte of its length. */
static beginning_t
begin_before(newcamd_reader_t *reader, uint64_t place)
{
    uint8_t scratch[NEWCAMD_LENGTH_LEN];
    uint32_t got;
    const uint64_t before = place - 1;

    if (is_edge(reader, place)) {
        return begin_at(reader, place);
    }
    if (!is_edge(reader, before) || camshark_assembler_owner(reader->stream->assembler, before) != NULL ||
        camshark_assembler_peek(reader->stream->assembler, before, sizeof scratch, scratch, &got) == NULL ||
        got < sizeof scratch) {
        return NO_PLACE;
    }
    return begin_at(reader, before);
}

/* ---- What is found ------------------------------------------------------------------------------------- */

/* A PDU that is whole. */
static void
find_whole(newcamd_reader_t *reader, camshark_message_t *message, newcamd_found_t *found)
{
    const newcamd_segment_t *segment = reader->segment;
    const uint64_t start = camshark_message_start(message), end = camshark_message_end(message);
    const bool greeting = is_greeting_place(reader, start);
    const bool in_one = start >= reader->arrival.from && end <= reader->arrival.to;

    locate(reader, found, start, end);
    found->kind = greeting ? NEWCAMD_PDU_GREETING : NEWCAMD_PDU_FRAME;
    if (in_one) {
        camshark_assembler_finish(reader->stream->assembler, message);
    } else {
        found->bytes = newcamd_stream_take(reader->stream, message, segment->pinfo->num, &found->whole);
    }
    const uint8_t *bytes =
        in_one ? tvb_get_ptr(segment->tvb, (int)found->offset, (int)found->length) : found->bytes;
    if (greeting ? end < reader->arrival.to : !is_frame(reader, start, bytes, found->length)) {
        found->kind = greeting ? NEWCAMD_PDU_OUT_OF_STEP : NEWCAMD_PDU_BAD_LENGTH;
        reader->stream->in_step = false;
    }
}

/* Bytes of a PDU that has begun. */
static void
find_piece(newcamd_reader_t *reader, const camshark_part_t *part, newcamd_found_t *found)
{
    camshark_message_t *message = part->message;

    reader->at = part->place + part->len;
    if (!message->finished && camshark_message_is_whole(message)) {
        find_whole(reader, message, found);
        return;
    }
    locate(reader, found, part->place, part->place + part->len);
    found->kind = NEWCAMD_PDU_PIECE;
    if (!message->finished && message->seen == message->total && message->dropped == 0 &&
        newcamd_segment_is_snapped(reader->segment)) {
        locate(reader, found, camshark_message_start(message), camshark_message_end(message));
        found->kind = NEWCAMD_PDU_CUT_FRAME;
        reader->at = camshark_message_end(message);
        camshark_assembler_finish(reader->stream->assembler, message);
        return;
    }
    found->whole = newcamd_stream_whole(message);
}

/* 14 bytes in the middle of a stream that begin no frame: without a SYN in the capture this is how a new
 * connection on the same ports begins (section 8.4). */
static bool
is_perhaps_greeting(const newcamd_reader_t *reader)
{
    tvbuff_t *tvb = reader->segment->tvb;

    return reader->segment->offset == 0 && tvb_reported_length(tvb) == NEWCAMD_GREETING_LEN &&
           tvb_bytes_exist(tvb, 0, NEWCAMD_GREETING_LEN) &&
           newcamd_greeting_possible(tvb_get_ptr(tvb, 0, NEWCAMD_GREETING_LEN));
}

/* Bytes of which it is not known to which PDU they belong. */
static void
find_loose(newcamd_reader_t *reader, const camshark_part_t *part, newcamd_pdu_kind_t kind,
           newcamd_found_t *found)
{
    reader->at = part->place + part->len;
    locate(reader, found, part->place, reader->at);
    found->kind = kind;
    found->loose = true;
    if (kind == NEWCAMD_PDU_OUT_OF_STEP && is_perhaps_greeting(reader)) {
        found->kind = NEWCAMD_PDU_PERHAPS_GREETING;
    }
}

/* A length that no frame can have: the rest of the segment is of no use. */
static void
find_bad_length(newcamd_reader_t *reader, const camshark_part_t *part, newcamd_found_t *found)
{
    reader->at = part->place + part->len;
    locate(reader, found, part->place, reader->at);
    found->kind = NEWCAMD_PDU_BAD_LENGTH;
    if (part->place >= camshark_assembler_front(reader->stream->assembler)) {
        camshark_assembler_set_front(reader->stream->assembler, reader->at);
        reader->stream->in_step = false;
    }
}

/* Bytes that belong to no PDU that has begun. Returns false if they do now. */
static bool
find_new(newcamd_reader_t *reader, const camshark_part_t *part, newcamd_found_t *found)
{
    const newcamd_segment_t *segment = reader->segment;
    const int offset = (int)(part->place - reader->base);
    const bool snapped = newcamd_segment_is_snapped(segment);

    switch (begin_before(reader, part->place)) {
    case BEGAN:
        return false;
    case MORE_TO_COME:
        if (!reader->stream->in_step) {
            camshark_assembler_set_front(reader->stream->assembler, part->place);
            reader->stream->in_step = true;
        }
        find_loose(reader, part, snapped ? NEWCAMD_PDU_CUT_FRAME : NEWCAMD_PDU_PIECE, found);
        return true;
    case BAD_LENGTH:
        if (is_edge(reader, part->place)) {
            find_bad_length(reader, part, found);
            return true;
        }
        break;
    case NO_PLACE:
        break;
    }
    if ((snapped || newcamd_frames_fill(session_of(reader), segment->tvb, offset, offset + (int)part->len)) &&
        begin_at(reader, part->place) == BEGAN) {
        return false;
    }
    find_loose(reader, part, NEWCAMD_PDU_OUT_OF_STEP, found);
    return true;
}

/* PDUs behind the segment's bytes, which came before: arithmetic reaches them now. */
static bool
find_behind(newcamd_reader_t *reader, newcamd_found_t *found)
{
    newcamd_stream_t *stream = reader->stream;

    while (stream->in_step) {
        const uint64_t front = camshark_assembler_front(stream->assembler);
        if (front >= camshark_assembler_newest(stream->assembler)) {
            break;
        }
        const beginning_t beginning = begin_at(reader, front);
        if (beginning != BEGAN) {
            stream->in_step = beginning == MORE_TO_COME;
            break;
        }
        camshark_message_t *message = camshark_assembler_owner(stream->assembler, front);
        if (camshark_message_is_whole(message)) {
            find_whole(reader, message, found);
            return true;
        }
    }
    return false;
}

/* ---- A segment ----------------------------------------------------------------------------------------- */

/* The very first bytes of a conversation: if they are 14, they are a greeting (section 8.4); it may come in pieces. */
static void
expect_greeting(newcamd_reader_t *reader)
{
    const newcamd_segment_t *segment = reader->segment;
    const newcamd_conversation_t *conversation = segment->conversation;
    const uint32_t place = newcamd_segment_place(segment);
    const uint32_t first = newcamd_first_byte(segment->pinfo, place);
    const uint32_t before = (place - first < NEWCAMD_GREETING_LEN) ? place - first : 0;
    const uint32_t len = (uint32_t)tvb_reported_length_remaining(segment->tvb, segment->offset);

    if (session_of(reader)->greeted || conversation->stream[1 - segment->direction] != NULL ||
        conversation->place[1 - segment->direction].known || before + len > NEWCAMD_GREETING_LEN) {
        return;
    }
    newcamd_stream_restart(reader->stream, place - before);
    reader->stream->greeting = true;
    reader->stream->greeting_place = camshark_assembler_front(reader->stream->assembler);
}

static void
feed(newcamd_reader_t *reader)
{
    const newcamd_segment_t *segment = reader->segment;
    const unsigned len = (unsigned)tvb_reported_length_remaining(segment->tvb, segment->offset);
    const unsigned captured = (unsigned)tvb_captured_length_remaining(segment->tvb, segment->offset);
    const camshark_slice_t slice = {
        .place = newcamd_segment_place(segment),
        .len = len,
        .captured = captured,
        .frame = segment->pinfo->num,
        .bytes = (captured > 0) ? tvb_get_ptr(segment->tvb, segment->offset, (int)captured) : NULL,
    };

    reader->arrival = camshark_assembler_feed(reader->stream->assembler, &slice);
    if (reader->arrival.kind == CAMSHARK_ARRIVAL_FAR) {
        newcamd_stream_restart(reader->stream, slice.place);
        reader->stream->in_step = false;
        reader->arrival = camshark_assembler_feed(reader->stream->assembler, &slice);
    }
}

void
newcamd_framing_begin(newcamd_reader_t *reader, newcamd_segment_t *segment)
{
    const bool is_new = segment->conversation->stream[segment->direction] == NULL;

    *reader = (newcamd_reader_t){
        .segment = segment,
        .stream = newcamd_conversation_stream(segment->conversation, segment->direction),
    };
    if (is_new && !segment->conversation->place[segment->direction].known) {
        expect_greeting(reader);
    }
    feed(reader);
    reader->at = reader->arrival.from;
    reader->base = camshark_assembler_unwrap(reader->stream->assembler, segment->first_place);
}

/* Nothing of the segment is new. */
static bool
find_repeated(newcamd_reader_t *reader, newcamd_found_t *found)
{
    if (reader->arrival.kind != CAMSHARK_ARRIVAL_REPEAT && reader->arrival.kind != CAMSHARK_ARRIVAL_OLD) {
        return false;
    }
    found->kind = NEWCAMD_PDU_REPEATED;
    found->place = newcamd_segment_place(reader->segment);
    found->offset = (uint32_t)reader->segment->offset;
    found->length = found->here =
        (uint32_t)tvb_reported_length_remaining(reader->segment->tvb, reader->segment->offset);
    reader->arrival.kind = CAMSHARK_ARRIVAL_EMPTY;
    return true;
}

bool
newcamd_framing_next(newcamd_reader_t *reader, newcamd_found_t *found)
{
    camshark_part_t part;

    *found = (newcamd_found_t){ .kind = NEWCAMD_PDU_PIECE };
    if (find_repeated(reader, found)) {
        return true;
    }
    if (reader->arrival.kind == CAMSHARK_ARRIVAL_EMPTY) {
        return false;
    }
    while (camshark_assembler_part(reader->stream->assembler, reader->at, &part)) {
        if (part.message != NULL) {
            find_piece(reader, &part, found);
            return true;
        }
        if (find_new(reader, &part, found)) {
            return true;
        }
    }
    return find_behind(reader, found);
}

void
newcamd_framing_loose(const newcamd_reader_t *reader, const newcamd_found_t *found, newcamd_pdu_t *pdu)
{
    const uint64_t from = camshark_assembler_unwrap(reader->stream->assembler, found->place);

    newcamd_stream_loose(reader->stream, from, from + found->length, &pdu->whole);
}

void
newcamd_framing_end(newcamd_reader_t *reader)
{
    newcamd_stream_forget(reader->stream);
    camshark_assembler_done(reader->stream->assembler);
}
