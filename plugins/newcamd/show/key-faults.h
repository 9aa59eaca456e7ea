/* key-faults.h
 * Lines with keys that can not be used: of the key log file, and of the capture itself.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_SHOW_KEY_FAULTS_H
#define CAMSHARK_NEWCAMD_SHOW_KEY_FAULTS_H

#include <epan/packet.h>

/* Reads the keys that a frame of ours brings, on the first pass, and says what is to be said with it, on every pass. */
void newcamd_key_faults_show(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

void newcamd_key_faults_register(int proto);

#endif
