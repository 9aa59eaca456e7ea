/* outcome.h
 * How a session went, in the tree of its last packet.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_OUTCOME_H
#define CAMSHARK_BAICHUAN_SHOW_OUTCOME_H

#include <baichuan/record/findings.h>

/* Whether this is the packet in which all can be said: the last one, on a later pass. False if outcome is NULL.
 *   record  that of the packet at hand, as bc_outcome_packet() was given it */
bool bc_outcome_is_due(const bc_outcome_t *outcome, const void *record, const packet_info *pinfo);

/* Adds it.
 *   tcp   NULL of BcUdp
 *   tree  the packet's own */
void bc_outcome_show(const bc_outcome_t *outcome, const bc_tcp_end_t *tcp, tvbuff_t *tvb, packet_info *pinfo,
                     proto_tree *tree);

/* Both, of BcUdp. */
void bc_outcome_show_udp(const bc_outcome_t *outcome, const void *record, tvbuff_t *tvb, packet_info *pinfo,
                         proto_tree *tree);

void bc_outcome_register(int proto);

#endif
