/* logins.c
 * Statistics > newcamd logins, and `-z newcamd,logins`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A row for each connection. Its end is no message of newcamd, so the table also listens to TCP while it is there.
 */
#include <common/epan/ws-compat.h>

#include <stdio.h>

#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>

#include <common/epan/stat-table.h>

#include <newcamd/record/client-names.h>
#include <newcamd/taps/login-row.h>
#include <newcamd/taps/logins.h>
#include <newcamd/taps/message-tap.h>
#include <newcamd/taps/names.h>

#define FURTHER_NAME "Further logins"
#define KEY_LEN      24

typedef enum {
    SERVER,
    CLIENT,
    USER,
    PROGRAM,
    VERSION,
    RESULT,
    SECONDS,
    MESSAGES,
    KEEPALIVES,
    AVERAGE_GAP,
    LONGEST_GAP,
    END,
    COLUMNS
} column_t;

static stat_tap_table_item columns[COLUMNS] = {
    [SERVER] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Server", "%-22s" },
    [CLIENT] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Client", "%-22s" },
    [USER] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "User", "%-12s" },
    [PROGRAM] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Program", "%-12s" },
    [VERSION] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Version", "%3s" },
    [RESULT] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Result", "%-12s" },
    [SECONDS] = { TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "Seconds", "%9.1f" },
    [MESSAGES] = { TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Messages", "%7u" },
    [KEEPALIVES] = { TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Keepalives", "%5u" },
    [AVERAGE_GAP] = { TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "Average gap s", "%7.1f" },
    [LONGEST_GAP] = { TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, "Longest gap s", "%7.1f" },
    [END] = { TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "End", "%s" },
};

static stat_tap_table_ui logins_ui;

static tap_packet_status note_tcp_end(void *data, packet_info *pinfo, epan_dissect_t *edt, const void *tapped,
                                      tap_flags_t flags);

static GHashTable *by_stream; /* number of a TCP stream -> its last row */
static GHashTable *by_user;   /* server and user -> the row of the last login */

/* What points to rows goes with them. */
static void
forget_logins(void)
{
    g_clear_pointer(&by_stream, g_hash_table_destroy);
    g_clear_pointer(&by_user, g_hash_table_destroy);
}

static camshark_table_t logins = {
    .ui = &logins_ui,
    .row_size = sizeof(newcamd_login_row_t),
    .free_row = newcamd_login_row_free,
    .forget = forget_logins,
    .note_tcp = note_tcp_end,
};

/* ---- Rows ---- */

static void
show_login_name(packet_info *pinfo, const newcamd_login_row_t *login)
{
    const newcamd_connection_t *connection = login->connection;
    const newcamd_session_t *session = &connection->session;
    const unsigned row = login->row.number;
    const bool named = connection->login_facts.user != NULL;
    const char *version = (session->header_len == NEWCAMD_HEADER_525)   ? "525"
                          : (session->header_len == NEWCAMD_HEADER_524) ? "524"
                                                                        : "-";

    camshark_table_set_text(&logins, row, SERVER, newcamd_server_name(pinfo->pool, connection));
    camshark_table_set_text(&logins, row, CLIENT, newcamd_client_end_name(pinfo->pool, connection));
    camshark_table_set_text(&logins, row, USER, newcamd_user_name(connection));
    camshark_table_set_text(&logins, row, PROGRAM,
                            named ? newcamd_client_name(pinfo->pool, connection->login_facts.client_id)
                                  : "-");
    camshark_table_set_text(&logins, row, VERSION, version);
}

static void
show_login(packet_info *pinfo, const newcamd_login_row_t *login)
{
    const unsigned row = login->row.number;

    camshark_table_set_count(&logins, row, MESSAGES, login->messages);
    if (login->connection == NULL) {
        return;
    }
    show_login_name(pinfo, login);
    camshark_table_set_text(&logins, row, RESULT, newcamd_login_row_result(login));
    camshark_table_set_number(&logins, row, SECONDS, newcamd_login_row_seconds(login));
    camshark_table_set_count(&logins, row, KEEPALIVES, login->keepalives);
    if (login->keepalives > 1) {
        camshark_table_set_number(&logins, row, AVERAGE_GAP, login->gap_sum / (login->keepalives - 1));
        camshark_table_set_number(&logins, row, LONGEST_GAP, login->longest_gap);
    }
    camshark_table_set_text(&logins, row, END, newcamd_login_row_end(pinfo->pool, login));
}

static newcamd_login_row_t *
add_login(const char *key, packet_info *pinfo, const newcamd_connection_t *connection)
{
    const struct tcp_analysis *tcp = get_tcp_conversation_data(NULL, pinfo);
    newcamd_login_row_t *login = camshark_table_add(&logins, key);

    login->connection = connection;
    login->begin = connection->restarted ? pinfo->abs_ts : tcp->ts_first;
    if (by_stream == NULL) {
        by_stream = g_hash_table_new(g_direct_hash, g_direct_equal);
    }
    g_hash_table_insert(by_stream, GUINT_TO_POINTER(tcp->stream), login);
    return login;
}

static newcamd_login_row_t *
further_logins(void)
{
    newcamd_login_row_t *login = camshark_table_find(&logins, FURTHER_NAME);

    if (login == NULL) {
        login = camshark_table_add(&logins, FURTHER_NAME);
        camshark_table_set_text(&logins, login->row.number, SERVER, FURTHER_NAME);
    }
    return login;
}

static newcamd_login_row_t *
login_of(packet_info *pinfo, const newcamd_connection_t *connection)
{
    char key[KEY_LEN];

    snprintf(key, sizeof key, "%p", (const void *)connection);
    newcamd_login_row_t *login = camshark_table_find(&logins, key);
    if (login != NULL) {
        return login;
    }
    return camshark_table_has_room(&logins) ? add_login(key, pinfo, connection) : further_logins();
}

/* ---- What happens ---- */

/* Some servers end the login before, some refuse the one after. */
static void
note_login_again(packet_info *pinfo, newcamd_login_row_t *login)
{
    char *key = g_strdup_printf("%s %s", newcamd_server_name(pinfo->pool, login->connection),
                                newcamd_user_name(login->connection));

    if (by_user == NULL) {
        by_user = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    }
    newcamd_login_row_t *before = g_hash_table_lookup(by_user, key);

    if (before != NULL && before != login && !before->closed && before->again_from == NULL) {
        before->again_from = g_strdup(newcamd_client_end_name(pinfo->pool, login->connection));
        before->again_at = pinfo->abs_ts;
    }
    g_hash_table_insert(by_user, key, login);
}

static tap_packet_status
count_login_frame(void *data _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped,
                  tap_flags_t flags _U_)
{
    const newcamd_tap_t *frame = tapped;
    newcamd_login_row_t *login = login_of(pinfo, frame->connection);
    const bool logs_in = frame->opened && (frame->tag == NEWCAMD_LOGIN || frame->tag == NEWCAMD_SERVER_LOGIN);

    newcamd_login_row_count(login, frame, &pinfo->abs_ts);
    if (logs_in && login->connection != NULL) {
        note_login_again(pinfo, login);
    }
    show_login(pinfo, login);
    return TAP_PACKET_REDRAW;
}

/* The first end of a connection is what the table says. */
static tap_packet_status
note_tcp_end(void *data _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped,
             tap_flags_t flags _U_)
{
    const struct tcpheader *tcp = tapped;
    newcamd_login_row_t *login = NULL;

    if (by_stream != NULL && (tcp->th_flags & (TH_FIN | TH_RST)) != 0 && !pinfo->flags.in_error_pkt) {
        login = g_hash_table_lookup(by_stream, GUINT_TO_POINTER(tcp->th_stream));
    }
    if (login == NULL || login->closed) {
        return TAP_PACKET_DONT_REDRAW;
    }
    const newcamd_ends_t *ends = login->connection->ends;
    login->closed = true;
    login->reset = (tcp->th_flags & TH_RST) != 0;
    login->closer =
        (pinfo->srcport == ends->port[0] && addresses_equal(&pinfo->src, &ends->address[0])) ? 0 : 1;
    login->closed_at = pinfo->abs_ts;
    show_login(pinfo, login);
    return TAP_PACKET_DONT_REDRAW;
}

/* ---- The table ---- */

static stat_tap_table_ui logins_ui = {
    .title = "newcamd logins",
    .tap_name = NEWCAMD_TAP,
    .cli_string = "newcamd,logins",
    .packet_func = count_login_frame,
    .nfields = COLUMNS,
    .fields = columns,
};

void
newcamd_logins_register(void)
{
    camshark_table_register(&logins);
}
