/* response-times.h
 * Statistics > Service Response Time > newcamd, and `-z newcamd,srt`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_TAPS_RESPONSE_TIMES_H
#define CAMSHARK_NEWCAMD_TAPS_RESPONSE_TIMES_H

void newcamd_response_times_register(int proto);

#endif
