/* candidates.c
 * The keys that may open a connection, in the order in which they are tried.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the user typed is text. It is compiled into rows once, so that a login costs no parsing. Rows of a key log file and of the
 * capture live as long as the file, in common/epan/key-sources.
 */
#include <newcamd/record/candidates.h>

#include <string.h>

#include <common/epan/key-sources.h>
#include <common/epan/per-file.h>

#define SECRETS_BLOCK 0x4e434b59u /* "NCKY" */
#define COLUMNS       7

/* Ports that rows name, as they were when they were collected. */
typedef struct {
    GHashTable *ports; /* NULL: not yet */
    uint32_t edition;
    unsigned refills;
} named_ports_t;

static GPtrArray *user_rows; /* of newcamd_key_row_t: the table's, that of the preference, the default */
static unsigned table_rows;  /* so many of them are the table's */
static unsigned refills;     /* so often they were compiled */
static bool stale = true;    /* rows came or went since */
static void (*refill_candidates)(void);
static camshark_per_file_t *named_ports_of_file;

/* ---- rows of all sources ---- */

void
newcamd_candidates_stale(void)
{
    stale = true;
}

void
newcamd_candidates_empty(void)
{
    g_ptr_array_set_size(user_rows, 0);
    table_rows = 0;
    refills++;
    stale = false;
}

void
newcamd_candidates_add(newcamd_key_place_t place, const char *name, const newcamd_key_texts_t *texts)
{
    const char *error;
    newcamd_key_row_t *row = newcamd_key_row_new(name, texts, &error);

    if (row != NULL) {
        g_ptr_array_add(user_rows, row);
        table_rows += place == NEWCAMD_KEYS_OF_TABLE;
    }
}

static void *
row_of_line(const camshark_key_line_t *line, const char *origin, char **error)
{
    const char *reason;
    newcamd_key_row_t *row =
        newcamd_key_row_new(origin,
                            &(newcamd_key_texts_t){ line->cells[0], line->cells[1], line->cells[2],
                                                    line->cells[3], line->cells[4], line->cells[6] },
                            &reason);

    if (row == NULL) {
        *error = g_strdup(reason);
    }
    return row;
}

/* How many rows each source has. */
typedef struct {
    unsigned table, log, preference, capture;
    unsigned all; /* and the default, which is the last one */
} counts_t;

static counts_t
count_rows(void)
{
    if (stale) {
        refill_candidates();
    }
    counts_t counts = { .table = table_rows,
                        .log = camshark_key_sources_count(CAMSHARK_KEYS_OF_LOG),
                        .preference = user_rows->len - table_rows - 1,
                        .capture = camshark_key_sources_count(CAMSHARK_KEYS_OF_CAPTURE) };
    counts.all = counts.table + counts.log + counts.preference + counts.capture + 1;
    return counts;
}

/* A row by its place in the order in which they are tried. */
static newcamd_key_row_t *
row_at(const counts_t *counts, unsigned place)
{
    if (place < counts->table) {
        return g_ptr_array_index(user_rows, place);
    }
    place -= counts->table;
    if (place < counts->log) {
        return camshark_key_sources_row(CAMSHARK_KEYS_OF_LOG, place);
    }
    place -= counts->log;
    if (place < counts->preference) {
        return g_ptr_array_index(user_rows, counts->table + place);
    }
    place -= counts->preference;
    return (place < counts->capture) ? camshark_key_sources_row(CAMSHARK_KEYS_OF_CAPTURE, place)
                                     : g_ptr_array_index(user_rows, user_rows->len - 1);
}

void
newcamd_candidates_look(const packet_info *pinfo)
{
    if (!PINFO_FD_VISITED(pinfo)) {
        camshark_key_sources_read(pinfo);
        camshark_key_sources_edition();
    }
}

uint32_t
newcamd_candidates_edition(void)
{
    return camshark_key_sources_edition();
}

/* ---- visits ---- */

/* The next key of whatever server. */
static bool
next_key(unsigned *at, newcamd_candidate_t *candidate)
{
    const counts_t counts = count_rows();

    while (*at < 2 * counts.all) {
        const unsigned place = *at / 2;
        const bool is_session_key = (*at)++ % 2 != 0;
        newcamd_key_row_t *row = row_at(&counts, place);

        if (is_session_key ? row->has_session_key : row->has_deskey) {
            *candidate = (newcamd_candidate_t){
                .row = row,
                .is_session_key = is_session_key,
                .of_capture = place >= counts.all - 1 - counts.capture && place < counts.all - 1,
                .is_default = place == counts.all - 1,
            };
            return true;
        }
    }
    return false;
}

bool
newcamd_candidate_may_try(const newcamd_candidate_t *candidate)
{
    uint32_t *tries = candidate->of_capture ? camshark_key_sources_tries() : NULL;

    if (tries == NULL) {
        return true;
    }
    if (*tries == 0) {
        return false;
    }
    (*tries)--;
    return true;
}

