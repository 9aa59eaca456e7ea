/* sleepers.c
 * Battery cameras of a hub that sleep: nothing else than their last state tells them from ones that refuse.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/expert.h>
#include <epan/packet.h>

#include <common/pure/hash.h>

#include <baichuan/record/sleepers.h>
#include <baichuan/session/plain-parts.h>
#include <baichuan/wire/xml-read.h>

static int hf_baichuan_standby_in = -1;
static expert_field ei_baichuan_asleep = EI_INIT;

/* A list of channels that is being read. */
typedef struct {
    bc_sleepers_t **sleepers;
    uint32_t frame;
    uint32_t channel; /* of the item, BC_CHANNELS before it is named */
    bool known;       /* the item has a state, */
    bool standby;     /* and it is this one */
} states_t;

static void
set_state(const states_t *states)
{
    if (!states->known || states->channel >= BC_CHANNELS) {
        return;
    }
    if (*states->sleepers == NULL && states->standby) {
        *states->sleepers = wmem_new0(wmem_file_scope(), bc_sleepers_t);
    }
    if (*states->sleepers != NULL) {
        (*states->sleepers)->standby[states->channel] = states->standby ? states->frame : 0;
    }
}

static uint32_t
channel_number(const char *text)
{
    return (uint32_t)MIN(g_ascii_strtoull(text, NULL, 10), BC_CHANNELS);
}

/* An element of a list of channels. */
static bool
read_state(void *context, const bc_xml_element_t *element)
{
    states_t *states = context;

    if (g_ascii_strcasecmp(element->name, "channelId") == 0) {
        states->channel = g_ascii_isdigit(element->value[0]) ? channel_number(element->value) : BC_CHANNELS;
    } else if (g_ascii_strcasecmp(element->name, "loginState") == 0) {
        states->known = true;
        states->standby = g_ascii_strcasecmp(element->value, "standby") == 0;
    } else if (g_ascii_strcasecmp(element->name, "ChannelInfo") == 0) {
        set_state(states);
        states->channel = BC_CHANNELS;
        states->known = false;
    }
    return true;
}

static void
read_states(bc_sleepers_t **sleepers, uint32_t frame, const bc_plain_t *plain)
{
    states_t states = { .sleepers = sleepers, .frame = frame, .channel = BC_CHANNELS };

    if (plain->bytes != NULL) {
        bc_xml_walk(NULL, plain->bytes, plain->len, read_state, &states);
    }
}

static uint32_t
channel_in(const bc_plain_t *plain)
{
    bc_xml_field_t field = { .name = "channelId" };

    if (plain->bytes != NULL) {
        bc_xml_find(plain->bytes, plain->len, &field, 1);
    }
    return field.found && g_ascii_isdigit(field.value[0]) ? channel_number(field.value) : BC_CHANNELS;
}

/* The channel that a message names; BC_CHANNELS if it names none. */
static uint32_t
channel_of(bc_message_t *message, const bc_decision_t *decision)
{
    uint32_t channel = BC_CHANNELS;

    if (bc_message_extension_len(message) > 0 && decision->extension != BC_CIPHER_UNKNOWN) {
        channel = channel_in(bc_plain_extension(message, decision));
    }
    if (channel == BC_CHANNELS && decision->kind == BC_PAYLOAD_XML) {
        channel = channel_in(bc_plain_payload(message, decision));
    }
    return channel;
}

/* What is known of a sleeping channel that a message names; NULL if it names none that sleeps. */
static bc_asleep_t *
sleeper_named(const bc_sleepers_t *sleepers, bc_message_t *message, const bc_decision_t *decision)
{
    const uint32_t channel = channel_of(message, decision);

    if (channel >= BC_CHANNELS || sleepers->standby[channel] == 0) {
        return NULL;
    }
    const bc_asleep_t asleep = { channel, sleepers->standby[channel] };
    return wmem_memdup(wmem_file_scope(), &asleep, sizeof asleep);
}

static uint64_t
asked_key(const bc_header_t *header)
{
    return (uint64_t)header->msg_id << 32 | header->exchange_id;
}

static void
note_asked(bc_sleepers_t *sleepers, bc_message_t *message, const bc_decision_t *decision)
{
    const uint64_t key = asked_key(message->header);
    bc_asleep_t *asleep = sleeper_named(sleepers, message, decision);

    if (sleepers->asked == NULL) {
        sleepers->asked = wmem_map_new(wmem_file_scope(), camshark_hash_u64, g_int64_equal);
    }
    wmem_map_remove(sleepers->asked, &key);
    if (asleep != NULL) {
        wmem_map_insert(sleepers->asked, wmem_memdup(wmem_file_scope(), &key, sizeof key), asleep);
    }
}

/* A reply. Returns why it is a refusal. */
static const bc_asleep_t *
note_answered(bc_sleepers_t *sleepers, bc_message_t *message, const bc_decision_t *decision)
{
    const uint64_t key = asked_key(message->header);
    const bc_asleep_t *asleep = (sleepers->asked != NULL) ? wmem_map_remove(sleepers->asked, &key) : NULL;

    if (message->header->code != BC_STATUS_REFUSED || message->header->len != BC_LONG_HEADER) {
        return NULL;
    }
    if (asleep == NULL) {
        return sleeper_named(sleepers, message, decision);
    }
    /* It may have been reported again since, or have woken. */
    return (sleepers->standby[asleep->channel] != 0) ? asleep : NULL;
}

const bc_asleep_t *
bc_sleepers_note(bc_sleepers_t **sleepers, const packet_info *pinfo, bc_message_t *message,
                 const bc_decision_t *decision)
{
    const bool from_client = bc_message_from_client(message);

    if (message->header->msg_id == BC_MSG_CHANNEL_INFO && !from_client && decision->kind == BC_PAYLOAD_XML) {
        read_states(sleepers, pinfo->num, bc_plain_payload(message, decision));
    }
    if (*sleepers == NULL || message->header->overwritten) {
        return NULL;
    }
    if (from_client) {
        note_asked(*sleepers, message, decision);
        return NULL;
    }
    return note_answered(*sleepers, message, decision);
}

void
bc_asleep_show(const bc_asleep_t *asleep, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
               proto_item *item)
{
    if (asleep != NULL) {
        proto_item *link = proto_tree_add_uint(tree, hf_baichuan_standby_in, tvb, 0, 0, asleep->frame);
        proto_item_set_generated(link);
        expert_add_info_format(
            pinfo, item, &ei_baichuan_asleep,
            "Wake the camera first: channel %u is asleep, as far as is known (frame %u reports it in "
            "standby), and a sleeping camera answers 400 to all",
            asleep->channel, asleep->frame);
    }
}

void
bc_sleepers_register(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_standby_in,
          { "In standby since", "baichuan.standby_in", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame with the report of channels (message 145) that says so of the channel that refuses", HFILL } },
    };
    static ei_register_info ei[] = {
        { &ei_baichuan_asleep,
          { "baichuan.expert.asleep", PI_RESPONSE_CODE, PI_NOTE,
            "Wake the camera first: it is asleep, as far as is known, and a sleeping camera answers 400 to all", EXPFILL } },
    };
    /* clang-format on */

    proto_register_field_array(proto, hf, array_length(hf));
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
}
