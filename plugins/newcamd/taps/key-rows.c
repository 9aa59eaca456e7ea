/* key-rows.c
 * `-z newcamd_keys`: the keys of all logins as rows of the key table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is printed can be put into the file newcamd_keys as it is: DESKEY and crypt string open a capture that begins behind
 * this login, too. With hidden secrets no key is in it.
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

static char *
row_of_login(packet_info *pinfo, const newcamd_connection_t *connection)
{
    const newcamd_session_t *session = &connection->session;
    const newcamd_ends_t *ends = connection->ends;
    const uint32_t port = session->reverse ? session->server_port : ends->port[session->server];

    if (newcamd_hide_secrets()) {
        return g_strdup_printf("# the key of the login in frame %u is hidden", connection->login_frame);
    }
    return g_strdup_printf("\"%s\",\"%u\",\"%s\",\"%s\",\"%s\",\"login in frame %u\"",
                           address_to_str(pinfo->pool, &ends->address[session->server]), port,
                           bytes_to_str(pinfo->pool, session->deskey, NEWCAMD_KEY14_LEN),
                           cell_text(pinfo->pool, connection->login_facts.user),
                           cell_text(pinfo->pool, connection->login_facts.crypt), connection->login_frame);
}

static tap_packet_status
note_login_key(void *report, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped,
               tap_flags_t flags _U_)
{
    const newcamd_connection_t *connection = ((const newcamd_tap_t *)tapped)->connection;

    if (connection->session.login != NEWCAMD_LOGIN_OPENED || connection->login_facts.user == NULL) {
        return TAP_PACKET_DONT_REDRAW;
    }
    camshark_report_add(report, row_of_login(pinfo, connection));
    return TAP_PACKET_REDRAW;
}

void
newcamd_key_rows_register(void)
{
    static camshark_report_t report = {
        .tap = NEWCAMD_TAP,
        .command = "newcamd_keys",
        .title = "newcamd keys",
        .head = "# server, port, deskey, user, password, comment",
        .packet = note_login_key,
    };

    camshark_report_register(&report);
}
