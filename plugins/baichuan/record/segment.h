/* segment.h
 * What has become of the bytes of one packet of a stream: messages that it completes, and those it has a part of.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The first pass puts messages together (stream/feed.h) and notes here, for each packet, the runs of bytes that are
 * shown in its frame; every pass, the first one included, shows from that. All of it is in file scope.
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_SEGMENT_H
#define CAMSHARK_BAICHUAN_RECORD_SEGMENT_H

#include <epan/packet.h>

#include <common/pure/assembler.h>

#include <baichuan/record/conversation.h>
#include <baichuan/wire/message.h>

/* A message of several packets, or one with holes; or bytes in a row that are no message. */
typedef struct {
    uint32_t
        frame; /* that shows it; 0: none yet, and but for what is known of the header nothing below is set */
    uint32_t msg_id;
    uint8_t header_len;   /* 0: it is no message, and msg_id means nothing */
    uint32_t total;       /* bytes, by its header */
    uint32_t len;         /* those that are here: */
    const uint8_t *bytes; /* in order, without the holes */
    uint32_t n_fragments;
    uint32_t n_holes;
    const camshark_fragment_t *fragments; /* in order */
    const camshark_hole_t *holes;         /* in order */
    nstime_t when;                        /* first pass: its last packet so far was captured */
} bc_assembly_t;

/* Bytes that are shown in a frame. */
typedef struct bc_run {
    struct bc_run *next;           /* behind the last one is the first */
    const bc_assembly_t *assembly; /* where they are; NULL: in the frame's own packet, whole */
    union {
        const bc_record_t *record; /* NULL: of this message its header alone is shown */
        const bc_skip_t *skip;     /* of bytes that are no message */
    };
    uint32_t offset; /* in the packet; 0 in an assembly */
    uint32_t len : 27;
    uint32_t header_len : 5; /* 0: the bytes are no message */
} bc_run_t;

/* Bytes of the packet that are a part of something that is shown in another frame, or will be. */
typedef struct bc_share {
    struct bc_share *next; /* behind the last one is the first */
    const bc_assembly_t *assembly;
    uint32_t offset; /* in that */
    uint32_t len;
    uint32_t noted_in; /* the frame that told it: a later one if the message's header was not known before */
} bc_share_t;

/* A part of the packet's record. All zero: none of its bytes are new, as in a retransmission. */
typedef struct {
    bc_run_t *last_run;     /* the first one is next to it; NULL: none */
    bc_share_t *last_share; /* the same */
    bool waits;             /* some of its bytes are nobody's yet: the header of their message is not here */
} bc_segment_t;

/* A message that was decided about in this frame, in the order of its segment's runs. In the packet's scope. */
typedef struct bc_decided {
    struct bc_decided *next;
    bc_message_t message; /* with the parts that were opened to decide */
} bc_decided_t;

/* The segment of a TCP packet, made on the first pass. NULL on a later pass that meets a packet which the first one did
 * not see.
 *   place  of its first byte in the stream */
bc_segment_t *bc_segment_get(const bc_conversation_t *conversation, packet_info *pinfo, unsigned direction,
                             uint32_t place);

/* Adds a run, of which the caller sets what he knows. First pass only. */
bc_run_t *bc_segment_add_run(bc_segment_t *segment);

/* Notes that bytes of the packet lie in an assembly. First pass only. */
void bc_segment_add_share(bc_segment_t *segment, const bc_share_t *share);

/* The run behind another one, the first behind NULL; NULL at the end. Likewise shares. */
const bc_run_t *bc_segment_next_run(const bc_segment_t *segment, const bc_run_t *run);
const bc_share_t *bc_segment_next_share(const bc_segment_t *segment, const bc_share_t *share);

/* The message of a run that has a header, on any pass; its parts live as long as the packet.
 *   bytes   those of the run, which stay as long as the message is used
 *   header  in the packet's scope */
bc_message_t bc_run_message(const bc_run_t *run, const uint8_t *bytes, packet_info *pinfo,
                            unsigned direction);

#endif
