/* follow.c
 * Follow > Baichuan Stream, and the filter of a conversation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A stream is a connection by its number, so a BcUdp session is followed from port to port.
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h> /* which the next one needs */

#include <epan/conversation_filter.h>
#include <epan/follow.h>
#include <epan/tap.h>

#include <common/epan/follow-text.h>

#include <baichuan/record/message-names.h>
#include <baichuan/record/records.h>
#include <baichuan/taps/follow.h>

#define FOLLOW_TAP "baichuan_follow"

static int follow_tap = -1;

void
bc_follow_note(packet_info *pinfo, uint32_t connection)
{
    if (connection != BC_NO_CONNECTION) {
        camshark_packet_note(bc_records, pinfo, connection + 1);
    }
}

bool
bc_follow_wanted(void)
{
    return have_tap_listener(follow_tap);
}

static const char *
sender_name(bc_sender_t sender)
{
    switch (sender) {
    case BC_SENDER_CLIENT:
        return "client";
    case BC_SENDER_CAMERA:
        return "camera";
    case BC_SENDER_UNKNOWN:
        break;
    }
    return "unknown sender";
}

bool
bc_follow_has_status(const bc_header_t *header, const bc_record_t *record)
{
    return record->sender == BC_SENDER_CAMERA && bc_header_status(header) != 0;
}

void
bc_follow_message(packet_info *pinfo, tvbuff_t *tvb, const bc_header_t *header, const bc_record_t *record,
                  const char *note, tvbuff_t *document)
{
    wmem_strbuf_t *text = wmem_strbuf_new(pinfo->pool, "");

    wmem_strbuf_append_printf(text, "%s: %s", sender_name((bc_sender_t)record->sender),
                              bc_message_name(pinfo->pool, header->msg_id));
    if (bc_follow_has_status(header, record)) {
        wmem_strbuf_append_printf(text, ", %u", header->code);
    }
    if (note != NULL) {
        wmem_strbuf_append_printf(text, " %s", note);
    }
    wmem_strbuf_append_c(text, '\n');
    if (document != NULL) {
        const unsigned len = tvb_captured_length(document);
        wmem_strbuf_append(text,
                           (const char *)tvb_get_string_enc(pinfo->pool, document, 0, (int)len, ENC_UTF_8));
        wmem_strbuf_append_c(text, '\n');
    }
    camshark_follow_queue(follow_tap, pinfo, tvb, wmem_strbuf_get_str(text));
}

/* ---- What Wireshark asks ------------------------------------------------------------------------------ */

/* The number of the packet's connection and 1; 0: it has none. */
static unsigned
noted_connection(packet_info *pinfo)
{
    return camshark_packet_noted(bc_records, pinfo);
}

static char *
filter_of_connection(unsigned connection)
{
    return g_strdup_printf("baichuan.connection == %u", connection);
}

static char *
follow_packet(epan_dissect_t *edt _U_, packet_info *pinfo, unsigned *stream, unsigned *sub_stream)
{
    const unsigned noted = noted_connection(pinfo);

    if (noted == 0) {
        return NULL;
    }
    *stream = noted - 1;
    *sub_stream = 0;
    return filter_of_connection(*stream);
}

static char *
follow_index(unsigned stream, unsigned sub_stream _U_)
{
    return filter_of_connection(stream);
}

static char *
follow_addresses(address *src, address *dst, int src_port, int dst_port)
{
    char *addresses = camshark_follow_addresses(src, dst);
    char *filter =
        g_strdup_printf("baichuan && %s && "
                        "((tcp.port == %d && tcp.port == %d) || (udp.port == %d && udp.port == %d))",
                        addresses, src_port, dst_port, src_port, dst_port);

    g_free(addresses);
    return filter;
}

static uint32_t G_GNUC_UNUSED
follow_count(void)
{
    return bc_connection_count();
}

static wsc_bool
has_connection(packet_info *pinfo WSC_FILTER_CONTEXT)
{
    return noted_connection(pinfo) != 0;
}

static char *
conversation_filter(packet_info *pinfo WSC_FILTER_CONTEXT)
{
    return filter_of_connection(noted_connection(pinfo) - 1);
}

void
bc_follow_register(int proto)
{
    follow_tap = register_tap(FOLLOW_TAP);
    register_follow_stream(proto, FOLLOW_TAP, follow_packet, follow_index, follow_addresses,
                           camshark_follow_port, follow_tvb_tap_listener WSC_FOLLOW_COUNTS(follow_count));
    register_conversation_filter("baichuan", "Baichuan", has_connection,
                                 conversation_filter WSC_NO_FILTER_CONTEXT);
}
