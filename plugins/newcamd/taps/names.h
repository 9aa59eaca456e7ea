/* names.h
 * How tables call the ends of a connection and who logged in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_TAPS_NAMES_H
#define CAMSHARK_NEWCAMD_TAPS_NAMES_H

#include <newcamd/record/connection.h>

/* The direction in which the card server sends: as the session knows it, or as the greeting tells; where neither does, that
 * of the lower port. */
unsigned newcamd_server_direction(const newcamd_connection_t *connection);

/* Whether it is known, and not the lower port that tells. */
bool newcamd_server_is_known(const newcamd_connection_t *connection);

/* "10.0.0.1:15050", of the server, with the port on which it listens; and of the client. In that scope. */
const char *newcamd_server_name(wmem_allocator_t *scope, const newcamd_connection_t *connection);
const char *newcamd_client_end_name(wmem_allocator_t *scope, const newcamd_connection_t *connection);

/* The user that logged in; "-" while no login was opened. */
const char *newcamd_user_name(const newcamd_connection_t *connection);

#endif
