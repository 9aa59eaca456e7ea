/* outcome.c
 * How a session went: what can be counted and timed of it, and what ended it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <common/epan/file-memory.h>

#include <baichuan/record/elapsed.h>
#include <baichuan/record/outcome.h>
#include <baichuan/wire/message-ids.h>

#define STATUS_UNAUTHORIZED 401u

int64_t
bc_outcome_time(const nstime_t *time)
{
    return (int64_t)((uint64_t)time->secs * BC_NS_A_SECOND +
                     (uint64_t)time->nsecs); /* a capture can say any second */
}

int64_t
bc_outcome_between(int64_t from, int64_t to)
{
    const int64_t passed = (int64_t)((uint64_t)to - (uint64_t)from);

    return MAX(passed, 0);
}

static int64_t
time_of_packet(const packet_info *pinfo)
{
    return bc_outcome_time(&pinfo->abs_ts);
}

static bc_moment_t
moment_of_packet(const packet_info *pinfo)
{
    return (bc_moment_t){ time_of_packet(pinfo), pinfo->num };
}

static void
begin_outcome(bc_outcome_t *outcome, bc_carrier_t carrier, uint32_t number)
{
    outcome->carrier = (uint8_t)carrier;
    outcome->number = number;
    outcome->client = -1;
}

bc_outcome_t *
bc_outcome_new(bc_carrier_t carrier, uint32_t number)
{
    bc_outcome_t *outcome = camshark_file_new0(bc_outcome_t);

    begin_outcome(outcome, carrier, number);
    return outcome;
}

static bc_outcome_rare_t *
rare_of(bc_outcome_t *outcome)
{
    if (outcome->rare == NULL) {
        outcome->rare = camshark_file_new0(bc_outcome_rare_t);
    }
    return outcome->rare;
}

static void
note_packet(bc_outcome_t *outcome, unsigned direction, const bc_moment_t *moment)
{
    bc_outcome_side_t *side = &outcome->sides[direction];

    if (outcome->first.frame == 0) {
        outcome->first = *moment;
    }
    side->packets++;
    side->alone++;
    side->last = *moment;
    outcome->sides[1 - direction].alone = 0;
}

const bc_outcome_t *
bc_outcome_lone(const packet_info *pinfo, bc_carrier_t carrier, uint32_t number, unsigned direction,
                const void *record)
{
    bc_outcome_t *outcome = wmem_new0(pinfo->pool, bc_outcome_t);
    const bc_moment_t moment = moment_of_packet(pinfo);

    begin_outcome(outcome, carrier, number);
    note_packet(outcome, direction, &moment);
    outcome->last = record;
    return outcome;
}

static void
note_data(bc_outcome_t *outcome, unsigned direction, int64_t now, const nstime_t *first)
{
    bc_outcome_side_t *side = &outcome->sides[direction];

    if (side->data == NULL) {
        side->data = camshark_file_new0(bc_outcome_data_t);
    }
    side->data->packets++;
    if (first != NULL) {
        side->data->again++;
        side->data->late_again += bc_outcome_between(bc_outcome_time(first), now) >= BC_OUTCOME_REAL_AGAIN;
    }
    if (!side->data->unacknowledged) {
        side->data->unacknowledged = true;
        side->data->waits_since = now;
    }
}

void
bc_outcome_packet(bc_outcome_t *outcome, const packet_info *pinfo, unsigned direction, const void *record)
{
    const bc_moment_t moment = moment_of_packet(pinfo);

    note_packet(outcome, direction, &moment);
    outcome->last = record;
}

void
bc_outcome_data(bc_outcome_t *outcome, const packet_info *pinfo, unsigned direction, const nstime_t *first)
{
    note_data(outcome, direction, time_of_packet(pinfo), first);
}

void
bc_outcome_catch_up(bc_outcome_t *outcome, unsigned direction, uint32_t frame, const nstime_t *when)
{
    const bc_moment_t moment = { bc_outcome_time(when), frame };

    note_packet(outcome, direction, &moment);
    note_data(outcome, direction, moment.time, NULL);
}

static void
note_rate(bc_outcome_acks_t *acks, uint32_t rate)
{
    if (rate == 0) {
        acks->without_rate++;
        return;
    }
    acks->least_rate = (acks->least_rate == 0) ? rate : MIN(acks->least_rate, rate);
    acks->most_rate = MAX(acks->most_rate, rate);
}

/* Data of the other side have waited for this one. Times are counted from the second one on: what comes once takes no
 * memory for that. */
static void
note_waited(bc_outcome_acks_t *acks, const bc_outcome_data_t *data, const packet_info *pinfo)
{
    const int64_t waited = bc_outcome_between(data->waits_since, time_of_packet(pinfo));

    if (acks->waits == 1 && acks->gaps == NULL) {
        acks->gaps = camshark_file_new0(bc_gaps_t);
        bc_gaps_add(acks->gaps, acks->longest);
    }
    if (acks->gaps != NULL) {
        bc_gaps_add(acks->gaps, waited);
    }
    if (acks->waits == 0 || waited > acks->longest) {
        acks->longest = waited;
        acks->longest_in = pinfo->num;
    }
    acks->waits++;
}

