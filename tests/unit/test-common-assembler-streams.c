/* test-common-assembler-streams.c
 * The assembler of byte streams on whole streams: read as its header file says, and against a model.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>
#include <string.h>

#include <common/pure/assembler.h>

#include "assembler-model.h"

/* ---- A user, as the header file has it ---------------------------------------------------------------- */

/* Messages of a magic, a length of two bytes, and so many bytes that are no magic. */
static const uint8_t magic[] = { 0xf0, 0xde, 0xbc, 0x0a };
#define HEADER     6u
#define STREAM     8000u
#define MOST_BYTES 300u

typedef struct {
    camshark_assembler_t *assembler;
    uint64_t base, searched, patience;
    camshark_keeping_t keeping;
    uint32_t frame;
    uint8_t sent[STREAM + HEADER + MOST_BYTES];
    uint32_t end;                   /* of the last message that was sent */
    bool begins[STREAM];            /* a message was sent that begins there */
    uint32_t came[STREAM + 512];    /* frame that brought the byte first; 0: none */
    uint32_t told[STREAM + 512];    /* frame that was told of it, as part of what begins at... */
    uint32_t message[STREAM + 512]; /* 1 + that place */
    bool shown[STREAM + 512];       /* what begins there was shown, and was whole */
    bool found[STREAM + 512];       /* a message was begun there */
} reader_t;

static uint32_t
sent_length(const reader_t *reader, uint32_t at)
{
    return HEADER + (uint32_t)(reader->sent[at + 4] << 8 | reader->sent[at + 5]);
}

static void
send_messages(reader_t *reader, GRand *rand)
{
    uint32_t at = 0;

    while (at < STREAM - HEADER - MOST_BYTES) {
        const uint32_t len = (uint32_t)g_rand_int_range(rand, 0, (gint32)MOST_BYTES);
        reader->begins[at] = true;
        memcpy(reader->sent + at, magic, sizeof magic);
        reader->sent[at + 4] = (uint8_t)(len >> 8);
        reader->sent[at + 5] = (uint8_t)len;
        for (uint32_t i = 0; i < len; i++) {
            reader->sent[at + HEADER + i] = (uint8_t)g_rand_int_range(rand, 1, 0x80);
        }
        at += HEADER + len;
    }
    reader->end = at;
}

/* Each byte that came is told of once, with the frame that brought it. */
static void
tell_bytes(reader_t *reader, uint64_t place, uint32_t len, uint32_t frame, uint64_t message)
{
    for (uint32_t at = (uint32_t)(place - reader->base); len > 0; at++, len--) {
        g_assert_cmpuint(reader->told[at], ==, 0);
        reader->told[at] = frame;
        reader->message[at] = (uint32_t)(message - reader->base) + 1;
        g_assert_cmpuint(frame, ==, reader->came[at]);
    }
}

static void
show_message(reader_t *reader, camshark_message_t *message)
{
    const uint32_t start = (uint32_t)(camshark_message_start(message) - reader->base);
    uint8_t bytes[HEADER + MOST_BYTES];

    if (camshark_message_is_whole(message) && message->keeping == CAMSHARK_KEEP) {
        g_assert_cmpuint(camshark_assembler_read(reader->assembler, camshark_message_start(message),
                                                 message->total, bytes),
                         ==, message->total);
        g_assert_cmpmem(bytes, message->total, reader->sent + start, message->total);
    }
    reader->shown[start] = camshark_message_is_whole(message);
    camshark_assembler_finish(reader->assembler, message);
}

static camshark_message_t *
begin_and_tell(reader_t *reader, uint64_t start, uint32_t total, camshark_keeping_t keeping)
{
    camshark_message_t *message = camshark_assembler_begin(reader->assembler, start, total, keeping, reader);
    camshark_fragment_t f;

    g_assert_nonnull(message);
    for (uint32_t at = 0; camshark_assembler_fragment(reader->assembler, message, at, &f);
         at = f.offset + f.len) {
        tell_bytes(reader, start + f.offset, f.len, f.frame, start);
    }
    return message;
}

