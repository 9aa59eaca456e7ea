/* media-streams.c
 * The media streams of a connection: which packets a BC message carries, decided once.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>
#include <epan/prefs.h>

#include <string.h>

#include <common/epan/file-memory.h>

#include <baichuan/record/elapsed.h>
#include <baichuan/record/media-note.h>
#include <baichuan/record/media-streams.h>
#include <baichuan/record/media-table.h>
#include <baichuan/session/plain-parts.h>
#include <baichuan/wire/binary-messages.h>

#define PARTS_OF_A_MESSAGE 4096u

static wsc_bool dissect_media = true;
static wsc_bool reassemble_media = false;

/* char *: name -> uint32_t; what is counted through a file. */
static wmem_map_t *file_counters;

/* Streams are numbered through the file; the counter goes with it. */
static uint32_t
next_number(void)
{
    uint32_t *last = wmem_map_lookup(file_counters, "streams");

    if (last == NULL) {
        last = camshark_file_new0(uint32_t);
        wmem_map_insert(file_counters, "streams", last);
    }
    return ++*last;
}

static bc_media_stream_t *
stream_of_message(bc_media_streams_t *streams, const bc_message_t *message)
{
    const unsigned direction = message->direction;

    return bc_media_table_get(&streams->streams[direction], message->header->msg_id, message->tie,
                              streams->breaks[direction]);
}

static bool
carries_media(uint32_t msg_id)
{
    const bc_binary_message_t *binary = bc_binary_message(msg_id);

    return binary != NULL && binary->media;
}

/* Messages that end streams, or begin them anew (section 5.8). */
static void
note_control(bc_media_streams_t *streams, const bc_message_t *message)
{
    const bc_header_t *header = message->header;
    const unsigned direction = message->direction;

    if (header->msg_class == BC_CLASS_LEGACY) { /* a new login */
        bc_media_table_clear(streams->streams[0]);
        bc_media_table_clear(streams->streams[1]);
    } else if (message->client == (int)direction) {
        if (header->msg_id == BC_MSG_TALK_CONFIG || header->msg_id == BC_MSG_TALK_STOP) {
            bc_media_table_forget(streams->streams[direction], BC_MSG_TALK, message->tie);
        } else if (carries_media(header->msg_id)) {
            bc_media_table_forget(streams->streams[1 - direction], header->msg_id, message->tie);
        }
    }
}

/* ---- packets ------------------------------------------------------------------------------------------ */

/* The packet that is being read will not go on. */
static void
give_up_packet(bc_media_note_t *note)
{
    bc_media_stream_t *stream = note->stream;

    if (!stream->ended && note->found.given_up == NULL) {
        note->found.given_up = stream->packet;
        note->found.given_up_has = stream->packet_has;
    }
    stream->ended = true;
    stream->next_frame = NULL;
}

static void
begin_noted_packet(bc_media_note_t *note)
{
    bc_media_stream_t *stream = note->stream;

    give_up_packet(note);
    stream->packet = camshark_file_new0(bc_media_packet_t);
    stream->packet->begin_frame = note->pinfo->num;
    stream->packet->info = stream->info;
    stream->packet_has = 0;
    stream->ended = false;
    stream->disagreed = false;
    g_byte_array_set_size(stream->whole, 0);
}

/* Numbers a packet of which the header is known, and looks back to the one before. */
static void
place_in_stream(bc_media_note_t *note)
{
    bc_media_stream_t *stream = note->stream;
    bc_media_packet_t *packet = stream->packet;
    const uint8_t type = packet->header.type;
    const bool video = type == BAICHUAN_MEDIA_I_FRAME || type == BAICHUAN_MEDIA_P_FRAME;
    const bc_media_packet_t *previous = stream->previous[type];

    if (stream->number == 0) {
        stream->number = next_number();
    }
    packet->stream = stream->number;
    packet->number = ++stream->packets;
    if (type == BAICHUAN_MEDIA_INFO) {
        stream->info = packet;
    } else {
        packet->frame_number = ++stream->frames[video ? 0 : 1];
    }
    if (previous != NULL) {
        packet->previous = previous;
        packet->since_previous = bc_elapsed(&stream->previous_time[type], &note->pinfo->abs_ts);
    }
    stream->previous[type] = packet;
    stream->previous_time[type] = note->pinfo->abs_ts;
}

