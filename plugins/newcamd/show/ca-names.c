/* ca-names.c
 * Names of CA systems by ranges of CAIDs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/show/ca-names.h>

/* docs/newcamd.md section 6.1, shortened to the name people say. 4Bxx follows OSCam and Tvheadend. */
const range_string newcamd_ca_systems[] = {
    { 0x0000, 0x0000, "not given" },
    { 0x0100, 0x01ff, "Seca" },
    { 0x0200, 0x02ff, "CCETT" },
    { 0x0300, 0x03ff, "Kabel Deutschland" },
    { 0x0400, 0x04ff, "Eurodec" },
    { 0x0500, 0x05ff, "Viaccess" },
    { 0x0600, 0x06ff, "Irdeto" },
    { 0x0700, 0x07ff, "Jerrold" },
    { 0x0800, 0x08ff, "Matra" },
    { 0x0900, 0x09ff, "NDS VideoGuard" },
    { 0x0a00, 0x0aff, "Nokia" },
    { 0x0b00, 0x0bff, "Conax" },
    { 0x0c00, 0x0cff, "NTL" },
    { 0x0d00, 0x0dff, "Cryptoworks" },
    { 0x0e00, 0x0eff, "PowerVu" },
    { 0x0f00, 0x0fff, "Sony" },
    { 0x1000, 0x10ff, "Tandberg" },
    { 0x1100, 0x11ff, "Thomson" },
    { 0x1200, 0x12ff, "TV/Com" },
    { 0x1300, 0x13ff, "HPT" },
    { 0x1400, 0x14ff, "HRT" },
    { 0x1500, 0x15ff, "IBM" },
    { 0x1600, 0x16ff, "Nera" },
    { 0x1700, 0x17ff, "Betacrypt" },
    { 0x1800, 0x18ff, "Nagravision" },
    { 0x1900, 0x19ff, "Titan" },
    { 0x1ec0, 0x1ec0, "CryptoGuard" },
    { 0x2000, 0x20ff, "Telefonica" },
    { 0x2100, 0x21ff, "Stentor" },
    { 0x2200, 0x22ff, "Tadiran Scopus" },
    { 0x2300, 0x23ff, "Barco" },
    { 0x2400, 0x24ff, "StarGuide" },
    { 0x2500, 0x25ff, "Mentor" },
    { 0x2600, 0x26ff, "BISS" },
    { 0x2710, 0x2711, "DRE-Crypt" },
    { 0x4700, 0x47ff, "General Instrument" },
    { 0x4800, 0x48ff, "Telemann" },
    { 0x4900, 0x49ff, "Cryptoworks China" },
    { 0x4a02, 0x4a02, "Tongfang" },
    { 0x4a30, 0x4a3f, "DVN" },
    { 0x4a70, 0x4a7f, "DreamCrypt" },
    { 0x4abf, 0x4abf, "DG-Crypt" },
    { 0x4ad0, 0x4ad1, "XCrypt" },
    { 0x4ad2, 0x4ad3, "StreamGuard" },
    { 0x4ad4, 0x4ad5, "Widevine" },
    { 0x4ae0, 0x4ae1, "DRE-Crypt" },
    { 0x4aea, 0x4aea, "CryptoGuard" },
    { 0x4aee, 0x4aee, "Bulcrypt" },
    { 0x4af6, 0x4af6, "Tongfang" },
    { 0x4afc, 0x4afc, "Panaccess" },
    { 0x4b00, 0x4bff, "Tongfang" },
    { 0x5500, 0x551a, "Griffin" },
    { 0x5581, 0x5581, "Bulcrypt" },
    { 0x5601, 0x5604, "Verimatrix" },
    { 0x7be0, 0x7be1, "DRE-Crypt" },
    { 0xffff, 0xffff, "OSCam's fake value" },
    { 0, 0, NULL },
};

const char *
newcamd_ca_system(uint32_t caid)
{
    return (caid != 0) ? try_rval_to_str(caid, newcamd_ca_systems) : NULL;
}
