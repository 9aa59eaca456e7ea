/* sessions.c
 * The table of sessions: `-z baichuan,sessions`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * All of a session is known from the second pass on: then its row is written once. In one pass it is written anew
 * with each packet, and is right when the last one has come.
 */
#include <common/epan/ws-compat.h>

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>
#include <epan/to_str.h>

#include <baichuan/record/findings.h>
#include <baichuan/taps/sessions.h>
#include <baichuan/taps/stats-tree.h>

#define TAP         "baichuan_sessions"
#define TABLE       "Baichuan sessions"
#define NS_A_SECOND 1e9

enum { SESSION, CLIENT, CAMERA, PACKETS, SECONDS, END, FINDINGS, COLUMNS };

static stat_tap_table_item columns[COLUMNS] = {
    [SESSION] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Session", "%-10s" },
    [CLIENT] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Client", "%-21s" },
    [CAMERA] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Camera", "%-21s" },
    [PACKETS] = { TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Packets", "%u" },
    [SECONDS] = { TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "Seconds", "%.3f" },
    [END] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Ended by", "%-24s" },
    [FINDINGS] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Findings", "%s" },
};

/* A packet of a session, as the tap gets it. */
typedef struct {
    const bc_outcome_t *outcome;
    unsigned direction;
    bool complete; /* all of the session is known, which is so on later passes */
} session_tap_t;

/* What is kept for a table. */
typedef struct {
    GHashTable *rows; /* carrier and number of a session -> its row and 1; NULL before the first one */
} sessions_table_t;

static int tap = -1;
static GHashTable *tables; /* see bc_tree_data() */

void
bc_sessions_queue(packet_info *pinfo, const bc_outcome_t *outcome, unsigned direction)
{
    if (outcome != NULL && have_tap_listener(tap)) {
        const session_tap_t packet = { outcome, direction, PINFO_FD_VISITED(pinfo) };
        tap_queue_packet(tap, pinfo, wmem_memdup(pinfo->pool, &packet, sizeof packet));
    }
}

static void
free_sessions_table(void *data)
{
    sessions_table_t *table = data;

    g_clear_pointer(&table->rows, g_hash_table_destroy);
    g_free(table);
}

/* ---- Cells -------------------------------------------------------------------------------------------- */

static void
set_text(stat_tap_table *table, unsigned row, unsigned column, const char *text)
{
    stat_tap_table_item_type *cell = stat_tap_get_field_data(table, row, column);

    g_free((char *)cell->value.string_value);
    cell->value.string_value = g_strdup(text);
    stat_tap_set_field_data(table, row, column, cell);
}

static void
set_numbers(stat_tap_table *table, unsigned row, unsigned packets, double seconds)
{
    stat_tap_table_item_type *cell = stat_tap_get_field_data(table, row, PACKETS);

    cell->value.uint_value = packets;
    stat_tap_set_field_data(table, row, PACKETS, cell);
    cell = stat_tap_get_field_data(table, row, SECONDS);
    cell->value.float_value = seconds;
    stat_tap_set_field_data(table, row, SECONDS, cell);
}

static const char *
end_text(packet_info *pinfo, const address *end, uint32_t port)
{
    return wmem_strdup_printf(pinfo->pool, "%s:%u", address_to_str(pinfo->pool, end), port);
}

/* The addresses of the packet at hand. Where nobody knows which one is the client, the first column has the sender in
 * direction 0. */
static void
set_ends(stat_tap_table *table, unsigned row, packet_info *pinfo, const session_tap_t *packet)
{
    const unsigned client = (packet->outcome->client >= 0) ? (unsigned)packet->outcome->client : 0;
    const bool sends = packet->direction == client;

    set_text(table, row, sends ? CLIENT : CAMERA, end_text(pinfo, &pinfo->src, pinfo->srcport));
    set_text(table, row, sends ? CAMERA : CLIENT, end_text(pinfo, &pinfo->dst, pinfo->destport));
}

/* All findings, one behind the other. */
static const char *
findings_text(packet_info *pinfo, const bc_outcome_t *outcome)
{
    bc_findings_t *findings = wmem_new0(pinfo->pool, bc_findings_t);
    wmem_strbuf_t *text = wmem_strbuf_new(pinfo->pool, "");

    bc_findings_of(pinfo->pool, outcome, findings);
    for (unsigned i = 0; i < findings->n; i++) {
        wmem_strbuf_append_printf(text, "%s%s.", (i > 0) ? " " : "", findings->list[i].text);
    }
    return wmem_strbuf_get_str(text);
}

static void
fill_row(stat_tap_table *table, unsigned row, packet_info *pinfo, const session_tap_t *packet)
{
    const bc_outcome_t *outcome = packet->outcome;
    const char *carrier = (outcome->carrier == BC_CARRIER_UDP) ? "UDP" : "TCP";

    set_text(table, row, SESSION, wmem_strdup_printf(pinfo->pool, "%s %u", carrier, outcome->number));
    set_ends(table, row, pinfo, packet);
    set_numbers(table, row, outcome->sides[0].packets + outcome->sides[1].packets,
                (double)bc_findings_duration(outcome) / NS_A_SECOND);
    set_text(table, row, END, bc_findings_end(pinfo->pool, outcome));
    set_text(table, row, FINDINGS, findings_text(pinfo, outcome));
}

/* ---- Rows --------------------------------------------------------------------------------------------- */

static void
add_row(stat_tap_table *table)
{
    stat_tap_table_item_type cells[COLUMNS] = { 0 };

    for (unsigned i = 0; i < COLUMNS; i++) {
        cells[i].type = columns[i].type;
        if (columns[i].type == TABLE_ITEM_STRING) {
            cells[i].value.string_value = g_strdup("");
        }
    }
    stat_tap_init_table_row(table, table->num_elements, COLUMNS, cells);
}

/* The row of all sessions beyond those that have one. */
static void
count_further(stat_tap_table *table)
{
    if (table->num_elements == BC_TREE_NAMES) {
        add_row(table);
    }
    const unsigned packets = stat_tap_get_field_data(table, BC_TREE_NAMES, PACKETS)->value.uint_value;
    set_text(table, BC_TREE_NAMES, SESSION, "Further");
    set_numbers(table, BC_TREE_NAMES, packets + 1, 0);
}

/* The row of a session, made if there is none; -1 if there are more sessions than have one.
 *   known  whether there was one, and it is written */
static int
row_of(stat_tap_table *table, const bc_outcome_t *outcome, bool *known)
{
    sessions_table_t *kept = bc_tree_data(&tables, table, sizeof *kept, free_sessions_table);
    const int64_t key = (int64_t)outcome->carrier << 32 | outcome->number;

    if (kept->rows == NULL) {
        kept->rows = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    }
    unsigned row = GPOINTER_TO_UINT(g_hash_table_lookup(kept->rows, &key));
    if (row == 0 && table->num_elements >= BC_TREE_NAMES) {
        return -1;
    }
    if (row == 0) {
        add_row(table);
        row = table->num_elements;
        g_hash_table_insert(kept->rows, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(row));
    }
    *known = *stat_tap_get_field_data(table, row - 1, SESSION)->value.string_value != '\0';
    return (int)row - 1;
}

static tap_packet_status
tell_session(void *data, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped,
             tap_flags_t flags _U_)
{
    const stat_data_t *stat = data;
    const session_tap_t *packet = tapped;
    stat_tap_table *table = g_array_index(stat->stat_tap_data->tables, stat_tap_table *, 0);
    bool known = false;
    const int row = row_of(table, packet->outcome, &known);

    if (row < 0) {
        count_further(table);
        return TAP_PACKET_REDRAW;
    }
    if (known && packet->complete) {
        return TAP_PACKET_DONT_REDRAW;
    }
    fill_row(table, (unsigned)row, pinfo, packet);
    return TAP_PACKET_REDRAW;
}

/* ---- Registration ------------------------------------------------------------------------------------- */

static void
empty_sessions_table(stat_tap_table *table)
{
    for (unsigned row = 0; row < table->num_elements; row++) {
        for (unsigned column = 0; column < COLUMNS; column++) {
            if (columns[column].type == TABLE_ITEM_STRING) {
                set_text(table, row, column, "");
            }
        }
        set_numbers(table, row, 0, 0);
    }
}

static void
begin_sessions_table(stat_tap_table_ui *ui)
{
    stat_tap_table *table = stat_tap_find_table(ui, TABLE);

    if (table != NULL) {
        empty_sessions_table(table);
        return;
    }
    stat_tap_add_table(ui, stat_tap_init_table(TABLE, COLUMNS, 0, NULL));
}

static void
free_sessions_cell(stat_tap_table *table, guint row, guint column, stat_tap_table_item_type *cell)
{
    if (row == 0 && column == 0) {
        bc_tree_data_free(tables, table);
    }
    if (columns[column].type == TABLE_ITEM_STRING) {
        g_free((char *)cell->value.string_value);
        cell->value.string_value = NULL;
    }
}

void
bc_sessions_register(void)
{
    static stat_tap_table_ui ui = {
        .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
        .title = TABLE,
        .tap_name = TAP,
        .cli_string = "baichuan,sessions",
        .stat_tap_init_cb = begin_sessions_table,
        .packet_func = tell_session,
        .stat_tap_reset_table_cb = empty_sessions_table,
        .stat_tap_free_table_item_cb = free_sessions_cell,
        .nfields = COLUMNS,
        .fields = columns,
    };

    tap = register_tap(TAP);
    register_stat_tap_table_ui(&ui);
}
