/* login-row.h
 * One connection in the table of logins: what is counted, and what is said about its result and its end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_TAPS_LOGIN_ROW_H
#define CAMSHARK_NEWCAMD_TAPS_LOGIN_ROW_H

#include <common/epan/stat-table.h>

#include <newcamd/taps/message-tap.h>

typedef struct {
    camshark_table_row_t row;
    const newcamd_connection_t *connection; /* NULL of the row for all that have none of their own */
    nstime_t begin, last; /* of the TCP connection, or of its first message; the last message */
    nstime_t said[2];     /* the last message of each direction, */
    bool has_said[2];     /* if there was one */
    unsigned messages, keepalives;
    nstime_t last_keepalive;
    double gap_sum, longest_gap; /* between keepalives, seconds */
    bool accepted, refused;
    bool closed, reset;
    unsigned closer; /* the direction in which the first FIN or RST was sent */
    nstime_t closed_at;
    char
        *again_from; /* whence the same user logged in again, while this login was open; NULL if nobody did */
    nstime_t again_at;
} newcamd_login_row_t;

/* Counts a frame. */
void newcamd_login_row_count(newcamd_login_row_t *login, const newcamd_tap_t *frame, const nstime_t *when);

/* Seconds from its beginning to its end, or to its last message. */
double newcamd_login_row_seconds(const newcamd_login_row_t *login);

/* What came of the login. */
const char *newcamd_login_row_result(const newcamd_login_row_t *login);

/* Who closed the connection, and what went before it. In that scope. */
const char *newcamd_login_row_end(wmem_allocator_t *scope, const newcamd_login_row_t *login);

/* Frees what a row has besides itself, and the row. */
void newcamd_login_row_free(void *login);

#endif
