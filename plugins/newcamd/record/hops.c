/* hops.c
 * A cascade in one capture: the same ECM on its way from server to server.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A station is a server and an ECM that came to it. Stations are found by ECM and host, or by ECM, host and port, so that a
 * request costs the same however many there are. Where all hosts are one (127.0.0.1), a client of the second server and
 * the first server look the same: there, a request goes on from the station that was new before its own was.
 */
#include <newcamd/record/hops.h>

#include <common/epan/exchange.h>

#define ANY_PORT 0x10000u

typedef struct {
    uint64_t ecm_hash;
    address host;
    uint32_t port; /* ANY_PORT: the last one of this host */
} station_key_t;

typedef struct newcamd_station {
    station_key_t key, host_key;
    newcamd_hop_t *asking; /* the first request that it has not answered */
    const struct newcamd_station
        *before; /* the one of the same host that was new before it was; NULL if there is none */
} newcamd_station_t;

static wmem_map_t *stations;

static guint
station_hash(gconstpointer data)
{
    const station_key_t *key = data;
    const uint64_t numbers[] = { key->ecm_hash, key->port };

    return wmem_strong_hash((const guint8 *)numbers, sizeof numbers) ^
           wmem_strong_hash(key->host.data, (size_t)key->host.len);
}

static gboolean
station_equal(gconstpointer data, gconstpointer other_data)
{
    const station_key_t *key = data, *other = other_data;

    return key->ecm_hash == other->ecm_hash && key->port == other->port &&
           addresses_equal(&key->host, &other->host);
}

void
newcamd_hops_register(void)
{
    stations = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), station_hash, station_equal);
}

static newcamd_station_t *
find_station(uint64_t ecm_hash, const address *host, uint32_t port)
{
    const station_key_t key = { .ecm_hash = ecm_hash, .host = *host, .port = port };

    return wmem_map_lookup(stations, &key);
}

static newcamd_station_t *
new_station(const newcamd_hop_request_t *request)
{
    newcamd_station_t *station = wmem_new0(wmem_file_scope(), newcamd_station_t);

    station->key.ecm_hash = request->ecm_hash;
    station->key.port = request->server_port;
    copy_address_shallow(&station->key.host, request->server);
    station->host_key = station->key;
    station->host_key.port = ANY_PORT;
    if (addresses_equal(request->client, request->server)) {
        station->before = find_station(request->ecm_hash, request->server, ANY_PORT);
    }
    wmem_map_insert(stations, &station->key, station);
    wmem_map_insert(stations, &station->host_key, station);
    return station;
}

/* Whether a request still waits for its reply when another one is sent. */
static bool
still_waits(const newcamd_hop_t *hop, uint32_t frame, const nstime_t *when)
{
    nstime_t elapsed;

    nstime_delta(&elapsed, when, &hop->time);
    const double seconds = nstime_to_sec(&elapsed);
    return hop->frame < frame && (hop->reply_frame == 0 || hop->reply_frame > frame) && seconds >= 0 &&
           seconds <= CAMSHARK_PATIENCE;
}

static void
link_hops(newcamd_hop_t *previous, newcamd_hop_t *hop)
{
    hop->previous = previous;
    if (previous->next == NULL) {
        previous->next = wmem_alloc_array(wmem_file_scope(), const newcamd_hop_t *, NEWCAMD_HOPS_NEXT);
    }
    if (previous->next_count < NEWCAMD_HOPS_NEXT) {
        previous->next[previous->next_count++] = hop;
    }
}

newcamd_hop_t *
newcamd_hops_request(const newcamd_hop_request_t *request)
{
    newcamd_station_t *station = find_station(request->ecm_hash, request->server, request->server_port);
    newcamd_hop_t *hop = wmem_new0(wmem_file_scope(), newcamd_hop_t);

    hop->frame = request->frame;
    hop->time = *request->time;
    if (station == NULL) {
        station = new_station(request);
    }
    const newcamd_station_t *from = addresses_equal(request->client, request->server)
                                        ? station->before
                                        : find_station(request->ecm_hash, request->client, ANY_PORT);
    if (from != NULL && from->asking != NULL && still_waits(from->asking, hop->frame, &hop->time)) {
        link_hops(from->asking, hop);
    }
    if (station->asking == NULL || !still_waits(station->asking, hop->frame, &hop->time)) {
        station->asking = hop;
    }
    return hop;
}

/* How long a hop waited for those behind it: from the first request to the last reply. False if there was no reply. */
static bool
waited_for_next(const newcamd_hop_t *hop, nstime_t *waited)
{
    const newcamd_hop_t *last = NULL;

    for (unsigned i = 0; i < hop->next_count; i++) {
        if (hop->next[i]->reply_frame != 0) {
            last = (last == NULL || nstime_cmp(&hop->next[i]->reply_time, &last->reply_time) > 0)
                       ? hop->next[i]
                       : last;
        }
    }
    if (last != NULL) {
        nstime_delta(waited, &last->reply_time, &hop->next[0]->time);
    }
    return last != NULL;
}

void
newcamd_hops_reply(newcamd_hop_t *hop, uint32_t frame, const nstime_t *when)
{
    nstime_t waited = NSTIME_INIT_ZERO;

    if (hop->reply_frame != 0) {
        return;
    }
    hop->reply_frame = frame;
    hop->reply_time = *when;
    hop->has_own_time = (hop->next_count > 0) ? waited_for_next(hop, &waited) : hop->previous != NULL;
    nstime_delta(&hop->own_time, when, &hop->time);
    nstime_subtract(&hop->own_time, &waited);
}
