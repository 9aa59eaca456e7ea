/* fragments.h
 * The list of packets that brought a message, as Wireshark's own reassembly shows it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_FRAGMENTS_H
#define CAMSHARK_BAICHUAN_SHOW_FRAGMENTS_H

#include <baichuan/record/segment.h>

/* Adds the list, if there is more than one packet.
 *   carrier  bc_carrier_t: names the packets
 *   tvb      the message's bytes that are here, without its holes */
void bc_fragments_show(const bc_assembly_t *assembly, uint8_t carrier, tvbuff_t *tvb, packet_info *pinfo,
                       proto_tree *tree);

/* Adds in which frame a message is shown of which this packet has a part, if that is known. */
void bc_fragments_show_frame(const bc_assembly_t *assembly, uint8_t carrier, tvbuff_t *tvb, proto_tree *tree);

void bc_fragments_register(int proto);

#endif
