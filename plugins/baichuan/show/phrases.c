/* phrases.c
 * What a document says, in a few words for the Info column.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <common/pure/printable.h>

#include <baichuan/record/message-names.h>
#include <baichuan/show/phrases.h>

typedef struct {
    uint32_t msg_id;
    const char *lead;
    const char *text;
} phrase_row_t;

#include <baichuan/show/phrase-rows.h>

#define MAX_PHRASE   160u /* bytes */
#define MAX_VALUE    48u  /* bytes of one value */
#define MAX_ITEMS    3u   /* that are said; the rest is counted */
#define HASH_LEN     31u  /* hexadecimal digits that stand for a name in a login */
#define NAME_OF_ITEM (-2)

/* A piece of a text: words, or a value. */
typedef struct {
    const char *words; /* NULL for a value */
    unsigned len;      /* of words or format */
    int hf;            /* or NAME_OF_ITEM */
    const char *format;
} piece_t;

/* What is left out as a whole. */
typedef struct {
    unsigned first; /* of its pieces */
    unsigned n;
    bool only_many;
    bool only_first; /* if nothing else was said */
} segment_t;

/* A row, read. */
typedef struct {
    unsigned first; /* of its segments */
    unsigned n;
    int anchor; /* the field that has to be there */
} phrase_t;

static phrase_t phrases[array_length(phrase_rows)];
static GArray *segments; /* segment_t */
static GArray *pieces;   /* piece_t */

/* A thing that is said of a document: the place of its anchor, and the items around that. */
typedef struct {
    const bc_xml_values_t *values;
    unsigned anchor;
    int inner; /* -1 if it lies in none */
    bool many;
    wmem_allocator_t *scope;
} thing_t;

/* ---- reading the table ---------------------------------------------------------------------------------- */

static piece_t
read_value_piece(const char *text, size_t len)
{
    const char *colon = memchr(text, ':', len);
    const size_t name_len = (colon != NULL) ? (size_t)(colon - text) : len;
    piece_t piece = { .format = (colon != NULL) ? colon + 1 : "",
                      .len = (colon != NULL) ? (unsigned)(len - name_len - 1) : 0 };
    char *name = g_strdup_printf("baichuan.%.*s", (int)name_len, text);

    piece.hf =
        (name_len == 4 && memcmp(text, "item", 4) == 0) ? NAME_OF_ITEM : proto_registrar_get_id_byname(name);
    DISSECTOR_ASSERT_HINT(piece.hf > 0 || piece.hf == NAME_OF_ITEM, name);
    g_free(name);
    return piece;
}

/* Reads a segment, which ends before end. */
static void
read_segment(const char *text, const char *end)
{
    segment_t segment = { pieces->len, 0, *text == '*', *text == '!' };

    text += segment.only_many || segment.only_first;
    while (text < end) {
        const char *brace = memchr(text, '{', (size_t)(end - text));
        piece_t piece = { .words = text, .len = (unsigned)((brace != NULL ? brace : end) - text) };
        if (brace == text) {
            const char *close = memchr(text, '}', (size_t)(end - text));
            DISSECTOR_ASSERT_HINT(close != NULL, text);
            piece = read_value_piece(text + 1, (size_t)(close - text - 1));
            text = close + 1;
        } else {
            text += piece.len;
        }
        g_array_append_val(pieces, piece);
        segment.n++;
    }
    g_array_append_val(segments, segment);
}

static void
read_phrase(phrase_t *phrase, const char *text)
{
    const unsigned first_piece = pieces->len;
    const char *end;

    phrase->first = segments->len;
    do {
        end = strchr(text, '|');
        read_segment(text, (end != NULL) ? end : text + strlen(text));
        text = (end != NULL) ? end + 1 : NULL;
    } while (text != NULL);
    phrase->n = segments->len - phrase->first;
    phrase->anchor = -1;
    for (unsigned i = first_piece; i < pieces->len && phrase->anchor < 0; i++) {
        const piece_t *piece = &g_array_index(pieces, piece_t, i);
        phrase->anchor = (piece->words == NULL) ? piece->hf : -1;
    }
}

void
bc_phrases_register(void)
{
    segments = g_array_new(FALSE, FALSE, sizeof(segment_t));
    pieces = g_array_new(FALSE, FALSE, sizeof(piece_t));
    for (size_t i = 0; i < array_length(phrase_rows); i++) {
        read_phrase(&phrases[i], phrase_rows[i].text);
        DISSECTOR_ASSERT_HINT(i == 0 || phrase_rows[i - 1].msg_id <= phrase_rows[i].msg_id,
                              phrase_rows[i].lead);
    }
}

/* ---- values --------------------------------------------------------------------------------------------- */

