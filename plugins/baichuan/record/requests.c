/* requests.c
 * Which BC reply belongs to which request, and which messages nobody asked for.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/record/requests.h>

#include <string.h>

#include <common/epan/file-memory.h>
#include <common/epan/per-file.h>
#include <common/pure/hash.h>

#include <baichuan/record/message-names.h>
#include <baichuan/wire/binary-messages.h>

typedef struct {
    uint64_t side; /* whose requests they are: address of a camshark_requests_t */
    uint32_t msg_id;
    uint32_t exchange_id;
} pending_key_t;

G_STATIC_ASSERT(sizeof(pending_key_t) == CAMSHARK_KEY_LEN);

typedef struct {
    pending_key_t key;
    camshark_exchange_queue_t queue;
    uint32_t requests;  /* so many were asked with this key */
    uint32_t forgotten; /* number of the last one that gets no link any longer; 0 if there is none */
    uint32_t ended;     /* number of the last one whose reply has said that it ends; 0 if there is none */
    bool orderly;       /* the client has waited for a reply before it asked again, */
    bool pipelined;     /* or has not */
} pending_t;

/* Exchanges wait in one queue only. */
#define PENDING_LINK 0u

/* What is known of a message that may be a reply. */
typedef struct {
    camshark_exchange_t *exchange; /* that it answers; NULL if it answers none, or if nobody knows which */
    bool first;                    /* it is the first to do so */
    bool unsure;                   /* it may answer a request that gets no link */
} answer_t;

/* How long requests of a client that does not wait for replies get no link behind a gap: as long as replies to those that
 * were sent before, or in it, may still come. */
#define SETTLING_SECONDS 5

/* Of all connections of a file: one map each would take more memory than most connections have requests. */
static camshark_per_file_t *pending_of_file; /* GHashTable of pending_t, by their keys */

static int hf_baichuan_response_in = -1;
static int hf_baichuan_response_last_in = -1;
static int hf_baichuan_response_first_in = -1;
static int hf_baichuan_response_to = -1;
static int hf_baichuan_response_time = -1;
static int hf_baichuan_push = -1;
static int hf_baichuan_error_number = -1;

static expert_field ei_baichuan_unanswered = EI_INIT;
static expert_field ei_baichuan_refused = EI_INIT;
static expert_field ei_baichuan_refused_stream = EI_INIT;
static expert_field ei_baichuan_usual_refusal = EI_INIT;

/* ---- Deciding: first pass ---- */

static pending_key_t
pending_key(const bc_requests_t *requests, unsigned direction, const bc_header_t *header)
{
    return (pending_key_t){ (uintptr_t)&requests->sides[direction], header->msg_id, header->exchange_id };
}

/* What one side asked with this message and exchange id; NULL if nothing. */
static pending_t *
pending_requests(const bc_requests_t *requests, unsigned direction, const bc_header_t *header)
{
    const pending_key_t key = pending_key(requests, direction, header);

    return g_hash_table_lookup(camshark_per_file_get(pending_of_file), &key);
}

static pending_t *
new_pending(const bc_requests_t *requests, unsigned direction, const bc_header_t *header)
{
    pending_t *pending = camshark_file_new0(pending_t);

    pending->key = pending_key(requests, direction, header);
    g_hash_table_add(camshark_per_file_get(pending_of_file), pending);
    return pending;
}

static camshark_exchange_t *
begin_exchange(bc_requests_t *requests, unsigned direction, const bc_header_t *header, uint32_t frame,
               const nstime_t *when, bool expects_reply)
{
    pending_t *pending = pending_requests(requests, direction, header);

    if (pending == NULL) {
        pending = new_pending(requests, direction, header);
    }
    pending->requests++;
    pending->orderly |= pending->queue.newest != NULL && pending->queue.newest->first_reply_frame != 0;
    camshark_exchange_t *exchange =
        camshark_exchange_new(&requests->sides[direction], frame, when, expects_reply, 1);
    camshark_exchange_queue_push(&pending->queue, PENDING_LINK, exchange);
    return exchange;
}

static bc_requests_special_t *
special_of(bc_requests_t *requests)
{
    if (requests->special == NULL) {
        requests->special = camshark_file_new0(bc_requests_special_t);
    }
    return requests->special;
}

static bool
has_gap(const bc_requests_t *requests)
{
    return requests->special != NULL && requests->special->gap_known;
}

