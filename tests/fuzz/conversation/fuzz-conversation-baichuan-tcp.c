/* fuzz-conversation-baichuan-tcp.c
 * BC connections over TCP through all of Wireshark.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Input: 1 byte for Wireshark (open_options_t), 1 byte for the network (network_options_t, and in bits 4 and 5 what
 * carried Exported PDUs), then stretches of the two streams: 1 byte (baichuan-sealing.h; bit 4: in front of it a new
 * connection begins; bit 6: an Exported PDU calls baichuan_udp; bit 7: its carrier becomes another one), 1 byte of
 * delivery (network.h), 2 bytes length, bytes.
 */
#include "../fuzz.h"
#include "baichuan-sealing.h"
#include "network.h"

#define RESTART 16u

static bool
send_stretch(network_t *network, fuzz_input_t *input)
{
    const unsigned kind = fuzz_byte(input), delivery = fuzz_byte(input);
    const size_t len = fuzz_u16(input);
    const uint8_t *bytes = fuzz_take(input, len);
    uint8_t *sealed;

    if (bytes == NULL) {
        return false;
    }
    network->dissector = (kind & CALL_OTHER) ? "baichuan_udp" : "baichuan";
    network->carrier ^= (kind & CARRIER_OTHER) ? 1 : 0;
    if (kind & RESTART) {
        network_restart_tcp(network);
    }
    sealed = seal_baichuan(kind, bytes, len);
    network_send_tcp(network, (kind & SEAL_SIDE) ? SERVER : CLIENT, sealed, len, delivery);
    g_free(sealed);
    return input->left > 0 && network->count < NETWORK_MAX_FRAMES;
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
    static network_t network;
    fuzz_input_t input = { data, size };
    const unsigned wireshark = fuzz_byte(&input), options = fuzz_byte(&input);

    network_init(&network, options, 50000, 9000, "baichuan");
    network_open_tcp(&network);
    while (send_stretch(&network, &input)) {
    }
    network_show(&network, wireshark);
    network_clear(&network);
    return 0;
}
