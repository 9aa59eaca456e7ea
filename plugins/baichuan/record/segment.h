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
#include <baichuan/wire/xml-secrets.h>

/* A part of the packet's record. All zero: none of its bytes are new, as in a retransmission. */
typedef struct {
    struct bc_run *last_run;     /* the first one is next to it; NULL: none */
    struct bc_share *last_share; /* the same */
    bool waits; /* some of its bytes are nobody's yet: the header of their message is not here */
} bc_segment_t;

/* A message whose payload passes by (stream/passing.h): media, of which each packet shows what it brings. */
typedef struct {
    bc_record_t *record; /* NULL as long as nothing is decided: then it is kept like any other */
    bc_segment_t rest;   /* its runs are shown with the message itself: from where the last packet begins */
    /* First pass only. */
    uint32_t passed;          /* bytes of the message up to which all was shown, */
    uint32_t row;             /* and up to which all are here, when it was looked last */
    uint32_t tie;             /* bc_message_t's */
    bc_loss_t lost;           /* before the message */
    bc_secret_trail_t *trail; /* of its stream, with secrets hidden; else NULL */
    bool secret; /* with secrets hidden: bytes that were shown have, or begin, what is to be masked */
    bool late;   /* something that follows was decided about before all of it was shown */
} bc_passing_t;

/* A packet that brought bytes of a message. */
typedef struct {
    uint32_t frame;
    uint32_t len;
} bc_fragment_t;

/* A message of several packets, or one with holes; or bytes in a row that are no message. */
typedef struct {
    uint32_t
        frame; /* that shows it; 0: none yet, and but for what is known of the header nothing below is set */
    uint32_t msg_id;
    uint8_t header_len; /* 0: it is no message, and msg_id means nothing */
    uint32_t total;     /* bytes, by its header */
    uint32_t len;       /* those that are here: */
    const uint8_t
        *bytes; /* in order, without the holes; of a message that passes by what is before its payload */
    bc_passing_t *passing; /* NULL: all of it is kept until it is shown */
    uint32_t n_fragments;
    uint32_t n_holes;
    const bc_fragment_t *fragments; /* in order */
    const uint32_t *left_out;       /* how many more packets are in each of them; NULL: none is */
    const camshark_hole_t *holes;   /* in order */
    nstime_t when;                  /* first pass: its last packet so far was captured */
} bc_assembly_t;

/* Bytes that are shown in a frame. */
typedef struct bc_run {
    struct bc_run *next; /* behind the last one is the first */
    const bc_assembly_t
        *assembly; /* where they are; NULL: in the frame's own packet, whole. Of a stretch: its message */
    union {
        const bc_record_t *record;      /* NULL: of this message its header alone is shown */
        const bc_skip_t *skip;          /* of bytes that are no message */
        const bc_media_record_t *media; /* of a stretch; NULL if there is nothing to show of media. Or */
        bc_media_packet_t *packet;      /* that in whose middle it is */
    };
    uint32_t offset; /* in the packet; 0 in an assembly */
    uint32_t len : 26;
    uint32_t header_len : 5; /* 0: the bytes are no message, or a stretch of one */
    uint32_t passes : 1;     /* that */
} bc_run_t;

/* Bytes in a row of a message that passes by. There is one for each packet of a video, so size counts. */
typedef struct {
    bc_run_t run;
    uint32_t offset;          /* in the message */
    bc_media_middle_t middle; /* if it is in one */
    bool hole : 1;            /* bytes are missing directly before it */
    bool late : 1;            /* something that follows the message was decided about before it came */
    bool copied : 1;          /* its bytes are not those of the frame's own packet */
    bool in_middle : 1;
    bool secret : 1;  /* it is to be masked if the user hides secrets */
    uint8_t codec;    /* with in_middle: bc_media_part_t's */
    uint8_t n_before; /* as in bc_stretch_bytes_t: */
    uint8_t before[]; /* and behind these, if the bytes are copied, their address */
} bc_stretch_t;

/* The stretch that a run is, which passes. */
static inline const bc_stretch_t *
bc_stretch_of(const bc_run_t *run)
{
    return (const bc_stretch_t *)run;
}

/* Bytes of the packet that are a part of something that is shown in another frame, or will be. */
typedef struct bc_share {
    struct bc_share *next; /* behind the last one is the first */
    const bc_assembly_t *assembly;
    uint32_t offset; /* in that */
    uint32_t len;
    uint32_t noted_in; /* the frame that told it: a later one if the message's header was not known before */
} bc_share_t;

/* A message, or a stretch of one, that was decided about in this frame: in the order of its segment's runs, and before a
 * message those stretches that are shown with it. In the packet's scope. */
typedef struct bc_decided {
    struct bc_decided *next;
    bc_message_t message; /* with the parts that were opened to decide */
    bc_plain_t plain;     /* of a stretch */
} bc_decided_t;

/* The segment of a TCP packet, made on the first pass. NULL on a later pass that meets a packet which the first one did
 * not see.
 *   place  of its first byte in the stream */
bc_segment_t *bc_segment_get(const bc_conversation_t *conversation, packet_info *pinfo, unsigned direction,
                             uint32_t place);

/* Adds a run, of which the caller sets what he knows. First pass only. */
bc_run_t *bc_segment_add_run(bc_segment_t *segment);

/* Adds one that the caller has made, in file scope. */
void bc_segment_link_run(bc_segment_t *segment, bc_run_t *run);

/* Notes that bytes of the packet lie in an assembly. First pass only. */
void bc_segment_add_share(bc_segment_t *segment, const bc_share_t *share);

/* The run behind another one, the first behind NULL; NULL at the end. Likewise shares. */
const bc_run_t *bc_segment_next_run(const bc_segment_t *segment, const bc_run_t *run);
const bc_share_t *bc_segment_next_share(const bc_segment_t *segment, const bc_share_t *share);

/* Whether it is a message that passes by, and something of it was shown: then no more is kept than what lies before its
 * payload. */
bool bc_assembly_passes(const bc_assembly_t *assembly);

/* The header of a message that passes by, from what is kept of it. */
bc_header_t bc_assembly_read_header(const bc_assembly_t *assembly);

/* Of the run of a stretch: its payload in plain text, in the packet's scope.
 *   bytes   those of the stretch
 *   header  of its message */
bc_plain_t bc_stretch_open(const bc_run_t *run, const uint8_t *bytes, const bc_header_t *header,
                           packet_info *pinfo);

/* Where its bytes are; NULL: in the frame's own packet. */
const uint8_t *bc_stretch_bytes(const bc_stretch_t *stretch);

/* How many of its bytes lie before the payload proper: header and Extension. */
uint32_t bc_stretch_head(const bc_run_t *run);

/* What it has of media; NULL if there is nothing. In scope, or longer. */
const bc_media_record_t *bc_stretch_media(const bc_run_t *run, wmem_allocator_t *scope);

/* What it is of a transfer, in the packet's scope or longer; NULL if it is no piece of one. */
const bc_transfer_piece_t *bc_stretch_piece(const bc_run_t *run, packet_info *pinfo);

/* How many bytes of the message of a run that has a header are in the capture. */
uint32_t bc_run_bytes(const bc_run_t *run);

/* The message of a run that has a header, on any pass; its parts live as long as the packet.
 *   bytes   those of the run, which stay as long as the message is used
 *   header  in the packet's scope */
bc_message_t bc_run_message(const bc_run_t *run, const uint8_t *bytes, packet_info *pinfo,
                            unsigned direction);

#endif
