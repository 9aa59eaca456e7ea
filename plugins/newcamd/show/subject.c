/* subject.c
 * What an ECM or EMM request is about, shown in the request and in its replies.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/show/subject.h>

#include <newcamd/record/subject.h>
#include <newcamd/show/ca-names.h>

static int hf_newcamd_request_sid = -1;
static int hf_newcamd_request_caid = -1;
static int hf_newcamd_request_provider = -1;
static int hf_newcamd_request_ecm_hash = -1;
static int hf_newcamd_cw_order = -1;
static int hf_newcamd_hop_previous = -1;
static int hf_newcamd_hop_next = -1;
static int hf_newcamd_hop_delay = -1;
static int hf_newcamd_hop_time = -1;

static const value_string word_orders[] = {
    { NEWCAMD_WORDS_NEW, "new" },
    { NEWCAMD_WORDS_REPEATED, "repeated" },
    { NEWCAMD_WORDS_BACKWARDS, "backwards" },
    { 0, NULL },
};

static const newcamd_subject_t *
subject_of(const newcamd_message_t *message)
{
    const camshark_exchange_t *exchange = message->turn->exchange;

    return (exchange != NULL) ? exchange->subject : NULL;
}

static void
add_number(const newcamd_message_t *message, int hf, uint32_t value)
{
    proto_item_set_generated(proto_tree_add_uint(message->tree, hf, message->tvb, 0, 0, value));
}

static void
add_interval(const newcamd_message_t *message, int hf, const nstime_t *interval)
{
    proto_item_set_generated(proto_tree_add_time(message->tree, hf, message->tvb, 0, 0, interval));
}

static void
add_ecm_hash(const newcamd_message_t *message, const newcamd_subject_t *subject)
{
    proto_item_set_generated(proto_tree_add_uint64(message->tree, hf_newcamd_request_ecm_hash, message->tvb,
                                                   0, 0, subject->ecm_hash));
}

static void
show_hop_links(const newcamd_message_t *message, const newcamd_hop_t *hop)
{
    if (hop->previous != NULL) {
        nstime_t delay;
        nstime_delta(&delay, &hop->time, &hop->previous->time);
        add_number(message, hf_newcamd_hop_previous, hop->previous->frame);
        add_interval(message, hf_newcamd_hop_delay, &delay);
    }
    for (unsigned i = 0; i < hop->next_count; i++) {
        add_number(message, hf_newcamd_hop_next, hop->next[i]->frame);
    }
}

void
newcamd_subject_show_request(const newcamd_message_t *message)
{
    const newcamd_subject_t *subject = subject_of(message);

    if (subject != NULL && subject->is_ecm) {
        add_ecm_hash(message, subject);
        show_hop_links(message, subject->hop);
    }
}

/* What only the first reply to an ECM has. */
static void
show_first_reply(const newcamd_message_t *message, const newcamd_subject_t *subject)
{
    if (message->turn->role != NEWCAMD_ROLE_REPLY) {
        return;
    }
    if (subject->words != NEWCAMD_WORDS_NONE) {
        add_number(message, hf_newcamd_cw_order, subject->words);
    }
    if (subject->hop->has_own_time) {
        add_interval(message, hf_newcamd_hop_time, &subject->hop->own_time);
    }
}

void
newcamd_subject_show_reply(const newcamd_message_t *message)
{
    const newcamd_subject_t *subject = subject_of(message);

    if (subject == NULL) {
        return;
    }
    if (subject->has_sid) {
        add_number(message, hf_newcamd_request_sid, subject->sid);
    }
    if (subject->caid != 0) {
        add_number(message, hf_newcamd_request_caid, subject->caid);
    }
    if (subject->has_provider) {
        add_number(message, hf_newcamd_request_provider, subject->provider);
    }
    if (subject->is_ecm) {
        add_ecm_hash(message, subject);
        show_first_reply(message, subject);
    }
}

const char *
newcamd_subject_phrase(const newcamd_message_t *message)
{
    wmem_allocator_t *pool = message->pinfo->pool;
    const newcamd_subject_t *subject = subject_of(message);
    nstime_t elapsed;

    if (subject == NULL) {
        return "";
    }
    const char *name = newcamd_subject_name(pool, subject);
    const char *before = (name[0] != '\0') ? " for " : "";
    if (message->turn->role != NEWCAMD_ROLE_REPLY) {
        return wmem_strdup_printf(pool, "%s%s", before, name);
    }
    nstime_delta(&elapsed, &message->pinfo->abs_ts, &message->turn->exchange->time);
    return wmem_strdup_printf(pool, "%s%s, %.2f ms", before, name, nstime_to_msec(&elapsed));
}

void
newcamd_subject_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_newcamd_request_sid,
          { "Service id of the request", "newcamd.request.sid", FT_UINT16, BASE_HEX, NULL, 0,
            "DVB service (SID) of the request that this replies to", HFILL } },
        { &hf_newcamd_request_caid,
          { "CAID of the request", "newcamd.request.caid", FT_UINT16, BASE_HEX | BASE_RANGE_STRING, RVALS(newcamd_ca_systems), 0,
            "CA system of the request that this replies to: of its header, or of the card data before it where the header has 0", HFILL } },
        { &hf_newcamd_request_provider,
          { "Provider of the request", "newcamd.request.provider", FT_UINT24, BASE_HEX, NULL, 0,
            "Provider ident of the request that this replies to, where its header gives one", HFILL } },
        { &hf_newcamd_request_ecm_hash,
          { "ECM id", "newcamd.request.ecm_hash", FT_UINT64, BASE_HEX, NULL, 0,
            "The first 8 bytes of the SHA-256 of the ECM's table id and data, in the request and in its replies: the same for "
            "the same ECM, whoever sends it to whom", HFILL } },
        { &hf_newcamd_cw_order,
          { "Order of control words", "newcamd.cw.order", FT_UINT8, BASE_DEC, VALS(word_orders), 0,
            "Whether one of the words is new for the service in this connection, both are those of the reply before (repeated), or both came "
            "before and were replaced (backwards); not of an ECM that was answered before", HFILL } },
        { &hf_newcamd_hop_previous,
          { "Hop before", "newcamd.hop.previous", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame in which this ECM had come to the host that sends it here, and which it had not answered yet", HFILL } },
        { &hf_newcamd_hop_next,
          { "Next hop", "newcamd.hop.next", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame in which the host that got this ECM sends it to another server; it may send it to several", HFILL } },
        { &hf_newcamd_hop_delay,
          { "Time since the hop before", "newcamd.hop.delay", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "Seconds from the request one hop before to this one", HFILL } },
        { &hf_newcamd_hop_time,
          { "Time of this hop alone", "newcamd.hop.time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "Seconds from request to reply, without those in which the server waited for the next hop; of ECMs that were seen "
            "at several hops", HFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
}
