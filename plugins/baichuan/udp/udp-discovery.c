/* udp-discovery.c
 * BcUdp packets with documents: discovery and control, alarms, hub packets.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Their payloads are opened on every pass: nothing but what is in the packet is needed for that. What the
 * first pass finds out about a message is in udp-discovery-record.c.
 */
#include <common/epan/ws-compat.h>

#include <epan/expert.h>
#include <epan/packet.h>

#include <string.h>

#include <baichuan/show/display.h>
#include <baichuan/show/identity.h>
#include <baichuan/show/outcome.h>
#include <baichuan/wire/crypto.h>
#include <baichuan/udp/packet.h>
#include <baichuan/udp/udp-discovery.h>
#include <baichuan/udp/udp-discovery-record.h>
#include <baichuan/wire/udp-header.h>
#include <baichuan/udp/udp-documents.h>
#include <baichuan/taps/follow.h>
#include <baichuan/taps/sessions.h>
#include <baichuan/taps/udp-stats.h>

#define UID_LEN        32
#define JSON_MAX_DEPTH 64u

static int proto_baichuan = -1;
static dissector_handle_t json_handle;

static int hf_baichuan_tid = -1;
static int hf_baichuan_checksum = -1;
static int hf_baichuan_checksum_status = -1;
static int hf_baichuan_xml = -1;
static int hf_baichuan_json = -1;
static int hf_baichuan_body = -1;
static int hf_baichuan_message = -1;
static int hf_baichuan_retransmission = -1;
static int hf_baichuan_first_frame = -1;
static int hf_baichuan_first_time = -1;
static int hf_baichuan_counter = -1;
static int hf_baichuan_device_uid = -1;
static int hf_baichuan_event = -1;

static int ett_baichuan_json = -1;

static expert_field ei_baichuan_checksum = EI_INIT;
static expert_field ei_baichuan_retransmission = EI_INIT;
static expert_field ei_baichuan_cut = EI_INIT;
static expert_field ei_baichuan_not_opened = EI_INIT;

static const value_string event_names[] = {
    { 3, "Motion" },
    { 4, "Seems to be going to sleep" },
    { 0, NULL },
};

/* ---- Payloads ----------------------------------------------------------------------------------------- */

/* The payload behind a header in plain text, without secrets if these are hidden; a new data source. NULL if
 * there is none. */
static tvbuff_t *
open_discovery_payload(tvbuff_t *tvb, packet_info *pinfo, int header, uint32_t tid)
{
    const int len = tvb_captured_length_remaining(tvb, header);

    if (len <= 0) {
        return NULL;
    }
    uint8_t *plain = tvb_memdup(pinfo->pool, tvb, header, (size_t)len);
    bc_udp_xor(plain, (size_t)len, tid);
    if (bc_hides_secrets()) {
        bc_udp_mask_secrets(plain, (size_t)len);
    }
    return tvb_new_child_real_data(tvb, plain, (unsigned)len, len);
}

static void
show_payload_checksum(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int offset, int payload)
{
    const int len = tvb_captured_length_remaining(tvb, payload);
    const bool whole = tvb_captured_length(tvb) == tvb_reported_length(tvb);
    const uint32_t crc = (len > 0) ? bc_udp_crc(tvb_get_ptr(tvb, payload, len), (size_t)len) : 0;

    proto_tree_add_checksum(tree, tvb, (unsigned)offset, hf_baichuan_checksum, hf_baichuan_checksum_status,
                            &ei_baichuan_checksum, pinfo, crc, ENC_LITTLE_ENDIAN,
                            whole ? PROTO_CHECKSUM_VERIFY : PROTO_CHECKSUM_NO_FLAGS);
    if (!whole) {
        expert_add_info(pinfo, proto_tree_get_parent(tree), &ei_baichuan_cut);
    }
}

static bool
is_json_flat(const char *text)
{
    unsigned depth = 0;

    for (; *text != '\0'; text++) {
        if (*text == '{' || *text == '[') {
            depth++;
        } else if ((*text == '}' || *text == ']') && depth > 0) {
            depth--;
        }
        if (depth > JSON_MAX_DEPTH) {
            return false;
        }
    }
    return true;
}

