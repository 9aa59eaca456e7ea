/* udp-header.h
 * What a datagram is: BcUdp's packets and the LAN search.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 6.1, 7 and 9.2. Lengths are bytes; all integers of the protocol are
 * little endian. No Wireshark header is needed here.
 */
#ifndef CAMSHARK_BAICHUAN_WIRE_UDP_HEADER_H
#define CAMSHARK_BAICHUAN_WIRE_UDP_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BC_UDP_DISCOVERY_HEADER 20u
#define BC_UDP_DATA_HEADER      20u
#define BC_UDP_ACK_HEADER       28u
#define BC_UDP_ALARM_HEADER     56u
#define BC_UDP_HUB_HEADER       44u

#define BC_UDP_ACK_GROUP        12u /* offsets in an acknowledgement: the group id, and the */
#define BC_UDP_ACK_RATE         20u /* bytes that were received in the last second (section 6.4) */

#define BC_LAN_REQUEST          4u /* length of a LAN search, and of */
#define BC_LAN_REPLY            388u
#define BC_LAN_PORT_CAMERA      2000u /* where cameras listen, and */
#define BC_LAN_PORT_CLIENT      3000u

/* The first byte of a packet; the three behind it are always the same. */
typedef enum {
    BC_UDP_NONE = 0,
    BC_UDP_DATA = 0x10,
    BC_UDP_ACK = 0x20,
    BC_UDP_ALARM = 0x31,
    BC_UDP_HUB = 0x32,
    BC_UDP_DISCOVERY = 0x3a,
} bc_udp_type_t;

/* Little endian. bytes: 4 of them. */
uint32_t bc_udp_word(const uint8_t *bytes);

/* Which BcUdp packet a datagram is, BC_UDP_NONE if it is none.
 *   have  bytes that were captured, of the len that the datagram had on the wire. The header must be there.
 */
bc_udp_type_t bc_udp_recognise(const uint8_t *datagram, size_t have, size_t len);

/* Whether a datagram is the request (or the reply) of a LAN search. All of it must be captured. */
bool bc_lan_is_request(const uint8_t *datagram, size_t len, uint16_t destination_port);
bool bc_lan_is_reply(const uint8_t *datagram, size_t len, uint16_t destination_port);

#endif
