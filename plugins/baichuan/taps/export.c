/* export.c
 * Files out of BC messages: what File > Export Objects and tshark --export-objects list and write.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pieces come in the order of the capture, and nobody says when the last one has come. So after each piece
 * the list holds files that could be written as they are. Pieces grow a file by their own length, never by
 * one that a header announces. The bytes belong to the list, which frees them with g_free().
 */
#include <common/epan/ws-compat.h>

#include <epan/export_object.h>
#include <epan/packet.h>
#include <epan/tap.h>

#include <string.h>

#include <baichuan/wire/export-name.h>
#include <baichuan/taps/export.h>
#include <baichuan/wire/wav.h>

#define FIRST_ROOM   4096u
#define CODEC_BYTES  16u   /* of a key frame, after which they have told its codec */
#define USUAL_RATE   8000u /* samples a second of a camera's ADPCM, which does not say it */
#define ADPCM_PREFIX 4u    /* bytes before the block, section 5.5 */
#define MAX_BLOCK    32768u

static int export_tap = -1;

/* What is given to the listeners: a payload, or media. Lives in pinfo->pool. */
typedef struct {
    const bc_transfer_piece_t *piece;
    const uint8_t *bytes;
    uint32_t len;
    const baichuan_media_tap_t *media; /* NULL for a payload */
    uint32_t n_media;
} tapped_t;

/* ---- what listeners keep ------------------------------------------------------------------------------ */

/* A file. */
typedef struct {
    export_object_entry_t *entry; /* the list's, which may have freed it since the last call */
    char *base;
    const char *type; /* MIME */
    char extension[BC_EXPORT_EXTENSION];
    unsigned nth;
    size_t room; /* bytes that entry->payload_data has room for */
    bool incomplete;
    baichuan_codec_t codec; /* of video */
    uint16_t block;         /* of ADPCM */
    size_t data;            /* of ADPCM: bytes of blocks */
} file_t;

/* Of a media stream, or of a transfer that is a file. */
typedef enum {
    TRACK_FILE,
    TRACK_VIDEO,
    TRACK_AAC,
    TRACK_ADPCM,
    TRACKS,
} track_kind_t;

typedef struct {
    file_t *file;        /* NULL before its first bytes; owned by the list of files */
    GByteArray *pending; /* of a packet of which more has to come before it can be written */
    bool holding;        /* pending waits for more */
    bool lost;           /* bytes were left out or are missing, which the next file has to say */
} track_t;

typedef struct {
    track_t tracks[TRACKS];
} source_t;

/* Of one listener. */
typedef struct {
    GHashTable *transfers; /* bc_transfer_t to source_t */
    GHashTable *streams;   /* number of a media stream to source_t */
    GHashTable *names;     /* base name and extension to how many files have it */
    GPtrArray *files;      /* file_t, owned */
} files_t;

/* Listeners (export_object_list_t) to files_t. It holds what was tapped, nothing that dissection depends on.
 */
static GHashTable *listeners;

static void
free_file(void *data)
{
    file_t *file = data;

    g_free(file->base);
    g_free(file);
}

static void
free_source(void *data)
{
    source_t *source = data;

    for (unsigned i = 0; i < TRACKS; i++) {
        if (source->tracks[i].pending != NULL) {
            g_byte_array_free(source->tracks[i].pending, TRUE);
        }
    }
    g_free(source);
}

static void
free_files(void *data)
{
    files_t *files = data;

    g_hash_table_destroy(files->transfers);
    g_hash_table_destroy(files->streams);
    g_hash_table_destroy(files->names);
    g_ptr_array_free(files->files, TRUE);
    g_free(files);
}

static files_t *
new_files(void)
{
    files_t *files = g_new0(files_t, 1);

    files->transfers = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_source);
    files->streams = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_source);
    files->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    files->files = g_ptr_array_new_with_free_func(free_file);
    return files;
}

/* The listeners' entries are theirs, and may be gone already. */
static void
forget_listeners(void)
{
    if (listeners != NULL) {
        g_hash_table_remove_all(listeners);
    }
}

/* Not every program says that it begins anew: then its list is empty again, or a new one is where the old one
 * was. */
static bool
is_stale(const files_t *files, const export_object_list_t *list)
{
    if (files->files->len == 0) {
        return false;
    }
    const file_t *first = g_ptr_array_index(files->files, 0);
    return list->get_entry(list->gui_data, 0) != first->entry;
}

