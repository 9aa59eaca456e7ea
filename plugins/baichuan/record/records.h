/* records.h
 * The kinds of records and of conversation data that Baichuan keeps.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * See common/epan/record-store.h. Each kind has one type, and each carrier numbers its conversations itself.
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_RECORDS_H
#define CAMSHARK_BAICHUAN_RECORD_RECORDS_H

#include <common/epan/record-store.h>

typedef enum {
    BC_RECORD_SEGMENT,       /* bc_segment_t of record/segment.h, by its place in the stream */
    BC_RECORD_UDP_DATA,      /* that of udp/udp-data.c, by where the datagram lies in the frame */
    BC_RECORD_UDP_ACK,       /* that of udp/udp-ack.c, by where the datagram lies in the frame */
    BC_RECORD_UDP_DISCOVERY, /* that of udp/udp-discovery.c, by where the datagram lies in the frame */
    BC_RECORD_LONE, /* bc_conversation_t of bytes that no carrier has ordered, by where they lie in the frame */
} bc_record_kind_t;

typedef enum {
    BC_CARRIER_TCP, /* conversations have Wireshark's number */
    BC_CARRIER_UDP, /* conversations have the number of the BcUdp session */
    BC_CARRIER_NONE /* neither: each frame stands for itself */
} bc_carrier_t;

/* Kinds of conversation data. */
typedef enum {
    BC_DATA_STREAM, /* bc_conversation_t: of a TCP stream */
} bc_data_kind_t;

/* Of this protocol; made by bc_records_register(). */
extern camshark_record_store_t *bc_records;

void bc_records_register(int proto);

/* The key of a record that is found by where its bytes lie in the frame: for BcUdp packets, and where nothing else
 * tells the place. tvb begins with those bytes. */
camshark_record_key_t bc_records_key_in_frame(bc_record_kind_t kind, tvbuff_t *tvb);

#endif
