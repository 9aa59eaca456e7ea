/* network.h
 * Two hosts and what lies between them: bytes of a conversation become frames, lost, late, cut and doubled as the
 * input of a fuzzer wants it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_FUZZ_CONVERSATION_NETWORK_H
#define CAMSHARK_FUZZ_CONVERSATION_NETWORK_H

#include "wireshark.h"

#define NETWORK_MAX_FRAMES 200u  /* what one input may make; more is left out */
#define NETWORK_MSS        1400u /* bytes of a frame that nobody cuts */

typedef enum {
    CLIENT,
    SERVER,
} side_t;

/* How a stretch of bytes arrives: bits 0 to 2 of a delivery byte. */
typedef enum {
    DELIVER_WHOLE,
    DELIVER_LOST,
    DELIVER_CUT,     /* pieces of a size that bits 5 to 7 choose */
    DELIVER_HOLE,    /* pieces, and the second is lost */
    DELIVER_SWAPPED, /* pieces, the first two in the wrong order */
    DELIVER_LATE,    /* behind the next stretch of the same side */
    DELIVER_TWICE,
    DELIVER_SNAPPED, /* the capture has the first bytes of the frame only */
} delivery_t;

/* What a conversation is like from its start on: bits of an option byte. */
typedef enum {
    NETWORK_NEAR_END = 1 << 0, /* sequence numbers begin just before 2^32 */
    NETWORK_NO_START = 1 << 1, /* no handshake */
    NETWORK_IPV6 = 1 << 2,
    NETWORK_EXPORTED = 1 << 3, /* Exported PDUs instead of packets */
} network_options_t;

typedef struct {
    made_frame_t frames[NETWORK_MAX_FRAMES];
    size_t count;
    unsigned options;
    uint64_t now_us;
    uint16_t ports[2];
    uint32_t next[2];      /* sequence number of a side's next byte */
    made_frame_t late[2];  /* data is NULL if there is none */
    const char *dissector; /* whom Exported PDUs call */
    unsigned carrier;      /* who carried them, as they say: 0 to 3 */
    bool snapped;          /* the next frame is cut by the capture */
} network_t;

/* A network between two ports; dissector: whom Exported PDUs call. Bits 4 and 5 of the options say who carried
 * them. To be emptied with network_clear(). */
void network_init(network_t *network, unsigned options, uint16_t client_port, uint16_t server_port,
                  const char *dissector);

/* TCP's handshake, unless the options say that the capture begins later. */
void network_open_tcp(network_t *network);

/* A side sends len bytes of its TCP stream; delivery is a whole delivery byte, whose bits 3 and 4 let the clock
 * jump. */
void network_send_tcp(network_t *network, side_t side, const uint8_t *bytes, size_t len, unsigned delivery);

/* A side sends one datagram, which is lost, late, doubled or snapped; cuts are its sender's business. */
void network_send_udp(network_t *network, side_t side, const uint8_t *bytes, size_t len, unsigned delivery);

/* TCP's first segment of a new connection between the same ports. */
void network_restart_tcp(network_t *network);

/* Bytes of a piece that a delivery byte chooses, at least 1. */
size_t network_piece(unsigned delivery);

/* What is still late arrives, and Wireshark opens the capture. wireshark: of open_options_t */
void network_show(network_t *network, unsigned wireshark);

void network_clear(network_t *network);

#endif
