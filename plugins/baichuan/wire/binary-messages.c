/* binary-messages.c
 * The messages that carry files and streams: the one table of what is known about each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/binary-messages.h>

#include <stddef.h>

#define YES true
#define NO  false

/* clang-format off */
static const bc_binary_message_t messages[] = {
    /* id   tie            replay media only  secret kind */
    {   3, BC_TIE_EXCHANGE, NO,   YES,  YES,  NO,    NULL },
    {   5, BC_TIE_CHANNEL,  YES,  YES,  YES,  NO,    "replay" },
    {   8, BC_TIE_EXCHANGE, YES,  YES,  NO,   NO,    "download" },
    {  13, BC_TIE_EXCHANGE, YES,  YES,  NO,   NO,    "download" },
    {  65, BC_TIE_NOTHING,  NO,   NO,   NO,   YES,   "configuration" },
    {  66, BC_TIE_NOTHING,  NO,   NO,   NO,   YES,   "configuration" },
    {  67, BC_TIE_NOTHING,  NO,   NO,   NO,   NO,    "firmware" },
    { 108, BC_TIE_NOTHING,  NO,   NO,   NO,   NO,    "log" },
    { 109, BC_TIE_EXCHANGE, NO,   NO,   NO,   NO,    "snapshot" },
    { 143, BC_TIE_EXCHANGE, YES,  YES,  YES,  NO,    "replay" },
    { 202, BC_TIE_TALK,     NO,   YES,  YES,  NO,    "talk" },
    { 298, BC_TIE_EXCHANGE, NO,   YES,  YES,  NO,    "cover" },
    { 381, BC_TIE_EXCHANGE, YES,  YES,  YES,  NO,    "replay" },
};
/* clang-format on */

const bc_binary_message_t *
bc_binary_message(uint32_t msg_id)
{
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        if (messages[i].msg_id == msg_id) {
            return &messages[i];
        }
    }
    return NULL;
}