int64_t
bc_outcome_usual_wait(const bc_outcome_acks_t *acks)
{
    return (acks->gaps != NULL) ? bc_gaps_median(acks->gaps) : acks->longest;
}

void
bc_outcome_ack(bc_outcome_t *outcome, const packet_info *pinfo, unsigned direction, uint32_t rate)
{
    bc_outcome_side_t *side = &outcome->sides[direction];
    bc_outcome_data_t *data = outcome->sides[1 - direction].data;

    if (side->acks == NULL) {
        side->acks = camshark_file_new0(bc_outcome_acks_t);
    }
    note_rate(side->acks, rate);
    if (data != NULL && data->unacknowledged) {
        note_waited(side->acks, data, pinfo);
        data->unacknowledged = false;
    }
    side->acks->n++;
}

void
bc_outcome_heartbeat(bc_outcome_t *outcome, const packet_info *pinfo)
{
    bc_outcome_rare_t *rare = rare_of(outcome);
    const int64_t now = time_of_packet(pinfo);
    const int64_t before = (rare->heartbeats > 0) ? rare->heartbeat : outcome->first.time;

    rare->no_heartbeat = MAX(rare->no_heartbeat, bc_outcome_between(before, now));
    rare->heartbeats++;
    rare->heartbeat = now;
}

void
bc_outcome_offer(bc_outcome_t *outcome, const packet_info *pinfo)
{
    bc_outcome_rare_t *rare = rare_of(outcome);

    if (rare->offers++ == 0) {
        rare->offer = moment_of_packet(pinfo);
    }
}

void
bc_outcome_accept(bc_outcome_t *outcome)
{
    rare_of(outcome)->accepted++;
}

void
bc_outcome_end(bc_outcome_t *outcome, const packet_info *pinfo, bc_outcome_end_t end)
{
    bc_outcome_rare_t *rare = rare_of(outcome);

    if (rare->end != BC_END_NONE) {
        return;
    }
    rare->end = (uint8_t)end;
    rare->ended = moment_of_packet(pinfo);
    if (outcome->client >= 0) {
        const unsigned by =
            (end == BC_END_CLIENT) ? (unsigned)outcome->client : 1 - (unsigned)outcome->client;
        const bc_outcome_side_t *other = &outcome->sides[1 - by];
        const bc_moment_t *fell = (other->packets > 0) ? &other->last : &outcome->first;
        rare->silent = bc_outcome_between(fell->time, rare->ended.time);
        rare->alone = outcome->sides[by].alone;
    }
}

void
bc_outcome_device_ids(bc_outcome_t *outcome, uint32_t n)
{
    if (n > 1) {
        rare_of(outcome)->device_ids = n;
    }
}

void
bc_outcome_woke(bc_outcome_t *outcome, const packet_info *pinfo, uint32_t hellos, int64_t asked)
{
    bc_outcome_rare_t *rare = rare_of(outcome);

    if (rare->woke == 0) {
        rare->woke = pinfo->num;
        rare->hellos = hellos;
        rare->asked = asked;
    }
}

/* The question of a camera whether the client is there, and the answer, which has its number (section 3.4). */
static void
note_question(bc_outcome_t *outcome, const bc_moment_t *moment, const bc_message_t *message, bool reply)
{
    const bc_header_t *header = message->header;

    if (!bc_message_from_client(message)) {
        if (!reply && header->code < BC_STATUS_REFUSED) {
            bc_outcome_rare_t *rare = rare_of(outcome);
            rare->questions++;
            rare->question = *moment;
            rare->question_id = header->exchange_id;
            rare->answer = (bc_moment_t){ 0, 0 };
        }
    } else if (outcome->rare != NULL && outcome->rare->question.frame != 0 &&
               outcome->rare->question_id == header->exchange_id && outcome->rare->answer.frame == 0) {
        outcome->rare->answer = *moment;
    }
}

void
bc_outcome_message(bc_outcome_t *outcome, uint32_t frame, const nstime_t *when, const bc_message_t *message,
                   bool reply)
{
    const bc_header_t *header = message->header;
    const bc_moment_t moment = { bc_outcome_time(when), frame };

    if (outcome->client < 0) {
        outcome->client = (int8_t)message->client;
    }
    if (header->overwritten) {
        return;
    }
    if (header->msg_id == BC_MSG_UDP_KEEP_ALIVE) {
        note_question(outcome, &moment, message, reply);
    } else if (header->msg_id == BC_MSG_LOGOUT && bc_message_from_client(message) && header->code == 0) {
        rare_of(outcome)->logout = moment;
    }
    if (header->len == BC_LONG_HEADER && header->code == STATUS_UNAUTHORIZED &&
        !bc_message_from_client(message) && (outcome->rare == NULL || outcome->rare->refused.frame == 0)) {
        rare_of(outcome)->refused = moment;
        rare_of(outcome)->refused_id = header->msg_id;
    }
}
