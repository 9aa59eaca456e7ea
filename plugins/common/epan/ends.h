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

/* Adds a message of the packet at hand to a table of conversations (data and flags are those of the callback).
 *   filters  the protocol's, for as long as the program */
void camshark_ends_count(void *data, tap_flags_t flags, packet_info *pinfo, const camshark_said_t *said,
                         ct_dissector_info_t *filters);

/* The same of a table of endpoints, for both ends. */
void camshark_ends_count_each(void *data, tap_flags_t flags, const camshark_said_t *said,
                              et_dissector_info_t *filters);

#endif
