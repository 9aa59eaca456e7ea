/* key-sources.c
 * Keys that come as lines and not as rows of the key table: from a key log file, and out of the capture itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * All that is read belongs to the file: it is forgotten with it, and read anew with the next one. Sentences about lines are kept with
 * the frame that was dissected when they were found, so every pass says the same.
 */
#include <common/epan/key-sources.h>

#include <stdio.h>
#include <string.h>

#include <epan/epan.h>
#include <epan/packet.h>
#include <wiretap/wtap.h>
#include <wiretap/wtap_opttypes.h>
#include <wsutil/report_message.h>

#include <common/epan/key-log.h>
#include <common/epan/per-file.h>

#define MAX_FAULTS 16u /* sentences of a file, and one that there are more */

typedef struct {
    void *row;
    char *text; /* the line, of those of a capture */
} source_row_t;

typedef struct {
    uint32_t frame;
    char *sentence;
} fault_t;

/* What a capture file and the key log file have told. */
typedef struct {
    GArray *groups[CAMSHARK_KEY_GROUPS]; /* of source_row_t */
    GArray *faults;                      /* of fault_t, in the order of frames */
    camshark_log_state_t log;            /* when it was read */
    uint32_t edition;
    uint32_t tries; /* of rows of the capture that are left */
    uint32_t frame; /* the last one that was seen; 0: none */
    unsigned blocks;
    bool full; /* more keys of a capture are not taken */
} sources_t;

/* Where the lines at hand come from. */
typedef struct {
    sources_t *sources;
    camshark_key_group_t group;
    const char *place; /* "secrets block"; */
    bool count;        /* the number of the line is said, too */
} origin_t;

static const camshark_key_kind_t *kind;
static const char *keylog_file = "";
static camshark_per_file_t *sources_of_file;
static bool in_file; /* between the two routines of Wireshark that begin and end one */

/* ---- what a file has ------------------------------------------------------------------------------------ */

static void
clear_source_row(void *data)
{
    source_row_t *entry = data;

    kind->free_row(entry->row);
    g_free(entry->text);
}

static void
clear_fault(void *data)
{
    g_free(((fault_t *)data)->sentence);
}

static void *
make_sources(void)
{
    sources_t *sources = g_new0(sources_t, 1);

    for (unsigned i = 0; i < CAMSHARK_KEY_GROUPS; i++) {
        sources->groups[i] = g_array_new(FALSE, FALSE, sizeof(source_row_t));
        g_array_set_clear_func(sources->groups[i], clear_source_row);
    }
    sources->tries = CAMSHARK_KEY_TRIES;
    sources->faults = g_array_new(FALSE, FALSE, sizeof(fault_t));
    g_array_set_clear_func(sources->faults, clear_fault);
    return sources;
}

static void
release_sources(void *data)
{
    sources_t *sources = data;

    for (unsigned i = 0; i < CAMSHARK_KEY_GROUPS; i++) {
        g_array_free(sources->groups[i], TRUE);
    }
    g_array_free(sources->faults, TRUE);
    g_free(sources);
}

/* ---- sentences ------------------------------------------------------------------------------------------ */

static bool
has_sentence(const sources_t *sources, const char *sentence)
{
    for (unsigned i = 0; i < sources->faults->len; i++) {
        if (strcmp(g_array_index(sources->faults, fault_t, i).sentence, sentence) == 0) {
            return true;
        }
    }
    return false;
}

/* Keeps a sentence, which it takes over, for the next frame that is seen. Each is said once. */
static void
keep_fault(sources_t *sources, char *sentence)
{
    if (sources->faults->len > MAX_FAULTS || has_sentence(sources, sentence)) {
        g_free(sentence);
        return;
    }
    if (sources->faults->len == MAX_FAULTS) {
        g_free(sentence);
        sentence = g_strdup("More lines with keys can not be used; they are not listed.");
    }
    const fault_t fault = { 0, sentence };
    g_array_append_val(sources->faults, fault);
}

