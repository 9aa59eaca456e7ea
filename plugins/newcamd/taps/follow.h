/* follow.h
 * Follow > newcamd Stream.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_TAPS_FOLLOW_H
#define CAMSHARK_NEWCAMD_TAPS_FOLLOW_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

/* Gives what the list says of a PDU to whoever follows its connection. */
void newcamd_follow_say(packet_info *pinfo, tvbuff_t *tvb, const char *sentence);

void newcamd_follow_register(int proto);

#endif
