/* client-names.c
 * Names of client programs by the ids that they log in with.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/record/client-names.h>

static const value_string client_names[] = {
    { 0x0000, "generic" },   { 0x02c2, "Opticum" },        { 0x0665, "rq-sssp-client/CS" },
    { 0x0666, "rqcamd" },    { 0x0667, "rq-echo-client" }, { 0x0669, "rq-sssp-client/CW" },
    { 0x0769, "JlsRq" },     { 0x414c, "AlexCS" },         { 0x4333, "camd3" },
    { 0x4343, "CCcam" },     { 0x434c, "Cardlink" },       { 0x4453, "DiabloCam/UW, DiabloWifi" },
    { 0x4543, "eyetvCamd" }, { 0x4765, "Octagon" },        { 0x4c43, "LCE" },
    { 0x4e58, "NextYE2k" },  { 0x5342, "SBCL" },           { 0x5456, "Tecview" },
    { 0x5644, "vdr-sc" },    { 0x5743, "WiCard" },         { 0x5943, "YaCamd" },
    { 0x6378, "cx" },        { 0x6502, "Tvheadend" },      { 0x6576, "evocamd" },
    { 0x6762, "gbox2CS" },   { 0x6b61, "Kaffeine" },       { 0x6b63, "kpcs" },
    { 0x6d63, "mpcs" },      { 0x6d67, "mgcamd" },         { 0x6e65, "NextYE2k" },
    { 0x6e73, "NewCS" },     { 0x7264, "radegast" },       { 0x7363, "Scam" },
    { 0x7763, "WinCSC" },    { 0x7878, "tsdecrypt" },      { 0x8888, "OSCam" },
    { 0x9911, "ACamd" },     { 0x9922, "DVBplug" },        { 0, NULL },
};
value_string_ext newcamd_client_names_ext = VALUE_STRING_EXT_INIT(client_names);

const char *
newcamd_client_name(wmem_allocator_t *scope, unsigned client_id)
{
    return wsc_val_to_str_ext(scope, client_id, &newcamd_client_names_ext, "client 0x%04x");
}