/* Gives the sentences that have no frame yet to this one. */
static void
place_faults(sources_t *sources, uint32_t frame)
{
    for (unsigned i = sources->faults->len; i > 0; i--) {
        fault_t *fault = &g_array_index(sources->faults, fault_t, i - 1);
        if (fault->frame != 0) {
            return;
        }
        fault->frame = frame;
    }
}

/* ---- lines ---------------------------------------------------------------------------------------------- */

/* What a row's place is called, and with its own comment: "key log line 3: porch". */
static char *
name_line(const origin_t *origin, unsigned number, const char *comment)
{
    GString *name = g_string_new(origin->place);

    if (origin->count) {
        g_string_append_printf(name, " line %u", number);
    }
    if (*comment != '\0') {
        camshark_key_comment_append(name, comment);
    }
    return g_string_free(name, FALSE);
}

static void
refuse_line(const origin_t *origin, unsigned number, const char *reason)
{
    char *name = name_line(origin, number, "");

    keep_fault(origin->sources, g_strdup_printf("Left out: %s can not be used as a key. %s", name, reason));
    g_free(name);
}

/* Whether a capture has a line already: files that were merged bring the same key again. */
static bool
has_line(const GArray *group, const uint8_t *line, size_t len)
{
    for (unsigned i = 0; i < group->len; i++) {
        const char *text = g_array_index(group, source_row_t, i).text;
        if (text != NULL && strncmp(text, (const char *)line, len) == 0 && text[len] == '\0') {
            return true;
        }
    }
    return false;
}

static bool
is_full(const origin_t *origin)
{
    sources_t *sources = origin->sources;
    const unsigned have = sources->groups[origin->group]->len;

    if (origin->group == CAMSHARK_KEYS_OF_LOG && have == CAMSHARK_KEY_LOG_ROWS) {
        keep_fault(sources, g_strdup_printf(
                                "The key log file has more than %u keys: those behind are left out.", have));
        return true;
    }
    if (origin->group == CAMSHARK_KEYS_OF_CAPTURE && have == CAMSHARK_KEY_CAPTURE_ROWS) {
        keep_fault(
            sources,
            g_strdup_printf("The capture itself has more than %u keys: those behind are left out.", have));
        sources->full = true;
        return true;
    }
    return false;
}

/* Adds the row of a line, if it is one. False if no more lines are taken. */
static bool
take_line(const origin_t *origin, unsigned number, const uint8_t *bytes, size_t len)
{
    const bool of_capture = origin->group == CAMSHARK_KEYS_OF_CAPTURE;
    GArray *group = origin->sources->groups[origin->group];
    camshark_key_line_t line;
    const char *error = NULL;

    camshark_key_line_kind_t found = camshark_key_line_parse(bytes, len, &line, &error);
    if (found == CAMSHARK_KEY_LINE_ROW && line.count > kind->columns) {
        found = CAMSHARK_KEY_LINE_BAD;
        error = "There are more columns than the table has.";
    }
    if (found == CAMSHARK_KEY_LINE_BAD) {
        refuse_line(origin, number, error);
    }
    if (found != CAMSHARK_KEY_LINE_ROW || (of_capture && has_line(group, bytes, len))) {
        return true;
    }
    if (is_full(origin)) {
        return false;
    }
    char *name = name_line(origin, number, line.cells[CAMSHARK_KEY_COMMENT]);
    char *reason = NULL;
    source_row_t entry = { kind->new_row(&line, name, &reason), NULL };
    g_free(name);
    if (entry.row == NULL) {
        refuse_line(origin, number, reason);
        g_free(reason);
        return true;
    }
    entry.text = of_capture ? g_strndup((const char *)bytes, len) : NULL;
    g_array_append_val(group, entry);
    origin->sources->edition++;
    return true;
}

/* Adds the rows of all lines of a secrets block or a comment.
 *   of_comment  only some of them are for us */
