/* assembler-model.h
 * What the assembler promises, once more and byte by byte: both work on the same slices and messages, and are compared.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For test-common-assembler-streams.c, which draws at random, and fuzz-assembler.c, which draws from its input.
 */
#ifndef CAMSHARK_ASSEMBLER_MODEL_H
#define CAMSHARK_ASSEMBLER_MODEL_H

#include <glib.h>
#include <string.h>

#include <common/pure/assembler.h>

#ifndef MODEL_BYTES
#define MODEL_BYTES 1024u
#endif
#define MODEL_MESSAGES 64u

typedef struct {
    uint32_t start, total;
    camshark_keeping_t keeping;
    bool alive, finished;
    camshark_message_t *message;
} model_message_t;

typedef struct {
    uint8_t byte;
    uint32_t frame;
    bool here, seen;
    bool fresh;
    bool listed;    /* in a list of fragments, or would be */
    bool kept;      /* certainly held */
    bool reachable; /* held if it is needed before a hole */
    int owner;      /* number of the message; -1: nobody's */
} model_byte_t;

typedef struct {
    camshark_assembler_t *assembler;
    uint64_t base; /* place of the first byte */
    uint32_t newest, front, frame;
    model_byte_t bytes[MODEL_BYTES];
    model_message_t messages[MODEL_MESSAGES];
    uint32_t count;
    unsigned (*draw)(void *context); /* 0 to 255 */
    void *context;
    uint8_t *slice; /* bytes of the newest one */
} model_t;

static inline unsigned
model_draw(model_t *model, unsigned below)
{
    const unsigned high = model->draw(model->context);

    return (high << 8 | model->draw(model->context)) % below;
}

static inline bool
model_is_hole_at(const model_t *model, const model_message_t *m, uint32_t at)
{
    return at < m->start + m->total && !model->bytes[at].here;
}

/* ---- What should be ----------------------------------------------------------------------------------- */

static inline void
model_feed(model_t *model, uint32_t at, uint32_t len, uint32_t captured, camshark_arrival_t *expected)
{
    const uint32_t newest = model->newest;
    bool news = false;

    expected->fresh = 0;
    for (uint32_t i = 0; i < len; i++) {
        model_byte_t *byte = &model->bytes[at + i];
        news |= !byte->seen || (i < captured && !byte->here);
        byte->seen = true;
        if (i < captured && !byte->here) {
            byte->here = byte->fresh = byte->listed = byte->kept = byte->reachable = true;
            byte->frame = model->frame;
            byte->byte = model->slice[i];
            expected->fresh++;
        }
    }
    model->newest = (len > 0) ? MAX(newest, at + len) : newest;
    expected->gap = (at > newest) ? at - newest : 0;
    expected->kind = (len == 0)            ? CAMSHARK_ARRIVAL_EMPTY
                     : (at > newest)       ? CAMSHARK_ARRIVAL_AHEAD
                     : (at + len > newest) ? CAMSHARK_ARRIVAL_NEXT
                     : news                ? CAMSHARK_ARRIVAL_LATE
                                           : CAMSHARK_ARRIVAL_REPEAT;
}

/* The newest slice is done with; lost: without anybody having said so. */
static inline void
model_settle(model_t *model, bool lost)
{
    bool passed[MODEL_MESSAGES] = { false };

    for (uint32_t at = 0; at < MODEL_BYTES; at++) {
        model_byte_t *byte = &model->bytes[at];
        const model_message_t *m = (byte->owner >= 0) ? &model->messages[byte->owner] : NULL;
        if (!byte->fresh) {
            continue;
        }
        byte->fresh = false;
        if (lost) {
            byte->kept = byte->reachable = false;
        }
        if (m == NULL && (lost || at < model->front)) {
            byte->listed = byte->kept = byte->reachable = false;
        } else if (m != NULL && m->finished) {
            byte->listed = byte->kept = false;
        } else if (m != NULL && m->keeping == CAMSHARK_PASS_BY) {
            passed[byte->owner] = true;
        }
    }
    for (uint32_t at = 0; at < MODEL_BYTES; at++) {
        if (model->bytes[at].owner >= 0 && passed[model->bytes[at].owner]) {
            model->bytes[at].kept = false;
        }
    }
    g_clear_pointer(&model->slice, g_free);
}

