/* dialogue.h
 * Statistics > Flow Graph > newcamd dialogue, and `-z flow,newcamd,standard`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_TAPS_DIALOGUE_H
#define CAMSHARK_NEWCAMD_TAPS_DIALOGUE_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

/* Whether somebody draws the graph. */
bool newcamd_dialogue_wanted(void);

/* Gives a message to the graph.
 *   heading   a few words
 *   sentence  what the list says of it, masked if secrets are hidden */
void newcamd_dialogue_say(packet_info *pinfo, const char *heading, const char *sentence);

void newcamd_dialogue_register(int proto);

#endif
