/* ends.h
 * Statistics > Conversations and Endpoints by card server, `-z conv,newcamd` and `-z endpoints,newcamd`; and the field by
 * which their rows are filtered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_TAPS_ENDS_H
#define CAMSHARK_NEWCAMD_TAPS_ENDS_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <newcamd/record/connection.h>

/* Adds both ends of a connection to the tree of a frame, if somebody asks for them and it is known which one is the
 * server. */
void newcamd_ends_show(proto_tree *tree, packet_info *pinfo, tvbuff_t *tvb,
                       const newcamd_connection_t *connection);

void newcamd_ends_register(int proto);

#endif
