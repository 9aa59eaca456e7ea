/* packet-media.h
 * Media packets inside BC messages: tree, records, columns, tap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_PACKET_MEDIA_H
#define CAMSHARK_BAICHUAN_PACKET_MEDIA_H

void bc_media_register(void);

#endif
