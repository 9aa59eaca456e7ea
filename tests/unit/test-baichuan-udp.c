/* test-baichuan-udp.c
 * docs/baichuan.md sections 6, 7 and 9.2: BcUdp's XOR and checksum, its packets, and putting them in order.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-bytes.h"

#include <baichuan/session/udp-order.h>
#include <baichuan/wire/crypto.h>
#include <baichuan/wire/udp-header.h>

#define SECOND 1000000u

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

/* ---- Order -------------------------------------------------------------------------------------------- */

static bc_packet_order_t
add(bc_bytestream_t *stream, uint32_t id, uint64_t now)
{
    uint8_t byte = (uint8_t)id;
    const bc_packet_t packet = { .id = id, .len = 1, .bytes = &byte };

    return bc_bytestream_add(stream, &packet, now);
}

/* Takes the next packet and checks that it is the one with this id. */
static void
check_next(bc_bytestream_t *stream, uint32_t id)
{
    bc_packet_t packet;

    g_assert_true(bc_bytestream_take(stream, &packet));
    g_assert_cmpuint(packet.id, ==, id);
    g_assert_cmpuint(packet.len, ==, 1);
    g_assert_cmphex(packet.bytes[0], ==, (uint8_t)id);
    g_free(packet.bytes);
}

static void
check_nothing(bc_bytestream_t *stream)
{
    bc_packet_t packet;

    g_assert_false(bc_bytestream_take(stream, &packet));
}

static void
ids_begin_anywhere(void)
{
    bc_bytestream_t *stream = bc_bytestream_new();

    g_assert_cmpint(add(stream, 70000, 0), ==, BC_PACKET_NEXT);
    g_assert_cmpint(add(stream, 70001, 0), ==, BC_PACKET_NEXT);
    g_assert_cmpint(add(stream, 69999, 0), ==, BC_PACKET_PASSED);
    bc_bytestream_free(stream);
}

static void
ids_wrap(void)
{
    bc_bytestream_t *stream = bc_bytestream_new();

    g_assert_cmpint(add(stream, 0xfffffffe, 0), ==, BC_PACKET_NEXT);
    g_assert_cmpint(add(stream, 1, 0), ==, BC_PACKET_HELD);
    g_assert_cmpint(add(stream, 0, 0), ==, BC_PACKET_HELD);
    check_nothing(stream);
    g_assert_cmpint(add(stream, 0xffffffff, 0), ==, BC_PACKET_NEXT);
    check_next(stream, 0);
    check_next(stream, 1);
    g_assert_cmpint(add(stream, 0xffffffff, 0), ==, BC_PACKET_PASSED);
    bc_bytestream_free(stream);
}

static void
repeats_are_named(void)
{
    bc_bytestream_t *stream = bc_bytestream_new();

    add(stream, 5, 0);
    g_assert_cmpint(add(stream, 5, 0), ==, BC_PACKET_PASSED);
    g_assert_cmpint(add(stream, 7, 0), ==, BC_PACKET_HELD);
    g_assert_cmpint(add(stream, 7, 0), ==, BC_PACKET_REPEAT);
    bc_bytestream_free(stream);
}

static void
an_expected_beginning_is_waited_for(void)
{
    bc_bytestream_t *stream = bc_bytestream_new();

    bc_bytestream_expect(stream, 0);
    g_assert_cmpint(add(stream, 1, 0), ==, BC_PACKET_HELD);
    g_assert_cmpint(add(stream, 0, 0), ==, BC_PACKET_NEXT);
    check_next(stream, 1);
    bc_bytestream_expect(stream, 0); /* too late to matter */
    g_assert_cmpint(add(stream, 2, 0), ==, BC_PACKET_NEXT);
    bc_bytestream_free(stream);
}

static void
a_first_packet_before_the_expected_one_is_the_beginning(void)
{
    bc_bytestream_t *stream = bc_bytestream_new();

    bc_bytestream_expect(stream, 0);
    g_assert_cmpint(add(stream, 0xfffffff0, 0), ==, BC_PACKET_NEXT);
    bc_bytestream_free(stream);
}

static void
a_hole_is_waited_for(void)
{
    bc_bytestream_t *stream = bc_bytestream_new();
    uint32_t first;

    add(stream, 0, 0);
    add(stream, 2, 0);
    add(stream, 3, 1 * SECOND);
    g_assert_cmpuint(bc_bytestream_give_up(stream, 1 * SECOND, &first), ==, 0);
    check_nothing(stream);
    bc_bytestream_free(stream);
}

