/* fuzz-baichuan-udp.c
 * BcUdp: which packet a datagram is, and putting packets in order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Input: a byte; if it is even, a datagram follows. If it is odd, steps of four bytes each: what to do, how
 * much time goes by (in units of 16 milliseconds), and how far the id lies behind the last one that was given
 * (two bytes, signed).
 */
#include "fuzz.h"

#include <baichuan/bytestream.h>
#include <baichuan/crypto.h>
#include <baichuan/udp-header.h>

static void
datagram(const uint8_t *data, size_t size)
{
    uint8_t *bytes = fuzz_copy(data, size);

    for (size_t have = 0; have <= size; have += (have < 64) ? 1 : 64) {
        const bc_udp_type_t type = bc_udp_recognise(bytes, have, size);
        FUZZ_CHECK(type == BC_UDP_NONE || have >= BC_UDP_DATA_HEADER);
        FUZZ_CHECK(type == BC_UDP_NONE || bytes[0] == (uint8_t)type);
    }
    bc_lan_is_request(bytes, size, BC_LAN_PORT_CAMERA);
    bc_lan_is_reply(bytes, size, BC_LAN_PORT_CLIENT);
    if (size >= 4) {
        const uint32_t tid = bc_udp_word(bytes);
        const uint32_t crc = bc_udp_crc(bytes, size);
        bc_udp_xor(bytes, size, tid);
        bc_udp_xor(bytes, size, tid);
        FUZZ_CHECK(bc_udp_crc(bytes, size) == crc);
    }
    g_free(bytes);
}

/* Takes what is in order. Every packet that comes out is the one behind the last one. */
static void
take_all(bc_bytestream_t *stream, uint32_t *next)
{
    bc_packet_t packet;

    while (bc_bytestream_take(stream, &packet)) {
        FUZZ_CHECK(packet.id == *next);
        FUZZ_CHECK(packet.len == 4 && bc_udp_word(packet.bytes) == packet.id);
        *next = packet.id + 1;
        g_free(packet.bytes);
    }
}

static void
step(bc_bytestream_t *stream, uint8_t what, uint32_t id, uint64_t now, uint32_t *next)
{
    uint8_t bytes[4] = { (uint8_t)id, (uint8_t)(id >> 8), (uint8_t)(id >> 16), (uint8_t)(id >> 24) };
    const bc_packet_t packet = { .id = id, .len = sizeof bytes, .bytes = bytes };
    uint32_t first;
    uint32_t lost;

    switch (what % 4) {
    case 0:
        bc_bytestream_acknowledged(stream, id);
        break;
    case 1:
        bc_bytestream_expect(stream, id);
        bc_bytestream_next(stream, next);
        break;
    default:
        if (bc_bytestream_add(stream, &packet, now) == BC_PACKET_NEXT) {
            *next = id + 1;
        }
        break;
    }
    take_all(stream, next);
    while ((lost = bc_bytestream_give_up(stream, now, &first)) > 0) {
        FUZZ_CHECK(first == *next);
        *next = first + lost;
        take_all(stream, next);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input_t input = { data, size };
    bc_bytestream_t *stream;
    uint32_t id = 0;
    uint32_t next = 0;
    uint64_t now = 0;

    if (fuzz_byte(&input) % 2 == 0) {
        datagram(input.at, input.left);
        return 0;
    }
    stream = bc_bytestream_new();
    while (input.left > 0) {
        const uint8_t what = fuzz_byte(&input);
        now += (uint64_t)fuzz_byte(&input) * 16000u;
        id += (uint32_t)(int32_t)(int16_t)fuzz_u16(&input);
        step(stream, what, id, now, &next);
    }
    bc_bytestream_free(stream);
    return 0;
}
