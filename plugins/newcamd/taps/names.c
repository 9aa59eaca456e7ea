/* names.c
 * How tables call the ends of a connection and who logged in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/taps/names.h>

#include <epan/to_str.h>

/* The session knows. */
static bool
is_server_decided(const newcamd_session_t *session)
{
    return newcamd_session_has_key(session) || session->reply_opened || session->reverse ||
           session->login == NEWCAMD_LOGIN_CLEAR;
}

bool
newcamd_server_is_known(const newcamd_connection_t *connection)
{
    return is_server_decided(&connection->session) || connection->session.greeted;
}

unsigned
newcamd_server_direction(const newcamd_connection_t *connection)
{
    const newcamd_session_t *session = &connection->session;

    if (is_server_decided(session)) {
        return session->server;
    }
    if (session->greeted) {
        return session->acceptor;
    }
    return (connection->ends->port[0] < connection->ends->port[1]) ? 0 : 1;
}

static const char *
end_name(wmem_allocator_t *scope, const address *host, uint32_t port)
{
    char *name = address_to_str(NULL, host);
    const char *end = (host->type == AT_IPv6) ? wmem_strdup_printf(scope, "[%s]:%u", name, port)
                                              : wmem_strdup_printf(scope, "%s:%u", name, port);

    wmem_free(NULL, name);
    return end;
}

const char *
newcamd_server_name(wmem_allocator_t *scope, const newcamd_connection_t *connection)
{
    const newcamd_session_t *session = &connection->session;
    const newcamd_ends_t *ends = connection->ends;
    const unsigned server = newcamd_server_direction(connection);

    return end_name(scope, &ends->address[server],
                    session->reverse ? session->server_port : ends->port[server]);
}

const char *
newcamd_client_end_name(wmem_allocator_t *scope, const newcamd_connection_t *connection)
{
    const newcamd_ends_t *ends = connection->ends;
    const unsigned client = 1 - newcamd_server_direction(connection);

    return end_name(scope, &ends->address[client], ends->port[client]);
}

const char *
newcamd_user_name(const newcamd_connection_t *connection)
{
    return (connection->login_facts.user != NULL) ? connection->login_facts.user : "-";
}
