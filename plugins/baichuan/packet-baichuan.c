/* packet-baichuan.c
 * The Baichuan protocol as Wireshark knows it: its name, and all that registers something for it.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/ws-compat.h>

#include <epan/packet.h>
#include <epan/prefs.h>

#include "carrier-tcp.h"
#include "carrier-udp.h"
#include "continuation.h"
#include "conversation.h"
#include "display.h"
#include "export.h"
#include "extension.h"
#include "keytable.h"
#include "legacy-structures.h"
#include "login-fields.h"
#include "message.h"
#include "packet-baichuan.h"
#include "packet-media.h"
#include "payload-fields.h"
#include "requests.h"
#include "xml-fields.h"

static int proto_baichuan = -1;

void
proto_register_baichuan(void)
{
    proto_baichuan = proto_register_protocol("Baichuan IP camera protocol", "Baichuan", "baichuan");
    bc_message_register(proto_baichuan);
    bc_xml_fields_register(proto_baichuan);
    bc_extension_register(proto_baichuan);
    bc_login_fields_register(proto_baichuan);
    bc_payload_fields_register(proto_baichuan);
    bc_legacy_register(proto_baichuan);
    bc_conversation_register(proto_baichuan);
    bc_requests_register(proto_baichuan);
    bc_continuation_register(proto_baichuan);
    bc_carrier_tcp_register(proto_baichuan);
    bc_carrier_udp_register(proto_baichuan);

    module_t *module = prefs_register_protocol(proto_baichuan, NULL);
    bc_keytable_register(module);
    bc_display_register(proto_baichuan, module);
    bc_media_register(proto_baichuan, module);
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