static files_t *
files_of(export_object_list_t *list)
{
    if (listeners == NULL) {
        listeners = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_files);
    }
    files_t *files = g_hash_table_lookup(listeners, list);
    if (files == NULL || is_stale(files, list)) {
        files = new_files();
        g_hash_table_insert(listeners, list, files);
    }
    return files;
}

static source_t *
source_of(GHashTable *sources, void *key)
{
    source_t *source = g_hash_table_lookup(sources, key);

    if (source == NULL) {
        source = g_new0(source_t, 1);
        g_hash_table_insert(sources, key, source);
    }
    return source;
}

/* ---- files -------------------------------------------------------------------------------------------- */

/* Says in name and type what a file is, and whether bytes are missing. */
static void
label(file_t *file)
{
    export_object_entry_t *entry = file->entry;

    g_free(entry->filename);
    g_free(entry->content_type);
    entry->filename = bc_export_file_name(file->base, file->nth, file->incomplete, file->extension);
    entry->content_type =
        file->incomplete ? g_strconcat(file->type, ", incomplete", NULL) : g_strdup(file->type);
}

static void
set_incomplete(file_t *file, bool incomplete)
{
    if (file != NULL && file->incomplete != incomplete) {
        file->incomplete = incomplete;
        label(file);
    }
}

/* Live video has no document that names its stream if the request is not in the capture. */
static char *
stream_of(const bc_transfer_t *transfer)
{
    if (transfer->stream_type != NULL || transfer->kind != NULL) {
        return g_strdup(transfer->stream_type);
    }
    return g_strdup_printf("%u", transfer->stream);
}

/* Files with one base name and extension are numbered. */
static unsigned
number_of(const files_t *files, const file_t *file)
{
    char *name = bc_export_file_name(file->base, 1, false, file->extension);
    const unsigned nth = GPOINTER_TO_UINT(g_hash_table_lookup(files->names, name)) + 1;

    g_hash_table_insert(files->names, name, GUINT_TO_POINTER(nth));
    return nth;
}

typedef struct {
    const char *type;
    const char *extension;
} format_t;

static file_t *
new_file(files_t *files, export_object_list_t *list, const bc_transfer_t *transfer, uint32_t frame,
         const format_t *format)
{
    char *stream_type = stream_of(transfer);
    const bc_export_name_t name = { transfer->camera,    stream_type,       transfer->kind,
                                    transfer->file_name, transfer->channel, frame };
    file_t *file = g_new0(file_t, 1);

    file->entry = g_new0(export_object_entry_t, 1);
    file->entry->pkt_num = frame;
    file->entry->hostname = g_strdup(transfer->camera);
    file->base = bc_export_base_name(&name);
    file->type = format->type;
    g_strlcpy(file->extension, format->extension, sizeof file->extension);
    file->nth = number_of(files, file);
    label(file);
    g_free(stream_type);
    g_ptr_array_add(files->files, file);
    list->add_entry(list->gui_data, file->entry);
    return file;
}

static void
append(file_t *file, const uint8_t *bytes, size_t len)
{
    export_object_entry_t *entry = file->entry;
    const size_t needed = entry->payload_len + len;

    if (needed > file->room) {
        file->room = MAX(needed, MAX(FIRST_ROOM, file->room * 2));
        entry->payload_data = g_realloc(entry->payload_data, file->room);
    }
    if (len > 0) {
        memcpy(entry->payload_data + entry->payload_len, bytes, len);
    }
    entry->payload_len = needed;
}

/* ---- payloads that are files -------------------------------------------------------------------------- */

static format_t
format_of(const bc_transfer_t *transfer, char extension[BC_EXPORT_EXTENSION])
{
    format_t format = { "application/octet-stream", extension };

    switch ((bc_content_t)transfer->content) {
    case BC_CONTENT_JPEG:
        format = (format_t){ "image/jpeg", "jpg" };
        break;
    case BC_CONTENT_MP4:
        format = (format_t){ "video/mp4", "mp4" };
        break;
    case BC_CONTENT_UNKNOWN:
    case BC_CONTENT_MEDIA:
    case BC_CONTENT_BYTES:
        bc_export_extension(transfer->file_name, "bin", extension);
        break;
    }
    return format;
}

