/* sleepers.h
 * Battery cameras of a hub that sleep: nothing else than their last state tells them from ones that refuse.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Implements docs/baichuan.md sections 3.4 and 8: a hub reports the state of its channels in message 145, and a sleeping
 * one answers 400, like one that does not know the request.
 */
#ifndef CAMSHARK_BAICHUAN_RECORD_SLEEPERS_H
#define CAMSHARK_BAICHUAN_RECORD_SLEEPERS_H

#include <epan/packet.h>

#include <baichuan/session/decision.h>
#include <baichuan/wire/message.h>

#define BC_CHANNELS 256u /* of one device; states of others are not kept */

/* In file scope: why a request was refused. */
typedef struct {
    uint32_t channel;
    uint32_t frame; /* that has reported it in standby last */
} bc_asleep_t;

/* The channels of one connection, in file scope. First pass only. */
typedef struct {
    uint32_t
        standby[BC_CHANNELS]; /* by channel: the frame that has reported it in standby last, 0 if it is not */
    wmem_map_t *asked;        /* requests to such channels, by message id and exchange id, to bc_asleep_t */
} bc_sleepers_t;

/* Notes a message, in the order of the capture, which may open its parts. Returns that of a refusal of a channel that is
 * in standby, as far as is known; else NULL. What a channel that does not sleep is asked is not kept.
 *   sleepers  NULL before the first channel that sleeps, and made then */
const bc_asleep_t *bc_sleepers_note(bc_sleepers_t **sleepers, const packet_info *pinfo, bc_message_t *message,
                                    const bc_decision_t *decision);

/* Adds what bc_sleepers_note() has returned, which may be NULL.
 *   item  the message's own */
void bc_asleep_show(const bc_asleep_t *asleep, tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree,
                    proto_item *item);

void bc_sleepers_register(int proto);

#endif
