/* dialogue.c
 * Statistics > Flow Graph > newcamd dialogue, and `-z flow,newcamd,standard`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/taps/dialogue.h>

#include <epan/dissectors/packet-tcp.h>

#include <common/epan/dialogue.h>

static camshark_dialogue_t newcamd_dialogue = {
    .name = "newcamd",
    .title = "newcamd dialogue",
    .tap_name = "newcamd_dialogue",
};

bool
newcamd_dialogue_wanted(void)
{
    return camshark_dialogue_wanted(&newcamd_dialogue);
}

void
newcamd_dialogue_say(packet_info *pinfo, const char *heading, const char *sentence)
{
    const struct tcp_analysis *tcp = get_tcp_conversation_data(NULL, pinfo);
    const camshark_arrow_t arrow = {
        .connection = (tcp != NULL) ? tcp->stream : 0,
        .label = heading,
        .comment = sentence,
    };

    camshark_dialogue_queue(&newcamd_dialogue, pinfo, &arrow);
}

void
newcamd_dialogue_register(int proto)
{
    camshark_dialogue_register(proto, &newcamd_dialogue);
}
