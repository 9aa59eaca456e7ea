/* settings.c
 * Preferences that are no keys: the header version that is forced, and whether secrets are hidden.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/record/settings.h>

#include <epan/prefs-int.h>

#include <newcamd/wire/frame.h>

static wsc_bool pref_hide_secrets;
static int pref_force_version; /* 0 = auto, 524, 525 */

unsigned
newcamd_forced_header(void)
{
    return (pref_force_version == 524)   ? NEWCAMD_HEADER_524
           : (pref_force_version == 525) ? NEWCAMD_HEADER_525
                                         : 0;
}

bool
newcamd_hide_secrets(void)
{
    return pref_hide_secrets;
}

static bool
tcp_setting(const char *name)
{
    module_t *tcp = prefs_find_module("tcp");
    pref_t *preference = (tcp != NULL) ? prefs_find_preference(tcp, name) : NULL;

    return preference != NULL && prefs_get_bool_value(preference, pref_current);
}

bool
newcamd_tcp_withholds(void)
{
    /* Without its analysis it does not know what is late. */
    return tcp_setting("no_subdissector_on_error") && tcp_setting("analyze_sequence_numbers");
}

void
newcamd_settings_register(module_t *module)
{
    static const enum_val_t versions[] = {
        { "auto", "Automatic", 0 },
        { "524", "524 (6 bytes)", 524 },
        { "525", "525 (10 bytes)", 525 },
        { NULL, NULL, 0 },
    };

    prefs_register_enum_preference(module, "force_version", "Header version",
                                   "Read messages with the header of this version, instead of the one that "
                                   "the login has or that fits",
                                   &pref_force_version, versions, true);
    prefs_register_bool_preference(
        module, "hide_secrets", "Hide secrets",
        "Mask crypted passwords and control words in the decrypted bytes and in "
        "all that is made of them; the packet's own bytes stay what they are, also "
        "in a connection that is not encrypted",
        &pref_hide_secrets);
}
