/* requests.c
 * Which newcamd reply belongs to which request.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each request stands in two queues, one of all with its command and message id, one of all with its command. A reply goes to
 * the oldest one of its id that waits. If none has its id, some servers answer with id 0 or count on their own: then it goes
 * to the oldest one of its command that was sent not long ago. Where bytes were missing it goes nowhere, if its request
 * may have been among them, and the requests before are excused from waiting. Requests leave a queue in the order in
 * which they came, so a message costs the same however many wait.
 */
#include <newcamd/record/requests.h>

#include <common/epan/file-memory.h>

#include <newcamd/wire/frame.h>
#include <newcamd/wire/tags.h>

/* A reply whose message id fits no request goes to one of the last so many seconds: a control word that comes
 * later is worth nothing any more. */
#define ORDER_SECONDS 8

/* A client waits for an ECM's reply no longer; so long it is open. */
#define OPEN_SECONDS 10

/* Counters of message ids begin anew after 4095 requests at the earliest (section 3.2). */
#define ID_AGAIN_AFTER 1000

/* Which queue a link of an exchange ties. */
enum { LINK_ID, LINK_TAG, LINK_SIDE, LINKS };

struct newcamd_requests {
    camshark_requests_t sides[2];      /* by the direction of the request, */
    camshark_exchange_queue_t open[2]; /* and those of which it is not known how they end */
    wmem_map_t *by_id;                 /* exchange_key() -> camshark_exchange_queue_t */
    wmem_map_t *by_tag;                /* exchange_key() with message id 0 -> camshark_exchange_queue_t */
    bool hole[2];                      /* something of this direction was missing */
    nstime_t hole_time[2];             /* when, the last time */
};

static int hf_newcamd_response_in = -1;
static int hf_newcamd_response_to = -1;
static int hf_newcamd_response_time = -1;

static expert_field ei_newcamd_unanswered = EI_INIT;
static expert_field ei_newcamd_duplicate_reply = EI_INIT;
static expert_field ei_newcamd_reply_id = EI_INIT;
static expert_field ei_newcamd_id_reused = EI_INIT;

/* ---- Deciding: first pass ---- */

static newcamd_requests_t *
requests_of(newcamd_requests_t **requests)
{
    if (*requests == NULL) {
        *requests = camshark_file_new0(newcamd_requests_t);
        (*requests)->by_id = wmem_map_new(wmem_file_scope(), g_direct_hash, g_direct_equal);
        (*requests)->by_tag = wmem_map_new(wmem_file_scope(), g_direct_hash, g_direct_equal);
    }
    return *requests;
}

static void
settle(newcamd_requests_t *requests, unsigned direction)
{
    camshark_requests_settle(&requests->sides[direction], &requests->open[direction], LINK_SIDE);
}

static void *
exchange_key(unsigned direction, unsigned tag, unsigned msg_id)
{
    return GUINT_TO_POINTER((direction << 24) | (tag << 16) | msg_id);
}

static camshark_exchange_queue_t *
queue_at(wmem_map_t *map, void *key)
{
    camshark_exchange_queue_t *queue = wmem_map_lookup(map, key);

    if (queue == NULL) {
        queue = camshark_file_new0(camshark_exchange_queue_t);
        wmem_map_insert(map, key, queue);
    }
    return queue;
}

static void
note_request(newcamd_requests_t *requests, const newcamd_noted_t *message, unsigned tag, unsigned msg_id,
             bool expects_reply, newcamd_turn_t *turn)
{
    camshark_exchange_queue_t *same_id =
        queue_at(requests->by_id, exchange_key(message->direction, tag, msg_id));
    camshark_exchange_queue_t *same_tag =
        queue_at(requests->by_tag, exchange_key(message->direction, tag, 0));
    camshark_exchange_t *exchange = camshark_exchange_new(
        &requests->sides[message->direction], message->frame, message->time, expects_reply, LINKS);
    const camshark_exchange_t *earlier = same_id->newest;

    /* Id 0 stands for a message without number. */
    if (expects_reply && msg_id != 0 && earlier != NULL &&
        exchange->number - earlier->number < ID_AGAIN_AFTER) {
        turn->earlier_frame = earlier->request_frame;
    }
    turn->is_ecm = tag == NEWCAMD_ECM_EVEN;
    camshark_exchange_queue_push(same_id, LINK_ID, exchange);
    camshark_exchange_queue_push(same_tag, LINK_TAG, exchange);
    camshark_exchange_queue_push(&requests->open[message->direction], LINK_SIDE, exchange);
    turn->exchange = exchange;
    turn->role = NEWCAMD_ROLE_REQUEST;
}

