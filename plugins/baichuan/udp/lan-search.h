/* lan-search.h
 * The LAN search on UDP ports 2000 and 3000.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 7.
 */
#ifndef CAMSHARK_BAICHUAN_UDP_LAN_SEARCH_H
#define CAMSHARK_BAICHUAN_UDP_LAN_SEARCH_H

#include <epan/packet.h>

/* The datagrams must be what bc_lan_is_request() and bc_lan_is_reply() say. */
void bc_lan_search_show_request(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);
void bc_lan_search_show_reply(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

void bc_lan_search_register(int proto);

#endif