/* A file whose length was announced is whole when it has come; else one is until something is missing. */
static bool
is_incomplete(const bc_transfer_piece_t *piece, const track_t *track)
{
    const bc_transfer_t *transfer = piece->transfer;
    const size_t len = track->file->entry->payload_len;

    if (transfer->size > 0 && len <= transfer->size) {
        return len < transfer->size;
    }
    return track->lost || (transfer->content == BC_CONTENT_JPEG && !piece->ends);
}

static void
take_payload(files_t *files, export_object_list_t *list, const packet_info *pinfo, const tapped_t *tapped)
{
    const bc_transfer_t *transfer = tapped->piece->transfer;
    source_t *source = source_of(files->transfers, GSIZE_TO_POINTER((gsize)transfer));
    track_t *track = &source->tracks[TRACK_FILE];

    if (track->file == NULL) {
        char extension[BC_EXPORT_EXTENSION];
        const format_t format = format_of(transfer, extension);
        track->file = new_file(files, list, transfer, pinfo->num, &format);
    }
    track->lost |= tapped->piece->hole;
    append(track->file, tapped->bytes, tapped->len);
    set_incomplete(track->file, is_incomplete(tapped->piece, track));
}

/* ---- media -------------------------------------------------------------------------------------------- */

/* Who gets media, and from where. */
typedef struct {
    files_t *files;
    export_object_list_t *list;
    const bc_transfer_t *transfer;
    track_t *track;
} target_t;

static file_t *
begin_media(const target_t *target, const baichuan_media_tap_t *piece, const format_t *format)
{
    file_t *file = new_file(target->files, target->list, target->transfer, piece->begin_frame, format);

    set_incomplete(file, target->track->lost);
    target->track->lost = false;
    target->track->file = file;
    return file;
}

static void
hold(track_t *track, const baichuan_media_tap_t *piece)
{
    if (track->pending == NULL) {
        track->pending = g_byte_array_new();
    }
    g_byte_array_append(track->pending, piece->bytes, piece->length);
}

static void
begin_holding(track_t *track)
{
    if (track->pending != NULL) {
        g_byte_array_set_size(track->pending, 0);
    }
    track->holding = true;
}

/* Something of the track is missing, in its file or before it. */
static void
lose(track_t *track)
{
    if (track->file != NULL) {
        set_incomplete(track->file, true);
    } else {
        track->lost = true;
    }
}

static format_t
format_of_codec(baichuan_codec_t codec)
{
    return (codec == BAICHUAN_CODEC_H265) ? (format_t){ "video/H265", "h265" }
                                          : (format_t){ "video/H264", "h264" };
}

/* The beginning of a key frame. A stream of another codec is another file. */
static void
write_key_frame(const target_t *target, const baichuan_media_tap_t *piece)
{
    track_t *track = target->track;

    if (track->file == NULL || track->file->codec != piece->codec) {
        const format_t format = format_of_codec(piece->codec);
        begin_media(target, piece, &format);
        track->file->codec = piece->codec;
    }
    append(track->file, track->pending->data, track->pending->len);
}

/* Frames before the first key frame are of no use to a player, and are left out. */
static void
take_video(const target_t *target, const baichuan_media_tap_t *piece)
{
    track_t *track = target->track;

    if (piece->first) {
        track->holding = false;
        if (piece->type == BAICHUAN_MEDIA_I_FRAME) {
            begin_holding(track);
        }
    }
    if (track->holding) {
        hold(track, piece);
        if (track->pending->len >= CODEC_BYTES || piece->last) {
            write_key_frame(target, piece);
            track->holding = false;
        }
    } else if (track->file != NULL) {
        append(track->file, piece->bytes, piece->length);
    } else {
        track->lost = true;
    }
}

static void
write_aac(const target_t *target, const baichuan_media_tap_t *piece, const GByteArray *packet)
{
    static const format_t format = { "audio/aac", "aac" };

    if (target->track->file == NULL) {
        begin_media(target, piece, &format);
    }
    append(target->track->file, packet->data, packet->len);
}

