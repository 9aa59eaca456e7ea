/* services.c
 * Statistics > newcamd services, and `-z newcamd,services`.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A row for each server, user, CAID, provider and service: what was asked and answered. That a request is unanswered is told
 * by what comes behind it, so those without a reply wait here, in the order of their connection.
 */
#include <common/epan/ws-compat.h>

#include <stdio.h>

#include <epan/tap.h>

#include <common/epan/stat-table.h>

#include <newcamd/record/subject.h>
#include <newcamd/taps/durations.h>
#include <newcamd/taps/message-tap.h>
#include <newcamd/taps/names.h>
#include <newcamd/taps/services.h>

#define ID_LEN       8
#define EMM_ACCEPTED 1 /* of the flags */

#define FURTHER_NAME "Further services"

typedef enum {
    SERVER,
    USER,
    CAID,
    PROVIDER,
    SID,
    ECMS,
    DECODED,
    NOT_DECODED,
    UNANSWERED,
    DUPLICATES,
    WORDS_REPEATED,
    WORDS_BACKWARDS,
    EMMS,
    EMMS_ACCEPTED,
    EMMS_REFUSED,
    LEAST,
    AVERAGE,
    PERCENTILE_95,
    LONGEST,
    COLUMNS
} column_t;

#define TEXT(name, width)                                                                                    \
    {                                                                                                        \
        TABLE_ITEM_STRING, TAP_ALIGN_LEFT, name, "%-" width "s"                                              \
    }
#define COUNT(name)                                                                                          \
    {                                                                                                        \
        TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, name, "%6u"                                                        \
    }
#define MILLISECONDS(name)                                                                                   \
    {                                                                                                        \
        TABLE_ITEM_FLOAT, TAP_ALIGN_RIGHT, name, "%9.2f"                                                     \
    }

static stat_tap_table_item columns[COLUMNS] = {
    [SERVER] = TEXT("Server", "22"),
    [USER] = TEXT("User", "12"),
    [CAID] = TEXT("CAID", "4"),
    [PROVIDER] = TEXT("Provider", "6"),
    [SID] = TEXT("SID", "4"),
    [ECMS] = COUNT("ECMs"),
    [DECODED] = COUNT("Decoded"),
    [NOT_DECODED] = COUNT("Not decoded"),
    [UNANSWERED] = COUNT("Unanswered"),
    [DUPLICATES] = COUNT("Second replies"),
    [WORDS_REPEATED] = COUNT("CWs repeated"),
    [WORDS_BACKWARDS] = COUNT("CWs backwards"),
    [EMMS] = COUNT("EMMs"),
    [EMMS_ACCEPTED] = COUNT("EMMs accepted"),
    [EMMS_REFUSED] = COUNT("EMMs refused"),
    [LEAST] = MILLISECONDS("Min ms"),
    [AVERAGE] = MILLISECONDS("Average ms"),
    [PERCENTILE_95] = MILLISECONDS("95% ms"),
    [LONGEST] = MILLISECONDS("Max ms"),
};

typedef struct {
    camshark_table_row_t row;
    unsigned counts[COLUMNS];
    newcamd_durations_t times; /* of ECMs */
} service_row_t;

/* An ECM of which it is not known whether it is going to be answered. */
typedef struct {
    const camshark_exchange_t *exchange;
    service_row_t *service;
} waiting_ecm_t;

static stat_tap_table_ui services_ui;

static void
free_service_row(void *data)
{
    service_row_t *service = data;

    newcamd_durations_free(&service->times);
    g_free(service);
}

static GHashTable *waiting; /* newcamd_connection_t -> GQueue of waiting_ecm_t; NULL before the first */

static void
free_waiting(void *data)
{
    g_queue_free_full(data, g_free);
}

/* What points to rows and connections goes with them. */
static void
forget_services(void)
{
    g_clear_pointer(&waiting, g_hash_table_destroy);
}

static camshark_table_t services = {
    .ui = &services_ui,
    .row_size = sizeof(service_row_t),
    .free_row = free_service_row,
    .forget = forget_services,
};

/* ---- Rows ---- */

typedef struct {
    const char *server, *user;
    char caid[ID_LEN], provider[ID_LEN], sid[ID_LEN];
} service_name_t;

static void
name_id(char text[ID_LEN], bool given, int digits, uint32_t id)
{
    if (given) {
        snprintf(text, ID_LEN, "%0*X", digits, id);
    } else {
        snprintf(text, ID_LEN, "-");
    }
}

static service_name_t
name_service(packet_info *pinfo, const newcamd_tap_t *frame)
{
    const newcamd_subject_t *subject = frame->turn.exchange->subject;
    service_name_t name = {
        .server = newcamd_server_name(pinfo->pool, frame->connection),
        .user = newcamd_user_name(frame->connection),
    };

    name_id(name.caid, subject->caid != 0, 4, subject->caid);
    name_id(name.provider, subject->has_provider, 6, subject->provider);
    name_id(name.sid, subject->has_sid, 4, subject->sid);
    return name;
}

static service_row_t *
add_service(const char *key, const service_name_t *name)
{
    service_row_t *service = camshark_table_add(&services, key);
    const unsigned row = service->row.number;

    camshark_table_set_text(&services, row, SERVER, name->server);
    camshark_table_set_text(&services, row, USER, name->user);
    camshark_table_set_text(&services, row, CAID, name->caid);
    camshark_table_set_text(&services, row, PROVIDER, name->provider);
    camshark_table_set_text(&services, row, SID, name->sid);
    return service;
}

