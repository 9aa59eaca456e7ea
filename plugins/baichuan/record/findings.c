/* findings.c
 * What can be said of how a session went: sentences with numbers.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <baichuan/record/elapsed.h>
#include <baichuan/record/findings.h>

#define SECOND     ((int64_t)BC_NS_A_SECOND)
#define SILENCE    (2 * SECOND)         /* after which clients give up (section 6.8) */
#define ANSWER     (8 * SECOND)         /* within which a camera wants one to its question 234 */
#define WAITS      (2 * SECOND)         /* for acknowledgements, or for a camera that is awake */
#define HEARTBEATS (3 * SECOND)         /* without one; they come each second */
#define SLOW_ACKS  (15 * SECOND / 1000) /* the vendor's client takes 10 ms; with 20 ms a camera left */
#define MANY_AGAIN 5u                   /* percent */

/* The sentences that are being made. */
typedef struct {
    wmem_allocator_t *scope;
    const bc_outcome_t *outcome;
    const bc_tcp_end_t *tcp; /* NULL of BcUdp */
    bc_findings_t *findings;
} telling_t;

static const bc_outcome_rare_t nothing_rare;

static const bc_outcome_rare_t *
rare_facts(const bc_outcome_t *outcome)
{
    return (outcome->rare != NULL) ? outcome->rare : &nothing_rare;
}

