/* binary-requests.h
 * Requests for recordings that are structures and no documents, and what begins a reply.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md section 3.8. All of it is known from one source.
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_BINARY_REQUESTS_H
#define CAMSHARK_BAICHUAN_SHOW_BINARY_REQUESTS_H

#include <epan/packet.h>

#include <baichuan/wire/header.h>

/* Adds what is known of a client's payload in plain text that is such a request, under the names that the same values
 * have in documents. Adds nothing for others, by their length.
 *   tvb  all of it is the payload */
void bc_binary_request_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, uint32_t msg_id);

/* Adds the size of the recording, of a camera's payload in plain text that begins a replay and says the same one twice.
 * Adds nothing for others.
 *   tvb  all of it is the payload */
void bc_replay_head_show(tvbuff_t *tvb, proto_tree *tree, const bc_header_t *header);

/* To be called once, after the fields of documents are registered. */
void bc_binary_requests_register(int proto);

#endif
