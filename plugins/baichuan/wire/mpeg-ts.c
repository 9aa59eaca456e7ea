/* mpeg-ts.c
 * Video and sound as an MPEG transport stream, which players open as one file.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * From the inside out: samples and frames become packets of an elementary stream (PES), those and the tables become
 * packets of 188 bytes, of which the last one of each is filled up.
 */
#include <baichuan/wire/mpeg-ts.h>

#include <string.h>

#define PROGRAM       1u
#define TABLES_PID    0x1000u /* of the program's table */
#define VIDEO_PID     0x100u
#define SOUND_PID     0x101u
#define VERSION       0xC1u /* of a table: number 0, and it holds now */

#define PACKET_HEADER 4u
#define PCR_FIELD     8u                /* the adaptation field with a clock, its length byte included */
#define CLOCK_AHEAD   (BC_TS_CLOCK / 4) /* how long data is there before its time */

#define SAMPLE_RATE   48000u
#define FRAME_BITS    40u  /* of two samples of 16 bits, each with 4 more */
#define BLOCK_FRAMES  192u /* of which the first is told */
#define MAX_FRAMES    960u /* in one packet: a fiftieth of a second */

enum { COUNT_PROGRAMS, COUNT_TABLES, COUNT_VIDEO, COUNT_SOUND };

/* ---- packets ------------------------------------------------------------------------------------------ */

/* What becomes packets. */
typedef struct {
    uint16_t pid;
    uint8_t *next; /* number of its next packet */
    bool clock;    /* the first packet has the clock, */
    bool key;      /* and begins with a key frame; */
    uint64_t pcr;  /* 90 kHz */
    const uint8_t *bytes;
    size_t len;
} load_t;

static void
write_clock(uint8_t *field, const load_t *load)
{
    const uint64_t base = load->pcr & 0x1FFFFFFFFu;

    field[0] = PCR_FIELD - 1;
    field[1] = (uint8_t)(0x10 | (load->key ? 0x40 : 0));
    field[2] = (uint8_t)(base >> 25);
    field[3] = (uint8_t)(base >> 17);
    field[4] = (uint8_t)(base >> 9);
    field[5] = (uint8_t)(base >> 1);
    field[6] = (uint8_t)((base & 1) << 7 | 0x7E);
    field[7] = 0;
}

/* Makes the adaptation field so many bytes longer: there may be none yet. Returns its length. */
static size_t
fill_up(uint8_t *field, size_t len, size_t more)
{
    if (more > 0) {
        memset(field + len, 0xFF, more);
        field[0] = (uint8_t)(len + more - 1);
    }
    if (len == 0 && more > 1) {
        field[1] = 0; /* flags */
    }
    return len + more;
}

static size_t
write_packet(GByteArray *out, const load_t *load, size_t at)
{
    uint8_t packet[BC_TS_PACKET];
    uint8_t *const field = packet + PACKET_HEADER;
    size_t field_len = 0;

    if (at == 0 && load->clock) {
        write_clock(field, load);
        field_len = PCR_FIELD;
    }
    const size_t room = BC_TS_PACKET - PACKET_HEADER - field_len;
    const size_t taken = MIN(load->len - at, room);
    field_len = fill_up(field, field_len, room - taken);
    packet[0] = 0x47;
    packet[1] = (uint8_t)((at == 0 ? 0x40 : 0) | load->pid >> 8);
    packet[2] = (uint8_t)load->pid;
    packet[3] = (uint8_t)((field_len > 0 ? 0x30 : 0x10) | (*load->next & 0x0F));
    ++*load->next;
    memcpy(field + field_len, load->bytes + at, taken);
    g_byte_array_append(out, packet, sizeof packet);
    return taken;
}

static void
write_packets(GByteArray *out, const load_t *load)
{
    for (size_t at = 0; at < load->len;) {
        at += write_packet(out, load, at);
    }
}

/* ---- tables ------------------------------------------------------------------------------------------- */

static uint32_t
checksum_of_table(const uint8_t *bytes, size_t len)
{
    uint32_t sum = 0xFFFFFFFF;

    for (size_t i = 0; i < len; i++) {
        sum ^= (uint32_t)bytes[i] << 24;
        for (unsigned bit = 0; bit < 8; bit++) {
            sum = (sum << 1) ^ ((sum & 0x80000000u) ? 0x04C11DB7u : 0);
        }
    }
    return sum;
}

#define TABLE_START 9u /* bytes: pointer, kind, length, number, version, sections */
#define TABLE_ROOM  64u