/* Blocks of another length are another file, since a WAV file has one length for all. */
static void
write_adpcm(const target_t *target, const baichuan_media_tap_t *piece, const GByteArray *packet)
{
    static const format_t format = { "audio/wav", "wav" };
    static const uint8_t padding[1] = { 0 };
    uint8_t header[BC_WAV_HEADER] = { 0 };

    if (packet->len <= ADPCM_PREFIX + BC_WAV_BLOCK_START || packet->len - ADPCM_PREFIX > MAX_BLOCK) {
        lose(target->track);
        return;
    }
    const uint16_t block = (uint16_t)(packet->len - ADPCM_PREFIX);
    file_t *file = target->track->file;
    if (file == NULL || file->block != block) {
        file = begin_media(target, piece, &format);
        file->block = block;
        append(file, header, sizeof header);
    }
    file->entry->payload_len = BC_WAV_HEADER + file->data; /* without the padding of the last time */
    append(file, packet->data + ADPCM_PREFIX, block);
    file->data += block;
    append(file, padding, file->data % 2);
    const uint32_t rate = target->transfer->sample_rate;
    bc_wav_header(file->entry->payload_data, rate > 0 ? rate : USUAL_RATE, block, file->data);
}

/* Only whole packets are written: a decoder would take what follows a part of one for the rest of it. */
static void
take_audio(const target_t *target, const baichuan_media_tap_t *piece)
{
    track_t *track = target->track;

    if (piece->first) {
        begin_holding(track);
    }
    if (!track->holding) {
        lose(track);
        return;
    }
    hold(track, piece);
    if (piece->last) {
        track->holding = false;
        if (piece->type == BAICHUAN_MEDIA_AAC) {
            write_aac(target, piece, track->pending);
        } else {
            write_adpcm(target, piece, track->pending);
        }
    }
}

static void
take_media_piece(files_t *files, export_object_list_t *list, const bc_transfer_t *transfer,
                 const baichuan_media_tap_t *piece)
{
    source_t *source = source_of(files->streams, GUINT_TO_POINTER(piece->stream));
    target_t target = { files, list, transfer, NULL };

    if (piece->hole_before) {
        for (unsigned i = 0; i < TRACKS; i++) {
            set_incomplete(source->tracks[i].file, true);
        }
    }
    switch (piece->type) {
    case BAICHUAN_MEDIA_I_FRAME:
    case BAICHUAN_MEDIA_P_FRAME:
        target.track = &source->tracks[TRACK_VIDEO];
        take_video(&target, piece);
        break;
    case BAICHUAN_MEDIA_AAC:
        target.track = &source->tracks[TRACK_AAC];
        take_audio(&target, piece);
        break;
    case BAICHUAN_MEDIA_ADPCM:
        target.track = &source->tracks[TRACK_ADPCM];
        take_audio(&target, piece);
        break;
    case BAICHUAN_MEDIA_UNKNOWN:
    case BAICHUAN_MEDIA_INFO:
        break;
    }
}

/* ---- tap ---------------------------------------------------------------------------------------------- */

bool
bc_export_wanted(void)
{
    return have_tap_listener(export_tap);
}

void
bc_export_payload(tvbuff_t *plain, packet_info *pinfo, const bc_transfer_piece_t *piece)
{
    if (piece == NULL || piece->transfer->content == BC_CONTENT_MEDIA || !bc_export_wanted()) {
        return;
    }
    tapped_t *tapped = wmem_new0(pinfo->pool, tapped_t);
    tapped->piece = piece;
    tapped->len = tvb_captured_length(plain);
    tapped->bytes = tvb_get_ptr(plain, 0, (int)tapped->len);
    tap_queue_packet(export_tap, pinfo, tapped);
}

void
bc_export_media(packet_info *pinfo, const bc_transfer_piece_t *piece, const baichuan_media_tap_t *media,
                uint32_t n_media)
{
    if (piece == NULL || piece->transfer->content != BC_CONTENT_MEDIA || n_media == 0 ||
        !bc_export_wanted()) {
        return;
    }
    tapped_t *tapped = wmem_new0(pinfo->pool, tapped_t);
    tapped->piece = piece;
    tapped->media = media;
    tapped->n_media = n_media;
    tap_queue_packet(export_tap, pinfo, tapped);
}

static tap_packet_status
take(void *listener, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data, tap_flags_t flags _U_)
{
    export_object_list_t *list = listener;
    const tapped_t *tapped = data;
    files_t *files = files_of(list);

    if (tapped->media == NULL) {
        take_payload(files, list, pinfo, tapped);
        return TAP_PACKET_REDRAW;
    }
    for (uint32_t i = 0; i < tapped->n_media; i++) {
        take_media_piece(files, list, tapped->piece->transfer, &tapped->media[i]);
    }
    return TAP_PACKET_REDRAW;
}

void
bc_export_register(int proto)
{
    export_tap = register_export_object(proto, take, forget_listeners);
    register_cleanup_routine(forget_listeners);
}
