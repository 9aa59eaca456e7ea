/* exchange.c
 * Requests and what answers them: which frames belong together, and requests that nobody answered.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/exchange.h>

#include <common/epan/file-memory.h>

camshark_exchange_t *
camshark_exchange_new(camshark_requests_t *side, uint32_t frame, const nstime_t *when, bool expects_reply,
                      unsigned links)
{
    camshark_exchange_t *exchange =
        camshark_file_alloc0(sizeof *exchange + links * sizeof(camshark_exchange_t *));

    exchange->side = side;
    exchange->time = *when;
    exchange->number = ++side->count;
    exchange->request_frame = frame;
    exchange->expects_reply = expects_reply;
    return exchange;
}

void
camshark_exchange_queue_push(camshark_exchange_queue_t *queue, unsigned link, camshark_exchange_t *exchange)
{
    if (queue->newest != NULL) {
        queue->newest->next[link] = exchange;
    }
    if (queue->waiting == NULL) {
        queue->waiting = exchange;
    }
    queue->newest = exchange;
}

/* Seconds from one time to another; negative where a capture's clock was set back. */
static double
seconds_between(const nstime_t *from, const nstime_t *to)
{
    nstime_t between;

    nstime_delta(&between, to, from);
    return nstime_to_sec(&between);
}

camshark_exchange_t *
camshark_exchange_queue_waiting(camshark_exchange_queue_t *queue, unsigned link, const nstime_t *now,
                                int patience)
{
    while (queue->waiting != NULL && (queue->waiting->first_reply_frame != 0 ||
                                      seconds_between(&queue->waiting->time, now) > patience)) {
        queue->waiting = queue->waiting->next[link];
    }
    return queue->waiting;
}

void
camshark_exchange_reply(camshark_requests_t *side, camshark_exchange_t *exchange, uint32_t frame)
{
    if (exchange->first_reply_frame == 0) {
        exchange->first_reply_frame = frame;
    }
    exchange->last_reply_frame = frame;
    side->answered = MAX(side->answered, exchange->number);
}

void
camshark_requests_heard(camshark_requests_t *side, const nstime_t *when)
{
    side->heard = *when;
}

void
camshark_requests_excuse(camshark_requests_t *side)
{
    side->excused = side->count;
}

bool
camshark_exchange_unanswered(const camshark_exchange_t *exchange)
{
    const camshark_requests_t *side = exchange->side;

    if (!exchange->expects_reply || exchange->first_reply_frame != 0 || exchange->number <= side->excused) {
        return false;
    }
    return exchange->number < side->answered ||
           seconds_between(&exchange->time, &side->heard) > CAMSHARK_PATIENCE;
}

/* As long as one request may still be answered, so may those behind it. */
void
camshark_requests_settle(camshark_requests_t *side, camshark_exchange_queue_t *open, unsigned link)
{
    while (open->waiting != NULL) {
        camshark_exchange_t *exchange = open->waiting;
        if (camshark_exchange_unanswered(exchange)) {
            exchange->unanswered_rank = ++side->unanswered;
        } else if (exchange->expects_reply && exchange->first_reply_frame == 0 &&
                   exchange->number > side->excused) {
            return;
        }
        open->waiting = exchange->next[link];
    }
}

static void
add_frame(proto_tree *tree, int hf, tvbuff_t *tvb, uint32_t frame)
{
    proto_item_set_generated(proto_tree_add_uint(tree, hf, tvb, 0, 0, frame));
}

void
camshark_exchange_show_request(const camshark_exchange_t *exchange, const camshark_exchange_fields_t *fields,
                               packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree, proto_item *item)
{
    if (exchange->first_reply_frame != 0) {
        add_frame(tree, *fields->response_in, tvb, exchange->first_reply_frame);
        if (fields->response_last_in != NULL && exchange->last_reply_frame != exchange->first_reply_frame) {
            add_frame(tree, *fields->response_last_in, tvb, exchange->last_reply_frame);
        }
    } else if (fields->unanswered != NULL && camshark_exchange_unanswered(exchange)) {
        expert_add_info(pinfo, item, fields->unanswered);
    }
}

void
camshark_exchange_show_reply(const camshark_exchange_t *exchange, const camshark_exchange_fields_t *fields,
                             const nstime_t *when, tvbuff_t *tvb, proto_tree *tree)
{
    add_frame(tree, *fields->response_to, tvb, exchange->request_frame);
    if (when != NULL) {
        nstime_t elapsed;
        nstime_delta(&elapsed, when, &exchange->time);
        proto_item_set_generated(proto_tree_add_time(tree, *fields->response_time, tvb, 0, 0, &elapsed));
    }
}
