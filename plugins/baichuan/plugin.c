/* plugin.c
 * What Wireshark loads: names the protocol, registers it, nothing else.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ws-compat.h>

#include <epan/proto.h>

#include <baichuan/packet-baichuan.h>

/* Wireshark looks these symbols up by name; no header declares them. */
WS_DLL_PUBLIC_DEF const char plugin_version[] = CAMSHARK_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;

WS_DLL_PUBLIC void plugin_register(void);
WS_DLL_PUBLIC uint32_t plugin_describe(void);

void
plugin_register(void)
{
    static const proto_plugin plugin = { proto_register_baichuan, proto_reg_handoff_baichuan };

    proto_register_plugin(&plugin);
}

uint32_t
plugin_describe(void)
{
    return WS_PLUGIN_DESC_DISSECTOR;
}