static inline void
model_finish(model_t *model, model_message_t *m)
{
    bool whole = true;

    for (uint32_t at = m->start; at < m->start + m->total; at++) {
        model_byte_t *byte = &model->bytes[at];
        whole &= byte->here;
        byte->listed = byte->kept = byte->fresh = false;
    }
    m->finished = true;
    m->alive = !whole;
    for (uint32_t at = m->start; whole && at < m->start + m->total; at++) {
        model->bytes[at].owner = -1;
        model->bytes[at].reachable = false;
    }
}

static inline void
model_shorten(model_t *model, model_message_t *m, uint32_t total)
{
    const uint32_t end = m->start + m->total;

    for (uint32_t at = m->start + total; at < end; at++) {
        model->bytes[at].owner = -1;
        model->bytes[at].reachable &= model->bytes[at].kept;
    }
    if (model->front == end) {
        model->front = m->start + total;
    }
    m->total = total;
}

static inline bool
model_may_begin(const model_t *model, uint32_t start, uint32_t total)
{
    bool may = total > 0 && start <= model->newest;

    for (uint32_t at = start; may && at < start + total; at++) {
        may = model->bytes[at].owner < 0;
    }
    return may;
}

/* ---- What is ------------------------------------------------------------------------------------------ */

static inline void
model_check_parts(const model_t *model)
{
    uint64_t at = model->base;
    camshark_part_t part;
    uint32_t count = 0;

    for (; camshark_assembler_part(model->assembler, at, &part); at = part.place + part.len) {
        const uint32_t from = (uint32_t)(part.place - model->base);
        const int owner = model->bytes[from].owner;
        g_assert_cmpuint(part.place, >=, at);
        g_assert_cmpuint(part.len, >, 0);
        for (uint32_t i = from; i < from + part.len; i++) {
            g_assert_true(model->bytes[i].fresh && model->bytes[i].owner == owner);
        }
        count += part.len;
        g_assert_true(part.message == ((owner >= 0) ? model->messages[owner].message : NULL));
        g_assert_cmpuint(part.offset, ==, (owner >= 0) ? from - model->messages[owner].start : 0);
    }
    for (uint32_t i = 0; i < MODEL_BYTES; i++) {
        count -= model->bytes[i].fresh;
    }
    g_assert_cmpuint(count, ==, 0);
}

static inline void
model_check_fragments(const model_t *model, const model_message_t *m)
{
    camshark_fragment_t fragment = { 0 };
    bool listed[MODEL_BYTES] = { false };

    for (uint32_t at = 0; camshark_assembler_fragment(model->assembler, m->message, at, &fragment);
         at = fragment.offset + fragment.len) {
        g_assert_cmpuint(fragment.offset, >=, at);
        g_assert_cmpuint(fragment.offset + fragment.len, <=, m->total);
        for (uint32_t i = fragment.offset; i < fragment.offset + fragment.len; i++) {
            listed[i] = true;
            g_assert_cmpuint(model->bytes[m->start + i].frame, ==, fragment.frame);
        }
    }
    for (uint32_t i = 0; i < m->total; i++) {
        g_assert_true(listed[i] == model->bytes[m->start + i].listed);
    }
}

static inline void
model_check_holes(const model_t *model, const model_message_t *m)
{
    camshark_hole_t hole = { 0 };
    bool missing[MODEL_BYTES] = { false };

    for (uint32_t at = 0; camshark_assembler_hole(model->assembler, m->message, at, &hole);
         at = hole.offset + hole.len) {
        g_assert_cmpuint(hole.offset, >=, at);
        g_assert_cmpuint(hole.len, >, 0);
        for (uint32_t i = hole.offset; i < hole.offset + hole.len; i++) {
            missing[i] = true;
            g_assert_true(model->bytes[m->start + i].seen == hole.cut);
        }
    }
    for (uint32_t i = 0; i < m->total; i++) {
        g_assert_true(missing[i] != model->bytes[m->start + i].listed);
    }
}

/* The bytes before each hole that a message must still have. */
static inline void
model_check_tails(const model_t *model, const model_message_t *m)
{
    for (uint32_t end = m->start + 1; end < m->start + m->total; end++) {
        uint8_t tail[CAMSHARK_ASSEMBLER_TAIL];
        uint32_t from = end;
        if (!model_is_hole_at(model, m, end) || model_is_hole_at(model, m, end - 1)) {
            continue;
        }
        while (from > m->start && end - from < sizeof tail && model->bytes[from - 1].here &&
               model->bytes[from - 1].reachable) {
            from--;
        }
        const uint32_t got =
            camshark_assembler_before(model->assembler, model->base + end, sizeof tail, tail);
        g_assert_cmpuint(got, >=, end - from);
        for (uint32_t i = 0; i < got; i++) {
            g_assert_cmpuint(tail[i], ==, model->bytes[end - got + i].byte);
        }
    }
}