static void
a_hole_is_given_up_once_the_receiver_has_it(void)
{
    bc_bytestream_t *stream = bc_bytestream_new();
    uint32_t first;

    add(stream, 0, 0);
    bc_bytestream_acknowledged(stream, 0);
    add(stream, 3, 0);
    g_assert_cmpuint(bc_bytestream_give_up(stream, 0, &first), ==, 0);
    bc_bytestream_acknowledged(stream, 3);
    bc_bytestream_acknowledged(stream, 1); /* an older one, reordered */
    g_assert_cmpuint(bc_bytestream_give_up(stream, 0, &first), ==, 2);
    g_assert_cmpuint(first, ==, 1);
    check_next(stream, 3);
    g_assert_cmpint(add(stream, 1, 0), ==, BC_PACKET_PASSED);
    g_assert_cmpuint(bc_bytestream_give_up(stream, 0, &first), ==, 0);
    bc_bytestream_free(stream);
}

static void
a_hole_is_given_up_after_some_seconds(void)
{
    bc_bytestream_t *stream = bc_bytestream_new();
    uint32_t first;

    add(stream, 0, 100 * SECOND);
    add(stream, 2, 200 * SECOND); /* the hole is as old as this */
    g_assert_cmpuint(bc_bytestream_give_up(stream, 200 * SECOND, &first), ==, 0);
    g_assert_cmpuint(bc_bytestream_give_up(stream, (201 + BC_BYTESTREAM_SECONDS) * (uint64_t)SECOND, &first),
                     ==, 1);
    check_next(stream, 2);
    bc_bytestream_free(stream);
}

static void
a_hole_is_given_up_before_many_packets_wait(void)
{
    bc_bytestream_t *stream = bc_bytestream_new();
    uint32_t first;

    add(stream, 0, 0);
    for (uint32_t id = 2; id <= BC_BYTESTREAM_WINDOW + 1; id++) {
        add(stream, id, 0);
        g_assert_cmpuint(bc_bytestream_give_up(stream, 0, &first), ==, 0);
    }
    add(stream, BC_BYTESTREAM_WINDOW + 2, 0);
    g_assert_cmpuint(bc_bytestream_give_up(stream, 0, &first), ==, 1);
    for (uint32_t id = 2; id <= BC_BYTESTREAM_WINDOW + 2; id++) {
        check_next(stream, id);
    }
    check_nothing(stream);
    bc_bytestream_free(stream);
}

static void
an_id_far_ahead_loses_what_lies_between(void)
{
    bc_bytestream_t *stream = bc_bytestream_new();
    uint32_t first;

    add(stream, 10, 0);
    g_assert_cmpint(add(stream, 0x70000000, 0), ==, BC_PACKET_HELD);
    g_assert_cmpuint(bc_bytestream_give_up(stream, 0, &first), ==, 0x70000000 - 11);
    g_assert_cmpuint(first, ==, 11);
    check_next(stream, 0x70000000);
    bc_bytestream_free(stream);
}

static void
two_holes_are_given_up_one_after_the_other(void)
{
    bc_bytestream_t *stream = bc_bytestream_new();
    uint32_t first;

    add(stream, 0, 0);
    add(stream, 2, 0);
    add(stream, 5, 0);
    bc_bytestream_acknowledged(stream, 2);
    g_assert_cmpuint(bc_bytestream_give_up(stream, 0, &first), ==, 1);
    check_next(stream, 2);
    g_assert_cmpuint(bc_bytestream_give_up(stream, 0, &first), ==, 0);
    bc_bytestream_acknowledged(stream, 5);
    g_assert_cmpuint(bc_bytestream_give_up(stream, 0, &first), ==, 2);
    g_assert_cmpuint(first, ==, 3);
    check_next(stream, 5);
    bc_bytestream_free(stream);
}

#define TEST(name) g_test_add_func("/baichuan/udp/" #name, name)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
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
    TEST(ids_begin_anywhere);
    TEST(ids_wrap);
    TEST(repeats_are_named);
    TEST(an_expected_beginning_is_waited_for);
    TEST(a_first_packet_before_the_expected_one_is_the_beginning);
    TEST(a_hole_is_waited_for);
    TEST(a_hole_is_given_up_once_the_receiver_has_it);
    TEST(a_hole_is_given_up_after_some_seconds);
    TEST(a_hole_is_given_up_before_many_packets_wait);
    TEST(an_id_far_ahead_loses_what_lies_between);
    TEST(two_holes_are_given_up_one_after_the_other);
    return g_test_run();
}
