/* exchange.h
 * Requests and what answers them: which frames belong together, and requests that nobody answered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Needs epan, unlike the rest of this folder. Everything lives in file scope. The first pass finds out what
 * belongs together; PDU records point to the exchange, and what an exchange knows only ever goes from unknown
 * to known. So a reply shows its request on every pass, and a request shows its reply from the second one on.
 */
#ifndef CAMSHARK_COMMON_EPAN_EXCHANGE_H
#define CAMSHARK_COMMON_EPAN_EXCHANGE_H

#include <common/epan/ws-compat.h>

#include <epan/expert.h>
#include <epan/packet.h>

/* After so many seconds without a reply nobody waits for it any longer, if the other side is still talking:
 * more than the 15 a camera takes for the first chunk of a firmware upgrade, and the 10 for which a newcamd
 * client waits. */
#define CAMSHARK_PATIENCE 20

/* The requests of one side of a connection. All zero is the start. */
typedef struct {
    uint32_t count;    /* requests so far; each has its number, from 1 on */
    uint32_t answered; /* the highest number that has a reply */
    uint32_t excused;  /* up to this number the reply may be among bytes that are not in the capture */
    uint32_t
        unanswered; /* how many turned out to be without a reply, if camshark_requests_settle() is told */
    nstime_t heard; /* when the other side said something last */
} camshark_requests_t;

typedef struct camshark_exchange {
    const camshark_requests_t *side;
    struct camshark_exchange_subject *subject; /* what it is about: a protocol may define it; else NULL */
    nstime_t time;                             /* of the request */
    uint32_t number : 31;
    bool expects_reply : 1;
    uint32_t request_frame;
    uint32_t first_reply_frame; /* 0: no reply yet */
    union {
        uint32_t last_reply_frame; /* where there is a first one; else: */
        uint32_t
            unanswered_rank; /* the how manyth of its side that turned out to be without one; 0: not yet */
    };
    struct camshark_exchange *next[]; /* first pass only, one for each queue it may wait in */
} camshark_exchange_t;

/* Exchanges of one kind in the order of their requests, each tied to the one behind it by the same member of next, the
 * queue's link. First pass only. All zero is the start. */
typedef struct {
    camshark_exchange_t *waiting; /* the oldest that may still be without a reply */
    camshark_exchange_t *newest;
} camshark_exchange_queue_t;

/* Begins an exchange with a request. when is the time of its frame.
 *   links  in how many queues it may wait */
camshark_exchange_t *camshark_exchange_new(camshark_requests_t *side, uint32_t frame, const nstime_t *when,
                                           bool expects_reply, unsigned links);

/* Puts an exchange, which has the queue's link, at the end of a queue; it waits in at most one of each link. */
void camshark_exchange_queue_push(camshark_exchange_queue_t *queue, unsigned link,
                                  camshark_exchange_t *exchange);

/* The oldest exchange without a reply whose request is at most patience seconds before now; NULL if there is
 * none. Older ones leave the queue. */
camshark_exchange_t *camshark_exchange_queue_waiting(camshark_exchange_queue_t *queue, unsigned link,
                                                     const nstime_t *now, int patience);

/* Notes a message of the reply; several may come. */
void camshark_exchange_reply(camshark_requests_t *side, camshark_exchange_t *exchange, uint32_t frame);

/* Notes that the other side said something, whatever it was. */
void camshark_requests_heard(camshark_requests_t *side, const nstime_t *when);

/* Notes that bytes of the other side are missing: replies to all requests so far may have been in them. */
void camshark_requests_excuse(camshark_requests_t *side);

/* Ranks those of a side that turn out to be unanswered. To be told after each of the three above, by whom the ranks matter.
 *   open  all exchanges of the side, in a queue of their own */
void camshark_requests_settle(camshark_requests_t *side, camshark_exchange_queue_t *open, unsigned link);

/* Whether a request is without a reply although the capture goes on long enough to say so: a later request of
 * the same side was answered, or the other side was still talking CAMSHARK_PATIENCE seconds later. */
bool camshark_exchange_unanswered(const camshark_exchange_t *exchange);

/* How a protocol calls the links. */
typedef struct {
    int *response_in, *response_last_in, *response_to, *response_time; /* response_last_in may be NULL */
    expert_field *unanswered; /* NULL: the protocol says that itself */
} camshark_exchange_fields_t;

/* Adds the links of a request to a tree, or that it is unanswered to item. */
void camshark_exchange_show_request(const camshark_exchange_t *exchange,
                                    const camshark_exchange_fields_t *fields, packet_info *pinfo,
                                    tvbuff_t *tvb, proto_tree *tree, proto_item *item);

/* Adds the links of a reply to a tree, and the response time.
 *   when  the first message of the reply was complete; NULL for a further one, which has no such time */
void camshark_exchange_show_reply(const camshark_exchange_t *exchange,
                                  const camshark_exchange_fields_t *fields, const nstime_t *when,
                                  tvbuff_t *tvb, proto_tree *tree);

#endif