static void
take_lines(const origin_t *origin, const uint8_t *bytes, size_t size, bool of_comment)
{
    camshark_key_lines_t lines = { bytes, size, 0, 0 };
    const uint8_t *line;
    size_t len;
    bool ended;

    while (!origin->sources->full && camshark_key_lines_next(&lines, &line, &len, &ended)) {
        if (!of_comment || camshark_key_comment_row(kind->protocol, &line, &len)) {
            take_line(origin, lines.number, line, len);
        }
    }
}

/* ---- the key log file ----------------------------------------------------------------------------------- */

/* Adds the rows of its lines. A last line that is not written to its end yet waits.
 *   say_what_waits  that is said */
static void
take_log(const origin_t *origin, camshark_key_lines_t *lines, bool say_what_waits)
{
    const uint8_t *line;
    size_t len;
    bool ended;

    while (camshark_key_lines_next(lines, &line, &len, &ended)) {
        if (!ended && lines->len == CAMSHARK_KEY_LOG_BYTES) {
            keep_fault(origin->sources,
                       g_strdup("The key log file is longer than 1 MiB: what is behind that is left out."));
        } else if (!ended && say_what_waits) {
            refuse_line(origin, lines->number, "It is the last line and has no end (a newline) yet.");
        }
        if (!ended || !take_line(origin, lines->number, line, len)) {
            return;
        }
    }
}

/* Reads it from its beginning, however little is new: it may have been replaced. */
static void
read_key_log(sources_t *sources, bool say_what_waits)
{
    const origin_t origin = { sources, CAMSHARK_KEYS_OF_LOG, "key log", true };
    camshark_key_lines_t lines = { 0 };
    const char *error = NULL;

    g_array_set_size(sources->groups[CAMSHARK_KEYS_OF_LOG], 0);
    sources->edition++;
    uint8_t *bytes = camshark_log_read(keylog_file, CAMSHARK_KEY_LOG_BYTES, &lines.len, &error);
    if (bytes == NULL) {
        keep_fault(sources,
                   g_strdup_printf("The key log file of the preference %s.keylog_file can not be read: %s.",
                                   kind->protocol, error));
        return;
    }
    lines.bytes = bytes;
    take_log(&origin, &lines, say_what_waits);
    g_free(bytes);
}

/* Reads it if it has changed. */
static void
follow_key_log(sources_t *sources)
{
    if (keylog_file[0] == '\0') {
        return;
    }
    const camshark_log_state_t now = camshark_log_look(keylog_file);
    if (!camshark_log_same(&now, &sources->log)) {
        sources->log = now;
        read_key_log(sources, false);
    }
}

/* Tells what is wrong with it before a file is read: the window could not ask while it dissects. */
static void
report_faults(const sources_t *sources)
{
    static char *said; /* the last time: Wireshark begins files more often than the user changes anything */
    const unsigned n = sources->faults->len;

    if (n == 0) {
        g_clear_pointer(&said, g_free);
        return;
    }
    const char *first = g_array_index(sources->faults, fault_t, 0).sentence;
    if (g_strcmp0(first, said) != 0) {
        g_free(said);
        said = g_strdup(first);
        report_failure("%s%s", first,
                       (n > 1) ? " More is wrong with it: the first packet of the protocol says what." : "");
    }
}

/* ---- registration and use ------------------------------------------------------------------------------- */

bool
camshark_key_sources_has_log(void)
{
    return keylog_file[0] != '\0';
}

void
camshark_key_sources_begin(void)
{
    in_file = true;
    if (keylog_file[0] == '\0') {
        return;
    }
    sources_t *sources = camshark_per_file_get(sources_of_file);
    if (sources->edition == 0) {
        sources->log = camshark_log_look(keylog_file);
        read_key_log(sources, true);
        report_faults(sources);
    }
}

static void
end_file(void)
{
    in_file = false;
}

