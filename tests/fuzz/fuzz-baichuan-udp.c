/* fuzz-baichuan-udp.c
 * Datagrams: which BcUdp packet or LAN search they are, discovery's cipher, and packets put in order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Input: datagrams one after the other: 1 byte (bits 0 to 6: tenths of a second since the one before; bit 7:
 * its length field is set right here, since no fuzzer keeps it so), 2 bytes length, bytes.
 */
#include "fuzz.h"

#include <baichuan/session/udp-order.h>
#include <baichuan/wire/crypto.h>
#include <baichuan/wire/udp-header.h>
#include <baichuan/wire/xml-read.h>
#include <baichuan/wire/xml-secrets.h>

#define ID_AT 12u /* of data and acknowledgements */

typedef struct {
    bc_bytestream_t *stream;
    uint64_t now; /* microseconds */
    uint32_t frame;
    unsigned waiting;
} receiver_t;

static bool
read_on(void *context G_GNUC_UNUSED, const bc_xml_element_t *element)
{
    return element->name != NULL;
}

static void
look_at_document(const uint8_t *datagram, size_t len, size_t header)
{
    const size_t text_len = len - header;
    uint8_t *text = fuzz_copy(datagram + header, text_len);

    bc_udp_xor(text, text_len, bc_udp_word(datagram + 12));
    bc_udp_crc(text, text_len);
    bc_xml_walk(NULL, text, text_len, read_on, NULL);
    bc_xml_mask_secrets(text, text_len, true);
    g_free(text);
}

static void
take_all(receiver_t *receiver)
{
    bc_packet_t packet;
    uint32_t next, first;

    while (bc_bytestream_take(receiver->stream, &packet)) {
        FUZZ_CHECK(packet.frame <= receiver->frame && receiver->waiting > 0);
        FUZZ_CHECK(bc_bytestream_next(receiver->stream, &next) && next == packet.id + 1);
        receiver->waiting--;
        g_free(packet.bytes);
    }
    FUZZ_CHECK(receiver->waiting <= BC_BYTESTREAM_WINDOW + 1);
    if (bc_bytestream_give_up(receiver->stream, receiver->now, &first) > 0) {
        take_all(receiver);
    }
}

static void
receive(receiver_t *receiver, const uint8_t *datagram, size_t len)
{
    bc_packet_t packet = { .id = bc_udp_word(datagram + ID_AT),
                           .frame = receiver->frame,
                           .len = (uint32_t)(len - BC_UDP_DATA_HEADER),
                           .bytes = (uint8_t *)datagram + BC_UDP_DATA_HEADER };

    const bc_packet_order_t order = bc_bytestream_add(receiver->stream, &packet, receiver->now);
    FUZZ_CHECK(order <= BC_PACKET_PASSED);
    receiver->waiting += order == BC_PACKET_HELD;
    take_all(receiver);
}

static void
look_at(receiver_t *receiver, const uint8_t *datagram, size_t len)
{
    for (unsigned port = 0; port < 65536; port += 1000) {
        bc_lan_is_request(datagram, len, (uint16_t)port);
        bc_lan_is_reply(datagram, len, (uint16_t)port);
    }
    switch (bc_udp_recognise(datagram, len, len)) {
    case BC_UDP_DATA:
        FUZZ_CHECK(len >= BC_UDP_DATA_HEADER);
        receive(receiver, datagram, len);
        break;
    case BC_UDP_ACK:
        FUZZ_CHECK(len >= BC_UDP_ACK_HEADER);
        bc_bytestream_acknowledged(receiver->stream, bc_udp_word(datagram + ID_AT));
        take_all(receiver);
        break;
    case BC_UDP_DISCOVERY:
        FUZZ_CHECK(len >= BC_UDP_DISCOVERY_HEADER);
        look_at_document(datagram, len, BC_UDP_DISCOVERY_HEADER);
        break;
    case BC_UDP_ALARM:
        FUZZ_CHECK(len >= BC_UDP_ALARM_HEADER);
        look_at_document(datagram, len, BC_UDP_ALARM_HEADER);
        break;
    case BC_UDP_HUB:
        FUZZ_CHECK(len >= BC_UDP_HUB_HEADER);
        look_at_document(datagram, len, BC_UDP_HUB_HEADER);
        break;
    case BC_UDP_NONE:
        break;
    }
    /* The snap length may have cut it. */
    bc_udp_recognise(datagram, len / 2, len);
}

static void
set_length(uint8_t *datagram, size_t len)
{
    static const struct {
        uint8_t type, at;
        size_t header;
    } places[] = { { BC_UDP_DATA, 16, BC_UDP_DATA_HEADER },
                   { BC_UDP_ACK, 24, BC_UDP_ACK_HEADER },
                   { BC_UDP_ALARM, 4, BC_UDP_ALARM_HEADER },
                   { BC_UDP_HUB, 4, BC_UDP_HUB_HEADER },
                   { BC_UDP_DISCOVERY, 4, BC_UDP_DISCOVERY_HEADER } };

    for (unsigned i = 0; i < G_N_ELEMENTS(places); i++) {
        if (len >= places[i].header && datagram[0] == places[i].type) {
            const uint32_t length = GUINT32_TO_LE((uint32_t)(len - places[i].header));
            memcpy(datagram + places[i].at, &length, sizeof length);
        }
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input_t input = { data, size };
    receiver_t receiver = { .stream = g_new0(bc_bytestream_t, 1) };

    while (input.left > 0) {
        const unsigned options = fuzz_byte(&input);
        receiver.frame++;
        const size_t announced = fuzz_u16(&input);
        const size_t len = MIN(announced, input.left);
        uint8_t *datagram = fuzz_copy(fuzz_take(&input, len), len);
        receiver.now += (options & 0x7f) * UINT64_C(100000);
        if (options & 0x80) {
            set_length(datagram, len);
        }
        look_at(&receiver, datagram, len);
        g_free(datagram);
    }
    bc_bytestream_clear(receiver.stream);
    g_free(receiver.stream);
    return 0;
}
