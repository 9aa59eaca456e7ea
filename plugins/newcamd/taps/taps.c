/* taps.c
 * All statistics of newcamd.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <newcamd/taps/taps.h>

#include <newcamd/taps/dialogue.h>
#include <newcamd/taps/ends.h>
#include <newcamd/taps/follow.h>
#include <newcamd/taps/key-rows.h>
#include <newcamd/taps/logins.h>
#include <newcamd/taps/message-tap.h>
#include <newcamd/taps/response-times.h>
#include <newcamd/taps/services.h>

void
newcamd_taps_register(int proto)
{
    newcamd_message_tap_register();
    newcamd_follow_register(proto);
    newcamd_dialogue_register(proto);
    newcamd_ends_register(proto);
    newcamd_key_rows_register();
    newcamd_response_times_register(proto);
    newcamd_services_register();
    newcamd_logins_register();
}
