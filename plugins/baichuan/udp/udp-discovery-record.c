/* udp-discovery-record.c
 * What the first pass finds out about a BcUdp discovery message: its session, and the first of several equal ones.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>

#include <common/epan/file-memory.h>

#include <baichuan/record/records.h>
#include <baichuan/udp/udp-discovery-record.h>
#include <baichuan/wire/xml-read.h>

/* An answer is asked for again after 500 milliseconds or a second, as long as nobody answers (section 6.8).
 */
#define RETRY_SECONDS 3

/* A message that was seen; file scope. */
typedef struct {
    address from;
    uint32_t port;
    uint32_t tid;
    uint32_t crc;
    uint32_t frame;
    nstime_t first; /* time of the first one, */
    nstime_t last;  /* and of the last one */
} seen_message_t;

static wmem_map_t *seen_messages; /* seen_message_t -> itself; begins anew with each file */

static unsigned
hash_seen_message(const void *key)
{
    const seen_message_t *seen = key;
    const uint32_t words[] = { seen->tid, seen->crc, seen->port };

    return wmem_strong_hash((const guint8 *)words, sizeof words) ^
           wmem_strong_hash(seen->from.data, (size_t)seen->from.len);
}

static gboolean
equal_seen_messages(const void *one, const void *other)
{
    const seen_message_t *a = one;
    const seen_message_t *b = other;

    return a->tid == b->tid && a->crc == b->crc && a->port == b->port && addresses_equal(&a->from, &b->from);
}

/* Looks for the same message from the same sender, whoever it was sent to. */
static void
find_first_message(packet_info *pinfo, uint32_t tid, uint32_t crc, bc_udp_discovery_record_t *record)
{
    const seen_message_t key = { .from = pinfo->src, .port = pinfo->srcport, .tid = tid, .crc = crc };
    seen_message_t *seen = wmem_map_lookup(seen_messages, &key);
    nstime_t quiet;

    if (seen != NULL) {
        nstime_delta(&quiet, &pinfo->abs_ts, &seen->last);
        seen->last = pinfo->abs_ts;
        if (quiet.secs < RETRY_SECONDS) {
            record->first_frame = seen->frame;
            nstime_delta(&record->since, &pinfo->abs_ts, &seen->first);
            return;
        }
    } else {
        seen = camshark_file_new0(seen_message_t);
        *seen = key;
        copy_address_wmem(wmem_file_scope(), &seen->from, &pinfo->src);
        wmem_map_insert(seen_messages, seen, seen);
    }
    seen->frame = pinfo->num;
    seen->first = pinfo->abs_ts;
    seen->last = pinfo->abs_ts;
}

static uint32_t
id_of_field(const bc_xml_field_t *field)
{
    return (uint32_t)g_ascii_strtoll(field->value, NULL, 10);
}

/* What a message with the client's id alone belongs to. */
static void
learn_of_asking(packet_info *pinfo, const bc_udp_told_t *told, bc_udp_discovery_record_t *record)
{
    const bc_udp_asked_t asked = bc_udp_outcome_ask(pinfo, told);

    record->asking = asked.asking;
    record->session = asked.session;
    record->counts = asked.session != NULL;
    record->direction = record->counts && asked.session->conversation->outcome->client == 1;
}

/* What the message says of a session's two ids, and of how it goes. */
static void
learn_session_ids(tvbuff_t *plain, packet_info *pinfo, const bc_udp_message_t *message,
                  bc_udp_discovery_record_t *record)
{
    const int len = (int)tvb_captured_length(plain);
    enum { CID, DID, NONCE };
    bc_xml_field_t fields[] = {
        [CID] = { .name = "cid" }, [DID] = { .name = "did" }, [NONCE] = { .name = "nc" }
    };

    bc_xml_find(tvb_get_ptr(plain, 0, len), (size_t)len, fields, array_length(fields));
    if (!fields[CID].found) {
        return;
    }
    const bc_udp_told_t told = { message, id_of_field(&fields[CID]), record };
    if (!fields[DID].found) {
        learn_of_asking(pinfo, &told, record);
        return;
    }
    const bc_udp_tie_t tie = {
        .cid = told.cid,
        .did = id_of_field(&fields[DID]),
        .between = (message->flags & BC_UDP_BETWEEN) != 0,
        .from_client = message->name[0] == 'C',
        .begins = (message->flags & BC_UDP_BEGINS) != 0,
        .ends = (message->flags & BC_UDP_ENDS) != 0,
        .nonce = fields[NONCE].found ? fields[NONCE].value : NULL,
    };
    const bc_udp_tied_t tied = bc_udp_session_tie(pinfo, &tie);
    record->session = tied.session;
    record->direction = (uint8_t)tied.direction;
    record->counts = tied.session != NULL && tie.between;
    if (record->counts) {
        bc_udp_outcome_tell(pinfo, &told, &tied);
    }
}

static void
decide_discovery(tvbuff_t *tvb, packet_info *pinfo, tvbuff_t *plain, const bc_udp_message_t *message,
                 bc_udp_discovery_record_t *record)
{
    if (message == NULL || (message->flags & BC_UDP_REPEATS) == 0) {
        find_first_message(pinfo, tvb_get_letohl(tvb, 12), tvb_get_letohl(tvb, 16), record);
    }
    if (plain != NULL && message != NULL) {
        learn_session_ids(plain, pinfo, message, record);
    }
}

const bc_udp_discovery_record_t *
bc_udp_discovery_record_of(tvbuff_t *tvb, packet_info *pinfo, tvbuff_t *plain,
                           const bc_udp_message_t *message)
{
    const camshark_record_key_t key = bc_records_key_in_frame(BC_RECORD_UDP_DISCOVERY, tvb);

    if (PINFO_FD_VISITED(pinfo)) {
        return camshark_record_find(bc_records, pinfo, &key);
    }
    bc_udp_discovery_record_t *record = camshark_record_new(bc_records, pinfo, &key, sizeof *record);
    decide_discovery(tvb, pinfo, plain, message, record);
    return record;
}

const bc_conversation_t *
bc_udp_discovery_conversation(const bc_udp_discovery_record_t *record, const packet_info *pinfo)
{
    const bc_udp_asking_t *asking = PINFO_FD_VISITED(pinfo) ? record->asking : NULL;
    const bc_udp_session_t *session = record->session;

    if (session == NULL && asking != NULL && !asking->several) {
        session = asking->session;
    }
    return (session != NULL) ? session->conversation : NULL;
}

void
bc_udp_discovery_record_register(void)
{
    bc_udp_outcome_register();
    seen_messages =
        wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_seen_message, equal_seen_messages);
}
