/* network.c
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Checksums are left zero: Wireshark does not check them, and the dissectors never see them.
 */
#include "network.h"

#include <string.h>

#include <glib.h>

#define TCP 6u
#define UDP 17u
#define SYN 0x02u
#define PSH 0x08u
#define ACK 0x10u

/* A frame while it is made. */
typedef struct {
    GByteArray *bytes;
} writer_t;

static void
write_be(writer_t *writer, unsigned size, uint32_t value)
{
    for (unsigned shift = size * 8; shift > 0; shift -= 8) {
        const uint8_t byte = (uint8_t)(value >> (shift - 8));

        g_byte_array_append(writer->bytes, &byte, 1);
    }
}

static void
write_address(writer_t *writer, bool ipv6, side_t side)
{
    if (ipv6) {
        write_be(writer, 4, 0x20010db8);
        write_be(writer, 4, 0);
        write_be(writer, 4, 0);
        write_be(writer, 4, side == CLIENT ? 2 : 1);
    } else {
        write_be(writer, 4, side == CLIENT ? 0x0a000002 : 0x0a000001);
    }
}

static void
write_ip(writer_t *writer, bool ipv6, unsigned protocol, side_t from, size_t len)
{
    const side_t to = from == CLIENT ? SERVER : CLIENT;

    if (ipv6) {
        write_be(writer, 4, 0x60000000);
        write_be(writer, 2, (uint32_t)len);
        write_be(writer, 1, protocol);
        write_be(writer, 1, 64);
    } else {
        write_be(writer, 2, 0x4500);
        write_be(writer, 2, (uint32_t)len + 20);
        write_be(writer, 4, 0x4000);
        write_be(writer, 1, 64);
        write_be(writer, 1, protocol);
        write_be(writer, 2, 0);
    }
    write_address(writer, ipv6, from);
    write_address(writer, ipv6, to);
}

/* ---- frames ---- */

/* The frame gets the writer's bytes. */
static made_frame_t
make_frame(network_t *network, writer_t *writer, link_t link)
{
    made_frame_t frame = { .wire_len = writer->bytes->len, .time_us = network->now_us, .link = link };

    frame.len = frame.wire_len;
    if (network->snapped && frame.len > 60) {
        frame.len = 60 + frame.len % 16 < frame.len ? 60 + frame.len % 16 : 60;
    }
    frame.data = g_byte_array_free(writer->bytes, FALSE);
    return frame;
}

static void
add_frame(network_t *network, made_frame_t frame)
{
    if (network->count == NETWORK_MAX_FRAMES) {
        g_free(frame.data);
        return;
    }
    network->now_us += 1000;
    network->frames[network->count++] = frame;
}

static made_frame_t
make_segment(network_t *network, side_t side, uint32_t seq, unsigned flags, const uint8_t *bytes, size_t len)
{
    const bool ipv6 = network->options & NETWORK_IPV6;
    const side_t other = side == CLIENT ? SERVER : CLIENT;
    writer_t writer = { g_byte_array_new() };

    write_ip(&writer, ipv6, TCP, side, 20 + len);
    write_be(&writer, 2, network->ports[side]);
    write_be(&writer, 2, network->ports[other]);
    write_be(&writer, 4, seq);
    write_be(&writer, 4, network->next[other]);
    write_be(&writer, 2, 0x5000 | flags);
    write_be(&writer, 2, 64000);
    write_be(&writer, 4, 0);
    g_byte_array_append(writer.bytes, bytes, (guint)len);
    return make_frame(network, &writer, LINK_RAW_IP);
}

static made_frame_t
make_datagram(network_t *network, side_t side, const uint8_t *bytes, size_t len)
{
    const side_t other = side == CLIENT ? SERVER : CLIENT;
    writer_t writer = { g_byte_array_new() };

    write_ip(&writer, network->options & NETWORK_IPV6, UDP, side, 8 + len);
    write_be(&writer, 2, network->ports[side]);
    write_be(&writer, 2, network->ports[other]);
    write_be(&writer, 2, (uint32_t)len + 8);
    write_be(&writer, 2, 0);
    g_byte_array_append(writer.bytes, bytes, (guint)len);
    return make_frame(network, &writer, LINK_RAW_IP);
}