static inline void
model_check_message(const model_t *model, const model_message_t *m)
{
    uint32_t here = 0, seen = 0;

    for (uint32_t at = m->start; at < m->start + m->total; at++) {
        here += model->bytes[at].here;
        seen += model->bytes[at].seen;
    }
    g_assert_cmpuint(camshark_message_start(m->message) - model->base, ==, m->start);
    g_assert_cmpuint(m->message->total, ==, m->total);
    g_assert_cmpuint(m->message->here, ==, here);
    g_assert_cmpuint(m->message->seen, ==, seen);
    g_assert_true(m->message->finished == m->finished && m->message->owner == m);
    if (!m->finished) {
        model_check_fragments(model, m);
        model_check_holes(model, m);
    }
    if (m->finished || m->keeping == CAMSHARK_PASS_BY) {
        model_check_tails(model, m);
    }
}

/* What is held are the first bytes that came, and all that must be is held. */
static inline void
model_check_bytes(model_t *model)
{
    uint8_t all[MODEL_BYTES], scratch[MODEL_BYTES];
    bool held[MODEL_BYTES] = { false };
    uint32_t count = 0;
    camshark_run_t run;

    for (uint64_t at = model->base; camshark_assembler_held(model->assembler, at, &run); at = run.to) {
        g_assert_true(run.from >= at && run.from < run.to);
        memset(held + (run.from - model->base), true, run.to - run.from);
        count += (uint32_t)(run.to - run.from);
    }
    g_assert_cmpuint(camshark_assembler_read(model->assembler, model->base, MODEL_BYTES, all), ==, count);
    for (uint32_t i = 0; i < MODEL_BYTES; i++) {
        g_assert_true(held[i] || !model->bytes[i].kept);
        g_assert_cmpuint(all[i], ==, held[i] ? model->bytes[i].byte : 0);
    }
    const uint32_t from = model_draw(model, MODEL_BYTES), want = model_draw(model, MODEL_BYTES - from) + 1;
    uint32_t got;
    const uint8_t *bytes = camshark_assembler_peek(model->assembler, model->base + from, want, scratch, &got);
    g_assert_true((bytes != NULL) == held[from]);
    for (uint32_t i = 0; i < MAX(got, want) && from + i < MODEL_BYTES; i++) {
        if (i < got) {
            g_assert_true(held[from + i] && bytes[i] == all[from + i]);
        } else {
            g_assert_false(held[from + got]);
        }
    }
}

static inline void
model_check_due(const model_t *model)
{
    const model_message_t *oldest = NULL;
    const uint32_t patience = model->frame % 64;

    for (uint32_t i = 0; i < model->count; i++) {
        const model_message_t *m = &model->messages[i];
        if (m->alive && !m->finished && (oldest == NULL || m->start < oldest->start)) {
            oldest = m;
        }
    }
    const camshark_message_t *due = camshark_assembler_due(model->assembler, patience);
    g_assert_true(camshark_assembler_oldest(model->assembler) == ((oldest != NULL) ? oldest->message : NULL));
    if (oldest != NULL) {
        const bool is_due = oldest->message->seen == oldest->total ||
                            model->newest >= oldest->start + oldest->total + patience;
        g_assert_true(due == (is_due ? oldest->message : NULL));
    }
}

static inline void
model_check(model_t *model)
{
    const uint32_t place = model_draw(model, MODEL_BYTES);
    const int owner = model->bytes[place].owner;

    g_assert_cmpuint(camshark_assembler_newest(model->assembler) - model->base, ==, model->newest);
    g_assert_cmpuint(camshark_assembler_front(model->assembler) - model->base, ==, model->front);
    g_assert_true(camshark_assembler_owner(model->assembler, model->base + place) ==
                  ((owner >= 0) ? model->messages[owner].message : NULL));
    model_check_parts(model);
    for (uint32_t i = 0; i < model->count; i++) {
        if (model->messages[i].alive) {
            model_check_message(model, &model->messages[i]);
        }
    }
    model_check_bytes(model);
    model_check_due(model);
}

/* ---- Steps -------------------------------------------------------------------------------------------- */

