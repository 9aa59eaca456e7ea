/* packet-newcamd.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_PACKET_NEWCAMD_H
#define CAMSHARK_NEWCAMD_PACKET_NEWCAMD_H

/* Called once by Wireshark, before and after all protocols are known to each other. */
void proto_register_newcamd(void);
void proto_reg_handoff_newcamd(void);

#endif