/* The header is complete with this piece. */
static void
take_header(bc_media_note_t *note, const bc_media_piece_t *piece, bc_media_part_t *part)
{
    bc_media_stream_t *stream = note->stream;
    bc_media_packet_t *packet = stream->packet;
    const bc_media_parser_t *parser = &stream->parser;

    packet->header = parser->header;
    part->hole = stream->hole;
    stream->hole = false;
    place_in_stream(note);
    packet->reassemble = reassemble_media && !(piece->begins && piece->ends);
    if (packet->reassemble) {
        const uint8_t *head = piece->joined ? parser->head->data : note->message->payload.bytes + piece->at;
        g_byte_array_append(stream->whole, head, packet->header.len);
    } else if (piece->joined) {
        packet->kept = wmem_memdup(wmem_file_scope(), parser->head->data, packet->header.len);
    }
    if (bc_media_is_video(packet)) {
        bc_nal_begin(&stream->splitter, (baichuan_codec_t)packet->header.codec,
                     packet->header.type == BAICHUAN_MEDIA_I_FRAME);
    }
}

static void
take_data(bc_media_note_t *note, const bc_media_piece_t *piece, bc_media_part_t *part)
{
    bc_media_stream_t *stream = note->stream;
    bc_media_packet_t *packet = stream->packet;
    const uint8_t *payload = note->message->payload.bytes;

    part->data_at = piece->data_at;
    part->data_len = piece->data_len;
    part->offset = stream->packet_has;
    stream->packet_has += piece->data_len;
    if (packet->reassemble) {
        g_byte_array_append(stream->whole, payload + piece->data_at, piece->data_len);
        if (piece->ends) {
            packet->kept = wmem_memdup(wmem_file_scope(), stream->whole->data, stream->whole->len);
            if (bc_media_is_video(packet)) {
                bc_media_split_video(note, packet->kept, packet->header.len, packet->header.size, true, part);
            }
        }
    } else if (bc_media_is_video(packet)) {
        bc_media_split_video(note, payload, piece->data_at, piece->data_len, piece->ends, part);
    } else {
        bc_media_join_codec_header(note, payload + piece->data_at, piece->data_len, part);
    }
    bc_media_note_sound(note, payload + piece->data_at, piece->data_len, piece->ends);
    if (piece->ends) {
        stream->ended = true;
        packet->end_frame = note->pinfo->num;
    }
}

static void
take_piece(bc_media_note_t *note, const bc_media_piece_t *piece)
{
    bc_media_stream_t *stream = note->stream;
    bc_media_part_t part = { .at = piece->at, .len = piece->len };

    stream->ended |= piece->disproved;
    if (piece->kind == BC_MEDIA_SKIPPED) {
        give_up_packet(note);
        part.search = piece->search;
    } else if (piece->kind == BC_MEDIA_ZEROS) {
        part.zeros = true;
    } else {
        if (piece->begins) {
            begin_noted_packet(note);
        } else if (stream->next_frame != NULL) {
            *stream->next_frame = note->pinfo->num;
        }
        part.packet = stream->packet;
        part.begins = piece->begins;
        part.header = piece->header;
        part.ends = piece->ends;
        part.first_unit = (uint16_t)wmem_array_get_count(note->units);
        if (piece->header) {
            take_header(note, piece, &part);
        }
        if (!stream->ended && stream->packet->header.type != BAICHUAN_MEDIA_UNKNOWN) {
            take_data(note, piece, &part);
        }
        part.n_units = (uint16_t)(wmem_array_get_count(note->units) - part.first_unit);
        part.type = stream->packet->header.type;
        part.codec = bc_media_is_video(stream->packet) ? stream->splitter.codec : BAICHUAN_CODEC_NONE;
        stream->packet->messages++;
    }
    if (wmem_array_get_count(note->parts) < PARTS_OF_A_MESSAGE) {
        wmem_array_append_one(note->parts, part);
    } else {
        note->found.more = true;
    }
}

/* In one piece, as there are as many records as messages. */
static bc_media_record_t *
to_file_scope(const bc_media_note_t *note)
{
    const size_t parts = sizeof(bc_media_part_t) * note->found.n_parts;
    const size_t units = sizeof(bc_media_unit_t) * wmem_array_get_count(note->units);
    bc_media_record_t *record = camshark_file_alloc0(offsetof(bc_media_record_t, parts) + parts + units);

    *record = note->found;
    memcpy(record->parts, wmem_array_get_raw(note->parts), parts);
    memcpy(record->parts + record->n_parts, wmem_array_get_raw(note->units), units);
    return record;
}

