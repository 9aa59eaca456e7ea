/* test-baichuan-udp-header.c
 * BcUdp: XOR, checksum and packets, against the samples of docs/baichuan.md section 6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-bytes.h"

#include <baichuan/wire/crypto.h>
#include <baichuan/wire/udp-header.h>

/* Section 6.2, sample udp_multi_0.bin. */
#define DISCOVERY                                                                                            \
    "3acf872a640000000100000057000000b6fff625"                                                               \
    "9e6c1f4fda75501e906d486c8f694df1eb7e01b01dc8ff9233db48bfd3a09b739c36117c8b110264"                       \
    "ce417459dd5f5ee1ed7451b825c4a5cc6fdc49b1cce3c22b8d5f447bda75503ecb4a2900815f5ee6"                       \
    "eb7e018c13d7829748bd25bdf6efdd47906c1315"
/* Section 6.5. */
#define ALARM                                                                                                \
    "31cf872a0b00000005000000ffffffff00000000"                                                               \
    "39353237303030393630563231524c4b00000000000000000000000000000000"                                       \
    "b28837b62b1e4869f71118786a1d6a"
/* Section 6.4. */
#define ACK                                                                                                  \
    "20cf872a5000000000000000000000008709000000000000"                                                       \
    "00000000"

/* ---- XOR and checksum --------------------------------------------------------------------------------- */

static void
check_keystream(uint32_t tid, const char *expected)
{
    size_t len;
    uint8_t *stream = bytes_of(expected, &len);
    uint8_t zeros[64] = { 0 };

    bc_udp_xor(zeros, len, tid);
    g_assert_cmpmem(zeros, len, stream, len);
    g_free(stream);
}

static void
keystreams_of_the_specification(void)
{
    check_keystream(0, "4b3c2d1f8d7f6c5a4b2e17385a6371822b1a3f86d8f7c6a5b4e17183a5d3f217");
    check_keystream(87, "a23c2d1fe47f6c5aa22e1738b1637182821a3f862ff8c6a50be27183fcd3f217");
    check_keystream(0xffffffff, "4a3c2d1f8c7f6c5a");
}

static void
the_keystream_repeats_after_32_bytes(void)
{
    uint8_t zeros[64] = { 0 };

    bc_udp_xor(zeros, sizeof zeros, 1101);
    g_assert_cmpmem(zeros, 32, zeros + 32, 32);
}

static void
the_checksum_begins_with_0_and_is_not_inverted(void)
{
    g_assert_cmphex(bc_udp_crc((const uint8_t *)"123456789", 9), ==, 0x2dfd2d88);
    g_assert_cmphex(bc_udp_crc((const uint8_t *)"", 0), ==, 0);
}

static void
a_real_discovery_packet_opens(void)
{
    size_t len;
    uint8_t *packet = bytes_of(DISCOVERY, &len);
    uint8_t *payload = packet + BC_UDP_DISCOVERY_HEADER;
    const size_t payload_len = len - BC_UDP_DISCOVERY_HEADER;

    g_assert_cmphex(bc_udp_crc(payload, payload_len), ==, bc_udp_word(packet + 16));
    bc_udp_xor(payload, payload_len, bc_udp_word(packet + 12));
    g_assert_nonnull(strstr((const char *)payload, "<sid>62097899</sid>"));
    g_assert_nonnull(strstr((const char *)payload, "<conn>local</conn>"));
    g_free(packet);
}

static void
real_alarms_open_with_their_counter(void)
{
    static const char second[] =
        "2a1e4869f61118786b1a3b1a041603e3457350e8fccdf7958cd449af89a79d633050496ae11e18333e4035"
        "02585040b103361df4bb96b5cad4c34bb6d6";
    size_t len;
    uint8_t *packet = bytes_of(ALARM, &len);
    uint8_t *payload = packet + BC_UDP_ALARM_HEADER;

    g_assert_cmphex(bc_udp_crc(payload, 11), ==, bc_udp_word(packet + 52));
    bc_udp_xor(payload, 11, bc_udp_word(packet + 8));
    g_assert_cmpstr((const char *)payload, ==, "{\"event\":3}");
    g_free(packet);

    payload = bytes_of(second, &len);
    g_assert_cmphex(bc_udp_crc(payload, len), ==, 0x06a56c85);
    bc_udp_xor(payload, len, 6);
    g_assert_cmpstr((const char *)payload, ==,
                    "{\"event\":4,\"duration\":10658,\"totalduration\":83132,\"reason\":5}");
    g_free(payload);
}

/* ---- Packets ------------------------------------------------------------------------------------------ */

static bc_udp_type_t
type_of(const char *hex)
{
    size_t len;
    uint8_t *packet = bytes_of(hex, &len);
    const bc_udp_type_t type = bc_udp_recognise(packet, len, len);

    g_free(packet);
    return type;
}

