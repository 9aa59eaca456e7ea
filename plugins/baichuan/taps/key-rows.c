/* key-rows.c
 * `-z baichuan_keys`: the keys of all sessions as rows of the key table.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What is printed can be put into the file baichuan_keys as it is. With hidden secrets no key is in it.
 */
#include <common/epan/ws-compat.h>

#include <string.h>

#include <epan/to_str.h>

#include <common/epan/row-report.h>
#include <common/pure/secrets.h>

#include <baichuan/taps/key-rows.h>
#include <baichuan/taps/message-tap.h>

static tap_packet_status
note_session_key(void *report, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped,
                 tap_flags_t flags _U_)
{
    const baichuan_tap_t *message = tapped;
    const address *camera = (message->sender == BC_SENDER_CLIENT) ? &pinfo->dst : &pinfo->src;

    if (message->session_key == NULL) {
        return TAP_PACKET_DONT_REDRAW;
    }
    if (strcmp(message->session_key, CAMSHARK_MASKED_TEXT) == 0) {
        camshark_report_add(report,
                            g_strdup_printf("# the key of the session of frame %u is hidden", pinfo->num));
        return TAP_PACKET_REDRAW;
    }
    const char *host = (message->sender != BC_SENDER_UNKNOWN) ? address_to_str(pinfo->pool, camera) : "";
    camshark_report_add(report, g_strdup_printf("\"%s\",\"\",\"\",\"%s\",\"%s\",\"session of frame %u\"",
                                                host, message->session_key, message->session_iv, pinfo->num));
    return TAP_PACKET_REDRAW;
}

void
bc_key_rows_register(void)
{
    static camshark_report_t report = {
        .tap = BAICHUAN_TAP,
        .command = "baichuan_keys",
        .title = "Baichuan session keys",
        .head = "# camera, user, password, key, iv, comment",
        .packet = note_session_key,
    };

    camshark_report_register(&report);
}