/* Looks for a magic behind the front, and skips what is before it. */
static bool
skip_to_magic(reader_t *reader)
{
    const uint64_t front = camshark_assembler_front(reader->assembler);
    uint64_t at = MAX(front + 1, reader->searched);
    camshark_run_t run;

    while (camshark_assembler_held(reader->assembler, at, &run)) {
        for (at = run.from; at < run.to; at++) {
            uint8_t scratch[sizeof magic];
            uint32_t got;
            const uint8_t *bytes =
                camshark_assembler_peek(reader->assembler, at, sizeof magic, scratch, &got);
            if (got >= sizeof magic && memcmp(bytes, magic, sizeof magic) == 0) {
                camshark_assembler_finish(
                    reader->assembler,
                    begin_and_tell(reader, front, (uint32_t)(at - front), CAMSHARK_PASS_BY));
                return true;
            }
            if (got < sizeof magic && at + got == camshark_assembler_newest(reader->assembler)) {
                reader->searched = at;
                return false;
            }
        }
    }
    reader->searched = at;
    return false;
}

static bool
frame_one(reader_t *reader)
{
    const uint64_t front = camshark_assembler_front(reader->assembler);
    const uint64_t ahead = camshark_assembler_newest(reader->assembler) -
                           MIN(front, camshark_assembler_newest(reader->assembler));
    uint8_t scratch[HEADER];
    uint32_t got;
    const uint8_t *bytes = camshark_assembler_peek(reader->assembler, front, HEADER, scratch, &got);

    if (got >= HEADER && memcmp(bytes, magic, sizeof magic) == 0) {
        const uint32_t start = (uint32_t)(front - reader->base);
        const uint32_t total = HEADER + (uint32_t)(bytes[4] << 8 | bytes[5]);
        g_assert_true(reader->begins[start] && total == sent_length(reader, start));
        camshark_message_t *message = begin_and_tell(reader, front, total, reader->keeping);
        reader->found[start] = true;
        if (camshark_message_is_whole(message)) {
            show_message(reader, message);
        }
        return true;
    }
    return (got >= HEADER || ahead > got + reader->patience) && skip_to_magic(reader);
}

static void
read_slice(reader_t *reader, uint32_t at, uint32_t len)
{
    const camshark_slice_t slice = { (uint32_t)reader->base + at, len, len, ++reader->frame,
                                     reader->sent + at };
    camshark_message_t *message;
    camshark_part_t part;

    for (uint32_t i = at; i < at + len; i++) {
        reader->came[i] = (reader->came[i] == 0) ? reader->frame : reader->came[i];
    }
    const camshark_arrival_t arrival = camshark_assembler_feed(reader->assembler, &slice);
    for (uint64_t place = arrival.from; camshark_assembler_part(reader->assembler, place, &part);
         place = part.place + part.len) {
        if (part.message != NULL) {
            tell_bytes(reader, part.place, part.len, reader->frame, camshark_message_start(part.message));
        }
    }
    for (uint64_t place = arrival.from; camshark_assembler_part(reader->assembler, place, &part);
         place = part.place + part.len) {
        if (part.message != NULL && !part.message->finished && camshark_message_is_whole(part.message)) {
            show_message(reader, part.message);
        }
    }
    do {
        while ((message = camshark_assembler_due(reader->assembler, reader->patience)) != NULL) {
            show_message(reader, message);
        }
    } while (frame_one(reader));
    camshark_assembler_done(reader->assembler);
}

static bool
all_came(const reader_t *reader, uint32_t at, uint32_t len)
{
    while (len > 0 && reader->came[at] != 0) {
        at++;
        len--;
    }
    return len == 0;
}

/* Sends a stream in slices.
 *   lost, late  one slice of so many is lost, or comes some slices later; 0: none */
