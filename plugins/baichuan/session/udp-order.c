/* udp-order.c
 * One direction of a BcUdp session: packets put in order by their ids.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/session/udp-order.h>

#include <glib.h>

struct bc_bytestream {
    bool started;
    bool packets;  /* there was one: next is more than an expectation */
    uint32_t next; /* id */
    GArray *held;  /* bc_packet_t, by id; at most about BC_BYTESTREAM_WINDOW of them */
    uint64_t hole_since;
    bool acknowledged_known;
    uint32_t acknowledged;
};

/* How far b lies behind a; negative if before. */
static int32_t
distance(uint32_t a, uint32_t b)
{
    return (int32_t)(b - a);
}

static void
clear_packet(void *packet)
{
    g_free(((bc_packet_t *)packet)->bytes);
}

bc_bytestream_t *
bc_bytestream_new(void)
{
    bc_bytestream_t *stream = g_new0(bc_bytestream_t, 1);

    stream->held = g_array_new(FALSE, FALSE, sizeof(bc_packet_t));
    g_array_set_clear_func(stream->held, clear_packet);
    return stream;
}

void
bc_bytestream_free(bc_bytestream_t *stream)
{
    if (stream != NULL) {
        g_array_free(stream->held, TRUE);
        g_free(stream);
    }
}

void
bc_bytestream_expect(bc_bytestream_t *stream, uint32_t id)
{
    if (!stream->packets) {
        stream->started = true;
        stream->next = id;
    }
}

bool
bc_bytestream_next(const bc_bytestream_t *stream, uint32_t *id)
{
    *id = stream->next;
    return stream->started;
}

static bc_packet_t *
held(const bc_bytestream_t *stream, unsigned nth)
{
    return &g_array_index(stream->held, bc_packet_t, nth);
}

/* Keeps a packet in its place among the others. */
static bc_packet_order_t
hold(bc_bytestream_t *stream, const bc_packet_t *packet, uint64_t now)
{
    unsigned at = stream->held->len;

    while (at > 0 && distance(packet->id, held(stream, at - 1)->id) >= 0) {
        if (held(stream, at - 1)->id == packet->id) {
            return BC_PACKET_REPEAT;
        }
        at--;
    }
    bc_packet_t copy = *packet;
    copy.bytes = g_memdup2(packet->bytes, packet->len);
    if (stream->held->len == 0) {
        stream->hole_since = now;
    }
    g_array_insert_val(stream->held, at, copy);
    return BC_PACKET_HELD;
}

bc_packet_order_t
bc_bytestream_add(bc_bytestream_t *stream, const bc_packet_t *packet, uint64_t now)
{
    if (!stream->started || (!stream->packets && distance(stream->next, packet->id) < 0)) {
        stream->started = true;
        stream->next = packet->id;
    }
    stream->packets = true;
    const int32_t ahead = distance(stream->next, packet->id);

    if (ahead < 0) {
        return BC_PACKET_PASSED;
    }
    if (ahead > 0) {
        return hold(stream, packet, now);
    }
    stream->next++;
    stream->hole_since = now; /* of the next hole, if there is one */
    return BC_PACKET_NEXT;
}

void
bc_bytestream_acknowledged(bc_bytestream_t *stream, uint32_t id)
{
    if (!stream->acknowledged_known || distance(stream->acknowledged, id) > 0) {
        stream->acknowledged_known = true;
        stream->acknowledged = id;
    }
}

bool
bc_bytestream_take(bc_bytestream_t *stream, bc_packet_t *out)
{
    if (stream->held->len == 0 || held(stream, 0)->id != stream->next) {
        return false;
    }
    *out = *held(stream, 0);
    held(stream, 0)->bytes = NULL;
    g_array_remove_index(stream->held, 0);
    stream->next++;
    return true;
}

uint32_t
bc_bytestream_give_up(bc_bytestream_t *stream, uint64_t now, uint32_t *first)
{
    if (stream->held->len == 0) {
        return 0;
    }
    const uint32_t behind = held(stream, 0)->id;
    const uint32_t newest = held(stream, stream->held->len - 1)->id;
    const bool received = stream->acknowledged_known && distance(stream->next, stream->acknowledged) >= 0;
    const bool far = newest - stream->next > BC_BYTESTREAM_WINDOW;
    const bool old = now > stream->hole_since && now - stream->hole_since > BC_BYTESTREAM_SECONDS * 1000000u;

    if (behind == stream->next || (!received && !far && !old)) {
        return 0;
    }
    *first = stream->next;
    stream->next = behind;
    stream->hole_since = now;
    return behind - *first;
}