/* Called by Wireshark where it meets a block, behind camshark_key_sources_begin(). */
static void
take_block(const void *secrets, unsigned size)
{
    char place[40] = "secrets block";

    if (!in_file) {
        return;
    }
    sources_t *sources = camshark_per_file_get(sources_of_file);
    if (sources->blocks++ > 0) {
        snprintf(place, sizeof place, "secrets block %u", sources->blocks);
    }
    const origin_t origin = { sources, CAMSHARK_KEYS_OF_CAPTURE, place, true };
    take_lines(&origin, secrets, size, false);
}

void
camshark_key_sources_register(module_t *module, const camshark_key_kind_t *whose)
{
    kind = whose;
    sources_of_file = camshark_per_file_new(make_sources, release_sources);
    prefs_register_filename_preference(
        module, "keylog_file", "Key log file",
        "A file with rows of the key table, one a line, which programs may add to while a "
        "capture runs; it is read again as it grows, after the table and before keys that "
        "a capture brings",
        &keylog_file, false);
    register_init_routine(camshark_key_sources_begin);
    register_cleanup_routine(end_file);
    wsc_secrets_register_type(whose->block, take_block);
}

/* For Wireshark's walk through the options of a packet: asking for one comment after the other would begin anew each time, and a
 * packet has room for millions. */
static wsc_bool
take_comment(wtap_block_t block _U_, unsigned option, wtap_opttype_e type, wtap_optval_t *value, void *data)
{
    sources_t *sources = data;

    if (option == OPT_COMMENT && type == WTAP_OPTTYPE_STRING) {
        char place[40];
        snprintf(place, sizeof place, "comment of frame %u", sources->frame);
        const origin_t origin = { sources, CAMSHARK_KEYS_OF_CAPTURE, place, false };
        take_lines(&origin, (const uint8_t *)value->stringval, strlen(value->stringval), true);
    }
    return !sources->full;
}

void
camshark_key_sources_read(const packet_info *pinfo)
{
    sources_t *sources = camshark_per_file_get(sources_of_file);

    if (PINFO_FD_VISITED(pinfo) || sources->frame == pinfo->num) {
        return;
    }
    sources->frame = pinfo->num;
    const wtap_block_t block =
        pinfo->fd->has_modified_block ? epan_get_modified_block(pinfo->epan, pinfo->fd) : pinfo->rec->block;
    if (block != NULL && !sources->full) {
        wtap_block_foreach_option(block, take_comment, sources);
    }
}

void
camshark_key_sources_see(const packet_info *pinfo)
{
    sources_t *sources = camshark_per_file_get(sources_of_file);

    camshark_key_sources_read(pinfo);
    if (PINFO_FD_VISITED(pinfo)) {
        return;
    }
    if (sources->tries == 0) {
        keep_fault(sources,
                   g_strdup_printf("Put keys that are needed into the key table: those of the capture itself "
                                   "had %u tries, and are tried no more.",
                                   CAMSHARK_KEY_TRIES));
    }
    place_faults(sources, pinfo->num);
}

uint32_t
camshark_key_sources_edition(void)
{
    sources_t *sources = camshark_per_file_get(sources_of_file);

    follow_key_log(sources);
    return sources->edition;
}

unsigned
camshark_key_sources_count(camshark_key_group_t group)
{
    const sources_t *sources = camshark_per_file_get(sources_of_file);

    return sources->groups[group]->len;
}

void *
camshark_key_sources_row(camshark_key_group_t group, unsigned nth)
{
    const sources_t *sources = camshark_per_file_get(sources_of_file);

    return g_array_index(sources->groups[group], source_row_t, nth).row;
}

uint32_t *
camshark_key_sources_tries(void)
{
    sources_t *sources = camshark_per_file_get(sources_of_file);

    return &sources->tries;
}

const char *
camshark_key_sources_fault(uint32_t frame, unsigned nth)
{
    const sources_t *sources = camshark_per_file_get(sources_of_file);

    for (unsigned i = 0; i < sources->faults->len; i++) {
        const fault_t *fault = &g_array_index(sources->faults, fault_t, i);
        if (fault->frame == frame && nth-- == 0) {
            return fault->sentence;
        }
    }
    return NULL;
}
