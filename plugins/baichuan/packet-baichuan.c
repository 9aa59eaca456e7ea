/* packet-baichuan.c
 * The Baichuan protocol as Wireshark knows it: its name, and all that registers something for it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/packet.h>
#include <epan/prefs.h>

#include <baichuan/tcp/tcp.h>
#include <baichuan/udp/udp.h>
#include <baichuan/show/losses.h>
#include <baichuan/record/conversation.h>
#include <baichuan/record/records.h>
#include <baichuan/show/binary-requests.h>
#include <baichuan/show/display.h>
#include <baichuan/taps/export.h>
#include <baichuan/show/extension-fields.h>
#include <baichuan/show/header-fields.h>
#include <baichuan/show/identity.h>
#include <baichuan/record/keytable.h>
#include <baichuan/taps/dialogue.h>
#include <baichuan/taps/ends.h>
#include <baichuan/show/key-faults.h>
#include <baichuan/taps/follow.h>
#include <baichuan/taps/key-rows.h>
#include <baichuan/show/legacy-structures.h>
#include <baichuan/show/login-fields.h>
#include <baichuan/show/message.h>
#include <baichuan/packet-baichuan.h>
#include <baichuan/show/media.h>
#include <baichuan/show/payload-fields.h>
#include <baichuan/show/outcome.h>
#include <baichuan/taps/message-tap.h>
#include <baichuan/taps/response-times.h>
#include <baichuan/taps/sessions.h>
#include <baichuan/taps/streams-table.h>
#include <baichuan/show/segment.h>
#include <baichuan/record/requests.h>
#include <baichuan/record/sleepers.h>
#include <baichuan/show/xml-fields.h>

static int proto_baichuan = -1;

void
proto_register_baichuan(void)
{
    proto_baichuan = proto_register_protocol("Baichuan IP camera protocol", "Baichuan", "baichuan");
    bc_message_register(proto_baichuan);
    bc_header_fields_register(proto_baichuan);
    bc_identity_register(proto_baichuan);
    bc_key_faults_register(proto_baichuan);
    bc_xml_fields_register();
    bc_xml_tree_register(proto_baichuan);
    bc_extension_register(proto_baichuan);
    bc_login_fields_register(proto_baichuan);
    bc_payload_fields_register(proto_baichuan);
    bc_binary_requests_register(proto_baichuan);
    bc_legacy_register(proto_baichuan);
    bc_records_register(proto_baichuan);
    bc_conversation_register();
    bc_requests_register(proto_baichuan);
    bc_sleepers_register(proto_baichuan);
    bc_continuation_register(proto_baichuan);
    bc_segment_register(proto_baichuan);
    bc_outcome_register(proto_baichuan);
    bc_message_tap_register();
    bc_follow_register(proto_baichuan);
    bc_dialogue_register(proto_baichuan);
    bc_ends_register(proto_baichuan);
    bc_key_rows_register();
    bc_response_times_register(proto_baichuan);
    bc_sessions_register();
    bc_streams_table_register();
    bc_carrier_tcp_register(proto_baichuan);
    bc_carrier_udp_register(proto_baichuan);

    module_t *module = prefs_register_protocol(proto_baichuan, NULL);
    bc_keytable_register(module);
    bc_media_register(proto_baichuan, module);
    bc_display_register(proto_baichuan, module);
    bc_export_register(proto_baichuan);
}

void
proto_reg_handoff_baichuan(void)
{
    bc_display_handoff();
    bc_carrier_tcp_handoff(proto_baichuan);
    bc_media_handoff();
    bc_carrier_udp_handoff(proto_baichuan);
}