/* The first of these values, from first up to end; depth 0 for any depth. NULL if there is none. */
static const bc_xml_value_t *
value_between(const thing_t *thing, unsigned first, unsigned end, unsigned depth, int hf)
{
    for (unsigned i = first; i < end; i++) {
        const bc_xml_value_t *value = &thing->values->values[i];
        if (!value->item && value->hf == hf && (depth == 0 || value->depth == depth)) {
            return value;
        }
    }
    return NULL;
}

/* The value of a field that belongs to a thing: in its item, in what is around that, or beside all items. */
static const bc_xml_value_t *
value_of(const thing_t *thing, int hf)
{
    const bc_xml_values_t *values = thing->values;
    const bc_xml_value_t *found = NULL;

    if (values->values[thing->anchor].hf == hf) {
        return &values->values[thing->anchor];
    }
    if (thing->inner < 0) {
        return value_between(thing, 0, values->n, 0, hf);
    }
    for (unsigned i = (unsigned)thing->inner; i < values->n && found == NULL; i++) {
        const bc_xml_value_t *item = &values->values[i];
        if (item->item && item->first <= thing->anchor) {
            const unsigned depth = (i == (unsigned)thing->inner) ? 0 : item->depth + 1;
            found = value_between(thing, item->first, i, depth, hf);
        }
    }
    for (unsigned depth = 1; depth <= 2 && found == NULL; depth++) {
        found = value_between(thing, 0, values->n, depth, hf);
    }
    return found;
}

/* On one line, and not too long. */
static char *
short_text(wmem_allocator_t *scope, const char *text, size_t max)
{
    size_t len = strlen(text);
    const bool cut = len > max;

    len = MIN(len, max);
    while (cut && len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80) {
        len--; /* not in the middle of a character */
    }
    char *out = cut ? wmem_strdup_printf(scope, "%.*s...", (int)len, text) : wmem_strdup(scope, text);
    for (char *c = out; *c != '\0'; c++) {
        *c = ((unsigned char)*c < ' ' || *c == 0x7f) ? ' ' : *c;
    }
    camshark_text_make_printable(out); /* there are control characters of two bytes, too */
    return out;
}

static const char *
size_in_words(wmem_allocator_t *scope, const char *text)
{
    static const char *const units[] = { "kB", "MB", "GB", "TB" };
    double size = (double)g_ascii_strtoull(text, NULL, 10) / 1000;
    unsigned unit = 0;

    if (size < 1) {
        return wmem_strdup_printf(scope, "%" PRIu64 " bytes", g_ascii_strtoull(text, NULL, 10));
    }
    while (size >= 999.95 && unit + 1 < array_length(units)) {
        size /= 1000;
        unit++;
    }
    return wmem_strdup_printf(scope, "%.1f %s", size, units[unit]);
}

/* NULL for what stands in place of a name. */
static const char *
plain_name(const char *text)
{
    const size_t len = strlen(text);
    const bool hash = len == HASH_LEN && strspn(text, "0123456789ABCDEFabcdef") == len;

    return (hash || strspn(text, "*") == len) ? NULL : text;
}

/* What a format of the form "a=b,c=d" makes of a value; "" for nothing. */
static const char *
mapped_value(wmem_allocator_t *scope, const piece_t *piece, const char *text)
{
    const size_t len = strlen(text);
    const char *at = piece->format;
    const char *end = piece->format + piece->len;

    while (at < end) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        const char *stop = (comma != NULL) ? comma : end;
        if ((size_t)(stop - at) > len && at[len] == '=' && g_ascii_strncasecmp(at, text, len) == 0) {
            return wmem_strndup(scope, at + len + 1, (size_t)(stop - at) - len - 1);
        }
        at = (comma != NULL) ? comma + 1 : end;
    }
    return text;
}

static bool
has_format(const piece_t *piece, const char *format)
{
    return piece->len == strlen(format) && memcmp(piece->format, format, piece->len) == 0;
}

static const char *
message_in_words(const char *text)
{
    const char *name = bc_message_known_name((uint32_t)MIN(g_ascii_strtoull(text, NULL, 10), UINT32_MAX));

    return (name != NULL) ? name : text;
}

/* A value as it is said; NULL if it is missing, or not to be said. */
static const char *
said_value(const thing_t *thing, const piece_t *piece)
{
    static const piece_t on_off = { .format = "1=on,0=off", .len = 10 };
    const char *text = NULL;

    if (piece->hf == NAME_OF_ITEM) {
        text = (thing->inner >= 0) ? thing->values->values[thing->inner].text : NULL;
    } else {
        const bc_xml_value_t *value = value_of(thing, piece->hf);
        text = (value != NULL) ? value->text : NULL;
    }
    if (text == NULL || text[0] == '\0') {
        return NULL;
    }
    if (has_format(piece, "bytes")) {
        return size_in_words(thing->scope, text);
    }
    if (has_format(piece, "name")) {
        return plain_name(text);
    }
    if (has_format(piece, "message")) {
        return message_in_words(text);
    }
    text = mapped_value(thing->scope, has_format(piece, "on") ? &on_off : piece, text);
    return (text[0] != '\0') ? text : NULL;
}