/* Whether the request that a reply belongs to may simply not be in the capture. */
static bool
request_may_be_missing(const newcamd_requests_t *requests, unsigned direction, const nstime_t *now)
{
    nstime_t since;

    nstime_delta(&since, now, &requests->hole_time[direction]);
    return requests->hole[direction] && nstime_to_sec(&since) <= CAMSHARK_PATIENCE;
}

/* Only of the replies to ECMs and EMMs do clients look at the message id (section 3.2). */
static bool
is_section(unsigned tag)
{
    return tag >= NEWCAMD_ECM_EVEN && tag <= NEWCAMD_EMM_LAST;
}

/* Finds the request of a reply. */
static void
note_reply(newcamd_requests_t *requests, const newcamd_noted_t *message, unsigned tag, unsigned msg_id,
           newcamd_turn_t *turn)
{
    const unsigned asker = 1 - message->direction;
    camshark_exchange_queue_t *same_id = wmem_map_lookup(requests->by_id, exchange_key(asker, tag, msg_id));
    camshark_exchange_queue_t *same_tag = wmem_map_lookup(requests->by_tag, exchange_key(asker, tag, 0));
    camshark_exchange_t *exchange = NULL;

    if (same_id == NULL && request_may_be_missing(requests, asker, message->time)) {
        return;
    }
    turn->role = NEWCAMD_ROLE_REPLY;
    if (same_id != NULL) {
        exchange = camshark_exchange_queue_waiting(same_id, LINK_ID, message->time, CAMSHARK_PATIENCE);
        if (exchange == NULL) {
            exchange = same_id->newest;
            if (exchange->first_reply_frame != 0) {
                turn->role = NEWCAMD_ROLE_DUPLICATE_REPLY;
            }
        }
    } else {
        turn->id_fits_none = true;
        if (same_tag != NULL) {
            exchange = camshark_exchange_queue_waiting(same_tag, LINK_TAG, message->time, ORDER_SECONDS);
        }
    }
    if (exchange != NULL) {
        turn->exchange = exchange;
        camshark_exchange_reply(&requests->sides[asker], exchange, message->frame);
        settle(requests, asker);
    }
}

/* The frame of an ECM that was sent before the one that a reply belongs to, and is open; 0 if there is none, or its
 * reply may be among what is not in the capture. */
static uint32_t
open_before(const newcamd_requests_t *requests, const newcamd_noted_t *message,
            const camshark_exchange_t *own)
{
    const unsigned asker = 1 - message->direction;
    camshark_exchange_queue_t *ecms =
        wmem_map_lookup(requests->by_tag, exchange_key(asker, NEWCAMD_ECM_EVEN, 0));
    const camshark_exchange_t *oldest =
        (ecms != NULL) ? camshark_exchange_queue_waiting(ecms, LINK_TAG, message->time, OPEN_SECONDS) : NULL;

    return (oldest != NULL && oldest->number < own->number && oldest->number > requests->sides[asker].excused)
               ? oldest->request_frame
               : 0;
}

/* A message that answers one of the same tag if the other side waits for that, and asks otherwise. */
static void
note_either(newcamd_requests_t *requests, const newcamd_noted_t *message, unsigned tag, unsigned msg_id,
            newcamd_turn_t *turn)
{
    camshark_exchange_queue_t *asked =
        wmem_map_lookup(requests->by_tag, exchange_key(1 - message->direction, tag, 0));

    if (asked != NULL &&
        camshark_exchange_queue_waiting(asked, LINK_TAG, message->time, ORDER_SECONDS) != NULL) {
        note_reply(requests, message, tag, msg_id, turn);
        turn->id_fits_none = false; /* nobody waits for a keepalive by its id */
    } else {
        note_request(requests, message, tag, msg_id, false, turn);
    }
}

