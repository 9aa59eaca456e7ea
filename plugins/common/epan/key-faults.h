/* key-faults.h
 * What is to be said of lines with keys that can not be used, in the tree of a frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_COMMON_EPAN_KEY_FAULTS_H
#define CAMSHARK_COMMON_EPAN_KEY_FAULTS_H

#include <common/epan/ws-compat.h>

#include <epan/expert.h>
#include <epan/packet.h>

/* How a protocol says it. */
typedef struct {
    int proto;
    const char *title;    /* of the item that has the sentences */
    expert_field *expert; /* what each of them is */
} camshark_key_faults_t;

/* Says what is to be said with this frame, which is one of the protocol. On every pass, behind camshark_key_sources_see(). */
void camshark_key_faults_show(const camshark_key_faults_t *faults, tvbuff_t *tvb, packet_info *pinfo,
                              proto_tree *tree);

#endif
