/* media-stats.h
 * Statistics of media streams: the stats tree "baichuan_media".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_MEDIA_STATS_H
#define CAMSHARK_BAICHUAN_TAPS_MEDIA_STATS_H

/* To be called when the tap is registered. */
void bc_media_stats_handoff(void);

#endif