bool
newcamd_candidate_next(const address *server, uint32_t port, unsigned *at, newcamd_candidate_t *candidate)
{
    while (next_key(at, candidate)) {
        if (!candidate->is_session_key && newcamd_key_row_fits(candidate->row, server, port)) {
            return true;
        }
    }
    return false;
}

bool
newcamd_candidate_next_either(const packet_info *pinfo, unsigned *at, newcamd_candidate_t *candidate,
                              bool *at_source)
{
    while (next_key(at, candidate)) {
        const bool destination = newcamd_key_row_fits(candidate->row, &pinfo->dst, pinfo->destport);
        if ((destination || newcamd_key_row_fits(candidate->row, &pinfo->src, pinfo->srcport))) {
            *at_source = !destination;
            return true;
        }
    }
    return false;
}

const uint8_t *
newcamd_candidate_session_key(const newcamd_candidate_t *candidate)
{
    return candidate->is_session_key ? candidate->row->session_key : newcamd_key_row_made_key(candidate->row);
}

/* ---- what there is ---- */

const char *
newcamd_candidates_session_keys(const packet_info *pinfo, unsigned *more)
{
    newcamd_candidate_t candidate;
    unsigned at = 0;
    const char *first = NULL;
    bool at_source;

    *more = 0;
    while (newcamd_candidate_next_either(pinfo, &at, &candidate, &at_source)) {
        if (candidate.is_session_key) {
            *more += (first != NULL) ? 1 : 0;
            first = (first != NULL) ? first : candidate.row->name;
        }
    }
    return first;
}

unsigned
newcamd_candidates_log_rows(void)
{
    return camshark_key_sources_count(CAMSHARK_KEYS_OF_LOG);
}

const newcamd_key_row_t *
newcamd_candidates_log_deskey(const packet_info *pinfo, unsigned nth)
{
    const newcamd_key_row_t *row = camshark_key_sources_row(CAMSHARK_KEYS_OF_LOG, nth);

    return (row->has_deskey && (newcamd_key_row_fits(row, &pinfo->dst, pinfo->destport) ||
                                newcamd_key_row_fits(row, &pinfo->src, pinfo->srcport)))
               ? row
               : NULL;
}

bool
newcamd_candidates_have_deskey(const packet_info *pinfo)
{
    newcamd_candidate_t candidate;
    unsigned at = 0;
    bool at_source;

    while (newcamd_candidate_next_either(pinfo, &at, &candidate, &at_source)) {
        if (!candidate.is_session_key && !candidate.is_default) {
            return true;
        }
    }
    return false;
}

/* ---- ports ---- */

GHashTable *
newcamd_candidates_ports(void)
{
    GHashTable *ports = g_hash_table_new(g_direct_hash, g_direct_equal);

    camshark_key_sources_begin();
    const counts_t counts = count_rows();
    for (unsigned place = 0; place < counts.table + counts.log; place++) {
        const newcamd_key_row_t *row = row_at(&counts, place);
        if (row->port != 0) {
            g_hash_table_add(ports, GUINT_TO_POINTER(row->port));
        }
    }
    return ports;
}

static void *
make_named_ports(void)
{
    return g_new0(named_ports_t, 1);
}

static void
free_named_ports(void *data)
{
    named_ports_t *named = data;

    g_clear_pointer(&named->ports, g_hash_table_destroy);
    g_free(named);
}

/* Whether any row names a port: there may be thousands of rows, and most of what is asked for is no port of theirs. */
static bool
is_named(uint32_t port, uint32_t edition)
{
    named_ports_t *named = camshark_per_file_get(named_ports_of_file);

    if (named->ports == NULL || named->edition != edition || named->refills != refills) {
        g_clear_pointer(&named->ports, g_hash_table_destroy);
        *named = (named_ports_t){ newcamd_candidates_ports(), edition, refills };
    }
    return g_hash_table_contains(named->ports, GUINT_TO_POINTER(port));
}

bool
newcamd_candidates_name(const address *server, uint32_t port)
{
    const uint32_t edition = camshark_key_sources_edition();
    const counts_t counts = count_rows();

    for (unsigned place = 0; is_named(port, edition) && place < counts.table + counts.log; place++) {
        const newcamd_key_row_t *row = row_at(&counts, place);
        if (row->port != 0 && newcamd_key_row_fits(row, server, port)) {
            return true;
        }
    }
    return false;
}

void
newcamd_candidates_register(module_t *module, void (*refill)(void))
{
    static const camshark_key_kind_t lines = { "newcamd", SECRETS_BLOCK, COLUMNS, row_of_line,
                                               newcamd_key_row_free };

    user_rows = g_ptr_array_new_with_free_func(newcamd_key_row_free);
    refill_candidates = refill;
    named_ports_of_file = camshark_per_file_new(make_named_ports, free_named_ports);
    camshark_key_sources_register(module, &lines);
}
