/* dialogue.c
 * Statistics > Flow Graph > Baichuan dialogue, and `-z flow,baichuan,standard`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/taps/dialogue.h>

#include <common/epan/dialogue.h>

#include <baichuan/record/message-names.h>
#include <baichuan/taps/follow.h>
#include <baichuan/wire/binary-messages.h>

static camshark_dialogue_t baichuan_dialogue = {
    .name = "baichuan",
    .title = "Baichuan dialogue",
    .tap_name = "baichuan_dialogue",
};

/* Of which stream or file a message is a part. Of what nobody can open it is not known which of its kind it is. */
static uint64_t
stream_or_file(const bc_header_t *header, const bc_record_t *record)
{
    const bc_binary_message_t *carrier = bc_binary_message(header->msg_id);

    if (record->piece != NULL) {
        return (uintptr_t)record->piece->transfer;
    }
    if (record->media != NULL || (carrier != NULL && record->decision.kind == BC_PAYLOAD_UNREADABLE &&
                                  !record->decision.unopened_text)) {
        return (uint64_t)header->msg_id + 1;
    }
    return 0;
}

/* The status of an answer is in front: tshark cuts what is longer than 20 letters. */
static const char *
heading(wmem_allocator_t *pool, const bc_header_t *header, const bc_record_t *record)
{
    const char *name = bc_message_name(pool, header->msg_id);

    const bool answers = record->turn.role != BC_ROLE_PUSH && bc_follow_has_status(header, record);

    return answers ? wmem_strdup_printf(pool, "%u %s", header->code, name) : name;
}

bool
bc_dialogue_wanted(void)
{
    return camshark_dialogue_wanted(&baichuan_dialogue);
}

void
bc_dialogue_message(packet_info *pinfo, const bc_header_t *header, const bc_run_t *run, const char *sentence)
{
    const bc_record_t *record = run->record;
    const camshark_arrow_t arrow = {
        .connection = record->connection,
        .part_of = stream_or_file(header, record),
        .bytes = bc_run_bytes(run),
        .label = heading(pinfo->pool, header, record),
        .comment = sentence,
    };

    camshark_dialogue_queue(&baichuan_dialogue, pinfo, &arrow);
}

void
bc_dialogue_register(int proto)
{
    camshark_dialogue_register(proto, &baichuan_dialogue);
}
