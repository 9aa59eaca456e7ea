/* requests.c
 * Which newcamd reply belongs to which request.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/record/requests.h>

#include <newcamd/wire/frame.h>

/* A reply whose message id fits no request goes to one of the last so many seconds: a control word that comes
 * later is worth nothing any more. */
#define ORDER_SECONDS 8

/* Counters of message ids begin anew after 4095 requests at the earliest (section 3.2). */
#define ID_AGAIN_AFTER 1000

typedef enum {
    FROM_CLIENT = 1,
    FROM_SERVER = 2,
    FROM_BOTH = FROM_CLIENT | FROM_SERVER,
} sender_t;

typedef enum {
    ASKS,    /* the other side has to answer */
    MAY_ASK, /* the other side may answer with the same tag; if it waits for one, this is the answer */
    ANSWERS,
} purpose_t;

/* Section 5.1; what is not here neither asks nor answers. MAY_ASK: nobody has to answer a keepalive (5.6),
 * and tags of unknown meaning are sections by mistake, which one server answers and others ignore. */
static const struct {
    uint8_t first, last;
    uint8_t sender;  /* sender_t */
    uint8_t purpose; /* purpose_t */
    uint8_t request; /* tag that stands for the request in both; 0: the message's own */
} purposes[] = {
    { 0x80, 0x81, FROM_CLIENT, ASKS, 0x80 }, /* one server answers ECMs of both tags with 80 (5.4) */
    { 0x80, 0x81, FROM_SERVER, ANSWERS, 0x80 }, { 0x82, 0x91, FROM_CLIENT, ASKS, 0 },
    { 0x82, 0x91, FROM_SERVER, ANSWERS, 0 },    { 0xd6, 0xd6, FROM_CLIENT, ASKS, 0 },
    { 0xd6, 0xd6, FROM_SERVER, ANSWERS, 0 },    { 0xe0, 0xe0, FROM_CLIENT, ASKS, 0 },
    { 0xe1, 0xe2, FROM_SERVER, ANSWERS, 0xe0 }, { 0xe3, 0xe3, FROM_CLIENT, ASKS, 0 },
    { 0xe4, 0xe4, FROM_SERVER, ANSWERS, 0xe3 }, { 0xe5, 0xe5, FROM_SERVER, ASKS, 0 },
    { 0xe6, 0xe7, FROM_CLIENT, ANSWERS, 0xe5 }, { 0xe8, 0xe8, FROM_SERVER, ASKS, 0 },
    { 0xe9, 0xea, FROM_CLIENT, ANSWERS, 0xe8 }, { 0xfd, 0xfd, FROM_BOTH, MAY_ASK, 0 },
    { 0x00, 0x7f, FROM_BOTH, MAY_ASK, 0 },      { 0x92, 0xbf, FROM_BOTH, MAY_ASK, 0 },
    { 0xc2, 0xd0, FROM_BOTH, MAY_ASK, 0 },
};

