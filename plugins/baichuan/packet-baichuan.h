/* packet-baichuan.h
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_PACKET_BAICHUAN_H
#define CAMSHARK_BAICHUAN_PACKET_BAICHUAN_H

/* Called once by Wireshark, before and after all protocols are known to each other. */
void proto_register_baichuan(void);
void proto_reg_handoff_baichuan(void);

#endif
