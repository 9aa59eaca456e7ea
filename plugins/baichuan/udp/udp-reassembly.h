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

/* Bytes in order that are dissected in a frame. */
typedef struct bc_udp_run {
    struct bc_udp_run *next;
    const bc_udp_assembly_t *assembly; /* where they are; NULL: in the frame's own packet */
    int offset;                        /* in that */
    int len;
    uint32_t place; /* in the stream */
} bc_udp_run_t;

/* What the first pass has found out about the bytes of one packet; a part of its record. */
typedef struct {
    bc_udp_run_t *runs; /* that are dissected in its frame */
    bc_udp_run_t *last_run;
    const bc_udp_assembly_t *parts[3]; /* that its bytes went to, as far as these are dissected elsewhere */
} bc_udp_pieces_t;

/* Bytes of one packet in order. */
typedef struct {
    tvbuff_t *tvb; /* all of it is payload */
    uint32_t frame;
    bc_udp_pieces_t *pieces; /* of the packet that they are from */
    bool own;                /* it is the packet of the frame that is dissected */
} bc_udp_bytes_t;

/* One direction's unfinished message; first pass only. */
typedef struct bc_udp_assembler bc_udp_assembler_t;

/* Where messages of a direction go. */
typedef struct {
    packet_info *pinfo;
    proto_tree *tree;
    tvbuff_t *payload; /* of the frame that is dissected */
    bc_conversation_t *conversation;
    unsigned direction;
    bc_udp_pieces_t *pieces; /* of the frame that is dissected */
} bc_udp_sink_t;

void bc_udp_reassembly_register(int proto);

bc_udp_assembler_t *bc_udp_assembler_new(void);
void bc_udp_assembler_free(bc_udp_assembler_t *assembler);

/* Gives the bytes of the next packet, and dissects the messages that are complete with them. */
void bc_udp_assembler_add(bc_udp_assembler_t *assembler, const bc_udp_bytes_t *bytes,
                          const bc_udp_sink_t *sink);

/* What follows does not continue what was given: a message that is not finished is dissected as far as it is
 * here. missing  bytes that are left out of the stream exact    that many are missing, not about so many */
void bc_udp_assembler_break(bc_udp_assembler_t *assembler, uint32_t missing, bool exact,
                            const bc_udp_sink_t *sink);

/* Later passes: dissects what the first one has found for this frame. */
void bc_udp_reassembly_again(const bc_udp_sink_t *sink);

/* Adds in which frames the bytes of a packet are dissected, if it is not in its own. */
void bc_udp_reassembly_show_parts(const bc_udp_pieces_t *pieces, packet_info *pinfo, tvbuff_t *tvb,
                                  proto_tree *tree);

#endif