static inline void
model_step_feed(model_t *model)
{
    const unsigned how = model_draw(model, 8);
    const uint32_t place = (how < 4)   ? model->newest
                           : (how < 6) ? model->newest + model_draw(model, 60)
                                       : model_draw(model, MODEL_BYTES);
    const uint32_t at = MIN(place, MODEL_BYTES);
    const uint32_t drawn = model_draw(model, (how & 1) ? 8 : 90);
    const uint32_t len = MIN(drawn, MODEL_BYTES - at);
    const uint32_t captured = (model_draw(model, 8) == 0) ? model_draw(model, len + 2) : len;
    camshark_arrival_t expected;

    model_settle(model, true);
    model->frame++;
    model->slice = g_malloc(captured + 1);
    for (uint32_t i = 0; i < captured; i++) {
        model->slice[i] = (uint8_t)(1 + (at + i + 7 * model->frame) % 255);
    }
    const camshark_slice_t slice = { (uint32_t)model->base + at, len, captured, model->frame, model->slice };
    const camshark_arrival_t arrival = camshark_assembler_feed(model->assembler, &slice);
    model_feed(model, at, len, MIN(captured, len), &expected);
    g_assert_cmpint(arrival.kind, ==, expected.kind);
    g_assert_cmpuint(arrival.fresh, ==, expected.fresh);
    g_assert_cmpuint(arrival.from - model->base, ==, at);
    g_assert_cmpuint(arrival.to - model->base, ==, at + len);
    g_assert_cmpuint(arrival.gap, ==, (len > 0) ? expected.gap : 0);
}

static inline void
model_step_begin(model_t *model)
{
    const uint32_t place = (model_draw(model, 4) > 0) ? model->front : model_draw(model, MODEL_BYTES);
    const uint32_t start = MIN(place, MODEL_BYTES - 1);
    const uint32_t drawn = model_draw(model, 120);
    const uint32_t total = MIN(drawn, MODEL_BYTES - start);
    const camshark_keeping_t keeping = model_draw(model, 2) ? CAMSHARK_PASS_BY : CAMSHARK_KEEP;
    model_message_t *m = &model->messages[model->count];

    if (model->count == MODEL_MESSAGES) {
        return;
    }
    const bool may = model_may_begin(model, start, total);
    m->message = camshark_assembler_begin(model->assembler, model->base + start, total, keeping, m);
    g_assert_true((m->message != NULL) == may);
    if (may) {
        *m = (model_message_t){ start, total, keeping, true, false, m->message };
        for (uint32_t at = start; at < start + total; at++) {
            model->bytes[at].owner = (int)model->count;
        }
        model->front = MAX(model->front, start + total);
        model->count++;
    }
}

static inline void
model_step_message(model_t *model)
{
    model_message_t *m = &model->messages[(model->count > 0) ? model_draw(model, model->count) : 0];
    const unsigned how = model_draw(model, 4);

    if (how < 2) {
        model_step_begin(model);
    } else if (model->count == 0 || !m->alive || m->finished) {
        return;
    } else if (how == 2) {
        model_finish(model, m);
        camshark_assembler_finish(model->assembler, m->message);
    } else {
        const uint32_t total = model_draw(model, m->total + 3);
        const bool may = total > 0 && total < m->total;
        g_assert_true(camshark_assembler_shorten(model->assembler, m->message, total) == may);
        if (may) {
            model_shorten(model, m, total);
        }
    }
}

/* Draws a stream, and compares both after each step. */
static inline void
model_run(unsigned (*draw)(void *context), void *context, unsigned steps)
{
    model_t *model = g_new0(model_t, 1);
    model->draw = draw;
    model->context = context;
    model->assembler = camshark_assembler_new();
    for (uint32_t i = 0; i < MODEL_BYTES; i++) {
        model->bytes[i].owner = -1;
    }
    const uint32_t first = model_draw(model, 40);
    const uint32_t on_wire =
        model_draw(model, 4) ? UINT32_MAX - model_draw(model, MODEL_BYTES) : model_draw(model, 65536) << 16;

    camshark_assembler_restart(model->assembler, on_wire);
    model->base = camshark_assembler_newest(model->assembler) - first;
    model->newest = model->front = first;
    while (steps-- > 0) {
        model_step_feed(model);
        model_check(model);
        for (unsigned i = model_draw(model, 4); i > 0; i--) {
            model_step_message(model);
            model_check(model);
        }
        if (model_draw(model, 16) > 0) {
            camshark_assembler_done(model->assembler);
            model_settle(model, false);
            model_check(model);
        }
    }
    camshark_assembler_free(model->assembler);
    g_free(model->slice);
    g_free(model);
}

#endif
