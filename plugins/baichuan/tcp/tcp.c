/* tcp.c
 * BC over TCP: recognising it, and feeding each segment into its stream.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * TCP is never asked for more bytes: then it hands over each segment at once, those behind a gap, too, and on every pass
 * the same ones.
 */
#include <common/epan/ws-compat.h>

#include <epan/conversation.h>
#include <epan/dissectors/packet-tcp.h>
#include <epan/packet.h>
#include <epan/prefs-int.h>

#include <common/epan/key-sources.h>

#include <baichuan/show/key-faults.h>
#include <baichuan/show/outcome.h>
#include <baichuan/show/segment.h>
#include <baichuan/stream/feed.h>
#include <baichuan/stream/waiting.h>
#include <baichuan/taps/follow.h>
#include <baichuan/taps/sessions.h>
#include <baichuan/tcp/tcp.h>

#define BC_TCP_PORT 9000u /* the usual one; it is registered to another dissector, so it is not taken */
/* Bytes behind a hole after which its message is shown as it is, where TCP hands over what comes late. */
#define PATIENCE         0x10000u

#define COMPLETENESS_RST 0x20u /* of tcp.completeness */

static dissector_handle_t baichuan_handle;

/* Preferences of TCP, looked up once: that takes longer than anything else that is done for a segment. NULL if there is
 * none of the name. */
static pref_t *late_withheld;
static pref_t *sequence_analysis; /* without it TCP does not know what is late */
static pref_t *relative_numbers;

static pref_t *
find_tcp_preference(const char *name)
{
    module_t *tcp = prefs_find_module("tcp");

    return (tcp != NULL) ? prefs_find_preference(tcp, name) : NULL;
}

/* What the user has chosen. */
static bool
is_chosen(pref_t *preference, bool otherwise)
{
    return (preference != NULL) ? prefs_get_bool_value(preference, pref_current) : otherwise;
}

static bool
withholds_late_segments(void)
{
    return is_chosen(late_withheld, true) && is_chosen(sequence_analysis, true);
}

/* Notes up to where the other side has acknowledged this one, as far as TCP's analysis is on. TCP keeps that as it is
 * on the wire, and hands over sequence numbers that count from 0. */
static void
note_acknowledged(packet_info *pinfo, bc_stream_t *stream)
{
    const struct tcp_analysis *tcp = get_tcp_conversation_data(NULL, pinfo);
    const tcp_analyze_seq_flow_info_t *other = (tcp != NULL) ? tcp->rev->tcp_analyze_seq_info : NULL;

    if (other != NULL && other->lastack != 0) {
        const bool relative = is_chosen(relative_numbers, true);
        stream->has_acknowledged = true;
        stream->acknowledged = other->lastack - (relative ? tcp->fwd->base_seq : 0);
    }
}

/* First pass: puts the bytes into their stream. Returns what was decided about in this frame. */
static bc_decided_t *
feed(tvbuff_t *tvb, const bc_segment_view_t *view, bc_segment_t *segment, const struct tcpinfo *tcpinfo)
{
    const uint32_t captured = tvb_captured_length(tvb);
    const camshark_slice_t slice = {
        .place = (tcpinfo != NULL) ? tcpinfo->seq : 0,
        .len = tvb_reported_length(tvb),
        .captured = captured,
        .frame = view->pinfo->num,
        .bytes = (captured > 0) ? tvb_get_ptr(tvb, 0, (int)captured) : (const uint8_t *)"",
    };
    bc_stream_t stream = {
        .pinfo = view->pinfo,
        .conversation = view->conversation,
        .direction = view->direction,
        .segment = segment,
        .patience = withholds_late_segments() ? 0 : PATIENCE,
    };

    if (tcpinfo != NULL && stream.patience > 0) { /* nothing is waited for otherwise */
        note_acknowledged(view->pinfo, &stream);
    }
    bc_stream_feed(&stream, &slice, &view->pinfo->abs_ts, segment);
    if (tcpinfo == NULL) {
        bc_stream_end(&stream);
    }
    return stream.decided;
}

/* What TCP knows of the end of a connection, when it has seen all of it.
 *   direction  of the segment at hand */
static bc_tcp_end_t
end_of_connection(packet_info *pinfo, unsigned direction)
{
    const struct tcp_analysis *tcp = get_tcp_conversation_data(NULL, pinfo);

    if (tcp == NULL) {
        return (bc_tcp_end_t){ 0 };
    }
    return (bc_tcp_end_t){
        .closed = tcp->fwd->closing_initiator || tcp->rev->closing_initiator,
        .by = (uint8_t)(tcp->fwd->closing_initiator ? direction : 1 - direction),
        .reset = (tcp->conversation_completeness & COMPLETENESS_RST) != 0,
        .last = bc_outcome_time(&tcp->ts_prev),
    };
}

