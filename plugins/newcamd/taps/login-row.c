/* login-row.c
 * One connection in the table of logins: what is counted, and what is said about its result and its end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/taps/login-row.h>

#include <newcamd/taps/names.h>

static double
seconds_from(const nstime_t *from, const nstime_t *to)
{
    nstime_t elapsed;

    nstime_delta(&elapsed, to, from);
    return nstime_to_sec(&elapsed);
}

/* An answer to a keepalive is none of its own. */
static void
count_keepalive(newcamd_login_row_t *login, const nstime_t *when)
{
    if (login->keepalives++ > 0) {
        const double gap = seconds_from(&login->last_keepalive, when);
        login->gap_sum += gap;
        login->longest_gap = MAX(login->longest_gap, gap);
    }
    login->last_keepalive = *when;
}

void
newcamd_login_row_count(newcamd_login_row_t *login, const newcamd_tap_t *frame, const nstime_t *when)
{
    login->messages++;
    login->last = *when;
    login->said[frame->direction] = *when;
    login->has_said[frame->direction] = true;
    if (!frame->opened) {
        return;
    }
    login->accepted |= frame->tag == NEWCAMD_LOGIN_ACK || frame->tag == NEWCAMD_SERVER_LOGIN_ACK;
    login->refused |= frame->tag == NEWCAMD_LOGIN_NAK || frame->tag == NEWCAMD_SERVER_LOGIN_NAK;
    if (frame->tag == NEWCAMD_KEEPALIVE && frame->turn.role != NEWCAMD_ROLE_REPLY) {
        count_keepalive(login, when);
    }
}

double
newcamd_login_row_seconds(const newcamd_login_row_t *login)
{
    return seconds_from(&login->begin, login->closed ? &login->closed_at : &login->last);
}

static bool
closed_by_server(const newcamd_login_row_t *login)
{
    return login->closed && login->closer == newcamd_server_direction(login->connection);
}

/* Of a login that can be read. */
static const char *
result_of_readable(const newcamd_login_row_t *login)
{
    if (login->refused) {
        return "refused: user, password, or not allowed now";
    }
    if (login->accepted) {
        return "accepted";
    }
    return (closed_by_server(login) && !login->connection->answered)
               ? "closed without reply: other DESKEY, or refused silently"
               : "no reply in the capture";
}

const char *
newcamd_login_row_result(const newcamd_login_row_t *login)
{
    switch (login->connection->session.login) {
    case NEWCAMD_LOGIN_NOT_SEEN:
        return "login not in the capture, no key";
    case NEWCAMD_LOGIN_NOT_OPENED:
        return "no key opens the login";
    case NEWCAMD_LOGIN_OLD_LAYOUT:
        return "layout before 5.20";
    case NEWCAMD_LOGIN_PROVED:
        return (login->connection->login_frame != 0) ? "login not opened, only what follows it"
                                                     : "login not in the capture";
    case NEWCAMD_LOGIN_OPENED:
    case NEWCAMD_LOGIN_CLEAR:
        break;
    }
    return result_of_readable(login);
}

/* What the closing side heard last from the other one. */
static const char *
silence_before_end(wmem_allocator_t *scope, const newcamd_login_row_t *login, const char *other)
{
    const unsigned speaker = 1 - login->closer;

    if (!login->has_said[speaker]) {
        return wmem_strdup_printf(scope, "; the %s had sent nothing", other);
    }
    return wmem_strdup_printf(scope, ", %.1f s after the %s's last message",
                              seconds_from(&login->said[speaker], &login->closed_at), other);
}

const char *
newcamd_login_row_end(wmem_allocator_t *scope, const newcamd_login_row_t *login)
{
    if (!login->closed) {
        return "open when the capture ends";
    }
    const bool by_server = closed_by_server(login);
    const char *end = wmem_strdup_printf(scope, "%s %s%s", by_server ? "server" : "client",
                                         login->reset ? "reset the connection" : "closed",
                                         silence_before_end(scope, login, by_server ? "client" : "server"));
    if (by_server && login->refused) {
        return wmem_strdup_printf(scope, "%s, which it refused", end);
    }
    if (login->again_from != NULL) {
        return wmem_strdup_printf(scope, "%s, %.1f s after the same user logged in again from %s", end,
                                  seconds_from(&login->again_at, &login->closed_at), login->again_from);
    }
    return end;
}

void
newcamd_login_row_free(void *login)
{
    g_free(((newcamd_login_row_t *)login)->again_from);
    g_free(login);
}
