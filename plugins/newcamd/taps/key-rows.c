/* key-rows.c
 * `-z newcamd_keys`: the session keys of all connections as rows of the key table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is printed can be put into the file newcamd_keys as it is: it opens all that follows the login, also in a capture that
 * begins later. Rows are to be given away, so there is neither DESKEY nor password in them. With hidden secrets no key is.
 */
#include <common/epan/ws-compat.h>

#include <epan/to_str.h>

#include <common/epan/row-report.h>

#include <newcamd/record/settings.h>
#include <newcamd/taps/key-rows.h>
#include <newcamd/taps/message-tap.h>

/* A name may have a quotation mark, and a cell has none. */
static const char *
cell_text(wmem_allocator_t *pool, const char *text)
{
    return (text != NULL && strpbrk(text, "\"\\") == NULL) ? wmem_strdup(pool, text) : "";
}

/* What gave the session key of a connection, and in which frame. */
static char *
origin(wmem_allocator_t *pool, const newcamd_connection_t *connection)
{
    return (connection->session.login == NEWCAMD_LOGIN_OPENED)
               ? wmem_strdup_printf(pool, "login in frame %u", connection->login_frame)
               : wmem_strdup_printf(pool, "proved in frame %u", connection->recognized_in);
}

static char *
row_of_connection(packet_info *pinfo, const newcamd_connection_t *connection)
{
    const newcamd_session_t *session = &connection->session;
    const newcamd_ends_t *ends = connection->ends;
    const char *from = origin(pinfo->pool, connection);
    /* A server that connects does so from any port. */
    const char *port =
        session->reverse ? "" : wmem_strdup_printf(pinfo->pool, "%u", ends->port[session->server]);

    if (newcamd_hide_secrets()) {
        return g_strdup_printf("# the session key (%s) is hidden", from);
    }
    return g_strdup_printf("\"%s\",\"%s\",\"\",\"%s\",\"\",\"%s\",\"%s\"",
                           address_to_str(pinfo->pool, &ends->address[session->server]), port,
                           cell_text(pinfo->pool, connection->login_facts.user), from,
                           bytes_to_str(pinfo->pool, session->session_key, NEWCAMD_KEY14_LEN));
}

static tap_packet_status
note_session_key(void *report, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped,
                 tap_flags_t flags _U_)
{
    const newcamd_connection_t *connection = ((const newcamd_tap_t *)tapped)->connection;
    const newcamd_login_state_t login = connection->session.login;

    if (login != NEWCAMD_LOGIN_PROVED &&
        (login != NEWCAMD_LOGIN_OPENED || connection->login_facts.user == NULL)) {
        return TAP_PACKET_DONT_REDRAW;
    }
    camshark_report_add(report, row_of_connection(pinfo, connection));
    return TAP_PACKET_REDRAW;
}

void
newcamd_key_rows_register(void)
{
    static camshark_report_t report = {
        .tap = NEWCAMD_TAP,
        .command = "newcamd_keys",
        .title = "newcamd keys",
        .head = "# server, port, deskey, user, password, comment, session_key",
        .packet = note_session_key,
    };

    camshark_report_register(&report);
}