/* A message of unknown meaning, which is the answer to one that it repeats without data. */
static void
note_returned(newcamd_requests_t *requests, const newcamd_noted_t *message, unsigned tag, unsigned msg_id,
              newcamd_turn_t *turn)
{
    camshark_exchange_queue_t *asked =
        wmem_map_lookup(requests->by_id, exchange_key(1 - message->direction, tag, msg_id));

    if (asked != NULL && newcamd_data_len(message->bytes, message->len, message->header_len) == 0 &&
        camshark_exchange_queue_waiting(asked, LINK_ID, message->time, CAMSHARK_PATIENCE) != NULL) {
        note_reply(requests, message, tag, msg_id, turn);
    } else {
        note_request(requests, message, tag, msg_id, false, turn);
    }
}

void
newcamd_requests_note(newcamd_requests_t **requests, const newcamd_noted_t *message, newcamd_turn_t *turn)
{
    newcamd_requests_t *all = requests_of(requests);
    const unsigned data = message->header_len + NEWCAMD_MESSAGE_HEAD_LEN;

    /* A clear frame may be shorter than its header. */
    if (message->len < data ||
        (message->damaged == 0 &&
         data + newcamd_data_len(message->bytes, message->len, message->header_len) > message->len)) {
        newcamd_requests_hole(requests, message);
        return;
    }
    const unsigned msg_id = (unsigned)(message->bytes[0] << 8) | message->bytes[1];
    const uint8_t own_tag = (message->damaged != 0) ? message->damaged : message->bytes[message->header_len];
    uint8_t tag;
    camshark_requests_heard(&all->sides[1 - message->direction], message->time);
    settle(all, 1 - message->direction);
    switch (newcamd_tag_purpose(own_tag, message->from_server, &tag)) {
    case NEWCAMD_TELLS:
        break;
    case NEWCAMD_ASKS:
        note_request(all, message, tag, msg_id, true, turn);
        break;
    case NEWCAMD_MAY_ASK:
        note_either(all, message, tag, msg_id, turn);
        break;
    case NEWCAMD_ANSWERS:
        note_reply(all, message, tag, msg_id, turn);
        turn->id_matters = is_section(own_tag);
        if (turn->role == NEWCAMD_ROLE_REPLY && turn->exchange != NULL && tag == NEWCAMD_ECM_EVEN) {
            turn->open_frame = open_before(all, message, turn->exchange);
        }
        break;
    case NEWCAMD_MAY_RETURN:
        note_returned(all, message, tag, msg_id, turn);
        break;
    }
}

void
newcamd_requests_hole(newcamd_requests_t **requests, const newcamd_noted_t *message)
{
    newcamd_requests_t *all = requests_of(requests);

    camshark_requests_excuse(&all->sides[1 - message->direction]);
    settle(all, 1 - message->direction);
    all->hole[message->direction] = true;
    all->hole_time[message->direction] = *message->time;
}

/* ---- Showing: every pass ---- */

/* The ECM that came while another one was open, which nobody answered; NULL if there is none. */
static const camshark_exchange_t *
replaced_by(const newcamd_turn_t *turn)
{
    const camshark_exchange_t *newer = turn->is_ecm ? turn->exchange->next[LINK_TAG] : NULL;
    nstime_t between;

    if (newer == NULL || !camshark_exchange_unanswered(turn->exchange)) {
        return NULL;
    }
    nstime_delta(&between, &newer->time, &turn->exchange->time);
    return (nstime_to_sec(&between) <= OPEN_SECONDS) ? newer : NULL;
}

static const camshark_exchange_fields_t fields = {
    .response_in = &hf_newcamd_response_in,
    .response_to = &hf_newcamd_response_to,
    .response_time = &hf_newcamd_response_time,
};

/* What is said of a request that nobody answered.
 *   newer  from replaced_by() */
static const char *
unanswered_sentence(wmem_allocator_t *pool, const camshark_exchange_t *newer)
{
    if (newer == NULL) {
        return expert_get_summary(&ei_newcamd_unanswered);
    }
    return wmem_strdup_printf(
        pool,
        "No reply to this ECM is in the capture; while it was open the client sent the one "
        "in frame %u: servers with room for one (MultiCS on its mgcamd port) replace the "
        "pending ECM by the newer one, silently",
        newer->request_frame);
}