/* Writes the start of a table whose entries are already behind it, and its checksum. Returns the length of all. */
static size_t
close_table(uint8_t table[TABLE_ROOM], uint8_t kind, size_t len)
{
    /* Behind the length there are four bytes less, and four of the checksum more. The table is shorter than 256. */
    const uint8_t start[TABLE_START] = { 0, kind, 0xB0, (uint8_t)len, 0, PROGRAM, VERSION, 0, 0 };

    memcpy(table, start, sizeof start);
    const uint32_t sum = checksum_of_table(table + 1, len - 1);
    for (unsigned i = 0; i < 4; i++) {
        table[len + i] = (uint8_t)(sum >> (24 - 8 * i));
    }
    return len + 4;
}

static size_t
put_bytes(uint8_t *out, size_t at, const void *bytes, size_t len)
{
    memcpy(out + at, bytes, len);
    return at + len;
}

static size_t
programs_table(uint8_t table[TABLE_ROOM])
{
    static const uint8_t entry[] = { 0, PROGRAM, 0xE0 | TABLES_PID >> 8, TABLES_PID & 0xFF };

    return close_table(table, 0, put_bytes(table, TABLE_START, entry, sizeof entry));
}

static size_t
streams_table(const bc_ts_t *ts, uint8_t table[TABLE_ROOM])
{
    const uint8_t video[] = { 0xE0 | VIDEO_PID >> 8,
                              VIDEO_PID & 0xFF, /* has the clock */
                              0xF0,
                              0,
                              (ts->codec == BAICHUAN_CODEC_H265) ? 0x24 : 0x1B,
                              0xE0 | VIDEO_PID >> 8,
                              VIDEO_PID & 0xFF,
                              0xF0,
                              0 };
    static const uint8_t aac[] = { 0x0F, 0xE0 | SOUND_PID >> 8, SOUND_PID & 0xFF, 0xF0, 0 };
    static const uint8_t samples[] = {
        0x06, 0xE0 | SOUND_PID >> 8, SOUND_PID & 0xFF, 0xF0, 6, 0x05, 4, 'B', 'S', 'S', 'D'
    }; /* SMPTE 302M */
    size_t len = put_bytes(table, TABLE_START, video, sizeof video);

    if (ts->sound == BC_TS_AAC) {
        len = put_bytes(table, len, aac, sizeof aac);
    } else if (ts->sound == BC_TS_SAMPLES) {
        len = put_bytes(table, len, samples, sizeof samples);
    }
    return close_table(table, 2, len);
}

static void
write_tables(bc_ts_t *ts, GByteArray *out)
{
    uint8_t table[TABLE_ROOM];
    load_t load = { .next = &ts->next[COUNT_PROGRAMS], .bytes = table };

    load.len = programs_table(table);
    write_packets(out, &load);
    load.pid = TABLES_PID;
    load.next = &ts->next[COUNT_TABLES];
    load.len = streams_table(ts, table);
    write_packets(out, &load);
}

void
bc_ts_announce(bc_ts_t *ts, GByteArray *written, bc_ts_sound_t sound)
{
    uint8_t table[TABLE_ROOM];
    GByteArray *packet = g_byte_array_new();

    ts->sound = sound;
    const size_t len = streams_table(ts, table);
    for (guint at = 0; at + BC_TS_PACKET <= written->len; at += BC_TS_PACKET) {
        uint8_t *old = written->data + at;
        if ((old[1] & 0x1F) == TABLES_PID >> 8 && old[2] == (TABLES_PID & 0xFF)) {
            uint8_t number = old[3] & 0x0F;
            g_byte_array_set_size(packet, 0);
            write_packets(packet,
                          &(load_t){ .pid = TABLES_PID, .next = &number, .bytes = table, .len = len });
            memcpy(old, packet->data, BC_TS_PACKET);
        }
    }
    g_byte_array_free(packet, TRUE);
}

/* ---- packets of elementary streams -------------------------------------------------------------------- */

#define PES_HEADER 14u /* with a time */

/* len: of what follows; 0 says that it is not told. */
static void
begin_pes(GByteArray *pes, uint8_t stream, uint64_t pts, size_t len)
{
    const size_t told = (len > 0) ? len + PES_HEADER - 6 : 0;
    const uint8_t header[PES_HEADER] = { 0,
                                         0,
                                         1,
                                         stream,
                                         (uint8_t)(told >> 8),
                                         (uint8_t)told,
                                         0x84, /* what follows is the start of a frame */
                                         0x80,
                                         5, /* a time of five bytes */
                                         (uint8_t)(0x21 | (pts >> 29 & 0x0E)),
                                         (uint8_t)(pts >> 22),
                                         (uint8_t)(0x01 | (pts >> 14 & 0xFE)),
                                         (uint8_t)(pts >> 7),
                                         (uint8_t)(0x01 | (pts << 1 & 0xFE)) };

    g_byte_array_append(pes, header, sizeof header);
}