static void
write_tag(writer_t *writer, unsigned tag, uint32_t value)
{
    write_be(writer, 2, tag);
    write_be(writer, 2, 4);
    write_be(writer, 4, value);
}

/* The tags of epan/exported_pdu.h; the port type says who carried it, or who did not. */
static made_frame_t
make_pdu(network_t *network, side_t side, const uint8_t *bytes, size_t len)
{
    static const uint32_t port_types[] = { 2, 3, 1, 0 }; /* TCP, UDP, SCTP, none */
    const size_t name_len = strlen(network->dissector);
    const side_t other = side == CLIENT ? SERVER : CLIENT;
    writer_t writer = { g_byte_array_new() };

    write_be(&writer, 2, 12);
    write_be(&writer, 2, (uint32_t)name_len);
    g_byte_array_append(writer.bytes, (const guint8 *)network->dissector, (guint)name_len);
    write_tag(&writer, 20, side == CLIENT ? 0x0a000002 : 0x0a000001);
    write_tag(&writer, 21, side == CLIENT ? 0x0a000001 : 0x0a000002);
    write_tag(&writer, 24, port_types[network->carrier & 3]);
    write_tag(&writer, 25, network->ports[side]);
    write_tag(&writer, 26, network->ports[other]);
    write_be(&writer, 4, 0);
    g_byte_array_append(writer.bytes, bytes, (guint)len);
    return make_frame(network, &writer, LINK_UPPER_PDU);
}

/* ---- what happens to them ---- */

static void
let_late_arrive(network_t *network, side_t side)
{
    if (network->late[side].data != NULL) {
        made_frame_t frame = network->late[side];

        network->late[side].data = NULL;
        frame.time_us = network->now_us;
        add_frame(network, frame);
    }
}

static void
hold_back(network_t *network, side_t side, made_frame_t frame)
{
    let_late_arrive(network, side);
    network->late[side] = frame;
}

static void
let_clock_jump(network_t *network, unsigned delivery)
{
    static const uint64_t jumps_us[] = { 0, 500, 30 * 1000000u, 3600 * 1000000ull };

    network->now_us += jumps_us[delivery >> 3 & 3];
}

size_t
network_piece(unsigned delivery)
{
    static const size_t sizes[] = { 700, 200, 60, 33, 24, 9, 3, 1 };

    return sizes[delivery >> 5 & 7];
}

static made_frame_t
make_piece(network_t *network, side_t side, uint32_t seq, const uint8_t *bytes, size_t len)
{
    return (network->options & NETWORK_EXPORTED) ? make_pdu(network, side, bytes, len)
                                                 : make_segment(network, side, seq, PSH | ACK, bytes, len);
}

/* One stretch in pieces of up to size bytes; index lost (none: SIZE_MAX) does not arrive, and swapped lets the
 * first come behind the second. */
static void
send_pieces(network_t *network, side_t side, const uint8_t *bytes, size_t len, size_t size, delivery_t how)
{
    const uint32_t seq = network->next[side];

    for (size_t at = 0, index = 0; at < len && network->count < NETWORK_MAX_FRAMES; at += size, index++) {
        const size_t piece = len - at < size ? len - at : size;

        if (how == DELIVER_HOLE && index == 1) {
            continue;
        }
        made_frame_t frame = make_piece(network, side, seq + (uint32_t)at, bytes + at, piece);
        if (how == DELIVER_SWAPPED && index == 0 && piece < len) {
            hold_back(network, side, frame);
            continue;
        }
        add_frame(network, frame);
        if (how == DELIVER_SWAPPED && index == 1) {
            let_late_arrive(network, side);
        }
    }
}

