/* dialogue.h
 * Statistics > Flow Graph > Baichuan dialogue, and `-z flow,baichuan,standard`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_DIALOGUE_H
#define CAMSHARK_BAICHUAN_TAPS_DIALOGUE_H

#include <baichuan/record/segment.h>

/* Whether somebody draws the graph. */
bool bc_dialogue_wanted(void);

/* Gives a message to the graph.
 *   sentence  what the list says of it, masked if secrets are hidden */
void bc_dialogue_message(packet_info *pinfo, const bc_header_t *header, const bc_run_t *run,
                         const char *sentence);

void bc_dialogue_register(int proto);

#endif