/* ---- phrases -------------------------------------------------------------------------------------------- */

/* A segment in words; NULL if a value is missing. */
static const char *
said_segment(const thing_t *thing, const segment_t *segment)
{
    wmem_strbuf_t *out = wmem_strbuf_new(thing->scope, "");

    for (unsigned i = 0; i < segment->n; i++) {
        const piece_t *piece = &g_array_index(pieces, piece_t, segment->first + i);
        if (piece->words != NULL) {
            wmem_strbuf_append_len(out, piece->words, piece->len);
            continue;
        }
        const char *value = said_value(thing, piece);
        if (value == NULL) {
            return NULL;
        }
        wmem_strbuf_append(out, short_text(thing->scope, value, MAX_VALUE));
    }
    return wmem_strbuf_get_str(out);
}

/* Adds what is said of a thing. Returns whether there is something. */
static bool
say_thing(const thing_t *thing, const phrase_t *phrase, wmem_strbuf_t *out)
{
    bool said = false;

    for (unsigned i = 0; i < phrase->n; i++) {
        const segment_t *segment = &g_array_index(segments, segment_t, phrase->first + i);
        if ((segment->only_many && !thing->many) || (segment->only_first && said)) {
            continue;
        }
        const char *text = said_segment(thing, segment);
        if (text != NULL) {
            wmem_strbuf_append(out, text + (said ? 0 : strspn(text, ", ")));
            said = true;
        }
    }
    return said;
}

/* The innermost item around a value; -1 if there is none. */
static int
item_around(const bc_xml_values_t *values, unsigned place)
{
    for (unsigned i = place + 1; i < values->n; i++) {
        if (values->values[i].item && values->values[i].first <= place) {
            return (int)i;
        }
    }
    return -1;
}

/* The next place of an anchor that is a thing of its own, at or after at; values->n if there is none. */
static unsigned
next_anchor(const bc_xml_values_t *values, int hf, unsigned at)
{
    while (at < values->n && (values->values[at].item || values->values[at].hf != hf)) {
        at++;
    }
    return at;
}

static const char *
say_phrase(packet_info *pinfo, const phrase_row_t *row, const phrase_t *phrase, const bc_xml_values_t *values)
{
    const unsigned first = next_anchor(values, phrase->anchor, 0);
    const int inner = (first < values->n) ? item_around(values, first) : -1;
    unsigned n = 0, said = 0;

    if (first == values->n) {
        return NULL;
    }
    for (unsigned i = first; i < values->n && (n == 0 || inner >= 0); i++) {
        i = next_anchor(values, phrase->anchor, i);
        n += i < values->n;
    }
    wmem_strbuf_t *out = wmem_strbuf_new(pinfo->pool, row->lead);
    thing_t thing = { values, first, inner, n > 1, pinfo->pool };
    for (unsigned i = 0; i < MIN(n, MAX_ITEMS); i++) {
        wmem_strbuf_append(out, (i > 0) ? "; " : "");
        said += say_thing(&thing, phrase, out);
        thing.anchor = next_anchor(values, phrase->anchor, thing.anchor + 1);
        thing.inner = (thing.anchor < values->n) ? item_around(values, thing.anchor) : -1;
    }
    if (n > MAX_ITEMS) {
        wmem_strbuf_append_printf(out, " and %u more", n - MAX_ITEMS);
    }
    return (said > 0) ? short_text(pinfo->pool, wmem_strbuf_get_str(out), MAX_PHRASE - strlen("...")) : NULL;
}

/* The first row of a message, or where it would be. */
static size_t
first_phrase_row(uint32_t msg_id)
{
    size_t low = 0, high = array_length(phrase_rows);

    while (low < high) {
        const size_t middle = (low + high) / 2;
        if (phrase_rows[middle].msg_id < msg_id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool
bc_phrase_exists(uint32_t msg_id)
{
    const size_t row = first_phrase_row(msg_id);

    return row < array_length(phrase_rows) && phrase_rows[row].msg_id == msg_id;
}

const char *
bc_phrase(packet_info *pinfo, uint32_t msg_id, const bc_xml_values_t *values)
{
    const char *said = NULL;

    for (size_t i = first_phrase_row(msg_id); said == NULL && i < array_length(phrase_rows); i++) {
        if (phrase_rows[i].msg_id != msg_id) {
            break;
        }
        said = say_phrase(pinfo, &phrase_rows[i], &phrases[i], values);
    }
    return said;
}