static void tell(telling_t *telling, bool odd, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void
tell(telling_t *telling, bool odd, const char *format, ...)
{
    va_list args;

    if (telling->findings->n < BC_FINDINGS) {
        va_start(args, format);
        const bc_finding_t finding = { wmem_strdup_vprintf(telling->scope, format, args), odd };
        va_end(args);
        telling->findings->list[telling->findings->n++] = finding;
    }
}

/* A length of time with its unit. */
static const char *
time_text(const telling_t *telling, int64_t nanoseconds)
{
    if (nanoseconds < SECOND) {
        return wmem_strdup_printf(telling->scope, "%.1f ms", (double)nanoseconds / 1e6);
    }
    return wmem_strdup_printf(telling->scope, "%.1f s", (double)nanoseconds / 1e9);
}

static const bc_moment_t *
last_moment(const bc_outcome_t *outcome)
{
    const bc_moment_t *one = &outcome->sides[0].last;
    const bc_moment_t *other = &outcome->sides[1].last;

    return (other->frame > one->frame) ? other : one;
}

int64_t
bc_findings_duration(const bc_outcome_t *outcome)
{
    return bc_outcome_between(outcome->first.time, last_moment(outcome)->time);
}

/* Who sends in a direction. */
static const char *
side_name(const bc_outcome_t *outcome, unsigned direction)
{
    if (outcome->client < 0) {
        return (direction == 0) ? "one side" : "the other side";
    }
    return (direction == (unsigned)outcome->client) ? "the client" : "the camera";
}

/* The same at the beginning of a sentence. */
static const char *
side_begins(const bc_outcome_t *outcome, unsigned direction)
{
    if (outcome->client < 0) {
        return (direction == 0) ? "One side" : "The other side";
    }
    return (direction == (unsigned)outcome->client) ? "The client" : "The camera";
}

/* How long one side has been silent while the other one went on; the direction of the silent one. */
static int64_t
silence_of(const bc_outcome_t *outcome, unsigned *silent)
{
    *silent = (outcome->sides[0].last.frame < outcome->sides[1].last.frame) ? 0 : 1;
    const bc_moment_t *fell =
        (outcome->sides[*silent].packets > 0) ? &outcome->sides[*silent].last : &outcome->first;

    return bc_outcome_between(fell->time, last_moment(outcome)->time);
}

/* ---- The end ------------------------------------------------------------------------------------------ */

static void
tell_disconnect(telling_t *telling)
{
    const bc_outcome_rare_t *rare = rare_facts(telling->outcome);
    const bool by_client = rare->end == BC_END_CLIENT;

    tell(telling, !by_client, "%s, %s into the session (frame %u)",
         by_client ? "The client disconnected (C2D_DISC)" : "The camera disconnected (D2C_DISC)",
         time_text(telling, bc_outcome_between(telling->outcome->first.time, rare->ended.time)),
         rare->ended.frame);
}

static bool
has_tcp_end(const bc_tcp_end_t *tcp)
{
    return tcp != NULL && (tcp->closed || tcp->reset);
}

/* The packet that ends it is known. */
static void
tell_tcp_packet(telling_t *telling)
{
    const bc_tcp_end_t *tcp = telling->tcp;

    tell(telling, tcp->reset, "%s %s, frame %u), %s behind the last message",
         side_begins(telling->outcome, tcp->by),
         tcp->reset ? "reset the connection (RST" : "closed the connection first (FIN", tcp->at.frame,
         time_text(telling, bc_outcome_between(last_moment(telling->outcome)->time, tcp->at.time)));
}

/* It is not. TCP keeps no times where the user wants it to calculate none. */
static void
tell_tcp_end(telling_t *telling)
{
    const bc_tcp_end_t *tcp = telling->tcp;
    const int64_t message = last_moment(telling->outcome)->time;
    const char *last =
        (tcp->last < message)
            ? ""
            : wmem_strdup_printf(telling->scope, "; its last packet was captured %s behind this one",
                                 time_text(telling, bc_outcome_between(message, tcp->last)));

    if (tcp->closed) {
        tell(telling, tcp->reset, "%s closed the connection first (FIN)%s%s",
             side_begins(telling->outcome, tcp->by), tcp->reset ? ", and one side reset it (RST)" : "", last);
    } else {
        tell(telling, true, "One side reset the connection (RST)%s", last);
    }
}

static void
tell_no_end(telling_t *telling)
{
    tell(telling, false, "No packet ends the session in this capture, which has %s of it",
         time_text(telling, bc_findings_duration(telling->outcome)));
}

static void
tell_end(telling_t *telling)
{
    if (rare_facts(telling->outcome)->end != BC_END_NONE) {
        tell_disconnect(telling);
    } else if (has_tcp_end(telling->tcp) && telling->tcp->at.frame != 0) {
        tell_tcp_packet(telling);
    } else if (has_tcp_end(telling->tcp)) {
        tell_tcp_end(telling);
    } else {
        tell_no_end(telling);
    }
}

/* The packet that ended it; NULL if none did. */
static const char *
last_word(wmem_allocator_t *scope, const bc_outcome_t *outcome, const bc_tcp_end_t *tcp)
{
    const bc_outcome_rare_t *rare = rare_facts(outcome);

    if (rare->end != BC_END_NONE) {
        return (rare->end == BC_END_CLIENT) ? "the client, C2D_DISC" : "the camera, D2C_DISC";
    }
    if (!has_tcp_end(tcp)) {
        return NULL;
    }
    if (!tcp->closed && tcp->at.frame == 0) {
        return "RST";
    }
    return wmem_strdup_printf(scope, "%s, %s", side_name(outcome, tcp->by), tcp->closed ? "FIN" : "RST");
}

static const char *
silence_text(wmem_allocator_t *scope, const bc_outcome_t *outcome)
{
    unsigned silent;

    if (outcome->carrier == BC_CARRIER_UDP && silence_of(outcome, &silent) >= SILENCE) {
        return wmem_strdup_printf(scope, "timeout: %s silent", side_name(outcome, silent));
    }
    return "not captured";
}

const char *
bc_findings_end(wmem_allocator_t *scope, const bc_outcome_t *outcome, const bc_tcp_end_t *tcp)
{
    const bc_outcome_rare_t *rare = rare_facts(outcome);
    const char *word = last_word(scope, outcome, tcp);
    const char *before = (rare->refused.frame != 0) ? "401" : (rare->logout.frame != 0) ? "logout" : NULL;

    if (word != NULL) {
        return (before != NULL) ? wmem_strdup_printf(scope, "%s after %s", word, before) : word;
    }
    if (before != NULL) {
        return wmem_strdup_printf(scope, "%s, %s", (rare->refused.frame != 0) ? "the camera" : "the client",
                                  before);
    }
    return silence_text(scope, outcome);
}

/* ---- What came before it ------------------------------------------------------------------------------ */

static void
tell_silence(telling_t *telling)
{
    const bc_outcome_t *outcome = telling->outcome;
    const bc_outcome_rare_t *rare = rare_facts(outcome);
    const bool ended = rare->end != BC_END_NONE && outcome->client >= 0;
    unsigned silent;
    int64_t silence = silence_of(outcome, &silent);
    uint32_t alone = outcome->sides[1 - silent].alone;

    if (outcome->carrier != BC_CARRIER_UDP) {
        return; /* acknowledgements of TCP are not counted here */
    }
    if (ended) {
        silent = (unsigned)outcome->client ^ (rare->end == BC_END_CLIENT);
        silence = rare->silent;
        alone = rare->alone;
    }
    if (silence >= SILENCE) {
        tell(telling, true,
             "Nothing of %s was captured in the %s up to the end; packets of %s in that time: %u",
             side_name(outcome, silent), time_text(telling, silence), side_name(outcome, 1 - silent), alone);
    }
}

static void
tell_login_and_logout(telling_t *telling)
{
    const bc_outcome_rare_t *rare = rare_facts(telling->outcome);

    if (rare->refused.frame != 0) {
        tell(telling, true, "The camera answered message %u with 401 (frame %u)", rare->refused_id,
             rare->refused.frame);
    }
    if (rare->logout.frame != 0) {
        tell(telling, false, "The client logged out (message 2, frame %u) %s before the end",
             rare->logout.frame,
             time_text(telling, bc_outcome_between(rare->logout.time, last_moment(telling->outcome)->time)));
    }
}

static void
tell_question(telling_t *telling)
{
    const bc_outcome_rare_t *rare = rare_facts(telling->outcome);
    const bool answered = rare->answer.frame != 0;
    const bc_moment_t *until = answered ? &rare->answer : last_moment(telling->outcome);
    const int64_t waited = bc_outcome_between(rare->question.time, until->time);

    if (rare->questions == 0) {
        return;
    }
    if (answered) {
        tell(telling, waited >= ANSWER,
             "The client answered the last question of the camera (234, frame %u; %u in all) after %s",
             rare->question.frame, rare->questions, time_text(telling, waited));
    } else {
        tell(telling, true,
             "The last question of the camera (234, frame %u; %u in all) was not answered in the %s up to "
             "the end",
             rare->question.frame, rare->questions, time_text(telling, waited));
    }
}

/* ---- Acknowledgements --------------------------------------------------------------------------------- */

static void
tell_cadence(telling_t *telling, unsigned direction, const bc_outcome_acks_t *acks)
{
    const int64_t median = bc_outcome_usual_wait(acks);

    if (acks->waits > 0) {
        tell(telling, median >= SLOW_ACKS || acks->longest >= WAITS,
             "Data waited %s for an acknowledgement of %s (median of %u), and %s at most (frame %u)",
             time_text(telling, median), side_name(telling->outcome, direction), acks->waits,
             time_text(telling, acks->longest), acks->longest_in);
    }
}

static void
tell_rate(telling_t *telling, unsigned direction, const bc_outcome_acks_t *acks)
{
    const char *who = side_begins(telling->outcome, direction);

    if (acks->n == acks->without_rate) {
        tell(telling, true, "%s reported a receive rate of 0 in all of its %u acknowledgements", who,
             acks->n);
    } else {
        tell(telling, false,
             "%s reported receive rates from %u to %u bytes a second, and 0 in %u of %u acknowledgements",
             who, acks->least_rate, acks->most_rate, acks->without_rate, acks->n);
    }
}

/* Data that nothing acknowledges any more. */
static void
tell_unacknowledged(telling_t *telling, unsigned direction)
{
    const bc_outcome_t *outcome = telling->outcome;
    const bc_outcome_data_t *data = outcome->sides[1 - direction].data;
    const int64_t waited = bc_outcome_between(data->waits_since, last_moment(outcome)->time);
    const char *who = side_begins(outcome, direction);

    if (outcome->sides[direction].acks == NULL) {
        tell(telling, waited >= WAITS,
             "%s acknowledged none of %u packets with data, the first %s before the end", who, data->packets,
             time_text(telling, waited));
    } else if (waited >= WAITS) {
        tell(telling, true, "%s acknowledged nothing of what was sent in the %s up to the end", who,
             time_text(telling, waited));
    }
}

/* Of the client, or of both sides if nobody knows which that is. */
static void
tell_acknowledgements(telling_t *telling)
{
    const bc_outcome_t *outcome = telling->outcome;

    for (unsigned way = 0; outcome->carrier == BC_CARRIER_UDP && way < 2; way++) {
        const bc_outcome_acks_t *acks = outcome->sides[way].acks;
        if (outcome->client >= 0 && way != (unsigned)outcome->client) {
            continue;
        }
        if (acks != NULL) {
            tell_cadence(telling, way, acks);
            tell_rate(telling, way, acks);
        }
        const bc_outcome_data_t *data = outcome->sides[1 - way].data;
        if (data != NULL && data->unacknowledged) {
            tell_unacknowledged(telling, way);
        }
    }
}

/* ---- The rest ----------------------------------------------------------------------------------------- */

static void
tell_heartbeats(telling_t *telling)
{
    const bc_outcome_rare_t *rare = rare_facts(telling->outcome);
    const int64_t duration = bc_findings_duration(telling->outcome);

    if (telling->outcome->carrier != BC_CARRIER_UDP || duration < HEARTBEATS) {
        return;
    }
    if (rare->heartbeats == 0) {
        tell(telling, true, "No heartbeat of the client (C2D_HB) is among what was captured in %s",
             time_text(telling, duration));
        return;
    }
    const int64_t since = bc_outcome_between(rare->heartbeat, last_moment(telling->outcome)->time);
    const int64_t without = MAX(rare->no_heartbeat, since);
    tell(telling, without >= HEARTBEATS,
         "The client sent %u heartbeats (C2D_HB); the longest time without one is %s", rare->heartbeats,
         time_text(telling, without));
}

static void
tell_offers(telling_t *telling)
{
    const bc_outcome_rare_t *rare = rare_facts(telling->outcome);

    if (rare->offers > 0 && rare->accepted == 0) {
        tell(telling, true,
             "Paths that the camera offered (D2C_T, first in frame %u): %u; none was accepted (C2D_T, C2D_A) "
             "in %s",
             rare->offer.frame, rare->offers,
             time_text(telling, bc_outcome_between(rare->offer.time, last_moment(telling->outcome)->time)));
    }
}

static void
tell_retransmissions(telling_t *telling)
{
    for (unsigned way = 0; way < 2; way++) {
        const bc_outcome_data_t *data = telling->outcome->sides[way].data;
        if (data != NULL && data->again > 0) {
            const double share = 100.0 * data->late_again / data->packets;
            tell(telling, share >= MANY_AGAIN,
                 "%s sent %u of %u data packets (%.1f %%) again %u ms or more after the first time, and %u "
                 "sooner",
                 side_begins(telling->outcome, way), data->late_again, data->packets, share,
                 (unsigned)(BC_OUTCOME_REAL_AGAIN / 1000000), data->again - data->late_again);
        }
    }
}

static void
tell_beginning(telling_t *telling)
{
    const bc_outcome_rare_t *rare = rare_facts(telling->outcome);

    if (rare->device_ids > 1) {
        tell(telling, false, "The camera had %u connection IDs (did) under that of the client",
             rare->device_ids);
    }
    if (rare->woke != 0) {
        tell(telling, rare->asked >= WAITS,
             "The camera answered (frame %u) %s after the first request; requests until then: %u", rare->woke,
             time_text(telling, rare->asked), rare->hellos);
    }
}

void
bc_findings_of(wmem_allocator_t *scope, const bc_outcome_t *outcome, const bc_tcp_end_t *tcp,
               bc_findings_t *findings)
{
    telling_t telling = { scope, outcome, tcp, findings };

    findings->n = 0;
    tell_end(&telling);
    tell_silence(&telling);
    tell_login_and_logout(&telling);
    tell_question(&telling);
    tell_acknowledgements(&telling);
    tell_heartbeats(&telling);
    tell_offers(&telling);
    tell_retransmissions(&telling);
    tell_beginning(&telling);
}
