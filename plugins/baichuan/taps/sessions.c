/* sessions.c
 * The table of sessions: `-z baichuan,sessions`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * On later passes all of a session is known, and its row is written once. In one pass it is written anew with each
 * packet, and is right when the last one has come. The end of a TCP connection is no message, so the table also
 * listens to TCP while it is there.
 */
#include <common/epan/ws-compat.h>

#include <stdio.h>

#include <epan/dissectors/packet-tcp.h>
#include <epan/tap.h>
#include <epan/to_str.h>

#include <common/epan/stat-table.h>

#include <baichuan/record/conversation.h>
#include <baichuan/record/findings.h>
#include <baichuan/taps/sessions.h>

#define TAP          "baichuan_sessions"
#define FURTHER_NAME "Further"
#define NAME_LEN     16
#define NS_A_SECOND  1e9

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

/* What is kept for a row. */
typedef struct {
    camshark_table_row_t row;
    const bc_outcome_t *outcome; /* NULL: of all sessions without a row of their own, */
    unsigned packets;            /* which have so many */
    bc_tcp_end_t end;
    bool filled;
} session_row_t;

static stat_tap_table_ui sessions_ui;

static tap_packet_status note_tcp_end(void *data, packet_info *pinfo, epan_dissect_t *edt, const void *tapped,
                                      tap_flags_t flags);

static camshark_table_t sessions = {
    .ui = &sessions_ui,
    .row_size = sizeof(session_row_t),
    .free_row = g_free,
    .note_tcp = note_tcp_end,
};

static int tap = -1;

void
bc_sessions_queue(packet_info *pinfo, const bc_outcome_t *outcome, unsigned direction)
{
    if (outcome != NULL && have_tap_listener(tap)) {
        const session_tap_t packet = { outcome, direction, PINFO_FD_VISITED(pinfo) };
        tap_queue_packet(tap, pinfo, wmem_memdup(pinfo->pool, &packet, sizeof packet));
    }
}

/* ---- Rows --------------------------------------------------------------------------------------------- */

/* name: NAME_LEN bytes */
static void
name_session(char *name, bc_carrier_t carrier, uint32_t number)
{
    snprintf(name, NAME_LEN, "%s %u", (carrier == BC_CARRIER_UDP) ? "UDP" : "TCP", number);
}

/* As users know it: the number of the BcUdp session, or of the TCP stream. */
static uint32_t
session_number(packet_info *pinfo, const bc_outcome_t *outcome)
{
    const struct tcp_analysis *tcp =
        (outcome->carrier == BC_CARRIER_TCP) ? get_tcp_conversation_data(NULL, pinfo) : NULL;

    return (tcp != NULL) ? tcp->stream : outcome->number;
}

static const char *
end_name(packet_info *pinfo, const address *end, uint32_t port)
{
    return wmem_strdup_printf(pinfo->pool, "%s:%u", address_to_str(pinfo->pool, end), port);
}

/* The addresses of the packet at hand. Where nobody knows which one is the client, the first column has the sender
 * in direction 0. */
static void
show_ends(const session_row_t *session, packet_info *pinfo, unsigned direction)
{
    const unsigned row = session->row.number;
    const unsigned client = (session->outcome->client >= 0) ? (unsigned)session->outcome->client : 0;
    const bool sends = direction == client;

    camshark_table_set_text(&sessions, row, sends ? CLIENT : CAMERA,
                            end_name(pinfo, &pinfo->src, pinfo->srcport));
    camshark_table_set_text(&sessions, row, sends ? CAMERA : CLIENT,
                            end_name(pinfo, &pinfo->dst, pinfo->destport));
}

static void
show_outcome(const session_row_t *session, packet_info *pinfo)
{
    const bc_outcome_t *outcome = session->outcome;
    bc_findings_t *findings = wmem_new0(pinfo->pool, bc_findings_t);
    wmem_strbuf_t *text = wmem_strbuf_new(pinfo->pool, "");

    bc_findings_of(pinfo->pool, outcome, &session->end, findings);
    for (unsigned i = 0; i < findings->n; i++) {
        wmem_strbuf_append_printf(text, "%s%s.", (i > 0) ? " " : "", findings->list[i].text);
    }
    camshark_table_set_count(&sessions, session->row.number, PACKETS,
                             outcome->sides[0].packets + outcome->sides[1].packets);
    camshark_table_set_number(&sessions, session->row.number, SECONDS,
                              (double)bc_findings_duration(outcome) / NS_A_SECOND);
    camshark_table_set_text(&sessions, session->row.number, END,
                            bc_findings_end(pinfo->pool, outcome, &session->end));
    camshark_table_set_text(&sessions, session->row.number, FINDINGS, wmem_strbuf_get_str(text));
}

/* The row of a session, made if there is none; that of all further ones if there are too many. */
static session_row_t *
row_of_session(packet_info *pinfo, const bc_outcome_t *outcome)
{
    char name[NAME_LEN];

    name_session(name, outcome->carrier, session_number(pinfo, outcome));
    session_row_t *session = camshark_table_find(&sessions, name);
    const bool further = session == NULL && !camshark_table_has_room(&sessions);
    if (further) {
        session = camshark_table_find(&sessions, FURTHER_NAME);
    }
    if (session == NULL) {
        session = camshark_table_add(&sessions, further ? FURTHER_NAME : name);
        session->outcome = further ? NULL : outcome;
        camshark_table_set_text(&sessions, session->row.number, SESSION, further ? FURTHER_NAME : name);
    }
    return session;
}

static tap_packet_status
count_session_packet(void *data _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped,
                     tap_flags_t flags _U_)
{
    const session_tap_t *packet = tapped;
    session_row_t *session = row_of_session(pinfo, packet->outcome);

    if (session->outcome == NULL) {
        camshark_table_set_count(&sessions, session->row.number, PACKETS, ++session->packets);
    } else if (!session->filled) {
        session->filled = packet->complete;
        session->outcome = packet->outcome; /* that of a single packet lives no longer than this */
        show_ends(session, pinfo, packet->direction);
        show_outcome(session, pinfo);
    }
    return TAP_PACKET_REDRAW;
}

/* The first end of a connection counts. */
static tap_packet_status
note_tcp_end(void *data _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped,
             tap_flags_t flags _U_)
{
    const struct tcpheader *tcp = tapped;
    session_row_t *session = NULL;
    char name[NAME_LEN];

    if ((tcp->th_flags & (TH_FIN | TH_RST)) != 0 && !pinfo->flags.in_error_pkt) {
        name_session(name, BC_CARRIER_TCP, tcp->th_stream);
        session = camshark_table_find(&sessions, name);
    }
    if (session == NULL || session->end.at.frame != 0) {
        return TAP_PACKET_DONT_REDRAW;
    }
    session->end = (bc_tcp_end_t){
        .at = { bc_outcome_time(&pinfo->abs_ts), pinfo->num },
        .closed = (tcp->th_flags & TH_RST) == 0,
        .reset = (tcp->th_flags & TH_RST) != 0,
        .by = (uint8_t)bc_conversation_way(pinfo),
    };
    show_outcome(session, pinfo);
    return TAP_PACKET_REDRAW;
}

/* ---- The table ---------------------------------------------------------------------------------------- */

static stat_tap_table_ui sessions_ui = {
    .title = "Baichuan sessions",
    .tap_name = TAP,
    .cli_string = "baichuan,sessions",
    .packet_func = count_session_packet,
    .nfields = COLUMNS,
    .fields = columns,
};

void
bc_sessions_register(void)
{
    tap = register_tap(TAP);
    camshark_table_register(&sessions);
}