static void
packets_of_the_specification_are_recognised(void)
{
    g_assert_cmpint(type_of(DISCOVERY), ==, BC_UDP_DISCOVERY);
    g_assert_cmpint(type_of(ACK), ==, BC_UDP_ACK);
    g_assert_cmpint(type_of(ALARM), ==, BC_UDP_ALARM);
    g_assert_cmpint(type_of("10cf872a50000000000000000000000002000000f0de"), ==, BC_UDP_DATA);
    g_assert_cmpint(type_of("20cf872a500000000000000000000000870900000000000003000000000100"), ==,
                    BC_UDP_ACK);
}

static void
a_hub_packet_is_recognised(void)
{
    uint8_t packet[55] = { 0x32, 0xcf, 0x87, 0x2a, 11 };

    g_assert_cmpint(bc_udp_recognise(packet, sizeof packet, sizeof packet), ==, BC_UDP_HUB);
    packet[4] = 12;
    g_assert_cmpint(bc_udp_recognise(packet, sizeof packet, sizeof packet), ==, BC_UDP_NONE);
}

static void
wrong_lengths_and_words_are_refused(void)
{
    g_assert_cmpint(type_of("10cf872a50000000000000000000000003000000f0de"), ==, BC_UDP_NONE); /* length */
    g_assert_cmpint(type_of("10cf872a50000000010000000000000002000000f0de"), ==, BC_UDP_NONE); /* zero word */
    g_assert_cmpint(type_of("10cf872a50000000000000000000000000000000"), ==, BC_UDP_NONE);     /* no data */
    g_assert_cmpint(type_of("3acf872a010000000200000057000000b6fff62500"), ==, BC_UDP_NONE);   /* word at 8 */
    g_assert_cmpint(type_of("20cf872a500000000000000000000000870900000000000001000000"
                            "02"),
                    ==, BC_UDP_NONE);
    g_assert_cmpint(type_of("11cf872a50000000000000000000000002000000f0de"), ==, BC_UDP_NONE); /* type */
    g_assert_cmpint(type_of("10cf872b50000000000000000000000002000000f0de"), ==, BC_UDP_NONE); /* magic */
    g_assert_cmpint(type_of("10cf872a"), ==, BC_UDP_NONE);
}

static void
data_has_at_most_1480_bytes(void)
{
    uint8_t packet[1501] = { 0x10, 0xcf, 0x87, 0x2a };

    packet[16] = 1480 & 0xff;
    packet[17] = 1480 >> 8;
    g_assert_cmpint(bc_udp_recognise(packet, 1500, 1500), ==, BC_UDP_DATA);
    packet[16] = 1481 & 0xff;
    g_assert_cmpint(bc_udp_recognise(packet, 1501, 1501), ==, BC_UDP_NONE);
}

static void
what_the_capture_cuts_off_is_no_matter(void)
{
    size_t len;
    uint8_t *packet = bytes_of(DISCOVERY, &len);

    for (size_t have = 0; have <= len; have++) {
        const bc_udp_type_t expected = (have < BC_UDP_DISCOVERY_HEADER) ? BC_UDP_NONE : BC_UDP_DISCOVERY;
        g_assert_cmpint(bc_udp_recognise(packet, have, len), ==, expected);
    }
    g_free(packet);
}

static void
the_lan_search_is_known_by_port_and_mark(void)
{
    uint8_t packet[BC_LAN_REPLY] = { 0xaa, 0xaa, 0x00, 0x00 };

    g_assert_true(bc_lan_is_request(packet, 4, 2000));
    g_assert_false(bc_lan_is_request(packet, 4, 3000));
    g_assert_false(bc_lan_is_request(packet, 5, 2000));
    g_assert_false(bc_lan_is_reply(packet, sizeof packet, 3000));
    packet[104] = packet[105] = 0xaa;
    g_assert_true(bc_lan_is_reply(packet, sizeof packet, 3000));
    g_assert_false(bc_lan_is_reply(packet, sizeof packet, 2000));
    g_assert_false(bc_lan_is_reply(packet, sizeof packet - 1, 3000));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/udp-header/" #f, f)
    TEST(keystreams_of_the_specification);
    TEST(the_keystream_repeats_after_32_bytes);
    TEST(the_checksum_begins_with_0_and_is_not_inverted);
    TEST(a_real_discovery_packet_opens);
    TEST(real_alarms_open_with_their_counter);
    TEST(packets_of_the_specification_are_recognised);
    TEST(a_hub_packet_is_recognised);
    TEST(wrong_lengths_and_words_are_refused);
    TEST(data_has_at_most_1480_bytes);
    TEST(what_the_capture_cuts_off_is_no_matter);
    TEST(the_lan_search_is_known_by_port_and_mark);
    return g_test_run();
}