/* Whether a gap leaves it open which reply belongs to a request: its own reply may be in the gap, or replies to others come
 * that were sent before, or in it. */
static bool
is_unsure(const bc_requests_t *requests, const pending_t *pending, const camshark_exchange_t *exchange)
{
    nstime_t since;

    if (exchange->number <= exchange->side->excused) {
        return true;
    }
    if (!has_gap(requests) || (pending->orderly && !pending->pipelined)) {
        return false;
    }
    nstime_delta(&since, &exchange->time, &requests->special->gap);
    return nstime_to_sec(&since) < SETTLING_SECONDS;
}

/* Requests of one key that get no link leave their queue. Where a client has used an exchange id once, nobody else's reply
 * can have it. */
static void
forget_unsure_requests(const bc_requests_t *requests, pending_t *pending)
{
    camshark_exchange_queue_t *queue = &pending->queue;

    while (pending->requests > 1 && queue->waiting != NULL && is_unsure(requests, pending, queue->waiting)) {
        if (queue->waiting->first_reply_frame == 0) {
            queue->waiting->expects_reply = false; /* it may have had one */
            pending->forgotten = queue->waiting->number;
        }
        queue->waiting = queue->waiting->next[PENDING_LINK];
    }
}

/* Whether a reply that has begun may have further messages: those of files and streams have. A second document is more
 * likely the reply to a request that is not in the capture. */
static bool
may_go_on(const bc_requests_t *requests, const pending_t *pending)
{
    const camshark_exchange_t *newest = pending->queue.newest;
    const bool gap = has_gap(requests) && nstime_cmp(&requests->special->gap, &newest->time) > 0;

    return bc_binary_message(pending->key.msg_id) != NULL && newest->number > pending->ended &&
           (pending->requests == 1 || !gap);
}

/* What a message answers. */
static answer_t
find_answered(const bc_requests_t *requests, unsigned direction, const bc_header_t *header,
              const nstime_t *when)
{
    pending_t *pending = pending_requests(requests, 1 - direction, header);

    if (pending == NULL) {
        return (answer_t){ NULL, false, false };
    }
    forget_unsure_requests(requests, pending);
    camshark_exchange_t *newest = pending->queue.newest;
    camshark_exchange_t *waiting =
        camshark_exchange_queue_waiting(&pending->queue, PENDING_LINK, when, CAMSHARK_PATIENCE);
    if (waiting == NULL && newest->first_reply_frame == 0 && newest->number > pending->forgotten) {
        waiting = newest; /* late, but here */
    }
    if (waiting != NULL) {
        pending->pipelined |= waiting != newest;
        return (answer_t){ waiting, true, false };
    }
    const bool unsure = newest->number <= pending->forgotten;
    return (answer_t){ (!unsure && may_go_on(requests, pending)) ? newest : NULL, false, unsure };
}

/* A reply ends with this message. */
static void
note_end_of_reply(const bc_requests_t *requests, unsigned direction, const bc_header_t *header,
                  const camshark_exchange_t *exchange)
{
    pending_t *pending = pending_requests(requests, 1 - direction, header);

    if (pending != NULL && header->code == BC_STATUS_LAST_PIECE) {
        pending->ended = MAX(pending->ended, exchange->number);
    }
}

/* Whether the status says that something is refused (section 8). In short headers the number is no status. */
static bool
is_refusal(const bc_header_t *header)
{
    return header->code >= BC_STATUS_REFUSED && header->code < BC_STATUS_REFUSED_END &&
           header->len == BC_LONG_HEADER;
}

/* The test of e-mail settings to which this is the refusal: these have an error number in byte 12 (notes of
 * docs/baichuan-messages.tsv). Nothing for other messages. */
static answer_t
failed_email_test(const bc_requests_t *requests, unsigned direction, const bc_header_t *header,
                  const nstime_t *when)
{
    bc_header_t as_asked = *header;

    as_asked.exchange_id = (requests->special != NULL) ? requests->special->email_test[1 - direction] : 0;
    const bool only_byte_12 = (as_asked.exchange_id ^ header->exchange_id) < 0x100;
    return (header->msg_id == BC_MSG_TEST_EMAIL && is_refusal(header) && only_byte_12)
               ? find_answered(requests, direction, &as_asked, when)
               : (answer_t){ NULL, false, false };
}

