/* test-baichuan-message.c
 * One BC message and its plain parts.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include <glib.h>

#include <baichuan/wire/message.h>

static const uint8_t body[] = "extensionpayload";

static bc_message_t
cut_after(const bc_header_t *header, size_t have)
{
    return (bc_message_t){ .header = header, .client = -1, .body = body, .have = have };
}

static void
a_body_is_an_extension_and_a_payload(void)
{
    const bc_header_t header = { .payload_offset = 9, .body_len = 16 };
    const bc_message_t message = cut_after(&header, 16);

    g_assert_cmpuint(bc_message_extension_len(&message), ==, 9);
    g_assert_cmpuint(bc_message_payload_len(&message), ==, 7);
    g_assert_cmpmem(bc_message_payload(&message), 7, "payload", 7);
}

static void
a_cut_body_has_what_is_there(void)
{
    const bc_header_t header = { .payload_offset = 9, .body_len = 16 };
    const bc_message_t message = cut_after(&header, 4);

    g_assert_cmpuint(bc_message_extension_len(&message), ==, 4);
    g_assert_cmpuint(bc_message_payload_len(&message), ==, 0);
}

static void
the_client_is_known_by_its_direction(void)
{
    const bc_header_t header = { .body_len = 16 };
    bc_message_t message = cut_after(&header, 16);

    message.client = 1;
    message.direction = 1;
    g_assert_true(bc_message_from_client(&message));
    message.direction = 0;
    g_assert_false(bc_message_from_client(&message));
}

static void
plain_parts_are_forgotten_and_freed(void)
{
    const bc_header_t header = { .body_len = 16 };
    bc_message_t message = cut_after(&header, 16);

    message.payload = (bc_plain_t){ .bytes = bc_message_alloc(&message, 3), .len = 3, .own = true };
    bc_message_clear(&message);
    g_assert_null(message.payload.bytes);
    g_assert_cmpuint(message.payload.len, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/baichuan/message/two-parts", a_body_is_an_extension_and_a_payload);
    g_test_add_func("/baichuan/message/cut", a_cut_body_has_what_is_there);
    g_test_add_func("/baichuan/message/client", the_client_is_known_by_its_direction);
    g_test_add_func("/baichuan/message/clear", plain_parts_are_forgotten_and_freed);
    return g_test_run();
}
