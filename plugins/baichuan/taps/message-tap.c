/* message-tap.c
 * What the tap "baichuan" gives to its listeners: statistics.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/taps/message-tap.h>

#include <string.h>

#include <epan/tap.h>

#include <common/pure/secrets.h>

#include <baichuan/record/key-cell.h>
#include <baichuan/record/message-names.h>

static int baichuan_tap = -1;

static const char *
key_text(wmem_allocator_t *pool, const uint8_t *bytes, bool hide)
{
    char cell[BC_KEY_CELL];

    bc_key_cell(bytes, cell);
    return wmem_strdup(pool, hide ? CAMSHARK_MASKED_TEXT : cell);
}

void
bc_message_tap_queue(packet_info *pinfo, const bc_header_t *header, const bc_run_t *run, const nstime_t *when,
                     bool hide)
{
    const bc_record_t *record = run->record;

    if (!have_tap_listener(baichuan_tap)) {
        return;
    }
    baichuan_tap_t message = {
        .connection = record->connection,
        .msg_id = header->msg_id,
        .name = bc_message_name(pinfo->pool, header->msg_id),
        .sender = record->sender,
        .turn = record->turn,
        .when = *when,
        .bytes = bc_run_bytes(run),
    };
    if (record->first_of_key) {
        const bc_key_t *key = record->decision.key;
        const bool usual = memcmp(key->iv, bc_default_iv, BC_AES_BLOCK) == 0;
        message.session_key = key_text(pinfo->pool, key->key, hide);
        message.session_iv = usual ? "" : key_text(pinfo->pool, key->iv, hide);
    }
    tap_queue_packet(baichuan_tap, pinfo, wmem_memdup(pinfo->pool, &message, sizeof message));
}

void
bc_message_tap_register(void)
{
    baichuan_tap = register_tap(BAICHUAN_TAP);
}
