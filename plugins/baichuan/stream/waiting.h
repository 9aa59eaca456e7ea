/* waiting.h
 * What waits at the end of a capture: messages of which bytes are missing, and nothing behind them tells that those will
 * not come.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * On later passes it is shown in the last packet of its direction, as far as it is here. The stream is not changed for it:
 * while a capture goes on, frames are looked at again, too. In bytes of no message yet, whose header is lost, and in BcUdp
 * packets that wait for one before them, headers are searched for.
 */
#ifndef CAMSHARK_BAICHUAN_STREAM_WAITING_H
#define CAMSHARK_BAICHUAN_STREAM_WAITING_H

#include <baichuan/show/segment.h>

/* Shows what waits, if this segment is that of the last packet. Later passes only. */
void bc_waiting_show(const bc_segment_t *segment, const bc_segment_view_t *view, tvbuff_t *tvb);

#endif
