/* outcome.h
 * How a session went: what can be counted and timed of it, and what ended it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 6.12. The first pass notes; later passes say it (record/findings.h), since
 * it is all there only at the end of the capture. A session takes the same memory however long it is. Times are
 * nanoseconds since the epoch; a direction is that of the carrier, 0 or 1.
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_OUTCOME_H
#define CAMSHARK_BAICHUAN_RECORD_OUTCOME_H

#include <epan/packet.h>

#include <baichuan/record/records.h>
#include <baichuan/session/gaps.h>
#include <baichuan/wire/message.h>

/* A repetition that comes so much later than the first transmission is a real one: peers wait half a second and more
 * (section 6.8), and some firmware sends everything about three times at once. */
#define BC_OUTCOME_REAL_AGAIN 250000000

/* A frame and its time. frame is 0 if there is none. */
typedef struct {
    int64_t time;
    uint32_t frame;
} bc_moment_t;

/* The acknowledgements of one side. */
typedef struct {
    uint32_t n;
    uint32_t without_rate; /* whose receive rate is 0 */
    uint32_t least_rate;   /* of the others, bytes a second */
    uint32_t most_rate;
    uint32_t waits;      /* how often data waited for one: from the first packet behind the one before */
    uint32_t longest_in; /* the frame of the one for which they waited longest, */
    int64_t longest;     /* so many nanoseconds */
    bc_gaps_t *gaps;     /* all of these times; NULL before the second one */
} bc_outcome_acks_t;

/* The data packets of one side of a BcUdp session. */
typedef struct {
    uint32_t packets;
    uint32_t again;      /* of them, those that were sent before, */
    uint32_t late_again; /* and of these, those that are real retransmissions */
    bool unacknowledged; /* no acknowledgement came behind the last ones, */
    int64_t waits_since; /* the first of which came then */
} bc_outcome_data_t;

/* What one side has sent. */
typedef struct {
    uint32_t packets; /* of any kind */
    uint32_t alone;   /* of them, since the other side sent one */
    bc_moment_t last;
    bc_outcome_data_t *data; /* NULL before the first one, as */
    bc_outcome_acks_t *acks; /* acknowledgements */
} bc_outcome_side_t;

typedef enum {
    BC_END_NONE,
    BC_END_CLIENT, /* C2D_DISC */
    BC_END_DEVICE, /* D2C_DISC */
} bc_outcome_end_t;

/* What not all sessions have. */
typedef struct {
    uint8_t end; /* bc_outcome_end_t */
    bc_moment_t ended;
    int64_t silent;       /* how long the other side had sent nothing then, */
    uint32_t alone;       /* and packets of this one in that time */
    bc_moment_t refused;  /* the first 401, */
    uint32_t refused_id;  /* of this message */
    bc_moment_t logout;   /* the last one */
    uint32_t questions;   /* 234 of the camera */
    bc_moment_t question; /* the last one, */
    uint32_t question_id; /* its exchange id, */
    bc_moment_t answer;   /* and its answer */
    uint32_t offers;      /* D2C_T */
    bc_moment_t offer;    /* the first one */
    uint32_t accepted;    /* C2D_T, C2D_A */
    uint32_t heartbeats;  /* C2D_HB, */
    int64_t heartbeat;    /* the last one; */
    int64_t no_heartbeat; /* the longest time without */
    uint32_t device_ids;
    uint32_t hellos; /* until the camera answered; */
    int64_t asked;   /* nanoseconds from the first one to the answer, */
    uint32_t woke;   /* in this frame */
} bc_outcome_rare_t;

/* There is one for each session, and anybody can begin any number of them, so size counts. */
typedef struct bc_outcome {
    uint32_t number;     /* of the session, as its carrier counts */
    uint32_t connection; /* and over all carriers, as of bc_conversation_t */
    uint8_t carrier;     /* bc_carrier_t */
    int8_t client;       /* the direction in which the client sends; -1 if not known */
    bc_moment_t first;
    const void *last; /* the record of its last packet */
    bc_outcome_side_t sides[2];
    bc_outcome_rare_t *rare; /* NULL before there is anything of it */
} bc_outcome_t;

/* Of a session that begins; file scope. */
bc_outcome_t *bc_outcome_new(bc_carrier_t carrier, uint32_t number);

/* Of a session that has no more than the data packet of pinfo, which makes nothing that lasts; packet scope. Any pass. */
const bc_outcome_t *bc_outcome_lone(const packet_info *pinfo, bc_carrier_t carrier, uint32_t number,
                                    unsigned direction, const void *record);

/* All that follows: first pass only. The packet of pinfo is one of the session; record: its own. */
void bc_outcome_packet(bc_outcome_t *outcome, const packet_info *pinfo, unsigned direction,
                       const void *record);

/* A packet with data was the first one of the session, and is noted later, with the one behind it. */
void bc_outcome_catch_up(bc_outcome_t *outcome, unsigned direction, uint32_t frame, const nstime_t *when);

/* It has data.
 *   first  when it was captured first; NULL if this is the first time */
void bc_outcome_data(bc_outcome_t *outcome, const packet_info *pinfo, unsigned direction,
                     const nstime_t *first);

/* It acknowledges something.
 *   rate  the receive rate in it, bytes a second; 0: none */
void bc_outcome_ack(bc_outcome_t *outcome, const packet_info *pinfo, unsigned direction, uint32_t rate);

/* It is a heartbeat of the client (C2D_HB), */
void bc_outcome_heartbeat(bc_outcome_t *outcome, const packet_info *pinfo);

/* offers a path (D2C_T), or accepts one (C2D_T, C2D_A), */
void bc_outcome_offer(bc_outcome_t *outcome, const packet_info *pinfo);
void bc_outcome_accept(bc_outcome_t *outcome);

/* or ends the session. The first end counts. */
void bc_outcome_end(bc_outcome_t *outcome, const packet_info *pinfo, bc_outcome_end_t end);

/* The device has so many ids. */
void bc_outcome_device_ids(bc_outcome_t *outcome, uint32_t n);

/* The device answers, after so many hellos; asked: since the first one, nanoseconds. The first answer counts. */
void bc_outcome_woke(bc_outcome_t *outcome, const packet_info *pinfo, uint32_t hellos, int64_t asked);

/* A message, in the order in which they are decided about.
 *   when   the packet that completed it was captured, in the frame at hand
 *   reply  it answers a request that was seen */
void bc_outcome_message(bc_outcome_t *outcome, uint32_t frame, const nstime_t *when,
                        const bc_message_t *message, bool reply);

/* The median of the times that data waited, nanoseconds; 0 if they never did. */
int64_t bc_outcome_usual_wait(const bc_outcome_acks_t *acks);

/* Nanoseconds since the epoch, and from one time to another: never negative. */
int64_t bc_outcome_time(const nstime_t *time);
int64_t bc_outcome_between(int64_t from, int64_t to);

#endif
