/* response-times.c
 * Statistics > Service Response Time > newcamd, and `-z newcamd,srt`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A row for each command, and for each CAID of ECMs and EMMs.
 */
#include <common/epan/ws-compat.h>

#include <stdio.h>

#include <common/epan/srt-rows.h>

#include <newcamd/record/subject.h>
#include <newcamd/taps/message-tap.h>
#include <newcamd/taps/response-times.h>
#include <newcamd/wire/tags.h>

#define NAME_LEN 64

static void
begin_response_times(struct register_srt *srt _U_, GArray *tables)
{
    init_srt_table("newcamd response times", "newcamd", tables, 0, "Command and CAID", NULL, NULL);
}

/* A reply's request is one of the tag that stands for both. */
static void
name_row(const newcamd_tap_t *reply, char name[NAME_LEN])
{
    const newcamd_subject_t *subject = reply->turn.exchange->subject;
    uint8_t request;

    newcamd_tag_purpose(reply->tag, reply->from_server, &request);
    const char *command = (subject != NULL && subject->is_ecm) ? "ECM" : newcamd_tag_name(request);
    if (subject != NULL && subject->caid != 0) {
        snprintf(name, NAME_LEN, "%s, CAID %04X", command, subject->caid);
    } else {
        snprintf(name, NAME_LEN, "%s", command);
    }
}

static tap_packet_status
count_response_time(void *data, packet_info *pinfo, epan_dissect_t *edt _U_, const void *frame,
                    tap_flags_t flags _U_)
{
    srt_stat_table *table = g_array_index(((srt_data_t *)data)->srt_array, srt_stat_table *, 0);
    const newcamd_tap_t *reply = frame;
    char name[NAME_LEN];

    if (!reply->opened || reply->turn.role != NEWCAMD_ROLE_REPLY || reply->turn.exchange == NULL) {
        return TAP_PACKET_DONT_REDRAW;
    }
    name_row(reply, name);
    add_srt_table_data(table, camshark_srt_row(table, name, "Further CAIDs"), &reply->turn.exchange->time,
                       pinfo);
    return TAP_PACKET_REDRAW;
}

void
newcamd_response_times_register(int proto)
{
    register_srt_table(proto, NEWCAMD_TAP, 1, count_response_time, begin_response_times, NULL);
}