/* What follows in the stream is not what goes on from here. */
static void
break_stream(bc_media_note_t *note)
{
    give_up_packet(note);
    bc_media_parser_lose(&note->stream->parser);
}

static void
note_hole(bc_media_note_t *note)
{
    note->stream->hole |= note->stream->packets > 0;
    break_stream(note);
}

/* Reads a payload from one place up to another, in plain text. */
static void
read_bytes(bc_media_note_t *note, uint32_t at, uint32_t end)
{
    bc_media_piece_t piece;

    while (bc_media_next(&note->stream->parser, note->message->payload.bytes, end, &at, &piece)) {
        take_piece(note, &piece);
    }
}

/* Whether bytes at the end of a message are missing. */
static bool
lacks_end(const bc_message_t *message)
{
    const bc_body_piece_t *last = (message->n_behind > 0) ? &message->behind[message->n_behind - 1] : NULL;

    return !message->goes_on &&
           ((last != NULL) ? last->offset + last->len : message->have) < message->header->body_len;
}

static const bc_media_record_t *
keep_record(bc_media_note_t *note)
{
    note->found.n_parts = (uint16_t)wmem_array_get_count(note->parts);
    bc_media_record_t *record = to_file_scope(note);
    bc_media_part_t *last = (record->n_parts > 0) ? &record->parts[record->n_parts - 1] : NULL;
    note->stream->next_frame = (last != NULL && last->packet != NULL && last->packet == note->stream->packet)
                                   ? &last->next_frame
                                   : NULL;
    return record;
}

/* Whether what was found is but the middle of a packet. */
static bool
is_middle(const bc_media_note_t *note)
{
    const bc_media_record_t *found = &note->found;
    const bc_media_part_t *part = wmem_array_get_raw(note->parts);

    return wmem_array_get_count(note->parts) == 1 && wmem_array_get_count(note->units) == 0 &&
           found->given_up == NULL && !found->late && !found->more && part->packet != NULL &&
           part->packet == note->stream->packet && part->type != BAICHUAN_MEDIA_UNKNOWN && !part->begins &&
           !part->header && !part->ends && !part->hole && !part->disagrees && part->at == 0 &&
           part->data_at == 0 && part->len == part->data_len && part->len == note->message->payload.all;
}

static void
keep_middle(const bc_media_note_t *note, bc_media_slot_t *slot)
{
    const bc_media_part_t *part = wmem_array_get_raw(note->parts);

    slot->packet = part->packet;
    slot->codec = part->codec;
    slot->middle->offset = part->offset;
    note->stream->next_frame = &slot->middle->next_frame;
}

static const bc_media_record_t *
read_payload(bc_media_note_t *note)
{
    const bc_plain_t *plain = &note->message->payload;

    read_bytes(note, 0, (uint32_t)plain->len);
    for (size_t i = 0; i < plain->n_breaks; i++) {
        note_hole(note);
        read_bytes(note, plain->breaks[i],
                   (i + 1 < plain->n_breaks) ? plain->breaks[i + 1] : (uint32_t)plain->all);
    }
    if (lacks_end(note->message)) {
        note_hole(note);
    }
    if (note->slot != NULL && is_middle(note)) {
        keep_middle(note, note->slot);
        return NULL;
    }
    return keep_record(note);
}

/* A message that was completed after others that follow it is read by itself: what it has a part of only is not
 * found. */
static const bc_media_record_t *
read_late_payload(bc_media_note_t *note)
{
    bc_media_stream_t *stream = note->stream;
    bc_media_stream_t alone = {
        .number = stream->number,
        .packets = stream->packets,
        .frames = { stream->frames[0], stream->frames[1] },
        .whole = g_byte_array_new(),
        .ended = true,
    };

    bc_media_parser_init(&alone.parser);
    bc_media_parser_lose(&alone.parser);
    note->stream = &alone;
    note->found.late = true;
    const bc_media_record_t *record = read_payload(note);
    note->stream = stream;
    stream->number = alone.number;
    stream->packets = alone.packets;
    memcpy(stream->frames, alone.frames, sizeof stream->frames);
    bc_media_parser_clear(&alone.parser);
    bc_nal_clear(&alone.splitter);
    g_byte_array_free(alone.whole, TRUE);
    return record;
}