static bc_turn_t
note_camera(bc_requests_t *requests, uint32_t frame, const nstime_t *when, unsigned direction,
            const bc_header_t *header)
{
    answer_t answer = find_answered(requests, direction, header, when);

    /* Some clients write the same exchange id into all requests, and pushes have it too: what was asked for
     * is one message, the rest are pushes. Nobody refuses what nobody asked for. */
    if (bc_message_may_be_push(header->msg_id) && !answer.first && !answer.unsure && !is_refusal(header)) {
        const bool answered = header->msg_id == BC_MSG_UDP_KEEP_ALIVE;
        camshark_exchange_t *push =
            answered ? begin_exchange(requests, direction, header, frame, when, false) : NULL;
        return (bc_turn_t){ push, BC_ROLE_PUSH, false };
    }
    bool has_error_number = false;
    if (answer.exchange == NULL) {
        answer = failed_email_test(requests, direction, header, when);
        has_error_number = answer.exchange != NULL;
    }
    if (answer.exchange == NULL) {
        return (bc_turn_t){ NULL, BC_ROLE_UNKNOWN, false };
    }
    camshark_exchange_reply(&requests->sides[1 - direction], answer.exchange, frame);
    note_end_of_reply(requests, direction, header, answer.exchange);
    return (bc_turn_t){ answer.exchange, answer.first ? BC_ROLE_REPLY : BC_ROLE_CONTINUATION,
                        has_error_number };
}

static bc_turn_t
note_client(bc_requests_t *requests, uint32_t frame, const nstime_t *when, unsigned direction,
            const bc_header_t *header)
{
    if (header->msg_id == BC_MSG_UDP_KEEP_ALIVE) {
        const answer_t answer = find_answered(requests, direction, header, when);
        if (answer.first) {
            camshark_exchange_reply(&requests->sides[1 - direction], answer.exchange, frame);
            return (bc_turn_t){ answer.exchange, BC_ROLE_REPLY, false };
        }
    }
    /* A logout may be answered by the end of the connection (section 3.4). */
    const bool expects_reply = bc_message_is_answered(header->msg_id) && header->msg_id != BC_MSG_LOGOUT;

    if (header->msg_id == BC_MSG_TEST_EMAIL) {
        special_of(requests)->email_test[direction] = header->exchange_id;
    }
    return (bc_turn_t){ begin_exchange(requests, direction, header, frame, when, expects_reply),
                        BC_ROLE_REQUEST, false };
}

bc_turn_t
bc_requests_note(bc_requests_t *requests, uint32_t frame, const nstime_t *when, const bc_message_t *message,
                 bool lost)
{
    camshark_requests_t *other = &requests->sides[1 - message->direction];

    if (lost) {
        camshark_requests_excuse(other);
        special_of(requests)->gap_known = true;
        special_of(requests)->gap = *when;
    }
    camshark_requests_heard(other, when);
    if (message->client < 0) {
        return (bc_turn_t){ NULL, BC_ROLE_UNKNOWN, false };
    }
    return ((unsigned)message->client == message->direction)
               ? note_client(requests, frame, when, message->direction, message->header)
               : note_camera(requests, frame, when, message->direction, message->header);
}

/* ---- Showing: every pass ---- */

static const camshark_exchange_fields_t fields = {
    .response_in = &hf_baichuan_response_in,
    .response_last_in = &hf_baichuan_response_last_in,
    .response_to = &hf_baichuan_response_to,
    .response_time = &hf_baichuan_response_time,
    .unanswered = &ei_baichuan_unanswered,
};

/* Clients find out what a camera can do by asking, so most refusals are no news. */
static bool
asks_for_stream(uint32_t msg_id)
{
    const bc_binary_message_t *binary = bc_binary_message(msg_id);

    return (binary != NULL && binary->media) || msg_id == BC_MSG_TALK_CONFIG;
}

static void
show_status(const bc_header_t *header, packet_info *pinfo, proto_item *item)
{
    if (!is_refusal(header) || header->msg_id == BC_MSG_LOGIN) {
        return; /* a refused login has an expert item of its own */
    }
    if (header->msg_id == BC_MSG_SUBSCRIBE && header->code == BC_STATUS_REFUSED) {
        expert_add_info(pinfo, item, &ei_baichuan_usual_refusal);
        return;
    }
    expert_add_info_format(pinfo, item, &ei_baichuan_refused, "The camera refuses this request: %u %s",
                           header->code, val_to_str_const(header->code, bc_status_names, "(unknown)"));
    if (asks_for_stream(header->msg_id)) {
        expert_add_info(pinfo, item, &ei_baichuan_refused_stream);
    }
}

