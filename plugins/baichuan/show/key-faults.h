/* key-faults.h
 * Lines with keys that can not be used: of the key log file, and of the capture itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_SHOW_KEY_FAULTS_H
#define CAMSHARK_BAICHUAN_SHOW_KEY_FAULTS_H

#include <epan/packet.h>

/* Says what is to be said with this frame. On every pass, behind camshark_key_sources_see(). */
void bc_key_faults_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

void bc_key_faults_register(int proto);

#endif
