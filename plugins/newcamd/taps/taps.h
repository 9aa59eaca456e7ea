/* taps.h
 * All statistics of newcamd.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_TAPS_TAPS_H
#define CAMSHARK_NEWCAMD_TAPS_TAPS_H

/* Registers the tap and whatever listens to it. */
void newcamd_taps_register(int proto);

#endif