struct newcamd_requests {
    camshark_requests_t sides[2]; /* by the direction of the request */
    wmem_map_t *by_id;            /* key_of() -> camshark_exchange_queue_t */
    wmem_map_t *by_tag;           /* key_of() with message id 0 -> camshark_exchange_queue_t */
    bool hole[2];                 /* something of this direction was missing */
    nstime_t hole_time[2];        /* when, the last time */
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
get(newcamd_requests_t **requests)
{
    if (*requests == NULL) {
        *requests = wmem_new0(wmem_file_scope(), newcamd_requests_t);
        (*requests)->by_id = wmem_map_new(wmem_file_scope(), g_direct_hash, g_direct_equal);
        (*requests)->by_tag = wmem_map_new(wmem_file_scope(), g_direct_hash, g_direct_equal);
    }
    return *requests;
}

static void *
key_of(unsigned direction, unsigned tag, unsigned msg_id)
{
    return GUINT_TO_POINTER((direction << 24) | (tag << 16) | msg_id);
}

static camshark_exchange_queue_t *
queue_at(wmem_map_t *map, void *key, unsigned link)
{
    camshark_exchange_queue_t *queue = wmem_map_lookup(map, key);

    if (queue == NULL) {
        queue = wmem_new0(wmem_file_scope(), camshark_exchange_queue_t);
        queue->link = link;
        wmem_map_insert(map, key, queue);
    }
    return queue;
}

static void
note_request(newcamd_requests_t *requests, const newcamd_sent_t *sent, unsigned tag, unsigned msg_id,
             bool expects_reply, newcamd_part_t *part)
{
    camshark_exchange_queue_t *same_id = queue_at(requests->by_id, key_of(sent->direction, tag, msg_id), 0);
    camshark_exchange_queue_t *same_tag = queue_at(requests->by_tag, key_of(sent->direction, tag, 0), 1);
    camshark_exchange_t *exchange =
        camshark_exchange_new(&requests->sides[sent->direction], sent->frame, sent->time, expects_reply);
    const camshark_exchange_t *earlier = same_id->newest;

    /* Id 0 stands for a message without number. */
    if (expects_reply && msg_id != 0 && earlier != NULL &&
        exchange->number - earlier->number < ID_AGAIN_AFTER) {
        part->earlier_frame = earlier->request_frame;
    }
    camshark_exchange_queue_push(same_id, exchange);
    camshark_exchange_queue_push(same_tag, exchange);
    part->exchange = exchange;
    part->role = NEWCAMD_ROLE_REQUEST;
}

/* Whether the request that a reply belongs to may simply not be in the capture. */
static bool
request_may_be_missing(const newcamd_requests_t *requests, unsigned direction, const nstime_t *now)
{
    nstime_t since;

    nstime_delta(&since, now, &requests->hole_time[direction]);
    return requests->hole[direction] && nstime_to_sec(&since) <= CAMSHARK_PATIENCE;
}

/* Finds the request of a reply. */
static void
note_reply(newcamd_requests_t *requests, const newcamd_sent_t *sent, unsigned tag, unsigned msg_id,
           newcamd_part_t *part)
{
    const unsigned asker = 1 - sent->direction;
    camshark_exchange_queue_t *same_id = wmem_map_lookup(requests->by_id, key_of(asker, tag, msg_id));
    camshark_exchange_queue_t *same_tag = wmem_map_lookup(requests->by_tag, key_of(asker, tag, 0));
    camshark_exchange_t *exchange = NULL;

    if (same_id == NULL && request_may_be_missing(requests, asker, sent->time)) {
        return;
    }
    part->role = NEWCAMD_ROLE_REPLY;
    if (same_id != NULL) {
        exchange = camshark_exchange_queue_waiting(same_id, sent->time, CAMSHARK_PATIENCE);
        if (exchange == NULL) {
            exchange = same_id->newest;
            if (exchange->first_reply_frame != 0) {
                part->role = NEWCAMD_ROLE_DUPLICATE_REPLY;
            }
        }
    } else {
        part->id_fits_none = true;
        if (same_tag != NULL) {
            exchange = camshark_exchange_queue_waiting(same_tag, sent->time, ORDER_SECONDS);
        }
    }
    if (exchange != NULL) {
        part->exchange = exchange;
        camshark_exchange_reply(&requests->sides[asker], exchange, sent->frame);
    }
}

/* A message that answers one of the same tag if the other side waits for that, and asks otherwise. */
static void
note_either(newcamd_requests_t *requests, const newcamd_sent_t *sent, unsigned tag, unsigned msg_id,
            newcamd_part_t *part)
{
    camshark_exchange_queue_t *asked = wmem_map_lookup(requests->by_tag, key_of(1 - sent->direction, tag, 0));

    if (asked != NULL && camshark_exchange_queue_waiting(asked, sent->time, ORDER_SECONDS) != NULL) {
        note_reply(requests, sent, tag, msg_id, part);
        part->id_fits_none = false; /* nobody waits for a keepalive by its id */
    } else {
        note_request(requests, sent, tag, msg_id, false, part);
    }
}

/* The row of a message, or -1. */
static int
find_purpose(unsigned tag, bool from_server)
{
    const unsigned sender = from_server ? FROM_SERVER : FROM_CLIENT;

    for (unsigned i = 0; i < array_length(purposes); i++) {
        if (tag >= purposes[i].first && tag <= purposes[i].last && (purposes[i].sender & sender)) {
            return (int)i;
        }
    }
    return -1;
}

void
newcamd_requests_note(newcamd_requests_t **requests, const newcamd_sent_t *sent, const uint8_t *plain,
                      size_t plain_len, unsigned header, uint8_t damaged, newcamd_part_t *part)
{
    newcamd_requests_t *all = get(requests);

    /* A clear frame may be shorter than its header. */
    if (plain_len < header + NEWCAMD_MESSAGE_HEAD_LEN + 1) {
        newcamd_requests_hole(requests, sent);
        return;
    }
    if (damaged == 0 && header + 3 + newcamd_data_len(plain, plain_len, header) + 1 > plain_len) {
        newcamd_requests_hole(requests, sent);
        return;
    }
    const unsigned msg_id = (unsigned)(plain[0] << 8) | plain[1];
    const unsigned own_tag = (damaged != 0) ? damaged : plain[header];
    const int row = find_purpose(own_tag, sent->from_server);
    camshark_requests_heard(&all->sides[1 - sent->direction], sent->time);
    if (row < 0) {
        return;
    }
    const unsigned tag = (purposes[row].request != 0) ? purposes[row].request : own_tag;
    switch ((purpose_t)purposes[row].purpose) {
    case ASKS:
        note_request(all, sent, tag, msg_id, true, part);
        break;
    case MAY_ASK:
        note_either(all, sent, tag, msg_id, part);
        break;
    case ANSWERS:
        note_reply(all, sent, tag, msg_id, part);
        break;
    }
}

void
newcamd_requests_hole(newcamd_requests_t **requests, const newcamd_sent_t *sent)
{
    newcamd_requests_t *all = get(requests);

    camshark_requests_excuse(&all->sides[1 - sent->direction]);
    all->hole[sent->direction] = true;
    all->hole_time[sent->direction] = *sent->time;
}

/* ---- Showing: every pass ---- */

static const camshark_exchange_fields_t fields = {
    .response_in = &hf_newcamd_response_in,
    .response_to = &hf_newcamd_response_to,
    .response_time = &hf_newcamd_response_time,
    .unanswered = &ei_newcamd_unanswered,
};

static void
show_request(const newcamd_part_t *part, packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree,
             proto_item *item)
{
    camshark_exchange_show_request(part->exchange, &fields, pinfo, tvb, tree, item);
    if (part->earlier_frame != 0) {
        expert_add_info_format(pinfo, item, &ei_newcamd_id_reused,
                               "The request in frame %u has the same message id: a reply to one may be taken "
                               "for a reply to the other",
                               part->earlier_frame);
    }
}

static void
show_reply(const newcamd_part_t *part, packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree, proto_item *item)
{
    if (part->exchange != NULL) {
        camshark_exchange_show_reply(part->exchange, &fields, pinfo, tvb, tree, true);
    }
    if (part->id_fits_none && part->exchange != NULL) {
        expert_add_info_format(
            pinfo, item, &ei_newcamd_reply_id,
            "No request has this message id, so the client would drop this reply; by order "
            "it belongs to the request in frame %u",
            part->exchange->request_frame);
    } else if (part->id_fits_none) {
        expert_add_info(pinfo, item, &ei_newcamd_reply_id);
    }
}

void
newcamd_requests_show(const newcamd_part_t *part, packet_info *pinfo, tvbuff_t *tvb, proto_tree *tree,
                      proto_item *item)
{
    switch ((newcamd_role_t)part->role) {
    case NEWCAMD_ROLE_NONE:
        break;
    case NEWCAMD_ROLE_REQUEST:
        show_request(part, pinfo, tvb, tree, item);
        break;
    case NEWCAMD_ROLE_REPLY:
        show_reply(part, pinfo, tvb, tree, item);
        break;
    case NEWCAMD_ROLE_DUPLICATE_REPLY:
        camshark_exchange_show_reply(part->exchange, &fields, pinfo, tvb, tree, false);
        expert_add_info_format(pinfo, item, &ei_newcamd_duplicate_reply,
                               "The request in frame %u was answered before, in frame %u",
                               part->exchange->request_frame, part->exchange->first_reply_frame);
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
