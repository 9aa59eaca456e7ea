/* udp-order.c
 * One direction of a BcUdp session: packets put in order by their ids.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <baichuan/session/udp-order.h>

#include <glib.h>

/* How far b lies behind a; negative if before. */
static int32_t
id_distance(uint32_t a, uint32_t b)
{
    return (int32_t)(b - a);
}

static void
free_held_packet(void *packet)
{
    g_free(((bc_packet_t *)packet)->bytes);
}

void
bc_bytestream_clear(bc_bytestream_t *stream)
{
    if (stream->held != NULL) {
        g_array_free(stream->held->packets, TRUE);
        g_free(stream->held);
    }
    *stream = (bc_bytestream_t){ 0 };
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

void
bc_bytestream_see(bc_bytestream_t *stream, uint32_t id)
{
    if (!stream->packets || id_distance(stream->newest, id) > 0) {
        stream->newest = id;
    }
}

uint32_t
bc_bytestream_newest(const bc_bytestream_t *stream)
{
    return stream->newest;
}

static unsigned
held_count(const bc_bytestream_t *stream)
{
    return (stream->held != NULL) ? stream->held->packets->len : 0;
}

static bc_packet_t *
nth_held(const bc_bytestream_t *stream, unsigned nth)
{
    return &g_array_index(stream->held->packets, bc_packet_t, nth);
}

static bc_held_packets_t *
new_held_packets(void)
{
    bc_held_packets_t *held = g_new0(bc_held_packets_t, 1);

    held->packets = g_array_new(FALSE, FALSE, sizeof(bc_packet_t));
    g_array_set_clear_func(held->packets, free_held_packet);
    return held;
}

/* The hole before the packets that wait is another one now. */
static void
begin_hole(bc_bytestream_t *stream, uint64_t now)
{
    if (stream->held != NULL) {
        stream->held->since = now;
    }
}

/* Keeps a packet in its place among the others. */
static bc_packet_order_t
hold_packet(bc_bytestream_t *stream, const bc_packet_t *packet, uint64_t now)
{
    unsigned at = held_count(stream);

    while (at > 0 && id_distance(packet->id, nth_held(stream, at - 1)->id) >= 0) {
        if (nth_held(stream, at - 1)->id == packet->id) {
            return BC_PACKET_REPEAT;
        }
        at--;
    }
    bc_packet_t copy = *packet;
    copy.bytes = g_memdup2(packet->bytes, packet->len);
    if (stream->held == NULL) {
        stream->held = new_held_packets();
    }
    if (held_count(stream) == 0) {
        begin_hole(stream, now);
    }
    g_array_insert_val(stream->held->packets, at, copy);
    return BC_PACKET_HELD;
}

bc_packet_order_t
bc_bytestream_add(bc_bytestream_t *stream, const bc_packet_t *packet, uint64_t now)
{
    if (!stream->started || (!stream->packets && id_distance(stream->next, packet->id) < 0)) {
        stream->started = true;
        stream->next = packet->id;
    }
    stream->packets = true;
    const int32_t ahead = id_distance(stream->next, packet->id);

    if (ahead < 0) {
        return BC_PACKET_PASSED;
    }
    if (ahead > 0) {
        return hold_packet(stream, packet, now);
    }
    stream->next++;
    begin_hole(stream, now); /* if there is a next one */
    return BC_PACKET_NEXT;
}

void
bc_bytestream_acknowledged(bc_bytestream_t *stream, uint32_t id)
{
    if (!stream->acknowledged_known || id_distance(stream->acknowledged, id) > 0) {
        stream->acknowledged_known = true;
        stream->acknowledged = id;
    }
}

bool
bc_bytestream_take(bc_bytestream_t *stream, bc_packet_t *out)
{
    if (held_count(stream) == 0 || nth_held(stream, 0)->id != stream->next) {
        return false;
    }
    *out = *nth_held(stream, 0);
    nth_held(stream, 0)->bytes = NULL;
    g_array_remove_index(stream->held->packets, 0);
    stream->next++;
    return true;
}

uint32_t
bc_bytestream_give_up(bc_bytestream_t *stream, uint64_t now, uint32_t *first)
{
    if (held_count(stream) == 0) {
        return 0;
    }
    const uint32_t behind = nth_held(stream, 0)->id;
    const uint32_t newest = nth_held(stream, held_count(stream) - 1)->id;
    const bool received = stream->acknowledged_known && id_distance(stream->next, stream->acknowledged) >= 0;
    const bool far = newest - stream->next > BC_BYTESTREAM_WINDOW;
    const bool old =
        now > stream->held->since && now - stream->held->since > BC_BYTESTREAM_SECONDS * 1000000u;

    if (behind == stream->next || (!received && !far && !old)) {
        return 0;
    }
    *first = stream->next;
    stream->next = behind;
    begin_hole(stream, now);
    return behind - *first;
}

const bc_packet_t *
bc_bytestream_held(const bc_bytestream_t *stream, unsigned nth)
{
    return (nth < held_count(stream)) ? nth_held(stream, nth) : NULL;
}
