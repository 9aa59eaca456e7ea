/* services.h
 * Statistics > newcamd services, and `-z newcamd,services`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef CAMSHARK_NEWCAMD_TAPS_SERVICES_H
#define CAMSHARK_NEWCAMD_TAPS_SERVICES_H

void newcamd_services_register(void);

#endif