static void
send_some(network_t *network, side_t side, const uint8_t *bytes, size_t len, unsigned delivery)
{
    const delivery_t how = delivery & 7;
    const bool cut = how == DELIVER_CUT || how == DELIVER_HOLE || how == DELIVER_SWAPPED;

    network->snapped = how == DELIVER_SNAPPED;
    if (how == DELIVER_LATE) {
        const size_t shown = len < NETWORK_MSS ? len : NETWORK_MSS;

        hold_back(network, side, make_piece(network, side, network->next[side], bytes, shown));
    } else if (how != DELIVER_LOST) {
        made_frame_t late = network->late[side];

        network->late[side].data = NULL;
        send_pieces(network, side, bytes, len, cut ? network_piece(delivery) : NETWORK_MSS, how);
        if (how == DELIVER_TWICE) {
            send_pieces(network, side, bytes, len, NETWORK_MSS, how);
        }
        if (late.data != NULL) {
            hold_back(network, side, late);
        }
        let_late_arrive(network, side);
    }
    network->snapped = false;
}

void
network_send_tcp(network_t *network, side_t side, const uint8_t *bytes, size_t len, unsigned delivery)
{
    let_clock_jump(network, delivery);
    send_some(network, side, bytes, len, delivery);
    network->next[side] += (uint32_t)len;
}

void
network_send_udp(network_t *network, side_t side, const uint8_t *bytes, size_t len, unsigned delivery)
{
    const delivery_t how = delivery & 7;
    const unsigned copies = how == DELIVER_LOST ? 0 : how == DELIVER_TWICE ? 2 : 1;

    let_clock_jump(network, delivery);
    network->snapped = how == DELIVER_SNAPPED;
    for (unsigned i = 0; i < copies; i++) {
        made_frame_t frame = (network->options & NETWORK_EXPORTED) ? make_pdu(network, side, bytes, len)
                                                                   : make_datagram(network, side, bytes, len);

        if (how == DELIVER_LATE) {
            hold_back(network, side, frame);
        } else {
            add_frame(network, frame);
            let_late_arrive(network, side);
        }
    }
    network->snapped = false;
}

/* ---- a conversation ---- */

void
network_init(network_t *network, unsigned options, uint16_t client_port, uint16_t server_port,
             const char *dissector)
{
    const bool near = options & NETWORK_NEAR_END;

    memset(network, 0, sizeof *network);
    network->options = options;
    network->ports[CLIENT] = client_port;
    network->ports[SERVER] = server_port;
    network->next[CLIENT] = near ? UINT32_MAX - 100 : 1000;
    network->next[SERVER] = near ? UINT32_MAX - 300 : 5000;
    network->dissector = dissector;
    network->carrier = options >> 4 & 3;
}

void
network_restart_tcp(network_t *network)
{
    static const uint8_t none[1] = { 0 };

    if (network->options & NETWORK_EXPORTED) {
        return;
    }
    network->next[CLIENT] += 70000;
    network->next[SERVER] += 90000;
    add_frame(network, make_segment(network, CLIENT, network->next[CLIENT]++, SYN, none, 0));
    add_frame(network, make_segment(network, SERVER, network->next[SERVER]++, SYN | ACK, none, 0));
}

void
network_open_tcp(network_t *network)
{
    if (!(network->options & NETWORK_NO_START)) {
        network->next[CLIENT] -= 70000;
        network->next[SERVER] -= 90000;
        network_restart_tcp(network);
    }
}

void
network_show(network_t *network, unsigned wireshark)
{
    let_late_arrive(network, CLIENT);
    let_late_arrive(network, SERVER);
    wireshark_open(network->frames, network->count, wireshark);
}

void
network_clear(network_t *network)
{
    for (size_t i = 0; i < network->count; i++) {
        g_free(network->frames[i].data);
    }
    network->count = 0;
}
