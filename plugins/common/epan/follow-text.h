/* follow-text.h
 * Lines of a dialogue for Follow Stream, which takes bytes as they would be sent, and what it asks of ends.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_COMMON_EPAN_FOLLOW_TEXT_H
#define CAMSHARK_COMMON_EPAN_FOLLOW_TEXT_H

#include <common/epan/ws-compat.h>

#include <epan/packet.h>

/* Gives a text to whoever follows, as said by the sender of the packet.
 *   tap   that the follower listens to
 *   tvb   of the packet
 *   text  in the packet's scope */
void camshark_follow_queue(int tap, packet_info *pinfo, tvbuff_t *tvb, const char *text);

/* A filter for two addresses, freed with g_free(). */
char *camshark_follow_addresses(const address *src, const address *dst);

/* The port as it is shown. */
char *camshark_follow_port(wmem_allocator_t *allocator, unsigned port);

#endif
