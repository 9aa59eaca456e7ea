/* udp-direction.c
 * One direction of a BcUdp session: which packets were seen, their order, and the message they make.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Anybody can begin any number of sessions, so a direction takes no memory beyond its own before its second packet,
 * and none for packets that wait before one does.
 */
#include <common/epan/ws-compat.h>

#include <common/epan/file-memory.h>

#include <baichuan/udp/udp-direction.h>

guint
bc_udp_id_hash(gconstpointer id)
{
    const uint32_t key = GPOINTER_TO_UINT(id);

    return wmem_strong_hash((const guint8 *)&key, sizeof key);
}

uint32_t
bc_udp_bytes_hash(const uint8_t *bytes, size_t len)
{
    return wmem_strong_hash(bytes, len);
}

bool
bc_udp_direction_is_silent(const bc_udp_direction_t *direction)
{
    return direction == NULL || direction->first.frame == 0;
}

bc_udp_seen_t *
bc_udp_direction_seen(const bc_udp_direction_t *direction, uint32_t id)
{
    if (bc_udp_direction_is_silent(direction)) {
        return NULL;
    }
    if (direction->first.id == id) {
        return (bc_udp_seen_t *)&direction->first;
    }
    return (direction->further != NULL) ? wmem_map_lookup(direction->further, GUINT_TO_POINTER(id)) : NULL;
}

static bc_udp_seen_t *
room_for_seen(bc_udp_direction_t *direction, uint32_t id)
{
    if (bc_udp_direction_is_silent(direction)) {
        return &direction->first;
    }
    if (direction->further == NULL) {
        direction->further = wmem_map_new(wmem_file_scope(), bc_udp_id_hash, g_direct_equal);
    }
    bc_udp_seen_t *seen = camshark_file_new0(bc_udp_seen_t);
    wmem_map_insert(direction->further, GUINT_TO_POINTER(id), seen);
    return seen;
}

void
bc_udp_direction_note(bc_udp_direction_t *direction, uint32_t id, uint32_t hash, const packet_info *pinfo)
{
    bc_bytestream_see(&direction->order, id);
    *room_for_seen(direction, id) =
        (bc_udp_seen_t){ .id = id, .frame = pinfo->num, .hash = hash, .time = pinfo->abs_ts };
}

static wsc_cb_bool
free_order(wmem_allocator_t *scope _U_, wmem_cb_event_t event _U_, void *order)
{
    bc_bytestream_clear(order);
    return false;
}

bc_packet_order_t
bc_udp_direction_put(bc_udp_direction_t *direction, const bc_packet_t *packet, uint64_t now)
{
    const bool empty = direction->order.held == NULL;
    const bc_packet_order_t order = bc_bytestream_add(&direction->order, packet, now);

    if (empty && direction->order.held != NULL) {
        wmem_register_callback(wmem_file_scope(), free_order, &direction->order);
    }
    return order;
}
