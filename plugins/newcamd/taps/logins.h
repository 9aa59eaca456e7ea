/* logins.h
 * Statistics > newcamd logins, and `-z newcamd,logins`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_TAPS_LOGINS_H
#define CAMSHARK_NEWCAMD_TAPS_LOGINS_H

void newcamd_logins_register(void);

#endif
