/* udp-data-fields.h
 * The fields of BcUdp data packets, and what is said of their order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 6.3 and 6.10.
 */
#ifndef CAMSHARK_BAICHUAN_UDP_UDP_DATA_FIELDS_H
#define CAMSHARK_BAICHUAN_UDP_UDP_DATA_FIELDS_H

#include <baichuan/record/segment.h>

typedef enum {
    BC_UDP_ORDER_NEXT,           /* the one that was to come */
    BC_UDP_ORDER_REORDERED,      /* fills a hole */
    BC_UDP_ORDER_HELD,           /* behind a hole */
    BC_UDP_ORDER_RETRANSMISSION, /* was seen before */
    BC_UDP_ORDER_LATE, /* lies before what was given up, or before the first packet; not seen before */
} bc_udp_data_order_t;

/* The first transmission of a packet that is sent again; file scope. */
typedef struct {
    uint32_t frame;
    bool other_bytes; /* than the one at hand has */
    nstime_t since;   /* the time from it to that one */
} bc_udp_first_t;

/* Packets that are given up; file scope. */
typedef struct {
    uint32_t packets;
    uint32_t first; /* id, of the last ones without a gap */
} bc_udp_data_loss_t;

/* What the first pass has found out about a packet; file scope. */
typedef struct {
    bc_conversation_t *conversation; /* of its session */
    uint8_t direction;
    uint8_t order; /* bc_udp_data_order_t */
    union {
        const bc_udp_first_t *first; /* of a retransmission */
        bc_udp_data_loss_t *loss;    /* of others: what is given up with it; NULL: nothing */
    };
    bc_segment_t segment;
} bc_udp_data_record_t;

/* Begins the tree of a packet with its header and bytes. tvb is the packet, payload what is behind its header. */
proto_tree *bc_udp_data_show_header(tvbuff_t *tvb, tvbuff_t *payload, packet_info *pinfo, proto_tree *tree);

/* Packets that are given up with this one. */
uint32_t bc_udp_data_lost(const bc_udp_data_record_t *record);

/* Adds what the record says of order, repetitions and losses. */
void bc_udp_data_show_order(const bc_udp_data_record_t *record, packet_info *pinfo, tvbuff_t *tvb,
                            proto_tree *tree);

void bc_udp_data_fields_register(int proto);

#endif
