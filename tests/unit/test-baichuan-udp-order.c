/* test-baichuan-udp-order.c
 * BcUdp packets in order: docs/baichuan.md section 6.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "baichuan-bytes.h"

#include <baichuan/session/udp-order.h>

#define SECOND 1000000u

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
    bc_bytestream_t stream[1] = { { 0 } };

    g_assert_cmpint(add(stream, 70000, 0), ==, BC_PACKET_NEXT);
    g_assert_cmpint(add(stream, 70001, 0), ==, BC_PACKET_NEXT);
    g_assert_cmpint(add(stream, 69999, 0), ==, BC_PACKET_PASSED);
    bc_bytestream_clear(stream);
}

static void
the_newest_id_never_goes_back(void)
{
    static const struct {
        uint32_t id, newest;
    } seen[] = { { 0xfffffffe, 0xfffffffe }, { 1, 1 }, { 0xffffffff, 1 }, { 2, 2 }, { 2, 2 } };
    bc_bytestream_t stream[1] = { { 0 } };

    for (unsigned i = 0; i < G_N_ELEMENTS(seen); i++) {
        bc_bytestream_see(stream, seen[i].id);
        add(stream, seen[i].id, 0);
        g_assert_cmpuint(bc_bytestream_newest(stream), ==, seen[i].newest);
    }
    bc_bytestream_clear(stream);
}

static void
ids_wrap(void)
{
    bc_bytestream_t stream[1] = { { 0 } };

    g_assert_cmpint(add(stream, 0xfffffffe, 0), ==, BC_PACKET_NEXT);
    g_assert_cmpint(add(stream, 1, 0), ==, BC_PACKET_HELD);
    g_assert_cmpint(add(stream, 0, 0), ==, BC_PACKET_HELD);
    check_nothing(stream);
    g_assert_cmpint(add(stream, 0xffffffff, 0), ==, BC_PACKET_NEXT);
    check_next(stream, 0);
    check_next(stream, 1);
    g_assert_cmpint(add(stream, 0xffffffff, 0), ==, BC_PACKET_PASSED);
    bc_bytestream_clear(stream);
}

static void
repeats_are_named(void)
{
    bc_bytestream_t stream[1] = { { 0 } };

    add(stream, 5, 0);
    g_assert_cmpint(add(stream, 5, 0), ==, BC_PACKET_PASSED);
    g_assert_cmpint(add(stream, 7, 0), ==, BC_PACKET_HELD);
    g_assert_cmpint(add(stream, 7, 0), ==, BC_PACKET_REPEAT);
    bc_bytestream_clear(stream);
}

static void
an_expected_beginning_is_waited_for(void)
{
    bc_bytestream_t stream[1] = { { 0 } };

    bc_bytestream_expect(stream, 0);
    g_assert_cmpint(add(stream, 1, 0), ==, BC_PACKET_HELD);
    g_assert_cmpint(add(stream, 0, 0), ==, BC_PACKET_NEXT);
    check_next(stream, 1);
    bc_bytestream_expect(stream, 0); /* too late to matter */
    g_assert_cmpint(add(stream, 2, 0), ==, BC_PACKET_NEXT);
    bc_bytestream_clear(stream);
}

static void
a_first_packet_before_the_expected_one_is_the_beginning(void)
{
    bc_bytestream_t stream[1] = { { 0 } };

    bc_bytestream_expect(stream, 0);
    g_assert_cmpint(add(stream, 0xfffffff0, 0), ==, BC_PACKET_NEXT);
    bc_bytestream_clear(stream);
}

static void
a_hole_is_waited_for(void)
{
    bc_bytestream_t stream[1] = { { 0 } };
    uint32_t first;

    add(stream, 0, 0);
    add(stream, 2, 0);
    add(stream, 3, 1 * SECOND);
    g_assert_cmpuint(bc_bytestream_give_up(stream, 1 * SECOND, &first), ==, 0);
    check_nothing(stream);
    bc_bytestream_clear(stream);
}

static void
a_hole_is_given_up_once_the_receiver_has_it(void)
{
    bc_bytestream_t stream[1] = { { 0 } };
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
    bc_bytestream_clear(stream);
}

static void
a_hole_is_given_up_after_some_seconds(void)
{
    bc_bytestream_t stream[1] = { { 0 } };
    uint32_t first;

    add(stream, 0, 100 * SECOND);
    add(stream, 2, 200 * SECOND); /* the hole is as old as this */
    g_assert_cmpuint(bc_bytestream_give_up(stream, 200 * SECOND, &first), ==, 0);
    g_assert_cmpuint(bc_bytestream_give_up(stream, (201 + BC_BYTESTREAM_SECONDS) * (uint64_t)SECOND, &first),
                     ==, 1);
    check_next(stream, 2);
    bc_bytestream_clear(stream);
}

static void
a_hole_is_given_up_before_many_packets_wait(void)
{
    bc_bytestream_t stream[1] = { { 0 } };
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
    bc_bytestream_clear(stream);
}

static void
an_id_far_ahead_loses_what_lies_between(void)
{
    bc_bytestream_t stream[1] = { { 0 } };
    uint32_t first;

    add(stream, 10, 0);
    g_assert_cmpint(add(stream, 0x70000000, 0), ==, BC_PACKET_HELD);
    g_assert_cmpuint(bc_bytestream_give_up(stream, 0, &first), ==, 0x70000000 - 11);
    g_assert_cmpuint(first, ==, 11);
    check_next(stream, 0x70000000);
    bc_bytestream_clear(stream);
}

static void
two_holes_are_given_up_one_after_the_other(void)
{
    bc_bytestream_t stream[1] = { { 0 } };
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
    bc_bytestream_clear(stream);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define TEST(f) g_test_add_func("/baichuan/udp-order/" #f, f)
    TEST(ids_begin_anywhere);
    TEST(ids_wrap);
    TEST(the_newest_id_never_goes_back);
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