/* ---- messages ----------------------------------------------------------------------------------------- */

/* A recording may be sent as the file that it is (section 3.8). */
static bool
is_foreign(const bc_media_stream_t *stream, const bc_message_t *message)
{
    return stream->packets == 0 && stream->packet == NULL && message->payload.len >= 8 &&
           memcmp(message->payload.bytes + 4, "ftyp", 4) == 0;
}

static void
note_losses(bc_media_note_t *note, uint32_t breaks)
{
    if (note->stream->breaks != breaks) {
        note->stream->breaks = breaks;
        note_hole(note);
    }
}

/* Whether a message that nobody can open carries media, and not a document about them. */
static bool
hides_media(const bc_message_t *message, const bc_decision_t *decision)
{
    const uint32_t msg_id = message->header->msg_id;

    return dissect_media && carries_media(msg_id) && decision->kind == BC_PAYLOAD_UNREADABLE &&
           !decision->unopened_text && (msg_id == BC_MSG_TALK || message->client != (int)message->direction);
}

/* Media that are not opened are missing in their stream. */
static const bc_media_record_t *
note_unopened(bc_media_streams_t *streams, packet_info *pinfo, const bc_message_t *message)
{
    bc_media_note_t note = {
        .stream = stream_of_message(streams, message),
        .pinfo = pinfo,
        .message = message,
        .parts = wmem_array_new(pinfo->pool, sizeof(bc_media_part_t)),
        .units = wmem_array_new(pinfo->pool, sizeof(bc_media_unit_t)),
    };

    if (!note.stream->foreign) {
        break_stream(&note);
        note.stream->hole = true;
        note.found.unopened = true;
        if (note.found.given_up == NULL) {
            note.found.stream = note.stream->number;
        } else {
            note.stream->packet->stream = note.stream->number; /* its header may not have told yet */
        }
    }
    return to_file_scope(&note);
}

bool
bc_media_streams_reassemble(void)
{
    return reassemble_media;
}

void
bc_media_streams_lose(bc_media_streams_t *streams, unsigned direction)
{
    streams->breaks[direction]++;
}

const bc_media_record_t *
bc_media_streams_note(bc_media_streams_t *streams, packet_info *pinfo, bc_message_t *message,
                      const bc_decision_t *decision, bc_media_slot_t *slot)
{
    const bool wanted = dissect_media && decision->kind == BC_PAYLOAD_BINARY &&
                        carries_media(message->header->msg_id) && !bc_message_is_binary_request(message);

    if (hides_media(message, decision)) {
        return note_unopened(streams, pinfo, message);
    }
    if (!wanted || bc_plain_payload(message, decision)->bytes == NULL) {
        note_control(streams, message);
        return NULL;
    }
    bc_media_stream_t *stream = stream_of_message(streams, message);
    if (stream->foreign) {
        return NULL;
    }
    bc_media_note_t note = {
        .stream = stream,
        .pinfo = pinfo,
        .message = message,
        .slot = slot,
        .parts = wmem_array_new(pinfo->pool, sizeof(bc_media_part_t)),
        .units = wmem_array_new(pinfo->pool, sizeof(bc_media_unit_t)),
    };
    if (message->late) {
        return read_late_payload(&note);
    }
    note_losses(&note, streams->breaks[message->direction]);
    stream->foreign = is_foreign(stream, message);
    return stream->foreign ? NULL : read_payload(&note);
}

void
bc_media_streams_register(module_t *module)
{
    file_counters = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), g_str_hash, g_str_equal);
    prefs_register_bool_preference(module, "dissect_media", "Dissect media packets",
                                   "Show the packets of pictures and sound inside video, replays and talk",
                                   &dissect_media);
    prefs_register_bool_preference(module, "reassemble_media", "Reassemble media",
                                   "Show messages with video, replays or talk in the frame that completes "
                                   "them, with all of their bytes, and a "
                                   "media packet that crosses messages in the one where it ends. This keeps "
                                   "a copy of them, so it needs memory in the "
                                   "size of the pictures. Otherwise each frame shows the bytes that it "
                                   "brings, and a packet is shown where it begins",
                                   &reassemble_media);
}