static reader_t *
read_stream(unsigned seed, unsigned lost, unsigned late, uint64_t patience)
{
    GRand *rand = g_rand_new_with_seed(seed);
    reader_t *reader = g_new0(reader_t, 1);
    uint32_t held_at = 0, held_len = 0, len;

    reader->assembler = camshark_assembler_new();
    camshark_assembler_restart(reader->assembler, UINT32_MAX - STREAM / 2);
    reader->base = camshark_assembler_newest(reader->assembler);
    reader->patience = patience;
    reader->keeping = (seed & 1) ? CAMSHARK_PASS_BY : CAMSHARK_KEEP;
    send_messages(reader, rand);
    for (uint32_t at = 0; at < reader->end; at += len) {
        const uint32_t drawn = (uint32_t)g_rand_int_range(rand, 1, (seed & 2) ? 8 : 160);
        len = MIN(drawn, reader->end - at);
        if (lost > 0 && g_rand_int_range(rand, 0, (gint32)lost) == 0) {
            continue;
        }
        if (late > 0 && held_len == 0 && g_rand_int_range(rand, 0, (gint32)late) == 0) {
            held_at = at;
            held_len = len;
            continue;
        }
        uint32_t repeated = (g_rand_int_range(rand, 0, 6) == 0) ? MIN(3, at) : 0;
        if (lost > 0 && !all_came(reader, at - repeated, repeated)) {
            repeated = 0;
        }
        read_slice(reader, at - repeated, len + repeated);
        if (held_len > 0 && g_rand_int_range(rand, 0, 3) == 0) {
            read_slice(reader, held_at, held_len);
            held_len = 0;
        }
    }
    if (held_len > 0) {
        read_slice(reader, held_at, held_len);
    }
    g_rand_free(rand);
    return reader;
}

static void
end_reader(reader_t *reader)
{
    camshark_assembler_free(reader->assembler);
    g_free(reader);
}

static void
after_losses_every_message_with_its_header_is_found(void)
{
    for (unsigned seed = 0; seed < 300; seed++) {
        reader_t *reader = read_stream(seed, 3 + seed % 20, 0, 0);
        for (uint32_t at = 0; at < reader->end; at++) {
            const uint32_t len = reader->begins[at] ? sent_length(reader, at) : 0;
            g_assert_true(reader->found[at] == (reader->begins[at] && all_came(reader, at, HEADER)));
            for (uint32_t i = at; reader->found[at] && i < at + len; i++) {
                g_assert_cmpuint(reader->message[i], ==, (reader->came[i] != 0) ? at + 1 : 0);
            }
            g_assert_true(!reader->found[at] || reader->shown[at] == all_came(reader, at, len));
        }
        end_reader(reader);
    }
}

static void
of_slices_in_disorder_every_message_becomes_whole(void)
{
    for (unsigned seed = 0; seed < 300; seed++) {
        reader_t *reader = read_stream(seed, 0, 3 + seed % 20, STREAM);
        for (uint32_t at = 0; at < reader->end; at++) {
            g_assert_true(reader->shown[at] == reader->begins[at]);
            g_assert_cmpuint(reader->told[at], ==, reader->came[at]);
        }
        end_reader(reader);
    }
}

static void
without_patience_late_bytes_find_the_message_that_they_are_part_of(void)
{
    for (unsigned seed = 0; seed < 300; seed++) {
        reader_t *reader = read_stream(seed, 0, 3 + seed % 20, 0);
        for (uint32_t at = 0; at < reader->end; at++) {
            const uint32_t len = reader->found[at] ? sent_length(reader, at) : 0;
            for (uint32_t i = at; i < at + len; i++) {
                g_assert_cmpuint(reader->message[i], ==, at + 1);
            }
        }
        end_reader(reader);
    }
}

/* ---- Against a model ---------------------------------------------------------------------------------- */

static unsigned
draw_at_random(void *rand)
{
    return (unsigned)g_rand_int_range(rand, 0, 256);
}

static void
it_agrees_with_a_model_that_knows_each_byte(void)
{
    const unsigned streams = g_test_slow() ? 5000 : 1000;

    for (unsigned seed = 0; seed < streams; seed++) {
        GRand *rand = g_rand_new_with_seed(seed);
        model_run(draw_at_random, rand, 4 + seed % 60);
        g_rand_free(rand);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/common/assembler-streams/" #f, f)
    TEST(after_losses_every_message_with_its_header_is_found);
    TEST(of_slices_in_disorder_every_message_becomes_whole);
    TEST(without_patience_late_bytes_find_the_message_that_they_are_part_of);
    TEST(it_agrees_with_a_model_that_knows_each_byte);
    return g_test_run();
}
