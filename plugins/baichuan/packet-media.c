/* packet-media.c
 * Media packets inside BC messages: tree, records, columns, tap.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <common/ws-compat.h>

#include <epan/tap.h>

#include "media-tap.h"
#include "packet-media.h"

void
bc_media_register(void)
{
    register_tap(BAICHUAN_MEDIA_TAP);
}
