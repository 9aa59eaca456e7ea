/* udp-direction.h
 * One direction of a BcUdp session: which packets were seen, their order, and the message they make.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 6.3 and 6.10. First pass only, in file scope.
 */
#ifndef CAMSHARK_BAICHUAN_UDP_UDP_DIRECTION_H
#define CAMSHARK_BAICHUAN_UDP_UDP_DIRECTION_H

#include <epan/packet.h>

#include <baichuan/session/udp-order.h>

/* A data packet that was seen. */
typedef struct {
    uint32_t id;
    uint32_t frame;
    uint32_t hash; /* of its bytes, as bc_udp_bytes_hash() has it */
    bool repeated;
    bool acknowledged;
    nstime_t time;
} bc_udp_seen_t;

/* All zero: no packet was seen. */
typedef struct {
    bc_bytestream_t order;
    uint32_t place;      /* in the stream, of the next packet in order */
    uint32_t usual;      /* bytes of the last packet in order: those of a lost one, most likely */
    bc_udp_seen_t first; /* the first packet; frame is 0 before it. What is seen but once needs no map: */
    wmem_map_t *further; /* packet id -> bc_udp_seen_t; NULL before the second one */
} bc_udp_direction_t;

/* A hash of ids, which a sender chooses, for maps whose keys are GUINT_TO_POINTER(id). */
guint bc_udp_id_hash(gconstpointer id);

/* A hash of bytes that tells retransmissions from other packets with the same id. A sender can not aim at it. */
uint32_t bc_udp_bytes_hash(const uint8_t *bytes, size_t len);

/* Whether no data has travelled in a direction, which may be NULL. */
bool bc_udp_direction_is_silent(const bc_udp_direction_t *direction);

/* What is known of the packet with an id; NULL if it was not seen. direction may be NULL. */
bc_udp_seen_t *bc_udp_direction_seen(const bc_udp_direction_t *direction, uint32_t id);

/* Notes the packet of the frame at hand, which was not seen before. */
void bc_udp_direction_note(bc_udp_direction_t *direction, uint32_t id, uint32_t hash,
                           const packet_info *pinfo);

/* Puts a packet into its place, as bc_bytestream_add(); what is kept is freed with the file. */
bc_packet_order_t bc_udp_direction_put(bc_udp_direction_t *direction, const bc_packet_t *packet,
                                       uint64_t now);

#endif