static void
show_alarm_json(tvbuff_t *json, packet_info *pinfo, proto_tree *tree)
{
    const int len = (int)tvb_captured_length(json);
    const char *text = (const char *)tvb_get_string_enc(pinfo->pool, json, 0, len, ENC_UTF_8);
    const char *event = strstr(text, "\"event\":");
    proto_item *item = proto_tree_add_item(tree, hf_baichuan_json, json, 0, len, ENC_UTF_8);

    if (event != NULL && g_ascii_isdigit(event[strlen("\"event\":")])) {
        const uint64_t number = g_ascii_strtoull(event + strlen("\"event\":"), NULL, 10);
        proto_tree_add_uint(tree, hf_baichuan_event, json, 0, len, (uint32_t)MIN(number, UINT32_MAX));
        bc_append_info(pinfo, wmem_strdup_printf(pinfo->pool, "event %u", (unsigned)MIN(number, UINT32_MAX)));
    }
    if (json_handle != NULL && is_json_flat(text)) {
        bc_call_fenced(json_handle, json, pinfo, proto_item_add_subtree(item, ett_baichuan_json), false);
    }
}

/* The first byte that is no white space; 0 if there is none. */
static uint8_t
first_text_byte(tvbuff_t *text)
{
    const int len = (int)tvb_captured_length(text);

    for (int i = 0; i < len; i++) {
        const uint8_t byte = tvb_get_uint8(text, i);
        if (!g_ascii_isspace((char)byte)) {
            return byte;
        }
    }
    return 0;
}

/* Shows a payload.
 *   plain  it in plain text; NULL if there is none. What is no text is shown as it came. */
static void
show_payload_body(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, int header, tvbuff_t *plain)
{
    if (plain == NULL) {
        return;
    }
    const uint8_t begin = first_text_byte(plain);
    if (begin != '{' && begin != '<') {
        proto_item *item = proto_tree_add_item(tree, hf_baichuan_body, tvb, header, -1, ENC_NA);
        expert_add_info(pinfo, item, &ei_baichuan_not_opened);
        return;
    }
    add_new_data_source(pinfo, plain, "Decrypted BcUdp");
    if (begin == '{') {
        show_alarm_json(plain, pinfo, tree);
    } else {
        bc_udp_fields_show(plain, pinfo, tree);
        bc_show_xml(plain, pinfo, tree, hf_baichuan_xml);
    }
}

/* ---- Discovery: every pass ---------------------------------------------------------------------------- */

static void
show_discovery_record(const bc_udp_discovery_record_t *record, packet_info *pinfo, tvbuff_t *tvb,
                      proto_tree *tree)
{
    if (record == NULL || record->first_frame == 0) {
        return;
    }
    proto_item *item = proto_tree_add_boolean(tree, hf_baichuan_retransmission, tvb, 12, 4, true);
    proto_item_set_generated(item);
    expert_add_info(pinfo, item, &ei_baichuan_retransmission);
    item = proto_tree_add_uint(tree, hf_baichuan_first_frame, tvb, 0, 0, record->first_frame);
    proto_item_set_generated(item);
    item = proto_tree_add_time(tree, hf_baichuan_first_time, tvb, 0, 0, &record->since);
    proto_item_set_generated(item);
}

static void
show_discovery_session(const bc_udp_discovery_record_t *record, packet_info *pinfo, tvbuff_t *tvb,
                       proto_tree *tree)
{
    const bc_conversation_t *conversation = bc_udp_discovery_conversation(record, pinfo);

    if (conversation != NULL) {
        bc_udp_packet_show_session(tvb, tree, conversation->number);
        bc_connection_show(tvb, tree, 4, conversation->connection);
        bc_follow_note(pinfo, conversation->connection);
    }
}

static const char *
discovery_text(packet_info *pinfo, const char *root, const bc_udp_message_t *message)
{
    if (message != NULL) {
        return wmem_strdup_printf(pinfo->pool, "%s: %s", message->name, message->meaning);
    }
    return (root != NULL) ? wmem_strdup_printf(pinfo->pool, "Discovery, %s", root) : "Discovery";
}

