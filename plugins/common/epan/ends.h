/* ends.h
 * Statistics > Conversations and Endpoints: messages and their bytes by the ends that speak with one another.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Wireshark keeps a row for each pair of ends, and each end, as it does for addresses: no more than the capture has
 * messages. Rows are found by a hash of Wireshark's, which has no secret; so an end is called by its address and
 * port, and by nothing that a sender writes.
 */
#ifndef CAMSHARK_COMMON_EPAN_ENDS_H
#define CAMSHARK_COMMON_EPAN_ENDS_H

#include <common/epan/ws-compat.h>

#include <epan/conversation_table.h>
#include <epan/packet.h>

/* A message. Addresses are copied. */
typedef struct {
    address sender;
    address receiver;
    bool known;       /* which of them is the client: it is then the first end of its rows, */
    bool from_client; /* and sends this */
    uint32_t bytes;
} camshark_said_t;

/* What a protocol's tables are made of. Lives as long as the program. */
typedef struct {
    camshark_said_t (*said)(const packet_info *pinfo, const void *tapped); /* of what the tap gives */
    ct_dissector_info_t pairs;                                             /* filters of conversations, */
    et_dissector_info_t ends;                                              /* and of endpoints */
} camshark_ends_t;

/* Adds a message to a table of conversations: for its callback, whose arguments these are. */
tap_packet_status camshark_ends_count_pair(camshark_ends_t *of, void *table, packet_info *pinfo,
                                           const void *tapped, tap_flags_t flags);

/* The same of a table of endpoints, for both ends. */
tap_packet_status camshark_ends_count_each(camshark_ends_t *of, void *table, packet_info *pinfo,
                                           const void *tapped, tap_flags_t flags);

#endif
