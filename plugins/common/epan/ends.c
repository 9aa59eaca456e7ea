/* ends.c
 * Statistics > Conversations and Endpoints: messages and their bytes by the ends that speak with one another.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/epan/ends.h>

/* In place of a port, which is not shown: Wireshark puts the end with the greater one first, and tells two ends of one
 * address by it. */
#define CLIENT 1u
#define SERVER 0u

static int
counted_bytes(const camshark_said_t *said)
{
    return (int)MIN(said->bytes, (uint32_t)INT_MAX);
}

tap_packet_status
camshark_ends_count_pair(camshark_ends_t *of, void *table, packet_info *pinfo, const void *tapped,
                         tap_flags_t flags)
{
    const camshark_said_t said = of->said(pinfo, tapped);
    const uint32_t sender = (said.known && said.from_client) ? CLIENT : SERVER;
    const uint32_t receiver = (said.known && !said.from_client) ? CLIENT : SERVER;

    ((conv_hash_t *)table)->flags = flags;
    /* A row is all connections of its two ends, so it has no number of one. Follow Stream beside it asks for that number from
     * Wireshark 4.4 on, and follows 4294967295 where there is none. */
    add_conversation_table_data(table, &said.sender, &said.receiver, sender, receiver, 1,
                                counted_bytes(&said), &pinfo->rel_ts, &pinfo->abs_ts, &of->pairs,
                                CONVERSATION_NONE);
    return TAP_PACKET_REDRAW;
}

tap_packet_status
camshark_ends_count_each(camshark_ends_t *of, void *table, packet_info *pinfo, const void *tapped,
                         tap_flags_t flags)
{
    const camshark_said_t said = of->said(pinfo, tapped);
    const int bytes = counted_bytes(&said);

    ((conv_hash_t *)table)->flags = flags;
    add_endpoint_table_data(table, &said.sender, SERVER, true, 1, bytes, &of->ends, ENDPOINT_NONE);
    add_endpoint_table_data(table, &said.receiver, SERVER, false, 1, bytes, &of->ends, ENDPOINT_NONE);
    return TAP_PACKET_REDRAW;
}
