/* response-times.h
 * Statistics > Service Response Time > Baichuan, and `-z baichuan,srt`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_RESPONSE_TIMES_H
#define CAMSHARK_BAICHUAN_TAPS_RESPONSE_TIMES_H

void bc_response_times_register(int proto);

#endif