static service_row_t *
service_of(packet_info *pinfo, const newcamd_tap_t *frame)
{
    const service_name_t name = name_service(pinfo, frame);
    const char *key = wmem_strdup_printf(pinfo->pool, "%s %s %s %s %s", name.server, name.caid, name.provider,
                                         name.sid, name.user);
    service_row_t *service = camshark_table_find(&services, key);

    if (service == NULL && !camshark_table_has_room(&services)) {
        static const service_name_t further = { FURTHER_NAME, "", "", "", "" };
        service = camshark_table_find(&services, FURTHER_NAME);
        return (service != NULL) ? service : add_service(FURTHER_NAME, &further);
    }
    return (service != NULL) ? service : add_service(key, &name);
}

static void
count_one(service_row_t *service, column_t column)
{
    camshark_table_set_count(&services, service->row.number, column, ++service->counts[column]);
}

static void
count_time(service_row_t *service, const nstime_t *from, const nstime_t *to)
{
    const unsigned row = service->row.number;

    newcamd_durations_add(&service->times, from, to);
    const newcamd_spread_t spread = newcamd_durations_spread(&service->times);
    camshark_table_set_number(&services, row, LEAST, spread.least);
    camshark_table_set_number(&services, row, AVERAGE, spread.average);
    camshark_table_set_number(&services, row, PERCENTILE_95, spread.percentile_95);
    camshark_table_set_number(&services, row, LONGEST, spread.longest);
}

/* ---- ECMs that wait ---- */

static GQueue *
waiting_of(const newcamd_connection_t *connection)
{
    if (waiting == NULL) {
        waiting = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_waiting);
    }
    GQueue *queue = g_hash_table_lookup(waiting, connection);
    if (queue == NULL) {
        queue = g_queue_new();
        g_hash_table_insert(waiting, (void *)connection, queue);
    }
    return queue;
}

/* Whether nothing is to be learned about it any more. Where that is not so of one ECM, it is not of those behind it. */
static bool
is_settled(const waiting_ecm_t *ecm)
{
    const camshark_exchange_t *exchange = ecm->exchange;

    if (camshark_exchange_unanswered(exchange)) {
        count_one(ecm->service, UNANSWERED);
        return true;
    }
    return exchange->first_reply_frame != 0 || exchange->number <= exchange->side->excused;
}

static void
settle(const newcamd_connection_t *connection)
{
    GQueue *queue = waiting_of(connection);

    while (!g_queue_is_empty(queue) && is_settled(g_queue_peek_head(queue))) {
        g_free(g_queue_pop_head(queue));
    }
}

static void
wait_for_reply(const newcamd_tap_t *frame, service_row_t *service)
{
    waiting_ecm_t *ecm = g_new(waiting_ecm_t, 1);

    *ecm = (waiting_ecm_t){ .exchange = frame->turn.exchange, .service = service };
    g_queue_push_tail(waiting_of(frame->connection), ecm);
}

/* ---- Messages ---- */

static void
count_ecm_reply(service_row_t *service, const newcamd_tap_t *reply, const nstime_t *when)
{
    const camshark_exchange_t *exchange = reply->turn.exchange;

    count_one(service, (reply->data_len > 0) ? DECODED : NOT_DECODED);
    count_time(service, &exchange->time, when);
    if (exchange->subject->words == NEWCAMD_WORDS_REPEATED) {
        count_one(service, WORDS_REPEATED);
    } else if (exchange->subject->words == NEWCAMD_WORDS_BACKWARDS) {
        count_one(service, WORDS_BACKWARDS);
    }
}

static void
count_service_message(packet_info *pinfo, const newcamd_tap_t *frame)
{
    service_row_t *service = service_of(pinfo, frame);
    const bool is_ecm = frame->turn.exchange->subject->is_ecm;

    switch ((newcamd_role_t)frame->turn.role) {
    case NEWCAMD_ROLE_NONE:
        break;
    case NEWCAMD_ROLE_REQUEST:
        count_one(service, is_ecm ? ECMS : EMMS);
        if (is_ecm) {
            wait_for_reply(frame, service);
        }
        break;
    case NEWCAMD_ROLE_REPLY:
        if (is_ecm) {
            count_ecm_reply(service, frame, &pinfo->abs_ts);
        } else {
            count_one(service, (frame->flags & EMM_ACCEPTED) ? EMMS_ACCEPTED : EMMS_REFUSED);
        }
        break;
    case NEWCAMD_ROLE_DUPLICATE_REPLY:
        count_one(service, DUPLICATES);
        break;
    }
}

static tap_packet_status
count_service_frame(void *data _U_, packet_info *pinfo, epan_dissect_t *edt _U_, const void *tapped,
                    tap_flags_t flags _U_)
{
    const newcamd_tap_t *frame = tapped;

    if (frame->opened && frame->turn.exchange != NULL && frame->turn.exchange->subject != NULL) {
        count_service_message(pinfo, frame);
    }
    settle(frame->connection);
    return TAP_PACKET_REDRAW;
}

static stat_tap_table_ui services_ui = {
    .title = "newcamd services",
    .tap_name = NEWCAMD_TAP,
    .cli_string = "newcamd,services",
    .packet_func = count_service_frame,
    .nfields = COLUMNS,
    .fields = columns,
};

void
newcamd_services_register(void)
{
    camshark_table_register(&services);
}