void
bc_udp_discovery_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const uint32_t tid = tvb_get_letohl(tvb, 12);
    tvbuff_t *plain = open_discovery_payload(tvb, pinfo, BC_UDP_DISCOVERY_HEADER, tid);
    const char *root = (plain != NULL) ? bc_udp_message_root(pinfo->pool, plain) : NULL;
    const bc_udp_message_t *message = (root != NULL) ? bc_udp_message_find(root) : NULL;
    const bc_udp_discovery_record_t *record = bc_udp_discovery_record_of(tvb, pinfo, plain, message);
    const bc_udp_tap_t packet = { .type = BC_UDP_DISCOVERY };
    proto_item *item;
    proto_tree *subtree = bc_udp_packet_begin(tvb, pinfo, tree, discovery_text(pinfo, root, message), &item);

    bc_udp_packet_show_size(tvb, subtree, 4);
    bc_udp_packet_show_unknown(tvb, subtree, 8);
    proto_tree_add_item(subtree, hf_baichuan_tid, tvb, 12, 4, ENC_LITTLE_ENDIAN);
    show_payload_checksum(tvb, pinfo, subtree, 16, BC_UDP_DISCOVERY_HEADER);
    show_discovery_record(record, pinfo, tvb, subtree);
    if (root != NULL) {
        item = proto_tree_add_string(subtree, hf_baichuan_message, tvb, 0, 0, root);
        proto_item_set_generated(item);
    }
    show_payload_body(tvb, pinfo, subtree, BC_UDP_DISCOVERY_HEADER, plain);
    if (record != NULL) {
        const bc_outcome_t *outcome = record->counts ? record->session->conversation->outcome : NULL;
        show_discovery_session(record, pinfo, tvb, subtree);
        bc_outcome_show_udp(outcome, record, tvb, pinfo, subtree);
        bc_sessions_queue(pinfo, outcome, record->direction);
    }
    bc_udp_stats_queue(pinfo, &packet);
}

/* ---- Alarms and hub packets --------------------------------------------------------------------------- */

void
bc_udp_alarm_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const bc_udp_tap_t packet = { .type = BC_UDP_ALARM };
    proto_item *item;
    proto_tree *subtree = bc_udp_packet_begin(tvb, pinfo, tree, "Alarm", &item);

    bc_udp_packet_show_size(tvb, subtree, 4);
    proto_tree_add_item(subtree, hf_baichuan_counter, tvb, 8, 4, ENC_LITTLE_ENDIAN);
    bc_udp_packet_show_unknown(tvb, subtree, 12);
    bc_udp_packet_show_unknown(tvb, subtree, 16);
    proto_tree_add_item(subtree, hf_baichuan_device_uid, tvb, 20, UID_LEN, ENC_UTF_8);
    show_payload_checksum(tvb, pinfo, subtree, 52, BC_UDP_ALARM_HEADER);
    tvbuff_t *plain = open_discovery_payload(tvb, pinfo, BC_UDP_ALARM_HEADER, tvb_get_letohl(tvb, 8));
    show_payload_body(tvb, pinfo, subtree, BC_UDP_ALARM_HEADER, plain);
    bc_udp_stats_queue(pinfo, &packet);
}

void
bc_udp_hub_dissect(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    const bc_udp_tap_t packet = { .type = BC_UDP_HUB };
    proto_item *item;
    proto_tree *subtree = bc_udp_packet_begin(tvb, pinfo, tree, "Hub packet", &item);

    bc_udp_packet_show_size(tvb, subtree, 4);
    proto_tree_add_item(subtree, hf_baichuan_counter, tvb, 8, 4, ENC_LITTLE_ENDIAN);
    proto_tree_add_item(subtree, hf_baichuan_device_uid, tvb, 12, UID_LEN, ENC_UTF_8);
    tvbuff_t *plain = open_discovery_payload(tvb, pinfo, BC_UDP_HUB_HEADER, tvb_get_letohl(tvb, 8));
    show_payload_body(tvb, pinfo, subtree, BC_UDP_HUB_HEADER, plain);
    bc_udp_stats_queue(pinfo, &packet);
}

/* ---- Registration ------------------------------------------------------------------------------------- */

