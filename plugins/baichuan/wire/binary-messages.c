/* binary-messages.c
 * The messages that carry files and streams: the one table of what is known about each.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/wire/binary-messages.h>

#define YES true
#define NO  false

/* In the order of ids. */
/* clang-format off */
static const bc_binary_message_t messages[] = {
    /* id   tie            replay media only  secret request kind */
    {   3, BC_TIE_EXCHANGE, NO,   YES,  YES,  NO,    0,      NULL },
    {   5, BC_TIE_CHANNEL,  YES,  YES,  YES,  NO,    0,      "replay" },
    {   8, BC_TIE_EXCHANGE, YES,  YES,  NO,   NO,    3400,   "download" },
    {  13, BC_TIE_EXCHANGE, YES,  YES,  NO,   NO,    0,      "download" },
    {  65, BC_TIE_NOTHING,  NO,   NO,   NO,   YES,   0,      "configuration" },
    {  66, BC_TIE_NOTHING,  NO,   NO,   NO,   YES,   0,      "configuration" },
    {  67, BC_TIE_NOTHING,  NO,   NO,   NO,   NO,    0,      "firmware" },
    { 108, BC_TIE_NOTHING,  NO,   NO,   NO,   NO,    0,      "log" },
    { 109, BC_TIE_EXCHANGE, NO,   NO,   NO,   NO,    0,      "snapshot" },
    { 143, BC_TIE_EXCHANGE, YES,  YES,  YES,  NO,    1152,   "replay" },
    { 202, BC_TIE_TALK,     NO,   YES,  YES,  NO,    0,      "talk" },
    { 298, BC_TIE_EXCHANGE, NO,   YES,  YES,  NO,    0,      "cover" },
    { 381, BC_TIE_EXCHANGE, YES,  YES,  YES,  NO,    2372,   "replay" },
};
/* clang-format on */

const bc_binary_message_t *
bc_binary_message(uint32_t msg_id)
{
    const bc_binary_message_t *end = messages + sizeof messages / sizeof messages[0];
    const bc_binary_message_t *message = messages;

    while (message < end && message->msg_id < msg_id) {
        message++;
    }
    return (message < end && message->msg_id == msg_id) ? message : NULL;
}

bool
bc_is_binary_request(uint32_t msg_id, size_t len)
{
    const bc_binary_message_t *message = bc_binary_message(msg_id);

    return message != NULL && len > 0 && message->request == len;
}
