/* response-times.c
 * Statistics > Service Response Time > Baichuan, and `-z baichuan,srt`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A row for each kind of message, by its name.
 */
#include <common/epan/ws-compat.h>

#include <common/epan/srt-rows.h>

#include <baichuan/taps/message-tap.h>
#include <baichuan/taps/response-times.h>

static void
begin_bc_response_times(struct register_srt *srt _U_, GArray *tables)
{
    init_srt_table("Baichuan response times", "baichuan", tables, 0, "Message", NULL, NULL);
}

/* Wireshark takes the time from the request to the packet at hand; a reply that is shown later than its last byte came
 * took no longer for that. */
static nstime_t
request_time(const baichuan_tap_t *reply, const packet_info *pinfo)
{
    nstime_t shown_later;
    nstime_t asked;

    nstime_delta(&shown_later, &pinfo->abs_ts, &reply->when);
    nstime_sum(&asked, &reply->turn.exchange->time, &shown_later);
    return asked;
}

static tap_packet_status
count_bc_response_time(void *data, packet_info *pinfo, epan_dissect_t *edt _U_, const void *message,
                       tap_flags_t flags _U_)
{
    srt_stat_table *table = g_array_index(((srt_data_t *)data)->srt_array, srt_stat_table *, 0);
    const baichuan_tap_t *reply = message;

    if (reply->turn.role != BC_ROLE_REPLY || reply->turn.exchange == NULL) {
        return TAP_PACKET_DONT_REDRAW;
    }
    const nstime_t since = request_time(reply, pinfo);
    add_srt_table_data(table, camshark_srt_row(table, reply->name, "Further messages"), &since, pinfo);
    return TAP_PACKET_REDRAW;
}

void
bc_response_times_register(int proto)
{
    register_srt_table(proto, BAICHUAN_TAP, 1, count_bc_response_time, begin_bc_response_times, NULL);
}
