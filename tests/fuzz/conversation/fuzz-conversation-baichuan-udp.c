/* fuzz-conversation-baichuan-udp.c
 * BcUdp sessions through all of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Input: 1 byte for Wireshark (open_options_t), 1 byte for the network (network_options_t, and in bits 4 and 5 what
 * carried Exported PDUs; with NETWORK_NEAR_END packet ids begin just before 2^32), then: 1 byte (baichuan-sealing.h;
 * bits 4 and 5: what it is; bit 6: an Exported PDU calls baichuan; bit 7: its carrier becomes another one), 1 byte of
 * delivery (network.h), 2 bytes length, bytes. They are
 *   0  a stretch of a stream, which goes into data packets of the size that the delivery says
 *   1  a datagram as it is
 *   2  the document of a discovery packet
 *   3  4 bytes (little endian) by which packet ids jump, 1 byte by which the connection id differs, and a stretch
 */
#include "../fuzz.h"
#include "baichuan-sealing.h"
#include "network.h"

#include <baichuan/wire/crypto.h>

#define WHAT             0x30u
#define STREAM           0x00u
#define DATAGRAM         0x10u
#define DISCOVERY        0x20u
#define JUMP             0x30u

#define DATA_HEADER      20u
#define DISCOVERY_HEADER 20u
#define DISCOVERY_ID     87u

/* Those of the generators: client's and device's. */
static const uint32_t ids[2] = { 82000, 80 };

typedef struct {
    network_t network;
    uint32_t packet[2]; /* of a side's next one */
    uint32_t id_differs;
} session_t;

static void
put_le32(uint8_t *bytes, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
}

static void
send_packet(session_t *session, side_t side, const uint8_t *bytes, size_t len, unsigned delivery)
{
    uint8_t *datagram = g_malloc0(DATA_HEADER + len);

    put_le32(datagram, 0x2a87cf10);
    put_le32(datagram + 4, ids[side == CLIENT ? SERVER : CLIENT] + session->id_differs);
    put_le32(datagram + 12, session->packet[side]++);
    put_le32(datagram + 16, (uint32_t)len);
    memcpy(datagram + DATA_HEADER, bytes, len);
    network_send_udp(&session->network, side, datagram, DATA_HEADER + len, delivery);
    g_free(datagram);
}

/* Packets of a stretch have the fates that TCP's segments have: see delivery_t. */
static void
send_stream(session_t *session, side_t side, const uint8_t *bytes, size_t len, unsigned delivery)
{
    const delivery_t how = delivery & 7;
    const bool cut = how == DELIVER_CUT || how == DELIVER_HOLE || how == DELIVER_SWAPPED;
    const size_t size = cut ? network_piece(delivery) : NETWORK_MSS;

    for (size_t at = 0, index = 0; at < len && session->network.count < NETWORK_MAX_FRAMES;
         at += size, index++) {
        const size_t piece = len - at < size ? len - at : size;
        unsigned fate = cut ? DELIVER_WHOLE : how;

        if (index == 0 && how == DELIVER_SWAPPED) {
            fate = DELIVER_LATE;
        } else if (index == 1 && how == DELIVER_HOLE) {
            fate = DELIVER_LOST;
        }
        send_packet(session, side, bytes + at, piece, fate | (index == 0 ? delivery & 0x18 : 0));
    }
}

static void
send_discovery(session_t *session, side_t side, const uint8_t *bytes, size_t len, unsigned delivery)
{
    uint8_t *datagram = g_malloc0(DISCOVERY_HEADER + len);

    memcpy(datagram + DISCOVERY_HEADER, bytes, len);
    bc_udp_xor(datagram + DISCOVERY_HEADER, len, DISCOVERY_ID);
    put_le32(datagram, 0x2a87cf3a);
    put_le32(datagram + 4, (uint32_t)len);
    put_le32(datagram + 8, 1);
    put_le32(datagram + 12, DISCOVERY_ID);
    put_le32(datagram + 16, bc_udp_crc(datagram + DISCOVERY_HEADER, len));
    network_send_udp(&session->network, side, datagram, DISCOVERY_HEADER + len, delivery);
    g_free(datagram);
}

/* A stretch, sealed; jumps in front of it if it is to. */
static void
send_sealed(session_t *session, unsigned kind, const uint8_t *bytes, size_t len, unsigned delivery)
{
    const side_t side = (kind & SEAL_SIDE) ? SERVER : CLIENT;
    const size_t skip = (kind & WHAT) == JUMP ? 5 : 0;

    if (len < skip) {
        return;
    }
    if (skip > 0) {
        session->packet[side] +=
            bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
        session->id_differs = bytes[4];
    }
    uint8_t *sealed = seal_baichuan(kind, bytes + skip, len - skip);

    send_stream(session, side, sealed, len - skip, delivery);
    session->id_differs = 0;
    g_free(sealed);
}

static bool
send_something(session_t *session, fuzz_input_t *input)
{
    const unsigned kind = fuzz_byte(input), delivery = fuzz_byte(input);
    const size_t len = fuzz_u16(input);
    const uint8_t *bytes = fuzz_take(input, len);
    const side_t side = (kind & SEAL_SIDE) ? SERVER : CLIENT;

    if (bytes == NULL) {
        return false;
    }
    session->network.dissector = (kind & CALL_OTHER) ? "baichuan" : "baichuan_udp";
    session->network.carrier ^= (kind & CARRIER_OTHER) ? 1 : 0;
    if ((kind & WHAT) == DATAGRAM) {
        network_send_udp(&session->network, side, bytes, len, delivery);
    } else if ((kind & WHAT) == DISCOVERY) {
        send_discovery(session, side, bytes, len, delivery);
    } else {
        send_sealed(session, kind, bytes, len, delivery);
    }
    return input->left > 0 && session->network.count < NETWORK_MAX_FRAMES;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    wireshark_start();
    return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static session_t session;
    fuzz_input_t input = { data, size };
    const unsigned wireshark = fuzz_byte(&input), options = fuzz_byte(&input);

    network_init(&session.network, options, 53500, 16161, "baichuan_udp");
    session.packet[CLIENT] = (options & NETWORK_NEAR_END) ? UINT32_MAX - 2 : 0;
    session.packet[SERVER] = (options & NETWORK_NEAR_END) ? UINT32_MAX - 2 : 0;
    session.id_differs = 0;
    while (send_something(&session, &input)) {
    }
    network_show(&session.network, wireshark);
    network_clear(&session.network);
    return 0;
}