void
bc_requests_show(const bc_turn_t *turn, const bc_header_t *header, const nstime_t *when, packet_info *pinfo,
                 tvbuff_t *tvb, proto_tree *tree)
{
    proto_item *item = proto_tree_get_parent(tree);
    bool from_client = false;
    proto_item *generated;

    switch ((bc_role_t)turn->role) {
    case BC_ROLE_UNKNOWN:
        if (bc_header_direction(header, &from_client) && !from_client) {
            show_status(header, pinfo, item);
        }
        break;
    case BC_ROLE_REQUEST:
        camshark_exchange_show_request(turn->exchange, &fields, pinfo, tvb, tree, item);
        break;
    case BC_ROLE_REPLY:
        camshark_exchange_show_reply(turn->exchange, &fields, when, tvb, tree);
        if (turn->has_error_number) {
            generated =
                proto_tree_add_int(tree, hf_baichuan_error_number, tvb, 0, 0, (int8_t)header->channel);
            proto_item_set_generated(generated);
        }
        show_status(header, pinfo, item);
        break;
    case BC_ROLE_CONTINUATION:
        camshark_exchange_show_reply(turn->exchange, &fields, NULL, tvb, tree);
        generated = proto_tree_add_uint(tree, hf_baichuan_response_first_in, tvb, 0, 0,
                                        turn->exchange->first_reply_frame);
        proto_item_set_generated(generated);
        show_status(header, pinfo, item);
        break;
    case BC_ROLE_PUSH:
        generated = proto_tree_add_boolean(tree, hf_baichuan_push, tvb, 0, 0, true);
        proto_item_set_generated(generated);
        if (turn->exchange != NULL) {
            camshark_exchange_show_request(turn->exchange, &fields, pinfo, tvb, tree, item);
        }
        break;
    }
}

void
bc_requests_register(int proto)
{
    pending_of_file = camshark_per_file_new_hash_table(camshark_hash_key, camshark_equal_keys);

    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_response_in,
          { "Reply in", "baichuan.response_in", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0,
            "Frame with the first message of the reply to this request", HFILL } },
        { &hf_baichuan_response_last_in,
          { "Reply goes on until", "baichuan.response_last_in", FT_FRAMENUM, BASE_NONE,
            FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0,
            "Frame with the last message of the reply to this request, where it has several", HFILL } },
        { &hf_baichuan_response_first_in,
          { "Reply begins in", "baichuan.response_first_in", FT_FRAMENUM, BASE_NONE,
            FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0,
            "Frame with the first message of the reply that this message continues", HFILL } },
        { &hf_baichuan_response_to,
          { "Reply to", "baichuan.response_to", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0,
            "Frame with the request that has the same message id and exchange id", HFILL } },
        { &hf_baichuan_response_time,
          { "Response time", "baichuan.response_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "Seconds from the request to the first message of its reply", HFILL } },
        { &hf_baichuan_push,
          { "Push", "baichuan.push", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "The camera sent this by itself: no request has its message id and exchange id", HFILL } },
        { &hf_baichuan_error_number,
          { "Error number", "baichuan.error_number", FT_INT8, BASE_DEC, NULL, 0,
            "Of a test of e-mail settings that failed: byte 12, in which other replies repeat that of the request; reported "
            "without a capture", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_baichuan_unanswered,
          { "baichuan.expert.unanswered", PI_SEQUENCE, PI_WARN,
            "No reply to this request is in the capture, although the camera answered a later one or was still "
            "sending 20 seconds later", EXPFILL } },
        { &ei_baichuan_refused,
          { "baichuan.expert.refused", PI_RESPONSE_CODE, PI_NOTE, "The camera refuses this request", EXPFILL } },
        { &ei_baichuan_refused_stream,
          { "baichuan.expert.refused_stream", PI_RESPONSE_CODE, PI_WARN,
            "The camera refuses this request, so the pictures, the sound or the file that the client wants do not come",
            EXPFILL } },
        { &ei_baichuan_usual_refusal,
          { "baichuan.expert.usual_refusal", PI_RESPONSE_CODE, PI_CHAT,
            "Cameras are known that refuse this request with 400 and send the events all the same", EXPFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
