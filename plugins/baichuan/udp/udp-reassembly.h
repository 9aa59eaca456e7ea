/* udp-reassembly.h
 * From BcUdp packets in order to BC messages, with the tree of fragments that Wireshark shows for them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 6.10. The first pass finds out which bytes of which packets make a
 * message, and notes for each frame the runs of bytes that are dissected in it: of its own packet, or of
 * several, of which a copy is kept. Every pass dissects from these runs.
 */
#ifndef CAMSHARK_BAICHUAN_UDP_UDP_REASSEMBLY_H
#define CAMSHARK_BAICHUAN_UDP_UDP_REASSEMBLY_H

#include <epan/packet.h>

#include <baichuan/record/conversation.h>

/* How many bytes of a message a packet has given. */
typedef struct {
    uint32_t frame;
    uint32_t len;
} bc_udp_fragment_t;

/* Bytes of several packets that belong together; all of it in file scope. */
typedef struct {
    uint32_t frame; /* in which they are complete; 0 as long as they are not, and nothing below is set */
    uint32_t len;
    const uint8_t *bytes;
    uint32_t n_fragments;
    const bc_udp_fragment_t *fragments; /* in order; their lengths make len */
} bc_udp_assembly_t;

/* Bytes in order that are dissected in a frame; file scope. */
typedef struct bc_udp_run {
    struct bc_udp_run *next;           /* behind the last one is the first */
    const bc_udp_assembly_t *assembly; /* where they are; NULL: in the frame's own packet */
    int offset;                        /* in that */
    int len;
    uint32_t place; /* in the stream */
} bc_udp_run_t;

/* What has become of the bytes of one packet: a part of its record, noted on the first pass. */
typedef struct {
    bc_udp_run_t
        *last_run; /* of those that are dissected in its frame; the first one is next to it. NULL: none */
    const bc_udp_assembly_t *parts[3]; /* that its bytes went to, as far as these are dissected elsewhere */
} bc_udp_result_t;

/* One direction's unfinished message. First pass only, in file scope; all zero: nothing was given yet. */
typedef struct {
    uint32_t place;                 /* in the stream, of the next byte that is given */
    struct bc_udp_waiting *waiting; /* NULL before the first message that has to wait for bytes */
} bc_udp_assembler_t;

/* Bytes of one packet in order. */
typedef struct {
    tvbuff_t *tvb;           /* all of it is payload */
    uint32_t frame;          /* of that packet, */
    bc_udp_result_t *result; /* and its result */
    bool own;                /* it is the packet of the frame that is dissected */
} bc_udp_bytes_t;

/* The frame that is dissected. */
typedef struct {
    packet_info *pinfo;
    proto_tree *tree;
    tvbuff_t *payload; /* of its own packet */
    bc_conversation_t *conversation;
    unsigned direction;
    bc_udp_result_t *result; /* of its own packet */
} bc_udp_frame_t;

void bc_udp_reassembly_register(int proto);

/* First pass: gives the bytes of the next packet, and dissects the messages that are complete with them. */
void bc_udp_assembler_add(bc_udp_assembler_t *assembler, const bc_udp_bytes_t *bytes,
                          const bc_udp_frame_t *frame);

/* First pass: what follows does not continue what was given. A message that is not finished is dissected as far as
 * it is here.
 *   missing  bytes that are left out of the stream
 *   exact    that many are missing, not about so many */
void bc_udp_assembler_break(bc_udp_assembler_t *assembler, uint32_t missing, bool exact,
                            const bc_udp_frame_t *frame);

/* Later passes: dissects what the first one has found for this frame. */
void bc_udp_reassembly_again(const bc_udp_frame_t *frame);

/* Adds in which frames the bytes of a packet are dissected, if it is not in its own. */
void bc_udp_reassembly_show_parts(const bc_udp_result_t *result, packet_info *pinfo, tvbuff_t *tvb,
                                  proto_tree *tree);

#endif
