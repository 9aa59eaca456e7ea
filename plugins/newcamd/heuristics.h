/* heuristics.h
 * Which TCP connections are newcamd.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_HEURISTICS_H
#define CAMSHARK_NEWCAMD_HEURISTICS_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

/* Registers the heuristics of the protocol; newcamd is bound to the conversations that they claim,
 * dissector is what it calls. */
void newcamd_heuristics_register(int proto, dissector_handle_t newcamd, dissector_t dissector);

#endif
