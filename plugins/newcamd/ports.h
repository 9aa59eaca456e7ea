/* ports.h
 * TCP ports that rows of the key table name: newcamd takes them, also from a protocol that Wireshark knows there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_PORTS_H
#define CAMSHARK_NEWCAMD_PORTS_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

/* From each new file on, the ports that the key table names then are newcamd's; the others are given back. */
void newcamd_ports_register(dissector_handle_t newcamd);

/* Whether the key table says that an end of this segment speaks newcamd, and the segment may begin with a greeting or
 * with a frame (the capture may begin later). Anything else is left to others.
 *   tvb  the segment */
bool newcamd_ports_has(tvbuff_t *tvb, const packet_info *pinfo);

#endif