static void
show_request(const newcamd_turn_t *turn, const newcamd_fault_at_t *at, tvbuff_t *tvb, proto_tree *tree,
             proto_item *item)
{
    const camshark_exchange_t *newer = replaced_by(turn);

    camshark_exchange_show_request(turn->exchange, &fields, at->pinfo, tvb, tree, item);
    if (camshark_exchange_unanswered(turn->exchange)) {
        const newcamd_fault_rank_t rank = { turn->exchange->unanswered_rank,
                                            turn->exchange->side->unanswered };
        newcamd_fault_ranked(at, item, &ei_newcamd_unanswered, rank,
                             unanswered_sentence(at->pinfo->pool, newer));
    }
    if (turn->earlier_frame != 0) {
        newcamd_fault_format(at, item, &ei_newcamd_id_reused,
                             "The request in frame %u has the same message id: a reply to one may be taken "
                             "for a reply to the other",
                             turn->earlier_frame);
    }
}

static void
show_reply(const newcamd_turn_t *turn, const newcamd_fault_at_t *at, tvbuff_t *tvb, proto_tree *tree,
           proto_item *item)
{
    if (turn->exchange != NULL) {
        camshark_exchange_show_reply(turn->exchange, &fields, &at->pinfo->abs_ts, tvb, tree);
    }
    if (!turn->id_matters) {
        return;
    }
    if (turn->id_fits_none && turn->exchange != NULL) {
        newcamd_fault_format(at, item, &ei_newcamd_reply_id,
                             "No request has this message id, so the client would drop this reply; by order "
                             "it belongs to the request in frame %u",
                             turn->exchange->request_frame);
    } else if (turn->id_fits_none) {
        newcamd_fault(at, item, &ei_newcamd_reply_id);
    }
}

void
newcamd_requests_show(const newcamd_turn_t *turn, const newcamd_fault_at_t *at, tvbuff_t *tvb,
                      proto_tree *tree, proto_item *item)
{
    switch ((newcamd_role_t)turn->role) {
    case NEWCAMD_ROLE_NONE:
        break;
    case NEWCAMD_ROLE_REQUEST:
        show_request(turn, at, tvb, tree, item);
        break;
    case NEWCAMD_ROLE_REPLY:
        show_reply(turn, at, tvb, tree, item);
        break;
    case NEWCAMD_ROLE_DUPLICATE_REPLY:
        camshark_exchange_show_reply(turn->exchange, &fields, NULL, tvb, tree);
        newcamd_fault_format(at, item, &ei_newcamd_duplicate_reply,
                             "The request in frame %u was answered before, in frame %u",
                             turn->exchange->request_frame, turn->exchange->first_reply_frame);
        break;
    }
}

void
newcamd_requests_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_response_in,
          { "Reply in", "newcamd.response_in", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0,
            "Frame with the first reply to this request", HFILL } },
        { &hf_newcamd_response_to,
          { "Reply to", "newcamd.response_to", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0,
            "Frame with the request of the same message id and command; by order where no request has the id", HFILL } },
        { &hf_newcamd_response_time,
          { "Response time", "newcamd.response_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "Seconds from the request to its first reply", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_newcamd_unanswered,
          { "newcamd.expert.unanswered", PI_SEQUENCE, PI_WARN,
            "No reply to this request is in the capture, although the other side answered a later one or was still "
            "sending 20 seconds later", EXPFILL } },
        { &ei_newcamd_duplicate_reply,
          { "newcamd.expert.duplicate_reply", PI_SEQUENCE, PI_WARN, "A second reply to one request", EXPFILL } },
        { &ei_newcamd_reply_id,
          { "newcamd.expert.reply_id", PI_SEQUENCE, PI_WARN,
            "No request has the message id of this reply, so the client would drop it", EXPFILL } },
        { &ei_newcamd_id_reused,
          { "newcamd.expert.msg_id_reused", PI_SEQUENCE, PI_NOTE,
            "A request with the same command and message id came shortly before", EXPFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