static void
register_discovery_fields(int proto)
{
    /* clang-format off */
    static hf_register_info hf[] = {
        { &hf_baichuan_tid,
          { "Transmission ID", "baichuan.udp_tid", FT_UINT32, BASE_DEC, NULL, 0,
            "Opens the payload; an answer mostly has that of its request", HFILL } },
        { &hf_baichuan_checksum,
          { "Checksum", "baichuan.udp_checksum", FT_UINT32, BASE_HEX, NULL, 0,
            "CRC-32 of the encrypted payload, beginning with 0 and not inverted", HFILL } },
        { &hf_baichuan_checksum_status,
          { "Checksum status", "baichuan.udp_checksum.status", FT_UINT8, BASE_NONE, VALS(proto_checksum_vals), 0,
            "Whether the checksum is that of the payload", HFILL } },
        { &hf_baichuan_xml,
          { "Document", "baichuan.udp.xml", FT_STRING, BASE_NONE, NULL, 0,
            "The payload in plain text", HFILL } },
        { &hf_baichuan_json,
          { "JSON text", "baichuan.udp.json", FT_STRING, BASE_NONE, NULL, 0,
            "The payload in plain text", HFILL } },
        { &hf_baichuan_body,
          { "Payload bytes", "baichuan.udp.body", FT_BYTES, BASE_NONE, NULL, 0,
            "A payload that no number in the header opens", HFILL } },
        { &hf_baichuan_message,
          { "Discovery message", "baichuan.udp.message", FT_STRING, BASE_NONE, NULL, 0,
            "Name of the element that is the message: who sends to whom, and what", HFILL } },
        { &hf_baichuan_retransmission,
          { "Message was sent before", "baichuan.udp.message.retransmission", FT_BOOLEAN, BASE_NONE, NULL, 0,
            "The same sender has sent the same message under this transmission ID", HFILL } },
        { &hf_baichuan_first_frame,
          { "Message first sent in", "baichuan.udp.message.first_frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
            "Frame in which this message was captured first", HFILL } },
        { &hf_baichuan_first_time,
          { "Time since message was first sent", "baichuan.udp.message.first_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
            "Seconds from the first transmission to this one", HFILL } },
        { &hf_baichuan_counter,
          { "Counter", "baichuan.udp.counter", FT_UINT32, BASE_DEC, NULL, 0,
            "Counts the packets of this kind that a device sends; opens the payload", HFILL } },
        { &hf_baichuan_device_uid,
          { "Device UID", "baichuan.udp.device_uid", FT_STRINGZPAD, BASE_NONE, NULL, 0,
            "Under which the vendor's servers know the sender", HFILL } },
        { &hf_baichuan_event,
          { "Event", "baichuan.udp.event", FT_UINT32, BASE_DEC, VALS(event_names), 0,
            "Number of what has happened, out of the JSON text", HFILL } },
    };
    /* clang-format on */
    static int *ett[] = { &ett_baichuan_json };

    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}

void
bc_udp_discovery_register(int proto)
{
    /* clang-format off */
    static ei_register_info ei[] = {
        { &ei_baichuan_checksum,
          { "baichuan.expert.udp_checksum", PI_CHECKSUM, PI_WARN,
            "The checksum is not that of the payload: the payload or the header is damaged", EXPFILL } },
        { &ei_baichuan_retransmission,
          { "baichuan.expert.udp_message_again", PI_SEQUENCE, PI_NOTE,
            "This message was sent before: the sender has no answer yet, or tries another port", EXPFILL } },
        { &ei_baichuan_not_opened,
          { "baichuan.expert.udp_not_opened", PI_DECRYPTION, PI_NOTE,
            "The number in the header opens this to neither a document nor JSON: it is damaged, or of another kind",
            EXPFILL } },
        { &ei_baichuan_cut,
          { "baichuan.expert.udp_document_cut", PI_SEQUENCE, PI_WARN,
            "Not all of this packet was captured, so its checksum can not be verified", EXPFILL } },
    };
    /* clang-format on */

    proto_baichuan = proto;
    register_discovery_fields(proto);
    expert_register_field_array(expert_register_protocol(proto), ei, array_length(ei));
    bc_udp_messages_register(proto);
    bc_udp_discovery_record_register();
}

void
bc_udp_discovery_handoff(void)
{
    json_handle = find_dissector("json");
}
