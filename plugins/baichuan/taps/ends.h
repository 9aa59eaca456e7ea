/* ends.h
 * Statistics > Conversations and Endpoints by camera, `-z conv,baichuan` and `-z endpoints,baichuan`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_BAICHUAN_TAPS_ENDS_H
#define CAMSHARK_BAICHUAN_TAPS_ENDS_H

void bc_ends_register(int proto);

#endif
