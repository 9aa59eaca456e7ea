/* udp-order.h
 * One direction of a BcUdp session: packets put in order by their ids.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 6.10. Ids count up by one a packet, wrap behind 2^32 - 1, and may begin
 * anywhere where the capture begins late; "before" and "behind" are within 2^31. Packets behind a hole are
 * kept until the hole closes or nobody waits for it any longer. No Wireshark header is needed here.
 */
#ifndef CAMSHARK_BAICHUAN_SESSION_UDP_ORDER_H
#define CAMSHARK_BAICHUAN_SESSION_UDP_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* A camera disconnects when some 205 packets behind a hole have arrived (section 6.4), so more than these do
 * not wait for one; and a client that gets no acknowledgement gives up after 2 seconds (section 6.8). */
#define BC_BYTESTREAM_WINDOW  256u
#define BC_BYTESTREAM_SECONDS 3u

/* A packet that waits. */
typedef struct {
    uint32_t id;
    uint32_t frame; /* the caller's */
    uint32_t len;
    uint32_t cut;   /* bytes at its end that were not captured */
    uint8_t *bytes; /* to be freed with g_free() */
    void *owner;    /* the caller's */
} bc_packet_t;

typedef enum {
    BC_PACKET_NEXT,   /* it is the next one: not kept, the caller has its bytes */
    BC_PACKET_HELD,   /* it lies behind a hole and is kept */
    BC_PACKET_REPEAT, /* it is kept already */
    BC_PACKET_PASSED, /* it lies before what was given out: a repetition, or too late */
} bc_packet_order_t;

/* Packets that wait behind a hole. */
typedef struct {
    GArray *packets; /* bc_packet_t, by id; at most about BC_BYTESTREAM_WINDOW of them */
    uint64_t since;  /* when the hole before them was first seen, microseconds */
} bc_held_packets_t;

/* One direction. All zero: nothing is known of it. The fields are this file's own. */
typedef struct {
    bool started;
    bool packets; /* there was one: next is more than an expectation */
    bool acknowledged_known;
    uint32_t next;   /* id */
    uint32_t newest; /* id; means nothing before the first packet */
    uint32_t acknowledged;
    bc_held_packets_t *held; /* NULL before the first */
} bc_bytestream_t;

/* Frees what is kept, after which all is zero. */
void bc_bytestream_clear(bc_bytestream_t *stream);

/* The id of the packet that is to come first. Without it the first packet that comes is the first one. Has no
 * effect once there was a packet. */
void bc_bytestream_expect(bc_bytestream_t *stream, uint32_t id);

/* Whether an id has been expected or a packet has come, and the id that is to come next. */
bool bc_bytestream_next(const bc_bytestream_t *stream, uint32_t *id);

/* Notes that a packet was captured, whether it is taken then or not: it is the newest one, or older. */
void bc_bytestream_see(bc_bytestream_t *stream, uint32_t id);

/* The id of the newest packet; means nothing before the first one. */
uint32_t bc_bytestream_newest(const bc_bytestream_t *stream);

/* Takes a packet that was seen; its bytes are copied if it is kept.
 *   now  microseconds */
bc_packet_order_t bc_bytestream_add(bc_bytestream_t *stream, const bc_packet_t *packet, uint64_t now);

/* Notes that the receiver has everything up to and with this id: what of it was not captured will not come.
 */
void bc_bytestream_acknowledged(bc_bytestream_t *stream, uint32_t id);

/* Gives out the next packet in order, if it is here. out->bytes belongs to the caller. */
bool bc_bytestream_take(bc_bytestream_t *stream, bc_packet_t *out);

/* The nth of the packets that wait, in the order of ids; NULL if there are no more. Good until the next change. */
const bc_packet_t *bc_bytestream_held(const bc_bytestream_t *stream, unsigned nth);

/* Gives up the hole in front of the kept packets, if nobody needs to wait for it any longer. Returns the
 * number of packets in it, and the id of the first one; 0 if there is no hole, or if it may still close. */
uint32_t bc_bytestream_give_up(bc_bytestream_t *stream, uint64_t now, uint32_t *first);

#endif