/* Notes a segment, says in the last one how the session went, and tells whoever listens.
 *   tree  of the last thing that is shown of the segment */
static void
note_session(packet_info *pinfo, const bc_segment_view_t *view, const bc_segment_t *segment, tvbuff_t *tvb,
             proto_tree *tree)
{
    bc_outcome_t *outcome = view->conversation->outcome;

    if (outcome == NULL) {
        return;
    }
    if (!PINFO_FD_VISITED(pinfo)) {
        bc_outcome_packet(outcome, pinfo, view->direction, segment);
    }
    if (bc_outcome_is_due(outcome, segment, pinfo)) {
        const bc_tcp_end_t end = end_of_connection(pinfo, view->direction);
        bc_outcome_show(outcome, &end, tvb, pinfo, tree);
    }
    bc_sessions_queue(pinfo, outcome, view->direction);
}

static int
dissect_baichuan_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (pinfo->flags.in_error_pkt) {
        return 0; /* a packet quoted in ICMP is no part of the stream */
    }
    camshark_key_sources_see(pinfo);
    bc_key_faults_show(tvb, pinfo, tree);

    /* Somebody else than TCP may call us by name. Its bytes stand for themselves. */
    const struct tcpinfo *tcpinfo = (pinfo->ptype == PT_TCP) ? data : NULL;
    const bool ordered = tcpinfo != NULL;
    bc_segment_view_t view = {
        .pinfo = pinfo,
        .tree = tree,
        .conversation = ordered ? bc_conversation_get(pinfo) : bc_conversation_lone(pinfo, tvb),
        .direction = bc_conversation_way(pinfo),
    };
    if (view.conversation == NULL) {
        return 0;
    }
    bc_segment_t *segment =
        bc_segment_get(view.conversation, pinfo, view.direction, ordered ? tcpinfo->seq : 0);
    if (segment != NULL && !PINFO_FD_VISITED(pinfo)) {
        view.decided = feed(tvb, &view, segment, tcpinfo);
    }
    if (segment != NULL) {
        bc_follow_note(pinfo, view.conversation->connection);
        proto_tree *shown = bc_segment_show(segment, tvb, &view);
        note_session(pinfo, &view, segment, tvb, shown);
        if (PINFO_FD_VISITED(pinfo)) {
            bc_waiting_show(segment, &view, tvb);
        }
    }
    return (int)tvb_captured_length(tvb);
}

/* Whether a segment opens a conversation: a header at its first byte, or, where the port says that BC is
 * likely and the beginning was missed, a header in it (section 9.1). */
static bool
is_first_contact(tvbuff_t *tvb, const packet_info *pinfo)
{
    const unsigned have = tvb_captured_length(tvb);

    if (have < BC_SHORT_HEADER) {
        return false;
    }
    const uint8_t *data = tvb_get_ptr(tvb, 0, (int)have);
    if (bc_header_first_contact(data, have)) {
        return true;
    }
    if (pinfo->srcport != BC_TCP_PORT && pinfo->destport != BC_TCP_PORT) {
        return false;
    }
    const size_t skip = bc_header_resync(data, have);
    return bc_header_first_contact(data + skip, have - skip);
}

static wsc_bool
heuristic(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (pinfo->flags.in_error_pkt || !is_first_contact(tvb, pinfo)) {
        return false;
    }
    /* From this frame on: earlier ones were given to others on the first pass, and stay theirs. */
    conversation_set_dissector_from_frame_number(find_or_create_conversation(pinfo), pinfo->num,
                                                 baichuan_handle);
    dissect_baichuan_tcp(tvb, pinfo, tree, data);
    return true;
}

void
bc_carrier_tcp_register(int proto)
{
    baichuan_handle = register_dissector("baichuan", dissect_baichuan_tcp, proto);
}

void
bc_carrier_tcp_handoff(int proto)
{
    late_withheld = find_tcp_preference("no_subdissector_on_error");
    sequence_analysis = find_tcp_preference("analyze_sequence_numbers");
    relative_numbers = find_tcp_preference("relative_sequence_numbers");
    heur_dissector_add("tcp", heuristic, "Baichuan over TCP", "baichuan_tcp", proto, HEURISTIC_ENABLE);
    dissector_add_for_decode_as("tcp.port", baichuan_handle);
}