/* A frame in a transport stream begins with a delimiter. */
static void
delimit_frame(GByteArray *pes, baichuan_codec_t codec, const uint8_t *frame, size_t len)
{
    static const uint8_t h264[] = { 0, 0, 0, 1, 0x09, 0xF0 };
    static const uint8_t h265[] = { 0, 0, 0, 1, 0x46, 0x01, 0x50 };
    const bool is_h265 = codec == BAICHUAN_CODEC_H265;
    size_t at = 0;

    while (at < len && at < 4 && frame[at] == 0) {
        at++;
    }
    const unsigned unit = (at + 1 < len) ? frame[at + 1] : 0;
    if (is_h265 ? (unit >> 1 & 0x3F) == 35 : (unit & 0x1F) == 9) {
        return;
    }
    g_byte_array_append(pes, is_h265 ? h265 : h264, is_h265 ? sizeof h265 : sizeof h264);
}

void
bc_ts_video(bc_ts_t *ts, GByteArray *out, uint64_t pts, bool key, const uint8_t *frame, size_t len)
{
    GByteArray *pes = g_byte_array_new();

    if (key) {
        write_tables(ts, out);
    }
    begin_pes(pes, 0xE0, pts, 0);
    delimit_frame(pes, ts->codec, frame, len);
    g_byte_array_append(pes, frame, (guint)len);
    write_packets(out, &(load_t){ .pid = VIDEO_PID,
                                  .next = &ts->next[COUNT_VIDEO],
                                  .clock = true,
                                  .key = key,
                                  .pcr = pts - MIN(pts, CLOCK_AHEAD),
                                  .bytes = pes->data,
                                  .len = pes->len });
    g_byte_array_free(pes, TRUE);
}

static void
write_sound(bc_ts_t *ts, GByteArray *out, const GByteArray *pes)
{
    write_packets(
        out,
        &(load_t){ .pid = SOUND_PID, .next = &ts->next[COUNT_SOUND], .bytes = pes->data, .len = pes->len });
}

void
bc_ts_aac(bc_ts_t *ts, GByteArray *out, uint64_t pts, const uint8_t *frames, size_t len)
{
    GByteArray *pes = g_byte_array_new();

    begin_pes(pes, 0xC0, pts, len);
    g_byte_array_append(pes, frames, (guint)len);
    write_sound(ts, out, pes);
    g_byte_array_free(pes, TRUE);
}

/* ---- samples ------------------------------------------------------------------------------------------ */

static uint8_t
mirror_bits(unsigned byte)
{
    unsigned mirrored = 0;

    for (unsigned bit = 0; bit < 8; bit++) {
        mirrored |= (byte >> bit & 1) << (7 - bit);
    }
    return (uint8_t)mirrored;
}

/* A frame: the sample twice, the lowest bit first, each with four bits behind it, of which the last one of the first
 * says that a block begins. */
static void
put_sample_frame(bc_ts_t *ts, GByteArray *pes, int16_t sample)
{
    const uint8_t low = mirror_bits((uint16_t)sample & 0xFFu);
    const uint8_t high = mirror_bits((uint16_t)sample >> 8);
    const uint8_t begins = (ts->samples_framed % BLOCK_FRAMES == 0) ? 0x10 : 0;
    const uint8_t frame[FRAME_BITS / 8] = { low, high, (uint8_t)(begins | low >> 4),
                                            (uint8_t)(low << 4 | high >> 4), (uint8_t)(high << 4) };

    ts->samples_framed = (ts->samples_framed + 1) % BLOCK_FRAMES;
    g_byte_array_append(pes, frame, sizeof frame);
}

/* The frames from one on, of two channels with 16 bits each. */
static void
write_sample_frames(bc_ts_t *ts, GByteArray *out, uint64_t pts, const GArray *frames)
{
    const size_t len = frames->len * (FRAME_BITS / 8);
    const uint8_t header[] = { (uint8_t)(len >> 8), (uint8_t)len, 0, 0 };
    GByteArray *pes = g_byte_array_new();

    begin_pes(pes, 0xBD, pts, sizeof header + len);
    g_byte_array_append(pes, header, sizeof header);
    for (guint i = 0; i < frames->len; i++) {
        put_sample_frame(ts, pes, g_array_index(frames, int16_t, i));
    }
    write_sound(ts, out, pes);
    g_byte_array_free(pes, TRUE);
}

void
bc_ts_samples(bc_ts_t *ts, GByteArray *out, uint64_t pts, uint32_t rate, const int16_t *samples, size_t n)
{
    const uint64_t all = (uint64_t)n * SAMPLE_RATE / rate;
    GArray *frames = g_array_new(FALSE, FALSE, sizeof *samples);

    for (uint64_t done = 0; done < all; done += frames->len) {
        g_array_set_size(frames, 0);
        for (uint64_t i = done; i < all && i < done + MAX_FRAMES; i++) {
            g_array_append_val(frames, samples[i * rate / SAMPLE_RATE]);
        }
        write_sample_frames(ts, out, pts + done * BC_TS_CLOCK / SAMPLE_RATE, frames);
    }
    g_array_free(frames, TRUE);
}
