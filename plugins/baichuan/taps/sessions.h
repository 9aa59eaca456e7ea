/* sessions.h
 * The table of sessions: `-z baichuan,sessions`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_SESSIONS_H
#define CAMSHARK_BAICHUAN_TAPS_SESSIONS_H

#include <baichuan/record/outcome.h>

/* Gives the packet at hand to whoever listens. outcome: of its session; NULL: it has none, and nothing is done. */
void bc_sessions_queue(packet_info *pinfo, const bc_outcome_t *outcome, unsigned direction);

void bc_sessions_register(void);

#endif
